"""The database at run time: open read-only, lock down, run.

Importing this module loads the library, so it is imported late.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ipcli import db, paths
from ipcli.db import MEMORY, Watch, catch_signals, check_utf8, quote_name, serialise, take_opened
from ipcli.db.hints import duckdb, explain_error, explain_open, translate_error
from ipcli.db.serialise import Statement, Translate
from ipcli.errors import DatabaseError, UsageError
from ipcli.i18n import _, did_you_mean, language
from ipcli.model import Column, Form, Label, Result, Row, Source, Text
from ipcli.query.near import nearest

_THREADS = 2
# The unit that a heading shows behind its name.
_UNIT = re.compile(r"\s*[（(].*[)）]$")
# Without the last but one the library still lets a statement write over the database file itself, and over what it would
# put on the disk: hence nothing is put there.
_LOCKS = (
    f"SET allowed_paths=['{serialise.PATH}'];SET enable_external_access=false;"
    "SET disabled_filesystems='LocalFileSystem';SET lock_configuration=true"
)
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
}
if duckdb.__version__.startswith("1."):
    # It imports pandas, if that is installed, to look at each value it binds: half a second.
    sys.modules.setdefault("pandas", None)  # type: ignore[arg-type]
else:
    _CONFIG["allow_extension_repositories"] = "forbidden"
# A file of more cities than that is none of ours.
_RELEASE = """
SELECT city, release, CAST(released_on AS VARCHAR) AS day, content_hash FROM main.release LIMIT 100000
"""
_DAY = r"\d{4}-\d\d-\d\d"
_NAMED = "SELECT city FROM core.spelling WHERE city = $city LIMIT 1"
_TYPES = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    **dict.fromkeys(("FLOAT", "DOUBLE", "DECIMAL"), "number"),
    **dict.fromkeys(serialise.INTEGERS, "integer"),
}


def connect(
    path: str, prepare: Callable[[duckdb.DuckDBPyConnection], object], threads: int = _THREADS
) -> duckdb.DuckDBPyConnection:
    """Return a read-only connection to a database file, made ready by `prepare`.

    A file that this process has open already, and locked, stays as it is.
    """
    paths.INPUTS.add(os.path.abspath(path))
    if not paths.is_shipped(Path(path)):
        db.foreign = path
    if os.path.isdir(path):
        raise DatabaseError(_("{path} is a folder, not a database").format(path=path))
    if not os.path.exists(path):
        raise DatabaseError(
            _("there is no database {path}: check --db or IPCLI_DB, or run ipcli build").format(path=path)
        )
    if not os.path.isfile(path):
        # A pipe that nobody writes to would be waited for.
        raise explain_open(path, "not a valid DuckDB database file")
    config = {**_CONFIG, "memory_limit": MEMORY, "threads": threads}
    connection = None
    try:
        connection = duckdb.connect(path, read_only=True, config=config)
        prepare(connection)
    except duckdb.Error as error:
        if connection is not None:
            # The library gives one process one instance of a file: this one is open already, and locked.
            if any(
                word in str(error) for word in ("configuration has been locked", "disabled by configuration")
            ):
                return connection
            connection.close()
        raise explain_open(path, str(error)) from error
    return connection


@cache
def memory() -> duckdb.DuckDBPyConnection:
    """Return a locked connection to an empty database in memory: no macro replaces a function there."""
    # Amid a call that nobody watches, the library makes a RuntimeError of any signal.
    with Watch(lambda: None):
        connection = duckdb.connect(":memory:", config={**_CONFIG, "memory_limit": MEMORY, "threads": 1})
        lock(connection)
    return connection


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """Shut a connection off from files, network and settings for good; only the file system of `serialise` stays."""
    # Set this first: it fails if the connection is locked already.
    connection.execute("SET temp_directory=''")
    serialise.register(connection)
    connection.execute(_LOCKS)


def catalogue(connection: Any, kind: str, *columns: str) -> list[Row]:
    """Return what a database holds of a kind ("tables", "views", "columns", "constraints"), as the library lists it.

    The SQL uses the full name of the function, plain columns and no WHERE clause: a macro in the file could
    replace a shorter name, or an operator. So the rows are filtered in Python.
    """
    own = "" if kind == "constraints" else ", internal"
    listed = ", ".join(columns)
    rows = connection.execute(
        f"SELECT {listed}, database_name{own} FROM system.main.duckdb_{kind}()"
    ).fetchall()
    return [row[: len(columns)] for row in rows if row[len(columns)] != "system" and row[-1] is not True]


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
        message = _(
            "{path} is a DuckDB file but not an ipcli database (no release view): check --db or IPCLI_DB"
        )
        rows: list[Row] = []
        try:
            # Whoever made the file may have given it a view that has no end, or values that no release has.
            with Watch(connection.interrupt):
                found = connection.execute(_RELEASE)
                if all(str(kind) == "VARCHAR" for _name, kind, *_rest in found.description):
                    rows = [row for row in found.fetchall() if all(row) and re.fullmatch(_DAY, row[2])]
                if rows and not any_release:
                    message = _("{path} is of an older release of ipcli: build it again with ipcli build")
                    if connection.execute(_NAMED, {"city": rows[0][0]}).fetchone() is None:
                        message = _("{path} has no names of its city: build it again with ipcli build")
                        rows = []
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            # There is no such view or table; an empty one is as good as none.
            raise DatabaseError(message.format(path=path)) from error
        except duckdb.OutOfMemoryException as error:
            raise explain_error(error) from error
        except duckdb.Error as error:
            raise explain_open(path, str(error)) from error
        if not rows:
            raise DatabaseError(message.format(path=path))
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
        connection = connect(name, lock)
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
        headings: Callable[[], Mapping[str, Label]] = dict,
        show: tuple[str, ...] = (),
        title: Text | None = None,
        check: Callable[[str], None] | None = None,
        translate: Translate = translate_error,
    ) -> Result:
        """Prepare one statement and return its result, in the statement's own order; it runs when that is read.

        `values` are bound by name (those the statement does not name are left out). `sort` is a list of
        (column, descending), where `order` gives the expression to sort a column by; NULLs come last.
        `columns` selects and orders columns, `limit` the number of rows; columns may be called by their `headings`, which
        are read where a name is unknown. `timeout` is in seconds and
        covers the reading of the rows too. `check` judges a statement that is put together from expressions of a query.
        UsageError for unknown columns, LimitReached, QueryFailed.
        """
        statement = Statement(self._cursor(), sql, values or {}, timeout, translate)
        known = [name for name, _kind in statement.columns]
        if not {name for name, _descending in sort}.union(columns or ()) <= set(known):
            heads = headings()
            sort = [(_find_column(name, known, show, heads), descending) for name, descending in sort]
            columns = columns and [_find_column(name, known, show, heads) for name in columns]
        if sort:
            statement.sql = _sort(sql, sort, order or {})
            if check is not None:
                check(statement.sql)
        statement.places = range(len(known)) if columns is None else [known.index(name) for name in columns]
        statement.limit = limit
        result = Result(
            columns=tuple(
                Column(name, type_of(kind), (labels or {}).get(name) or Label(Text(name, name)))
                for name, kind in (statement.columns[place] for place in statement.places)
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
        result.drawing = statement.drawing
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
        """Write rows that the program has put together: another instance of the library would take 20 ms to start."""
        return serialise.write_rows(self._connection.cursor(), columns, rows, form, out)

    def catalogue(self, kind: str, *columns: str) -> list[Row]:
        """Return what the file holds of a kind, as the function of that name does."""
        cursor = self._cursor()
        with Watch(cursor.interrupt, translate=translate_error):
            return catalogue(cursor, kind, *columns)

    def fetch(self, sql: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        """Return all rows of one of the program's own statements. Safe while another result streams."""
        check_utf8(values or {})
        cursor = self._connection.cursor()
        with Watch(cursor.interrupt, translate=translate_error):
            return cursor.execute(sql, values or {}).fetchall()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        return self._connection if self._shared else self._connection.cursor()


def _find_column(
    wanted: str, known: Sequence[str], show: Sequence[str], headings: Mapping[str, Label]
) -> str:
    """Return the column of that name or heading; of two with one heading the one that is shown. UsageError."""
    if wanted in known:
        return wanted
    heading = _UNIT.sub("", wanted).casefold()
    for name in sorted(known, key=lambda name: name not in show):
        if name in headings and heading in map(str.casefold, headings[name].text):
            return name
    texts = {name: headings[name].text.get(language()) if name in headings else name for name in known}
    both = {name: name if text == name else f"{name} ({text})" for name, text in texts.items()}
    near = [both[name] for name in nearest(wanted, texts)]
    message = did_you_mean(_("there is no column {name}").format(name=wanted), near)
    raise UsageError(
        _("{message}; columns: {listed}").format(message=message, listed=", ".join(both.values()))
    )


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


def type_of(duckdb_type: str) -> str:
    """Return text, number, integer, boolean, date or list for a DuckDB type; text for unknown ones."""
    if duckdb_type.endswith("]"):
        return "list"
    return _TYPES.get(duckdb_type.partition("(")[0], "text")
