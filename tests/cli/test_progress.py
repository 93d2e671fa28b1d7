"""What a long output tells the terminal: how far it is, on standard error alone, and nothing afterwards."""

from __future__ import annotations

import re
import time
from io import BytesIO
from pathlib import Path

import pytest

from ipcli.output.stream import Progress
from terminal import shown


def test_rows_and_bytes_are_counted_as_they_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPCLI_LANG", "en")
    progress = Progress()
    assert sum(progress.count_rows(range(1234567))) == 1234567 * 1234566 // 2
    assert re.fullmatch(r"1,234,567 rows, \d+ s", progress.describe())
    out = BytesIO()
    progress.measure(out).write(b"x" * 3_000_000)
    assert len(out.getvalue()) == 3_000_000
    assert re.fullmatch(r"3 MB, \d+ s", progress.describe())


@pytest.mark.slow
def test_a_terminal_sees_how_far_a_long_output_is(tmp_path: Path) -> None:
    text = shown("ipcli sql 'FROM range(150000)' -o x.xlsx; echo code $?", folder=tmp_path, IPCLI_LANG="en")
    assert " rows, " in text and "code 0" in text
    assert (tmp_path / "x.xlsx").stat().st_size > 100_000


def test_a_quick_output_tells_nothing_on_its_way(tmp_path: Path) -> None:
    began = time.monotonic()
    text = shown("ipcli tracks -o x.csv", folder=tmp_path)
    assert text.startswith("x.csv: ") or time.monotonic() - began > 1
