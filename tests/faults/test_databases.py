"""Databases that are damaged or no databases: right data or one line and exit code 3, and the file stays as it is."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from cli.test_shipped import IPCLI, SQL
from conftest import some

SHIPPED = SQL.parent / "data" / "industry.duckdb"
ASKED = [
    ("targets",),
    ("districts",),
    ("investments", "-f", "json"),
    ("find", "崂山"),
    ("sql", "FROM outcomes"),
]


def asked(args: tuple[str, ...], db: Path | str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([IPCLI, *args, "--db", db], capture_output=True, timeout=60)


def wrong(content: bytes, place: Path, right: dict[tuple[str, ...], bytes]) -> list[object]:
    """What is wrong with how a damaged file is taken."""
    place.write_bytes(content)
    shutil.copy(SHIPPED.with_suffix(".names.jsonl"), place.with_suffix(".names.jsonl"))
    found: list[object] = []
    for args, data in right.items():
        run = asked(args, place)
        told = run.stderr.decode()
        whole = run.returncode == 0 and run.stdout == data
        refused = run.returncode == 3 and told.count("\n") == 1 and "Traceback" not in told
        if not (whole or refused):
            found.append((args, run.returncode, told[-300:]))
    if place.read_bytes() != content:
        found.append("the file was changed")
    place.unlink()
    return found


@pytest.mark.slow
def test_cut_off_anywhere_or_with_a_bit_flipped(tmp_path: Path) -> None:
    content, chance = SHIPPED.read_bytes(), random.Random(6)
    right = {args: asked(args, SHIPPED).stdout for args in ASKED[:1]}
    damaged = [content[: chance.randrange(len(content))] for _ in range(50)]
    for _ in range(200):
        place, bit = chance.randrange(len(content)), chance.randrange(8)
        damaged.append(content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :])
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(
            lambda entry: wrong(entry[1], tmp_path / f"{entry[0]}.duckdb", right), enumerate(damaged)
        )
        assert [(number, faults) for number, faults in enumerate(found) if faults] == []


def made(kind: str, folder: Path) -> Path:
    path = folder / "x.duckdb"
    if kind == "empty":
        path.touch()
    elif kind == "text":
        path.write_text("district,n\n" * 1000)
    elif kind == "sqlite":
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE release (city)")
    elif kind == "parquet":
        duckdb.sql("SELECT 1 AS n").write_parquet(str(path))
    elif kind == "folder":
        path.mkdir()
    elif kind == "of another schema":
        with duckdb.connect(str(path)) as other:
            other.execute("CREATE TABLE release (city VARCHAR)")
    elif kind == "a header only":
        path.write_bytes(SHIPPED.read_bytes()[:4096])
    return path


@pytest.mark.parametrize(
    "kind",
    some(
        ["missing", "text", "of another schema", "empty", "sqlite", "parquet", "folder", "a header only"], 3
    ),
)
def test_what_is_no_database_of_ours(kind: str, tmp_path: Path) -> None:
    path = made(kind, tmp_path)
    before = path.read_bytes() if path.is_file() else None
    for args in ASKED if kind == "missing" else ASKED[::2]:
        run = asked(args, path)
        assert (run.returncode, run.stdout) == (3, b""), run.stderr
        assert run.stderr.count(b"\n") == 1 and str(path).encode() in run.stderr
    assert (path.read_bytes() if path.is_file() else None) == before
    assert [other.name for other in tmp_path.iterdir()] == ([] if kind == "missing" else [path.name])


def test_a_writer_is_named(tmp_path: Path) -> None:
    path = Path(shutil.copy(SHIPPED, tmp_path / "x.duckdb"))
    code = (
        f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None and writer.stdout.readline() == b"open\n"
        run = asked(("targets",), path)
        writer.communicate()
    assert run.returncode == 3 and str(writer.pid).encode() in run.stderr and run.stderr.count(b"\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize(
    "args", [("-f", "csv"), ("-f", "table"), ("-f", "xlsx"), ("-f", "parquet"), ("-f", "html")]
)
def test_a_full_disk_is_exit_5(args: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        run = subprocess.run([IPCLI, "targets", *args], stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert run.returncode == 5 and run.stderr.count(b"\n") == 1


@pytest.mark.parametrize("name", ["x.csv", "x.xlsx", "x.parquet", "x.svg"])
def test_a_folder_that_is_not_there_is_exit_5_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    run = subprocess.run([IPCLI, "targets", "-o", tmp_path / "no" / name], capture_output=True, timeout=60)
    assert run.returncode == 5 and run.stderr.count(b"\n") == 1 and list(tmp_path.iterdir()) == []


def test_no_home_no_locale_no_folder(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    run = subprocess.run(
        ["/bin/sh", "-c", f"cd {gone} && rmdir {gone} && exec {IPCLI} targets --limit 1"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        timeout=60,
    )
    assert run.returncode == 0 and run.stdout.count(b"\n") == 2
