"""The time that a statement may take: it covers drawing, and not what waits for a reader."""

from __future__ import annotations

import io
import subprocess
import time
from pathlib import Path

import openpyxl
import pytest

from cli.test_shipped import IPCLI
from faults.processes import environment, ipcli
from ipcli.model import Column, Label, Result, Text
from ipcli.output import formats

LONG = "select repeat('12.5亿元 x ', 200000) as a from range(40)"
MANY = "select range as a, 'abcdefghijklmnopqrst' || range as b from range({})"
PIECES = {
    "one": "x", "han": "崂", "figures": "12.5 亿元，", "blanks": "x y ", "lines": "x\n", "combining": "e\u0301", "digits": "1",
    "dashes": "1-", "brackets": "（", "escapes": "\x1b", "flags": "🇨", "signs": "*_`<&", "bars": "a|",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", ["table", "md", "html"])
def test_the_time_covers_drawing(tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    command = (IPCLI, "sql", LONG, "--timeout", "1", "-f", name, "-o", str(out))
    process = ipcli(*command[1:])
    assert (process.returncode, process.stdout) == (4, b"")
    assert process.stderr == b"ipcli: the query took more than 1 second and was stopped\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "rows"), [("csv", 1_500_000), ("json", 1_500_000), ("parquet", 1_000_000), ("md", 5_000)]
)
def test_time_in_which_nobody_reads_does_not_count(name: str, rows: int) -> None:
    command = (IPCLI, "sql", MANY.format(rows), "--timeout", "6", "-f", name)
    process = subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )
    assert process.stdout is not None
    began = process.stdout.read(1000)
    time.sleep(8)
    out, error = process.communicate()
    assert (process.returncode, error) == (0, b"")
    assert name == "parquet" or (began + out).count(b"\n") >= rows


@pytest.mark.slow
def test_a_workbook_of_many_rows_is_within_the_usual_time(tmp_path: Path) -> None:
    statement = "select range a, range * 1.5 b, 'text ' || range c, date '2020-01-01' + range::int d from range(110000)"
    command = (IPCLI, "sql", statement, "-o", str(tmp_path / "x.xlsx"))
    process = ipcli(*command[1:])
    assert (process.returncode, process.stderr) == (0, b"")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx", read_only=True).worksheets[0]
    assert sum(1 for _row in sheet.iter_rows(values_only=True)) == 110_001


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "width"), [("table", None), ("table", 80), ("html", None), ("md", None), ("xlsx", None)]
)
@pytest.mark.parametrize("piece", PIECES)
def test_drawing_is_linear_in_the_length_of_a_cell(name: str, width: int | None, piece: str) -> None:
    def measure(size: int) -> float:
        text = PIECES[piece] * (size // len(PIECES[piece]))
        result = Result((Column("a", "text", Label(Text("a", "a"))),), iter([(text,)]), lambda _ids: {})
        out = io.BytesIO() if formats.load(name).BINARY else io.StringIO()
        start = time.process_time()
        formats.load(name).write(result, out, formats.Options(lang="en", width=width))  # type: ignore[arg-type]
        return time.process_time() - start

    short, long = measure(10_000), measure(80_000)
    assert long < 0.5 or long < 20 * short
