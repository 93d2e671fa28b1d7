"""Statements that people write, run so that they can do no harm.

Beyond the locks of `engine`: only what `statements` accepts is run, time and memory are limited, and what goes
wrong is explained (`hints`). What people bring along is loaded before the locks close.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

from ipcli.db import hints, quote_name, statements
from ipcli.db.engine import Database, as_ours, catalogue, connect, in_utf8, lock, memory, one_line
from ipcli.db.files import UserTable
from ipcli.db.library import duckdb
from ipcli.db.statements import Refused
from ipcli.db.watch import Watch, catch_signals
from ipcli.errors import DatabaseError, IpcliError, LimitReached, QueryFailed, UsageError
from ipcli.i18n import _, language
from ipcli.model import Result, Text

MEMORY = "1GB"
# Each thread takes address space of its own.
_THREADS = 4
# Above what the process has when the limit is set: the library and its threads, its memory, and room for what
# escapes its count.
_ADDRESS_SPACE = 3 << 30
# Seconds the parser may take; it cannot be interrupted, but left behind.
_PARSING = 5.0
# Functions that the library makes without listing them.
_UNLISTED = frozenset(
    ("coalesce", "columns", "grouping", "if", "ifnull", "in", "operator", "struct_at", "try", "unpack")
)
# Statements nest deeper as JSON than the interpreter allows by default.
_DEPTH = 20_000


class ViewColumn(NamedTuple):
    """A column as `schema` shows it: `meaning` is the comment, unparsed."""

    name: str
    type: str
    meaning: str

    @property
    def heading(self) -> str:
        """The Chinese heading, with its unit."""
        return self.meaning.partition(" | ")[0].partition("：")[0]


class View(NamedTuple):
    """A view or table people may query."""

    name: str
    meaning: str
    columns: tuple[ViewColumn, ...]


class Sandbox:
    """A database for statements that people write. `tables` are what they brought along.

    `origin` tells where the statement stands, for messages: a file, and the line it begins on.
    """

    own = False

    def __init__(
        self,
        database: Database,
        tables: Sequence[str] = (),
        macros: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """`macros` are those of the file, as `_macros` gives them."""
        self.database = database
        self.tables = tuple(tables)
        self.origin: tuple[str, int] | None = None
        self.path, self.cities = database.path, database.cities
        self.release, self.content_hash = database.release, database.content_hash
        self.sources, self.words, self.comments = database.sources, database.words, database.comments
        self.names_rows, self.distinct = database.names_rows, database.distinct
        self._macros = macros or {}
        # What the file defines, as `_defined` gives it, once it has been asked for.
        self._definitions: dict[str, list[str]] | None = None
        self._judged: Set[str] = frozenset()

    @classmethod
    def load(cls, path: str | os.PathLike[str], tables: Sequence[UserTable] = ()) -> Sandbox:
        """Open a database, load the user's tables, and lock it. UsageError if a table cannot be read."""
        catch_signals()
        name = os.fspath(path)
        with Watch(lambda: None, translate=lambda error: _as_ours(error, "", "", dict)):
            # Errors as JSON tell where a statement is wrong.
            connection = connect(
                name,
                lambda fresh: fresh.execute("SET temp_directory='';SET GLOBAL errors_as_json=true"),
                MEMORY,
                min(_THREADS, os.cpu_count() or 1),
            )
        try:
            # In this order: what the user brought along is read before the locks close, by functions that the file
            # cannot replace, and of the file nothing is run until they are closed.
            with Watch(connection.interrupt, translate=lambda error: _as_ours(error, "", "", dict)):
                macros = _macros(connection, name)
                for table in tables:
                    _load(connection, table)
                lock(connection)
                return cls(Database(connection, name, shared=True), [table.name for table in tables], macros)
        except BaseException:
            connection.close()
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
        otherwise: Mapping[str, Callable[[], Any]] | None = None,
        **options: Any,
    ) -> Result:
        """Run a statement with parameters as people type them; the statement tells their types.

        A parameter given several times is a list. `otherwise` gives values for parameters that were not
        typed; `options` are those of `run`. Beyond its errors, UsageError for parameters that are missing or
        not in the statement.
        """
        sql = self.accept(sql)
        named = self.parameters(sql)
        known = {name: value() for name, value in (otherwise or {}).items() if name in named - texts.keys()}
        _same_names(named - known.keys(), texts)
        failure: QueryFailed | None = None
        for values in _readings(texts):
            try:
                return self._run(sql, {**known, **values}, **options)
            except _Unbound as error:
                failure = failure or error
        assert failure is not None
        raise failure

    def run(self, sql: str, values: Mapping[str, Any] | None = None, **options: Any) -> Result:
        """Do as `Database.run`, for a statement that is accepted (see `accept`); UsageError for others."""
        return self._run(self.accept(sql), values, **options)

    def _run(self, sql: str, values: Mapping[str, Any] | None, **options: Any) -> Result:
        if options.get("sort") and statements.kind(sql) == "EXPLAIN":
            raise UsageError(_("EXPLAIN cannot be sorted"))

        def explain(error: Exception, text: str) -> Exception:
            return self._placed(_as_ours(error, sql, text, self.columns))

        return self.database.run(sql, values, check=self.check, translate=explain, **options)

    def accept(self, sql: str) -> str:
        """The one statement in `sql`, ready to run. UsageError or QueryFailed says what is wrong with it."""
        try:
            return self._accepted(sql)
        except Refused as refusal:
            raise self._placed(UsageError(str(refusal))) from None
        except QueryFailed as error:
            raise self._placed(error) from error

    def check(self, sql: str) -> None:
        """Judge a statement put together from a query's own expressions."""
        try:
            self._judge(sql, sql)
        except Refused as refusal:
            raise self._placed(UsageError(str(refusal))) from None

    def _accepted(self, sql: str) -> str:
        if len(sql) > statements.LONGEST:
            raise Refused(_("the statement is too long"))
        if "\0" in sql:
            raise Refused(_("there is a NUL character in the statement"))
        in_utf8(sql)
        odd = statements.full_width(sql)
        if odd:
            raise _failed(hints.full_width(sql, *odd))
        text = statements.one(sql)
        if not statements.kind(text):
            raise Refused(_("there is no SQL statement"))
        taken = statements.explained(text)
        statements.select_like(taken.body)
        self._judge(taken.body, text)
        # What runs is what was judged: our own EXPLAIN before the very text.
        return taken.prefix + taken.body

    def _placed(self, error: Exception) -> Exception:
        """Return the error with the file and the line it is in, if the statement stands in one."""
        if self.origin is None or not isinstance(error, (QueryFailed, UsageError)):
            return error
        path, first = self.origin
        line = error.line if isinstance(error, QueryFailed) and error.line else 1
        placed = type(error)(f"{path}:{first + line - 1}: {error}")
        return placed

    def views(self) -> list[View]:
        """What people may query: the flat views, and what they brought along; with columns and comments."""
        about = {
            row[:2]: row[2] or ""
            for row in [
                *self.database.catalogue("tables", "database_name", "table_oid", "comment"),
                *self.database.catalogue("views", "database_name", "view_oid", "comment"),
            ]
        }
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

    def columns(self) -> dict[str, dict[str, str]]:
        """View -> column -> its Chinese heading."""
        return {view.name: {column.name: column.heading for column in view.columns} for view in self.views()}

    def parameters(self, sql: str) -> set[str]:
        """Return the names of the parameters of an accepted statement."""
        with Watch(memory().interrupt, translate=lambda error: _as_ours(error, sql, sql, self.columns)):
            return set(memory().extract_statements(sql)[0].named_parameters)

    def _judge(self, sql: str, whole: str) -> None:
        """Refused for what is not accepted, QueryFailed for what cannot be parsed; `whole` is what people wrote."""
        statements.shallow(sql)
        tree = _tree(sql)
        if not tree["error"]:
            if len(tree["statements"]) != 1:
                raise Refused(_("there must be one statement"))
            self._judge_defined(statements.check(tree))
            return
        if tree.get("error_type") == "not implemented" or "position" not in tree:
            _not_select(sql, whole, tree)
        failure = _failure(tree["error_message"], {**tree, "error_subtype": "SYNTAX_ERROR"})
        offset = len(whole[: len(whole) - len(sql)].encode())
        if failure.position is not None:
            failure = failure._replace(position=failure.position + offset)
        raise _failed(hints.explain(failure, whole, dict))

    def _judge_defined(self, names: set[str]) -> None:
        """Judge what the file defines under these names, and what that uses in its turn, as people's SQL is."""
        if self._definitions is None:
            self._definitions = self._defined()
        judged, left = set(self._judged), list(names)
        while left:
            name = left.pop()
            if name in judged:
                continue
            judged.add(name)
            for definition in self._definitions.get(name, ()):
                try:
                    tree = _tree(definition)
                    if tree["error"]:
                        raise Refused(_("its definition cannot be read"))
                    left += statements.check(tree)
                except Refused as refusal:
                    raise Refused(
                        _("{name} of the database: {reason}").format(name=name, reason=refusal)
                    ) from None
        self._judged = judged

    def _defined(self) -> dict[str, list[str]]:
        """What the file defines, by small name, as SELECTs: macros, views, and columns that tables compute."""
        found = {name: list(bodies) for name, bodies in self._macros.items()}
        for name, sql in self.database.catalogue("views", "view_name", "sql"):
            found.setdefault(name.casefold(), []).append(statements.body(sql))
        for name, expression in self.database.catalogue("columns", "table_name", "column_default"):
            if expression:
                found.setdefault(name.casefold(), []).append(f"SELECT {expression}")
        return found


class _Unbound(QueryFailed):
    """The statement does not go with the types of the values bound to it, or is wrong in itself."""


def limit_process() -> None:
    """Limit the address space of this process: some functions of the library do not count what they take.

    Also no core file, should it crash. Where there are no such limits (Windows) memory is counted only.
    """
    try:
        import resource
    except ImportError:
        return
    for kind, size in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, _address_space() + _ADDRESS_SPACE),
    ):
        try:
            _, hard = resource.getrlimit(kind)
            if hard == resource.RLIM_INFINITY or size < hard:
                resource.setrlimit(kind, (size, hard))
        except (OSError, ValueError):
            continue


def _address_space() -> int:
    """What this process has, in bytes; 1 GiB where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 1 << 30


def _tree(sql: str) -> dict[str, Any]:
    """Return a statement as the library parses it, or what it says is wrong; on a connection that no file has a part in."""
    with Watch(memory().interrupt, _PARSING, as_ours):
        text: str = memory().execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchall()[0][0]
    return _parsed(text)


def _macros(connection: duckdb.DuckDBPyConnection, path: str) -> dict[str, list[str]]:
    """The macros of the file, by small name, as SELECTs. DatabaseError if one stands in place of a function.

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
        connection.execute(f"CREATE TEMP TABLE temp.main.{name} AS FROM {table.source}", {"path": table.path})
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        failure = _failure(str(error), _details(error))
        text = one_line(failure.message).replace(table.path, table.shown)
        raise UsageError(
            _("--with cannot read {shown}: {text}").format(shown=table.shown, text=text)
        ) from error


def _as_ours(error: Exception, sql: str, text: str, columns: Callable[[], hints.Columns]) -> Exception:
    """Return an error of the library as one of ours, with what may help; others as they are.

    What was run is `text`, in which the statement `sql` stands.
    """
    if not isinstance(error, duckdb.Error):
        return as_ours(error)
    details = _details(error)
    failure = _failure(str(error), details)
    if failure.position is not None and sql != text:
        place = failure.position - len(text.partition(sql)[0].encode())
        failure = failure._replace(position=place if 0 <= place <= len(sql.encode()) else None)
    if isinstance(error, duckdb.OutOfMemoryException) or "bad allocation" in failure.message:
        return LimitReached(_("out of memory: the limit is {MEMORY}").format(MEMORY=MEMORY))
    if "max_execution_time" in failure.message:
        return LimitReached(_("the query took too long"))
    if not details and (isinstance(error, duckdb.IOException) or type(error) is duckdb.Error):
        return as_ours(error)
    if isinstance(error, duckdb.PermissionException) or "disabled by configuration" in failure.message:
        return QueryFailed(_("files can be neither read nor written"))
    kind = (
        _Unbound if isinstance(error, (duckdb.BinderException, duckdb.ConversionException)) else QueryFailed
    )
    return _failed(hints.explain(failure, sql, columns), kind)


def _details(error: BaseException) -> dict[str, Any]:
    """What the library tells of an error as JSON, in its message."""
    _, brace, rest = str(error).partition("{")
    try:
        found = json.loads(brace + rest)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and "exception_message" in found else {}


def _failure(text: str, details: Mapping[str, Any]) -> hints.Failure:
    position = str(details.get("position", ""))
    return hints.Failure(
        str(details.get("exception_message", text)),
        int(position) if position.isdecimal() else None,
        str(details.get("error_subtype", "")),
        str(details.get("type", "")),
        str(details.get("name", "")),
        tuple(filter(None, str(details.get("candidates", "")).split(","))),
    )


def _parsed(text: str) -> dict[str, Any]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEPTH))
    try:
        found = json.loads(text)
    except RecursionError:
        raise Refused(_("the statement nests too deeply")) from None
    finally:
        sys.setrecursionlimit(before)
    assert isinstance(found, dict)
    return found


def _not_select(sql: str, whole: str, tree: Mapping[str, Any]) -> None:
    """Raise why the library would not serialize a statement that may yet be sound."""
    message = str(tree.get("error_message", ""))
    if "CTE" in message and ("SELECT" in message or "DML" in message):
        raise Refused(_("read-only: WITH may hold SELECT only"))
    if "Only SELECT" not in message:
        raise _failed(hints.explain(hints.Failure(message), whole, dict))
    if any(
        token.text.upper().startswith("PIVOT") for token in statements.tokens(sql) if token.kind == "word"
    ):
        raise Refused(
            _("PIVOT must list its values with IN: PIVOT … ON column IN ('a', 'b')"),
        )
    raise Refused(_("read-only: only {ACCEPTED} are accepted").format(ACCEPTED=statements.ACCEPTED))


def _failed(hint: hints.Hint, kind: type[QueryFailed] = QueryFailed) -> QueryFailed:
    error = kind(hint.text)
    error.line = hint.line
    return error


def _same_names(named: set[str], texts: Mapping[str, Sequence[str]]) -> None:
    missing = [f"--param {name}=…" for name in sorted(named - texts.keys())]
    if missing:
        listed = " ".join(missing)
        raise UsageError(_("missing parameters: {listed}").format(listed=listed))
    excess = ", ".join(sorted(texts.keys() - named))
    if excess:
        known = ", ".join(f"${name}" for name in sorted(named))
        zh = f"语句中没有参数 {excess}" + (f"；有：{known}" if known else "")
        en = f"the statement has no parameter {excess}" + (f"; it has {known}" if known else "")
        raise UsageError(Text(zh, en).get(language()))


def _readings(texts: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Any]]:
    """The values to try, in order: as text, which the statement casts to what it wants; as numbers; as lists."""
    tried: list[dict[str, Any]] = []
    for lists in (False, True):
        for read in (str, _number):
            values: dict[str, Any] = {}
            for name, given in texts.items():
                found = [read(text) for text in given]
                values[name] = found if lists or len(found) > 1 else found[0]
            if not any(repr(values) == repr(other) for other in tried):
                tried.append(values)
                yield values


def _number(text: str) -> Any:
    """A number as one, anything else as it is."""
    if re.fullmatch(r"[+-]?\d{1,18}", text):
        return int(text)
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", text):
        return float(text)
    return {"true": True, "false": False}.get(text.lower(), text)


__all__ = ["DatabaseError", "IpcliError", "Sandbox", "View", "ViewColumn", "limit_process"]
