from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ipcli.db import workbooks
from ipcli.errors import UsageError


def make(path: Path, *rows: list[Any], title: str = "S") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.create_sheet("Two").append(["x"])
    book.save(path)
    return path


def converted(path: Path, sheet: str | None = None) -> tuple[list[tuple[str, str]], list[list[str]]]:
    target = path.with_suffix(".csv")
    columns = workbooks.convert(str(path), sheet, str(target))
    with open(target, encoding="utf-8", newline="") as file:
        return [tuple(column) for column in columns], list(csv.reader(file))


def test_a_sheet_becomes_typed_columns(tmp_path: Path) -> None:
    path = make(
        tmp_path / "a.xlsx",
        ["区市", "数", "额", "日", "刻", "真", "空", "杂"],
        [],
        ["东湖区", 1, 1.5, date(2025, 1, 2), datetime(2025, 1, 2, 3, 4), True, None, "007"],
        ["西岭区", 2.0, 2, None, datetime(2025, 1, 3), False, None, 7],
        [None, "#N/A"],
    )
    columns, rows = converted(path)
    assert columns == [
        ("区市", "VARCHAR"), ("数", "BIGINT"), ("额", "DOUBLE"), ("日", "DATE"), ("刻", "TIMESTAMP"),
        ("真", "BOOLEAN"), ("空", "VARCHAR"), ("杂", "VARCHAR"),
    ]  # fmt: skip
    assert rows == [
        ["东湖区", "1", "1.5", "2025-01-02", "2025-01-02 03:04:00", "true", "", "007"],
        ["西岭区", "2", "2", "", "2025-01-03 00:00:00", "false", "", "7"],
    ]


def test_the_sheet_may_be_named(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", ["a"], [1], title="客户 #1")
    assert converted(path, "客户 #1") == ([("a", "BIGINT")], [["1"]])
    assert converted(path, "Two") == ([("x", "VARCHAR")], [])
    with pytest.raises(UsageError, match="客户 #1, Two"):
        converted(path, "Three")


def test_an_empty_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        converted(make(tmp_path / "a.xlsx", [None, ""], []))


def test_rows_wider_than_the_headings_get_columns_of_their_own(tmp_path: Path) -> None:
    assert converted(make(tmp_path / "a.xlsx", ["a"], [1, "x"]))[0] == [
        ("a", "BIGINT"),
        ("column2", "VARCHAR"),
    ]


def test_headings_are_distinct_and_none_is_empty() -> None:
    assert workbooks.headings(["a", "A", "", "b\nc", 2025.0, "a", None]) == [
        "a",
        "A_2",
        "column3",
        "b c",
        "2025",
        "a_3",
        "column7",
    ]


@pytest.mark.parametrize("content", [b"", b"x" * 99, b"PK\x03\x04", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"a\.xlsx"):
        converted(path)
