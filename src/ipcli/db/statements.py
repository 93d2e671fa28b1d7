"""Decide which statements and which functions are accepted from people. Knows the grammar, not the library.

The library parses (see `sandbox`); its tree is judged here by lists of what is allowed: a kind of statement, table
or table function that nobody has thought about is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from ipcli.errors import UsageError
from ipcli.i18n import _, did_you_mean
from ipcli.query.near import nearest

# Longer statements are refused before anything reads them.
LONGEST = 1_000_000
# DuckDB 1.5 can crash on lists nested about 900 deep.
_DEEPEST = 250
ACCEPTED = "SELECT, WITH, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW TABLES, PIVOT … IN, UNPIVOT, EXPLAIN"

_TOKEN = re.compile(
    r"(?P<text>[eE]'(?:[^'\\]|\\.|'')*'?|'(?:[^']|'')*'?|(?P<dollar>\$(?:[^\W\d]\w*)?\$).*?(?:(?P=dollar)|\Z))"
    r"|(?P<quoted>\"(?:[^\"]|\"\")*\"?)"
    r"|(?P<comment>--[^\n\r]*|/\*)"
    r"|(?P<parameter>\$\w+|\?)"
    r"|(?P<word>[^\W\d]\w*)|(?P<number>\d[\w.]*)|(?P<space>[ \t\r\n\f\v]+)|(?P<end>;)|(?P<other>.)",
    re.DOTALL,
)
_COMMENT_MARK = re.compile(r"/\*|\*/")
_EXPLAIN_OPTIONS = ("ANALYZE", "FORMAT JSON", "FORMAT TEXT")

# Statements that are refused before the library parses them; a word that is no statement at all is left to it.
_OTHERS = {
    "ABORT", "ALTER", "ANALYZE", "ATTACH", "BEGIN", "CALL", "CHECKPOINT", "COMMENT", "COMMIT", "COPY", "CREATE",
    "DEALLOCATE", "DELETE", "DETACH", "DROP", "EXECUTE", "EXPLAIN", "EXPORT", "FORCE", "GRANT", "IMPORT", "INSERT",
    "INSTALL", "LOAD", "MERGE", "PRAGMA", "PREPARE", "REFRESH", "REINDEX", "RENAME", "REPLACE", "RESET", "REVOKE",
    "ROLLBACK", "SET", "START", "TRANSACTION", "TRUNCATE", "UPDATE", "UPSERT", "USE", "VACUUM",
}  # fmt: skip
# What the library's tree may hold beside expressions, which have a class.
_NODES = {
    "ASCENDING", "BASE_TABLE", "COLUMN_DATA", "CTE_NODE", "DESCENDING", "EMPTY", "EXPRESSION_LIST", "JOIN",
    "ORDER_DEFAULT", "PIVOT", "RECURSIVE_CTE_NODE", "SELECT_NODE", "SET_OPERATION_NODE", "SHOW_REF", "SUBQUERY",
    "TABLE_FUNCTION",
}  # fmt: skip
_NODE_SUFFIXES = ("_MODIFIER", "_TYPE_INFO")

# Table functions compute (range), take values apart (unnest), or list what the views are. All others read
# files, settings, memory or other statements.
_TABLE_FUNCTIONS = {
    "duckdb_columns", "duckdb_constraints", "duckdb_functions", "duckdb_keywords", "duckdb_schemas",
    "duckdb_tables", "duckdb_types", "duckdb_views", "generate_series", "json_each", "json_tree", "range",
    "repeat", "repeat_row", "unnest",
}  # fmt: skip
# Functions that tell settings or the environment, write a log, change a sequence or wait; those that are not meant to
# be called by name and trust what they are given; and those that follow JSON as deep as it nests, until the stack is
# used up and the process dies.
_FUNCTIONS = {
    "from_json", "from_json_strict", "json_contains", "json_group_structure", "json_merge_patch", "json_structure",
    "json_transform", "json_transform_strict", "cast_to_type",
    "combine", "combine_aggr", "current_setting", "finalize", "get_block_size", "getenv", "getvariable", "index_key",
    "json_serialize_plan", "nextval", "pg_sleep", "setval", "sleep_ms", "to_aggregate_state", "write_log",
    "!=", "<", "<=", "<>", "=", "==", ">", ">=", "is distinct from", "is not distinct from",
}  # fmt: skip
_FUNCTION_PREFIXES = ("__", "variant_")
# What may be cast to: the library's own types without VARIANT, which follows JSON as deep as it nests. A type that
# a database file defines may be VARIANT under another name.
_TYPES = {
    "array", "bigint", "bignum", "binary", "bit", "bitstring", "blob", "bool", "boolean", "bpchar", "bytea", "char",
    "date", "datetime", "dec", "decimal", "double", "enum", "float", "float4", "float8", "geometry", "guid",
    "hugeint", "int", "int1", "int128", "int16", "int2", "int32", "int4", "int64", "int8", "integer", "integral",
    "interval", "json", "list", "logical", "long", "map", "null", "numeric", "nvarchar", "oid", "real", "row",
    "short", "signed", "smallint", "string", "struct", "text", "time", "time with time zone", "time_ns",
    "timestamp", "timestamp with time zone", "timestamp_ms", "timestamp_ns", "timestamp_s", "timestamp_us",
    "timestamptz", "timestamptz_ns", "timetz", "tinyint", "tuple", "ubigint", "uhugeint", "uint128", "uint16",
    "uint32", "uint64", "uint8", "uinteger", "union", "usmallint", "utinyint", "uuid", "varbinary", "varchar",
    "varint",
}  # fmt: skip
# The library's own views: those that list tables and columns are harmless, others tell paths or settings.
SYSTEM_PREFIXES = ("duckdb_", "pg_", "pragma_", "sqlite_")
_SYSTEM_ALLOWED = {"duckdb_columns", "duckdb_tables", "duckdb_views", "sqlite_master", "sqlite_schema"}
_NAMED = ("function_name", "table_name")
_SHOWS = {'"tables"', "__show_tables_expanded", '"databases"', '"schemas"'}


class Refused(UsageError):
    """A statement that is not accepted; the message says what and why, on one line."""


class Token(NamedTuple):
    """A piece of SQL: text, quoted, comment, parameter, word, number, space, end (;) or other."""

    kind: str
    text: str
    start: int


class Statement(NamedTuple):
    """A statement that people wrote; `tokens` are those of `sql` without spaces and comments.

    `explain` is our own EXPLAIN before it, or nothing; `start` is where `sql` begins in what they wrote.
    """

    explain: str
    sql: str
    start: int
    tokens: list[Token]


def tokens(sql: str) -> Iterator[Token]:
    """Yield the tokens of `sql`; what is not terminated reaches to the end."""
    place = 0
    while place < len(sql):
        match = _TOKEN.match(sql, place)
        assert match is not None
        kind = match.lastgroup if match.lastgroup != "dollar" else "text"
        end = _comment_end(sql, place) if match["comment"] == "/*" else match.end()
        yield Token(str(kind), sql[place:end], place)
        place = end


def _comment_end(sql: str, start: int) -> int:
    """Return where a block comment ends; such comments nest."""
    depth = 0
    for match in _COMMENT_MARK.finditer(sql, start):
        depth += 1 if match[0] == "/*" else -1
        if depth == 0:
            return match.end()
    return len(sql)


def read(sql: str) -> Statement:
    """Return the statement in `sql` without semicolons at its end. Refused if there is none, or it can be no SELECT.

    The library's parser tells whether it is one statement, and `check` whether it is accepted.
    """
    if len(sql) > LONGEST:
        raise Refused(_("the statement is too long"))
    if "\0" in sql:
        raise Refused(_("there is a NUL character in the statement"))
    found = [token for token in tokens(sql) if token.kind not in ("space", "comment")]
    while found and found[-1].kind == "end":
        found.pop()
    if not found:
        raise Refused(_("there is no SQL statement"))
    end = found[-1].start + len(found[-1].text)
    explain, found = _split_explain(found)
    word = found[0].text.upper()
    if word in _OTHERS:
        _refuse(_("read-only: a {word} statement is not accepted; use {ACCEPTED}"), word=word)
    _refuse_deep_nesting(found)
    # Without EXPLAIN what stands above the statement stays, so that its lines count as people count them.
    start = found[0].start if explain else 0
    return Statement(explain, sql[start:end], start, found)


def _refuse_deep_nesting(statement: list[Token]) -> None:
    depth = 0
    for token in statement:
        if token.kind == "other":
            depth += (token.text in "([{") - (token.text in ")]}")
            if depth > _DEEPEST:
                raise Refused(_("the statement nests too deeply"))


def _split_explain(found: list[Token]) -> tuple[str, list[Token]]:
    """Return the EXPLAIN to run ("" for none), and the tokens after it. Refused for unknown options."""
    words = [token.text.upper().replace("ANALYSE", "ANALYZE") for token in found[:20]]
    if words[0] != "EXPLAIN":
        return "", found
    options, place = "", 1
    if words[1:2] == ["ANALYZE"]:
        options, place = "ANALYZE", 2
    elif words[1:2] == ["("] and words[2:3] in (["ANALYZE"], ["FORMAT"]):
        close = words.index(")") if ")" in words else len(words)
        options, place = " ".join(words[2:close]).replace(" ,", ","), close + 1
        for option in options.split(", "):
            if option not in _EXPLAIN_OPTIONS:
                raise Refused(_("EXPLAIN {option} is not accepted").format(option=option))
    if place >= len(found):
        raise Refused(_("there is no statement after EXPLAIN"))
    return f"EXPLAIN ({options}) " if options else "EXPLAIN ", found[place:]


def view_select(view: str) -> str:
    """Return the SELECT within the text of a CREATE VIEW statement, as the library lists it."""
    start = next((token.start + 2 for token in tokens(view) if token.text.upper() == "AS"), len(view))
    return view[start:].rstrip().removesuffix(";")


def check(parsed: dict[str, Any]) -> set[str]:
    """Check a statement as DuckDB parsed it (`json_serialize_sql`) and return the names it uses.

    The names are those of functions and tables, in lower case. Raises Refused with the first fault.
    """
    names: set[str] = set()
    queue: list[Any] = [parsed]
    while queue:
        item = queue.pop()
        if isinstance(item, list):
            queue.extend(item)
        elif isinstance(item, dict):
            _check_node(item)
            names.update(str(item[key]).strip('"').casefold() for key in _NAMED if item.get(key))
            queue.extend(item.values())
    return names


def _check_node(item: dict[str, Any]) -> None:
    name = item.get("function_name")
    if name is not None:
        _check_function(str(name).casefold())
    kind = item.get("type")
    # DuckDB 2 has a type as an expression; 1.5 by an id, or by name if the parser does not know it.
    if kind == "TYPE" and item.get("class") == "TYPE":
        _check_type(str(item.get("type_name", "")))
    elif kind == "UNBOUND_TYPE_INFO":
        _check_type(str(item.get("name", "")))
    elif item.get("id") == "VARIANT":
        _check_type("VARIANT")
    if not isinstance(kind, str) or "class" in item:
        return
    if kind == "BASE_TABLE":
        _check_table(item)
    elif kind == "SHOW_REF":
        _check_show(item)
    elif kind == "TABLE_FUNCTION":
        _check_table_function(str((item.get("function") or {}).get("function_name", "")).casefold())
    elif kind not in _NODES and not kind.endswith(_NODE_SUFFIXES):
        what = kind.removesuffix("_NODE").removesuffix("_QUERY").replace("_", " ")
        _refuse(_("read-only: {what} is not accepted; use {ACCEPTED}"), what=what)


def _check_function(name: str) -> None:
    if name in _FUNCTIONS or name.startswith(_FUNCTION_PREFIXES):
        _refuse(
            _(
                "the function {name}() is not accepted: it touches settings, the environment or logs, "
                "or is not safe"
            ),
            name=name,
        )


def _check_type(name: str) -> None:
    if name.casefold() not in _TYPES:
        message = _("the type {name} is not accepted").format(name=name)
        raise Refused(did_you_mean(message, nearest(name, _TYPES)[:1]))


def _check_table_function(name: str) -> None:
    if name not in _TABLE_FUNCTIONS:
        _refuse(
            _(
                "the table function {name}() is not accepted: SQL may read no files, settings or "
                "other statements; bring a file with --with name=FILE"
            ),
            name=name,
        )


def _check_table(item: dict[str, Any]) -> None:
    name = str(item.get("table_name", ""))
    schema = str(item.get("schema_name", "")).casefold()
    low = name.casefold()
    if schema == "information_schema":
        return
    if low not in _SYSTEM_ALLOWED and (low.startswith(SYSTEM_PREFIXES) or schema in ("pg_catalog", "system")):
        _refuse(
            _(
                "the system view {name} is not accepted: it may tell paths or settings; use SHOW "
                "TABLES, DESCRIBE, information_schema"
            ),
            name=name,
        )
    if any(mark in name for mark in "/\\.*?:"):
        _refuse(_('SQL may not read the file "{name}"; bring a file with --with name=FILE'), name=name)


def _check_show(item: dict[str, Any]) -> None:
    name = str(item.get("table_name") or "")
    if name in _SHOWS or not name:
        return
    if name.startswith(('"', "__")):
        _refuse(_("SHOW {plain} is not accepted; use SHOW TABLES, DESCRIBE"), plain=name.strip('"_').upper())
    _check_table(item)


def _refuse(message: str, **values: str) -> NoReturn:
    raise Refused(message.format(ACCEPTED=ACCEPTED, **values))
