"""Commands, from annotated functions (`@command` says what the help page tells, `make` makes it) or from queries.

A parameter whose class has `read` (such as `Output`) stands for all options that `read` takes.
"""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand
from typer.main import get_command

from ipcli import api
from ipcli.cli.deliver import deliver
from ipcli.cli.help import HelpPage, print_text
from ipcli.cli.options import City, Db, Grade, Output
from ipcli.i18n import N_, _, language
from ipcli.model import Param, Query
from ipcli.output import formats
from ipcli.query import catalog

Run = TypeVar("Run", bound=Callable[..., Any])
# Options of all commands; `main` has read --lang before any command sees it.
_EVERYWHERE = ("help", "lang")
# The shared options that only queries have which use them.
_ASKED = {"grade": Grade, "city": City}
_METAVARS = {"text": "TEXT", "integer": "INTEGER", "number": "NUMBER", "date": "YYYY-MM-DD"}


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
        function.page = HelpPage(title, about, usage, examples=examples)  # type: ignore[attr-defined]
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
    page: HelpPage = function.page  # type: ignore[attr-defined]
    params = inspect.signature(function, eval_str=True).parameters.values()
    own = [param for param in params if not _stands_for_several(param)]
    groups = [param for param in params if _stands_for_several(param)]
    page = page._replace(
        title=_(page.title),
        about=page.about and _(page.about),
        usage=page.usage and _(page.usage),
        own=frozenset(param.name for param in own if param.name != "db") | {"help"},
    )
    return build(name, function, [*own, *groups], page)


def make_lookup(query: Query) -> Command:
    """Return the command of a built-in lookup."""

    def answer(output: Output, db: str | None, city: str | None, **given: Any) -> int:
        # What cannot be right fails before the database is opened, and before DuckDB is loaded.
        request = api.Request.make(query, given, output.shape)
        if output.format == "table":
            # The database is still being opened: what draws can be loaded meanwhile.
            formats.load("table")
        # It is not closed: the process ends after this command, and closing takes 3 ms.
        return deliver(api.open(db, city).lookup(request), output, inputs=[db])

    return make_for_query(query, answer)


def make_for_query(
    query: Query, answer: Callable[..., int], more: Sequence[inspect.Parameter] = (), usage: str = ""
) -> Command:
    """Return the command of a query; `more` are further parameters, `usage` is for its help page.

    The command calls `answer` with the output options as `output`, and every other option as it was typed.
    """
    uses = catalog.parameters(query.sql)
    own = [_read_option(param) for param in query.params]
    asked = [parameter(name, kind) for name, kind in _ASKED.items() if name in uses]

    def run(**values: Any) -> int:
        given = {name.removesuffix("_"): value for name, value in values.items()}
        return answer(**{"city": None, **given})

    lang = language()
    page = HelpPage(
        title=query.title.get(lang),
        about=query.about.get(lang),
        usage=usage,
        own=frozenset(param.name for param in (*own, *more)) | {"city", "grade", "help"},
        examples=query.examples,
    )
    params = [*own, *more, parameter("output", Output), *asked, parameter("db", Db)]
    built = build(query.name, run, params, page)
    built.query = query
    return built


def build(
    name: str, run: Callable[..., int | None], params: Sequence[inspect.Parameter], page: HelpPage
) -> Command:
    """Return a command with these parameters, --lang and --help, that calls `run` with the values of its own."""
    every: list[inspect.Parameter] = []
    groups: dict[str, tuple[Callable[..., Any], list[str]]] = {}
    for param in params:
        if _stands_for_several(param):
            read = param.annotation.read
            members = inspect.signature(read, eval_str=True).parameters
            groups[param.name] = (read, list(members))
            every += members.values()
        else:
            every.append(param)
    every += [parameter("lang", Lang), parameter("help", Help, False)]

    def callback(**values: Any) -> int | None:
        for option in _EVERYWHERE:
            values.pop(option)
        for group, (read, members) in groups.items():
            values[group] = read(**{member: values.pop(member) for member in members})
        return run(**values)

    every = [param.replace(kind=inspect.Parameter.KEYWORD_ONLY) for param in every]
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
            text = _(text)
            param.help = text.format(formats=", ".join(formats.names())) if "{formats}" in text else text


def option(
    name: str, text: str = "", *, metavar: str | None = None, many: bool = False, default: Any = None
) -> inspect.Parameter:
    """Return one option of a command; a flag if it has no metavar."""
    text = _with_default(text, default)
    decl = "--" + name.replace("_", "-")
    if metavar is None:
        return parameter(name, Annotated[bool, typer.Option(decl, help=text)], False)
    kind: Any = list[str] if many else str
    declared = typer.Option(decl, metavar=metavar, help=text, show_default=False)
    return parameter(name, Annotated[kind | None, declared])


def argument(name: str, metavar: str, text: str, *, many: bool = False) -> inspect.Parameter:
    """Return one argument of a command; it is required unless it may be `many`."""
    declared = typer.Argument(metavar=metavar, help=text, show_default=False)
    if many:
        return parameter(name, Annotated[list[str] | None, declared])
    return parameter(name, Annotated[str, declared], inspect.Parameter.empty)


def parameter(name: str, annotation: Any, default: Any = None) -> inspect.Parameter:
    """Return a parameter of a command that is not written as a function."""
    # `--from` is an option, but `from` is no name of a parameter.
    name = name + "_" if keyword.iskeyword(name) else name
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _read_option(param: Param) -> inspect.Parameter:
    """Return the option of a parameter in a query's header; `Command.describe` gives it its help."""
    metavar = None if param.type == "flag" else "|".join(param.choices) or _METAVARS[param.type]
    return option(param.name, metavar=metavar, many=param.many)


def _with_default(text: str, default: Any) -> str:
    if not default:
        return text
    return _("{text} (default {default})").format(text=text, default=default)


def _stands_for_several(param: inspect.Parameter) -> bool:
    return hasattr(param.annotation, "read")
