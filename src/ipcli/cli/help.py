"""The help page of a command, and `--help`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from typer.core import TyperCommand, TyperOption

from ipcli.cli.options import destination
from ipcli.i18n import _
from ipcli.output.cells import width_of, wrap


def help_option() -> TyperOption:
    """`--help`. Not Typer's own: that one prints past `destination`, in an encoding of its choice."""

    def print_help(ctx: Any, _param: Any, asked: bool) -> None:
        if asked and not ctx.resilient_parsing:
            show(ctx.get_help())
            ctx.exit()

    return TyperOption(
        param_decls=["--help"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=print_help,
        help=_("Show this page"),
    )


def show(text: str) -> None:
    """Print a text on stdout; OutputError if that fails."""
    with destination(None, binary=False) as out:
        print(text, file=out)


class Command(TyperCommand):
    """A command whose help page is ours."""

    page: HelpPage

    def get_help(self, ctx: Any) -> str:
        """The page as text."""
        return self.page.text(ctx.command_path, self.get_params(ctx), ctx)


def made(name: str, params: list[Any], run: Callable[[dict[str, Any]], int], page: HelpPage) -> Command:
    """A command with these parameters and `--help`, that calls `run` with the values of all of them."""
    built = Command(
        name=name,
        params=[*params, help_option()],
        add_help_option=False,
        callback=lambda **values: run(values),
        rich_markup_mode=None,
    )
    built.page = page
    return built


class HelpPage(NamedTuple):
    """What a help page says around the options. `own` names the options that come first."""

    title: str
    about: str = ""
    usage: str = ""
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    own: frozenset[str] = frozenset()
    examples: tuple[str, ...] = ()

    def text(self, path: str, params: Iterable[Any], ctx: Any) -> str:
        """Draw it as wide as the terminal, at most 100 cells; CJK characters take two."""
        width = page_width()
        heads = _("Usage|Options|Output options").split("|")
        usage = self.usage or _("[OPTIONS]")
        lines = [f"{heads[0]}: {path} {usage}", "", *wrap(self.title, width)]
        if self.about:
            lines += ["", *wrap(self.about, width)]
        own: list[tuple[str, str]] = []
        others: list[tuple[str, str]] = []
        for param in params:
            record = param.get_help_record(ctx)
            if record is None:
                continue
            name, meaning = record  # that an argument is required, the usage tells
            record = (name, meaning.removesuffix("[required]").rstrip())
            (own if not self.own or param.name in self.own else others).append(record)
        for name, rows in (*self.sections, (heads[1], own), (heads[2], others)):
            if rows:
                lines += ["", f"{name}:", *pairs(rows, width)]
        lines += examples(self.examples, width)
        return "\n".join(lines)


def page_width() -> int:
    """How many cells a page is wide: as many as the terminal, at most 100."""
    import shutil

    return max(40, min(shutil.get_terminal_size().columns, 100))


def examples(commands: Iterable[str], width: int) -> list[str]:
    """Commands to try, under their heading; nothing if there are none."""
    lines = [line for command in commands for line in command_lines(command, width)]
    return ["", _("Examples") + ":", *lines] if lines else []


def command_lines(command: str, width: int) -> list[str]:
    """A command line as an example of at most `width` cells; what goes on beneath it can be copied along."""
    import re

    lines, line = [], " "
    # Words, options with what follows them; not parts of what is quoted, where a break would be part of it too.
    for word in re.findall(r"""(?:-[\w-]+ (?=[^-|&]))?(?:"[^"]*"|'[^']*'|[^\s"'])+""", command):
        # Two cells are for the backslash.
        if width_of(line) + 1 + width_of(word) > width - 2 and line.strip():
            lines.append(line + " \\")
            line = "     "
        line += " " + word
    return [*lines, line]


def pairs(rows: Iterable[tuple[str, str]], width: int) -> list[str]:
    """Rows of a name and what it means, in two columns."""
    rows = list(rows)
    first = min(max(width_of(name) for name, _ in rows), 26, width // 2 - 2)
    lines = []
    for name, meaning in rows:
        wrapped = wrap(meaning, width - first - 4)
        head = "  " + name
        if width_of(name) > first:
            # Long lists of values (`--by a|b|c`) go on beneath themselves.
            beginning, *more = wrap(name, width - 6)
            lines += ["  " + beginning, *("      " + line for line in more)]
            head = ""
        for text in wrapped or [""]:
            lines.append((head + " " * (first + 4 - width_of(head)) + text).rstrip())
            head = ""
    return lines
