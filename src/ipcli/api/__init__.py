"""Ask the data: `open()` a database, then `lookup`, `find`, `show`, `cite`. What the commands call.

A question is one `Request`, made once; an answer is one `Result`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ipcli import paths
from ipcli.i18n import language, ngettext
from ipcli.model import Query, Result, Row, Text
from ipcli.query import bind, catalog
from ipcli.query.names import Names

if TYPE_CHECKING:
    from ipcli.db.engine import Database
    from ipcli.query.words import Words


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
        return cls(query, bind.convert(query, given), bind.grades(given.get("grade")), shape, timeout)


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
        return self.database.words(lang, self.city)

    def lookup(self, request: Request) -> Result:
        """Return the answer to a request. UsageError for a name that nobody knows."""
        query, shape = request.query, request.shape
        values = bind.resolve(self.names, query, request.values)
        values |= {"city": self.city, "grade": request.grade}
        notices = tuple(self._left_out(query, values))
        result = self._run(
            self._prepare(query, values),
            values,
            columns=shape.columns or None,
            sort=shape.sort,
            order=query.order,
            limit=shape.limit,
            timeout=request.timeout,
            labels={} if shape.plain else {**self.names.labels, **query.labels},
            show=query.show,
            title=query.title,
        )
        result.notices = notices
        if not shape.plain:
            words = self.words(shape.lang)
            result.columns = tuple(words.dress(column) for column in result.columns)
            result.title = _title(query, values, words)
        return result

    def _prepare(self, query: Query, values: Mapping[str, Any]) -> str:
        """Return the SQL to run: without the conditions that nothing is given for, which cost time."""
        return catalog.without(query.sql, {name for name, value in values.items() if value is None})

    def _run(self, sql: str, values: Mapping[str, Any], **options: Any) -> Result:
        return self.database.run(sql, values, **options)

    def count(self, request: Request) -> int:
        """Return how many rows a request has."""
        return sum(1 for _row in self.lookup(request._replace(shape=Shape())).rows)

    def rows(self, sql: str, **values: Any) -> Iterator[Row]:
        """Yield the rows of a statement of the program's own."""
        yield from self.database.run(sql, {"city": self.city, **values}).rows

    def _left_out(self, query: Query, values: Mapping[str, Any]) -> Iterator[str]:
        """Yield a line for what the query leaves out for each parameter that is given."""
        for notice in query.notices:
            if values.get(notice.param):
                ((count, *_rest),) = self.database.run(notice.sql, values).rows
                if count:
                    yield notice.text.get(language()).replace("{n}", str(count))


def explain_empty(data: Data, request: Request, options: Mapping[str, Any], about: str) -> str | None:
    """Return why an answer is empty, if it has rows without the `options` that are set; else None.

    `request` is the one without them, `about` what was asked about.
    """
    set_ = [
        f"--{name.replace('_', '-')} {value}"
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


def _title(query: Query, values: Mapping[str, Any], words: Words) -> Text:
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
