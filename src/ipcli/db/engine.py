"""The database at run time: open read-only, lock down, run, stream, time out.

Importing this module loads the library, so it is imported late.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import ipcli.db
from ipcli.db import quote_name, serialise
from ipcli.db.library import duckdb
from ipcli.db.watch import Watch, catch_signals
from ipcli.errors import DatabaseError, LimitReached, QueryFailed, UsageError
from ipcli.i18n import _
from ipcli.model import Column, Form, Label, Result, Row, Source, Text
from ipcli.query.words import Words

# An error of the library, and the text that was run, as an error of ours.
Translate = Callable[[Exception, str], Exception]

_MEMORY = "1GB"
_THREADS = 2
# Without the last but one the library still lets a statement write over the database file itself, and over what it would
# put on the disk: hence nothing is put there.
_LOCKS = (
    f"SET allowed_paths=['{serialise.PATH}'];SET enable_external_access=false;"
    "SET disabled_filesystems='LocalFileSystem';SET lock_configuration=true"
)
_BATCH = 2000
# Where a statement's rows are kept until they are written.
_KEPT = "temp.main.__kept"
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
}
if not duckdb.__version__.startswith("1."):
    CONFIG["allow_extension_repositories"] = "forbidden"
_TYPES = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "number",
    "FLOAT": "number",
    "DECIMAL": "number",
    "TINYINT": "integer",
    "SMALLINT": "integer",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "HUGEINT": "integer",
    "UTINYINT": "integer",
    "USMALLINT": "integer",
    "UINTEGER": "integer",
    "UBIGINT": "integer",
    "UHUGEINT": "integer",
}


class Database:
    """An open, locked database of ours. Use it as a context manager.

    `content_hash` identifies the data, `release` names it ("2026.1 (2026-11-23)"), `cities` are in it.
    """

    # Whether the statements it runs are the program's own.
    own = True

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: str, *, shared: bool = False) -> None:
        """Check that it is a database of ours and read which release it is.

        `shared`: statements run on the connection itself, one at a time, and see its temporary tables.
        """
        self.path = path
        self._connection = connection
        self._shared = shared
        try:
            rows = connection.execute(
                "SELECT city, release, CAST(released_on AS VARCHAR), content_hash FROM main.release"
            ).fetchall()
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise DatabaseError(_not_ours(path)) from error
        except duckdb.Error as error:
            raise DatabaseError(_cannot_open(path, str(error))) from error
        if not rows:
            raise DatabaseError(_not_ours(path))
        self.cities: list[str] = [row[0] for row in rows]
        self.release = f"{rows[0][1]} ({rows[0][2]})"
        self.content_hash: str = rows[0][3]

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Database:
        """Open a database file read-only. DatabaseError is one line that says what to do.

        It is closed to files, network, extensions and settings, the file system of `serialise` apart: who made the file
        may have put anything into it. From now on Ctrl-C and SIGTERM are exceptions.
        """
        catch_signals()
        name = os.fspath(path)
        if ipcli.db.opening is not None and ipcli.db.opening[1] == name:
            thread, _path, opened = ipcli.db.opening
            ipcli.db.opening = None
            thread.join()
            if opened:
                return opened[0]  # type: ignore[no-any-return]
        with Watch(_nothing):
            return cls.connect(name)

    @classmethod
    def connect(cls, name: str) -> Database:
        """As `open`; signals are the caller's."""
        connection = connect(name, lock, _MEMORY, _THREADS)
        try:
            return cls(connection, name)
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
        statement = _Statement(cursor, sql, values or {}, timeout, translate or as_ours)
        found = statement.describe()
        known = [name for name, _kind in found]
        if sort:
            for name, _descending in sort:
                _place(name, known)
            statement.sql = _sorted(sql, sort, order or {})
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
        if not statement.explains:
            result.copy = lambda form, out: statement.copy(result, form, out)
            result.keep = statement.keep
        return result

    def sources(self, ids: Sequence[str]) -> dict[str, Source]:
        """Return the documents with these ids; unknown ids are left out. Safe while another result streams."""
        rows = self._fetch(
            "SELECT source_id, title, publisher, CAST(published_from AS VARCHAR),"
            " CAST(published_to AS VARCHAR), grade, url FROM main.sources WHERE source_id = ANY($ids)",
            {"ids": list(ids)},
        )
        return {row[0]: Source(*row) for row in rows}

    def names_rows(self) -> list[Row]:
        """Return the aliases of all cities as (city, kind, name, alias)."""
        return self._fetch("SELECT city, kind, name, alias FROM main.aliases ORDER BY ALL")

    def distinct(self, view: str, column: str, city: str) -> list[str]:
        """Return the distinct values of a column of a view in one city, sorted."""
        name = quote_name(column)
        rows = self._fetch(
            f"SELECT DISTINCT CAST({name} AS VARCHAR) AS name FROM main.{quote_name(view)}"
            f" WHERE city = $city AND {name} IS NOT NULL ORDER BY name",
            {"city": city},
        )
        return [row[0] for row in rows]

    def words(self, lang: str, city: str | None) -> Words:
        """Return what codes and names read as in `lang`; nothing where the database has no words (an older release)."""
        column = "zh" if lang == "zh" else "en"
        try:
            rows = self._fetch(
                f"SELECT column_name, value, {column} FROM main.words"
                f" WHERE (city IS NULL OR $city IS NULL OR city = $city) AND {column} <> value",
                {"city": city},
            )
        except QueryFailed:
            rows = []
        return Words(rows)

    def comments(self) -> dict[str, str]:
        """Return column name -> comment, of the columns of the flat views that have one."""
        found: dict[str, str] = {}
        for schema, name, comment in self.catalogue("columns", "schema_name", "column_name", "comment"):
            if schema == "main" and comment is not None:
                found[name] = min(comment, found.get(name, comment))
        return found

    def catalogue(self, kind: str, *columns: str) -> list[Row]:
        """Return what the file holds of a kind ("tables", "views", "columns", "constraints"), as the library lists it."""
        cursor = self._connection if self._shared else self._connection.cursor()
        with Watch(cursor.interrupt, translate=as_ours):
            return catalogue(cursor, kind, *columns)

    def _fetch(self, sql: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        cursor = self._connection.cursor()
        with Watch(cursor.interrupt, translate=as_ours):
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
            rows = self._fetch(f"DESCRIBE SELECT * FROM (\n{self.sql}\n)")
        self._columns: list[tuple[str, str]] = [row[:2] for row in rows]
        return self._columns

    def rows(self, result: Result) -> Iterator[Row]:
        """Run it and yield its rows, fetched a batch at a time."""
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
        self._fetch(f"CREATE OR REPLACE TEMP TABLE {_KEPT} AS SELECT * FROM {self._source()}{self._limit(1)}")
        self.sql, self._values = f"FROM {_KEPT}", {}

    def copy(self, result: Result, form: Form, out: Any) -> int:
        """Run it and write its rows to a stream; return their number."""
        if self.limit is not None:
            # Thus it runs once: a row beyond the limit tells that there are more.
            self.keep()
            result.more = bool(self._fetch(f"{self.sql} OFFSET {self.limit}"))
        with self._watch:
            self._text = f"SELECT * FROM {self._source()}{self._limit(0)}"
            count = serialise.copy(
                self._cursor, self._text, self._columns, form, out, values=self._values, places=self.places
            )
        if self.limit is not None:
            self._fetch(f"DROP TABLE {_KEPT}")
        return count

    def _fetch(self, text: str) -> list[Any]:
        with self._watch:
            self._text = text
            return self._cursor.execute(text, self._values).fetchall()

    def _source(self) -> str:
        """Return it as a table whose columns are named by their places: several may have one name."""
        return f"(\n{self.sql}\n) AS __rows({', '.join(f'c{place}' for place in range(len(self._columns)))})"

    def _limit(self, beyond: int) -> str:
        return "" if self.limit is None else f" LIMIT {self.limit + beyond}"


def write_rows(columns: Sequence[Column], rows: Iterable[Row], form: Form, out: Any) -> int:
    """Write rows that the program has put together to a stream; return their number."""
    connection = memory()
    watch = Watch(connection.interrupt, translate=as_ours)
    return serialise.copy_rows(connection, watch, columns, rows, form, out)


@cache
def memory() -> duckdb.DuckDBPyConnection:
    """Return a locked connection of our own, on which nothing stands in place of a function of the library."""
    connection = duckdb.connect(":memory:", config={**CONFIG, "memory_limit": _MEMORY, "threads": 1})
    lock(connection)
    return connection


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """Close a connection to all but the file system of `serialise`."""
    # First, for it fails where all is locked already.
    connection.execute("SET temp_directory=''")
    serialise.register(connection)
    connection.execute(_LOCKS)


def catalogue(connection: Any, kind: str, *columns: str) -> list[Row]:
    """As `Database.catalogue`; plain columns by the full name: a macro in the file stands for any shorter one.

    Nor are they filtered here, for a macro may stand for the operators too.
    """
    own = "" if kind == "constraints" else ", internal"
    listed = ", ".join(columns)
    rows = connection.execute(
        f"SELECT {listed}, database_name{own} FROM system.main.duckdb_{kind}()"
    ).fetchall()
    return [row[: len(columns)] for row in rows if row[len(columns)] != "system" and row[-1] is not True]


def connect(
    path: str, prepare: Callable[[duckdb.DuckDBPyConnection], object], memory_limit: str, threads: int
) -> duckdb.DuckDBPyConnection:
    """Return a read-only connection to a database file, made ready by `prepare`.

    A file that this process has open already, and locked, stays as it is.
    """
    if os.path.isdir(path):
        raise DatabaseError(_("{path} is a folder, not a database").format(path=path))
    if not os.path.exists(path):
        raise DatabaseError(
            _("there is no database {path}: check --db or IPCLI_DB, or run ipcli build").format(path=path)
        )
    config = {**CONFIG, "memory_limit": memory_limit, "threads": threads}
    try:
        connection = duckdb.connect(path, read_only=True, config=config)
    except duckdb.Error as error:
        raise DatabaseError(_cannot_open(path, str(error))) from error
    try:
        prepare(connection)
    except duckdb.Error as error:
        # The library gives one process one instance of a file: this one is open already, and locked.
        if any(word in str(error) for word in ("configuration has been locked", "disabled by configuration")):
            return connection
        connection.close()
        raise DatabaseError(_cannot_open(path, str(error))) from error
    return connection


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


def _sorted(sql: str, sort: Sequence[tuple[str, bool]], order: Mapping[str, str]) -> str:
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


def _nothing() -> None:
    """Do nothing: opening a file cannot be interrupted."""


def type_of(duckdb_type: str) -> str:
    """text, number, integer, boolean, date or list, for the name of a DuckDB type."""
    if duckdb_type.endswith("]"):
        return "list"
    return _TYPES.get(duckdb_type.partition("(")[0], "text")


def as_ours(error: Exception, _text: str = "") -> Exception:
    """Return an error of the library as one of ours; others as they are."""
    if isinstance(error, MemoryError):
        return LimitReached(_("out of memory"))
    if not isinstance(error, duckdb.Error):
        return error
    text = one_line(str(error))
    if isinstance(error, duckdb.OutOfMemoryException):
        return LimitReached(
            _("out of memory: ask for less, or for -f csv or -o FILE.parquet ({text})").format(text=text)
        )
    if isinstance(error, duckdb.IOException) or type(error) is duckdb.Error:
        return DatabaseError(_("the database cannot be read: {text}").format(text=text))
    return QueryFailed(_("the query failed: {text}").format(text=text))


def one_line(text: str) -> str:
    """The first paragraph of a message on one line, without the drawing that points into the SQL."""
    text = re.split(r"\n\s*\n|\nLINE \d", text.strip(), maxsplit=1)[0]
    return " ".join(text.split())


def _not_ours(path: str) -> str:
    return _(
        "{path} is a DuckDB file but not an ipcli database (no release view): check --db or IPCLI_DB"
    ).format(path=path)


def _cannot_open(path: str, message: str) -> str:
    """Return one line for why the library did not open a file, and what to do about it."""
    process = re.search(r"PID (\d+)", message)
    versions = re.search(r"version number (\d+), but we can only read\D+(\d+)", message)
    if "Could not set lock" in message or "Conflicting lock" in message:
        text = _(
            "the database {path} is being written by process {pid}: wait for it, or open a copy with --db"
        )
    elif not os.access(path, os.R_OK) or "Permission denied" in message:
        text = _("the database {path} may not be read: permission denied")
    elif versions and int(versions[1]) < int(versions[2]):
        text = _("the database {path} is of an older DuckDB version: make it again with ipcli build")
    elif "can only read" in message or "newer version" in message:
        text = _("the database {path} is of a newer DuckDB version: upgrade the duckdb package")
    elif "not a valid DuckDB" in message or os.path.getsize(path) == 0 or "sqlite" in message.lower():
        text = _("the database {path} is not a DuckDB database file: check --db or IPCLI_DB")
    else:
        text = _("the database {path} is damaged: get it again, or run ipcli build ({detail})")
    return text.format(path=path, pid=process[1] if process else "?", detail=one_line(message))
