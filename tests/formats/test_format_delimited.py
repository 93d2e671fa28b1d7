"""csv and tsv: what is written is what is read back."""

from __future__ import annotations

import csv
import datetime
import decimal
import io
from typing import Any

import pytest
from invented import COLUMNS, ROWS, look_up, result, summed

from ipcli.errors import UsageError
from ipcli.model import Column, Label, Result, Row, Text
from ipcli.output import formats
from ipcli.output.formats import Options

DELIMITERS = {"csv": ",", "tsv": "\t"}


def written(name: str, what: Result, **options: Any) -> str:
    out = io.StringIO(newline="")
    formats.load(name).write(what, out, Options(**options))
    return out.getvalue()


def read_back(name: str, text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS[name], strict=True))


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
    back = read_back(name, written(name, result()))
    assert back[0] == [column.name for column in COLUMNS]
    assert back[1:] == [[as_field(value) for value in row] for row in ROWS]


@pytest.mark.parametrize("name", DELIMITERS)
@pytest.mark.parametrize(
    "value",
    [
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
    ],
)
def test_awkward_text_survives(name: str, value: str) -> None:
    column = Column("x", "text", Label(Text("某", "x")))
    text = written(name, Result((column, column), iter([(value, value)]), look_up))
    assert read_back(name, text)[1:] == [[value, value]]


@pytest.mark.parametrize("name", DELIMITERS)
def test_lines_end_in_line_feeds_and_quotes_are_few(name: str) -> None:
    text = written(name, result())
    assert text.endswith("\n") and "\r\n" not in text
    assert text.split("\n")[1].count('"') == 0


def test_numbers_have_no_needless_point() -> None:
    values = [130.0, 11.1, -0.0, 1e300, 2.0**53, decimal.Decimal("12.50"), decimal.Decimal(100), 10**20]
    kinds = ["number"] * 7 + ["integer"]
    columns = tuple(Column(f"c{i}", kind, Label(Text("", ""))) for i, kind in enumerate(kinds))
    text = written("csv", Result(columns, iter([tuple(values)]), look_up), header=False)
    assert text == "130,11.1,0,1e+300,9007199254740992,12.5,100,100000000000000000000\n"


def test_dates_and_lists() -> None:
    row: Row = (datetime.date(2025, 1, 2), datetime.datetime(2025, 1, 2, 3, 4), ["a", None, 1.0])
    columns = tuple(
        Column(f"c{i}", kind, Label(Text("", ""))) for i, kind in enumerate(("date", "text", "list"))
    )
    text = written("tsv", Result(columns, iter([row]), look_up), header=False)
    assert read_back("tsv", text) == [["2025-01-02", "2025-01-02 03:04:00", "a; ; 1"]]


def test_null_text_and_header_off() -> None:
    lines = read_back("csv", written("csv", result(), null="NULL", header=False))
    assert len(lines) == len(ROWS)
    assert lines[2][3] == "NULL" and lines[2][8] == ""


def test_no_rows_is_the_header() -> None:
    assert written("csv", result([])).count("\n") == 1


def test_with_source_adds_the_document_after_the_citation() -> None:
    lines = read_back("csv", written("csv", result(), with_source=True))
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
    lines = read_back("csv", written("csv", summed(), with_source=True))
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
