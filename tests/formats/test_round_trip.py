"""What is written is read back: the same rows, typed as far as the format knows types."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest
from invented import COLUMNS, ROWS, result, written

from ipcli.errors import LimitReached
from ipcli.model import Column, Label, Result, Text
from ipcli.output.formats import xlsx

NAMES = [column.name for column in COLUMNS]


def test_parquet_has_types_and_tells_the_release(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(written("parquet"))
    found = duckdb.sql(f"FROM '{path}'")
    types = dict(zip(found.columns, map(str, found.types), strict=True))
    assert found.columns == NAMES
    assert (types["amount_yi"], types["jobs"], types["is_umbrella"]) == ("DOUBLE", "BIGINT", "BOOLEAN")
    assert (types["opened"], types["tracks"], types["fact_id"]) == ("DATE", "VARCHAR[]", "VARCHAR")
    assert found.fetchall() == ROWS
    told = duckdb.sql(f"SELECT key, value FROM parquet_kv_metadata('{path}')").fetchall()
    assert (b"data_release", result().release.encode()) in told


def test_parquet_of_no_rows_keeps_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(written("parquet", Result(COLUMNS, iter(()), lambda ids: {})))
    assert duckdb.sql(f"FROM '{path}'").columns == NAMES


def test_xlsx_has_typed_cells_and_what_people_read_around_them() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx")))
    assert book.sheetnames == ["数据", "来源", "说明"]
    sheet = book["数据"]
    head = [cell.value for cell in sheet[1]]
    assert "总投资（亿元）" in head and sheet.freeze_panes == "A2" and sheet.auto_filter.ref
    cells = {
        name: [row[place].value for row in sheet.iter_rows(min_row=2)] for place, name in enumerate(head)
    }
    assert cells["总投资（亿元）"] == [130, 11.1, None, pytest.approx(0.3), 100000]
    assert cells["岗位（个）"] == [1200, None, 30, -5, 0]
    assert cells["投产日期"][0] == datetime.datetime(2025, 3, 1)
    assert cells["总盘子"] == [False, False, None, True, True]
    assert cells["项目"][3] == "=SUM(A1),危险;值"
    row = next(sheet.iter_rows(min_row=5))
    assert {row[head.index("项目")].data_type, row[head.index("说明")].data_type} == {"s"}
    assert cells["赛道"][0] == "低空经济、航空器材"
    aligned = {cell.value: cell.alignment.horizontal for cell in sheet[1]}
    assert (aligned["总投资（亿元）"], aligned["投产日期"]) == ("right", "right") and aligned[
        "项目"
    ] != "right"
    # Text is indented: it may follow numbers, which touch the edge of their cells.
    assert (
        row[head.index("项目")].alignment.indent == 1
        and row[head.index("项目")].alignment.horizontal == "left"
    )
    ids = [row[0].value for row in book["来源"].iter_rows(min_row=2)]
    assert ids == sorted({row[NAMES.index("source_id")] for row in ROWS})


def test_xlsx_has_no_formula_and_no_link() -> None:
    content = written("xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not [sheet for sheet in sheets if b"<f>" in sheet or b"<hyperlink" in sheet]


def test_xlsx_cuts_what_a_cell_cannot_hold_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    column = Column("n", "text", Label(Text("长", "Long")))
    content = written("xlsx", Result((column,), iter([("长" * 40_000,)]), lambda ids: {}))
    cell = openpyxl.load_workbook(io.BytesIO(content))["数据"]["A2"].value
    assert (len(cell), cell[-1]) == (32_767, "…")
    assert "32767" in capsys.readouterr().err


def test_xlsx_refuses_more_rows_than_a_sheet_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_ROWS", 3)
    with pytest.raises(LimitReached):
        written("xlsx")


def test_markdown_tells_the_same_cells() -> None:
    lines = [line for line in written("md").decode().splitlines() if line.startswith("|")]
    assert len(lines) == len(ROWS) + 2
    cells = [[cell.strip() for cell in line.strip("|").replace("\\|", "¦").split(" | ")] for line in lines]
    assert len({len(row) for row in cells}) == 1
    told = written("md").decode()
    assert "<https://" in told and "另有" not in told
    assert "=SUM(A1),危险;值" in cells[5] and "\\[red\\]不是标记\\[/red\\]" in cells[3]


def test_html_escapes_what_it_shows() -> None:
    column = Column("n", "text", Label(Text('<b>"', '<b>"')))
    row = ("<script>alert(1)</script>&\x1b[31m",)
    page = written("html", Result((column,), iter([row]), lambda ids: {})).decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;&amp;" in page
    assert "<b>" not in page and "\x1b" not in page


def test_csv_for_excel_opens_as_chinese_and_calculates_nothing() -> None:
    content = written("csv", excel=True)
    assert content.startswith(b"\xef\xbb\xbf") and content.count(b"\r\n") >= len(ROWS) + 1
    found = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert found[4][NAMES.index("project")] == "'=SUM(A1),危险;值"
    # Numbers stay numbers.
    assert found[4][NAMES.index("jobs")] == "-5"
    heads = Result((Column("=1+1", "integer", Label(Text("", ""))),), iter([(2,)]), lambda _: {})
    assert written("csv", heads, excel=True).decode() == "\ufeff'=1+1\r\n2\r\n"
