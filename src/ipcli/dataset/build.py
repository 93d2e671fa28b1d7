"""Tables -> database and read, check, derive, load, and put it in place in one step."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb

from ipcli import paths
from ipcli.dataset import package, phrases
from ipcli.dataset.tables import (
    DERIVED,
    LIST_MARK,
    Fault,
    Table,
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


@dataclass(frozen=True, slots=True)
class Built:
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
            _load_lists(con, scratch)
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
        if isinstance(error, duckdb.IOException) or "Could not write" in str(error):
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
    tables = {
        name: read_table(folder, name, [column for column, _type in columns], faults)
        for name, columns in types.items()
    }
    broken = {name for name, table in tables.items() if not table.whole}
    for name, table in tables.items():
        stage(con, table, types[name], scratch)
    for name, table in tables.items():
        validate(con, table, types[name], faults, broken)
    faults += [*_check_trees(con, tables), *_check_phrases(tables["observation"])]
    if faults:
        raise DataFault("\n".join(str(fault) for fault in sorted(set(faults))))
    for name, columns in types.items():
        listed = ", ".join(f'"{column}"' for column, _type in columns)
        if name in _TREES:
            _insert_tree(con, name, listed)
        elif name == "observation":
            _insert_observations(con, listed, scratch)
        else:
            run(
                con, f'INSERT INTO core."{name}" ({listed}) SELECT {listed} FROM "typed_{name}" ORDER BY line'
            )
    return {name: len(table.rows) for name, table in tables.items()}


# Tables whose rows refer to rows of the same table: key, and the column that holds the parent's key.
_TREES = {"region": ("region_id", "parent_id"), "indicator": ("indicator_id", "growth_of")}


def _ancestry(name: str) -> str:
    """Return a WITH clause: `tree` has the depth of every row that hangs on a row without a parent in the table."""
    key, parent = _TREES[name]
    return (
        f"WITH RECURSIVE tree AS (SELECT {key}, 0 AS depth FROM typed_{name} WHERE {parent} IS NULL "
        f"OR {parent} NOT IN (SELECT {key} FROM typed_{name} WHERE {key} IS NOT NULL) UNION ALL "
        f"SELECT r.{key}, t.depth + 1 FROM typed_{name} r JOIN tree t ON r.{parent} = t.{key}) "
    )


def _check_trees(con: Any, tables: dict[str, Table]) -> Iterable[Fault]:
    """Yield circles of parents, and cities that are none: no foreign key of a table on itself finds them."""
    for name, (key, parent) in _TREES.items():
        for (line,) in run(
            con,
            _ancestry(name) + f"SELECT line FROM typed_{name} WHERE {key} NOT IN "
            f"(SELECT {key} FROM tree WHERE {key} IS NOT NULL)",
        ):
            yield Fault(tables[name].file, line, parent, "its parents form a circle")
    if not tables["region"].whole:
        return
    for line, city in run(
        con,
        "SELECT line, city_id FROM typed_region WHERE city_id IS NOT NULL AND city_id NOT IN "
        "(SELECT region_id FROM typed_region WHERE level = 'city' AND region_id IS NOT NULL)",
    ):
        yield Fault(tables["region"].file, line, "city_id", f"no city of this table: {city}")


def _insert_tree(con: Any, name: str, listed: str) -> None:
    """Insert parents first, a level at a time: a key must stand before what refers to it."""
    key, _parent = _TREES[name]
    deepest = run(con, _ancestry(name) + "SELECT max(depth) FROM tree")[0][0] or 0
    for depth in range(deepest + 1):
        run(
            con,
            _ancestry(name) + f"INSERT INTO core.{name} ({listed}) SELECT {listed} FROM typed_{name} "
            f"WHERE {key} IN (SELECT {key} FROM tree WHERE depth = {depth}) ORDER BY line",
        )


def _check_phrases(table: Table) -> Iterable[Fault]:
    """Yield figures that do not stand in their phrase, which is read again and compared."""
    for line, fields in table.rows:
        row = dict(zip(table.columns, fields, strict=True))
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
        lower, upper, low_in, high_in = phrases.derive_bounds(comparator, value)
    standard = [phrases.standardise(number, unit)[0] for number in (value, lower, upper)]
    return (
        lower,
        upper,
        None if lower is None else low_in,
        None if upper is None else high_in,
        *standard,
        phrases.standardise(None, unit)[1],
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
        digest.update(file.name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def _describe(con: Any, tables: Path, loaded: dict[str, int], beside: Path, file: Path) -> None:
    """Write to `file` the data package of the CSV tables; its paths begin in the folder `beside`."""
    folder = tables.relative_to(beside).as_posix()
    resources = []
    for relation in package.list_relations(partial(catalogue, con)):
        if relation.schema == "core" and relation.name in loaded:
            derived = DERIVED.get(relation.name, ())
            fields = [field for field in relation.fields if field.name not in derived]
            name = f"{relation.name}.csv"
            resource = package.describe_table(
                relation._replace(fields=fields), f"{folder}/{name}", tables / name, None, delimiter=LIST_MARK
            )
            resources.append(resource)
    cities = [city for (city,) in run(con, "SELECT city FROM main.release ORDER BY city")]
    number, date = run(con, "SELECT release, CAST(released_on AS VARCHAR) FROM core.release")[0]
    sources = run(con, "SELECT title, url FROM core.source ORDER BY source_id")
    release = package.Release(cities, number, date, ours=True)
    text = package.describe(release, sources, resources, None, f"{folder}/source.csv")
    file.write_text(text, encoding="utf-8", newline="\n")


def _load_lists(con: Any, scratch: Path) -> None:
    """Load what codes read as and the kinds of fact, the same for every city."""
    for name in ("words", "kinds"):
        with (paths.data() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        load(con, scratch, f"listed_{name}", [(column, "VARCHAR") for column in header], rows)
    run(
        con,
        "CREATE TABLE core.word AS SELECT * REPLACE (coalesce(en, '') AS en) FROM listed_words"
        " ORDER BY column_name, value;"
        "CREATE TABLE kinds AS SELECT * REPLACE (place::INTEGER AS place, string_split(groups, '|') AS groups,"
        " string_split(words, '|') AS words) FROM listed_kinds",
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
