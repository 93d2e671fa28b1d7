"""The program: its commands, found lazily, and `main`, where every error becomes a line and a code."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from itertools import pairwise
from typing import Any, NoReturn

import typer
from typer._click.exceptions import ClickException
from typer.core import TyperArgument, TyperGroup
from typer.main import get_command

from ipcli import __version__, errors, paths
from ipcli.cli import Terminated, usage
from ipcli.cli.help import Command, HelpPage, help_option, show
from ipcli.cli.options import LANGUAGES, refuse
from ipcli.db import scratch
from ipcli.errors import IpcliError, UsageError
from ipcli.i18n import _, did_you_mean, language, why
from ipcli.model import Text
from ipcli.output.stream import say
from ipcli.query import catalog

# Commands that are no lookups, imported when they are asked for: plain functions annotated for Typer …
COMMANDS = {
    "build": "ipcli.cli.maintain:build",
    "check": "ipcli.cli.maintain:check",
    "diff": "ipcli.cli.maintain:diff",
    "export": "ipcli.cli.export:export",
    "help": "ipcli.cli.topics:help_",
    "verify": "ipcli.cli.maintain:verify",
}
# … and functions that return a command made by hand.
BUILT = {
    "chart": "ipcli.cli.chart:chart",
    "cite": "ipcli.cli.cite:cite",
    "find": "ipcli.cli.find:find",
    "matrix": "ipcli.cli.matrix:matrix",
    "query": "ipcli.cli.query:query",
    "schema": "ipcli.cli.sql:schema",
    "show": "ipcli.cli.show:show",
    "shell": "ipcli.cli.shell.command:shell",
    "sql": "ipcli.cli.sql:sql",
}

_TOP = {
    "install_completion": Text("安装 Tab 补全", "Install completion by Tab"),
    "show_completion": Text("显示补全脚本", "Print the script of completion"),
    "version": Text("程序与数据的版本", "Versions of the program and the data"),
}
_TITLE = Text(
    "查询城市的产业体系：每个数字都有出处", "Query a city's industrial system: every figure with its source"
)


class Group(TyperGroup):
    """The commands: one for each `.sql` file, and COMMANDS. Only the one that is run is read."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, sorted; no file is opened."""
        return sorted({*catalog.folder(paths.queries()), *COMMANDS, *BUILT})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, or None."""
        if cmd_name in COMMANDS:
            return _function(cmd_name)
        if cmd_name in BUILT:
            build = _attribute(BUILT[cmd_name])
            return None if build is None else build()
        if cmd_name not in catalog.folder(paths.queries()):
            return None
        from ipcli.cli import lookup as lookups

        return lookups.command(catalog.read(paths.queries() / f"{cmd_name}.sql"))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command the first argument names; UsageError with the nearest names otherwise."""
        command = self.get_command(ctx, args[0])
        if command is not None:
            return args[0], command, args[1:]
        # What is no command may be a name, `ipcli 崂山 人工智能`, or be in the text, unless it looks like a slip.
        from ipcli.cli import find

        word, known = args[0], self.list_commands(ctx)
        if not find.is_name(args) and _like(word, known):
            _no_command(word, known, find.near(args))
        return "find", find.find(lambda near: _no_command(word, known, near)), args

    def get_help(self, ctx: Any) -> str:
        """The help page, with a line for each command and the exit codes."""
        lang = language()
        # The titles stand in the table of completion: making the commands would import all of them.
        from ipcli.cli.complete import commands
        from ipcli.cli.exit_codes import EXIT_CODES

        titles = commands()
        lookups, others = [], []
        for name in self.list_commands(ctx):
            if name in COMMANDS or name in BUILT:
                others.append((name, titles[name]["title"][lang == "en"]))
            else:
                lookups.append((name, _title(name)))
        heads = _("Lookups|Other commands|Exit codes").split("|")
        page = HelpPage(
            title=_TITLE.get(lang),
            usage=_("COMMAND|NAME... [OPTIONS]"),
            sections=(
                (heads[0], tuple(lookups)),
                (heads[1], tuple(others)),
                (heads[2], tuple((code, text.get(lang)) for code, text in EXIT_CODES)),
            ),
        )
        return page.text(ctx.command_path, [p for p in self.get_params(ctx) if p.name != "lang"], ctx)


app = typer.Typer(
    cls=Group,
    add_completion=False,
    add_help_option=False,
    rich_markup_mode=None,
    invoke_without_command=True,
)


@app.callback()
def _top(
    ctx: typer.Context,
    install_completion: str = typer.Option("", "--install-completion", metavar="[bash|zsh|fish]"),
    show_completion: str = typer.Option("", "--show-completion", metavar="[bash|zsh|fish]"),
    version: bool = typer.Option(False, "--version"),
    lang: str = typer.Option("", "--lang", metavar="|".join(LANGUAGES)),
) -> None:
    if version:
        show(_version())
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        show(ctx.get_help())


def main(args: list[str]) -> int:
    """Run the program with these arguments and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A console that lacks a character (ASCII, GBK) gets an escape, never a traceback.
        if stream is not None:
            stream.reconfigure(errors="backslashreplace", newline="")  # type: ignore[union-attr]
    try:
        _set_language(args)
        if args and args[0].partition("=")[0] in ("--install-completion", "--show-completion"):
            from ipcli.cli import install

            return install.run(args)
        return run(args)
    except IpcliError as error:
        return _report(str(error), error.exit_code)
    except ClickException as error:
        return _report(usage.told(error), errors.USAGE)
    except BrokenPipeError:
        return errors.OK
    except KeyboardInterrupt:
        return errors.INTERRUPTED
    except Terminated:
        return errors.TERMINATED
    except MemoryError:
        return _report(_("out of memory"), errors.LIMIT)
    except Exception as error:
        if os.environ.get("IPCLI_DEBUG") == "1":
            raise
        return _report(f"internal error: {type(error).__name__}: {error}", errors.QUERY_FAILED)


def leave(code: int) -> NoReturn:
    """Flush and end the process at once: no worker thread, no tear-down can hold it up or print."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except BrokenPipeError:
            pass
        except OSError as error:
            code = code or _report(_("cannot write: {reason}").format(reason=why(error)), errors.NO_OUTPUT)
    scratch.clean()
    os._exit(code)


def run(args: list[str]) -> int:
    """Run the command that these arguments name and return its exit code; errors are the caller's."""
    # Not `command.main()`: it turns a broken pipe into exit code 1 and looks for completion requests.
    command = get_command(app)
    for param in command.params:
        text = _TOP.get(str(param.name))
        if text is not None:
            param.help = text.get(language())  # type: ignore[attr-defined]
    command.params.append(help_option())
    try:
        with command.make_context("ipcli", args) as ctx:
            code = command.invoke(ctx)
    except typer.Exit as stop:
        code = stop.exit_code
    return code if isinstance(code, int) else errors.OK


def _set_language(args: list[str]) -> None:
    """Let --lang hold for help and messages too, which are made before options are parsed."""
    options = args[: args.index("--")] if "--" in args else args
    for arg, after in pairwise([*options, ""]):
        name, equals, value = arg.partition("=")
        if name != "--lang" or not (equals or after):
            continue
        value = value if equals else after
        if value not in LANGUAGES:
            refuse(_("--lang is zh or en, not {value}").format(value=value))
        os.environ["IPCLI_LANG"] = value


def _attribute(place: str) -> Any:
    """What `module:name` stands for; None if the module has no such name."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name, None)


def _function(name: str) -> Command | None:
    """A command of COMMANDS; bilingual help texts (`中文 | English`) are shown in the user's language."""
    function = _attribute(COMMANDS[name])
    if function is None:
        return None
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(name, cls=Command, add_help_option=False)(function)
    command = get_command(single)
    assert isinstance(command, Command)
    lang = language()
    title, _, about = (command.help or "").partition("\n\n")
    title, about = (catalog.parse_text(" ".join(text.split())).get(lang) for text in (title, about))
    # Other titles have no full stop.
    command.page = HelpPage(title.removesuffix("."), about, _arguments(command))
    command.params.append(help_option())
    for param in command.params:
        text = getattr(param, "help", None)
        if text:
            param.help = catalog.parse_text(text).get(lang)  # type: ignore[attr-defined]
    return command


def _arguments(command: Command) -> str:
    """The usage line after the command's name: its arguments, then the options."""
    arguments = [param.make_metavar(None) for param in command.params if isinstance(param, TyperArgument)]  # type: ignore[arg-type]
    return " ".join([*arguments, _("[OPTIONS]")])


def _title(name: str) -> str:
    """The title of a lookup; a bad file must not take the help of the others with it."""
    try:
        return catalog.read(paths.queries() / f"{name}.sql").title.get(language())
    except UsageError as error:
        return str(error)


def _version() -> str:
    """The program's version and the data's release."""
    from ipcli.db.engine import Database

    try:
        with Database.open(paths.database()) as database:
            words = database.words(language(), None)
            data = ", ".join(f"{words.word('district', city)} {database.release}" for city in database.cities)
    except errors.DatabaseError as error:
        data = str(error)
    return f"ipcli {__version__}\n" + _("data: {data}").format(data=data)


def _like(name: str, known: list[str]) -> list[str]:
    """The commands that are spelt like a word."""
    from difflib import get_close_matches

    return get_close_matches(name, known)


def _no_command(name: str, known: list[str], names: list[str]) -> NoReturn:
    near = [*_like(name, known), *names]
    message = did_you_mean(_("no such command or name: {name}").format(name=name), near)
    raise UsageError(f"{message} (ipcli --help)")


def _report(message: str, code: int) -> int:
    """Print one message on stderr, and return the code."""
    say(message)
    return code
