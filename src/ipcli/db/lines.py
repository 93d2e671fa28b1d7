"""Rows as lines of CSV, TSV and JSON, or as columns of Parquet, made by the database: the expressions that give what
the formats write.

A database prints a row several times as fast as Python does. Types whose text only Python knows have no expression.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from ipcli.model import Lines

_DELIMITERS = {"csv": ",", "tsv": "\t"}
_WHOLE = frozenset(
    (
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "UHUGEINT",
    )
)
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
# Digits that a double holds for sure.
_EXACT_DIGITS = 15
_EXACT = 2**53


def select(sql: str, columns: Sequence[tuple[str, str]], places: Sequence[int], wanted: Lines) -> str | None:
    """The statement `sql` with a line in place of each row (for Parquet, with columns of the types the format has).

    None if a column is of a type that only Python prints.

    `columns` are its (name, DuckDB type), `places` those that are printed, in order.
    """
    parts = []
    for place in places:
        kind = columns[place][1]
        if wanted.kind == "parquet":
            part = _typed(f"c{place}", kind)
        elif wanted.kind == "jsonl":
            part = _json(f"c{place}", kind)
        else:
            part = _field(f"c{place}", kind, wanted, len(places))
        if part is None:
            return None
        parts.append(part)
    if not parts:
        return None
    if wanted.kind == "parquet":
        names = unique(columns[place][0] for place in places)
        line = ", ".join(
            f'{part} AS "{name.replace(chr(34), chr(34) * 2)}"'
            for name, part in zip(names, parts, strict=True)
        )
    elif wanted.kind == "jsonl":
        keys = unique(columns[place][0] for place in places)
        named = [
            f"{_text((', ' if i else '{') + json.dumps(key, ensure_ascii=False) + ': ')} || {part}"
            for i, (key, part) in enumerate(zip(keys, parts, strict=True))
        ]
        line = " || ".join(named) + " || '}'"
    else:
        line = f" || {_text(_DELIMITERS[wanted.kind])} || ".join(parts)
    # Columns by place: several may have one name.
    places_of = ", ".join(f"c{place}" for place in range(len(columns)))
    return f"SELECT {line} FROM (\n{sql}\n) AS __rows({places_of})"


def unique(names: Iterable[str]) -> list[str]:
    """Column names made distinct (a, a_1), so that no key of a JSON object hides another."""
    taken: list[str] = []
    for name in names:
        candidate, count = name, 0
        while candidate in taken:
            count += 1
            candidate = f"{name}_{count}"
        taken.append(candidate)
    return taken


def _field(column: str, kind: str, wanted: Lines, fields: int) -> str | None:
    """A field of a delimited line, quoted where it must be."""
    delimiter = _DELIMITERS[wanted.kind]
    null = wanted.null
    if any(mark in null for mark in (delimiter, '"', "\r", "\n")) or (not null and fields == 1):
        null = '"' + null.replace('"', '""') + '"'
    bare = _bare(column, kind)
    if bare is None:
        if kind == "VARCHAR":
            text = column
        elif kind.startswith("ENUM("):
            text = f"CAST({column} AS VARCHAR)"
        elif kind == "VARCHAR[]":
            item = f"coalesce(x, {_text(wanted.null)})"
            text = f"array_to_string(list_transform({column}, lambda x: {item}), '; ')"
        else:
            return None
        special = " OR ".join(f"contains({text}, {_text(mark)})" for mark in (delimiter, '"', "\n", "\r"))
        if fields == 1:
            special += f" OR {text} = ''"
        bare = f"CASE WHEN {special} THEN '\"' || replace({text}, '\"', '\"\"') || '\"' ELSE {text} END"
    return f"coalesce({bare}, {_text(null)})"


def _json(column: str, kind: str) -> str | None:
    """A value as JSON has it."""
    decimal = _DECIMAL.fullmatch(kind)
    if decimal and int(decimal[1]) > _EXACT_DIGITS:
        return None
    bare = _bare(f"CAST({column} AS DOUBLE)", "DOUBLE") if decimal else _bare(column, kind)
    if kind in ("DOUBLE", "FLOAT"):
        bare = f"CASE WHEN isfinite({column}) THEN {bare} END"
    elif kind == "DATE":
        bare = f"'\"' || {bare} || '\"'"
    elif kind == "VARCHAR" or kind.startswith("ENUM("):
        bare = _quoted(column)
    elif kind == "VARCHAR[]":
        items = f"list_transform({column}, lambda x: coalesce({_quoted('x')}, 'null'))"
        bare = f"'[' || array_to_string({items}, ', ') || ']'"
    return None if bare is None else f"coalesce({bare}, 'null')"


def _typed(column: str, kind: str) -> str | None:
    """A value of the type that the column has in Parquet."""
    if kind == "BOOLEAN" or kind == "DATE" or kind == "VARCHAR[]":
        return column
    if kind in _WHOLE:
        return f"CAST({column} AS BIGINT)"
    decimal = _DECIMAL.fullmatch(kind)
    if kind in ("DOUBLE", "FLOAT") or (decimal and int(decimal[1]) <= _EXACT_DIGITS):
        return f"CAST({column} AS DOUBLE)"
    return f"CAST({column} AS VARCHAR)" if kind == "VARCHAR" or kind.startswith("ENUM(") else None


def _quoted(column: str) -> str:
    return f"CAST(to_json(CAST({column} AS VARCHAR)) AS VARCHAR)"


def _bare(column: str, kind: str) -> str | None:
    """The text of a value that never needs quotes; None for other types. 130.0 is 130, 1.50 is 1.5."""
    if kind == "BOOLEAN" or kind in _WHOLE or kind == "DATE":
        return f"CAST({column} AS VARCHAR)"
    if kind in ("DOUBLE", "FLOAT"):
        value = column if kind == "DOUBLE" else f"CAST({column} AS DOUBLE)"
        whole = f"abs({value}) <= {_EXACT}.0 AND {value} = trunc({value})"
        return f"CASE WHEN {whole} THEN CAST(CAST({value} AS BIGINT) AS VARCHAR) ELSE CAST({value} AS VARCHAR) END"
    decimal = _DECIMAL.fullmatch(kind)
    if decimal:
        text = f"CAST({column} AS VARCHAR)"
        return text if decimal[2] == "0" else f"rtrim(rtrim({text}, '0'), '.')"
    return None


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
