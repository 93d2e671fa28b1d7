"""A query as a command: its parameters as options, its rows on stdout or in a file."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from ipcli import api
from ipcli.cli.command import Command, build, option
from ipcli.cli.deliver import deliver
from ipcli.cli.help import HelpPage
from ipcli.cli.options import City, Db, Grade, Output
from ipcli.i18n import language
from ipcli.model import Query
from ipcli.query import catalog

_METAVARS = {"text": "TEXT", "integer": "INTEGER", "number": "NUMBER", "date": "YYYY-MM-DD"}
# The shared options that only queries have which use them.
_ASKED = {"grade": Grade, "city": City}

Answer = Callable[..., int]


def make(query: Query) -> Command:
    """Return the command of a built-in lookup."""
    return command(query, lambda output, db, city, **given: run(query, given, output, db, city))


def command(query: Query, answer: Answer, more: Sequence[inspect.Parameter] = (), usage: str = "") -> Command:
    """Return the command of a query; `more` are further parameters, `usage` is for its help page.

    The command calls `answer` with the output options as `output`, and every other option as it was typed.
    """
    uses = catalog.parameters(query.sql)
    own = [_option(param) for param in query.params]
    asked = [_keyword(name, kind) for name, kind in _ASKED.items() if name in uses]
    shared = list(inspect.signature(Output.read, eval_str=True).parameters.values())

    def run(**values: Any) -> int:
        output = Output.read(**{param.name: values.pop(param.name) for param in shared})
        given = {name.removesuffix("_"): value for name, value in values.items()}
        return answer(**{"city": None, **given, "output": output})

    lang = language()
    page = HelpPage(
        title=query.title.get(lang),
        about=query.about.get(lang),
        usage=usage,
        own=frozenset(param.name for param in (*own, *more)) | {"city", "grade", "help"},
        examples=query.examples,
    )
    built = build(query.name, run, [*own, *more, *shared, *asked, _keyword("db", Db)], page)
    built.query = query
    return built


def run(query: Query, given: dict[str, Any], output: Output, db: str | None, city: str | None) -> int:
    """Answer a lookup and write the answer; return the exit code."""
    # What cannot be right fails before the database is opened, and before DuckDB is loaded.
    request = api.Request.make(query, given, output.shape)
    if output.format == "table":
        # The database is still being opened: what draws can be loaded meanwhile.
        import ipcli.output.table  # noqa: F401
    # It is not closed: the process ends after this command, and closing takes 3 ms.
    return deliver(api.open(db, city).lookup(request), output, inputs=[db])


def words(name: str, metavar: str, text: str, *, many: bool = False) -> inspect.Parameter:
    """Return an argument of a command that is made from a query's header."""
    kind: Any = list[str] if many else str
    declared = typer.Argument(metavar=metavar, help=text, show_default=False)
    annotation = Annotated[kind | None, declared] if many else Annotated[kind, declared]
    default = None if many else inspect.Parameter.empty
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _option(param: Any) -> inspect.Parameter:
    metavar = None if param.type == "flag" else "|".join(param.choices) or _METAVARS[param.type]
    # `Command.describe` gives it its help.
    return option(param.name, metavar=metavar, many=param.many)


def _keyword(name: str, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
