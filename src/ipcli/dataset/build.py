"""Tables -> database and read, check, derive, load, and put it in place in one step."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import duckdb

from ipcli import paths
from ipcli.dataset import package, phrases, units
from ipcli.dataset.tables import (
    DERIVED,
    LIST_MARK,
    TREES,
    Fault,
    Table,
    list_relations,
    list_tables,
    read_table,
    run,
    stage,
    validate,
)
from ipcli.db import catch_signals, quote_text
from ipcli.db.csvfiles import load
from ipcli.db.engine import catalogue
from ipcli.db.hints import shorten_message
from ipcli.errors import DatabaseError, DataFault, OutputError, UsageError
from ipcli.i18n import _, why

# Opened by every DuckDB since 1.2; small blocks keep the file small.
STORAGE = "STORAGE_VERSION 'v1.2.0', BLOCK_SIZE 16384"


class Built(NamedTuple):
    """Paths of what a build has made, its hash, and how many rows each table has."""

    database: Path
    content_hash: str
    rows: dict[str, int]


def build(tables: Path, output: Path, descriptor: Path | None = None) -> Built:
    """Build `output` from the CSV files in the folder `tables`.

    `descriptor`, in a folder above them, is the data package that describes those files, which is written too.
    DataFault lists every fault of the tables, one a line; nothing is written then. The database that was
    there stays until the new one is complete.
    """
    if not os.path.isdir(tables):
        raise DatabaseError(_("{tables}: no such folder of tables").format(tables=tables))
    spellings = _import_spellings()
    # Not before: an import that is interrupted may take the signal for something else.
    catch_signals()
    scratch = _make_scratch(output)
    try:
        database = scratch / output.name
        with duckdb.connect() as con:
            run(con, f"ATTACH {quote_text(str(database))} AS built ({STORAGE}); USE built; BEGIN")
            run(con, (paths.data() / "schema.sql").read_text(encoding="utf-8"))
            rows = _load_tables(con, tables, scratch)
            content_hash = _hash_content(tables, sorted(rows))
            run(con, "UPDATE core.release SET content_hash = ?", [content_hash])
            _load_lists(con)
            run(con, (paths.data() / "views.sql").read_text(encoding="utf-8"))
            spellings.write(con, scratch)
            _comment(con)
            if descriptor is not None:
                _describe(con, tables, rows, descriptor.parent, scratch / descriptor.name)
            # One transaction: rows reach the file once, in its final form.
            run(con, "COMMIT; CHECKPOINT built")
        os.replace(database, output)
        if descriptor is not None:
            os.replace(scratch / descriptor.name, descriptor)
    except OSError as error:
        raise OutputError(f"{output}: {why(error)}") from error
    except duckdb.Error as error:
        # A full disk shows in the middle of a statement, or when all is committed.
        if isinstance(error, (duckdb.IOException, duckdb.FatalException)) or "Could not write" in str(error):
            raise OutputError(f"{output}: {shorten_message(str(error))}") from error
        raise
    finally:
        shutil.rmtree(scratch)
    return Built(output, content_hash, rows)


def _import_spellings() -> ModuleType:
    """Return the part of the build that needs what only the extra `maintain` installs."""
    try:
        from ipcli.dataset import spellings
    except ModuleNotFoundError as error:
        if error.name not in ("opencc", "pypinyin"):
            raise
        message = _("a build needs {module}, which this installs: pip install 'ipcli[maintain]'")
        raise UsageError(message.format(module=error.name)) from error
    return spellings


def _make_scratch(output: Path) -> Path:
    """Make a folder beside the output, so that the rename stays within one file system."""
    if os.path.isdir(output):
        raise OutputError(_("{output}: is a folder").format(output=output))
    try:
        return Path(tempfile.mkdtemp(prefix=f".{output.name}.", dir=output.parent))
    except OSError as error:
        raise OutputError(f"{output}: {why(error)}") from error


def _load_tables(con: Any, folder: Path, scratch: Path) -> dict[str, int]:
    """Read, check and insert every table; return the number of rows of each."""
    types = list_tables(con)
    faults = [
        Fault(path.name, 1, "", "no such table in the schema")
        for path in folder.glob("*.csv")
        if path.stem not in types
    ]
    tables = [read_table(folder, name, columns, faults) for name, columns in types.items()]
    for table in tables:
        stage(con, table, scratch)
    broken = {table.name for table in tables if not table.whole}
    for table in tables:
        faults += validate(con, table, broken)
        if table.name == "observation":
            faults += _check_phrases(table)
    if faults:
        raise DataFault("\n".join(str(fault) for fault in sorted(set(faults))))
    for table in tables:
        _insert(con, table, scratch)
    return {table.name: len(table.rows) for table in tables}


def _insert(con: Any, table: Table, scratch: Path) -> None:
    """Insert the rows of a staged table that has no faults."""
    listed = ", ".join(f'"{column}"' for column in table.types)
    if table.name == "observation":
        _insert_observations(con, listed, scratch)
        return
    insert = f'INSERT INTO core."{table.name}" ({listed}) SELECT {listed} FROM "typed_{table.name}"'
    if table.name not in TREES:
        run(con, f"{insert} ORDER BY line")
        return
    # A level at a time: a key must stand before what refers to it.
    key, parent = TREES[table.name]
    there = f"IN (SELECT {key} FROM core.{table.name})"
    while run(
        con, f"{insert} WHERE {key} NOT {there} AND ({parent} IS NULL OR {parent} {there}) ORDER BY line"
    )[0][0]:
        pass


def _check_phrases(table: Table) -> Iterator[Fault]:
    """Yield figures that do not stand in their phrase, which is read again and compared."""
    for line, fields in table.rows:
        row = dict(zip(table.types, fields, strict=True))
        numbers = (row["value"], row["lower"], row["upper"])
        try:
            value, lower, upper = (None if field is None else float(field) for field in numbers)
        except ValueError:
            continue  # The fault is that it is no number.
        if not phrases.agrees(row["as_reported"] or "", row["comparator"], value, row["unit"], lower, upper):
            figure = (row[column] for column in ("comparator", "value", "lower", "upper", "unit"))
            shown = " ".join(field for field in figure if field)
            yield Fault(table.file, line, "as_reported", f"{row['as_reported']} does not read as {shown}")


def _insert_observations(con: Any, listed: str, scratch: Path) -> None:
    """Insert them with what follows from comparator, value, unit and year: bounds, standard units, the period."""
    stated = run(con, "SELECT line, comparator, value, unit, lower, upper FROM typed_observation")
    derived = [(line, *derive_figures(*figure)) for line, *figure in stated]
    load(con, scratch, "derived", [("line", "INTEGER"), *FIGURES], derived)
    whole_year = "t.period_kind = 'year' AND t.year IS NOT NULL"
    run(
        con,
        f"INSERT INTO core.observation ({listed}, lower_inclusive, upper_inclusive, value_std, "
        "lower_std, upper_std, unit_std) SELECT "
        "t.* EXCLUDE (line) REPLACE (d.lower AS lower, d.upper AS upper, "
        f"CASE WHEN {whole_year} THEN make_date(t.year, 1, 1) ELSE t.period_start END AS period_start, "
        f"CASE WHEN {whole_year} THEN make_date(t.year, 12, 31) ELSE t.period_end END AS period_end), "
        "d.* EXCLUDE (line, lower, upper) FROM typed_observation t JOIN derived d USING (line) ORDER BY line",
    )


# What follows from a comparator, a value and a unit, as `derive_figures` gives it.
FIGURES = (
    ("lower", "DOUBLE"),
    ("upper", "DOUBLE"),
    ("lower_inclusive", "BOOLEAN"),
    ("upper_inclusive", "BOOLEAN"),
    ("value_std", "DOUBLE"),
    ("lower_std", "DOUBLE"),
    ("upper_std", "DOUBLE"),
    ("unit_std", "VARCHAR"),
)


def derive_figures(
    comparator: str, value: float | None, unit: str | None, lower: float | None, upper: float | None
) -> tuple[float | bool | str | None, ...]:
    """Return the columns FIGURES of an observation; `lower` and `upper` count where there is no value."""
    low_in, high_in = True, comparator == "between"
    if value is not None:
        number = Decimal(repr(value)).normalize()
        lower, upper, low_in, high_in = units.derive_bounds(comparator, number, number)
    standard = [units.standardise(number, unit)[0] for number in (value, lower, upper)]
    return (
        lower,
        upper,
        None if lower is None else low_in,
        None if upper is None else high_in,
        *standard,
        units.standardise(None, unit)[1],
    )


def _hash_content(tables: Path, names: list[str]) -> str:
    """Return the SHA-256 of what the database is made of; line ends do not count."""
    files = [tables / f"{name}.csv" for name in names]
    files += [
        paths.data() / name
        for name in ("schema.sql", "views.sql", "dictionary.csv", "words.csv", "kinds.csv")
    ]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + paths.read(file).replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def _describe(con: Any, tables: Path, loaded: dict[str, int], beside: Path, file: Path) -> None:
    """Write to `file` the data package of the CSV tables; its paths begin in the folder `beside`."""
    folder = tables.relative_to(beside).as_posix()
    resources = []
    for relation in list_relations(partial(catalogue, con)):
        if relation.schema == "core" and relation.name in loaded:
            derived = DERIVED.get(relation.name, ())
            fields = [field for field in relation.fields if field.name not in derived]
            name = f"{relation.name}.csv"
            resource = package.describe_table(
                relation._replace(fields=fields), f"{folder}/{name}", tables / name, None, delimiter=LIST_MARK
            )
            resources.append(resource)
    text = package.describe(partial(run, con), resources, None, f"{folder}/source.csv", ours=True)
    file.write_text(text, encoding="utf-8", newline="\n")


def _load_lists(con: Any) -> None:
    """Load what codes read as and the kinds of fact, the same for every city."""
    words, kinds = (
        f"read_csv({quote_text(str(paths.data() / name))}, header = true, all_varchar = true, delim = ',', quote = '\"',"
        " escape = '\"')"
        for name in ("words.csv", "kinds.csv")
    )
    run(
        con,
        f"CREATE TABLE core.word AS SELECT * REPLACE (coalesce(en, '') AS en) FROM {words} ORDER BY column_name, value;"
        "CREATE TABLE kinds AS SELECT * REPLACE (place::INTEGER AS place, string_split(groups, '|') AS groups,"
        f" string_split(words, '|') AS words) FROM {kinds}",
    )


def _comment(con: Any) -> None:
    """Set the comments of tables, views and columns from the dictionary; both ways they must be complete."""
    path = paths.data() / "dictionary.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    crooked = [number for number, row in enumerate(rows, 1) if len(row) != 3]
    if crooked:
        raise DataFault("\n".join(f"{path.name}:{number}: not three fields" for number in crooked))
    entries = {(scope, column): comment for scope, column, comment in rows[1:]}
    unused, missing, comments = set(entries), [], []
    # A table or view is described where the column is empty.
    described = run(
        con,
        "SELECT schema_name, name, column_name, kind FROM ("
        "SELECT schema_name, table_name AS name, column_name, 'COLUMN' AS kind, database_name, internal"
        " FROM duckdb_columns()"
        " UNION ALL SELECT schema_name, table_name, '', 'TABLE', database_name, internal FROM duckdb_tables()"
        " UNION ALL SELECT schema_name, view_name, '', 'VIEW', database_name, internal FROM duckdb_views()) "
        "WHERE database_name = current_database() AND NOT internal AND schema_name IN ('core', 'main')",
    )
    for schema, table, column, kind in described:
        scope = table if schema == "main" else f"{schema}.{table}"
        key = (scope, column) if (scope, column) in entries or not column else ("*", column)
        if key not in entries:
            missing.append(f"{scope}.{column}")
            continue
        unused.discard(key)
        name = f'{schema}."{table}"' + (f'."{column}"' if column else "")
        comments.append(f"COMMENT ON {kind} {name} IS {quote_text(entries[key])}")
    if missing or unused:
        lines = [f"{path.name}: no entry for {name}" for name in sorted(missing)]
        lines += [f"{path.name}: {scope},{column} describes no column" for scope, column in sorted(unused)]
        raise DataFault("\n".join(lines))
    run(con, ";".join(comments))
