"""CSV tables as rows, and their faults, each with file, line and column; and what the tables of a database are.

Types, keys and checks are read from the schema itself, so that a rule stands in one place.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from ipcli import paths
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
# Tables whose rows refer to rows of the same table: key, and the column that holds the parent's key.
TREES = {"region": ("region_id", "parent_id"), "indicator": ("indicator_id", "growth_of")}
# How values are written.
_FORMS = {"INTEGER": "-?[0-9]+", "DOUBLE": r"-?[0-9]+(\.[0-9]+)?", "BOOLEAN": "true|false"}
# Types as faults name them.
_IN_WORDS = {
    "INTEGER": "a whole number", "DOUBLE": "a number", "BOOLEAN": "true or false", "DATE": "a date (2025-01-31)",
}  # fmt: skip


# Bytes that are no UTF-8, as `surrogateescape` reads them, and NULs.
_UNREADABLE = re.compile("[\0\udc80-\udcff]")


class Fault(NamedTuple):
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
    """One CSV file: its columns with their types, and rows of (line, fields), all text; an empty field is None.

    `whole` is false if some rows could not be read.
    """

    name: str
    file: str
    types: dict[str, str]
    rows: list[tuple[int, list[str | None]]]
    whole: bool = True


def read_table(folder: Path, name: str, types: dict[str, str], faults: list[Fault]) -> Table:
    """Return the table `folder/name.csv`, which must have exactly the columns of `types`, in that order.

    Faults are added to `faults`; rows that cannot be read are left out.
    """
    table = Table(name, f"{name}.csv", types, [])
    before = len(faults)
    try:
        data = paths.read(folder / table.file)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        faults.append(Fault(table.file, 1, "", "the table is missing" if missing else why(error)))
    else:
        text = data.decode("utf-8-sig", "surrogateescape")
        unreadable = list(_find_unreadable(table, text))
        faults += unreadable
        if not unreadable:
            _read_rows(table, text, faults)
        if data and not data.endswith(b"\n"):
            last = data.count(b"\n") + 1
            faults.append(Fault(table.file, last, "", "the last line has no end: is the file complete?"))
    table.whole = len(faults) == before
    return table


def _find_unreadable(table: Table, text: str) -> Iterator[Fault]:
    """Yield the first byte of each line that is no UTF-8, or a NUL."""
    for number, line in enumerate(text.split("\n"), start=1):
        if found := _UNREADABLE.search(line):
            byte = ord(found[0]) - 0xDC00
            message = f"not UTF-8 (byte 0x{byte:02x})" if byte > 0 else "a NUL character"
            yield Fault(table.file, number, _column_at(line[: found.start()], [*table.types]), message)


def _column_at(before: str, expected: list[str]) -> str:
    """Return the column that comes after this part of a line, or nothing if there are too many fields."""
    fields = next(csv.reader([before]), [""])
    return expected[len(fields) - 1] if len(fields) <= len(expected) else ""


def _read_rows(table: Table, text: str, faults: list[Fault]) -> None:
    """Add the rows of a text in CSV to a table."""
    expected = [*table.types]
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
                return _column_at(line[:end], expected)
    return _column_at(line, expected)


def _check_header(file: str, header: list[str], expected: list[str]) -> Iterator[Fault]:
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


def list_tables(con: Any) -> dict[str, dict[str, str]]:
    """Return the tables of schema `core` in the order declared: name -> the columns of a CSV file and their types."""
    rows = run(
        con,
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE schema_name = 'core' AND database_name = current_database() ORDER BY table_oid, column_index",
    )
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        if column not in DERIVED.get(table, ()):
            tables.setdefault(table, {})[column] = kind
    return tables


def stage(con: Any, table: Table, scratch: Path) -> None:
    """Load a table as text into `stage_NAME` with its line numbers, and typed into `typed_NAME`.

    In `typed_NAME` what does not convert is NULL. List columns split at the list mark. `scratch` is a
    folder for temporary files.
    """
    columns = [("line", "INTEGER"), *((column, "VARCHAR") for column in table.types)]
    load(con, scratch, f"stage_{table.name}", columns, ([line, *row] for line, row in table.rows))
    typed = ", ".join(_convert(f'"{column}"', kind) for column, kind in table.types.items())
    run(con, f'CREATE TEMP TABLE "typed_{table.name}" AS SELECT line, {typed} FROM "stage_{table.name}"')


def _convert(name: str, kind: str) -> str:
    """Return the SQL that converts the text of a column, to NULL where it is not of the type."""
    if kind == "VARCHAR":
        return name
    if kind == "VARCHAR[]":
        return f"string_split({name}, '{LIST_MARK}') AS {name}"
    # A cast would take other words than the two, round 3.7, and take nan, inf, 1e3 and thousands.
    pattern = _FORMS.get(kind, ".*")
    return f"CASE WHEN regexp_full_match({name}, '{pattern}') THEN TRY_CAST({name} AS {kind}) END AS {name}"


def validate(con: Any, table: Table, broken: Collection[str] = ()) -> Iterator[Fault]:
    """Yield the faults of a staged table: conversions, missing values, keys, checks.

    Keys into `broken` tables are not looked up: their missing rows are faults already.
    """
    name = table.name

    def find(column: str, message: str, sql: str) -> Iterator[Fault]:
        for line, value in run(con, sql):
            yield Fault(table.file, line, column, message if value is None else f"{message}: {value}")

    for column, kind in table.types.items():
        if kind != "VARCHAR":
            yield from find(
                column,
                f"not {_IN_WORDS.get(kind, kind)}",
                f'SELECT s.line, s."{column}" FROM "stage_{name}" s JOIN "typed_{name}" t USING (line) '
                f'WHERE s."{column}" IS NOT NULL AND t."{column}" IS NULL',
            )
    for rule, expression, columns, other, other_columns in run(
        con,
        "SELECT constraint_type, expression, constraint_column_names, referenced_table, referenced_column_names "
        "FROM duckdb_constraints() WHERE schema_name = 'core' AND table_name = ? AND database_name = current_database()",
        [name],
    ):
        if any(column in DERIVED.get(name, ()) for column in columns):
            continue
        listed = ", ".join(f'"{column}"' for column in columns)
        values = f"SELECT line, concat_ws(', ', {listed}) FROM \"typed_{name}\" t WHERE "
        rows = f'SELECT line, NULL FROM "{{}}_{name}" WHERE '
        if rule == "NOT NULL":
            message, sql = "must not be empty", rows.format("stage") + f"{listed} IS NULL"
        elif rule == "CHECK":
            message, sql = f"fails {expression}", rows.format("typed") + f"NOT ({expression})"
        elif rule in ("PRIMARY KEY", "UNIQUE"):
            filled = " AND ".join(f'"{column}" IS NOT NULL' for column in columns)
            again = f" QUALIFY row_number() OVER (PARTITION BY {listed} ORDER BY line) > 1"
            message, sql = "duplicate", values + filled + again
        elif rule == "FOREIGN KEY" and other not in broken:
            pairs = zip(columns, other_columns, strict=True)
            match = " AND ".join(f't."{here}" = o."{there}"' for here, there in pairs)
            there = f'NOT EXISTS (SELECT 1 FROM "typed_{other}" o WHERE {match})'
            message, sql = f"not in {other}.csv", values + f't."{columns[0]}" IS NOT NULL AND {there}'
        else:
            continue
        yield from find(", ".join(columns), message, sql)
    yield from _check_trees(con, table)


def _check_trees(con: Any, table: Table) -> Iterator[Fault]:
    """Yield circles of parents, and cities that are none: no foreign key of a table on itself finds them."""
    if table.name in TREES:
        key, parent = TREES[table.name]
        typed = f"typed_{table.name}"
        for (line,) in run(
            con,
            f"WITH RECURSIVE tree AS (SELECT {key} FROM {typed} WHERE {parent} IS NULL OR {parent} NOT IN "
            f"(SELECT {key} FROM {typed} WHERE {key} IS NOT NULL) UNION ALL "
            f"SELECT r.{key} FROM {typed} r JOIN tree t ON r.{parent} = t.{key}) "
            f"SELECT line FROM {typed} WHERE {key} NOT IN (SELECT {key} FROM tree WHERE {key} IS NOT NULL)",
        ):
            yield Fault(table.file, line, parent, "its parents form a circle")
    if table.name == "region" and table.whole:
        for line, city in run(
            con,
            "SELECT line, city_id FROM typed_region WHERE city_id IS NOT NULL AND city_id NOT IN "
            "(SELECT region_id FROM typed_region WHERE level = 'city' AND region_id IS NOT NULL)",
        ):
            yield Fault(table.file, line, "city_id", f"no city of this table: {city}")


class Field(NamedTuple):
    """One column: its DuckDB type and its comment (`中文 | English: meaning`)."""

    name: str
    type: str
    comment: str | None


class Rule(NamedTuple):
    """One constraint on `columns` of the table; a foreign key refers to the columns `others` of `table`."""

    kind: str
    columns: list[str]
    table: str | None
    others: list[str]


class Relation(NamedTuple):
    """One table or view. What is derived from tables has no rules."""

    schema: str
    name: str
    comment: str | None
    fields: list[Field]
    rules: list[Rule]


def list_relations(ask: Callable[..., Sequence[tuple[Any, ...]]]) -> list[Relation]:
    """Return the tables and views of the schemas `main` and `core`, in the order they were made.

    `ask` is `Database.catalogue`, or does the same.
    """
    made = [
        *ask("tables", "schema_name", "table_oid", "table_name", "comment"),
        *ask("views", "schema_name", "view_oid", "view_name", "comment"),
    ]
    relations = {
        (schema, name): Relation(schema, name, comment, [], [])
        for schema, _oid, name, comment in sorted(made, key=itemgetter(0, 1))
        if schema in ("main", "core")
    }
    columns = ask(
        "columns", "schema_name", "table_name", "column_index", "column_name", "data_type", "comment"
    )
    for schema, name, _index, *field in sorted(columns, key=itemgetter(2)):
        if (schema, name) in relations:
            relations[schema, name].fields.append(Field(*field))
    rules = ask(
        "constraints", "schema_name", "table_name", "constraint_index", "constraint_type",
        "constraint_column_names", "referenced_table", "referenced_column_names",
    )  # fmt: skip
    for schema, name, _index, *rule in sorted(rules, key=itemgetter(2)):
        if (schema, name) in relations:
            relations[schema, name].rules.append(Rule(*rule))
    return list(relations.values())
