"""How a value is expressed in each style of data format: text of one field, JSON, typed; and for Python to read.

Only what the library does not write as we want it gets an expression. Types come from a file: they are compared here, and
never become part of a statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ipcli.db import quote_name, quote_text
from ipcli.model import Form

# Beyond 2**53 a double is no exact count any more; such numbers keep their exponent.
EXACT = 2**53
_NUMBERS = {
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
    "FLOAT", "DOUBLE",
}  # fmt: skip
_READ = _NUMBERS - {"FLOAT"} | {"BOOLEAN", "DATE", "VARCHAR"}
_DECIMAL = re.compile(r"DECIMAL\(\d+,(\d+)\)")
_FORMULA = r"'^([-=+@\t\r])', '''\1'"
# Items of lists in lists that are nested deeper are left to the library.
_DEEPEST = 3


def select(rows: str, columns: Sequence[tuple[str, str]], places: Iterable[int], form: Form) -> str:
    """Return the SELECT `rows` with its columns as the format has them."""
    parts = []
    for place, name in zip(places, _distinct(columns[place][0] for place in places), strict=True):
        value, kind = f"c{place}", columns[place][1]
        if form.style == "text":
            value = f"coalesce({_field(value, kind, form)}, {quote_text(form.null)})"
        else:
            value = _json(value, kind) if form.style == "json" else _cast(value, kind)
        if form.excel and name.startswith(("=", "+", "-", "@", "\t", "\r")):
            name = "'" + name
        parts.append(f"{value} AS {quote_name(name)}")
    # Columns by place: the statement may have two of one name.
    named = ", ".join(f"c{place}" for place in range(len(columns)))
    return f"SELECT {', '.join(parts)} FROM (\n{rows}\n) AS __rows({named})"


def _field(value: str, kind: str, form: Form) -> str:
    """Return the expression for a value as a field of text: 130.0 is 130, 1.50 is 1.5, lists are joined."""
    decimal = _DECIMAL.fullmatch(kind)
    text = f"CAST({value} AS VARCHAR)"
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"abs({value}) <= {EXACT}.0 AND {value} = trunc({value})"
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
    """Return the expression for a value in JSON: NaN and infinity are NULL; a FLOAT 0.1 stays 0.1."""
    if kind in ("DOUBLE", "FLOAT"):
        number = value if kind == "DOUBLE" else f"CAST(CAST({value} AS VARCHAR) AS DOUBLE)"
        return f"CASE WHEN isfinite({value}) THEN {number} END"
    if kind.endswith("[]") and kind.count("[]") <= _DEEPEST and _json("x" + value, kind[:-2]) != "x" + value:
        return f"list_transform({value}, lambda x{value}: {_json('x' + value, kind[:-2])})"
    return value


def readable(value: str, kind: str) -> str:
    """Return the expression for a value that Python reads: its text where Python has no such type, or a lesser one."""
    if kind in _READ or kind.startswith(("DECIMAL(", "ENUM(")):
        return value
    if kind == "FLOAT":
        return f"CAST(CAST({value} AS VARCHAR) AS DOUBLE)"
    if kind.endswith("[]"):
        return value if readable(value, kind.rstrip("[]")) == value else f"CAST({value} AS VARCHAR[])"
    return f"CAST({value} AS VARCHAR)"


def _cast(value: str, kind: str) -> str:
    """Return the expression for a value in Parquet, which has neither whole numbers of 128 bits nor a type of NULL."""
    if kind in ("HUGEINT", "UHUGEINT"):
        return f"CAST({value} AS BIGINT)"
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
