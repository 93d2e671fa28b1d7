"""Command lines made at random from the program's own options: only documented exit codes, and a line that says why.

IPCLI_FUZZ tells how many are tried in the slow tier, 300 unless told; IPCLI_SEED begins another series.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cli.test_shipped import IPCLI
from ipcli import catalog, completion, paths
from ipcli.render.cells import width_of

# They read standard input, write where they are told, or take long.
LEFT_OUT = {"shell", "build", "verify", "diff", "query new", "check"}
ODD = [
    "", "-", "--", "崂山", "AI", "dkjj", "\u202eabc", "e\u0301", "🚢" * 5, "'; DROP VIEW targets; --", "%s", "{n}", "[red]x",
    "\x1b[31m", "1e400", "-1", "99999999999999999999", "0", "nan", "2025", "2025-02-30", "2025-06-01", "*", "a" * 10_000,
    "，", "即墨,崂山", "\t", "\n", "A", "met", "csv", "all", "fact_id", "-value", "x.unknown", "/nonexistent/x.csv", ".",
    "\udc80",
]  # fmt: skip


def lines(count: int, seed: int) -> Iterator[list[str]]:
    """`count` command lines."""
    chance = random.Random(seed)
    table = json.loads(completion.TABLE.read_text(encoding="utf-8"))
    lookups = catalog.folder(paths.queries())
    names = [*lookups, *(name for name in table["commands"] if name not in LEFT_OUT), "崂山", "鹏辉", "x"]
    for _ in range(count):
        name = chance.choice(names)
        if name in table["commands"]:
            options = table["commands"][name]["options"]
        else:
            own = completion._own(paths.queries() / f"{name}.sql") if name in lookups else {}
            options = {**own, **table["shared"]}
        words = name.split() + [chance.choice(ODD) for _ in range(2) if chance.random() < 0.4]
        for _ in range(chance.randint(0, 4) if options else 0):
            option = chance.choice(sorted(options))
            takes = options[option]["takes"]
            if option in ("-o", "--output", "--sources", "--help"):
                continue
            if takes is None:
                words.append(option)
            else:
                listed = isinstance(takes, list) and chance.random() < 0.7
                value = chance.choice(takes if listed else ODD)
                words += [f"{option}={value}"] if chance.random() < 0.2 else [option, value]
        if chance.random() < 0.1:
            chance.shuffle(words)
        yield words


def parsed(words: list[str], out: str) -> None:
    """Fail if stdout is not in the format that was asked for."""
    asked = words[len(words) - words[::-1].index("-f") :][:1] if "-f" in words else []
    if asked == ["json"] and "cite" not in words:
        json.loads(out)
    elif asked == ["csv"] and "--help" not in words:
        assert len({len(row) for row in csv.reader(io.StringIO(out))}) <= 1
    elif asked == ["table"]:
        assert max(width_of(line) for line in out.splitlines() or [""]) <= 80


def tried(words: list[str], folder: Path) -> str | None:
    """What is wrong with how the program takes a command line; None if nothing is."""
    run = subprocess.run(
        [IPCLI, *words],
        env=os.environ | {"COLUMNS": "80", "IPCLI_LANG": "en", "LC_ALL": "C.UTF-8"},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    told = run.stderr.decode("utf-8", "replace")
    if run.returncode not in (0, 1, 2, 3, 4, 5):
        return f"exit code {run.returncode}: {told[-500:]}"
    if "Traceback" in told or "internal error" in told:
        return told[-500:]
    if run.returncode and not told.strip() and "--exit-status" not in words:
        return f"exit code {run.returncode} and no word"
    if run.returncode == 0:
        try:
            parsed(words, run.stdout.decode("utf-8", "surrogateescape"))
        except (AssertionError, ValueError) as error:
            return f"{type(error).__name__}: {str(error)[:300]}"
    return None


def wrong(count: int, seed: int, folder: Path) -> list[tuple[list[str], str]]:
    tries = list(lines(count, seed))
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda words: tried(words, folder), tries))
    assert list(folder.iterdir()) == []
    return [(words, fault) for words, fault in zip(tries, found, strict=True) if fault]


def test_a_few_odd_command_lines(tmp_path: Path) -> None:
    assert wrong(12, 1, tmp_path) == []


@pytest.mark.slow
def test_many_odd_command_lines(tmp_path: Path) -> None:
    count, seed = int(os.environ.get("IPCLI_FUZZ", "300")), int(os.environ.get("IPCLI_SEED", "2"))
    assert wrong(count, seed, tmp_path) == []
