"""Tables -> database and names index: read, check, derive, load, and put both in place in one step."""

from __future__ import annotations

import csv
import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ipcli import paths
from ipcli.dataset import index, package, phrases
from ipcli.dataset.memory import Memory
from ipcli.dataset.relations import relations
from ipcli.dataset.tables import DERIVED, LIST_MARK, Fault, Table, read, schema_tables, stage, validate
from ipcli.db import bulk
from ipcli.db.engine import one_line
from ipcli.errors import DatabaseError, DataFault, OutputError
from ipcli.i18n import why

# Opened by every DuckDB since 1.2; small blocks keep the file small.
STORAGE = "STORAGE_VERSION 'v1.2.0', BLOCK_SIZE 16384"


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made: where, and how many rows each table has."""

    database: Path
    index: Path
    content_hash: str
    rows: dict[str, int]


def build(tables: Path, output: Path, descriptor: Path | None = None) -> Built:
    """Build `output` (and its names index beside it) from the CSV files in the folder `tables`.

    `descriptor` is the data package that describes those files, which is written too: it stands in a folder above them.
    DataFault lists every fault of the tables, one a line; nothing is written then. The database that was
    there stays until the new one is complete.
    """
    if not os.path.isdir(tables):
        raise DatabaseError(f"{tables}: no such folder of tables")
    scratch = _scratch(output)
    try:
        database = Path(scratch) / output.name
        con = Memory()
        try:
            con.execute(f"ATTACH '{_literal(database)}' AS built ({STORAGE}); USE built; BEGIN")
            con.execute((paths.data() / "schema.sql").read_text(encoding="utf-8"))
            rows = _load(con, tables, Path(scratch))
            content_hash = _content_hash(tables, sorted(rows))
            con.execute("UPDATE core.release SET content_hash = ?", [content_hash])
            _load_lists(con, Path(scratch))
            con.execute((paths.data() / "views.sql").read_text(encoding="utf-8"))
            _comment(con)
            lines = index.lines(con)
            described = None if descriptor is None else _described(con, tables, descriptor.parent, rows)
            # One transaction: rows reach the file once, in its final form.
            con.execute("COMMIT; CHECKPOINT built")
        finally:
            con.close()
        names = paths.names_index(database)
        names.write_bytes(lines)
        put(database, output)
        if descriptor is not None and described is not None:
            fresh = Path(scratch) / descriptor.name
            fresh.write_text(described, encoding="utf-8", newline="\n")
            os.replace(fresh, descriptor)
    except OSError as error:
        raise OutputError(f"{output}: {why(error)}") from error
    except duckdb.Error as error:
        # A full disk shows in the middle of a statement, or when all is committed.
        if isinstance(error, duckdb.IOException) or "Could not write" in str(error):
            raise OutputError(f"{output}: {one_line(str(error))}") from error
        raise
    finally:
        _remove(scratch)
    return Built(output, paths.names_index(output), content_hash, rows)


def put(database: Path, output: Path) -> None:
    """Give a database and its names index the place of others: whoever has those open keeps reading them.

    In between a new database has an old index, which says by its hash that it is not this one's.
    """
    os.replace(database, output)
    os.replace(paths.names_index(database), paths.names_index(output))


def _scratch(output: Path) -> str:
    """A folder beside the output, so that the rename stays within one file system."""
    if os.path.isdir(output):
        raise OutputError(f"{output}: is a folder")
    try:
        return tempfile.mkdtemp(prefix=f".{output.name}.", dir=output.parent)
    except OSError as error:
        raise OutputError(f"{output}: {why(error)}") from error


def _remove(scratch: str) -> None:
    for entry in os.scandir(scratch):
        os.unlink(entry.path)
    os.rmdir(scratch)


def _literal(path: Path) -> str:
    return str(path).replace("'", "''")


def _load(con: Any, folder: Path, scratch: Path) -> dict[str, int]:
    """Read, check and insert every table; returns the number of rows of each."""
    types = schema_tables(con)
    faults: list[Fault] = []
    known = {f"{name}.csv" for name in types}
    for path in sorted(folder.glob("*.csv")):
        if path.name not in known:
            faults.append(Fault(path.name, 1, "", "no such table in the schema"))
    tables = {name: read(folder, name, [c for c, _ in columns], faults) for name, columns in types.items()}
    broken = {name for name, table in tables.items() if not table.whole}
    for name, table in tables.items():
        stage(con, table, types[name], scratch)
    for name, table in tables.items():
        validate(con, table, types[name], faults, broken)
    faults += [*_tree_faults(con, tables), *_phrase_faults(tables["observation"])]
    if faults:
        raise DataFault("\n".join(str(fault) for fault in sorted(set(faults))))
    for name, columns in types.items():
        if name in _TREES:
            _insert_tree(con, name, [c for c, _ in columns])
        elif name == "observation":
            _insert_observations(con, tables[name], columns, scratch)
        else:
            listed = ", ".join(f'"{column}"' for column, _ in columns)
            con.execute(
                f'INSERT INTO core."{name}" ({listed}) SELECT {listed} FROM "typed_{name}" ORDER BY line'
            )
    return {name: len(table.rows) for name, table in tables.items()}


# Tables whose rows refer to rows of the same table: key, and the column that holds the parent's key.
_TREES = {"region": ("region_id", "parent_id"), "indicator": ("indicator_id", "growth_of")}


def _ancestry(name: str) -> str:
    """A WITH clause: `tree` has the depth of every row that hangs on a row without a parent in the table."""
    key, parent = _TREES[name]
    return (
        f"WITH RECURSIVE tree AS (SELECT {key}, 0 AS depth FROM typed_{name} WHERE {parent} IS NULL "
        f"OR {parent} NOT IN (SELECT {key} FROM typed_{name} WHERE {key} IS NOT NULL) UNION ALL "
        f"SELECT r.{key}, t.depth + 1 FROM typed_{name} r JOIN tree t ON r.{parent} = t.{key}) "
    )


def _tree_faults(con: Any, tables: dict[str, Table]) -> Iterable[Fault]:
    """What a foreign key of a table on itself cannot say."""
    for name, (key, parent) in _TREES.items():
        for (line,) in con.execute(
            _ancestry(name) + f"SELECT line FROM typed_{name} WHERE {key} NOT IN "
            f"(SELECT {key} FROM tree WHERE {key} IS NOT NULL)"
        ).fetchall():
            yield Fault(tables[name].file, line, parent, "its parents form a circle")
    if not tables["region"].whole:
        return
    for line, city in con.execute(
        "SELECT line, city_id FROM typed_region WHERE city_id IS NOT NULL AND city_id NOT IN "
        "(SELECT region_id FROM typed_region WHERE level = 'city' AND region_id IS NOT NULL)"
    ).fetchall():
        yield Fault(tables["region"].file, line, "city_id", f"no city of this table: {city}")


def _insert_tree(con: Any, name: str, columns: list[str]) -> None:
    """Parents first, a level at a time: a key must stand before what refers to it."""
    key, _ = _TREES[name]
    deepest = con.execute(_ancestry(name) + "SELECT max(depth) FROM tree").fetchone()[0] or 0
    listed = ", ".join(f'"{column}"' for column in columns)
    for depth in range(deepest + 1):
        con.execute(
            _ancestry(name) + f"INSERT INTO core.{name} ({listed}) SELECT {listed} FROM typed_{name} "
            f"WHERE {key} IN (SELECT {key} FROM tree WHERE depth = {depth}) ORDER BY line"
        )


def _phrase_faults(table: Table) -> Iterable[Fault]:
    """A figure must stand in its phrase: the phrase is read again and compared."""
    for line, row in table.dicts():
        try:
            value, lower, upper = (_number(row[column]) for column in ("value", "lower", "upper"))
        except ValueError:
            continue  # no number: told as such
        if not phrases.agrees(row["as_reported"] or "", row["comparator"], value, row["unit"], lower, upper):
            figure = (row[column] for column in ("comparator", "value", "lower", "upper", "unit"))
            shown = " ".join(field for field in figure if field)
            yield Fault(table.file, line, "as_reported", f"{row['as_reported']} does not read as {shown}")


def _number(field: str | None) -> float | None:
    return None if field is None else float(field)


def _insert_observations(con: Any, table: Table, columns: list[tuple[str, str]], scratch: Path) -> None:
    """Add what follows from comparator, value, unit and year: bounds, standard units, the period."""
    listed = [column for column, _ in columns]
    derived = []
    for line, row in table.dicts():
        lower, upper, value = (_number(row[column]) for column in ("lower", "upper", "value"))
        derived.append((line, *figures_of(row["comparator"] or "", value, row["unit"], lower, upper)))
    bulk.load(con, scratch, "derived", [("line", "INTEGER"), *FIGURES], derived)
    whole_year = "t.period_kind = 'year' AND t.year IS NOT NULL"
    con.execute(
        f"INSERT INTO core.observation ({', '.join(listed)}, lower_inclusive, upper_inclusive, value_std, "
        "lower_std, upper_std, unit_std) SELECT "
        "t.* EXCLUDE (line) REPLACE (d.lower AS lower, d.upper AS upper, "
        f"CASE WHEN {whole_year} THEN make_date(t.year, 1, 1) ELSE t.period_start END AS period_start, "
        f"CASE WHEN {whole_year} THEN make_date(t.year, 12, 31) ELSE t.period_end END AS period_end), "
        "d.* EXCLUDE (line, lower, upper) FROM typed_observation t JOIN derived d USING (line) ORDER BY line"
    )


# What follows from a comparator, a value and a unit, as `figures_of` gives it.
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


def figures_of(
    comparator: str, value: float | None, unit: str | None, lower: float | None, upper: float | None
) -> tuple[float | bool | str | None, ...]:
    """The columns FIGURES of an observation; `lower` and `upper` count where there is no value."""
    low_in, high_in = True, comparator == "between"
    if value is not None:
        lower, upper, low_in, high_in = phrases.bounds(comparator, value)
    standard = [phrases.standard(number, unit)[0] for number in (value, lower, upper)]
    return (
        lower,
        upper,
        None if lower is None else low_in,
        None if upper is None else high_in,
        *standard,
        phrases.standard(None, unit)[1],
    )


def _content_hash(tables: Path, names: list[str]) -> str:
    """SHA-256 over what the database is made of; line ends do not count."""
    files = [tables / f"{name}.csv" for name in names]
    shared = ("schema.sql", "views.sql", "dictionary.csv", "words.csv", "kinds.csv")
    files += [paths.data() / name for name in shared]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def _described(con: Any, tables: Path, beside: Path, loaded: dict[str, int]) -> str:
    """The data package of the CSV tables, as the text of a file in the folder `beside`."""

    def ask(sql: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = con.execute(sql).fetchall()
        return rows

    resources = [
        package.resource(
            relation.without(DERIVED.get(relation.name, set())),
            (tables / f"{relation.name}.csv").relative_to(beside).as_posix(),
            tables / f"{relation.name}.csv",
            None,
            delimiter=LIST_MARK,
            named=lambda _, name: name,
        )
        for relation in relations(ask)
        if relation.schema == "core" and relation.name in loaded
    ]
    cities = [name for (name,) in ask("SELECT DISTINCT city FROM release ORDER BY city")]
    number, date = ask("SELECT release, CAST(released_on AS VARCHAR) FROM core.release")[0]
    sources = ask("SELECT title, url FROM core.source ORDER BY source_id")
    listed = (tables / "source.csv").relative_to(beside).as_posix()
    release = package.Release(cities, number, date, ours=True)
    return package.dumped(package.package(release, sources, resources, None, listed))


def _load_lists(con: Any, scratch: Path) -> None:
    """Load what codes read as and the kinds of fact, the same for every city."""
    for name in ("words", "kinds"):
        with (paths.data() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        bulk.load(con, scratch, f"listed_{name}", [(column, "VARCHAR") for column in header], rows)
    # An empty word is one too: what a number counts needs none.
    con.execute(
        "CREATE TABLE core.word AS SELECT * REPLACE (coalesce(en, '') AS en) FROM listed_words"
        " ORDER BY column_name, value;"
        "CREATE TABLE kinds AS SELECT * REPLACE (place::INTEGER AS place, string_split(groups, '|') AS groups,"
        " string_split(words, '|') AS words) FROM listed_kinds"
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
    unused = set(entries)
    missing = []
    comments = []
    # A table or view is described where the column is empty.
    described = con.execute(
        "SELECT schema_name, name, column_name, kind FROM ("
        "SELECT schema_name, table_name AS name, column_name, 'COLUMN' AS kind, database_name, internal"
        " FROM duckdb_columns()"
        " UNION ALL SELECT schema_name, table_name, '', 'TABLE', database_name, internal FROM duckdb_tables()"
        " UNION ALL SELECT schema_name, view_name, '', 'VIEW', database_name, internal FROM duckdb_views()) "
        "WHERE database_name = current_database() AND NOT internal AND schema_name IN ('core', 'main')"
    ).fetchall()
    for schema, table, column, kind in described:
        scope = table if schema == "main" else f"{schema}.{table}"
        key = (scope, column) if (scope, column) in entries or not column else ("*", column)
        if key not in entries:
            missing.append(f"{scope}.{column}")
            continue
        unused.discard(key)
        text = entries[key].replace("'", "''")
        name = f'{schema}."{table}"' + (f'."{column}"' if column else "")
        comments.append(f"COMMENT ON {kind} {name} IS '{text}'")
    if missing or unused:
        lines = [f"{path.name}: no entry for {name}" for name in sorted(missing)]
        lines += [f"{path.name}: {scope},{column} describes no column" for scope, column in sorted(unused)]
        raise DataFault("\n".join(lines))
    con.execute(";".join(comments))
