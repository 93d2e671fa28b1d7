from __future__ import annotations

import codecs
import csv
import io
import os
import random
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from ipcli.db import files as userfiles
from ipcli.errors import UsageError

TEXT = "district,客户\n东湖区,甲公司\n"
TRADITIONAL = "district,客戶\n東湖區,聯發科技股份有限公司\n西嶺區,臺灣積體電路製造\n"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPCLI_LANG", "en")


def loaded(
    path: Path, content: str | bytes | None = None, sheet: str = ""
) -> tuple[list[str], list[str], list[tuple[Any, ...]], list[str]]:
    """Names, types and rows of the table that a file becomes, and what is said about it."""
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with userfiles.open_tables([f"m={path}{sheet}"]) as (table,), duckdb.connect() as connection:
        assert path.name not in os.path.basename(table.path)
        cursor = connection.execute(f"FROM {table.source}", {"path": table.path})
        described = cursor.description
        rows = cursor.fetchall()
        assert len(rows) == table.rows
        assert os.path.exists(table.path)
    assert not os.path.exists(table.path)
    return (
        [column[0] for column in described],
        [str(column[1]).replace("STRING", "VARCHAR") for column in described],
        rows,
        list(table.notes),
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (TEXT.encode(), None),
        (codecs.BOM_UTF8 + TEXT.encode(), None),
        (TEXT.encode("gbk"), "GB18030"),
        ((TEXT + "𠮷,\n").encode("gb18030"), "GB18030"),
        (TRADITIONAL.encode("gb18030"), "GB18030"),
        (TRADITIONAL.encode("big5"), "Big5"),
        ((TRADITIONAL + "裏,€\n").encode("cp950"), "Big5"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "UTF-16-LE"),
        (TEXT.encode("utf-16-be"), "UTF-16-BE"),
        (TEXT.replace("\n", "\r\n").encode(), None),
    ],
)
def test_encodings_are_told_apart_and_a_guess_is_told(
    tmp_path: Path, content: bytes, told: str | None
) -> None:
    codec = {"Big5": "cp950", None: "utf-8-sig"}.get(told) or str(told)
    head, *lines = content.decode(codec).splitlines()
    names, _, rows, notes = loaded(tmp_path / "x.csv", content)
    assert (names, rows) == (
        head.split(","),
        [tuple(cell or None for cell in line.split(",")) for line in lines],
    )
    assert notes == ([f"{tmp_path}/x.csv was read as {told}"] if told else [])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *(("x.csv", content) for content in (b"", b"\0\0\0\0", bytes(range(128, 256)), b"\xe9\xe9\xe9\xff")),
        *(("x.xlsx", content) for content in (b"", b"x" * 99, b"PK\x03\x04", b"PK\x05\x06" + bytes(18))),
    ],
)
def test_what_is_no_text_and_no_workbook_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(UsageError, match=name.replace(".", r"\.")):
        loaded(tmp_path / name, content)


def test_a_character_on_the_edge_of_a_chunk_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(userfiles, "_CHUNK", 7)
    assert loaded(tmp_path / "x.csv", ("汉字" * 100).encode("gbk"))[0] == ["汉字" * 100]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("wb") as file:
        file.truncate((1 << 31) + 1)
    with pytest.raises(UsageError, match="too large"), userfiles.open_tables([f"mine={path}"]):
        pass


def test_the_folder_goes_away_when_something_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    (tmp_path / "x.csv").write_text(TEXT)
    with pytest.raises(UsageError), userfiles.open_tables([f"a={tmp_path}/x.csv", f"A={tmp_path}/x.csv"]):
        pass
    assert list((tmp_path / "t").iterdir()) == []


# --- CSV, whose every line comes in or is told

BODY = "".join(f"{number},a,b\n" for number in range(1, 2001))


@pytest.mark.parametrize("line", [2, 1001, 2001])
def test_a_line_with_a_cell_too_many_is_named(tmp_path: Path, line: int) -> None:
    lines = ("id,x,y\n" + BODY).splitlines(keepends=True)
    lines[line - 1] = "7,a,b,c\n"
    with pytest.raises(UsageError, match=rf"x\.csv.*\b{line}\b"):
        loaded(tmp_path / "x.csv", "".join(lines))


@pytest.mark.parametrize("line", [2, 1001, 2002])
def test_a_line_with_cells_too_few_is_kept_and_told(tmp_path: Path, line: int) -> None:
    lines = ("id,x,y\n" + BODY).splitlines(keepends=True)
    lines.insert(line - 1, "合计\n")
    names, _, rows, notes = loaded(tmp_path / "x.csv", "".join(lines))
    assert (names, len(rows), rows[line - 2]) == (["id", "x", "y"], 2001, ("合计", None, None))
    assert len(notes) == 1 and f"line {line}" in notes[0]


@pytest.mark.parametrize("bad", ['2,"open,b\n', '2,"a"b,c\n'])
def test_a_quotation_mark_out_of_place_is_told_with_its_line(tmp_path: Path, bad: str) -> None:
    with pytest.raises(UsageError, match=r"x\.csv.*\b2002\b"):
        loaded(tmp_path / "x.csv", "id,x,y\n" + BODY + bad + BODY)


def test_a_title_above_the_header_is_told(tmp_path: Path) -> None:
    names, _, rows, notes = loaded(tmp_path / "x.csv", "客户名单\n\nid,x,y\n" + BODY)
    assert (names, len(rows)) == (["id", "x", "y"], 2000)
    assert len(notes) == 1 and "line 3 is the header" in notes[0]


@pytest.mark.parametrize(
    ("content", "names", "rows"),
    [
        ("a;b\n1,5;x\n", ["a", "b"], [("1,5", "x")]),
        ("a|b\nx|y\n", ["a", "b"], [("x", "y")]),
        ("a\tb\nx, y\tz", ["a", "b"], [("x, y", "z")]),
        ("a,b\n'x,y','z'\n", ["a", "b"], [("x,y", "z")]),
        ("a,b\nit's,'tis\n", ["a", "b"], [("it's", "'tis")]),
        ('a,b\n"x \\"q\\" y",C:\\temp\n', ["a", "b"], [('x "q" y', "C:\\temp")]),
        ("name\nFoo Co., Ltd.\nBar\n", ["name"], [("Foo Co., Ltd.",), ("Bar",)]),
        ("a,,A\nx,y,z\n", ["a", "column2", "A_2"], [("x", "y", "z")]),
        ('\n\na,b\n\nx,"y\r\nz"\n\n', ["a", "b"], [("x", "y\r\nz")]),
        ("a\n\nx\n\ny", ["a"], [("x",), ("y",)]),
        ("a,b\rx,y\rz,\r", ["a", "b"], [("x", "y"), ("z", None)]),
        ("a,b\r\nx,y\nz,z\r\n", ["a", "b"], [("x", "y"), ("z", "z")]),
        ("\ufeff\"a\",b\nx,y\n", ["a", "b"], [("x", "y")]),
        ("a,b\n", ["a", "b"], []),
    ],
)  # fmt: skip
def test_how_a_file_is_written_is_found(
    tmp_path: Path, content: str, names: list[str], rows: list[tuple[str, ...]]
) -> None:
    assert loaded(tmp_path / "x.csv", content)[::2] == (names, rows)


@pytest.mark.parametrize(
    ("cells", "type_"),
    [
        (["1", "-20", ""], "BIGINT"), (["1", "2.50"], "DOUBLE"), (["0.1", "31.230416666666667"], "DOUBLE"),
        (["2024-02-29", ""], "DATE"), (["2024-01-01 10:00", "2024-01-01T10:00:01"], "TIMESTAMP"),
        (["true", "false"], "BOOLEAN"), (["", ""], "VARCHAR"), (["1", "007"], "VARCHAR"), (["1", "1e5"], "VARCHAR"),
        (["17/12/07", "8/1/98"], "VARCHAR"), (["yes", "no"], "VARCHAR"), (["1", "12345678901234567890"], "VARCHAR"),
        (["2024-01-01", "2024-02-30"], "VARCHAR"), (["1", "+5"], "VARCHAR"), (["1"] * 300 + ["x"], "VARCHAR"),
        (["1"] * 300 + ["1.5"], "DOUBLE"),
        (["-0", "1"], "VARCHAR"), (["-0.0", "1.5"], "VARCHAR"),
        (["1", " 2"], "VARCHAR"), (["0.5", "123456789012345678"], "VARCHAR"),
    ],
)  # fmt: skip
def test_a_column_is_typed_if_it_is_plainly_of_the_type(tmp_path: Path, cells: list[str], type_: str) -> None:
    content = "k,v\n" + "".join(f"x,{cell}\n" for cell in cells)
    _, types, rows, _ = loaded(tmp_path / "x.csv", content)
    assert (types[1], len(rows)) == (type_, len(cells))
    if type_ == "VARCHAR":
        assert [row[1] or "" for row in rows] == cells


def test_no_row_of_an_odd_file_is_lost(tmp_path: Path) -> None:
    chance = random.Random(12)
    pieces = [
        "a",
        "b,",
        ",",
        "\n",
        "\r\n",
        '"',
        '"x\n,"',
        "1",
        "007",
        ";",
        "'",
        "\\",
        "合计",
        "a,b,c\n",
        "\n\n",
    ]
    told = 0
    for _ in range(200):
        text = "id,x,y\n" + "".join(chance.choices(pieces, k=chance.randrange(30)))
        expected: list[list[str]] | None
        try:
            lines = csv.reader(io.StringIO(text, newline=""), strict=True)
            expected = [row for row in lines if row][1:]
        except csv.Error:
            expected = None
        try:
            names, _, rows, notes = loaded(tmp_path / "x.csv", text)
        except UsageError:
            told += 1
            assert expected is None or max(map(len, expected)) > 3 or "\\" in text or "'" in text
            continue
        assert names == ["id", "x", "y"]
        if "\\" in text or "'" in text:
            continue
        assert expected is not None
        assert bool(notes) == any(len(row) < 3 for row in expected)
        cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
        assert cells == [row + [""] * (3 - len(row)) for row in expected], text
    assert 25 < told < 175


@pytest.mark.parametrize("cell", ["1", "1.5", "2024-01-01", "true"])
def test_a_file_of_many_columns_is_read_in_seconds(tmp_path: Path, cell: str) -> None:
    content = ",".join(f"c{number}" for number in range(1000)) + "\n" + ",".join([cell] * 1000) + "\n"
    start = time.monotonic()
    names, types, rows, _ = loaded(tmp_path / "x.csv", content)
    assert (len(names), len(set(types)), len(rows)) == (1000, 1, 1)
    assert types[0] != "VARCHAR" and time.monotonic() - start < 5


def test_a_stray_nul_makes_no_utf16(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no text"):
        loaded(tmp_path / "x.csv", "a,b\n1,x\0y\n" + "2,z\n" * 40)


@pytest.mark.parametrize("codec", ["gb18030", "big5", "utf-16", "utf-8"])
def test_an_encoding_that_is_told_is_not_guessed(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("東,西\n一,二\n".encode(codec))
    assert loaded(path, sheet=f":{codec}")[::2] == (["東", "西"], [("一", "二")])
    assert loaded(path, sheet=f":{codec}")[3] == []
    path.write_bytes(b"a\n\xff\xff\xff\n")
    with pytest.raises(UsageError, match=f"no text in {codec}"):
        loaded(path, sheet=f":{codec}")


@pytest.mark.parametrize(
    ("option", "kind"), [("", "BIGINT"), (":all_text", "VARCHAR"), (":utf-8:all_text", "VARCHAR")]
)
def test_all_cells_may_stay_texts(tmp_path: Path, option: str, kind: str) -> None:
    path = tmp_path / "x.csv"
    assert loaded(path, "a,b\n1,2\n", sheet=option)[1:3] == (
        [kind] * 2,
        [(1, 2) if kind == "BIGINT" else ("1", "2")],
    )
    if ":utf-8" not in option:
        book = make(tmp_path / "x.xlsx", ["a"], [7])
        assert loaded(book, sheet=option)[1] == [kind]
        assert loaded(book, sheet="#S" + option)[1] == [kind]


def test_what_stands_after_a_colon_may_be_the_name(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n1\n")
    with pytest.raises(UsageError, match="reads"):
        loaded(tmp_path / "x.csv", sheet=":all_texts")
    with pytest.raises(UsageError, match="gbk is not for"):
        loaded(make(tmp_path / "x.xlsx", ["a"]), sheet=":gbk")
    assert userfiles.split(f"{tmp_path}/x.csv:GBK:all_text") == (
        f"{tmp_path}/x.csv",
        None,
        ["all_text", "gbk"],
    )


# --- JSON, whose every record comes in or is told

RECORDS = [f'{{"a": {number}}}' for number in range(30_000)]
DEEP = '{"a": ' * 200 + "1" + "}" * 200


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        *(("x.json", "[\n" + ",\n".join(RECORDS[:9]) + ending, "line 10") for ending in ("", ",", ',{"a"', "]]")),
        ("x.json", '[1]\n[{"a": 2}]', r"line 2: no JSON at \["),
        ("x.json", '{"a": 1} {"a": 2}', "line 1"), ("x.json", '[1 2]', "line 1"), ("x.json", "[1,,2]", "line 1"),
        ("x.json", "[NaN]", "NaN"), ("x.json", "[-Infinity]", "-Infinity"), ("x.json", "{'a': 1}", "line 1"),
        ("x.json", "[01]", "line 1"), ("x.json", '["\t"]', "line 1"), ("x.json", " \n", "empty"),
        ("x.json", '["\\ud800"]', "surrogate"), ("x.json", DEEP, "deep"), ("x.json", "[" * 100_000, "deep"),
        ("x.jsonl", "\n".join([*RECORDS[:9], "{bad", *RECORDS]), "line 10"),
        ("x.jsonl", "\n".join(RECORDS[:9])[:-2], "line 9: cut off"), ("x.jsonl", '{"a": 1}{"a": 2}', "line 1"),
        ("x.json", '{"a": 1, "a": 2}', "duplicate key"),
    ],
)  # fmt: skip
def test_no_record_is_left_out_in_silence(tmp_path: Path, name: str, content: str, place: str) -> None:
    path = tmp_path / name
    with pytest.raises((UsageError, duckdb.Error), match=place) as told:
        loaded(path, content)
    if "duplicate" not in place:
        assert (
            told.type is UsageError
            and str(path) in str(told.value)
            and "ignore_errors" not in str(told.value)
        )


@pytest.mark.parametrize(
    ("content", "names", "types", "last"),
    [
        ([*RECORDS, '{"a": 1, "b": 2}'], ["a", "b"], ["BIGINT", "BIGINT"], (1, 2)),
        ([*RECORDS, '{"a": "x"}'], ["a"], ["JSON"], ('"x"',)), ([*RECORDS, '{"a": 1.5}'], ["a"], ["DOUBLE"], (1.5,)),
        (['{"a": "2020-01-01", "b": "12:30", "c": "007", "d": "17/12/07", "e": "550E8400-E29B-41D4-A716-446655440000"}'],
         list("abcde"), ["VARCHAR"] * 5, ("2020-01-01", "12:30", "007", "17/12/07", "550E8400-E29B-41D4-A716-446655440000")),
        (['{"a": [1, null], "b": {"c": [{"d": true}]}, "e": null, "f": [1, "x"]}'], list("abef"),
         ["BIGINT[]", "STRUCT(c STRUCT(d BOOLEAN)[])", "JSON", "JSON[]"],
         ([1, None], {"c": [{"d": True}]}, None, ["1", '"x"'])),
        (['{"a": 18446744073709551615}'], ["a"], ["HUGEINT"], (2**64 - 1,)),
        (['{"a": -9223372036854775808}'], ["a"], ["BIGINT"], (-(2**63),)),
        (['{"a": 123456789012345678901234567890}'], ["a"], ["JSON"], ("123456789012345678901234567890",)),
        (['{"a":1,"A":2}'], ["json"], ["JSON"], ('{"a":1,"A":2}',)),
        (['{"":1}'], ["json"], ["JSON"], ('{"":1}',)),
        (["[1, 2]", "[3]"], ["json"], ["BIGINT[]"], ([3],)), (["1", '"x"'], ["json"], ["JSON"], ('"x"',)),
        (["[]"], ["json"], ["JSON[]"], ([],)),
        (['{"it\'s \\"x\\"": {"a\'b\\"": 1}}'], ['it\'s "x"'], ['STRUCT("a\'b""" BIGINT)'], ({'a\'b"': 1},)),
    ],
)  # fmt: skip
def test_types_are_those_of_all_records(
    tmp_path: Path, content: list[str], names: list[str], types: list[str], last: tuple[Any, ...]
) -> None:
    for path, text in (
        (tmp_path / "x.jsonl", "\n\n".join(content)),
        (tmp_path / "x.json", "[" + ",\r\n".join(content) + "] "),
    ):
        found = loaded(path, text)
        assert (found[0], found[1], len(found[2]), found[2][-1]) == (names, types, len(content), last)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "gb18030"])
def test_json_may_be_encoded_as_texts_are(tmp_path: Path, codec: str) -> None:
    _, _, rows, notes = loaded(tmp_path / "x.json", '[\n{"名": "崂山"}\n]'.encode(codec))
    assert rows == [("崂山",)] and len(notes) == (codec != "utf-8-sig")


def test_json_of_one_object_and_of_nothing(tmp_path: Path) -> None:
    assert loaded(tmp_path / "x.json", '{\n "a": "x\\n",\n "b": 1}\n')[::2] == (["a", "b"], [("x\n", 1)])
    assert loaded(tmp_path / "x.json", "[ ]")[::2] == (["json"], [])


@pytest.mark.slow
def test_a_record_may_be_longer_than_what_is_read_at_once(tmp_path: Path) -> None:
    long = "崂" * 7_000_000
    _, _, rows, _ = loaded(tmp_path / "x.json", f'[{{"a": "{long}"}}, {{"a": "{long}"}}]')
    assert [len(row[0]) for row in rows] == [len(long)] * 2


# --- workbooks


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
    names, types, rows, notes = loaded(path)
    assert "".join(names) == "区市数额日刻真空杂号"
    assert types == ["VARCHAR", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "BOOLEAN", *["VARCHAR"] * 3]
    assert rows == [
        ("东湖区", 1, 1.5, date(2025, 1, 2), datetime(2025, 1, 2, 3, 4), True, None, "8", "13800000000"),
        ("西岭区", 2, 2.0, None, datetime(2025, 1, 3), False, None, "007", "13900000000"),
        ("南山区", None, 1.25e-07, None, None, None, None, None, None),
        (None,) * 9,
    ]
    assert notes == [f"{path}: 1 cell holds an error (#N/A and the like), read as NULL"]


def test_the_sheet_may_be_named(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", ["a"], [1], title="客户 #1")
    assert loaded(path, sheet="#客户 #1")[2] == [(1,)]
    assert loaded(path, sheet="#Two")[2] == []
    with pytest.raises(UsageError, match="客户 #1, Two"):
        loaded(path, sheet="#Three")


def test_cells_of_errors_keep_their_rows_and_texts_are_no_errors(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", ["a", "b"], ["#N/A", "#DIV/0!"], ["x", 1], ["#REF!", None])
    names, types, rows, notes = loaded(path)
    assert (names, types, rows) == (["a", "b"], ["VARCHAR", "BIGINT"], [(None, None), ("x", 1), (None, None)])
    assert len(notes) == 1 and "3 cells hold errors" in notes[0]


def test_texts_of_a_workbook_come_back_as_they_are(tmp_path: Path) -> None:
    texts = [
        "#N/A",
        "_x0041_",
        "a\rb",
        "a\nb",
        "a\r\nb",
        "\x01\x1f",
        " x ",
        "=1+1",
        "_x005F_",
        "_xD800_",
        "007",
    ]
    path = tmp_path / "a.xlsx"
    # Texts of cells, and shared ones, which refer to a table.
    for constant in (True, False):
        with xlsxwriter.Workbook(path, {"constant_memory": constant}) as book:
            sheet = book.add_worksheet()
            for row, text in enumerate(["t", *texts]):
                sheet.write_string(row, 0, text)
            sheet.write_rich_string(len(texts) + 1, 0, "x", book.add_format({"bold": True}), "y")
        assert [row[0] for row in loaded(path)[2]] == [*texts, "xy"]


def test_an_empty_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        loaded(make(tmp_path / "a.xlsx", [None, ""], []))


def test_headings_are_distinct_and_none_is_empty(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", ["a", "A", "", "b\nc", 2025.0, "a"], [1, 2, 3, 4, 5, 6, "x"])
    names, _, rows, _ = loaded(path)
    assert names == ["a", "A_2", "column3", "b c", "2025", "a_3", "column7"]
    assert rows == [(1, 2, 3, 4, 5, 6, "x")]
