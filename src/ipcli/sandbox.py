"""Statements that people write, run so that they can do no harm.

Beyond the locks of `engine`: only what `statements` accepts is run, time and memory are limited, and what goes
wrong is explained (`hints`). What people bring along is loaded before the locks close.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ipcli import hints, statements, textfiles
from ipcli.engine import Caller, Database, as_ours, connect, in_utf8, one_line
from ipcli.errors import DatabaseError, IpcliError, LimitReached, QueryFailed, UsageError
from ipcli.i18n import language
from ipcli.library import duckdb
from ipcli.model import Result, Text
from ipcli.statements import Refused
from ipcli.userfiles import UserTable

MEMORY = "1GB"
# In this order, and between the two what the user brought along is loaded: any other order leaves a way out.
_NO_SPILLING = "SET temp_directory=''"
_LOCKS = (
    "SET enable_external_access=false;SET disabled_filesystems='LocalFileSystem';SET lock_configuration=true"
)
# Each thread takes address space of its own.
_THREADS = 4
# Above what the process has when the limit is set: the library and its threads, its memory, and room for what
# escapes its count.
_ADDRESS_SPACE = 3 << 30
# Seconds the parser may take; it cannot be interrupted, but left behind.
_PARSING = 5.0
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


class Sandbox(Database):
    """A database for statements that people write. `tables` are what they brought along."""

    own = False
    tables: tuple[str, ...] = ()
    # Where the statement stands, for messages: a file, and the line it begins on.
    origin: tuple[str, int] | None = None
    _statement = ""

    @classmethod
    def load(cls, path: str | os.PathLike[str], tables: Sequence[UserTable] = ()) -> Sandbox:
        """Open a database, load the user's tables, and lock it. UsageError if a table cannot be read."""
        name = os.fspath(path)
        opened: list[duckdb.DuckDBPyConnection] = []

        def work() -> Sandbox:
            # Errors as JSON tell where a statement is wrong.
            connection, _ = connect(
                name,
                f"{_NO_SPILLING};SET GLOBAL errors_as_json=true",
                MEMORY,
                min(_THREADS, os.cpu_count() or 1),
            )
            opened.append(connection)
            try:
                sandbox = cls(connection, name)
                for table in tables:
                    _load(connection, table)
                sandbox.tables = tuple(table.name for table in tables)
                connection.execute(_LOCKS)
                return sandbox
            except BaseException:
                connection.close()
                raise

        return Caller(translate=lambda error: _as_ours(error, "", dict))(work)

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
        """As `Database.run`, for a statement that is accepted (see `accept`); UsageError for others."""
        return self._run(self.accept(sql), values, **options)

    def _run(self, sql: str, values: Mapping[str, Any] | None, **options: Any) -> Result:
        if options.get("sort") and statements.kind(sql) == "EXPLAIN":
            raise UsageError(Text("EXPLAIN 不能排序", "EXPLAIN cannot be sorted").get(language()))
        self._statement = sql
        return super().run(sql, values, **options)

    def accept(self, sql: str) -> str:
        """The one statement in `sql`, ready to run. UsageError or QueryFailed says what is wrong with it."""
        try:
            return self._accepted(sql)
        except Refused as refusal:
            raise self._placed(UsageError(refusal.text.get(language()))) from None
        except QueryFailed as error:
            raise self._placed(error) from error

    def check(self, sql: str) -> None:
        """Judge a statement put together from a query's own expressions."""
        try:
            self._judge(sql, sql)
        except Refused as refusal:
            raise self._placed(UsageError(refusal.text.get(language()))) from None

    def _accepted(self, sql: str) -> str:
        if len(sql) > statements.LONGEST:
            raise Refused("语句太长", "the statement is too long")
        if "\0" in sql:
            raise Refused("语句中有 NUL 字符", "there is a NUL character in the statement")
        in_utf8(sql)
        odd = statements.full_width(sql)
        if odd:
            raise _failed(hints.full_width(sql, *odd))
        text = statements.one(sql)
        if not statements.kind(text):
            raise Refused("没有 SQL 语句", "there is no SQL statement")
        taken = statements.explained(text)
        statements.select_like(taken.body)
        self._judge(taken.body, text)
        # What runs is what was judged: our own EXPLAIN before the very text.
        return taken.prefix + taken.body

    def _placed(self, error: BaseException) -> BaseException:
        """The error with the file and the line it is in, if the statement stands in one."""
        if self.origin is None or not isinstance(error, (QueryFailed, UsageError)):
            return error
        path, first = self.origin
        line = error.line if isinstance(error, QueryFailed) and error.line else 1
        placed = type(error)(f"{path}:{first + line - 1}: {error}")
        return placed

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """The connection itself, for it alone sees the tables that were brought along: one statement at a time."""
        return self._connection

    def caller(self, cursor: duckdb.DuckDBPyConnection, timeout: float | None) -> Caller:
        """What runs the calls of one statement, and explains what goes wrong with it."""
        sql = self._statement
        return Caller(cursor, timeout, lambda error: self._placed(_as_ours(error, sql, self.columns)))

    def views(self) -> list[View]:
        """What people may query: the flat views, and what they brought along; with columns and comments."""
        cursor = self.cursor()
        rows = Caller(cursor)(
            lambda: cursor.execute(
                "SELECT table_name, coalesce(t.comment, ''), column_name, data_type, coalesce(c.comment, '')"
                " FROM duckdb_columns() c JOIN (SELECT table_oid AS oid, database_name, comment"
                " FROM duckdb_tables() UNION ALL SELECT view_oid, database_name, comment FROM duckdb_views()) t"
                " ON t.oid = c.table_oid AND t.database_name = c.database_name"
                " WHERE c.schema_name = 'main' AND NOT c.internal"
                " ORDER BY c.database_name = 'temp' DESC, table_name, column_index"
            ).fetchall()
        )
        found: dict[str, tuple[str, list[ViewColumn]]] = {}
        for view, about, column, type_, meaning in rows:
            found.setdefault(view, (about, []))[1].append(ViewColumn(column, type_, meaning))
        return [View(name, about, tuple(columns)) for name, (about, columns) in found.items()]

    def columns(self) -> dict[str, dict[str, str]]:
        """View -> column -> its Chinese heading."""
        return {view.name: {column.name: column.heading for column in view.columns} for view in self.views()}

    def parameters(self, sql: str) -> set[str]:
        """The names of the parameters of an accepted statement."""
        cursor = self.cursor()
        self._statement = sql
        call = self.caller(cursor, None)
        return call(lambda: set(cursor.extract_statements(sql)[0].named_parameters))

    def _judge(self, sql: str, whole: str) -> None:
        """Refused for what is not accepted, QueryFailed for what cannot be parsed; `whole` is what people wrote."""
        statements.shallow(sql)
        cursor = self.cursor()
        parsed = Caller(cursor, _PARSING)(
            lambda: cursor.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchall()[0][0]
        )
        tree = _parsed(parsed)
        if not tree["error"]:
            if len(tree["statements"]) != 1:
                raise Refused("只能有一条语句", "there must be one statement")
            statements.check(tree)
            return
        if tree.get("error_type") == "not implemented" or "position" not in tree:
            _not_select(sql, whole, tree)
        failure = _failure(tree["error_message"], {**tree, "error_subtype": "SYNTAX_ERROR"})
        offset = len(whole[: len(whole) - len(sql)].encode())
        if failure.position is not None:
            failure = failure._replace(position=failure.position + offset)
        raise _failed(hints.explain(failure, whole, dict))


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


def _load(connection: duckdb.DuckDBPyConnection, table: UserTable) -> None:
    name = '"' + table.name.replace('"', '""') + '"'
    taken = connection.execute(
        "SELECT count(*) FROM duckdb_columns() WHERE schema_name = 'main' AND lower(table_name) = lower($name)",
        {"name": table.name},
    ).fetchall()
    if taken[0][0]:
        raise UsageError(
            Text(
                f"--with {table.name}：已有同名的视图，请换个名称",
                f"--with {table.name}: there is a view of that name, choose another",
            ).get(language())
        )
    try:
        if table.text:
            textfiles.load(connection, name, table.text)
        else:
            connection.execute(f"CREATE TEMP TABLE {name} AS FROM {table.source}", {"path": table.path})
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        failure = _failure(str(error), _details(error))
        text = one_line(failure.message).replace(table.path, table.shown)
        raise UsageError(
            Text(f"--with 读不了 {table.shown}：{text}", f"--with cannot read {table.shown}: {text}").get(
                language()
            )
        ) from error


def _as_ours(error: BaseException, sql: str, columns: Callable[[], hints.Columns]) -> BaseException:
    """An error of the library as one of ours, with what may help; others as they are."""
    if not isinstance(error, duckdb.Error):
        return as_ours(error)
    details = _details(error)
    failure = _failure(str(error), details)
    if isinstance(error, duckdb.OutOfMemoryException) or "bad allocation" in failure.message:
        return LimitReached(
            Text(f"内存不够：上限 {MEMORY}", f"out of memory: the limit is {MEMORY}").get(language())
        )
    if "max_execution_time" in failure.message:
        return LimitReached(Text("查询超时", "the query took too long").get(language()))
    if not details and (isinstance(error, duckdb.IOException) or type(error) is duckdb.Error):
        return as_ours(error)
    if isinstance(error, duckdb.PermissionException) or "disabled by configuration" in failure.message:
        return QueryFailed(Text("不能读写文件", "files can be neither read nor written").get(language()))
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
        raise Refused("语句嵌套过深", "the statement nests too deeply") from None
    finally:
        sys.setrecursionlimit(before)
    assert isinstance(found, dict)
    return found


def _not_select(sql: str, whole: str, tree: Mapping[str, Any]) -> None:
    """Raise why the library would not serialize a statement that may yet be sound."""
    message = str(tree.get("error_message", ""))
    if "CTE" in message and ("SELECT" in message or "DML" in message):
        raise Refused("只读：WITH 中只能有 SELECT", "read-only: WITH may hold SELECT only")
    if "Only SELECT" not in message:
        raise _failed(hints.explain(hints.Failure(message), whole, dict))
    if any(
        token.text.upper().startswith("PIVOT") for token in statements.tokens(sql) if token.kind == "word"
    ):
        raise Refused(
            "PIVOT 须用 IN 列出值：PIVOT … ON 列 IN ('甲', '乙')",
            "PIVOT must list its values with IN: PIVOT … ON column IN ('a', 'b')",
        )
    raise Refused(
        f"只读：只接受 {statements.ACCEPTED}", f"read-only: only {statements.ACCEPTED} are accepted"
    )


def _failed(hint: hints.Hint, kind: type[QueryFailed] = QueryFailed) -> QueryFailed:
    error = kind(hint.text)
    error.line = hint.line
    return error


def _same_names(named: set[str], texts: Mapping[str, Sequence[str]]) -> None:
    missing = [f"--param {name}=…" for name in sorted(named - texts.keys())]
    if missing:
        listed = " ".join(missing)
        raise UsageError(Text(f"缺少参数：{listed}", f"missing parameters: {listed}").get(language()))
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
