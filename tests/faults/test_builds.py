"""Builds that are killed, and readers while others build: the old database or the new one, never neither."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from cli.test_shipped import IPCLI, SQL

TABLES = SQL.parent / "data" / "tables"
KILLED, REBUILT, READERS = 25, 12, 6


def building(output: Path, tables: Path = TABLES) -> list[str]:
    return [str(IPCLI), "build", "--tables", str(tables), "-o", str(output)]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_build_that_is_killed_leaves_the_old_or_the_new_one(tmp_path: Path) -> None:
    output, chance = tmp_path / "x.duckdb", random.Random(9)
    began = time.monotonic()
    subprocess.run(building(output), check=True, capture_output=True)
    whole = time.monotonic() - began
    right = subprocess.run([IPCLI, "targets", "--db", output], capture_output=True).stdout
    for _ in range(KILLED):
        process = subprocess.Popen(building(output), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, whole * 1.1))
        process.send_signal(signal.SIGKILL)
        process.wait()
        run = subprocess.run([IPCLI, "targets", "--db", output], capture_output=True, timeout=60)
        assert (run.returncode, run.stdout) == (0, right)
    # Whatever a killed build left behind does not stand in the way of the next one.
    subprocess.run(building(output), check=True, capture_output=True)
    run = subprocess.run([IPCLI, "targets", "--db", output], capture_output=True)
    assert (run.returncode, run.stdout) == (0, right)


@pytest.mark.slow
def test_readers_see_one_release_while_others_build(tmp_path: Path) -> None:
    output, other = tmp_path / "x.duckdb", tmp_path / "tables"
    shutil.copytree(TABLES, other)
    targets = other / "observation.csv"
    text = targets.read_text(encoding="utf-8")
    targets.write_text(text.replace("人工智能产业,", "人工智能行业,"), encoding="utf-8")
    answers = []
    for tables in (other, TABLES):
        subprocess.run(building(output, tables), check=True, capture_output=True)
        answers.append(subprocess.run([IPCLI, "targets", "--db", output], capture_output=True).stdout)
    assert answers[0] != answers[1]
    wrong: list[object] = []
    done = threading.Event()
    read = [0]

    def reader() -> None:
        while not done.is_set():
            run = subprocess.run([IPCLI, "targets", "--db", output], capture_output=True, timeout=60)
            read[0] += 1
            if run.returncode or run.stdout not in answers:
                wrong.append((run.returncode, run.stderr[-300:]))

    threads = [threading.Thread(target=reader) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        for number in range(REBUILT):
            subprocess.run(building(output, (other, TABLES)[number % 2]), check=True, capture_output=True)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert wrong == [] and read[0] >= REBUILT
