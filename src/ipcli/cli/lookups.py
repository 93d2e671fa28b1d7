"""A query as a command: its parameters as options, its rows on stdout or in a file."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipcli import catalog, errors, formats, paths
from ipcli.cli import catch_signals
from ipcli.cli.options import (
    GRADES,
    Command,
    HelpPage,
    Output,
    destination,
    help_option,
    option,
    refuse,
    shared,
)
from ipcli.i18n import language
from ipcli.model import Param, Query, Result, Row, Text

if TYPE_CHECKING:
    from ipcli.engine import Database
    from ipcli.names import Names

_METAVARS = {"text": "TEXT", "integer": "INTEGER", "number": "NUMBER", "date": "YYYY-MM-DD"}


def command(query: Query) -> Command:
    """The command of a query."""
    uses = catalog.parameters(query.sql)
    own = [_option(param) for param in query.params]
    common = shared(city="city" in uses, grade="grade" in uses)
    built = Command(
        name=query.name,
        params=[*own, *common, help_option()],
        add_help_option=False,
        callback=lambda **values: run(query, values),
        rich_markup_mode=None,
    )
    lang = language()
    built.page = HelpPage(
        title=query.title.get(lang),
        about=query.about.get(lang),
        own=frozenset({param.name for param in query.params} | {"city", "grade", "help"}),
        examples=query.examples,
    )
    return built


def run(query: Query, values: dict[str, Any]) -> int:
    """Run a query with the values of its command's options; returns the exit code."""
    output = Output.parse(values)
    bound = {param.name: _converted(param, values[param.name]) for param in query.params}
    bound["grade"] = _grades(values.get("grade"))
    writer = formats.load(output.format)
    # Late, for it loads DuckDB: everything above fails without it.
    from ipcli.engine import Database

    catch_signals()
    # It is not closed: the process ends after this command, and closing takes 3 ms.
    database = Database.open(paths.database(values["db"]))
    known = _names(database, values.get("city"))
    bound["city"] = known.city
    for param in query.params:
        value = bound[param.name]
        if param.values and value is not None:
            if param.many:
                value = [known.resolve(param.values, typed) for typed in value]
            else:
                value = known.resolve(param.values, value)
            bound[param.name] = value
    result = database.run(
        query.sql,
        bound,
        columns=output.columns or None,
        sort=output.sort,
        order=query.order,
        # One more than asked for tells whether there are more.
        limit=None if output.limit is None else output.limit + 1,
        labels={**known.labels, **query.labels},
        show=query.show,
        title=query.title,
    )
    if output.columns is not None:
        result.chosen = True
    cut = _Cut(result.rows, output.limit)
    result.rows = iter(cut)
    with destination(output.path, binary=writer.BINARY) as out:
        count = writer.write(result, out, output.options(out))
    _narrate(result, count, cut.more)
    return errors.QUERY_FAILED if output.exit_status and not count else errors.OK


class _Cut:
    """The first rows of a stream; `more` tells afterwards whether rows were left out."""

    def __init__(self, rows: Iterator[Row], limit: int | None) -> None:
        self._rows = rows
        self._limit = limit
        self.more = False

    def __iter__(self) -> Iterator[Row]:
        if self._limit is None:
            yield from self._rows
            return
        for number, row in enumerate(self._rows):
            if number == self._limit:
                self.more = True
                return
            yield row


def _option(param: Param) -> Any:
    metavar = None if param.type == "flag" else "|".join(param.choices) or _METAVARS[param.type]
    return option(param.name, param.help, metavar=metavar, many=param.many, default=param.default or None)


def _converted(param: Param, given: Any) -> Any:
    """What the command line gave for a parameter as the value to bind; None if nothing."""
    if param.type == "flag":
        return bool(given)
    if param.many:
        texts = list(given or ())
        if not texts:
            return None if param.default is None else [param.default]
        return [_value(param, text) for text in texts]
    return param.default if given is None else _value(param, given)


def _value(param: Param, text: str) -> Any:
    name = "--" + param.name.replace("_", "-")
    if param.choices and text not in param.choices:
        listed = ", ".join(param.choices)
        refuse(f"{name} 应为 {listed} 之一，不是 {text}", f"{name} is one of {listed}, not {text}")
    if param.type == "text":
        return text
    if param.type == "date":
        return _date(name, text)
    try:
        value = int(text) if param.type == "integer" else float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or (param.type == "integer" and abs(value) >= 2**63):
        zh = "整数" if param.type == "integer" else "数字"
        refuse(f"{name} 应为{zh}，不是 {text}", f"{name} must be a {param.type}, not {text}")
    return value


def _date(name: str, text: str) -> str:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        refuse(
            f"{name} 应为日期，如 2025-12-31，不是 {text}",
            f"{name} must be a date such as 2025-12-31, not {text}",
        )


def _grades(given: str | None) -> list[str] | None:
    """The grades that are at least as good as the one given."""
    if given is None:
        return None
    grade = given.strip().upper()
    if len(grade) != 1 or grade not in GRADES:
        refuse(f"--grade 应为 A、B 或 C，不是 {given}", f"--grade is A, B or C, not {given}")
    return list(GRADES[: GRADES.index(grade) + 1])


def _names(database: Database, city: str | None) -> Names:
    """The names of the database: from its index, or from itself if the index is not its own."""
    from ipcli.names import Names, StaleIndex

    try:
        index = paths.names_index(Path(database.path))
        return Names.load(index, city, database.content_hash)
    except StaleIndex:
        return Names.from_rows(
            city,
            database.cities,
            database.names_rows(),
            database.distinct,
            labels={name: catalog.parse_label(text) for name, text in database.comments().items()},
            release=database.release,
        )


def _narrate(result: Result, count: int, more: bool) -> None:
    """Say on stderr what stdout does not show."""
    if more:
        everything = " ".join(["ipcli", *map(_quoted, _without_limit(sys.argv[1:]))])
        message = Text(
            f"只输出了前 {count} 行；全部：{everything}", f"only the first {count} rows; all: {everything}"
        )
    elif not count and sys.stderr is not None and sys.stderr.isatty():
        message = Text("没有符合条件的记录", "no rows match")
    else:
        return
    print(message.get(language()), file=sys.stderr)


def _quoted(arg: str) -> str:
    """An argument as a shell reads it; unlike shlex, letters of all scripts need no quotes."""
    if arg and all(character.isalnum() or character in "@%+=:,./-_" for character in arg):
        return arg
    return "'" + arg.replace("'", "'\"'\"'") + "'"


def _without_limit(args: list[str]) -> list[str]:
    kept = []
    skip = False
    for arg in args:
        if not skip and arg != "--limit" and not arg.startswith("--limit="):
            kept.append(arg)
        skip = arg == "--limit" and not skip
    return kept
