"""Command lines made at random: only documented exit codes, a line that says why, and output that can be read.

The slow tier tries IPCLI_FUZZ of them within a process (5,000 unless told) and IPCLI_FUZZ_PROCESSES (300) as processes;
IPCLI_SEED begins another series.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from cli.test_shipped import IPCLI
from faults.command_lines import Line, lines
from faults.judge import Outcome, clear, fault, lay_out
from ipcli import paths
from ipcli.cli.app import main

INSIDE, PROCESSES = (
    int(os.environ.get("IPCLI_FUZZ", "5000")),
    int(os.environ.get("IPCLI_FUZZ_PROCESSES", "300")),
)
SEED = int(os.environ.get("IPCLI_SEED", "2"))
# Each part is a test, so that they run side by side.
PARTS = 4

Take = Callable[[Line], Outcome]


def _variables(line: Line, folder: Path) -> dict[str, str]:
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("IPCLI_", "LC_", "LANG", "PAGER", "XDG_"))
    }
    kept |= {"HOME": str(folder), "IPCLI_LANG": "en", "LC_ALL": "C.UTF-8", "COLUMNS": line.columns}
    return kept


def as_process(line: Line, folder: Path) -> Outcome:
    """Run a line as people do."""
    run = subprocess.run(
        [IPCLI, *line.words],
        env=_variables(line, folder),
        cwd=folder,
        input=line.stdin,
        capture_output=True,
        timeout=120,
    )
    return Outcome(run.returncode, run.stdout, run.stderr)


def within(line: Line, folder: Path) -> Outcome:
    """Run a line in this process, and leave the process as it was."""
    import resource

    before = dict(os.environ), sys.argv, sys.stdin, sys.stdout, sys.stderr, os.getcwd()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    limits = {kind: resource.getrlimit(kind) for kind in (resource.RLIMIT_AS, resource.RLIMIT_CORE)}
    out, err = io.BytesIO(), io.BytesIO()
    try:
        os.environ.clear()
        os.environ.update(_variables(line, folder))
        os.chdir(folder)
        sys.argv = ["ipcli", *line.words]
        sys.stdin = io.TextIOWrapper(io.BytesIO(line.stdin), "utf-8")
        sys.stdout, sys.stderr = io.TextIOWrapper(out, "utf-8"), io.TextIOWrapper(err, "utf-8")
        code = main(list(line.words))
        sys.stdout.flush()
        sys.stderr.flush()
        return Outcome(code, out.getvalue(), err.getvalue())
    finally:
        os.environ.clear()
        os.environ.update(before[0])
        sys.argv, sys.stdin, sys.stdout, sys.stderr = before[1:5]
        os.chdir(before[5])
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for kind, limit in limits.items():
            resource.setrlimit(kind, limit)


def tries(count: int, part: int, take: Callable[[Line, Path], Outcome], folder: Path) -> None:
    """Try so many lines of a series; AssertionError has the simplest line that is taken wrongly, and why."""
    work = folder / "work"
    work.mkdir()

    @seed(SEED * 1000 + part)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
        print_blob=False,
    )
    @given(lines())
    def each(line: Line) -> None:
        lay_out(line, work)
        try:
            assert fault(line, take(line, work), work) is None
        finally:
            clear(work)
            # What a command leaves open the end of its process closes; here the next one needs it closed.
            gc.collect()
            # What is left is not looked at again, or each line would take longer than the one before.
            gc.freeze()

    try:
        each()
    finally:
        gc.unfreeze()


@pytest.fixture(autouse=True)
def unchanged() -> Iterator[None]:
    """Whatever is tried, what the program came with stays as it is."""
    file = paths.data() / "industry.duckdb"
    before = file.read_bytes()
    yield
    assert file.read_bytes() == before


def test_a_few_odd_command_lines(tmp_path: Path) -> None:
    tries(15, 0, within, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_many_odd_command_lines(part: int, tmp_path: Path) -> None:
    tries(INSIDE // PARTS, part, within, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_many_odd_command_lines_as_processes(part: int, tmp_path: Path) -> None:
    tries(PROCESSES // PARTS, PARTS + part, as_process, tmp_path)
