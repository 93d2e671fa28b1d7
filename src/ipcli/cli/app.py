"""The program: its commands, found lazily, and `main`, where every error becomes a line and a code."""

from __future__ import annotations

import os
import signal
import sys
from functools import cache
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

from ipcli import __version__, errors, paths
from ipcli.cli import line
from ipcli.cli.command import Help, Lang, command, make, make_lookup, translate_help
from ipcli.cli.help import HelpPage, contents, list_topics, print_text, read_topic
from ipcli.errors import IpcliError, Terminated, UsageError
from ipcli.i18n import N_, _, did_you_mean, language, why
from ipcli.output.stream import say
from ipcli.query import catalog
from ipcli.query.near import nearest

# Commands that are no lookups, imported when they are asked for: functions marked with `@command` …
COMMANDS = {
    "build": "ipcli.cli.maintain:build",
    "check": "ipcli.cli.maintain:check",
    "cite": "ipcli.cli.cite:cite",
    "diff": "ipcli.cli.maintain:diff",
    "export": "ipcli.cli.maintain:export",
    "help": "ipcli.cli.app:help_",
    "schema": "ipcli.cli.sql:schema",
    "shell": "ipcli.cli.shell:shell",
    "sql": "ipcli.cli.sql:sql",
    "verify": "ipcli.cli.maintain:verify",
}
# … and functions that return a command made from a query's header, or a group.
BUILT = {
    "chart": "ipcli.cli.chart:chart",
    "find": "ipcli.cli.find:find",
    "matrix": "ipcli.cli.matrix:matrix",
    "query": "ipcli.cli.query:query",
    "show": "ipcli.cli.show:show",
}
_TITLE = N_("Query a city's industrial system: every figure with its source")


class Group(TyperGroup):
    """The commands: one for each `.sql` file, and COMMANDS. Only the one that is run is read."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return all names, sorted; no file is opened."""
        return sorted({*catalog.list_queries(paths.queries()), *COMMANDS, *BUILT})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of that name, or None."""
        if cmd_name in COMMANDS:
            return make(cmd_name, _import(COMMANDS[cmd_name]))
        if cmd_name in BUILT:
            return _import(BUILT[cmd_name])()
        if cmd_name not in catalog.list_queries(paths.queries()):
            return None
        return make_lookup(catalog.read(paths.queries() / f"{cmd_name}.sql"))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the first argument names, else `find`, as in `ipcli 崂山 人工智能`."""
        found = self.get_command(ctx, args[0])
        if found is not None:
            return args[0], found, args[1:]
        from ipcli.cli.find import find

        return "find", find(near_commands), args

    def titles(self) -> dict[str, str]:
        """Return command -> its title in the user's language."""
        return {name: _title(name) for name in self.list_commands(None)}

    def get_help(self, ctx: Any) -> str:
        """Return the help page, with a line for each command and the exit codes."""
        titles = self.titles()
        others = {*COMMANDS, *BUILT}
        codes = read_topic("exit-codes").split("\n\n")[2].splitlines()
        rows = [line.split(maxsplit=1) for line in codes[1:]]
        page = HelpPage(
            title=_(_TITLE),
            usage=_("COMMAND|NAME... [OPTIONS]"),
            sections=(
                (_("Lookups"), tuple((name, title) for name, title in titles.items() if name not in others)),
                (_("Other commands"), tuple((name, titles[name]) for name in sorted(others))),
                (codes[0].rstrip(":"), tuple((code, text.strip()) for code, text in rows)),
            ),
        )
        params = [param for param in self.get_params(ctx) if param.name != "lang"]
        return page.text(ctx.command_path, params, ctx)


app = typer.Typer(
    cls=Group,
    add_completion=False,
    add_help_option=False,
    rich_markup_mode=None,
    invoke_without_command=True,
)


@app.callback()
def _begin(
    ctx: typer.Context,
    install_completion: Annotated[
        str,
        typer.Option("--install-completion", metavar="[bash|zsh|fish]", help=N_("Install completion by Tab")),
    ] = "",
    show_completion: Annotated[
        str,
        typer.Option(
            "--show-completion", metavar="[bash|zsh|fish]", help=N_("Print the script of completion")
        ),
    ] = "",
    version: Annotated[
        bool, typer.Option("--version", help=N_("Versions of the program and the data"))
    ] = False,
    lang: Lang = None,
    help: Help = False,
) -> None:
    if version:
        print_text(_version())
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        print_text(ctx.get_help())


@cache
def program() -> Any:
    """Return the program as one command, its options in the user's language."""
    built = get_command(app)
    translate_help(built.params)
    return built


def command_at(words: list[str]) -> tuple[Any, list[str]]:
    """Return the command that has been typed, and the words after it; the program itself if there is none yet."""
    found: Any = program()
    rest = list(words)
    while hasattr(found, "get_command"):
        takes = {name for param in found.params if not param.is_flag for name in param.opts}
        skipped = rest
        while skipped and skipped[0].startswith("-"):
            skipped = skipped[2 if skipped[0] in takes else 1 :]
        if not skipped:
            break
        _name, found, rest = found.resolve_command(None, skipped)
    return found, rest


@command(
    title=N_("Help on topics and commands"),
    about=N_("Without a word, the topics."),
    usage=N_("[TOPIC|COMMAND] [OPTIONS]"),
)
def help_(
    topic: Annotated[
        list[str] | None, typer.Argument(metavar="[TOPIC|COMMAND]", help=N_("A topic, or a command"))
    ] = None,
) -> int:
    """Print the topics, one of them, or the help page of a command."""
    topics, known = list_topics(), program().list_commands(None)
    if not topic:
        print_text(contents())
    elif len(topic) == 1 and topic[0] in topics:
        print_text(read_topic(topic[0]))
    elif topic[0] in known:
        return run([*topic, "--help"])
    else:
        names = [*topics, *known]
        near = [name for name in names if topic[0] and name.startswith(topic[0])]
        message = did_you_mean(
            _("no such topic or command: {name}").format(name=topic[0]), near or nearest(topic[0], names)
        )
        raise UsageError(_("{message} (topics: {topics})").format(message=message, topics=", ".join(topics)))
    return errors.OK


def main(args: list[str]) -> int:
    """Run the program with these arguments and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A console that lacks a character (ASCII, GBK) gets an escape, never a traceback.
        if stream is not None:
            stream.reconfigure(errors="backslashreplace", newline="")  # type: ignore[union-attr]
    try:
        line.read(args).set_language()
        if args and args[0].partition("=")[0] in ("--install-completion", "--show-completion"):
            from ipcli.cli import shells

            return shells.run(args)
        return run(args)
    except IpcliError as error:
        return _report(str(error), error.exit_code)
    except typer.TyperException as error:
        from ipcli.cli import usage

        return _report(usage.explain(error), errors.USAGE)
    except BrokenPipeError:
        return errors.OK
    except KeyboardInterrupt:
        return errors.INTERRUPTED
    except Terminated:
        return errors.TERMINATED
    except MemoryError:
        return _report(_("out of memory"), errors.LIMIT)
    except Exception as error:
        from ipcli import db

        if db.raised:
            return errors.INTERRUPTED if db.raised == signal.SIGINT else errors.TERMINATED
        if os.environ.get("IPCLI_DEBUG") == "1":
            raise
        return _report(f"internal error: {type(error).__name__}: {error}", errors.QUERY_FAILED)


def leave(code: int) -> NoReturn:
    """Flush the streams and end the process at once, without waiting for threads or cleanup."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except BrokenPipeError:
            pass
        except OSError as error:
            code = code or _report(_("cannot write: {reason}").format(reason=why(error)), errors.NO_OUTPUT)
    os._exit(code)


def run(args: list[str]) -> int:
    """Run the command that these arguments name and return its exit code; errors are the caller's."""
    # Not `command.main()`: it turns a broken pipe into exit code 1 and looks for completion requests.
    whole = program()
    try:
        with whole.make_context("ipcli", args) as ctx:
            code = whole.invoke(ctx)
    except typer.Exit as stop:
        code = stop.exit_code
    return code if isinstance(code, int) else errors.OK


def near_commands(word: str) -> list[str]:
    """Return the commands that are spelt like a word."""
    return nearest(word, program().list_commands(None))


def _import(place: str) -> Any:
    """Return what `module:name` stands for."""
    module, _colon, name = place.partition(":")
    return getattr(import_module(module), name)


def _title(name: str) -> str:
    """Return the title of a command, or the error of its file, so that help still lists the others."""
    if name in COMMANDS:
        return _(_import(COMMANDS[name]).page.title)
    file = paths.queries() / f"{name}.sql"
    try:
        if name in BUILT and not file.exists():
            built = _import(BUILT[name])()
            return str(built.page.title if hasattr(built, "page") else _(built.title))
        return catalog.read(file).title.get(language())
    except UsageError as error:
        return str(error)


def _version() -> str:
    """Return the program's version and the data's release."""
    from ipcli.db.engine import Database
    from ipcli.query.words import Words

    try:
        with Database.open(paths.database()) as database:
            words = Words.read(database.fetch, language(), None)
            data = ", ".join(f"{words.word('district', city)} {database.release}" for city in database.cities)
    except errors.DatabaseError as error:
        data = str(error)
    return f"ipcli {__version__}\n" + _("data: {data}").format(data=data)


def _report(message: str, code: int) -> int:
    """Print one message on stderr (nothing if the process has none) and return `code`."""
    say(message)
    return code
