"""The shipped tables as text, the invented cities, and where the source texts are when they are at hand."""

from __future__ import annotations

import atexit
import csv
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from conftest import SHARED
from ipcli.dataset.build import build

ROOT = Path(__file__).parent.parent.parent
TABLES = ROOT / "data" / "tables"
SOURCES = ROOT.parent / "shared" / "source"
EXAMPLE = Path(__file__).parent / "example_city"  # 望川市: every table, and the text of its first source
EXAMPLE_TEXT = EXAMPLE / "text.txt"
SECOND = Path(__file__).parent / "second_city"  # 鹿鸣市: the rows to add to the tables of the example


def rows(table: str) -> list[dict[str, str]]:
    """A table as it stands in its CSV file."""
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _scratch() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="ipcli-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def shipped_database() -> Path:
    """A copy of the committed database: one process opens a file in one way, and `shipped` has it open."""
    return Path(shutil.copy(ROOT / "data" / "industry.duckdb", _scratch() / "shipped.duckdb"))


def _built(name: str, tables: Callable[[], Path]) -> Path:
    """A database built once for all workers."""
    path = Path(os.environ[SHARED]) / f"{name}.duckdb"
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            build(tables(), path)
    return path


@cache
def example_database() -> Path:
    """The database of the example city."""
    return _built("example", lambda: EXAMPLE)


@cache
def two_cities() -> Path:
    """The tables of both invented cities in one folder."""
    folder = _scratch() / "two"
    shutil.copytree(EXAMPLE, folder)
    for path in SECOND.glob("*.csv"):
        body = path.read_text(encoding="utf-8").split("\n", 1)[1]
        with (folder / path.name).open("a", encoding="utf-8", newline="") as file:
            file.write(body)
    return folder


@cache
def two_cities_database() -> Path:
    """The database of both invented cities."""
    return _built("two", two_cities)


def ipcli(*args: str | Path, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a process; messages are in English."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("IPCLI_", "LC_", "LANG", "PYTHON"))}
    kept |= {"PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C.UTF-8", "IPCLI_LANG": "en"}
    return subprocess.run(
        [sys.executable, "-m", "ipcli", *map(str, args)],
        env=kept | env,
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
