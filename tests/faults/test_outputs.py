"""Where output goes and cannot: exit code 5 and one line, no half file, and a signal ends it at once.

IPCLI_MOMENTS tells at how many random moments each kind of work is interrupted in the slow tier, 25 unless told.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cli.test_shipped import IPCLI
from conftest import some
from dataset.tables_at_hand import EXAMPLE
from faults.processes import (
    ENDED_BY,
    bound_by_modes,
    environment,
    ipcli,
    posix,
    signalled,
    small_disk,
)
from faults.test_databases import SHIPPED
from ipcli.output import formats

pytestmark = posix
MOMENTS = int(os.environ.get("IPCLI_MOMENTS", "25"))
# Formats that hold everything before they write are tried with fewer rows than those that stream.
ROWS = {"table": 3000, "md": 3000, "html": 3000, "xlsx": 20_000}
EXTENSIONS = {"table": "txt"}


def file_of(name: str) -> str:
    """A file name whose extension tells the format."""
    return f"x.{EXTENSIONS.get(name, name)}"


def much(name: str) -> tuple[str, ...]:
    """A command with more output than a pipe or the small disk holds, in a format."""
    rows = ROWS.get(name, 200_000)
    return ("sql", f"SELECT range AS n, repeat('崂山', 20) || range AS x FROM range({rows})", "-f", name)


def shell(command: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["bash", "-c", command],
        cwd=cwd,
        env=environment(**env) | {"ipcli": str(IPCLI)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
    )


def shorten_message(run: subprocess.CompletedProcess[bytes]) -> bool:
    return run.stderr.count(b"\n") == 1 and run.stderr.startswith(b"ipcli: ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize(
    "command",
    some(
        [
            "targets",
            "targets -f table --columns fact_id,indicator",
            "--help",
            "targets --help",
            "targets -f parquet",
            "targets -f html",
            "targets -f xlsx",
        ],
        3,
    ),
)
def test_a_full_device_is_exit_5(command: str, tmp_path: Path) -> None:
    run = shell(f'"$ipcli" {command} > /dev/full', tmp_path)
    assert run.returncode == 5 and shorten_message(run), run.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(formats.names()))
@pytest.mark.parametrize("before", [None, b"the old one"], ids=["new", "there before"])
def test_a_full_disk_is_exit_5_and_the_old_file_stays(
    name: str, before: bytes | None, tmp_path: Path
) -> None:
    with small_disk(tmp_path, 64) as disk:
        target = disk / file_of(name)
        if before is not None:
            target.write_bytes(before)
        for extra in ((), ("--sources", disk / "s.csv")):
            run = ipcli(*much(name), "-o", target, *extra)
            assert run.returncode == 5 and shorten_message(run), run.stderr
        assert [path.name for path in disk.iterdir()] == ([] if before is None else [target.name])
        assert before is None or target.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(formats.names()))
def test_a_full_disk_behind_stdout_or_for_scratch_files_is_exit_5(name: str, tmp_path: Path) -> None:
    with small_disk(tmp_path, 64) as disk:
        with open(disk / "x", "wb") as out:
            run = subprocess.run([IPCLI, *much(name)], env=environment(), stdout=out, stderr=-1, timeout=120)
        assert run.returncode == 5 and shorten_message(run), run.stderr
        (disk / "x").unlink()
        run = ipcli(*much(name), "-o", tmp_path / file_of(name), TMPDIR=str(disk))
        # Only some formats need scratch files.
        made = [path.name for path in tmp_path.iterdir() if path != disk]
        if run.returncode:
            assert (run.returncode, shorten_message(run), made) == (5, True, []), run.stderr
        assert list(disk.iterdir()) == []


@pytest.mark.slow
def test_a_full_disk_stops_a_build_and_the_old_database_stays(tmp_path: Path) -> None:
    with small_disk(tmp_path, 256) as disk:
        target = disk / "x.duckdb"
        target.write_bytes(b"the old one")
        run = ipcli("build", "--tables", EXAMPLE, "-o", target)
        assert run.returncode == 5 and shorten_message(run), run.stderr
        assert [path.name for path in disk.iterdir()] == [target.name]
        assert target.read_bytes() == b"the old one"


@pytest.mark.parametrize("name", some(["x.csv", "x.parquet", "x.xlsx", "x.md"], 1))
def test_a_folder_that_is_not_there_is_exit_5_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    run = ipcli("targets", "-o", tmp_path / "no" / name)
    assert run.returncode == 5 and shorten_message(run) and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", some(["csv", "xlsx", "parquet", "html", "json", "md", "table", "tsv", "jsonl"], 1)
)
def test_a_folder_one_may_not_write_to_is_exit_5(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir()
    (folder / "there.csv").write_bytes(b"the old one")
    folder.chmod(0o555)
    for target in (folder / file_of(name), folder / "there.csv"):
        if target.name == "there.csv" and name != "csv":
            continue
        run = bound_by_modes("targets", "-f", name, "-o", target)
        assert run.returncode == 5 and shorten_message(run) and b"Permission denied" in run.stderr
    assert [path.name for path in folder.iterdir()] == ["there.csv"]
    assert (folder / "there.csv").read_bytes() == b"the old one"


@pytest.mark.slow
def test_a_build_into_a_folder_one_may_not_write_to_is_exit_5(tmp_path: Path) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir()
    folder.chmod(0o555)
    run = bound_by_modes("build", "--tables", EXAMPLE, "-o", folder / "x.duckdb")
    assert run.returncode == 5 and shorten_message(run) and list(folder.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(formats.names()))
def test_a_reader_that_leaves_early_is_no_error(name: str, tmp_path: Path) -> None:
    words = " ".join(f"'{word}'" if "'" not in word else f'"{word}"' for word in much(name))
    for reader in ("head -c 100", "true"):
        run = shell(f'"$ipcli" {words} | {reader} >/dev/null; exit ${{PIPESTATUS[0]}}', tmp_path)
        assert (run.returncode, run.stderr) == (0, b"")


# Command -> the exit codes it may have where stdout is closed: 5 if it writes there, else its own.
CLOSED = {
    "targets": 5,
    "targets -f table": 5,
    "targets -f xlsx": 5,
    "targets -f parquet": 5,
    "find 崂山": 5,
    "show 鹏辉能源": 5,
    "matrix": 5,
    "chart investments": 5,
    "cite OBS-0042": 5,
    "schema": 5,
    "sql 'FROM targets'": 5,
    "sql 'FROM range(100000)' -f json": 5,
    "--help": 5,
    "targets --help": 5,
    "--version": 5,
    "--show-completion bash": 5,
    "query show targets": 5,
    "query list --sql-dir .": 5,
    "query run targets": 5,
    "diff $DB $DB": 5,
    "check": 5,
    "targets -o x.csv": 0,
    "targets --district 东胡": 2,
    "targets --db nowhere": 3,
}


@pytest.mark.parametrize("command", some(CLOSED, 2))
def test_closed_streams(command: str, tmp_path: Path) -> None:
    db = shutil.copy(SHIPPED, tmp_path / "industry.duckdb")
    (tmp_path / "own.sql").write_text("-- title: 自有 | Own\nFROM districts;\n", encoding="utf-8")
    before = SHIPPED.read_bytes()
    code = CLOSED[command]
    usual = 0 if code == 5 else code
    for closed, expected in ((">&-", code), ("2>&-", usual), (">&- 2>&-", code), ("<&- >&- 2>&-", code)):
        run = shell(f'"$ipcli" {command} {closed}', tmp_path, IPCLI_DB=db, DB=db)
        assert run.returncode == expected, (closed, run.stderr)
        assert "2>&-" not in closed or run.stderr == b""
        told = b"ipcli: standard output is closed\n"
        assert run.returncode != 5 or "2>&-" in closed or run.stderr == told
        # Whatever descriptor the file was given, nothing was printed into it.
        assert Path(db).read_bytes() == before


AT_HAND = [
    "targets --limit 1",
    "targets -f table",
    "find 崂山",
    "sql 'SELECT 1'",
    "query list",
    "schema",
    "matrix",
    "cite OBS-0042",
    "shell",
]


@pytest.mark.parametrize("command", some(AT_HAND, 2))
def test_no_home_no_locale_no_folder(command: str, tmp_path: Path) -> None:
    gone = f"cd $(mktemp -d -p '{tmp_path}') && rmdir $PWD &&"
    for variables in (
        "",
        "HOME=/nonexistent",
        "HOME= LC_ALL=xx_YY.ZZ TERM= LANG=",
        "XDG_CONFIG_HOME=relative TMPDIR=",
    ):
        run = subprocess.run(
            ["bash", "-c", f"{gone} exec env -i PATH=\"$PATH\" {variables} '{IPCLI}' {command}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
        )
        told = run.stderr.decode()
        assert run.returncode == 0, told
        assert "Traceback" not in told and (run.stdout or command in ("query list", "shell"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_a_folder_that_is_gone_is_exit_5(tmp_path: Path) -> None:
    run = shell('cd $(mktemp -d -p .) && rmdir $PWD && exec "$ipcli" targets -o x.csv', tmp_path)
    assert run.returncode == 5 and shorten_message(run)
    assert list(tmp_path.iterdir()) == []


WORK: dict[str, tuple[str | Path, ...]] = {
    "csv": (*much("csv"), "-o", "out.csv"),
    "parquet": (*much("parquet"), "-o", "out.parquet"),
    "xlsx": (*much("xlsx"), "-o", "out.xlsx"),
    "html": ("investments", "-o", "out.html", "--sources", "sources.csv"),
    "build": ("build", "--tables", EXAMPLE, "-o", "out.duckdb"),
}


@pytest.mark.slow
@pytest.mark.parametrize("number", list(ENDED_BY)[:4], ids=lambda number: number.name)
@pytest.mark.parametrize("kind", list(WORK))
def test_a_signal_at_any_moment_leaves_no_half_file(
    kind: str, number: signal.Signals, tmp_path: Path
) -> None:
    import time

    chance = random.Random(f"{kind} {number}")
    whole_folder = tmp_path / "whole"
    whole_folder.mkdir()
    began = time.monotonic()
    assert ipcli(*WORK[kind], cwd=whole_folder).returncode == 0
    took = time.monotonic() - began
    whole = {path.name: path.stat().st_size for path in whole_folder.iterdir()}

    def interrupted(place: int) -> object:
        folder, scratch = tmp_path / f"{place}", tmp_path / f"{place}-scratch"
        folder.mkdir()
        scratch.mkdir()
        run = signalled([*WORK[kind]], number, chance.uniform(0, took), folder, TMPDIR=str(scratch))
        code = run.returncode
        # A container of compressed parts may differ by a few bytes: it holds the time.
        found = {path.name: path.stat().st_size for path in folder.iterdir()}
        right = code in (0, *ENDED_BY[number]) and all(
            name in whole and abs(size - whole[name]) < max(64, whole[name] // 10)
            for name, size in found.items()
        )
        quiet = run.stdout == b"" and b"Traceback" not in run.stderr and (code == 0 or run.stderr == b"")
        left = [path.name for path in scratch.rglob("*")]
        if right and quiet and (code or found.keys() == whole.keys()) and not left:
            return None
        return code, run.stdout[:300], run.stderr[-300:], found, whole, left

    with ThreadPoolExecutor(2) as pool:
        assert [fault for fault in pool.map(interrupted, range(MOMENTS)) if fault] == []


@pytest.mark.parametrize("number", some(list(ENDED_BY), 3), ids=lambda number: number.name)
def test_any_signal_takes_the_scratch_files_along(number: signal.Signals, tmp_path: Path) -> None:
    large, folder, scratch = tmp_path / "large.csv", tmp_path / "folder", tmp_path / "scratch"
    large.write_text("a,b\n" + "1,2\n" * 1_000_000)
    folder.mkdir()
    scratch.mkdir()
    work: list[tuple[float, tuple[str | Path, ...]]] = [
        (
            0.7,
            ("sql", "--with", f"t={large}", "SELECT count(*) FROM t, range(100000000)", "--timeout", "600"),
        ),
        (1.5, ("sql", "SELECT range a, 'text ' || range b FROM range(900000)", "-o", "x.xlsx")),
        (1.0, ("sql", "SELECT a.range FROM range(9000000) a, range(30) b", "-o", "x.csv")),
        (0.4, ("export", "exported")),
        (0.7, ("build", "--tables", EXAMPLE, "-o", "x.duckdb")),
    ]
    for wait, args in work:
        run = signalled(list(args), number, wait, folder, TMPDIR=str(scratch))
        assert (
            run.returncode in (0, *ENDED_BY[number]) and run.stdout == b"" and b"Traceback" not in run.stderr
        )
        made = [path.name for path in folder.rglob("*") if run.returncode or path.name.startswith(".")]
        assert (made, list(scratch.iterdir())) == ([], []), args
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


# What the system refuses, and the code that it leads to.
REFUSALS = {
    "no thread": (
        'import threading\ndef no(*_): raise RuntimeError("can\'t start new thread")\nthreading.Thread.start = no',
        4,
    ),
    "no pipe": (
        "import os, errno\ndef no(): raise OSError(errno.EMFILE, 'Too many open files')\nos.pipe = no",
        4,
    ),
    "no temporary folder": ("import tempfile\ntempfile._candidate_tempdir_list = lambda: []", 5),
}
NEEDS_FOLDER = ["sql --with t=x.csv from/**/t", "targets -o x.xlsx"]
NEEDS_THREAD = [
    "targets",
    "sql FROM/**/targets",
    "cite OBS-0042",
    "--version",
    "check",
    "schema",
    "export x",
]


@pytest.mark.parametrize("kind", REFUSALS)
def test_what_the_system_refuses_is_one_line(kind: str, tmp_path: Path) -> None:
    refuse, code = REFUSALS[kind]
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    for command in NEEDS_FOLDER if code == 5 else NEEDS_THREAD:
        begin = f"{refuse}\nfrom ipcli.__main__ import run\nrun()"
        run = subprocess.run(
            [sys.executable, "-c", begin, *command.split()],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            timeout=60,
        )
        assert run.returncode == code and shorten_message(run), (command, run.stderr)
        assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]


def test_no_room_for_scratch_files_is_exit_5(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n" + "1,2\n" * 10_000)
    with small_disk(tmp_path, 16) as disk:
        for args in (("sql", "--with", "t=x.csv", "FROM t"), ("targets", "-o", "y.xlsx")):
            run = ipcli(*args, cwd=tmp_path, TMPDIR=str(disk))
            assert run.returncode == 5 and shorten_message(run), run.stderr
            assert list(disk.iterdir()) == [] and not (tmp_path / "y.xlsx").exists()


@pytest.mark.slow
def test_a_build_that_cannot_be_made_safe_on_the_disk_is_exit_5(tmp_path: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("no compiler for Linux")
    source, library = tmp_path / "fail.c", tmp_path / "fail.so"
    refuse = "{ errno = EIO; return -1; }"
    source.write_text(f"#include <errno.h>\nint fsync(int d) {refuse}\nint fdatasync(int d) {refuse}\n")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
    run = ipcli("build", "--tables", EXAMPLE, "-o", tmp_path / "x.duckdb", LD_PRELOAD=str(library))
    assert run.returncode == 5 and shorten_message(run), run.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fail.c", "fail.so"]
