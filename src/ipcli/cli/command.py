"""Commands as annotated functions: `@command` says what the help page tells, `make` turns the function into a command.

A parameter whose class has `read` (such as `Output`) stands for all options that `read` takes.
"""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable, Sequence
from typing import Annotated, Any, NamedTuple, TypeVar

import typer
from typer.core import TyperCommand
from typer.main import get_command

from ipcli.cli.help import HelpPage, print_text
from ipcli.i18n import N_, _, language
from ipcli.model import Query
from ipcli.output import formats

Run = TypeVar("Run", bound=Callable[..., Any])
# Options of all commands; `main` has read --lang before any command sees it.
_EVERYWHERE = ("help", "lang")


class Page(NamedTuple):
    """What the help page of a command says, in English; it is translated when it is printed."""

    title: str
    about: str = ""
    usage: str = ""
    examples: tuple[str, ...] = ()


class Command(TyperCommand):
    """A command whose help page is ours. `query` is the lookup it runs, if it runs one."""

    page: HelpPage
    query: Query | None = None

    def describe(self) -> None:
        """Give the options that stand in a query's header their help; it is read from the data, so only when it is shown."""
        for header in self.query.params if self.query else ():
            for param in self.params:
                if header.name == (param.name or "").removesuffix("_"):
                    param.help = _with_default(header.help.get(language()), header.default)  # type: ignore[attr-defined]

    def get_help(self, ctx: Any) -> str:
        """Return the help page."""
        self.describe()
        return self.page.text(ctx.command_path, self.get_params(ctx), ctx)


def command(
    title: str, about: str = "", usage: str = "", examples: tuple[str, ...] = ()
) -> Callable[[Run], Run]:
    """Return a decorator that says what the help page of a command tells. The texts are marked with `N_`."""

    def mark(function: Run) -> Run:
        function.page = Page(title, about, usage, examples)  # type: ignore[attr-defined]
        return function

    return mark


def print_help(ctx: typer.Context, asked: bool) -> None:
    """Print the help page and end the command, if it is asked for."""
    if asked and not ctx.resilient_parsing:
        print_text(ctx.get_help())
        ctx.exit()


# Not Typer's own: that one prints past our stream, in an encoding of its choice.
Help = Annotated[bool, typer.Option("--help", is_eager=True, callback=print_help, help=N_("Show this page"))]
Lang = Annotated[
    str | None, typer.Option("--lang", metavar="zh|en", help=N_("Language of help, headings, messages"))
]


def make(name: str, function: Callable[..., int | None]) -> Command:
    """Return the command of a function marked with `command`."""
    page: Page = function.page  # type: ignore[attr-defined]
    own: list[inspect.Parameter] = []
    groups: dict[str, tuple[Callable[..., Any], list[inspect.Parameter]]] = {}
    for param in inspect.signature(function, eval_str=True).parameters.values():
        read = getattr(param.annotation, "read", None)
        if read is None:
            own.append(param)
        else:
            groups[param.name] = (read, list(inspect.signature(read, eval_str=True).parameters.values()))

    def run(**values: Any) -> int | None:
        for group, (read, params) in groups.items():
            values[group] = read(**{param.name: values.pop(param.name) for param in params})
        return function(**values)

    shared = [param for _read, params in groups.values() for param in params]
    built = build(
        name,
        run,
        [*own, *shared],
        HelpPage(
            title=_(page.title),
            about=_(page.about) if page.about else "",
            usage=_(page.usage) if page.usage else "",
            own=frozenset(param.name for param in own if param.name != "db") | {"help"},
            examples=page.examples,
        ),
    )
    return built


def build(
    name: str, run: Callable[..., int | None], params: Sequence[inspect.Parameter], page: HelpPage
) -> Command:
    """Return a command with these parameters, --lang and --help, that calls `run` with the values of its own."""

    def callback(**values: Any) -> int | None:
        for option in _EVERYWHERE:
            values.pop(option)
        return run(**values)

    everywhere = [_parameter("lang", Lang, None), _parameter("help", Help, False)]
    every = [param.replace(kind=inspect.Parameter.KEYWORD_ONLY) for param in (*params, *everywhere)]
    callback.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(name, cls=Command, add_help_option=False)(callback)
    made = get_command(single)
    assert isinstance(made, Command)
    made.page = page
    translate_help(made.params)
    return made


def translate_help(params: Sequence[Any]) -> None:
    """Let arguments and options describe themselves in the user's language."""
    for param in params:
        if text := getattr(param, "help", None):
            param.help = _(text).replace("{formats}", ", ".join(formats.names()))


def option(
    name: str, text: str = "", *, metavar: str | None = None, many: bool = False, default: Any = None
) -> inspect.Parameter:
    """Return one option of a command; a flag if it has no metavar."""
    text = _with_default(text, default)
    decl = "--" + name.replace("_", "-")
    if metavar is None:
        return _parameter(name, Annotated[bool, typer.Option(decl, help=text)], False)
    kind: Any = list[str] if many else str
    declared = typer.Option(decl, metavar=metavar, help=text, show_default=False)
    return _parameter(name, Annotated[kind | None, declared], None)


def _with_default(text: str, default: Any) -> str:
    if not default:
        return text
    return _("{text} (default {default})").format(text=text, default=default)


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    # `--from` is an option, but `from` is no name of a parameter.
    name = name + "_" if keyword.iskeyword(name) else name
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
