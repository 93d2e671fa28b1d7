"""Ask the data: `open()` a database, then `lookup`, `find`, `show`, `cite`. What the commands call.

A question is one `Request`, made once; an answer is one `Result`.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ipcli import paths
from ipcli.errors import UsageError
from ipcli.i18n import _, language, ngettext
from ipcli.model import Label, Param, Query, Result, Row, Text
from ipcli.query import catalog
from ipcli.query.names import Names, UnknownName, choose, kind_of
from ipcli.query.words import Words, find_codes, list_names, read_kinds

if TYPE_CHECKING:
    from ipcli.db.engine import Database


# The column that sets some rows apart from the others.
_APART = "is_umbrella"
_GRADES = ["A", "B", "C"]
# A year or a month in place of a day, and the options that then mean its last day.
_SPAN = re.compile(r"[0-9]{4}(-[0-9]{2})?")
_ENDS = ("--to", "--until", "--as-of")


class Shape(NamedTuple):
    """What of an answer depends on where it goes.

    `columns` None: the query's own, []: all. `sort` is of (column, descending). `plain`: for machines, so that
    values and headings stay as the data have them.
    """

    columns: Sequence[str] | None = None
    sort: Sequence[tuple[str, bool]] = ()
    limit: int | None = None
    lang: str = "zh"
    plain: bool = True


class Request(NamedTuple):
    """A question: a query, the values of its parameters, and the shape of the answer."""

    query: Query
    values: Mapping[str, Any]
    grade: list[str] | None = None
    shape: Shape = Shape()
    timeout: float | None = None

    @classmethod
    def make(
        cls, query: Query, given: Mapping[str, Any], shape: Shape, timeout: float | None = None
    ) -> Request:
        """Return the request of what was typed for a query. Needs no database. UsageError."""
        values = {
            param.name: _convert(param, given.get(param.name, given.get(param.also)))
            for param in query.params
        }
        return cls(query, values, _read_grades(given.get("grade")), shape, timeout)


def open(
    path: str | os.PathLike[str] | None = None, city: str | None = None, *, any_release: bool = False
) -> Data:
    """Open a database, or the shipped one. DatabaseError; an unknown city is a UsageError when it is asked for.

    With `any_release` one will do that was built by an older program, of which only the release is asked.
    """
    from ipcli.db.engine import Database

    chosen = paths.database(None if path is None else os.fspath(path))
    return Data(Database.open(chosen, any_release=any_release), city)


class Data:
    """An open database, asked in the words that people type."""

    def __init__(self, database: Database, city: str | None = None) -> None:
        """Take an open database, and the city that is meant where it holds several."""
        self.database = database
        self._city = city

    @cached_property
    def names(self) -> Names:
        """Return the names of the city. UsageError if it is unknown, or not told and there are several."""
        return Names(self.database, self._city)

    @property
    def city(self) -> str:
        """Return the name of the city."""
        return self.names.city

    def words(self, lang: str) -> Words:
        """Return what codes and names read as in a language."""
        return Words.read(self.database.fetch, lang, self.city)

    def lookup(self, request: Request) -> Result:
        """Return the answer to a request. UsageError for a name that nobody knows."""
        query, shape = request.query, request.shape
        values = _resolve_all(self.names, query, request.values)
        values |= {"city": self.city, "grade": request.grade}
        notices = tuple(self._left_out(query, values))
        taken = tuple(f"{typed} -> {' '.join(names)}" for typed, names in self.names.taken.items())
        result = self._run(
            self._prepare(query.sql, values),
            values,
            columns=shape.columns or None,
            # Sums of many projects stand apart, whatever the order: nobody should read them as projects.
            sort=((_APART, False), *shape.sort) if shape.sort and _APART in query.show else shape.sort,
            order=query.order,
            limit=shape.limit,
            timeout=request.timeout,
            labels={} if shape.plain else self._labels(query),
            headings=lambda: self._labels(query),
            show=query.show,
            title=query.title,
        )
        result.notices = taken + notices
        result.asked = frozenset(_list_asked(query, values))
        if not shape.plain:
            words = self.words(shape.lang)
            result.columns = tuple(words.dress(column) for column in result.columns)
            result.title = _make_title(query, values, words)
        return result

    def _prepare(self, sql: str, values: Mapping[str, Any]) -> str:
        """Return the SQL to run: without the conditions that nothing is given for, which cost time."""
        return catalog.without(
            sql, {name for name, value in values.items() if value is None or value is False}
        )

    def _labels(self, query: Query) -> dict[str, Label]:
        return {**self.names.labels, **query.labels}

    def _run(self, sql: str, values: Mapping[str, Any], **options: Any) -> Result:
        return self.database.run(sql, values, **options)

    def count(self, request: Request) -> int:
        """Return how many rows a request has."""
        return sum(1 for _row in self.lookup(request._replace(shape=Shape())).rows)

    def rows(self, sql: str, **values: Any) -> Iterator[Row]:
        """Yield the rows of a statement of the program's own."""
        yield from self.database.run(sql, {"city": self.city, **values}).rows

    def _left_out(self, query: Query, values: Mapping[str, Any]) -> Iterator[str]:
        """Yield a line for what the query leaves out: always, or for a parameter that is given."""
        for notice in query.notices:
            if notice.param == "*" or values.get(notice.param):
                for row in self._run(self._prepare(notice.sql, values), values, limit=1).rows:
                    # A second column is the English of the first.
                    found = str(Text(row[0], row[-1]).get(language()) or "0")
                    if found != "0":
                        yield notice.text.get(language()).replace("{n}", found)


def explain_empty(data: Data, request: Request, options: Mapping[str, Any], about: str) -> str | None:
    """Return why an answer is empty, if it has rows without the `options` that are set; else None.

    `request` is the one without them, `about` what was asked about.
    """
    set_ = [
        f"--{name.replace('_', '-')}" + (f" {value}" if value is not True else "")
        for name, given in options.items()
        for value in (given if isinstance(given, (list, tuple)) else [given] if given else ())
    ]
    count = data.count(request) if set_ else 0
    if not count:
        return None
    message = ngettext(
        'there is {count} fact for "{name}", but not with {joined}',
        'there are {count} facts for "{name}", but none with {joined}',
        count,
    )
    return message.format(count=count, name=about, joined=" ".join(set_))


def _list_asked(query: Query, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the columns of which the values of a query ask for one value."""
    for param in query.params:
        value = values.get(param.name)
        if value is not None and (not isinstance(value, list) or len(value) == 1):
            yield "due_year" if param.name == "due" else param.name


def _make_title(query: Query, values: Mapping[str, Any], words: Words) -> Text:
    """Return the title of a query with the names it was asked for: a file says what it is of."""
    zh, en = [], []
    for param in query.params:
        value = values.get(param.name)
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


def _read_grades(given: str | None) -> list[str] | None:
    """Return the grades that are at least as good as the one given; None if none is."""
    if given is None:
        return None
    grade = given.strip().upper()
    if grade not in _GRADES:
        raise UsageError(_("--grade is A, B or C, not {given}").format(given=given))
    return _GRADES[: _GRADES.index(grade) + 1]


def _convert(param: Param, given: Any) -> Any:
    if param.type == "flag":
        return bool(given)
    if not param.many:
        return param.default if given is None else _read_value(param, given)
    texts = [given] if isinstance(given, str) else list(given or ())
    if not texts:
        return None if param.default is None else [param.default]
    return [_read_value(param, text) for text in texts]


def _read_value(param: Param, text: Any) -> Any:
    name = "--" + (param.also or param.name).replace("_", "-")
    text = str(text)
    if param.choices and text not in param.choices:
        return _read_choice(name, param, text)
    if param.type == "text":
        return text
    if param.type == "date":
        return _read_date(name, text)
    try:
        value = int(text) if param.type == "integer" else float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value) and (param.type != "integer" or abs(value) < 2**63):
        return value
    if param.type == "integer":
        raise UsageError(_("{name} must be an integer, not {text}").format(name=name, text=text))
    raise UsageError(_("{name} must be a number, not {text}").format(name=name, text=text))


def _read_choice(name: str, param: Param, text: str) -> str:
    """Return the choice that a word for it means, as the output shows it in either language."""
    words = find_codes(param.name)
    chosen = choose(Text(name, name), text, {code: words.get(code, ()) for code in param.choices})
    if chosen is not None:
        return chosen
    choices = ", ".join(param.choices)
    raise UsageError(
        _("{name} is one of {choices}, not {text}").format(name=name, choices=choices, text=text)
    )


def _read_date(name: str, text: str) -> str:
    """Return a day; of a year or a month its first day, or its last where the option tells an end."""
    from calendar import monthrange
    from datetime import date

    end = name in _ENDS
    try:
        if not _SPAN.fullmatch(text):
            return date.fromisoformat(text).isoformat()
        year, month = int(text[:4]), int(text[5:] or (12 if end else 1))
        return date(year, month, monthrange(year, month)[1] if end else 1).isoformat()
    except ValueError:
        message = _("{name} must be a date such as 2025-12-31, 2025-12 or 2025, not {text}")
        raise UsageError(message.format(name=name, text=text)) from None


def _resolve_all(names: Names, query: Query, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with each typed name replaced by the name in the data. UsageError for what nobody knows."""
    resolved = dict(values)
    for param in query.params:
        value = values.get(param.name)
        if param.values and value is not None:
            many = isinstance(value, list)
            found = [_resolve(names, query, param, typed) for typed in (value if many else [value])]
            resolved[param.name] = found if many else found[0]
    return resolved


def _resolve(names: Names, query: Query, param: Param, typed: str) -> str:
    """Return the value that was typed; UsageError that tells its kind if it is a name of another one."""
    assert param.values is not None
    try:
        return names.resolve(param.values, typed)
    except UsageError as error:
        if any(names.match([param.values], typed)):
            raise
        _refuse_another_kind(names, query, param.values, typed)
        view = param.values.partition(".")[0]
        if isinstance(error, UnknownName) and (paths.queries() / f"{view}.sql").exists():
            raise UsageError(_("{error} (ipcli {view} lists them)").format(error=error, view=view)) from None
        raise


def _refuse_another_kind(names: Names, query: Query, values: str, typed: str) -> None:
    """Raise what else the word names, and the option for that."""
    options = {other.values: other.name for other in query.params if other.values}
    # A query may take its values from a view of its own.
    options |= {other.name: other.name for other in query.params if other.values}
    for kind in list_names():
        exact, _begun = names.match([kind.reference], typed)
        for name in exact.get(kind.reference, ()):
            fault = _('"{typed}" is not {own} but {noun}').format(
                typed=typed, own=_noun(names, values), noun=_with_article(kind.noun)
            )
            option = options.get(kind.reference) or options.get(kind.kind)
            if option is None:
                message = _("{fault}; all that concerns it: ipcli {name}").format(fault=fault, name=name)
            else:
                message = _("{fault}: use --{option} {name}").format(fault=fault, option=option, name=name)
            raise UsageError(message) from None


def _noun(names: Names, values: str) -> str:
    """Return what a parameter with these values names, with its article."""
    kind = kind_of(values)
    known = read_kinds().get(kind)
    return _with_article(known.noun if known else names.noun(kind))


def _with_article(noun: Text) -> str:
    article = "an" if noun.en[:1].lower() in "aeiou" else "a"
    return noun.zh if language() == "zh" else f"{article} {noun.en.lower()}"
