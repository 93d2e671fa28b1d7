"""CSV tables as rows, and their faults, each with file, line and column.

Types, keys and checks are read from the schema itself, so that a rule stands in one place.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ipcli.db import Watch
from ipcli.db.csvfiles import load
from ipcli.i18n import why

# Columns the build computes; they stand in no CSV file.
DERIVED = {
    "release": {"content_hash"},
    "spelling": {"city", "kind", "name", "spelling", "how", "places"},
    "character": {"character", "simplified", "readings"},
    "observation": {"lower_inclusive", "upper_inclusive", "value_std", "lower_std", "upper_std", "unit_std"},
}
LIST_MARK = "|"
# Types as faults name them.
_IN_WORDS = {
    "INTEGER": "a whole number", "DOUBLE": "a number", "BOOLEAN": "true or false", "DATE": "a date (2025-01-31)",
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault of a table."""

    file: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        """Return `FILE:LINE: COLUMN: message`, the form editors jump to."""
        column = f" {self.column}:" if self.column else ""
        return f"{self.file}:{self.line}:{column} {self.message}"


@dataclass(slots=True)
class Table:
    """One CSV file: column names, and rows of (line, fields), all text; an empty field is None.

    `whole` is false if some rows could not be read.
    """

    name: str
    file: str
    columns: list[str]
    rows: list[tuple[int, list[str | None]]]
    whole: bool = True


def read_table(folder: Path, name: str, expected: list[str], faults: list[Fault]) -> Table:
    """Return the table `folder/name.csv`, which must have exactly the `expected` columns, in that order.

    Faults are added to `faults`; rows that cannot be read are left out.
    """
    path = folder / f"{name}.csv"
    table = Table(name, path.name, expected, [])
    before = len(faults)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        faults.append(Fault(path.name, 1, "", "the table is missing"))
    except OSError as error:
        faults.append(Fault(path.name, 1, "", why(error)))
    else:
        text = _decode(path.name, data, expected, faults)
        if text is not None:
            _read_rows(table, text, faults)
        if data and not data.endswith(b"\n"):
            last = data.count(b"\n") + 1
            faults.append(Fault(path.name, last, "", "the last line has no end: is the file complete?"))
    table.whole = len(faults) == before
    return table


def _decode(file: str, data: bytes, expected: list[str], faults: list[Fault]) -> str | None:
    """Return the text of a file, or None if it is not UTF-8 or has NULs: every line of that kind is a fault."""
    try:
        text = data.decode("utf-8-sig")
        if "\0" not in text:
            return text
    except UnicodeDecodeError:
        pass
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            message = f"not UTF-8 (byte 0x{line[error.start]:02x})"
            faults.append(Fault(file, number, _column_at(line[: error.start], expected), message))
        else:
            if b"\0" in line:
                column = _column_at(line[: line.index(b"\0")], expected)
                faults.append(Fault(file, number, column, "a NUL character"))
    return None


def _column_at(before: bytes, expected: list[str]) -> str:
    """Return the column that comes after these bytes of a line, or nothing if there are too many fields."""
    fields = next(csv.reader([before.decode("utf-8")]), [""])
    return expected[len(fields) - 1] if len(fields) <= len(expected) else ""


def _read_rows(table: Table, text: str, faults: list[Fault]) -> None:
    """Add the rows of a text in CSV to a table."""
    expected = table.columns
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = next(reader, [])
        if header != expected:
            faults.extend(_check_header(table.file, header, expected))
            return
        line = reader.line_num + 1
        for fields in reader:
            if len(fields) != len(expected):
                column = expected[len(fields)] if len(fields) < len(expected) else ""
                message = f"{len(fields)} fields, the header has {len(expected)}"
                faults.append(Fault(table.file, line, column, message))
            else:
                table.rows.append((line, [field if field else None for field in fields]))
            line = reader.line_num + 1
    except csv.Error as error:
        column = _find_break(text.splitlines()[line - 1], expected)
        faults.append(Fault(table.file, line, column, f"not well-formed CSV: {error}"))


def _find_break(line: str, expected: list[str]) -> str:
    """Return the column in which a line stops being CSV: where the reader first fails, else the field left open."""
    for end in range(1, len(line) + 1):
        try:
            list(csv.reader([line[:end]], strict=True))
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                return _column_at(line[:end].encode(), expected)
    return _column_at(line.encode(), expected)


def _check_header(file: str, header: list[str], expected: list[str]) -> Iterable[Fault]:
    missing = [column for column in expected if column not in header]
    unknown = [column for column in header if column not in expected]
    for column in missing:
        yield Fault(file, 1, column, "the column is missing")
    for column in unknown:
        yield Fault(file, 1, column, "unknown column")
    if not missing and not unknown:
        yield Fault(file, 1, "", f"columns must stand once each, in the order {','.join(expected)}")


def run(con: Any, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run statements and return the rows of the last; a signal stops them."""
    with Watch(con.interrupt):
        rows: list[tuple[Any, ...]] = con.execute(sql, values).fetchall()
    return rows


def list_tables(con: Any) -> dict[str, list[tuple[str, str]]]:
    """Return the tables of schema `core` in the order declared: name -> [(column, type)] that a CSV file holds."""
    rows = run(
        con,
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE schema_name = 'core' AND database_name = current_database() ORDER BY table_oid, column_index",
    )
    tables: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in rows:
        if column not in DERIVED.get(table, ()):
            tables.setdefault(table, []).append((column, kind))
    return tables


def stage(con: Any, table: Table, types: list[tuple[str, str]], scratch: Path) -> None:
    """Load a table as text into `stage_NAME` with its line numbers, and typed into `typed_NAME`.

    In `typed_NAME` what does not convert is NULL. List columns split at the list mark. `scratch` is a
    folder for temporary files.
    """
    columns = [("line", "INTEGER"), *((column, "VARCHAR") for column in table.columns)]
    load(con, scratch, f"stage_{table.name}", columns, ([line, *row] for line, row in table.rows))
    typed = ", ".join(_convert(column, kind) + f' AS "{column}"' for column, kind in types)
    run(con, f'CREATE TEMP TABLE "typed_{table.name}" AS SELECT line, {typed} FROM "stage_{table.name}"')


def _convert(column: str, kind: str) -> str:
    """Return the SQL that converts the text of a column, to NULL where it is not of the type."""
    name = f'"{column}"'
    if kind == "VARCHAR":
        return name
    if kind == "VARCHAR[]":
        return f"string_split({name}, '{LIST_MARK}')"
    if kind == "BOOLEAN":  # The two words, not everything that casts.
        return f"CASE {name} WHEN 'true' THEN true WHEN 'false' THEN false END"
    cast = f"TRY_CAST({name} AS {kind})"
    # A cast would round 3.7, and take nan, inf, 1e3 and thousands.
    pattern = {"INTEGER": "-?[0-9]+", "DOUBLE": r"-?[0-9]+(\.[0-9]+)?"}.get(kind)
    return cast if pattern is None else f"CASE WHEN regexp_full_match({name}, '{pattern}') THEN {cast} END"


def validate(
    con: Any,
    table: Table,
    types: list[tuple[str, str]],
    faults: list[Fault],
    broken: Collection[str] = (),
) -> None:
    """Add the faults of a staged table: conversions, missing values, keys, checks.

    Keys into `broken` tables are not looked up: their missing rows are faults already.
    """
    name = table.name

    def add(sql: str, column: str, message: str) -> None:
        for line, value in run(con, sql):
            shown = "" if value is None else f": {value}"
            faults.append(Fault(table.file, line, column, message + shown))

    for column, kind in types:
        if kind != "VARCHAR":
            add(
                f'SELECT s.line, s."{column}" FROM "stage_{name}" s JOIN "typed_{name}" t USING (line) '
                f'WHERE s."{column}" IS NOT NULL AND t."{column}" IS NULL',
                column,
                f"not {_IN_WORDS.get(kind, kind)}",
            )
    for kind, expression, columns, other, other_columns in run(
        con,
        "SELECT constraint_type, expression, constraint_column_names, referenced_table, referenced_column_names "
        "FROM duckdb_constraints() WHERE schema_name = 'core' AND table_name = ? AND database_name = current_database()",
        [name],
    ):
        if any(column in DERIVED.get(name, ()) for column in columns):
            continue
        listed = ", ".join(f'"{column}"' for column in columns)
        shown = ", ".join(columns)
        if kind == "NOT NULL":
            add(f'SELECT line, NULL FROM "stage_{name}" WHERE {listed} IS NULL', shown, "must not be empty")
        elif kind in ("PRIMARY KEY", "UNIQUE"):
            filled = " AND ".join(f'"{column}" IS NOT NULL' for column in columns)
            add(
                f"SELECT line, concat_ws(', ', {listed}) FROM \"typed_{name}\" WHERE {filled} "
                f"QUALIFY row_number() OVER (PARTITION BY {listed} ORDER BY line) > 1",
                shown,
                "duplicate",
            )
        elif kind == "CHECK":
            add(
                f'SELECT line, NULL FROM "typed_{name}" WHERE NOT ({expression})',
                shown,
                f"fails {expression}",
            )
        elif kind == "FOREIGN KEY" and other not in broken:
            match = " AND ".join(
                f't."{here}" = o."{there}"' for here, there in zip(columns, other_columns, strict=True)
            )
            add(
                f"SELECT line, concat_ws(', ', {listed}) FROM \"typed_{name}\" t "
                f'WHERE t."{columns[0]}" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "typed_{other}" o WHERE {match})',
                shown,
                f"not in {other}.csv",
            )
