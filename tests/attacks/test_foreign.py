"""Database files from elsewhere: what they call by the names of the views is read by lookups, and can do nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from cli.test_shipped import IPCLI
from conftest import some
from faults.test_databases import SHIPPED

BODIES = [
    "SELECT content AS city FROM read_text('{secret}')",
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM '{secret}'",
    "SELECT file AS city FROM glob('{folder}/*')",
    "SELECT getenv('HOME') AS city",
    "SELECT * FROM read_csv('http://127.0.0.1:1/x.csv')",
    "SELECT * FROM sqlite_scan('{secret}', 'x')",
    "SELECT * FROM query('SELECT content AS city FROM read_text(''{secret}'')')",
    "SELECT * FROM enable_logging(storage = 'file', storage_path = '{folder}/log')",
    "SELECT * FROM enable_profiling()",
    "SELECT * FROM checkpoint()",
]


@pytest.mark.parametrize("view", ["main.release", "targets"])
@pytest.mark.parametrize("body", some(BODIES, 2))
def test_a_view_of_a_foreign_database_reads_and_writes_no_files(body: str, view: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("planted")
    db = tmp_path / "foreign.duckdb"
    with duckdb.connect(str(db)) as con:
        if view == "targets":
            con.execute(
                "CREATE TABLE main.release AS SELECT '甲市' AS city, '1' AS release, DATE '2026-01-01' AS released_on,"
                " 'x' AS content_hash"
            )
        try:
            con.execute(f"CREATE VIEW {view} AS {body.format(secret=secret, folder=tmp_path)}")
        except duckdb.Error:
            pytest.skip("this version of DuckDB makes no such view")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    run = subprocess.run([IPCLI, "targets", "--db", db], capture_output=True, text=True, timeout=60)
    assert run.returncode in (1, 2, 3) and run.stdout == "" and run.stderr.count("\n") == 1
    assert "planted" not in run.stderr and "Traceback" not in run.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


RELEASE = (
    "CREATE VIEW main.release AS SELECT {} AS city, {} AS release, {} AS released_on, {} AS content_hash"
)
ENDLESS = "(SELECT count(*) FROM range(1000000000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3)"
DAY = "DATE '2026-01-01'"
EVERY = [
    "targets -f csv", "targets", "targets -f md", "districts", "cite OBS-0042", "show 崂山", "崂山", "matrix",
    "chart targets", "schema", "check", "sql from/**/targets --timeout 2", "gaps", "timeline", "sources",
]  # fmt: skip


def make_foreign(folder: Path, *statements: str) -> Path:
    """Return a copy of the shipped database, changed by statements."""
    db = Path(shutil.copy(SHIPPED, folder / "foreign.duckdb"))
    with duckdb.connect(str(db)) as con:
        for statement in statements:
            con.execute(statement)
    return db


def run_impatient(seconds: float, *args: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the program with less patience than it has."""
    begin = f"import ipcli.db; ipcli.db.patience = {seconds}; from ipcli.__main__ import run; run()"
    return subprocess.run([sys.executable, "-c", begin, *args], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("statement", [*some(EVERY, 3), "__complete"])
@pytest.mark.parametrize("view", some(["release", "spelling", "targets"], 1))
def test_what_has_no_end_is_stopped(statement: str, view: str, tmp_path: Path) -> None:
    if view == "release":
        changes = ["DROP VIEW main.release", RELEASE.format(f"'x' || {ENDLESS}", "'1'", DAY, "'x'")]
    else:
        schema = "core" if view == "spelling" else "main"
        changes = [
            f"ALTER TABLE {schema}.{view} RENAME TO moved",
            f"CREATE VIEW {schema}.{view} AS SELECT * FROM {schema}.moved WHERE {ENDLESS} > 3",
        ]
    db = make_foreign(tmp_path, *changes)
    args = (
        statement.split(" ")
        if statement != "__complete"
        else [statement, "bash", f"ipcli cite --db {db} OBS"]
    )
    began = time.monotonic()
    run = run_impatient(1, *args, *(["--db", db] if statement != "__complete" else []))
    assert time.monotonic() - began < 20
    assert "internal error" not in run.stderr and "Traceback" not in run.stderr
    # What does not touch the view is answered.
    assert run.returncode == 0 or (run.returncode == 4 and run.stderr.count("\n") == 1)
    assert view != "release" or statement == "__complete" or run.returncode == 4


def test_opening_takes_no_longer_than_the_statement_may(tmp_path: Path) -> None:
    changes = ("DROP VIEW main.release", RELEASE.format(f"'x' || {ENDLESS}", "'1'", DAY, "'x'"))
    db = make_foreign(tmp_path, *changes)
    run = subprocess.run(
        [IPCLI, "sql", "select 1", "--timeout", "1", "--db", db], capture_output=True, timeout=20
    )
    assert run.returncode == 4


RELEASES = {
    "other types": ("[1]", "{'a': 1}", "INTERVAL 2147483647 MONTH", "'h'::BLOB"),
    "nothing": ("NULL", "NULL", "NULL", "NULL"),
    "no name": ("''", "'1'", DAY, "'h'"),
    "before Christ": ("'青岛市'", "'1'", "DATE '0044-03-15 (BC)'", "'h'"),
    "infinity": ("'青岛市'", "'1'", "DATE 'infinity'", "'h'"),
    "another city": ("'上海市'", "'1'", DAY, "'h'"),
    "fifty million": ("'c' || range", "'1'", DAY, "'h' AS content_hash FROM range(50000000) --"),
}


@pytest.mark.parametrize("kind", some(RELEASES, 3))
def test_a_release_of_another_kind_is_exit_3(kind: str, tmp_path: Path) -> None:
    db = make_foreign(tmp_path, "DROP VIEW main.release", RELEASE.format(*RELEASES[kind]))
    for command in (["targets", "-f", "csv"], ["sql", "select 1"], ["export", str(tmp_path / "x")]):
        run = subprocess.run([IPCLI, *command, "--db", db], capture_output=True, text=True, timeout=60)
        assert run.returncode == 3 and run.stdout == "" and run.stderr.count("\n") == 1, run.stderr
    assert not (tmp_path / "x").exists()


TABLES = {
    "no keys": [
        "UPDATE targets SET fact_id = NULL, source_id = NULL, district = NULL", "UPDATE facts SET fact_id = NULL",
        "UPDATE sources SET source_id = NULL, title = NULL", "UPDATE citations SET fact_id = NULL, source_id = NULL",
    ],
    "other types": [
        "ALTER TABLE targets ALTER fact_id TYPE VARCHAR[] USING [fact_id]",
        "ALTER TABLE targets ALTER source_id TYPE INT USING 7",
        "ALTER TABLE targets ALTER subject TYPE INTERVAL USING INTERVAL 2147483647 MONTH",
        "ALTER TABLE sources ALTER published_from TYPE DOUBLE USING 'nan'::DOUBLE",
        "ALTER TABLE sources ALTER title TYPE BLOB USING '\\xff'::BLOB",
        "ALTER TABLE targets ALTER note TYPE STRUCT(a INT) USING {'a': 1}",
    ],
    "what is missing": ["ALTER TABLE targets DROP COLUMN subject", "DROP TABLE sources", "DROP TABLE industries"],
    "days before Christ": ["UPDATE sources SET published_from = DATE '0044-03-15 (BC)', published_to = DATE 'infinity'"],
    "deep": [
        "UPDATE targets SET subject = repeat('[', 100000) || repeat(']', 100000), note = repeat('(', 100000)"
        " WHERE fact_id IN (SELECT fact_id FROM targets ORDER BY 1 LIMIT 3)",
        "UPDATE sources SET title = repeat('{\"a\":', 100000)",
    ],
    "other words": [
        "ALTER TABLE words RENAME TO words0", "CREATE VIEW words AS SELECT 1 AS kind, 2 AS code, 3 AS zh, 4 AS en",
    ],
    "no kinds": ["DROP TABLE kinds"],
}  # fmt: skip


@pytest.mark.parametrize("kind", some(TABLES, 3))
def test_tables_of_another_kind_are_read_or_exit_3(kind: str, tmp_path: Path) -> None:
    db = make_foreign(tmp_path, *TABLES[kind])
    for command in EVERY:
        run = subprocess.run(
            [IPCLI, *command.split(" "), "--db", db], capture_output=True, text=True, timeout=60
        )
        assert "internal error" not in run.stderr and "Traceback" not in run.stderr
        right = run.returncode == 0 or run.stderr.count("\n") == 1
        # 1: of `check`, which finds faults, and of a statement that people wrote.
        assert right and run.returncode in ((0, 1, 3) if command.startswith(("check", "sql")) else (0, 3)), (
            command,
            run,
        )
