"""The program: its commands, found lazily, and `main`, where every error becomes a line and a code.

A command is a file `sql/NAME.sql`, or a function marked with `@command("NAME", …)` in a module beside this one.
"""

from __future__ import annotations

import errno
import inspect
import keyword
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib import import_module
from typing import Annotated, Any, NamedTuple, NoReturn, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from ipcli import api, errors, paths
from ipcli.cli import line
from ipcli.cli.help import (
    HelpPage,
    describe_overview,
    describe_program,
    describe_topics,
    describe_versions,
    list_topics,
    print_text,
    read_topic,
)
from ipcli.cli.options import City, Db, File, Format, Grade, Json, Output, deliver
from ipcli.errors import IpcliError, Terminated, UsageError
from ipcli.i18n import N_, _, did_you_mean, language, why
from ipcli.model import Param, Query
from ipcli.output import formats
from ipcli.output.stream import say
from ipcli.query import catalog
from ipcli.query.near import nearest

Run = TypeVar("Run", bound=Callable[..., Any])
_FOLDER = os.path.dirname(__file__)
# Errors of a system that has no more of something.
_SHORT = (errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM)
_METAVARS = {"text": "TEXT", "integer": "INTEGER", "number": "NUMBER", "date": "YYYY-MM-DD"}


class Entry(NamedTuple):
    """What a command is made of: its function or its class of groups, and its help page.

    `read` returns the query it runs, if it runs one; title and text of the page may be those of the query.
    """

    run: Any
    page: HelpPage
    read: Callable[[], Query] | None = None

    @property
    def title(self) -> str:
        """Return the title in the user's language."""
        return self.read().title.get(language()) if self.read and not self.page.title else _(self.page.title)


# Name -> command, as marked in the modules that have been imported so far.
MARKED: dict[str, Entry] = {}


def command(
    name: str,
    title: str = "",
    about: str = "",
    usage: str = "",
    examples: tuple[str, ...] = (),
    query: Callable[[], Query] | None = None,
) -> Callable[[Run], Run]:
    """Return a decorator that makes a function, or a class of groups, a command. Texts are marked with `N_`."""

    def mark(run: Run) -> Run:
        MARKED[name] = Entry(run, HelpPage(title, about, usage, examples=examples), query)
        return run

    return mark


class Command(TyperCommand):
    """A command whose help page is ours. `query` is the query it runs, if it runs one."""

    page: HelpPage
    query: Query | None = None

    def describe(self) -> None:
        """Give the options that stand in a query's header their help; it is read from the data, so only when it is shown."""
        for header in self.query.params if self.query else ():
            for param in self.params:
                if param.name == _name(header):
                    text = header.help.get(language())
                    if header.default:
                        text = _("{text} (default {default})").format(text=text, default=header.default)
                    param.help = text  # type: ignore[attr-defined]

    def get_help(self, ctx: Any) -> str:
        """Return the help page."""
        self.describe()
        return self.page.text(ctx.command_path, self.get_params(ctx), ctx)


def _print_help(ctx: typer.Context, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        print_text(ctx.get_help())
        ctx.exit()


# Not Typer's own: that one prints past our stream, in an encoding of its choice.
Help = Annotated[
    bool, typer.Option("--help", "-h", is_eager=True, callback=_print_help, help=N_("Show this page"))
]
# `main` has read it before any command sees it.
Lang = Annotated[
    str | None, typer.Option("--lang", metavar="zh|en", help=N_("Language of help, headings, messages"))
]


def make(name: str, entry: Entry) -> Any:
    """Return the command of a function or of a class of groups.

    A parameter whose class has `read` (such as `Output`) stands for all options that `read` takes; `**given` for those
    in the header of the query. --city and --grade are left out where the query does not use them.
    """
    if isinstance(entry.run, type):
        return make_group(name, entry.run)
    query = entry.read() if entry.read else None
    given: tuple[Param, ...] = ()
    params: list[inspect.Parameter] = []
    first = {"help"}
    groups: dict[str, tuple[Callable[..., Any], list[str]]] = {}
    for param in inspect.signature(entry.run, eval_str=True).parameters.values():
        if param.kind is param.VAR_KEYWORD and query is not None:
            given = query.params
        elif hasattr(param.annotation, "read"):
            members = inspect.signature(param.annotation.read, eval_str=True).parameters
            groups[param.name] = (param.annotation.read, list(members))
            params += members.values()
        elif query is None or param.name not in catalog.SHARED - catalog.parameters(query.sql).keys():
            params.append(param)
            first.add(param.name)

    def callback(**values: Any) -> int | None:
        del values["lang"], values["help"]
        for group, (read, members) in groups.items():
            values[group] = read(**{member: values.pop(member) for member in members})
        for param in given:
            values[param.name] = values.pop(_name(param))
        return entry.run(**values)  # type: ignore[no-any-return]

    options = [_read_option(param) for param in given]
    shared = [_parameter("lang", Lang), _parameter("help", Help, False)]
    every = [param.replace(kind=param.KEYWORD_ONLY) for param in (*options, *params, *shared)]
    callback.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(name, cls=Command, add_help_option=False)(callback)
    made = get_command(single)
    assert isinstance(made, Command)
    made.query = query
    page = entry.page
    made.page = page._replace(
        title=entry.title,
        about=query.about.get(language()) if query and not page.about else page.about and _(page.about),
        usage=page.usage and _(page.usage),
        own=frozenset({*first, *(param.name for param in options)} - {"db"}),
        examples=page.examples or (query.examples if query else ()),
    )
    translate_help(made.params)
    return made


def make_group(name: str, kind: Any) -> Any:
    """Return the group of a class, which has its options in `begin`."""
    group = typer.Typer(
        name=name, cls=kind, add_completion=False, add_help_option=False, rich_markup_mode=None,
        invoke_without_command=True,
    )  # fmt: skip
    group.callback()(kind.begin)
    made = get_command(group)
    translate_help(made.params)
    return made


def translate_help(params: Sequence[Any]) -> None:
    """Let arguments and options describe themselves in the user's language."""
    for param in params:
        if text := getattr(param, "help", None):
            text = _(text)
            param.help = text.format(formats=", ".join(formats.names())) if "{formats}" in text else text


def _read_option(param: Param) -> inspect.Parameter:
    """Return the option of a parameter in a query's header; `Command.describe` gives it its help."""
    names = ["--" + name.replace("_", "-") for name in (param.also, param.name) if name]
    declare = partial(typer.Option, *names, show_default=False)
    if param.type == "flag":
        return _parameter(_name(param), Annotated[bool, declare()], False)
    kind: Any = list[str] if param.many else str
    metavar = "|".join(param.choices) or _METAVARS[param.type]
    return _parameter(_name(param), Annotated[kind | None, declare(metavar=metavar)])


def _name(param: Param) -> str:
    """Return the name that an option has in Python: `--from` is an option, but `from` is no name."""
    return param.name + "_" if keyword.iskeyword(param.name) else param.name


def _parameter(name: str, annotation: Any, default: Any = None) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _look_up(name: str) -> Entry:
    """Return what the command of a built-in lookup is made of."""
    read = cache(partial(catalog.read, paths.queries() / f"{name}.sql"))

    def answer(output: Output, grade: Grade = None, city: City = None, db: Db = None, **given: Any) -> int:
        # What cannot be right fails before the database is opened, and before DuckDB is loaded.
        request = api.Request.make(read(), {**given, "grade": grade}, output.shape)
        if output.format == "table":
            # The database is still being opened: what draws can be loaded meanwhile.
            formats.load("table")
        # It is not closed: the process ends after this command, and closing takes 3 ms.
        return deliver(api.open(db, city).lookup(request), output)

    return Entry(answer, HelpPage(""), read)


@cache
def list_modules() -> dict[str, str]:
    """Return command -> its module, by the texts of the modules beside this one: none is imported."""
    modules = {}
    for file in os.listdir(_FOLDER):
        if file.endswith(".py"):
            with open(os.path.join(_FOLDER, file), encoding="utf-8") as text:
                for name in re.findall(r'^@command\(\s*"(\w+)"', text.read(), re.MULTILINE):
                    modules[name] = file.removesuffix(".py")
    return modules


def _find(name: str) -> Entry | None:
    """Return what the command of that name is made of, or None."""
    lookup = name in catalog.list_queries(paths.queries())
    # Texts are read only where neither a module nor a lookup has the name.
    module: str | None = name
    if not name.isidentifier() or not os.path.isfile(os.path.join(_FOLDER, f"{name}.py")):
        module = None if lookup else list_modules().get(name)
    if module is not None:
        import_module(f"ipcli.cli.{module}")
    return _look_up(name) if lookup and name not in MARKED else MARKED.get(name)


class Group(TyperGroup):
    """All commands. Only the one that is run is read."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return all names, sorted; no command is read."""
        return sorted({*catalog.list_queries(paths.queries()), *list_modules()})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of that name, or None."""
        entry = _find(cmd_name)
        return None if entry is None else make(cmd_name, entry)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the first argument names, else `find`, as in `ipcli 崂山 人工智能`."""
        found = self.get_command(ctx, args[0])
        if found is not None:
            return args[0], found, args[1:]
        if ctx is not None:
            ctx.meta["bare"] = True
        return "find", self.get_command(ctx, "find"), args

    def titles(self) -> dict[str, str]:
        """Return command -> its title in the user's language, or the error of its file: help still lists the others."""
        titles = {}
        for name in self.list_commands(None):
            try:
                entry = _find(name)
                titles[name] = entry.title if entry else ""
            except UsageError as error:
                titles[name] = str(error)
        return titles

    def get_help(self, ctx: Any) -> str:
        """Return the help page, with a line for each command and the exit codes."""
        page = describe_program(self.titles(), list_modules())
        params = [param for param in self.get_params(ctx) if param.name != "lang"]
        return page.text(ctx.command_path, params, ctx)

    @staticmethod
    def begin(
        ctx: typer.Context,
        install_completion: Annotated[
            str,
            typer.Option(
                "--install-completion", metavar="[bash|zsh|fish]", help=N_("Install completion by Tab")
            ),
        ] = "",
        show_completion: Annotated[
            str,
            typer.Option(
                "--show-completion", metavar="[bash|zsh|fish]", help=N_("Print the script of completion")
            ),
        ] = "",
        version: Annotated[
            bool, typer.Option("--version", "-V", help=N_("Versions of the program and the data"))
        ] = False,
        db: Db = None,
        city: City = None,
        format: Format = None,
        json: Json = False,
        output: File = None,
        lang: Lang = None,
        help: Help = False,
    ) -> None:
        """Take the options of the program itself; `main` has taken those of completion, and those of a command."""
        if version:
            print_text(describe_versions(db))
            raise typer.Exit
        if city or format or json or output:
            raise UsageError(_("--city, -f and -o need a command: ipcli targets -f json"))
        if ctx.invoked_subcommand is None:
            print_text(describe_overview(db, catalog.list_queries(paths.queries()), list_modules()))


@cache
def program() -> Any:
    """Return the program as one command, its options in the user's language."""
    return make_group("ipcli", Group)


@command(
    "help",
    N_("Help on topics and commands"),
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
        print_text(describe_topics())
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


def main(args: list[str]) -> int:
    """Run the program with these arguments and return its exit code."""
    if os.environ.get("IPCLI_DEBUG") != "1":
        # Of what goes wrong while an object goes away, Python prints a traceback.
        sys.unraisablehook = lambda _error: None
    for stream in (sys.stdout, sys.stderr):
        # A console that lacks a character (ASCII, GBK) gets an escape, never a traceback.
        if stream is not None:
            stream.reconfigure(errors="backslashreplace", newline="")  # type: ignore[union-attr]
    try:
        line.read(args).set_language()
        if args and args[0].partition("=")[0] in ("--install-completion", "--show-completion"):
            from ipcli.cli import shells

            return shells.run(args)
        return run(line.current.args)
    except IpcliError as error:
        return _report(str(error), error.exit_code)
    except typer.TyperException as error:
        return _report(line.explain(error), errors.USAGE)
    except BrokenPipeError:
        return errors.OK
    except KeyboardInterrupt:
        return errors.INTERRUPTED
    except Terminated as stop:
        return int(stop.args[0])
    except MemoryError:
        return _report(_("out of memory"), errors.LIMIT)
    except Exception as error:
        return _explain(error)


def _explain(error: Exception) -> int:
    """Report what nobody has caught, and return the exit code."""
    from ipcli import db

    if db.raised:
        return db.SIGNALLED + db.raised
    if os.environ.get("IPCLI_DEBUG") == "1":
        raise error
    reason = f"{type(error).__name__}: {error}"
    if isinstance(error, OSError):
        message = _("the system refuses: {reason}")
        code = errors.LIMIT if error.errno in _SHORT else errors.NO_OUTPUT
        return _report(message.format(reason=why(error)), code)
    if "start new thread" in reason:
        return _report(_("the system refuses: no thread can be started"), errors.LIMIT)
    if db.foreign is not None:
        # The program holds for what its own build makes.
        message = _("the database {path} does not hold what ipcli expects ({reason})")
        return _report(message.format(path=db.foreign, reason=reason), errors.NO_DATABASE)
    return _report(f"internal error: {reason}", errors.QUERY_FAILED)


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


def _report(message: str, code: int) -> int:
    """Print one message on stderr (nothing if the process has none) and return `code`."""
    say(message)
    return code
