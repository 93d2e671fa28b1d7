"""A statement and its rows: for Python, or as CSV, TSV, JSON and Parquet by the library itself.

`COPY (…) TO` writes to a file system of ours: under the lock of a connection its one path is all that can be written, and
whatever is written there goes to us. Only a value that the library does not write as we want it gets an expression.
Types come from a file: they are compared here, and never become part of a statement.
"""

from __future__ import annotations

import codecs
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import ModuleType
from typing import Any

from ipcli.db import Watch, check_utf8, quote_name, quote_text
from ipcli.db.hints import translate_error
from ipcli.errors import UsageError
from ipcli.i18n import _, ngettext
from ipcli.model import Column, Form, Result, Row

# An error of the library, and the text that was run, as an error of ours.
Translate = Callable[[Exception, str], Exception]

PATH = "out://rows"
# Where rows are kept until they are written: those of a statement, and those that the program has put together.
_KEPT, _MADE = "temp.main.__kept", "temp.main.__made"
# Rows that Python takes, or gives, at once.
_READ_BATCH, _BATCH = 2000, 10_000
# A NULL marker that no text equals, for columns whose expressions have replaced NULL by a text already.
_NEVER = "\x01\x02"
# The types of columns of rows that the program has put together.
_TYPES = {"number": "DOUBLE", "integer": "HUGEINT", "boolean": "BOOLEAN", "date": "DATE", "list": "VARCHAR[]"}
# Beyond 2**53 a double is no exact count any more; such numbers keep their exponent.
_EXACT = 2**53
INTEGERS = {
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
}  # fmt: skip
# Those of 128 bits.
_LARGE = {"HUGEINT", "UHUGEINT"}
_NUMBERS = INTEGERS | {"FLOAT", "DOUBLE"}
_READABLE = _NUMBERS - {"FLOAT"} | {"BOOLEAN", "VARCHAR"}
# A date, or the text of one that Python takes for another.
_DATE = "UNION(date DATE, other VARCHAR)"
_DECIMAL = re.compile(r"DECIMAL\(\d+,(\d+)\)")
_FORMULA = r"'^([-=+@\t\r])', '''\1'"
# What may stand in JSON: a text, which is left as it is, or a number that is none.
_TEXT_OR_ODD = rb'"(?:[^"\\]++|\\.)*+"|-?(?:NaN|Infinity)'
# Items of lists in lists that are nested deeper are left to the library.
_DEEPEST = 3


class FileSystem:
    """What the library takes for a file system: it holds nothing, and one file of it can be written, which is itself."""

    protocol = "out"

    def __init__(self) -> None:
        """Begin with nothing to write to."""
        self.lock = threading.Lock()
        self.take: Callable[[bytes], object] | None = None

    def open(self, path: str, mode: str = "rb", **_options: Any) -> FileSystem:
        """Open the one file to write; nothing else is there."""
        if "w" not in mode or path != PATH or self.take is None:
            raise FileNotFoundError(path)
        return self

    def write(self, content: bytes) -> int:
        """Hand on what is written."""
        if self.take is not None:
            self.take(content)
        return len(content)

    def flush(self) -> None:
        """Do nothing."""

    def exists(self, path: str) -> bool:
        """Return False: there is no file."""
        return False

    isfile = isdir = exists
    close = flush


# One for the process: connections to the same file share what is registered with the first of them.
_FILES = FileSystem()


def register(connection: Any) -> None:
    """Let a connection know the file system."""
    # All that the library wants of the package fsspec is that class, and the package takes 70 ms.
    package, known = ModuleType("fsspec"), sys.modules.get("fsspec")
    vars(package)["AbstractFileSystem"] = FileSystem
    sys.modules["fsspec"] = package
    try:
        connection.register_filesystem(_FILES)
    finally:
        del sys.modules["fsspec"]
        if known is not None:
            sys.modules["fsspec"] = known


class _Finite:
    """Hands JSON on, a record a line, with null for NaN and infinity, which JSON does not know; `count` counts them."""

    def __init__(self, put: Callable[[bytes], object]) -> None:
        """Begin."""
        self.count = 0
        self._put = put
        self._rest = b""

    def write(self, content: bytes) -> None:
        """Take what the library has written next."""
        content = self._rest + content
        end = content.rfind(b"\n") + 1
        self._rest = content[end:]
        self._pass(content[:end])

    def end(self) -> None:
        """Hand on what is left."""
        self._pass(self._rest)

    def _pass(self, content: bytes) -> None:
        if b"NaN" in content or b"Infinity" in content:
            content = re.sub(_TEXT_OR_ODD, self._replace, content)
        if content:
            self._put(content)

    def _replace(self, match: re.Match[bytes]) -> bytes:
        if match[0].startswith(b'"'):
            return match[0]
        self.count += 1
        return b"null"


class Statement:
    """A statement with its values, and the ways to have its rows. `columns` are its (name, type of the library).

    `places` are those that are wanted, in order; `limit` is the number of rows.
    """

    def __init__(
        self,
        cursor: Any,
        sql: str,
        values: Mapping[str, Any],
        timeout: float | None = None,
        translate: Translate = translate_error,
    ) -> None:
        """Take the statement. UsageError if there are more than one, or a parameter has no value."""
        check_utf8(values)
        self.sql = sql
        self.limit: int | None = None
        # What people are told of values that a format cannot hold.
        self.notices: list[str] = []
        # It alone cannot stand in another statement.
        self.explains = sql.startswith("EXPLAIN ")
        self._cursor = cursor
        self._text = sql
        self._watch = Watch(cursor.interrupt, timeout, lambda error: translate(error, self._text))
        # The time holds for what is made of the rows, too.
        self.drawing = self._watch.drawing
        with self._watch:
            statements = cursor.extract_statements(sql)
        if len(statements) != 1:
            raise UsageError(_("there must be one statement"))
        missing = sorted(statements[0].named_parameters - values.keys())
        if missing:
            listed = ", ".join(f"${name}" for name in missing)
            raise UsageError(_("parameters without a value: {listed}").format(listed=listed))
        self._values = {name: values[name] for name in statements[0].named_parameters}
        self.columns: list[tuple[str, str]] = [("explain_key", "VARCHAR"), ("explain_value", "VARCHAR")]
        if not self.explains:
            self.columns = [row[:2] for row in self._fetch(f"DESCRIBE SELECT * FROM (\n{sql}\n)")]
        self.places: Sequence[int] = range(len(self.columns))

    def rows(self, result: Result) -> Iterator[Row]:
        """Run the statement and yield its rows up to the limit; set `result.more` if there are more."""
        text = self.sql
        if not self.explains:
            parts = ", ".join(_readable(f"c{place}", self.columns[place][1]) for place in self.places)
            text = f"SELECT {parts} FROM {self._source(1)}"
        left = self.limit
        with self._watch:
            self._run(text)
        while True:
            with self._watch:
                batch: list[Row] = self._cursor.fetchmany(_READ_BATCH)
            last = len(batch) < _READ_BATCH
            if left is not None:
                result.more = len(batch) > left
                batch = batch[:left]
                left -= len(batch)
            yield from batch
            if last or result.more:
                return

    def keep(self) -> None:
        """Run it and keep its rows, and one beyond the limit, in the memory of the database."""
        self._fetch(f"CREATE OR REPLACE TEMP TABLE {_KEPT} AS SELECT * FROM {self._source(1)}")
        self.sql, self._values = f"FROM {_KEPT}", {}

    def copy(self, result: Result, form: Form, out: Any) -> int:
        """Run it and write its rows to a stream up to the limit; set `result.more`, and return their number."""
        large = form.style == "typed" and any(self.columns[place][1] in _LARGE for place in self.places)
        if self.limit is None and not large:
            count = self.write(form, out)
        else:
            # Thus it runs once: a row beyond the limit tells that there are more, and its numbers which type holds them.
            self.keep()
            if self.limit is not None:
                result.more = bool(self._fetch(f"{self.sql} OFFSET {self.limit}"))
            count = self.write(form, out)
            self._fetch(f"DROP TABLE {_KEPT}")
        result.notices = (*result.notices, *self.notices)
        return count

    def _fit(self) -> set[int]:
        """Return the places of whole numbers of 128 bits, which Parquet has not, that are all held by 64.

        The others the library writes as DOUBLE, which is told.
        """
        places = {place for place in self.places if self.columns[place][1] in _LARGE}
        for place in sorted(places):
            held = f"bool_and(c{place} IS NULL OR TRY_CAST(c{place} AS BIGINT) IS NOT NULL)"
            if self._fetch(f"SELECT {held} FROM {self._source(0)}")[0][0] is False:
                places.remove(place)
                message = _(
                    "{name}: numbers beyond 64 bits are written as DOUBLE, which keeps some 15 digits"
                )
                self.notices.append(message.format(name=self.columns[place][0]))
        return places

    def write(self, form: Form, out: Any) -> int:
        """Write its rows to the stream `out`, of bytes or text; return their number. What `out` raises is raised."""
        put = writer(out)
        finite = _Finite(put) if form.style == "json" else None
        if finite is not None:
            put = finite.write
        failures: list[BaseException] = []
        began = False

        def take(content: bytes) -> None:
            nonlocal began
            if failures:
                return
            self._watch.pause()
            try:
                if not began and form.excel:
                    put("\ufeff".encode())
                # The library's array of nothing has lines of its own.
                put(b"[]\n" if not began and content == b"[\n\t\n]\n" else content)
                began = True
            except BaseException as error:
                # Not through the library, which would make something else of it.
                failures.append(error)
                self._cursor.interrupt()
            finally:
                self._watch.resume()

        options = _options(form, lone=len(self.places) == 1)
        count = 0
        with _FILES.lock, self._watch:
            _FILES.take = take
            try:
                count = self._run(f"COPY ({self._select(form)}) TO '{PATH}' ({options})").fetchall()[0][0]
            except Exception:
                if not failures:
                    raise
            finally:
                _FILES.take = None
            if failures:
                raise failures[0]
        if finite is not None:
            finite.end()
            if finite.count:
                message = ngettext(
                    "{count} number is NaN or infinite, for which JSON has null",
                    "{count} numbers are NaN or infinite, for which JSON has null",
                    finite.count,
                )
                self.notices.append(message.format(count=finite.count))
        return count

    def _select(self, form: Form) -> str:
        """Return the SELECT of its rows with the columns as the format has them."""
        parts = []
        fitting = self._fit() if form.style == "typed" else set()
        names = _distinct(self.columns[place][0] for place in self.places)
        for place, name in zip(self.places, names, strict=True):
            value, kind = f"c{place}", self.columns[place][1]
            if form.style == "text":
                value = f"coalesce({_field(value, kind, form)}, {quote_text(form.null)})"
            else:
                value = _json(value, kind) if form.style == "json" else _cast(value, kind)
                if place in fitting:
                    value = f"CAST({value} AS BIGINT)"
            if form.excel and name.startswith(("=", "+", "-", "@", "\t", "\r")):
                name = "'" + name
            parts.append(f"{value} AS {quote_name(name)}")
        return f"SELECT {', '.join(parts)} FROM {self._source(0)}"

    def _source(self, beyond: int) -> str:
        """Return the statement as a subquery with columns c0, c1, ...: their own names may repeat; and its limit."""
        named = ", ".join(f"c{place}" for place in range(len(self.columns)))
        limit = "" if self.limit is None else f" LIMIT {self.limit + beyond}"
        return f"(\n{self.sql}\n) AS __rows({named}){limit}"

    def _fetch(self, text: str) -> list[Any]:
        with self._watch:
            return self._run(text).fetchall()  # type: ignore[no-any-return]

    def _run(self, text: str) -> Any:
        self._text = text
        return self._cursor.execute(text, self._values)


def write_rows(connection: Any, columns: Sequence[Column], rows: Iterable[Row], form: Form, out: Any) -> int:
    """Write rows that the program has put together, by way of a table in the memory of `connection`; return their number."""
    # In JSON lists of theirs may hold anything.
    types = {**_TYPES, "list": "JSON"} if form.style == "json" else _TYPES
    known = [(column.name, types.get(column.type, "VARCHAR")) for column in columns]
    if not known:
        known, form = [("none", "VARCHAR")], form._replace(header=False)
    made = ", ".join(f"c{place} {kind}" for place, (_name, kind) in enumerate(known))
    # As texts, which the library reads as they are printed.
    each = ", ".join(
        f"CAST(unnest(CAST($c{place} AS VARCHAR[]{'[]' * (kind == 'VARCHAR[]')})) AS {kind})"
        for place, (_name, kind) in enumerate(known)
    )
    watch = Watch(connection.interrupt, translate=translate_error)
    with watch:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {_MADE} ({made})")
    rows = iter(rows)
    while batch := list(islice(rows, _BATCH)):
        values = {
            f"c{place}": [_plain(row[place], kind) for row in batch]
            for place, (_name, kind) in enumerate(known)
        }
        with watch:
            connection.execute(f"INSERT INTO {_MADE} SELECT {each}", values)
    listed = ", ".join(f"c{place} AS {quote_name(name)}" for place, (name, _kind) in enumerate(known))
    return Statement(connection, f"SELECT {listed} FROM {_MADE}", {}).write(form, out)


def _plain(value: Any, kind: str = "VARCHAR") -> Any:
    """Return a value as the text that the library reads, a list as a list of texts or as JSON."""
    if value is None:
        return None
    if kind == "JSON" or isinstance(value, dict):
        # Late: other rows need none of it.
        import json

        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    whole = isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT
    return str(int(value) if whole else value)


def _options(form: Form, *, lone: bool) -> str:
    """Return the options of COPY; `lone` tells that there is one column."""
    options = f"{form.copy}, USE_TMP_FILE false"
    if form.style == "text":
        # One empty field is told from no line by quotes, which the library puts around a text that reads as NULL.
        null = quote_text("" if lone else _NEVER)
        options += f", HEADER {form.header}, NULLSTR {null}, QUOTE '\"', ESCAPE '\"'"
        options += r", NEW_LINE '\r\n'" if form.excel else ""
    if form.about:
        about = ", ".join(f"{key}: {quote_text(value)}" for key, value in form.about.items())
        options += f", KV_METADATA {{{about}}}"
    return options


def writer(out: Any) -> Callable[[bytes], object]:
    """Return what writes UTF-8 to a stream: as it is where the stream takes bytes or UTF-8, else in its own encoding."""
    encoding = getattr(out, "encoding", None)
    raw = getattr(out, "buffer", None)
    if raw is not None and encoding is not None and codecs.lookup(encoding).name == "utf-8":
        out.flush()
        return raw.write  # type: ignore[no-any-return]
    if not hasattr(out, "encoding"):
        return out.write  # type: ignore[no-any-return]
    decode = codecs.getincrementaldecoder("utf-8")().decode
    return lambda content: out.write(decode(content))


def _field(value: str, kind: str, form: Form) -> str:
    """Return the expression for a value as a field of text: 130.0 is 130, 1.50 is 1.5, lists are joined."""
    decimal = _DECIMAL.fullmatch(kind)
    text = f"CAST({value} AS VARCHAR)"
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"abs({value}) <= {_EXACT}.0 AND {value} = trunc({value})"
        return f"CASE WHEN {whole} THEN CAST(CAST({value} AS BIGINT) AS VARCHAR) ELSE {text} END"
    if decimal:
        return text if decimal[1] == "0" else f"rtrim(rtrim({text}, '0'), '.')"
    if kind in _NUMBERS:
        return text
    if kind.endswith("[]") and kind.count("[]") <= _DEEPEST:
        item = _field("x" + value, kind[:-2], form._replace(excel=False))
        items = f"list_transform({value}, lambda x{value}: coalesce({item}, {quote_text(form.null)}))"
        text = f"array_to_string({items}, '; ')"
    # What a spreadsheet takes for the beginning of a formula gets an apostrophe before it.
    return f"regexp_replace({text}, {_FORMULA})" if form.excel else text


def _json(value: str, kind: str) -> str:
    """Return the expression for a value in JSON: a FLOAT 0.1 stays 0.1."""
    if kind == "FLOAT":
        return f"CAST(CAST({value} AS VARCHAR) AS DOUBLE)"
    if kind.endswith("[]") and kind.count("[]") <= _DEEPEST and kind.rstrip("[]") == "FLOAT":
        return f"list_transform({value}, lambda x{value}: {_json('x' + value, kind[:-2])})"
    return value


def _readable(value: str, kind: str) -> str:
    """Return the expression for a value that Python reads: its text where Python has no such type, or a lesser one."""
    if kind in _READABLE or kind.startswith(("DECIMAL(", "ENUM(")):
        return value
    if kind == "FLOAT":
        return f"CAST(CAST({value} AS VARCHAR) AS DOUBLE)"
    if kind == "DATE":
        other = f"CAST(CAST({value} AS VARCHAR) AS {_DATE})"
        return f"CASE WHEN isinf({value}) THEN {other} ELSE CAST({value} AS {_DATE}) END"
    if kind.endswith("[]"):
        return value if _readable(value, kind.rstrip("[]")) == value else f"CAST({value} AS VARCHAR[])"
    return f"CAST({value} AS VARCHAR)"


def _cast(value: str, kind: str) -> str:
    """Return the expression for a value in Parquet, which has no type of NULL."""
    return f"CAST({value} AS VARCHAR)" if kind == '"NULL"' or kind.startswith("ENUM(") else value


def _distinct(names: Iterable[str]) -> list[str]:
    """Return column names made distinct (a, a_1), so that no key of a JSON object hides another."""
    taken: list[str] = []
    for name in names:
        candidate, count = name, 0
        while candidate in taken:
            count += 1
            candidate = f"{name}_{count}"
        taken.append(candidate)
    return taken
