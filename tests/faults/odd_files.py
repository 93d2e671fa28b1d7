"""What is in the files that commands are given: well-formed, nearly so, or any bytes; NUL and half characters too."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path

import duckdb
import xlsxwriter
from hypothesis import strategies as st

from faults.odd import SQL

# Fields with everything in them that a process cannot be given as an argument.
_fields = st.one_of(
    st.sampled_from(
        [
            "",
            "1",
            "-1",
            "1e400",
            "nan",
            "2025-02-30",
            "true",
            "\0",
            "\ud800",
            '"',
            '""',
            "=1+1",
            "崂山",
            "\u202e",
            "1793",
            "x" * 10_000,
        ]
    ),
    st.text(max_size=12),
    st.integers().map(str),
)
_rows = st.lists(st.lists(_fields, min_size=1, max_size=4), min_size=1, max_size=4)


def encoded(text: str, encoding: str) -> bytes:
    return text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")


_delimited = st.builds(
    lambda rows, comma, end, encoding: encoded(end.join(comma.join(row) for row in rows) + end, encoding),
    _rows,
    st.sampled_from([",", "\t", ";"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "latin-1"]),
)
_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def _workbook(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    for place, row in enumerate(rows):
        for column, field in enumerate(row):
            sheet.write(place, column, field.encode("utf-8", "replace").decode())
    book.close()
    return out.getvalue()


def _parquet() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.parquet")
        duckdb.sql("SELECT '崂山区' AS district, 1 AS n, [1] AS list, NULL AS nothing").write_parquet(
            str(path)
        )
        return path.read_bytes()


_PARQUET = _parquet()
_query = st.builds(
    lambda title, keys, body: "".join(f"-- {key}\n" for key in [title, *keys]) + body,
    st.sampled_from(["title: 一 | one", "title:", "", "about: x"]),
    st.lists(
        st.sampled_from(
            [
                "param: x integer = 1 | 一 | one",
                "param: district text[] values=targets.district | 区 | d",
                "param: x number = y",
                "param: format text",
                "param: b flag | b | b",
                "param: c text = a choices=a,b | c | c",
                "show: a",
                "order: a = b",
                "column: a 一 | one",
                "example: ipcli x",
                "parm: x",
                "notice: x = y",
                "param: 崂 date | d | d",
            ]
        ),
        max_size=3,
    ),
    st.one_of(
        st.sampled_from(SQL),
        st.sampled_from(["SELECT $x AS a", "FROM targets WHERE city = $city"]),
        st.text(max_size=20),
    ),
)
ANY = st.one_of(_delimited, st.binary(max_size=60), _json.map(lambda value: json.dumps(value).encode()))
CONTENTS = {
    ".json": st.one_of(_json.map(lambda value: json.dumps(value).encode()), ANY),
    ".jsonl": st.one_of(
        st.lists(_json, max_size=3).map(lambda rows: b"\n".join(json.dumps(row).encode() for row in rows)),
        ANY,
    ),
    ".parquet": st.one_of(st.just(_PARQUET), st.integers(0, len(_PARQUET)).map(lambda n: _PARQUET[:n]), ANY),
    ".xlsx": st.one_of(
        _rows.map(_workbook), _rows.map(_workbook).map(lambda data: data[: len(data) // 2]), ANY
    ),
    ".sql": st.one_of(_query.map(lambda text: encoded(text, "utf-8")), ANY),
    ".duckdb": st.one_of(st.just(bytes(8) + b"DUCK" + bytes(4096)), ANY),
}
