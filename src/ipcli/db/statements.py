"""Which statements and which functions the program accepts from people. Knows the grammar, not the library.

The library parses (see `sandbox`); what it found is judged here, against lists of what is allowed: a kind of
statement, table or table function that nobody has thought about is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ipcli.i18n import _

# Longer statements are refused before anything reads them.
LONGEST = 1_000_000
# Brackets in brackets.
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
_FULL_WIDTH = "；，（）＝＞＜“”‘’。：？！、｜【】｛｝＋－＊／％＄＂＇　\xa0"
_HALF_WIDTH = dict(zip(_FULL_WIDTH, ";,()=><''''.:?!,|[]{}+-*/%$\"'  ", strict=True))

# Statements that are refused before the library parses them; a word that is no statement at all is left to it.
_OTHERS = {
    "ABORT", "ALTER", "ANALYZE", "ATTACH", "BEGIN", "CALL", "CHECKPOINT", "COMMENT", "COMMIT", "COPY", "CREATE",
    "DEALLOCATE", "DELETE", "DETACH", "DROP", "EXECUTE", "EXPLAIN", "EXPORT", "FORCE", "GRANT", "IMPORT", "INSERT",
    "INSTALL", "LOAD", "MERGE", "PRAGMA", "PREPARE", "REFRESH", "REINDEX", "RENAME", "REPLACE", "RESET", "REVOKE",
    "ROLLBACK", "SET", "START", "TRANSACTION", "TRUNCATE", "UPDATE", "UPSERT", "USE", "VACUUM",
}  # fmt: skip
_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
_TABLES = {
    "BASE_TABLE", "COLUMN_DATA", "EMPTY", "EXPRESSION_LIST", "JOIN", "PIVOT", "SHOW_REF", "SUBQUERY",
    "TABLE_FUNCTION",
}  # fmt: skip
_CLAUSES = {"ASCENDING", "DESCENDING", "ORDER_DEFAULT"}
_CLAUSE_ENDS = ("_MODIFIER", "_TYPE_INFO")

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
_FUNCTION_STARTS = ("__", "variant_")
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
SYSTEM = ("duckdb_", "pg_", "pragma_", "sqlite_")
_SYSTEM_ALLOWED = {"duckdb_columns", "duckdb_tables", "duckdb_views", "sqlite_master", "sqlite_schema"}
_NAMED = ("function_name", "table_name")
_SHOWS = {'"tables"', "__show_tables_expanded", '"databases"', '"schemas"'}


class Refused(Exception):
    """A statement that is not accepted; the message says what and why, on one line."""


class Token(NamedTuple):
    """A piece of SQL: text, quoted, comment, parameter, word, number, space, end (;) or other."""

    kind: str
    text: str
    start: int


class Explain(NamedTuple):
    """A statement taken apart: `prefix` is our own EXPLAIN for it, or nothing."""

    prefix: str
    body: str
    start: int


def tokens(sql: str) -> Iterator[Token]:
    """The tokens of `sql`; what is unterminated reaches to the end."""
    place = 0
    while place < len(sql):
        match = _TOKEN.match(sql, place)
        assert match is not None
        kind = match.lastgroup if match.lastgroup != "dollar" else "text"
        end = _comment_end(sql, place) if match["comment"] == "/*" else match.end()
        yield Token(str(kind), sql[place:end], place)
        place = end


def one(sql: str) -> str:
    """`sql` without a semicolon at its end and what follows it; `sql` itself if another statement follows."""
    cut = None
    for token in tokens(sql):
        if token.kind == "end":
            cut = token.start if cut is None else cut
        elif cut is not None and token.kind not in ("space", "comment"):
            return sql
    return sql if cut is None else sql[:cut]


def shallow(sql: str) -> None:
    """Refused for brackets nested deeper than people write: DuckDB 1.5 may die of lists in lists 900 deep."""
    depth = 0
    for token in tokens(sql):
        if token.kind == "other":
            depth += (token.text in "([{") - (token.text in ")]}")
            if depth > _DEEPEST:
                raise Refused(_("the statement nests too deeply"))


def full_width(sql: str) -> tuple[str, str, int] | None:
    """The first full-width mark outside of strings: (mark, what it should be, place); None if there is none."""
    for token in tokens(sql):
        if token.kind == "other" and token.text in _HALF_WIDTH:
            return token.text, _HALF_WIDTH[token.text], token.start
    return None


def explained(sql: str) -> Explain:
    """Take EXPLAIN and its options off a statement. Refused for options we do not know."""
    meaningful = [token for token in tokens(sql) if token.kind not in ("space", "comment")]
    if not meaningful or meaningful[0].text.upper() != "EXPLAIN":
        return Explain("", sql, 0)
    words = [token.text.upper() for token in meaningful]
    place, analyze, layout = 1, False, ""
    if words[place : place + 1] in (["ANALYZE"], ["ANALYSE"]):
        place, analyze = place + 1, True
    elif words[place : place + 1] == ["("] and words[place + 1 : place + 2] in (
        ["ANALYZE"],
        ["ANALYSE"],
        ["FORMAT"],
    ):
        close = words.index(")") if ")" in words else len(words)
        for option in " ".join(words[place + 1 : close]).split(","):
            if option.split() in (["ANALYZE"], ["ANALYSE"]):
                analyze = True
            elif option.split()[:1] == ["FORMAT"] and option.split()[1:] in (["JSON"], ["TEXT"]):
                layout = f"FORMAT {option.split()[1]}"
            else:
                raise Refused(_("EXPLAIN {option} is not accepted").format(option=option.strip()))
        place = close + 1
    if place >= len(meaningful):
        raise Refused(_("there is no statement after EXPLAIN"))
    options = ", ".join(filter(None, ("ANALYZE" if analyze else "", layout)))
    start = meaningful[place].start
    return Explain(f"EXPLAIN ({options}) " if options else "EXPLAIN ", sql[start:], start)


def kind(sql: str) -> str:
    """The first word of a statement, in capitals; "" if there is none."""
    words = (token.text.upper() for token in tokens(sql) if token.kind not in ("space", "comment"))
    return next(words, "")[:20]


def select_like(sql: str) -> None:
    """Refused if the first word begins a statement of another kind. That it is SELECT-like is not said yet."""
    word = kind(sql)
    if word in _OTHERS:
        raise Refused(
            _("read-only: a {word} statement is not accepted; use {ACCEPTED}").format(
                word=word, ACCEPTED=ACCEPTED
            ),
        )


def body(view: str) -> str:
    """The SELECT of a view from the CREATE statement that the library gives for it."""
    start = next((token.start + 2 for token in tokens(view) if token.text.upper() == "AS"), len(view))
    return view[start:].rstrip().removesuffix(";")


def check(parsed: dict[str, Any]) -> set[str]:
    """Judge a statement as the library parsed it (`json_serialize_sql`). Refused names the first fault.

    Returns the small names of the functions it calls and of the tables it reads.
    """
    names: set[str] = set()
    queue: list[Any] = [parsed]
    while queue:
        item = queue.pop()
        if isinstance(item, list):
            queue.extend(item)
        elif isinstance(item, dict):
            _check(item)
            names.update(str(item[key]).strip('"').casefold() for key in _NAMED if item.get(key))
            queue.extend(item.values())
    return names


def _check(item: dict[str, Any]) -> None:
    name = item.get("function_name")
    if name is not None:
        _function(str(name).casefold())
    kind = item.get("type")
    # DuckDB 2 has a type as an expression; 1.5 by an id, or by name if the parser does not know it.
    if kind == "TYPE" and item.get("class") == "TYPE":
        _type(str(item.get("type_name", "")))
    elif kind == "UNBOUND_TYPE_INFO":
        _type(str(item.get("name", "")))
    elif item.get("id") == "VARIANT":
        _type("VARIANT")
    if not isinstance(kind, str) or "class" in item:
        return
    if kind == "BASE_TABLE":
        _table(item)
    elif kind == "SHOW_REF":
        _show(item)
    elif kind == "TABLE_FUNCTION":
        _table_function(str((item.get("function") or {}).get("function_name", "")).casefold())
    elif kind not in _NODES | _TABLES | _CLAUSES and not kind.endswith(_CLAUSE_ENDS):
        what = kind.removesuffix("_NODE").removesuffix("_QUERY").replace("_", " ")
        raise Refused(
            _("read-only: {what} is not accepted; use {ACCEPTED}").format(what=what, ACCEPTED=ACCEPTED),
        )


def _function(name: str) -> None:
    if name in _FUNCTIONS or name.startswith(_FUNCTION_STARTS):
        raise Refused(
            _(
                "the function {name}() is not accepted: it touches settings, the environment or logs, "
                "or is not safe"
            ).format(name=name),
        )


def _type(name: str) -> None:
    if name.casefold() not in _TYPES:
        from difflib import get_close_matches

        near = get_close_matches(name.casefold(), _TYPES, 1)
        if near:
            raise Refused(
                _("the type {name} is not accepted: did you mean {near}?").format(name=name, near=near[0])
            )
        raise Refused(_("the type {name} is not accepted").format(name=name))


def _table_function(name: str) -> None:
    if name not in _TABLE_FUNCTIONS:
        raise Refused(
            _(
                "the table function {name}() is not accepted: SQL may read no files, settings or "
                "other statements; bring a file with --with name=FILE"
            ).format(name=name),
        )


def _table(item: dict[str, Any]) -> None:
    name = str(item.get("table_name", ""))
    schema = str(item.get("schema_name", "")).casefold()
    low = name.casefold()
    if schema == "information_schema":
        return
    if low not in _SYSTEM_ALLOWED and (low.startswith(SYSTEM) or schema in ("pg_catalog", "system")):
        raise Refused(
            _(
                "the system view {name} is not accepted: it may tell paths or settings; use SHOW "
                "TABLES, DESCRIBE, information_schema"
            ).format(name=name),
        )
    if any(mark in name for mark in "/\\.*?:"):
        raise Refused(
            _('SQL may not read the file "{name}"; bring a file with --with name=FILE').format(name=name),
        )


def _show(item: dict[str, Any]) -> None:
    name = str(item.get("table_name") or "")
    if name in _SHOWS or not name:
        return
    if name.startswith(('"', "__")):
        plain = name.strip('"_').upper()
        raise Refused(
            _("SHOW {plain} is not accepted; use SHOW TABLES, DESCRIBE").format(plain=plain),
        )
    _table(item)


def _comment_end(sql: str, start: int) -> int:
    """Where a block comment ends; such comments nest."""
    depth, place = 1, start + 2
    for match in re.compile(r"/\*|\*/").finditer(sql, place):
        depth += 1 if match[0] == "/*" else -1
        if depth == 0:
            return match.end()
    return len(sql)
