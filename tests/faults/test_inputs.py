"""What is read: regular files of a size, and never written over, whatever name they are given."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from conftest import some
from dataset.tables_at_hand import EXAMPLE
from faults.processes import ipcli, posix
from faults.test_databases import SHIPPED
from faults.test_outputs import shell

pytestmark = posix

READING = {
    "sql --file {odd}": 2,
    "query run odd --sql-dir .": 2,
    "query show odd --sql-dir .": 2,
    "query list --sql-dir .": 0,
    "verify {odd}": 2,
    "check --text {odd}": 2,
    "sql --with t={odd} 'from t'": 2,
    "targets --db {odd}": 3,
    "sql 'select 1' --db {odd}": 3,
    "diff {odd} $DB": 3,
    "check --against {odd}": 3,
    "build --tables tables -o x.duckdb": 1,
    "cite - < /dev/zero": 2,
    "sql - < /dev/zero": 2,
}


@pytest.mark.parametrize("command", some(READING, 4))
@pytest.mark.parametrize("kind", ["pipe", "device", "large"])
def test_what_may_never_end_is_not_read(command: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    shutil.copytree(EXAMPLE, tmp_path / "tables", dirs_exist_ok=True)
    (tmp_path / "tables" / "source.csv").unlink()
    for odd in ("odd.sql", "odd.csv", "tables/source.csv"):
        path = tmp_path / odd
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "device":
            path.symlink_to("/dev/zero")
        else:
            path.touch()
            os.truncate(path, 3 << 30)
    name = "odd.csv" if "--with" in command else "odd.sql"
    limited = f'ulimit -v 4000000; timeout 30 "$ipcli" {command.format(odd=name)}'
    run = shell(limited, tmp_path, DB=str(SHIPPED))
    assert run.returncode == READING[command], (run.returncode, run.stderr)
    assert run.stderr.count(b"\n") <= 1 and b"internal error" not in run.stderr


# The file that must stay, and a command that would write over it.
OVER = {
    "cite OBS-0042 -o l.txt": "db.duckdb",
    "targets -o l.csv": "db.duckdb",
    "targets -o hard.csv": "db.duckdb",
    "targets -o x.csv --sources l.csv": "db.duckdb",
    "matrix -o l.svg": "db.duckdb",
    "targets -f csv -o other.duckdb": "other.duckdb",
    "targets -o lother.csv": "other.duckdb",
    "diff db.duckdb other.duckdb -o lother.csv": "other.duckdb",
    "check --against other.duckdb -o lother.csv": "other.duckdb",
    "check --text t.txt -o lt.csv": "t.txt",
    "verify t.txt -o lt.csv": "t.txt",
    "sql --with m=in.csv 'select 7 as z from m' -o in.csv": "in.csv",
    "sql --with m=in.csv 'select 7 as z from m' -o lin.csv": "in.csv",
    "sql --with m=lin.csv 'select 7 as z from m' -o in.csv": "in.csv",
    "sql --file q.sql -o lq.csv": "q.sql",
    "sql --file q.sql -f csv -o q.sql": "q.sql",
    "sql - -f csv -o q.sql < q.sql": "q.sql",
    "sql - -o lq.csv < q.sql": "q.sql",
    "cite - -o ids.txt < ids.txt": "ids.txt",
    "query run own --sql-dir . -o lown.csv": "own.sql",
    "query run own --sql-dir . --with m=in.csv -o in.csv": "in.csv",
    "query show own --sql-dir . ; true": "own.sql",
    "schema --with m=in.csv -o in.csv": "in.csv",
    "shell --with m=in.csv <<< $'.output in.csv\\nselect 7 as z;'": "in.csv",
    "check --tables tables -o tables/source.csv": "tables/source.csv",
    "targets -f csv -o Makefile": "Makefile",
    "targets -f csv -o db.duckdb.wal": "db.duckdb",
}


@pytest.mark.parametrize("command", some(OVER, 7))
def test_nothing_is_written_over_what_was_read_or_is_of_another_kind(command: str, tmp_path: Path) -> None:
    for name in ("db.duckdb", "other.duckdb"):
        shutil.copy(SHIPPED, tmp_path / name)
    texts = {
        "q.sql": "select 1 as a", "in.csv": "a,b\n1,2\n", "t.txt": "青岛2025年30个\n", "ids.txt": "OBS-0042\n",
        "own.sql": "-- title: x | x\nselect 7 as a\n", "Makefile": "all:\n",
    }  # fmt: skip
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    links = {
        "l.txt": "db.duckdb", "l.csv": "db.duckdb", "l.svg": "db.duckdb", "lother.csv": "other.duckdb", "lt.csv": "t.txt",
        "lin.csv": "in.csv", "lq.csv": "q.sql", "lown.csv": "own.sql",
    }  # fmt: skip
    for name, target in links.items():
        (tmp_path / name).symlink_to(target)
    os.link(tmp_path / "db.duckdb", tmp_path / "hard.csv")
    shutil.copytree(EXAMPLE, tmp_path / "tables")
    before = (tmp_path / OVER[command]).read_bytes()
    run = shell(f'"$ipcli" {command}', tmp_path, IPCLI_DB="db.duckdb")
    assert (tmp_path / OVER[command]).read_bytes() == before
    if not command.endswith(("true", ".wal")):
        assert run.returncode in (1, 2) and run.stderr.count(b"\n") == 1, run.stderr
        assert list(tmp_path.glob("*.part")) == []


def test_a_file_of_the_same_kind_is_replaced_and_one_of_this_session_too(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("the old one")
    assert ipcli("targets", "-o", "x.csv", cwd=tmp_path).returncode == 0
    assert (tmp_path / "x.csv").read_bytes().startswith(b"fact_id")
    script = ".format csv\\n.output out\\nselect 1 as a;\\nselect 2 as b;"
    run = shell(f"\"$ipcli\" shell <<< $'{script}'", tmp_path)
    assert run.returncode == 0 and (tmp_path / "out").read_bytes() == b"b\n2\n", run.stderr
