"""Database files from elsewhere: what they call by the names of the views is read by lookups, and can do nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import duckdb
import pytest

from cli.test_shipped import IPCLI
from conftest import some

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
