"""Statements that people write, run so that they can do no harm.

Beyond the locks of `engine`: only what `statements` accepts is run, time and memory are limited, and what goes
wrong is explained (`hints`). What people bring along is loaded before the locks close.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from ipcli.db import Watch, catch_signals, check_utf8, quote_name, statements, take_opened
from ipcli.db.engine import Database, catalogue, connect, lock, memory
from ipcli.db.files import UserTable
from ipcli.db.hints import Failure, Unbound, duckdb, explain_error, read_details, shorten_message
from ipcli.db.judge import Judge
from ipcli.errors import DatabaseError, QueryFailed, UsageError
from ipcli.i18n import _
from ipcli.model import Result

# Each thread takes address space of its own.
_THREADS = 4
# Above what the process has when the limit is set: the library and its threads, its memory, and room for what
# escapes its count.
_ADDRESS_SPACE = 3 << 30
# Functions that the library makes without listing them.
_UNLISTED = {
    "coalesce", "columns", "grouping", "if", "ifnull", "in", "operator", "struct_at", "try", "unpack",
}  # fmt: skip


class ViewColumn(NamedTuple):
    """A column as `schema` shows it: `meaning` is the comment, unparsed."""

    name: str
    type: str
    meaning: str

    @property
    def heading(self) -> str:
        """Return the Chinese heading, with its unit."""
        return self.meaning.partition(" | ")[0].partition("：")[0]


class View(NamedTuple):
    """A view or table people may query."""

    name: str
    meaning: str
    columns: tuple[ViewColumn, ...]


class Unlocked(NamedTuple):
    """An open database that is not locked yet, and the macros of the file, as `_macros` gives them.

    They are None where the file is trusted, as the one that comes with the program is.
    """

    connection: duckdb.DuckDBPyConnection
    macros: Mapping[str, Sequence[str]] | None

    @classmethod
    def open(cls, name: str, trusted: bool) -> Unlocked:
        """Open a database file. DatabaseError also if a macro of it replaces a function, unless it is `trusted`."""
        with Watch(lambda: None, translate=explain_error):
            # Errors as JSON tell where a statement is wrong.
            settings = "SET temp_directory='';SET GLOBAL errors_as_json=true"
            threads = min(_THREADS, os.cpu_count() or 1)
            connection = connect(name, lambda fresh: fresh.execute(settings), threads)
        try:
            with Watch(connection.interrupt, translate=explain_error):
                # For `Sandbox`, which parses on it: it may be made now, on the thread that opens ahead.
                memory()
                return cls(connection, None if trusted else _macros(connection, name))
        except BaseException:
            connection.close()
            raise


class Sandbox:
    """A database for statements that people write. `tables` are what they brought along.

    `origin` tells where the statement stands, for messages: a file, and the line it begins on.
    """

    def __init__(self, unlocked: Unlocked, path: str, tables: Sequence[UserTable] = ()) -> None:
        """Load the tables, and lock the database. UsageError if a table cannot be read."""
        connection, self._macros = unlocked
        # In this order: what the user brought along is read before the locks close, by functions that the file cannot
        # replace, and of the file nothing is run until they are closed.
        with Watch(connection.interrupt, translate=explain_error):
            for table in tables:
                _load(connection, table)
            lock(connection)
            self.database = Database(connection, path, shared=True)
        self.origin: tuple[str, int] | None = None
        # People's SQL is parsed on a connection of our own, that the file has no part in.
        self._parser = memory()
        self._judge = Judge(self._parser, self._read_definitions)

    @classmethod
    def load(
        cls, path: str | os.PathLike[str], tables: Sequence[UserTable] = (), *, trusted: bool = False
    ) -> Sandbox:
        """Open a database, load the user's tables, and lock it. UsageError if a table cannot be read."""
        catch_signals()
        name = os.fspath(path)
        unlocked = take_opened(name, Unlocked) or Unlocked.open(name, trusted)
        try:
            return cls(unlocked, name, tables)
        except BaseException:
            unlocked.connection.close()
            raise

    def __enter__(self) -> Sandbox:
        """Return the sandbox itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the database."""
        self.database.__exit__(*error)

    def ask(
        self,
        sql: str,
        texts: Mapping[str, Sequence[str]],
        *,
        otherwise: Mapping[str, Callable[[], Any]],
        **options: Any,
    ) -> Result:
        """Run a statement with parameters as people type them; the statement tells their types.

        A parameter given several times is a list. `otherwise` gives values for parameters that were not
        typed; `options` are those of `run`. Beyond its errors, UsageError for parameters that are missing or
        not in the statement.
        """
        sql = self.accept(sql)
        with Watch(self._parser.interrupt, translate=explain_error):
            named = set(self._parser.extract_statements(sql)[0].named_parameters)
        known = {name: value() for name, value in otherwise.items() if name in named - texts.keys()}
        _check_names(named - known.keys(), texts)
        first: Unbound | None = None
        for values in _list_readings(texts):
            try:
                return self._run(sql, {**known, **values}, **options)
            except Unbound as error:
                first = first or error
        assert first is not None
        raise first

    def run(self, sql: str, values: Mapping[str, Any] | None = None, **options: Any) -> Result:
        """Do as `Database.run`, for a statement that is accepted (see `accept`); UsageError for others."""
        return self._run(self.accept(sql), values, **options)

    def _run(self, sql: str, values: Mapping[str, Any] | None, **options: Any) -> Result:
        if options.get("sort") and sql.startswith("EXPLAIN "):
            raise UsageError(_("EXPLAIN cannot be sorted"))

        def explain(error: Exception, text: str) -> Exception:
            return self._add_place(explain_error(error, sql, text, self._headings))

        return self.database.run(sql, values, check=self.check, translate=explain, **options)

    def accept(self, sql: str) -> str:
        """Return the one statement in `sql`, ready to run. UsageError or QueryFailed says what is wrong with it."""
        try:
            check_utf8(sql)
            return self._judge.accept(sql)
        except (UsageError, QueryFailed) as error:
            raise self._add_place(error) from error

    def check(self, sql: str) -> None:
        """Judge a statement put together from a query's own expressions."""
        try:
            self._judge.judge(statements.read(sql), sql)
        except UsageError as error:
            raise self._add_place(error) from error

    def _add_place(self, error: Exception) -> Exception:
        """Return the error with the file and the line it is in, if the statement stands in one."""
        if self.origin is None or not isinstance(error, (QueryFailed, UsageError)):
            return error
        path, first = self.origin
        line = error.line if isinstance(error, QueryFailed) and error.line else 1
        return type(error)(f"{path}:{first + line - 1}: {error}")

    def views(self) -> list[View]:
        """Return what people may query: the flat views, and what they brought along; with columns and comments."""
        about: dict[tuple[str, int], str] = {}
        for kind in ("table", "view"):
            for database, oid, comment in self.database.catalogue(
                f"{kind}s", "database_name", f"{kind}_oid", "comment"
            ):
                about[database, oid] = comment or ""
        rows = [
            (database != "temp", view, place, about.get((database, oid), ""), column, type_, meaning or "")
            for database, schema, oid, view, place, column, type_, meaning in self.database.catalogue(
                "columns", "database_name", "schema_name", "table_oid", "table_name", "column_index", "column_name",
                "data_type", "comment",
            )
            if schema == "main"
        ]  # fmt: skip
        found: dict[str, tuple[str, list[ViewColumn]]] = {}
        for _own, view, _place, text, *column in sorted(rows):
            found.setdefault(view, (text, []))[1].append(ViewColumn(*column))
        return [View(name, text, tuple(columns)) for name, (text, columns) in found.items()]

    def _headings(self) -> dict[str, dict[str, str]]:
        """Return view -> column -> its Chinese heading."""
        return {view.name: {column.name: column.heading for column in view.columns} for view in self.views()}

    def _read_definitions(self) -> dict[str, list[str]]:
        """Return what the file defines, by small name, as SELECTs: macros, views, and columns that tables compute."""
        if self._macros is None:
            return {}
        found = {name: list(bodies) for name, bodies in self._macros.items()}
        for name, sql in self.database.catalogue("views", "view_name", "sql"):
            found.setdefault(name.casefold(), []).append(statements.view_select(sql))
        for name, expression in self.database.catalogue("columns", "table_name", "column_default"):
            if expression:
                found.setdefault(name.casefold(), []).append(f"SELECT {expression}")
        return found


def limit_process() -> None:
    """Limit the address space of this process: some functions of the library do not count what they take.

    Also no core file, should it crash. Where there are no such limits (Windows) memory is counted only.
    """
    try:
        import resource
    except ImportError:
        return
    taken = 1 << 30
    with suppress(OSError, ValueError), open("/proc/self/statm", encoding="ascii") as file:
        taken = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    for kind, size in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, taken + _ADDRESS_SPACE)):
        with suppress(OSError, ValueError):
            _soft, hard = resource.getrlimit(kind)
            if hard == resource.RLIM_INFINITY or size < hard:
                resource.setrlimit(kind, (size, hard))


def _macros(connection: duckdb.DuckDBPyConnection, path: str) -> dict[str, list[str]]:
    """Return the macros of the file, by small name, as SELECTs. DatabaseError if one stands in place of a function.

    Operators, lists and casts are functions to the library too, so that no judge of a statement would see its use.
    """
    rows = connection.execute(
        "SELECT internal, function_name, macro_definition FROM system.main.duckdb_functions()"
    ).fetchall()
    known = {name.casefold() for internal, name, definition in rows if internal}
    found: dict[str, list[str]] = {}
    for internal, name, definition in rows:
        if internal:
            continue
        if name.casefold() in known or name.casefold() in _UNLISTED:
            raise DatabaseError(
                _(
                    "{path}: its macro {name!r} would stand in place of a function of DuckDB; no SQL is run over it"
                ).format(path=path, name=name)
            )
        # A table macro is a SELECT, which people may not call.
        found.setdefault(name.casefold(), []).append(f"SELECT {definition}")
    return found


def _load(connection: duckdb.DuckDBPyConnection, table: UserTable) -> None:
    name = quote_name(table.name)
    if any(
        (schema, taken.casefold()) == ("main", table.name.casefold())
        for schema, taken in catalogue(connection, "columns", "schema_name", "table_name")
    ):
        raise UsageError(
            _("--with {name}: there is a view of that name, choose another").format(name=table.name)
        )
    try:
        create = f"CREATE TEMP TABLE temp.main.{name} AS FROM {table.source}"
        rows = connection.execute(create, {"path": table.path}).fetchall()[0][0]
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        failure = Failure.read(str(error), read_details(error))
        text = shorten_message(failure.message).replace(table.path, table.shown)
        raise UsageError(
            _("--with cannot read {shown}: {text}").format(shown=table.shown, text=text)
        ) from error
    if table.rows not in (None, rows):
        raise UsageError(_("--with {name}: rows would be lost").format(name=table.name))


def _check_names(named: set[str], texts: Mapping[str, Sequence[str]]) -> None:
    """Raise a UsageError unless the parameters of a statement are those that were typed."""
    missing = [f"--param {name}=…" for name in sorted(named - texts.keys())]
    if missing:
        listed = " ".join(missing)
        raise UsageError(_("missing parameters: {listed}").format(listed=listed))
    excess = ", ".join(sorted(texts.keys() - named))
    if excess:
        known = ", ".join(f"${name}" for name in sorted(named))
        message = _("the statement has no parameter {excess}")
        if known:
            message = _("the statement has no parameter {excess}; it has {known}")
        raise UsageError(message.format(excess=excess, known=known))


def _list_readings(texts: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Any]]:
    """Yield the parameter values to try: single texts, single numbers, lists of texts, lists of numbers.

    A parameter that was given several times is always a list. Readings that are the same are yielded once.
    """
    tried: list[dict[str, Any]] = []
    for lists in (False, True):
        for read in (str, _number):
            values: dict[str, Any] = {}
            for name, given in texts.items():
                found = [read(text) for text in given]
                values[name] = found if lists or len(found) > 1 else found[0]
            if values not in tried:
                tried.append(values)
                yield values


def _number(text: str) -> Any:
    """Return a number as one, anything else as it is."""
    if re.fullmatch(r"[+-]?\d{1,18}", text):
        return int(text)
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", text):
        return float(text)
    return {"true": True, "false": False}.get(text.lower(), text)
