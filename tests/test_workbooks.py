from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from ipcli.db import files
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


def loaded(path: Path, sheet: str | None = None) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
    """Columns with their types, and rows, of the table that a sheet becomes."""
    spec = f"m={path}" + (f"#{sheet}" if sheet else "")
    with files.open_tables([spec]) as (table,), duckdb.connect() as connection:
        cursor = connection.execute(f"FROM {table.source}", {"path": table.path})
        columns = [(column[0], str(column[1])) for column in cursor.description]
        return columns, cursor.fetchall()


def test_a_sheet_becomes_typed_columns(tmp_path: Path) -> None:
    path = make(
        tmp_path / "a.xlsx",
        ["区市", "数", "额", "日", "刻", "真", "空", "杂", "号"],
        [],
        ["东湖区", 1, 1.5, date(2025, 1, 2), datetime(2025, 1, 2, 3, 4), True, None, 8, "13800000000"],
        ["西岭区", 2.0, 2, None, datetime(2025, 1, 3), False, None, "007", "13900000000"],
        ["南山区", None, 1.25e-07],
        [None, "#N/A"],
    )
    columns, rows = loaded(path)
    assert [(name, type_.replace("STRING", "VARCHAR")) for name, type_ in columns] == [
        ("区市", "VARCHAR"), ("数", "BIGINT"), ("额", "DOUBLE"), ("日", "DATE"), ("刻", "TIMESTAMP"),
        ("真", "BOOLEAN"), ("空", "VARCHAR"), ("杂", "VARCHAR"), ("号", "VARCHAR"),
    ]  # fmt: skip
    assert rows == [
        ("东湖区", 1, 1.5, date(2025, 1, 2), datetime(2025, 1, 2, 3, 4), True, None, "8", "13800000000"),
        ("西岭区", 2, 2.0, None, datetime(2025, 1, 3), False, None, "007", "13900000000"),
        ("南山区", None, 1.25e-07, None, None, None, None, None, None),
    ]


def test_the_sheet_may_be_named(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", ["a"], [1], title="客户 #1")
    assert loaded(path, "客户 #1")[1] == [(1,)]
    assert loaded(path, "Two")[1] == []
    with pytest.raises(UsageError, match="客户 #1, Two"):
        loaded(path, "Three")


def test_an_empty_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        loaded(make(tmp_path / "a.xlsx", [None, ""], []))


def test_headings_are_distinct_and_none_is_empty(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", ["a", "A", "", "b\nc", 2025.0, "a"], [1, 2, 3, 4, 5, 6, "x"])
    columns, rows = loaded(path)
    assert [name for name, _ in columns] == ["a", "A_2", "column3", "b c", "2025", "a_3", "column7"]
    assert rows == [(1, 2, 3, 4, 5, 6, "x")]


@pytest.mark.parametrize("content", [b"", b"x" * 99, b"PK\x03\x04", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"a\.xlsx"):
        loaded(path)
