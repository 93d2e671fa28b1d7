"""Database files from elsewhere that stand macros, views and columns in place of what the program relies on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from attacks.conftest import Arena
from cli.test_shipped import ask
from conftest import some
from ipcli import paths
from ipcli.db.engine import Database
from ipcli.db.sandbox import Sandbox
from ipcli.errors import IpcliError

# What a column's type becomes in the list of columns: the rest of one statement, and another.
_TYPE = (
    "DECIMAL(9,2)) FROM (SELECT 1 AS c0)) TO ''/dev/null'' (FORMAT csv);"
    " COPY (SELECT ''owned'') TO ''{folder}/owned.csv'' (FORMAT csv) --"
)
_COLUMNS = (
    "CREATE MACRO main.duckdb_columns() AS TABLE SELECT * REPLACE (CASE WHEN table_name = 'facts' AND column_index = 1"
    f" THEN '{_TYPE}' ELSE data_type END AS data_type) FROM system.main.duckdb_columns()"
)
# The judge hears that there is nothing to see.
_JUDGE = 'CREATE MACRO main.json_serialize_sql(x) AS \'{{"error": false, "statements": [{{}}]}}\''
SHADOWS = [
    _JUDGE,
    "CREATE MACRO main.\"||\"(a, b) AS current_setting('temp_directory')",
    "CREATE MACRO main.List_Value(a) AS current_setting('temp_directory')",
    "CREATE MACRO main.range(a) AS TABLE SELECT current_setting('temp_directory')",
    'CREATE MACRO core."+"(a, b) AS 1',
    "CREATE MACRO main.date_part(a, b) AS 1",
    "CREATE MACRO main.count(a) AS 1",
    "CREATE MACRO main.duckdb_columns() AS TABLE SELECT 1 AS a",
    'CREATE MACRO main."coalesce"(a) AS 1',
]
# What the file defines, and how it is used.
DEFINED = [
    ("CREATE VIEW leak AS SELECT current_setting('temp_directory') AS x", "FROM leak"),
    ("CREATE MACRO leak(x) AS current_setting(x)", "SELECT leak('temp_directory')"),
    ("CREATE VIEW leak AS FROM duckdb_settings()", "SELECT * FROM main.Leak"),
    (
        'CREATE VIEW "a AS b" AS FROM duckdb_settings(); CREATE VIEW leak AS FROM "a AS b"',
        "SELECT (SELECT 1 FROM leak)",
    ),
    ("CREATE TABLE leak (a INTEGER, b VARCHAR AS (current_setting('temp_directory')))", "SUMMARIZE leak"),
    (
        "CREATE MACRO f(x) AS current_setting(x); CREATE MACRO leak(x) AS f(x)",
        "SELECT leak(city) FROM release",
    ),
    ("CREATE MACRO leak() AS TABLE FROM duckdb_settings()", "FROM leak()"),
    ("CREATE MACRO f() AS TABLE FROM duckdb_settings(); CREATE VIEW leak AS FROM f()", "FROM leak"),
    ("CREATE MACRO leak(x) AS x, (x, y) AS current_setting(y)", "SELECT leak(1)"),
]


def planted(arena: Arena, sql: str) -> None:
    with duckdb.connect(str(arena.db)) as con:
        con.execute(arena.filled(sql))


def shorten_message(told: bytes) -> bool:
    return told.startswith(b"ipcli: ") and told.count(b"\n") == 1


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A copy of the database that comes with the program: maintenance needs all of it."""
    return Path(shutil.copy(paths.data() / "industry.duckdb", tmp_path / "shipped.duckdb"))


def asked(command: str, db: Path) -> list[str]:
    return [command, str(db), str(db)] if command == "diff" else [command, "--db", str(db)]


def test_export_runs_no_type_that_the_file_tells(shipped: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(shipped)) as con:
        con.execute(_COLUMNS.format(folder=tmp_path))
    run = ask("export", str(tmp_path / "out"), "--db", str(shipped))
    assert run.returncode == 0, run.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "shipped.duckdb"]


@pytest.mark.parametrize("command", some(["diff", "check"], 1))
def test_what_is_in_a_file_is_not_asked_of_its_macros(shipped: Path, command: str) -> None:
    before = ask(*asked(command, shipped))
    assert before.returncode == 0, before.stderr
    with duckdb.connect(str(shipped)) as con:
        for name in ("tables", "views", "columns", "constraints"):
            con.execute(f"CREATE MACRO main.duckdb_{name}() AS TABLE SELECT 'planted' AS table_name")
        con.execute("CREATE MACRO main.current_database() AS 'planted'")
    after = ask(*asked(command, shipped))
    assert (after.returncode, after.stdout, after.stderr) == (0, before.stdout, before.stderr)


def test_what_comes_with_the_program_is_trusted_and_would_be_accepted(shipped: Path) -> None:
    trusted, copy = ask("schema", "-f", "json"), ask("schema", "-f", "json", "--db", str(shipped))
    assert (copy.returncode, copy.stdout) == (0, trusted.stdout), copy.stderr


def test_names_that_the_file_tells_are_quoted(shipped: Path) -> None:
    with duckdb.connect(str(shipped)) as con:
        for quoted in ('"""; DROP TABLE x; --"', '"a"" FROM (SELECT 1) --"'):
            con.execute(f"CREATE TABLE core.{quoted} (id INTEGER PRIMARY KEY, {quoted} INTEGER)")
            con.execute(f"INSERT INTO core.{quoted} VALUES (1, 2)")
            con.execute(f"CREATE TABLE main.{quoted} AS FROM core.{quoted}")
    for command in ("diff", "check", "schema"):
        run = ask(*asked(command, shipped))
        assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("macro", some(SHADOWS, 4))
def test_no_sql_is_run_over_a_file_that_replaces_functions(arena: Arena, macro: str) -> None:
    planted(arena, macro)
    for args in (["sql", "SELECT current_setting('temp_directory')"], ["schema"]):
        run = arena.run(*args, codes={3}, tells_paths=True)
        assert run.stdout == b"" and shorten_message(run.stderr)


def test_what_people_bring_is_read_by_no_macro(arena: Arena) -> None:
    planted(
        arena,
        "CREATE MACRO main.read_csv(p, header := true, sample_size := -1) AS TABLE"
        " SELECT content FROM read_text('{folder}/planted.txt')",
    )
    (arena.folder / "own.csv").write_text("a,b\n1,2\n")
    run = arena.run("sql", "--with", "own=own.csv", "FROM own", codes={3}, tells_paths=True)
    assert run.stdout == b"" and shorten_message(run.stderr)


@pytest.mark.parametrize("sql, use", some(DEFINED, 3))
def test_what_the_file_defines_is_judged_as_sql_of_people(arena: Arena, sql: str, use: str) -> None:
    planted(arena, sql)
    for statement in (use, f"EXPLAIN ANALYZE {use}"):
        run = arena.run("sql", statement, codes={2})
        assert run.stdout == b"" and shorten_message(run.stderr)
    assert arena.run("sql", "SELECT count(*) FROM facts", codes={0}).stdout


def test_a_session_judges_again_what_it_has_refused(arena: Arena) -> None:
    planted(arena, "CREATE VIEW leak AS SELECT current_setting('temp_directory') AS x")
    run = arena.run("shell", stdin=b"FROM leak;\nFROM leak;\nSELECT 1 AS x;\n", codes={2})
    assert b"temp" not in run.stdout


def test_harmless_definitions_work(arena: Arena) -> None:
    planted(arena, "CREATE MACRO twice(x) AS 2 * x; CREATE VIEW n AS SELECT twice(21) AS x")
    for sql in (
        "SELECT twice(21)",
        "FROM n",
    ):
        assert arena.run("sql", sql, codes={0}).stdout


@pytest.mark.parametrize("opened", [Database.open, Sandbox.load])
def test_every_connection_is_locked(arena: Arena, opened: Callable[[Path], Database]) -> None:
    with opened(arena.db) as held:
        database = getattr(held, "database", held)
        for sql in (
            "COPY (SELECT 1) TO '{db}' (FORMAT csv, USE_TMP_FILE false)",
            "COPY (SELECT 1) TO '{folder}/x.csv'",
            "COPY (SELECT 1) TO 'out://other'",
            "SELECT * FROM read_blob('{db}')",
            "SELECT * FROM read_text('{folder}/planted.txt')",
            "SELECT * FROM glob('{folder}/*')",
            "SET threads = 1",
            "SET enable_external_access = true",
            "CALL enable_logging(storage = 'file', storage_path = '{folder}/log')",
            "SET allowed_paths = ['/etc/passwd']",
            "ATTACH '{folder}/x.duckdb'",
            "CREATE TABLE main.t (i INTEGER)",
            "INSTALL httpfs",
        ):
            with pytest.raises((duckdb.Error, IpcliError)):
                print(database._connection.execute(arena.filled(sql)).fetchall())
    assert arena.db.read_bytes()[8:12] == b"DUCK"
