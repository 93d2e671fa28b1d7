"""Any rows at all, written in a format and read back: the same values, types and NULLs, as far as the format has them.

IPCLI_ROUND_TRIPS tells how many tables are tried a format in the slow tier, 300 unless told; IPCLI_SEED begins another
series.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import math
import os
import re
from collections.abc import Callable
from typing import Any

import duckdb
import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ipcli.model import Column, Label, Result, Text
from ipcli.output import formats
from ipcli.output.formats import Options
from ipcli.output.stream import clean

TRIES, SEED = int(os.environ.get("IPCLI_ROUND_TRIPS", "300")), int(os.environ.get("IPCLI_SEED", "3"))
KINDS = ("text", "number", "integer", "boolean", "date", "list", "text")
NAMES = ("adcode", "amount_yi", "jobs", "is_umbrella", "opened", "tracks", "remark")
NULL = "\\N"

_characters = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from("0123,;\"'\n\r\t\\|=+-@ _<>&*`#[]{}x\x00\x1b\u2028\ufeff\u202e崂亿🚢"),
)
# Leading zeros, formulas, escapes of the formats themselves, what reads as something else.
_texts = st.one_of(
    st.sampled_from(
        [
            "",
            "037021",
            "00",
            "1e5",
            "true",
            "NULL",
            "null",
            "\\N",
            "2025-02-30",
            "=SUM(A1)",
            "+1",
            "-1",
            "@x",
            "\t=1",
            "_x0041_",
            "_x005F_",
            "a,b",
            'a"b',
            '"',
            '""',
            "a\nb",
            "a\r\nb",
            "\r",
            "\n",
            " x ",
            "'",
            "\\",
            "\\n",
            "|",
            "<br>",
            "&amp;",
            "#REF!",
            "http://x.y",
            "x" * 40_000,
        ]
    ),
    st.text(_characters, max_size=12),
)
_values = {
    "text": _texts,
    # Amounts in 亿元 as they are printed, and every other double.
    "number": st.one_of(
        st.sampled_from([0.1, 11.1, 1793.0, 766.3, 302.39, 0.1 + 0.2]),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    "integer": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "date": st.dates(datetime.date(1000, 1, 1)),
    "list": st.lists(st.one_of(_texts.filter(lambda text: len(text) < 100)), max_size=3),
}
_rows = st.lists(st.tuples(*(st.one_of(st.none(), *[_values[kind]] * 3) for kind in KINDS)), max_size=4)


def written(name: str, rows: list[tuple[Any, ...]], **options: Any) -> bytes:
    columns = tuple(
        Column(name, kind, Label(Text(name, name))) for name, kind in zip(NAMES, KINDS, strict=True)
    )
    out: Any = io.BytesIO() if formats.load(name).BINARY else io.StringIO(newline="")
    result = Result(columns, iter(rows), lambda ids: {}, chosen=True)
    assert formats.load(name).write(result, out, Options(**options)) == len(rows)
    value = out.getvalue()
    return value if isinstance(value, bytes) else value.encode()


def delimited(delimiter: str) -> Callable[[bytes], list[tuple[Any, ...]]]:
    """A reader of CSV or TSV whose NULLs are marked; lists stay the text they are joined to."""

    def read(content: bytes) -> list[tuple[Any, ...]]:
        text = io.StringIO(content.decode(), newline="")
        header, *body = csv.reader(text, delimiter=delimiter, strict=True)
        assert header == list(NAMES)
        return [tuple(map(typed, KINDS, row)) for row in body]

    def typed(kind: str, field: str) -> Any:
        if field == NULL:
            return None
        if kind == "boolean":
            return {"true": True, "false": False}[field]
        readers: dict[str, Callable[[str], Any]] = {
            "number": float,
            "integer": int,
            "date": datetime.date.fromisoformat,
        }
        return readers.get(kind, str)(field)

    return read


def objects(content: str, rows: list[Any]) -> list[tuple[Any, ...]]:
    assert all(list(row) == list(NAMES) for row in rows), content
    return [
        tuple(
            datetime.date.fromisoformat(value) if kind == "date" and value is not None else value
            for kind, value in zip(KINDS, row.values(), strict=True)
        )
        for row in rows
    ]


def of_json(content: bytes) -> list[tuple[Any, ...]]:
    return objects(content.decode(), json.loads(content))


def of_jsonl(content: bytes) -> list[tuple[Any, ...]]:
    return objects(content.decode(), [json.loads(line) for line in content.decode().split("\n")[:-1]])


def of_parquet(content: bytes) -> list[tuple[Any, ...]]:
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        file.write(content)
        file.flush()
        found = duckdb.sql(f"FROM '{file.name}'")
        assert list(map(str, found.types)) == [
            "VARCHAR",
            "DOUBLE",
            "BIGINT",
            "BOOLEAN",
            "DATE",
            "VARCHAR[]",
            "VARCHAR",
        ]
        assert found.columns == list(NAMES)
        return found.fetchall()


def of_xlsx(content: bytes) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert not any(cell.data_type == "f" or cell.hyperlink for row in sheet.iter_rows() for cell in row)
    header, *body = sheet.iter_rows(values_only=True)
    assert header == NAMES
    return [tuple(map(_of_cell, row)) for row in body]


def _of_cell(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, str):
        # What XML has no place for, as spreadsheets read it (ST_Xstring); openpyxl leaves it as it is.
        return re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), value)
    return value


def of_md(content: bytes) -> list[tuple[Any, ...]]:
    rows = [line for line in content.decode().split("\n") if line.startswith("| ")][2:]
    cells = [re.split(r" \| ", row[2:-2]) for row in rows]
    return [
        tuple(re.sub(r"\\([!-/:-@[-`{-~])", r"\1", cell.replace("<br>", "\n")).strip() for cell in row)
        for row in cells
    ]


READERS = {
    "csv": delimited(","),
    "tsv": delimited("\t"),
    "json": of_json,
    "jsonl": of_jsonl,
    "parquet": of_parquet,
    "xlsx": of_xlsx,
    "md": of_md,
}


def expected(name: str, kind: str, value: Any) -> Any:
    """What a format makes of a value; itself, but for what the format has no place for."""
    if name in ("csv", "tsv") and kind == "list" and value is not None:
        return "; ".join(value)
    if name == "xlsx":
        # A spreadsheet calculates with doubles, and its days begin in 1900.
        if value in (None, []):
            return None
        if kind == "integer" and abs(value) > 2**53:
            return str(value)
        if kind == "date" and value.year < 1900:
            return str(value)
        if kind == "number" and abs(value) > 9.99999999999999e307:
            return str(value)
        if kind == "list":
            value = ", ".join(value)
        if isinstance(value, str) and len(value) > 32_767:
            return value[:32_766] + "…"
    if name == "md":
        # For people: fifteen digits, and the marks that show what no line of text can hold.
        if value in (None, []):
            return NULL
        if kind == "number":
            return float(f"{value:.15g}")
        if kind == "integer":
            return value
        text = (
            {True: "yes", False: "no"}[value]
            if kind == "boolean"
            else ", ".join(value)
            if kind == "list"
            else str(value)
        )
        return "\n".join(clean(line) for line in text.splitlines()).strip()
    return value


def same(name: str, kind: str, found: Any, value: Any) -> bool:
    wanted = expected(name, kind, value)
    if name == "md" and kind in ("number", "integer") and value is not None:
        return bool(float(found) == wanted) if kind == "number" else int(found) == wanted
    if isinstance(wanted, float) and isinstance(found, (int, float)):
        return math.isclose(found, wanted, rel_tol=1e-15) if name == "xlsx" else found == wanted
    return type(found) is type(wanted) and bool(found == wanted)


def round_trips(name: str, count: int) -> None:
    @seed(SEED)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
        print_blob=False,
    )
    @given(_rows)
    def each(rows: list[tuple[Any, ...]]) -> None:
        found = READERS[name](written(name, rows, null=NULL, lang="en"))
        if name in ("csv", "tsv"):
            # A text that is the mark itself cannot be told from it.
            rows = [
                tuple(None if value == NULL or value == [NULL] else value for value in row) for row in rows
            ]
        if name == "xlsx":
            # A sheet ends with the last row that has anything in it.
            found += [(None,) * len(KINDS)] * (len(rows) - len(found))
        assert len(found) == len(rows)
        for row, values in zip(found, rows, strict=True):
            for kind, back, value in zip(KINDS, row, values, strict=True):
                assert same(name, kind, back, value), (kind, back, value)

    each()


@pytest.mark.parametrize("name", ["csv", "json", "parquet"])
def test_any_rows_are_read_back_a_few(name: str) -> None:
    round_trips(name, 10)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(READERS))
def test_any_rows_are_read_back(name: str) -> None:
    # Of each, Parquet takes the longest by far.
    round_trips(name, TRIES // 3 if name == "parquet" else TRIES)
