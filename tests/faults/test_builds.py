"""Builds that are killed, and readers while others build: the old database or the new one, never neither.

In the slow tier IPCLI_KILLED (100) builds are killed, and while IPCLI_READERS (50) read, the database is replaced
IPCLI_REPLACED (100) times, of which every ninth by `ipcli build`; IPCLI_SEED begins another series.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import threading
import time
from functools import cache
from pathlib import Path

import pytest

from cli.test_shipped import IPCLI
from dataset.tables_at_hand import EXAMPLE
from faults.processes import environment, ipcli

KILLED, READERS, REPLACED = (
    int(os.environ.get(name, otherwise))
    for name, otherwise in (("IPCLI_KILLED", "100"), ("IPCLI_READERS", "50"), ("IPCLI_REPLACED", "100"))
)
SEED = os.environ.get("IPCLI_SEED", "9")
# Questions whose answers tell the release, the rows, or both: rows, a table with its sources and words, names, SQL.
ASKED = (
    ("targets",),
    ("targets", "-f", "table"),
    ("targets", "--district", "桐湖", "-f", "json"),
    (
        "sql",
        "SELECT release, (SELECT string_agg(subject, ',' ORDER BY fact_id) FROM targets) AS s FROM release",
    ),
)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")]


def building(output: Path, tables: Path) -> list[str]:
    return [str(IPCLI), "build", "--tables", str(tables), "-o", str(output)]


def two_releases(folder: Path) -> list[Path]:
    """Tables of two releases of the example city: another name of the release, another subject of each target."""
    tables = [Path(shutil.copytree(EXAMPLE, folder / f"tables-{number}")) for number in range(2)]
    release, facts = tables[1] / "release.csv", tables[1] / "observation.csv"
    text = release.read_text(encoding="utf-8")
    header, row, *_ = text.splitlines()
    name = row.split(",")[header.split(",").index("release")]
    release.write_text(text.replace(name, "9999.9"), encoding="utf-8")
    facts.write_text(facts.read_text(encoding="utf-8").replace("风电装备", "风电设备"), encoding="utf-8")
    return tables


@cache
def answers(database: Path) -> dict[tuple[str, ...], bytes]:
    """What a database answers when nobody disturbs it."""
    found = {}
    for args in ASKED:
        run = ipcli(*args, "--db", database)
        assert run.returncode == 0, run.stderr
        found[args] = run.stdout
    return found


def built(folder: Path) -> tuple[list[Path], list[Path]]:
    """The tables of two releases and a database of each."""
    tables = two_releases(folder)
    databases = [folder / f"release-{number}.duckdb" for number in range(2)]
    for source, database in zip(tables, databases, strict=True):
        subprocess.run(building(database, source), check=True, capture_output=True)
    assert all(answers(databases[0])[args] != answers(databases[1])[args] for args in ASKED)
    return tables, databases


@pytest.mark.parametrize("part", range(2))
def test_a_build_that_is_killed_leaves_the_old_or_the_new_one(part: int, tmp_path: Path) -> None:
    tables, databases = built(tmp_path)
    folder = tmp_path / "out"
    folder.mkdir()
    output, chance = folder / "x.duckdb", random.Random(f"{SEED} {part}")
    began = time.monotonic()
    subprocess.run(building(output, tables[0]), check=True, capture_output=True)
    took, there = time.monotonic() - began, 0
    for number in range(KILLED // 2):
        process = subprocess.Popen(building(output, tables[number % 2]), stdout=-3, stderr=-3)
        time.sleep(chance.uniform(0, took * 1.1))
        process.send_signal(signal.SIGKILL)
        process.wait()
        args = ASKED[number % len(ASKED)]
        run = ipcli(*args, "--db", output)
        possible = {answers(databases[place])[args]: place for place in {there, number % 2}}
        assert run.returncode == 0 and run.stdout in possible, (run.returncode, run.stderr)
        there = possible[run.stdout]
    # Whatever killed builds left behind does not stand in the way of the next one.
    for source, database in zip(tables, databases, strict=True):
        subprocess.run(building(output, source), check=True, capture_output=True)
        assert {args: ipcli(*args, "--db", output).stdout for args in ASKED} == answers(database)
    left = {path.name for path in folder.iterdir()} - {"x.duckdb"}
    assert all(name.startswith(".x.duckdb.") for name in left)


def test_readers_see_one_release_while_others_build(tmp_path: Path) -> None:
    tables, databases = built(tmp_path)
    output = tmp_path / "x.duckdb"
    subprocess.run(building(output, tables[1]), check=True, capture_output=True)
    wrong: list[object] = []
    done = threading.Event()
    read = [0] * READERS
    seen: list[set[int]] = [set() for _ in range(READERS)]

    def reader(number: int) -> None:
        chance = random.Random(f"{SEED} {number}")
        while not done.is_set():
            args = chance.choice(ASKED)
            run = subprocess.run(
                [IPCLI, *args, "--db", output], env=environment(), capture_output=True, timeout=300
            )
            found = [
                place for place, database in enumerate(databases) if answers(database)[args] == run.stdout
            ]
            if run.returncode or not found:
                wrong.append((args, run.returncode, run.stdout[-300:], run.stderr[-300:]))
            read[number] += 1
            seen[number].update(found)
            # Or so many would leave the builds no time.
            done.wait(chance.uniform(0, READERS))

    threads = [threading.Thread(target=reader, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        for number in range(REPLACED):
            place = number % 2
            if not number % 9:
                subprocess.run(building(output, tables[place]), check=True, capture_output=True)
            else:
                fresh = tmp_path / "fresh.duckdb"
                shutil.copy(databases[place], fresh)
                os.replace(fresh, output)
                done.wait(0.3)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    print(f"{sum(read)} answers while replaced {REPLACED} times")
    assert wrong == [] and min(read) >= 1 and set().union(*seen) == {0, 1}
