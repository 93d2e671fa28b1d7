"""csv, tsv, json and jsonl: what is written is what is read back; numbers in JSON are numbers."""

from __future__ import annotations

import csv
import datetime
import decimal
import io
import json
from typing import Any

import pytest
from invented import COLUMNS, ROWS, look_up, result, summed, written

from ipcli.errors import UsageError
from ipcli.model import Column, Label, Result, Row, Text

DELIMITERS = {"csv": ",", "tsv": "\t"}


def read_table(name: str, text: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.decode(), newline=""), delimiter=DELIMITERS[name], strict=True))


def as_field(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return "; ".join(value) if isinstance(value, list) else str(value)


@pytest.mark.parametrize("name", DELIMITERS)
def test_round_trip(name: str) -> None:
    back = read_table(name, written(name, result()))
    assert back[0] == [column.name for column in COLUMNS]
    assert back[1:] == [[as_field(value) for value in row] for row in ROWS]


AWKWARD = [
    "",
    " ",
    '"',
    "a\tb",
    "a,b",
    "a\nb",
    "a\r\nb",
    "a\rb",
    "a\\nb",
    "\x00",
    "\x1b[31m",
    "\u2028",
    "'=1+1",
    "\ufeff",
]


@pytest.mark.parametrize("name", DELIMITERS)
def test_awkward_text_survives(name: str) -> None:
    column = Column("x", "text", Label(Text("某", "x")))
    rows = [(value, value) for value in AWKWARD]
    text = written(name, Result((column, column), iter(rows), look_up))
    assert read_table(name, text)[1:] == [list(row) for row in rows]


@pytest.mark.parametrize("name", DELIMITERS)
def test_lines_end_in_line_feeds_and_quotes_are_few(name: str) -> None:
    text = written(name, result()).decode()
    assert text.endswith("\n") and "\r\n" not in text
    assert text.split("\n")[1].count('"') == 0


def test_numbers_have_no_needless_point() -> None:
    values = [130.0, 11.1, -0.0, 1e300, 2.0**53, decimal.Decimal("12.50"), decimal.Decimal(100), 10**20]
    kinds = ["number"] * 7 + ["integer"]
    columns = tuple(Column(f"c{i}", kind, Label(Text("", ""))) for i, kind in enumerate(kinds))
    text = written("csv", Result(columns, iter([tuple(values)]), look_up), header=False)
    assert text == b"130,11.1,0,1e+300,9007199254740992,12.5,100,100000000000000000000\n"


def test_dates_and_lists() -> None:
    row: Row = (datetime.date(2025, 1, 2), datetime.datetime(2025, 1, 2, 3, 4), ["a", None, 1.0])
    columns = tuple(
        Column(f"c{i}", kind, Label(Text("", ""))) for i, kind in enumerate(("date", "text", "list"))
    )
    text = written("tsv", Result(columns, iter([row]), look_up), header=False)
    assert read_table("tsv", text) == [["2025-01-02", "2025-01-02 03:04:00", "a; ; 1"]]


def test_null_text_and_header_off() -> None:
    lines = read_table("csv", written("csv", result(), null="NULL", header=False))
    assert len(lines) == len(ROWS)
    assert lines[2][3] == "NULL" and lines[2][8] == ""


def test_no_rows_is_the_header() -> None:
    assert written("csv", result([])).count(b"\n") == 1


def test_with_source_adds_the_document_after_the_citation() -> None:
    lines = read_table("csv", written("csv", result(), with_source=True))
    added = ["source_title", "publisher", "published_from", "published_to", "url", "data_release"]
    assert lines[0][-6:] == added
    assert lines[1][-6:] == [
        "甲岛区产业规划（2025—2027年）",
        "甲岛区人民政府",
        "2025-01-16",
        "2025-03-31",
        "https://example.org/a",
        result().release,
    ]
    assert lines[3][-5] == ""


def test_with_source_lists_the_documents_of_aggregated_rows() -> None:
    lines = read_table("csv", written("csv", summed(), with_source=True))
    assert lines[0][2:4] == ["cites", "source_title"]
    assert lines[1][3] == "甲岛区产业规划（2025—2027年）; 《虚构早报》转载：火箭园开园"
    assert lines[2][3] == ""


def test_with_source_asks_for_each_document_once() -> None:
    asked: list[str] = []

    def sources(ids: list[str]) -> dict[str, Any]:
        asked.extend(ids)
        return look_up(ids)

    written("csv", result(ROWS * 1000, sources=sources), with_source=True)
    assert sorted(asked) == ["SRC-001", "SRC-002", "SRC-003"]


def test_with_source_needs_a_column_that_tells_it() -> None:
    column = Column("x", "text", Label(Text("某", "x")))
    with pytest.raises(UsageError, match="--with-source"):
        written("csv", Result((column,), iter([]), look_up), with_source=True)


def read_objects(name: str, text: bytes) -> list[dict[str, Any]]:
    def strict(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    if name == "json":
        whole: list[dict[str, Any]] = json.loads(text, parse_constant=strict)
        return whole
    return [json.loads(line, parse_constant=strict) for line in text.split(b"\n")[:-1]]


def expected(row: Row) -> dict[str, Any]:
    # 130 == 130.0 in Python; dates are text.
    values = (str(value) if hasattr(value, "isoformat") else value for value in row)
    return dict(zip((column.name for column in COLUMNS), values, strict=True))


@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_objects_are_read_back_and_stand_in_a_line_each(name: str) -> None:
    text = written(name, result())
    assert read_objects(name, text) == [expected(row) for row in ROWS]
    assert b'"amount_yi":130.0,' in text and "低空经济" in text.decode()
    assert len([line for line in text.split(b"\n") if b'"fact_id"' in line]) == len(ROWS)


def test_no_rows_are_no_objects() -> None:
    assert written("json", result([])) == b"[]\n"
    assert written("jsonl", result([])) == b""


def test_what_json_lacks_is_null() -> None:
    columns = tuple(Column(f"c{i}", "number", Label(Text("", ""))) for i in range(3))
    text = written("json", Result(columns, iter([(float("nan"), float("inf"), None)]), look_up))
    assert read_objects("json", text) == [{"c0": None, "c1": None, "c2": None}]


def test_equal_column_names_hide_nothing() -> None:
    column = Column("a", "integer", Label(Text("", "")))
    text = written("json", Result((column, column, column), iter([(1, 2, 3)]), look_up))
    assert read_objects("json", text) == [{"a": 1, "a_1": 2, "a_2": 3}]


def test_with_source_adds_what_objects_have() -> None:
    first = read_objects("json", written("json", result(), with_source=True))[0]
    assert first["publisher"] == "甲岛区人民政府"
    many = read_objects("json", written("json", summed(), with_source=True))
    assert many[0]["publisher"] == ["甲岛区人民政府", None]
    assert many[3]["cites"] is None and many[3]["publisher"] == []
