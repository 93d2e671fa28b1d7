"""Files that people take along: every format through the installed command, with its sources."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from pathlib import Path

import openpyxl
import pytest

from cli.test_shipped import IPCLI, ask
from conftest import some
from terminal import shown


@pytest.mark.parametrize(
    "extension", some(["csv", "html", "xlsx", "parquet", "tsv", "json", "jsonl", "md"], 4)
)
def test_every_format_goes_to_a_file(tmp_path: Path, extension: str) -> None:
    target = tmp_path / f"投资.{extension}"
    run = ask("investments", "--min", "200", "-o", str(target))
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert target.stat().st_size > 200 and [path.name for path in tmp_path.iterdir()] == [target.name]


def test_the_workbook_has_its_sources_and_its_release(tmp_path: Path) -> None:
    target = tmp_path / "投资.xlsx"
    ask("investments", "-o", str(target))
    book = openpyxl.load_workbook(target)
    heads, *cells = book["数据"].iter_rows(values_only=True)
    amounts = [row[heads.index("总投资（亿元）")] for row in cells]
    assert heads[3] == "金额" and any(isinstance(value, float) for value in amounts)
    assert book["来源"]["A2"].value == "SRC-001"
    assert any(row[1].value and "2026.2" in row[1].value for row in book["说明"].iter_rows())


def test_sources_go_beside_a_file_on_request(tmp_path: Path) -> None:
    target, beside = tmp_path / "x.csv", tmp_path / "x.sources.csv"
    run = ask("targets", "--district", "崂山", "-o", str(target), "--sources", str(beside))
    assert (run.returncode, run.stderr) == (0, "")
    cited = {row["source_id"] for row in csv.DictReader(io.StringIO(target.read_text(encoding="utf-8")))}
    found = list(csv.DictReader(io.StringIO(beside.read_text(encoding="utf-8"))))
    assert {row["source_id"] for row in found} == cited and found[0]["paragraphs"]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--excel", "-f", "json"), "--excel is CSV"),
        (("--excel", "-o", "x.xlsx"), "--excel is CSV and contradicts the extension of x.xlsx"),
        (("-o", "x.csv", "--sources", "x.csv"), "are the same file"),
        (("--sources", "x.unknown"), "tells no format"),
        (("-o", "x.xls"), "tells no format"),
    ],
)
def test_contradictions_are_told(tmp_path: Path, args: tuple[str, ...], says: str) -> None:
    run = subprocess.run(
        [IPCLI, "targets", *args, "--lang", "en"], cwd=tmp_path, capture_output=True, encoding="utf-8"
    )
    assert run.returncode == 2 and says in run.stderr and run.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("beside", some(["none/s.csv", "s" * 300 + ".csv", "folder.csv"], 1))
def test_sources_that_cannot_be_written_are_told_before_a_row_goes_out(tmp_path: Path, beside: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    args = (IPCLI, "targets", "--lang", "en", "--sources", beside)
    for more in ((), ("-o", "rows.csv")):
        run = subprocess.run([*args, *more], cwd=tmp_path, capture_output=True, encoding="utf-8")
        assert (run.returncode, run.stdout, run.stderr.count("\n")) == (5, "", 1), run.stderr
        assert f"cannot write to {beside}" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


def test_binary_formats_go_through_pipes() -> None:
    for name, magic in (("xlsx", b"PK"), ("parquet", b"PAR1")):
        run = subprocess.run([IPCLI, "tracks", "-f", name], capture_output=True, timeout=60)
        assert run.returncode == 0 and run.stdout.startswith(magic)


def test_documents_that_are_none_are_listed_nowhere(tmp_path: Path) -> None:
    beside = tmp_path / "sources.csv"
    run = ask("sql", "select 1 as source_id, 2 as para_no", "-f", "table", "--sources", str(beside))
    assert run.returncode == 0 and run.stdout.splitlines()[2].split() == ["1", "2"]
    assert "[1]" not in run.stdout and beside.read_text(encoding="utf-8").strip() == ""


def test_a_terminal_is_told_what_went_into_which_file_and_of_which_data(tmp_path: Path) -> None:
    told = shown("ipcli investments -o 投资.csv --sources 来源.csv", folder=tmp_path)
    rows = len((tmp_path / "投资.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert re.fullmatch(rf"投资\.csv, 来源\.csv: {rows} 行 · 数据 \S+ \(\d{{4}}-\d\d-\d\d\)\n", told)
    # Scripts need no telling.
    run = ask("investments", "-o", str(tmp_path / "x.csv"))
    assert (run.stdout, run.stderr) == ("", "")
