"""A query as a command: its parameters as options, its rows on stdout or in a file."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipcli import paths
from ipcli.cli import catch_signals
from ipcli.cli.deliver import deliver
from ipcli.cli.help import Command, HelpPage, made
from ipcli.cli.options import GRADES, Output, option, refuse, shared
from ipcli.cli.values import resolved
from ipcli.i18n import _, language
from ipcli.model import Label, Param, Query, Result, Text
from ipcli.output import formats
from ipcli.query import catalog

if TYPE_CHECKING:
    from ipcli.db.engine import Database
    from ipcli.db.sandbox import Sandbox
    from ipcli.query.names import Names
    from ipcli.query.words import Words

# A year or a month in place of a day, and the options that then mean its last day.
_SPAN = re.compile(r"[0-9]{4}(-[0-9]{2})?")
_ENDS = ("--to", "--until", "--as-of")
_METAVARS = {"text": "TEXT", "integer": "INTEGER", "number": "NUMBER", "date": "YYYY-MM-DD"}


def command(query: Query) -> Command:
    """The command of a built-in lookup."""
    return build(query, [], lambda values: _run(query, values))


def build(query: Query, more: list[Any], run: Callable[[dict[str, Any]], int]) -> Command:
    """The command of a query, with `more` options, that calls `run` with the values of all options."""
    uses = catalog.parameters(query.sql)
    own = [_option(param) for param in query.params]
    common = shared(city="city" in uses, grade="grade" in uses)
    lang = language()
    first = (
        {param.name for param in query.params} | {option.name for option in more} | {"city", "grade", "help"}
    )
    page = HelpPage(
        title=query.title.get(lang),
        about=query.about.get(lang),
        own=frozenset(first),
        examples=query.examples,
    )
    return made(query.name, [*own, *more, *common], run, page)


def answer(
    database: Database | Sandbox,
    query: Query,
    values: Mapping[str, Any],
    output: Output,
    timeout: float | None = None,
) -> Result:
    """Run a query with the values of its command's options. UsageError for a value nobody knows."""
    bound = {param.name: converted(param, values.get(param.name)) for param in query.params}
    bound["grade"] = grades(values.get("grade"))
    known = names(database, values.get("city"))
    bound["city"] = known.city
    for param in query.params:
        value = bound[param.name]
        if param.values and value is not None:
            if param.many:
                value = [resolved(known, query, param, typed) for typed in value]
            else:
                value = resolved(known, query, param, value)
            bound[param.name] = value
    left_out = _notices(database, query, bound)
    sql = query.sql
    if database.own:
        sql = catalog.without(sql, {name for name, value in bound.items() if value is None})
    result = database.run(
        sql,
        bound,
        columns=output.columns or None,
        sort=output.sort,
        order=query.order,
        limit=output.limit,
        timeout=timeout,
        labels={**known.labels, **query.labels},
        show=query.show,
        title=query.title,
    )
    result.notices = left_out
    if not formats.plain(output.format):
        words = database.words(output.lang, known.city)
        result.columns = tuple(words.dress(column) for column in result.columns)
        result.title = titled(query, bound, words)
    return result


def titled(query: Query, bound: Mapping[str, Any], words: Words) -> Text:
    """The title of a query with the names it was asked for: an export says what it is of."""
    zh, en = [], []
    for param in query.params:
        value = bound.get(param.name)
        for name in (value if isinstance(value, list) else [value]) if value else ():
            if param.values:
                zh.append(str(name))
                en.append(words.word(param.name, str(name)))
            elif param.name == "search":
                zh.append(f"“{name}”")
                en.append(f'"{name}"')
    if not zh:
        return query.title
    return Text(f"{query.title.zh}：{'、'.join(zh)}", f"{query.title.en}: {', '.join(en)}")


def _notices(database: Database | Sandbox, query: Query, bound: Mapping[str, Any]) -> tuple[str, ...]:
    """What the query leaves out for the parameters that are given, a line each."""
    found = []
    for notice in query.notices:
        if bound.get(notice.param):
            ((count, *_),) = database.run(notice.sql, bound).rows
            if count:
                found.append(notice.text.get(language()).replace("{n}", str(count)))
    return tuple(found)


def _run(query: Query, values: dict[str, Any]) -> int:
    output = Output.parse(values)
    # What cannot be right fails before the database is opened, and before DuckDB is loaded.
    for param in query.params:
        converted(param, values[param.name])
    grades(values.get("grade"))
    if output.format == "table":
        # The database is still being opened: what draws can be loaded meanwhile.
        import ipcli.output.table  # noqa: F401
    from ipcli.db.engine import Database

    catch_signals()
    # It is not closed: the process ends after this command, and closing takes 3 ms.
    database = Database.open(paths.database(values["db"]))
    return deliver(answer(database, query, values, output), output)


def _option(param: Param) -> Any:
    metavar = None if param.type == "flag" else "|".join(param.choices) or _METAVARS[param.type]
    found = option(
        param.name,
        param.help.get(language()),
        metavar=metavar,
        many=param.many,
        default=param.default or None,
    )
    # What completion offers for it.
    found.reference = param.values  # type: ignore[attr-defined]
    return found


def converted(param: Param, given: Any) -> Any:
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
        return _choice(name, param, text)
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
        en = "an integer" if param.type == "integer" else "a number"
        refuse(_("{name} must be {en}, not {text}").format(name=name, en=en, text=text, zh=zh))
    return value


def _choice(name: str, param: Param, text: str) -> str:
    """The choice that a word for it means, as the output shows it in either language."""
    from ipcli.query.names import Names
    from ipcli.query.words import coded

    words = coded(param.name)
    reference = f"choices.{param.name}"
    known = Names(
        "",
        {},
        {reference: list(param.choices)}.get,
        labels={param.name: Label(Text(name, name))},
        spoken=lambda _column, value: words.get(value, ()),
    )
    if known.matching(param.choices, text, param.name) and text.strip():
        return known.resolve(reference, text)
    listed = ", ".join(param.choices)
    refuse(_("{name} is one of {listed}, not {text}").format(name=name, listed=listed, text=text))


def _date(name: str, text: str) -> str:
    """A day; of a year or a month its first day, or its last where the option tells an end."""
    from datetime import date, timedelta

    year, month = (int(part) for part in (text[:4], text[5:7] or "0")) if _SPAN.fullmatch(text) else (0, 0)
    try:
        if not year:
            return date.fromisoformat(text).isoformat()
        if name not in _ENDS:
            return date(year, month or 1, 1).isoformat()
        # The first day of what follows, less one.
        following = date(year + 1, 1, 1) if month in (0, 12) else date(year, month + 1, 1)
        return (following - timedelta(days=1)).isoformat()
    except ValueError:
        refuse(
            _("{name} must be a date such as 2025-12-31, 2025-12 or 2025, not {text}").format(
                name=name, text=text
            ),
        )


def grades(given: str | None) -> list[str] | None:
    """The grades that are at least as good as the one given."""
    if given is None:
        return None
    grade = given.strip().upper()
    if len(grade) != 1 or grade not in GRADES:
        refuse(_("--grade is A, B or C, not {given}").format(given=given))
    return list(GRADES[: GRADES.index(grade) + 1])


def names(database: Database | Sandbox, city: str | None) -> Names:
    """The names of the database: from its index, or from itself if the index is not its own."""
    from ipcli.query.names import ENGLISH, Names, StaleIndex

    try:
        index = paths.names_index(Path(database.path))
        return Names.load(index, city, database.content_hash)
    except StaleIndex:
        both = [database.words(lang, city) for lang in ("zh", "en")]
        return Names.from_rows(
            city,
            database.cities,
            database.names_rows(),
            database.distinct,
            labels={name: catalog.parse_label(text) for name, text in database.comments().items()},
            release=database.release,
            english=both[1].readings(ENGLISH),
            spoken=lambda column, value: [words.word(column, value) for words in both],
        )
