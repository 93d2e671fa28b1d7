"""json and jsonl: what is written is what is read back, numbers as numbers."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from invented import COLUMNS, ROWS, look_up, result, summed

from ipcli.model import Column, Label, Result, Row, Text
from ipcli.output import formats
from ipcli.output.formats import Options


def written(name: str, what: Result, **options: Any) -> str:
    out = io.StringIO(newline="")
    formats.load(name).write(what, out, Options(**options))
    return out.getvalue()


def read_back(name: str, text: str) -> list[dict[str, Any]]:
    def strict(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    if name == "json":
        whole: list[dict[str, Any]] = json.loads(text, parse_constant=strict)
        return whole
    return [json.loads(line, parse_constant=strict) for line in text.split("\n")[:-1]]


def expected(row: Row) -> dict[str, Any]:
    # 130 == 130.0 in Python; dates are text.
    values = (str(value) if hasattr(value, "isoformat") else value for value in row)
    return dict(zip((column.name for column in COLUMNS), values, strict=True))


@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_round_trip(name: str) -> None:
    text = written(name, result())
    assert read_back(name, text) == [expected(row) for row in ROWS]
    assert '"amount_yi":130.0,' in text and "低空经济" in text


@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_one_line_a_row(name: str) -> None:
    lines = written(name, result()).split("\n")
    assert len([line for line in lines if '"fact_id"' in line]) == len(ROWS)


def test_no_rows() -> None:
    assert written("json", result([])) == "[]\n"
    assert written("jsonl", result([])) == ""


def test_what_json_lacks_is_null() -> None:
    columns = tuple(Column(f"c{i}", "number", Label(Text("", ""))) for i in range(3))
    text = written("json", Result(columns, iter([(float("nan"), float("inf"), None)]), look_up))
    assert read_back("json", text) == [{"c0": None, "c1": None, "c2": None}]


def test_equal_column_names_hide_nothing() -> None:
    column = Column("a", "integer", Label(Text("", "")))
    text = written("json", Result((column, column, column), iter([(1, 2, 3)]), look_up))
    assert read_back("json", text) == [{"a": 1, "a_1": 2, "a_2": 3}]


def test_with_source() -> None:
    first = read_back("json", written("json", result(), with_source=True))[0]
    assert first["publisher"] == "甲岛区人民政府"
    many = read_back("json", written("json", summed(), with_source=True))
    assert many[0]["publisher"] == ["甲岛区人民政府", None]
    assert many[3]["cites"] is None and many[3]["publisher"] == []
