"""The database at run time: open read-only, lock down, run, stream, time out.

Importing this module loads the library, so it is imported late.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, TypeVar

from ipcli.db import ahead
from ipcli.db.library import duckdb
from ipcli.db.pump import LINES, Pipe
from ipcli.errors import DatabaseError, LimitReached, QueryFailed, UsageError
from ipcli.i18n import _, language
from ipcli.model import Column, Label, Lines, Printed, Result, Row, Source, Text
from ipcli.query.words import Words

T = TypeVar("T")

_MEMORY = "1GB"
_THREADS = 2
# Without the last but one the library still lets a statement write over the database file itself, and over what it would
# put on the disk: hence nothing is put there.
LOCKS = (
    "SET temp_directory='';SET enable_external_access=false;SET disabled_filesystems='LocalFileSystem';"
    "SET lock_configuration=true"
)
BATCH = 2000
# Lines are short-lived and fetched in larger batches.
_LINES = 10_000
# A small result is soonest printed by Python, a large one by the database, and how large it is shows only when a batch of
# rows is full. Then the query runs again, unless its first rows took longer than this many seconds.
_AGAIN = 0.5
# How long an interrupted query may take to end before it is left behind.
_GRACE = 0.5
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

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        path: str,
        pipe: Pipe | None = None,
        any_release: bool = False,
    ) -> None:
        """Check that it is a database of ours and read which release it is.

        `pipe`: what the connection may write into. `any_release`: it may be of an older ipcli, that names were not in.
        """
        self.path = path
        self._connection = connection
        self._pipe = pipe
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

        It is closed to files, network, extensions and settings, a pipe of this process apart: who made the file may have
        put anything into it.
        """
        name = os.fspath(path)
        # On a worker thread like every call: the library turns a Ctrl-C amid one into a RuntimeError.
        call = Caller()
        opened: Database | None = call(lambda: ahead.take(name))
        return opened or call(lambda: cls.opened(name, any_release))

    @classmethod
    def opened(cls, name: str, any_release: bool = False) -> Database:
        """As `open`, on the thread that calls it."""
        pipe = Pipe()

        def lock(connection: duckdb.DuckDBPyConnection) -> None:
            connection.execute("SET temp_directory=''")
            pipe.serve(connection)
            connection.execute(f"SET allowed_paths=['{pipe.path}'];{LOCKS}")

        connection, fresh = connect(name, lock, _MEMORY, _THREADS)
        try:
            return cls(connection, name, pipe if fresh else None, any_release)
        except BaseException:
            connection.close()
            raise

    def __enter__(self) -> Database:
        """The database itself."""
        return self

    def __exit__(self, *_: object) -> None:
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
        lines: Lines | None = None,
    ) -> Result:
        """Run one statement and return its result; rows stream, in the statement's own order.

        `values` are bound by name (those the statement does not name are left out). `sort` is a list of
        (column, descending), where `order` gives the expression to sort a column by; NULLs come last.
        `columns` selects and orders columns, `limit` the number of rows. `timeout` is in seconds and
        covers the reading of the rows too. `lines` asks for them in place of rows, where that can be.
        UsageError for unknown columns, LimitReached, QueryFailed.
        """
        cursor = self.cursor()
        call = self.caller(cursor, timeout)
        in_utf8(values or {})
        statement, bound = call(lambda: _bound(cursor, sql, values or {}))
        if sort:
            known = [entry[0] for entry in call(lambda: _describe(cursor, sql, bound))]
            for name, _ in sort:
                _known_column(name, known)
            sql = _sorted(sql, sort, order or {}, limit)
            self.check(sql)
            statement = sql
        began = time.monotonic()
        # For a lookup that is to be printed a few rows tell whether there are many: it need not be sorted for them.
        probe = lines is not None and self.own
        asked = f"SELECT * FROM (\n{sql}\n) LIMIT {BATCH + 1}" if probe else statement
        description = call(lambda: cursor.execute(asked, bound).description)
        if description is None:
            raise QueryFailed(_("the statement has no result"))
        known = [entry[0] for entry in description]
        places = range(len(known)) if columns is None else [_known_column(name, known) for name in columns]
        found = tuple(
            Column(name, type_of(str(entry[1])), (labels or {}).get(name) or Label(Text(name, name)))
            for name, entry in zip(known, description, strict=True)
        )
        rows = _rows(cursor, call, limit)
        printed = None
        if lines is not None:
            first = list(islice(rows, BATCH + 1))
            rows = chain(first, rows)
            if len(first) > BATCH and (probe or time.monotonic() - began < _AGAIN):
                # Late: most results are small.
                from ipcli.db.lines import select

                types = [(name, str(entry[1])) for name, entry in zip(known, description, strict=True)]
                line = select(sql, types, places, lines)
                printed = None if line is None else self._printed(cursor, call, line, bound, lines, title)
                if printed is None and (probe or line is not None):
                    # The cursor has been elsewhere.
                    call(lambda: cursor.execute(statement, bound))
                    rows = _rows(cursor, call, limit)
        if columns is not None:
            found = tuple(found[place] for place in places)
            rows = (tuple([row[place] for place in places]) for row in rows)
        return Result(
            columns=found,
            rows=rows,
            sources=self.sources,
            show=tuple(name for name in show if name in known),
            chosen=columns is not None,
            title=title or Text("", ""),
            release=self.release,
            printed=printed,
        )

    def _printed(
        self,
        cursor: duckdb.DuckDBPyConnection,
        call: Caller,
        line: str,
        bound: dict[str, Any],
        wanted: Lines,
        title: Text | None,
    ) -> Printed | None:
        """What the statement `line` (`lines.select`) makes of each row; None where that cannot be had."""
        if self._pipe is not None:
            pipe, self._pipe = self._pipe, None
            form = LINES
            if wanted.kind == "parquet":
                from ipcli.db.columnar import about, copy_options

                form = copy_options(about((title or Text("", "")).get(language()), self.release))
            writer = self.cursor()

            def copied(copy: str) -> int:
                return int(writer.execute(copy, bound).fetchall()[0][0])

            printed = pipe.stream(copied, writer.interrupt, line, form)
            printed.watch(_translated)
            return printed
        if wanted.kind == "parquet":
            return None
        try:
            call(lambda: cursor.execute(line, bound))
        except QueryFailed:
            # Not all that has rows may stand in a FROM.
            return None
        return Printed(lambda printed: _fetched(printed, _rows(cursor, call, None, _LINES)))

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Where one statement runs, beside others."""
        return self._connection.cursor()

    def caller(self, cursor: duckdb.DuckDBPyConnection, timeout: float | None) -> Caller:
        """What runs the calls of one statement."""
        return Caller(cursor, timeout)

    def check(self, sql: str) -> None:
        """Judge a statement that was put together from a query's own expressions; lookups are trusted."""

    def sources(self, ids: Sequence[str]) -> dict[str, Source]:
        """The documents with these ids; unknown ids are left out. Safe while another result streams."""
        cursor = self._connection.cursor()
        call = Caller(cursor)
        rows = call(
            lambda: cursor.execute(
                "SELECT source_id, title, publisher, CAST(published_from AS VARCHAR),"
                " CAST(published_to AS VARCHAR), grade, url FROM main.sources WHERE source_id = ANY($ids)",
                {"ids": list(ids)},
            ).fetchall()
        )
        return {row[0]: Source(*row) for row in rows}

    def fetch(self, sql: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        """Return all rows of one of the program's own statements. Safe while another result streams."""
        in_utf8(values or {})
        cursor = self._connection.cursor()
        return Caller(cursor)(lambda: cursor.execute(sql, values).fetchall())

    def words(self, lang: str, city: str | None) -> Words:
        """What codes and names read as in `lang`; nothing where the database has no words (an older release)."""
        cursor = self._connection.cursor()
        column = "zh" if lang == "zh" else "en"
        try:
            rows = Caller(cursor)(
                lambda: cursor.execute(
                    f"SELECT column_name, value, {column} FROM main.words"
                    f" WHERE (city IS NULL OR $city IS NULL OR city = $city) AND {column} <> value",
                    {"city": city},
                ).fetchall()
            )
        except QueryFailed:
            rows = []
        return Words(rows)

    def comments(self) -> dict[str, str]:
        """Column name -> comment, of the columns of the flat views that have one."""
        found: dict[str, str] = {}
        for schema, name, comment in self.catalogue("columns", "schema_name", "column_name", "comment"):
            if schema == "main" and comment is not None:
                found[name] = min(comment, found.get(name, comment))
        return found

    def catalogue(self, kind: str, *columns: str) -> list[Row]:
        """What the file holds of a kind ("tables", "views", "columns", "constraints"), as the library lists it."""
        cursor = self.cursor()
        return Caller(cursor)(lambda: catalogue(cursor, kind, *columns))


class Caller:
    """Calls into the library on a worker thread, so that Ctrl-C and the deadline can stop them.

    `cursor` is what runs the query and is to be interrupted; `timeout`, in seconds, holds for all calls
    together.
    """

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection | None = None,
        timeout: float | None = None,
        translate: Callable[[BaseException], BaseException] | None = None,
    ) -> None:
        """`translate` turns errors of the library into ours."""
        self._translate = translate or as_ours
        self._cursor = cursor
        self._timeout = timeout
        self._deadline = None if timeout is None else time.monotonic() + timeout

    def __call__(self, work: Callable[[], T]) -> T:
        """The result of `work`; its errors as ours. On interruption the query is stopped first."""
        results: list[T] = []
        errors: list[BaseException] = []
        done = threading.Event()

        def job() -> None:
            try:
                results.append(work())
            except BaseException as error:  # handed to the waiting thread
                errors.append(error)
            finally:
                done.set()

        threading.Thread(target=job, daemon=True).start()
        try:
            while not done.wait(0.1 if self._deadline is None else min(0.1, self._left())):
                if self._deadline is not None and self._left() <= 0:
                    raise LimitReached(_timed_out(self._timeout or 0))
        except BaseException:
            self._stop(done)
            raise
        if errors:
            raise self._translate(errors[0]) from errors[0]
        return results[0]

    def _left(self) -> float:
        return max(0.0, (self._deadline or 0.0) - time.monotonic())

    def _stop(self, done: threading.Event) -> None:
        """Interrupt the query and give it a moment; a daemon thread that will not end cannot hold us."""
        if self._cursor is not None and not done.is_set():
            self._cursor.interrupt()
        done.wait(_GRACE)


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
) -> tuple[duckdb.DuckDBPyConnection, bool]:
    """A read-only connection to a database file, made ready by `prepare`.

    And whether it was: a file that this process has open already, and locked, stays as it is.
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
            return connection, False
        connection.close()
        raise DatabaseError(_cannot_open(path, str(error))) from error
    return connection, True


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


def _bound(
    cursor: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """The one statement, parsed, and the values that it names; UsageError if it names others."""
    statements = cursor.extract_statements(sql)
    if len(statements) != 1:
        raise UsageError(_("there must be one statement"))
    needed = statements[0].named_parameters
    missing = sorted(needed - values.keys())
    if missing:
        listed = ", ".join(f"${name}" for name in missing)
        raise UsageError(_("parameters without a value: {listed}").format(listed=listed))
    return statements[0], {name: values[name] for name in needed}


def _describe(cursor: duckdb.DuckDBPyConnection, sql: str, bound: dict[str, Any]) -> list[tuple[Any, ...]]:
    return cursor.execute(f"SELECT * FROM (\n{sql}\n) LIMIT 0", bound).description or []


def _sorted(sql: str, sort: Sequence[tuple[str, bool]], order: Mapping[str, str], limit: int | None) -> str:
    """The statement with its rows sorted; rows that tie keep the statement's own order."""
    keys = [
        f"{order.get(name) or quoted(name)} {'DESC' if descending else 'ASC'} NULLS LAST"
        for name, descending in sort
    ]
    return (
        f"SELECT * EXCLUDE (__row) FROM (SELECT *, row_number() OVER () AS __row FROM (\n{sql}\n))\n"
        f"ORDER BY {', '.join(keys)}, __row" + ("" if limit is None else f" LIMIT {limit}")
    )


def _rows(
    cursor: duckdb.DuckDBPyConnection, call: Caller, limit: int | None, most: int = BATCH
) -> Iterator[Row]:
    """The rows, fetched a batch at a time."""
    left = limit
    while left is None or left > 0:
        size = most if left is None else min(most, left)
        batch: list[Row] = call(lambda: cursor.fetchmany(size))  # noqa: B023 - called at once
        yield from batch
        if len(batch) < size:
            return
        if left is not None:
            left -= size


def _fetched(printed: Printed, rows: Iterator[Row]) -> Generator[bytes, None, None]:
    """Rows of one line each as chunks."""
    while batch := [line for (line,) in islice(rows, _LINES)]:
        printed.count += len(batch)
        yield ("\n".join(batch) + "\n").encode()


def _translated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks, with the errors of the library as ours."""
    try:
        yield from chunks
    except (duckdb.Error, RuntimeError) as error:
        raise as_ours(error) from error


def _known_column(name: str, known: list[str]) -> int:
    """The place of a column; UsageError lists the known ones."""
    if name in known:
        return known.index(name)
    listed = ", ".join(known)
    raise UsageError(_("there is no column {name}; columns: {listed}").format(name=name, listed=listed))


def quoted(name: str) -> str:
    """A name as SQL has it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def type_of(duckdb_type: str) -> str:
    """text, number, integer, boolean, date or list, for the name of a DuckDB type."""
    if duckdb_type.endswith("]"):
        return "list"
    return _TYPES.get(duckdb_type.partition("(")[0], "text")


def as_ours(error: BaseException) -> BaseException:
    """An error of the library as one of ours; others as they are."""
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


def _timed_out(seconds: float) -> str:
    limit = "1 second" if seconds == 1 else f"{seconds:g} seconds"
    return _("the query took more than {limit} and was stopped").format(limit=limit, seconds=seconds)


def _not_ours(path: str) -> str:
    return _(
        "{path} is a DuckDB file but not an ipcli database (no release view): check --db or IPCLI_DB"
    ).format(path=path)


def _cannot_open(path: str, message: str) -> str:
    """One line for why the library did not open a file, and what to do about it."""
    process = re.search(r"PID (\d+)", message)
    versions = re.search(r"version number (\d+), but we can only read\D+(\d+)", message)
    if "Could not set lock" in message or "Conflicting lock" in message:
        pid = process[1] if process else "?"
        zh, en = (
            f"正被进程 {pid} 写入：等它结束，或复制一份再用 --db 打开",
            (f"is being written by process {pid}: wait for it, or open a copy with --db"),
        )
    elif not os.access(path, os.R_OK) or "Permission denied" in message:
        zh, en = "没有读取权限", "may not be read: permission denied"
    elif versions and int(versions[1]) < int(versions[2]):
        zh, en = (
            "由更旧版本的 DuckDB 写成：请用 ipcli build 重建",
            "is of an older DuckDB version: make it again with ipcli build",
        )
    elif "can only read" in message or "newer version" in message:
        zh, en = (
            "由更新版本的 DuckDB 写成：请升级 duckdb 包",
            "is of a newer DuckDB version: upgrade the duckdb package",
        )
    elif "not a valid DuckDB" in message or os.path.getsize(path) == 0 or "sqlite" in message.lower():
        zh, en = (
            "不是 DuckDB 数据库文件：请检查 --db 或 IPCLI_DB",
            ("is not a DuckDB database file: check --db or IPCLI_DB"),
        )
    else:
        detail = one_line(message)
        zh, en = (
            f"已损坏：请重新获取，或运行 ipcli build（{detail}）",
            (f"is damaged: get it again, or run ipcli build ({detail})"),
        )
    return _("the database {path} {en}").format(path=path, en=en, zh=zh)
