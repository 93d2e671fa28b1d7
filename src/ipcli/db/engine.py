"""The database at run time: open read-only, lock down, run, stream, time out.

Importing this module loads the library, so it is imported late.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ipcli.db import quote_name, serialise, take_opened
from ipcli.db.connection import (
    MEMORY,
    cannot_open,
    catalogue,
    connect,
    duckdb,
    lock,
    memory,
    translate_error,
)
from ipcli.db.watch import Watch, catch_signals
from ipcli.errors import DatabaseError, QueryFailed, UsageError
from ipcli.i18n import _
from ipcli.model import Column, Form, Label, Result, Row, Source, Text
from ipcli.query.words import Words

# An error of the library, and the text that was run, as an error of ours.
Translate = Callable[[Exception, str], Exception]

_THREADS = 2
_BATCH = 2000
# Where a statement's rows are kept until they are written.
_KEPT = "temp.main.__kept"
_TYPES = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    **dict.fromkeys(("FLOAT", "DOUBLE", "DECIMAL"), "number"),
    **dict.fromkeys(serialise.INTEGERS, "integer"),
}


class Database:
    """An open, locked database of ours. Use it as a context manager.

    `content_hash` identifies the data, `release` names it ("2026.1 (2026-11-23)"), `cities` are in it.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        path: str,
        *,
        shared: bool = False,
        any_release: bool = False,
    ) -> None:
        """Check that it is a database of ours and read which release it is.

        `shared`: statements run on the connection itself, one at a time, and see its temporary tables. `any_release`:
        it may be of an older ipcli, that names were not in.
        """
        self.path = path
        self._connection = connection
        self._shared = shared
        rows: list[Row] = []
        try:
            rows = connection.execute(
                "SELECT city, release, CAST(released_on AS VARCHAR), content_hash FROM main.release"
            ).fetchall()
        except (duckdb.CatalogException, duckdb.BinderException):
            # There is no such view, which is as good as an empty one.
            pass
        except duckdb.Error as error:
            raise DatabaseError(cannot_open(path, str(error))) from error
        if not rows:
            message = _(
                "{path} is a DuckDB file but not an ipcli database (no release view): check --db or IPCLI_DB"
            )
            raise DatabaseError(message.format(path=path))
        if not any_release:
            try:
                connection.execute("FROM core.spelling LIMIT 0")
            except (duckdb.CatalogException, duckdb.BinderException) as error:
                message = _("{path} is of an older release of ipcli: build it again with ipcli build")
                raise DatabaseError(message.format(path=path)) from error
        self.cities: list[str] = [row[0] for row in rows]
        self.release = f"{rows[0][1]} ({rows[0][2]})"
        self.content_hash: str = rows[0][3]

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, any_release: bool = False) -> Database:
        """Open a database file read-only. DatabaseError is one line that says what to do.

        It is closed to files, network, extensions and settings, the file system of `serialise` apart: who made the file
        may have put anything into it. From now on Ctrl-C and SIGTERM are exceptions.
        """
        catch_signals()
        name = os.fspath(path)
        opened = take_opened(name, cls)
        if opened is not None:
            return opened
        # The opening of a file cannot be interrupted.
        with Watch(lambda: None):
            return cls.connect(name, any_release=any_release)

    @classmethod
    def connect(cls, name: str, *, any_release: bool = False) -> Database:
        """Open as `open` does; signals are the caller's."""
        connection = connect(name, lock, MEMORY, _THREADS)
        try:
            return cls(connection, name, any_release=any_release)
        except BaseException:
            connection.close()
            raise

    def __enter__(self) -> Database:
        """Return the database itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close it."""
        self._connection.close()

    def run(
        self,
        sql: str,
        values: Mapping[str, Any] | None = None,
        *,
        columns: Sequence[str] | None = None,
        sort: Sequence[tuple[str, bool]] = (),
        order: Mapping[str, str] | None = None,
        limit: int | None = None,
        timeout: float | None = None,
        labels: Mapping[str, Label] | None = None,
        show: tuple[str, ...] = (),
        title: Text | None = None,
        check: Callable[[str], None] | None = None,
        translate: Translate | None = None,
    ) -> Result:
        """Prepare one statement and return its result, in the statement's own order; it runs when that is read.

        `values` are bound by name (those the statement does not name are left out). `sort` is a list of
        (column, descending), where `order` gives the expression to sort a column by; NULLs come last.
        `columns` selects and orders columns, `limit` the number of rows. `timeout` is in seconds and
        covers the reading of the rows too. `check` judges a statement that is put together from expressions of a query.
        UsageError for unknown columns, LimitReached, QueryFailed.
        """
        cursor = self._connection if self._shared else self._connection.cursor()
        statement = _Statement(cursor, sql, values or {}, timeout, translate or translate_error)
        found = statement.describe()
        known = [name for name, _kind in found]
        if sort:
            for name, _descending in sort:
                _place(name, known)
            statement.sql = _sort(sql, sort, order or {})
            if check is not None:
                check(statement.sql)
        statement.places = range(len(known)) if columns is None else [_place(name, known) for name in columns]
        statement.limit = limit
        result = Result(
            columns=tuple(
                Column(name, type_of(kind), (labels or {}).get(name) or Label(Text(name, name)))
                for name, kind in (found[place] for place in statement.places)
            ),
            rows=iter(()),
            sources=self.sources,
            show=tuple(name for name in show if name in known),
            chosen=columns is not None,
            title=title or Text("", ""),
            release=self.release,
        )
        result.rows = statement.rows(result)
        result.put = self.put
        if not statement.explains:
            result.copy = lambda form, out: statement.copy(result, form, out)
            result.keep = statement.keep
        return result

    def sources(self, ids: Sequence[str]) -> dict[str, Source]:
        """Return the documents with these ids; unknown ids are left out. Safe while another result streams."""
        rows = self.fetch(
            "SELECT source_id, title, publisher, CAST(published_from AS VARCHAR),"
            " CAST(published_to AS VARCHAR), grade, url FROM main.sources WHERE source_id = ANY($ids)",
            {"ids": list(ids)},
        )
        return {row[0]: Source(*row) for row in rows}

    def put(self, columns: Sequence[Column], rows: Iterable[Row], form: Form, out: Any) -> int:
        """Do as `write_rows`, in this database: another instance of the library would take 20 ms to start."""
        return write_rows(columns, rows, form, out, self._connection.cursor())

    def words(self, lang: str, city: str | None) -> Words:
        """Return what codes and names read as in `lang`; nothing where the database has no words (an older release)."""
        column = "zh" if lang == "zh" else "en"
        try:
            rows = self.fetch(
                f"SELECT column_name, value, {column} FROM main.words"
                f" WHERE (city IS NULL OR $city IS NULL OR city = $city) AND {column} <> value",
                {"city": city},
            )
        except QueryFailed:
            rows = []
        return Words(rows)

    def catalogue(self, kind: str, *columns: str) -> list[Row]:
        """Return what the file holds of a kind ("tables", "views", "columns", "constraints"), as the library lists it."""
        cursor = self._connection if self._shared else self._connection.cursor()
        with Watch(cursor.interrupt, translate=translate_error):
            return catalogue(cursor, kind, *columns)

    def fetch(self, sql: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        """Return all rows of one of the program's own statements. Safe while another result streams."""
        in_utf8(values or {})
        cursor = self._connection.cursor()
        with Watch(cursor.interrupt, translate=translate_error):
            return cursor.execute(sql, values or {}).fetchall()


class _Statement:
    """A statement with its values, and the ways to have its rows."""

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        sql: str,
        values: Mapping[str, Any],
        timeout: float | None,
        translate: Translate,
    ) -> None:
        """UsageError if there are more statements than one, or a parameter has no value."""
        in_utf8(values)
        self.sql = sql
        self.places: Sequence[int] = ()
        self.limit: int | None = None
        # It alone cannot stand in another statement.
        self.explains = sql.startswith("EXPLAIN ")
        self._cursor = cursor
        self._text = sql
        self._watch = Watch(cursor.interrupt, timeout, lambda error: translate(error, self._text))
        with self._watch:
            statements = cursor.extract_statements(sql)
        if len(statements) != 1:
            raise UsageError(_("there must be one statement"))
        missing = sorted(statements[0].named_parameters - values.keys())
        if missing:
            listed = ", ".join(f"${name}" for name in missing)
            raise UsageError(_("parameters without a value: {listed}").format(listed=listed))
        self._values = {name: values[name] for name in statements[0].named_parameters}

    def describe(self) -> list[tuple[str, str]]:
        """Return its columns: (name, type of the library)."""
        rows = [("explain_key", "VARCHAR"), ("explain_value", "VARCHAR")]
        if not self.explains:
            rows = self.fetch(f"DESCRIBE SELECT * FROM (\n{self.sql}\n)")
        self._columns: list[tuple[str, str]] = [row[:2] for row in rows]
        return self._columns

    def rows(self, result: Result) -> Iterator[Row]:
        """Run the statement and yield its rows up to the limit; set `result.more` if there are more."""
        text = self.sql
        if not self.explains:
            parts = ", ".join(
                serialise.readable(f"c{place}", self._columns[place][1]) for place in self.places
            )
            text = f"SELECT {parts} FROM {self._source()}{self._limit(1)}"
        left = self.limit
        with self._watch:
            self._text = text
            self._cursor.execute(text, self._values)
        while True:
            with self._watch:
                batch: list[Row] = self._cursor.fetchmany(_BATCH)
            last = len(batch) < _BATCH
            if left is not None:
                result.more = len(batch) > left
                batch = batch[:left]
                left -= len(batch)
            yield from batch
            if last or result.more:
                return

    def keep(self) -> None:
        """Run it and keep its rows, and one beyond the limit, in the memory of the database."""
        self.fetch(f"CREATE OR REPLACE TEMP TABLE {_KEPT} AS SELECT * FROM {self._source()}{self._limit(1)}")
        self.sql, self._values = f"FROM {_KEPT}", {}

    def copy(self, result: Result, form: Form, out: Any) -> int:
        """Run it and write its rows to a stream; return their number."""
        if self.limit is not None:
            # Thus it runs once: a row beyond the limit tells that there are more.
            self.keep()
            result.more = bool(self.fetch(f"{self.sql} OFFSET {self.limit}"))
        with self._watch:
            self._text = f"SELECT * FROM {self._source()}{self._limit(0)}"
            count = serialise.copy(
                self._cursor, self._text, self._columns, form, out, values=self._values, places=self.places
            )
        if self.limit is not None:
            self.fetch(f"DROP TABLE {_KEPT}")
        return count

    def fetch(self, text: str) -> list[Any]:
        with self._watch:
            self._text = text
            return self._cursor.execute(text, self._values).fetchall()

    def _source(self) -> str:
        """Return the statement as a subquery with columns c0, c1, ...: their own names may repeat."""
        return f"(\n{self.sql}\n) AS __rows({', '.join(f'c{place}' for place in range(len(self._columns)))})"

    def _limit(self, beyond: int) -> str:
        return "" if self.limit is None else f" LIMIT {self.limit + beyond}"


def write_rows(
    columns: Sequence[Column],
    rows: Iterable[Row],
    form: Form,
    out: Any,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> int:
    """Write rows that the program has put together to a stream; return their number."""
    connection = memory() if connection is None else connection
    watch = Watch(connection.interrupt, translate=translate_error)
    return serialise.copy_rows(connection, watch, columns, rows, form, out)


def in_utf8(value: Any) -> None:
    """UsageError if a text has bytes that are no UTF-8: what the library says to them differs from release to release."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            message = _("an argument is no text in UTF-8")
            raise UsageError(message) from None
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            in_utf8(part)


def _sort(sql: str, sort: Sequence[tuple[str, bool]], order: Mapping[str, str]) -> str:
    """Return the statement with its rows sorted; rows that tie keep the statement's own order."""
    keys = [
        f"{order.get(name) or quote_name(name)} {'DESC' if descending else 'ASC'} NULLS LAST"
        for name, descending in sort
    ]
    return (
        f"SELECT * EXCLUDE (__row) FROM (SELECT *, row_number() OVER () AS __row FROM (\n{sql}\n))\n"
        f"ORDER BY {', '.join(keys)}, __row"
    )


def _place(name: str, known: list[str]) -> int:
    """Return the place of a column; UsageError lists the known ones."""
    if name in known:
        return known.index(name)
    listed = ", ".join(known)
    raise UsageError(_("there is no column {name}; columns: {listed}").format(name=name, listed=listed))


def type_of(duckdb_type: str) -> str:
    """Return text, number, integer, boolean, date or list for a DuckDB type; text for unknown ones."""
    if duckdb_type.endswith("]"):
        return "list"
    return _TYPES.get(duckdb_type.partition("(")[0], "text")
