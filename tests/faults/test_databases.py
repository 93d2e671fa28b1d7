"""Databases that are damaged or no databases: right data or one line and exit code 3, and the file stays as it is.

IPCLI_CUT and IPCLI_FLIPPED tell how many damaged files are tried in the slow tier, 50 and 200 unless told; IPCLI_SEED
begins another series.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from cli.test_shipped import IPCLI, SQL
from conftest import some
from faults.processes import bound_by_modes, ipcli

SHIPPED = SQL.parent / "data" / "industry.duckdb"
CUT, FLIPPED = int(os.environ.get("IPCLI_CUT", "50")), int(os.environ.get("IPCLI_FLIPPED", "200"))
SEED = int(os.environ.get("IPCLI_SEED", "6"))
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
    content, chance = SHIPPED.read_bytes(), random.Random(SEED)
    right = {args: asked(args, SHIPPED).stdout for args in ASKED[:1]}
    damaged = [content[: chance.randrange(len(content))] for _ in range(CUT)]
    for _ in range(FLIPPED):
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
    if kind == "missing":
        assert ipcli("targets", IPCLI_DB=str(path)).returncode == 3
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


def versioned(version: int) -> bytes:
    """The shipped file with another storage version in its header, and the header's checksum to match."""
    # The checksum is the exclusive or of each eight bytes times a constant; "DUCK" and the version are in one of them.
    content, times = SHIPPED.read_bytes(), 0xBF58476D1CE4E5B9
    checksum, before = struct.unpack_from("<Q4xQ", content)
    for number in (before, version):
        word = int.from_bytes(b"DUCK", "little") | (number & 0xFFFFFFFF) << 32
        checksum ^= word * times & (1 << 64) - 1
    return struct.pack("<Q", checksum) + content[8:12] + struct.pack("<Q", version) + content[20:]


@pytest.mark.parametrize(
    ("version", "told"),
    some([(2**31, b"is of a newer DuckDB version"), (51, b"is of an older DuckDB version")], 1),
)
def test_another_storage_version(version: int, told: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    path.write_bytes(versioned(struct.unpack_from("<Q", SHIPPED.read_bytes(), 12)[0]))
    assert path.read_bytes() == SHIPPED.read_bytes()
    path.write_bytes(versioned(version))
    for args in ASKED[::2]:
        run = ipcli(*args, "--db", path)
        assert (run.returncode, run.stdout) == (3, b"") and run.stderr.count(b"\n") == 1
        assert told in run.stderr and str(path).encode() in run.stderr
    assert path.read_bytes() == versioned(version)


def test_one_may_not_read_it(tmp_path: Path) -> None:
    path = Path(shutil.copy(SHIPPED, tmp_path / "x.duckdb"))
    path.chmod(0)
    for args in (("targets",), ("sql", "FROM targets"), ("find", "崂山")):
        run = bound_by_modes(*args, "--db", path)
        assert (run.returncode, run.stdout) == (3, b"") and run.stderr.count(b"\n") == 1
        assert b"permission denied" in run.stderr
    assert path.stat().st_mode & 0o777 == 0 and [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_one_may_read_it_and_not_write_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir()
    path = Path(shutil.copy(SHIPPED, folder / "x.duckdb"))
    path.chmod(0o444)
    folder.chmod(0o555)
    run = bound_by_modes("targets", "--db", path)
    assert (run.returncode, run.stdout) == (0, asked(("targets",), SHIPPED).stdout)


# Every target some thousand times: much more than a pipe holds, so that it waits to be read.
LONG = "SELECT t.*, r.range AS n FROM range(300) r, targets t ORDER BY n, fact_id"


def other_data(folder: Path) -> Path:
    """A database of ours with other data than the shipped one."""
    from dataset.tables_at_hand import EXAMPLE

    path = folder / "other.duckdb"
    assert ipcli("build", "--tables", EXAMPLE, "-o", path).returncode == 0
    return path


@pytest.mark.slow
@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_a_database_that_is_cut_amid_a_statement_is_told(name: str, tmp_path: Path) -> None:
    path = Path(shutil.copy(SHIPPED, tmp_path / "x.duckdb"))
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE big AS SELECT range a, md5(range::VARCHAR) b FROM range(2000000)")
    with subprocess.Popen(
        [IPCLI, "sql", "FROM big", "-f", name, "--db", path],
        bufsize=0,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as reader:
        assert reader.stdout is not None
        reader.stdout.read(1000)
        os.truncate(path, 600_000)
        _rest, told = reader.communicate(timeout=120)
    assert (reader.returncode, told.count(b"\n")) == (3, 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "way"),
    [
        ("sql", "renamed over"),
        ("sql", "written over"),
        ("sql", "cut"),
        ("sql", "removed"),
        ("query run", "renamed over"),
    ],
)
def test_replaced_while_open(command: str, way: str, tmp_path: Path) -> None:
    path, other = Path(shutil.copy(SHIPPED, tmp_path / "x.duckdb")), other_data(tmp_path)
    words = ["sql", LONG]
    if command == "query run":
        (tmp_path / "long.sql").write_text(f"-- title: 长 | Long\n{LONG}\n", encoding="utf-8")
        words = ["query", "run", "long", "--sql-dir", str(tmp_path)]
    run = asked(tuple(words), SHIPPED)
    assert (run.returncode, run.stderr) == (0, b"")
    right = run.stdout
    with subprocess.Popen(
        [IPCLI, *words, "--db", path], bufsize=0, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as reader:
        assert reader.stdout is not None
        began = reader.stdout.read(1000)
        if way == "renamed over":
            os.replace(other, path)
        elif way == "written over":
            path.write_bytes(other.read_bytes())
        elif way == "cut":
            os.truncate(path, 20_000)
        else:
            path.unlink()
        rest, told = reader.communicate(timeout=120)
    if way in ("renamed over", "removed"):
        # Not compared as such: where they differ, the difference is looked for at length.
        same = began + rest == right
        assert (reader.returncode, same, len(began + rest), told) == (0, True, len(right), b"")
    else:
        # What was in the file may be gone: then that is told.
        whole = reader.returncode == 0 and began + rest == right
        refused = reader.returncode == 3 and told.count(b"\n") == 1 and b"Traceback" not in told
        assert whole or refused, (reader.returncode, told[-500:])
    assert reader.returncode != -signal.SIGBUS
    run = asked(("targets",), path)
    if way in ("renamed over", "written over"):
        assert run.returncode == 0 and "望川".encode() in asked(("sql", "FROM release"), path).stdout
    else:
        assert run.returncode == 3 and run.stderr.count(b"\n") == 1
