from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from conftest import PACKAGE
from ipcli.errors import UsageError
from ipcli.model import Label, Text, parse_label
from ipcli.query import catalog

GOOD = """\
-- title: 区市 | Districts
-- about: 第一行。 | First line.
-- about: 第二行。 | Second line.
-- a plain comment
-- param: district text[] values=districts.district | 区市 | District
-- param: min number | 下限 | At least
-- param: by text = district choices=district,industry | 汇总 | By
-- param: top integer = 5 | 前几 | Top
-- param: all_rows flag | 全部 | All

-- example: ipcli districts --min 3
-- show: district, amount_yi
-- order: amount_yi = coalesce(lower_yi, amount_yi)
-- column: floor_yi 下限合计（亿元） | Floor: sum of the floors
-- a comment before the body
SELECT '$not_a_parameter; not an end', "$nor this" -- $nor_this; one
FROM d /* $nor_that; */ WHERE ($district IS NULL OR district = ANY($district))
  AND v > $min AND $by = 'x' AND $all_rows AND city = $city AND grade = ANY($grade) LIMIT $top;
-- the end
"""


def write(folder: Path, text: str, name: str = "districts") -> Path:
    path = folder / f"{name}.sql"
    path.write_text(text, encoding="utf-8")
    return path


def test_reads_the_whole_header(tmp_path: Path) -> None:
    query = catalog.read(write(tmp_path, GOOD))
    assert query.name == "districts"
    assert query.title == Text("区市", "Districts")
    assert query.about == Text("第一行。第二行。", "First line. Second line.")
    assert query.examples == ("ipcli districts --min 3",)
    assert query.show == ("district", "amount_yi")
    assert query.order == {"amount_yi": "coalesce(lower_yi, amount_yi)"}
    assert query.labels == {"floor_yi": Label(Text("下限合计", "Floor"), "亿元", "sum of the floors")}


def test_reads_parameters_with_their_types_defaults_values_and_choices(tmp_path: Path) -> None:
    district, least, by, everything, top = catalog.read(write(tmp_path, GOOD)).params
    assert (district.type, district.many, district.values, district.default) == (
        "text",
        True,
        "districts.district",
        None,
    )
    assert (least.type, least.many, least.help) == ("number", False, Text("下限", "At least"))
    assert (by.default, by.choices) == ("district", ("district", "industry"))
    assert (top.type, top.default) == ("integer", 5)
    assert (everything.type, everything.default) == ("flag", False)


def test_the_body_is_what_follows_the_header_without_its_semicolon(tmp_path: Path) -> None:
    query = catalog.read(write(tmp_path, GOOD))
    assert query.sql.startswith("SELECT '$not")
    assert query.sql.endswith("LIMIT $top")
    assert GOOD.splitlines()[query.sql_line - 1].startswith("SELECT")


def test_parameters_are_found_outside_of_strings_and_comments_only() -> None:
    sql = "SELECT '$a', \"$b\", $$ $c $$, $x$ $d $x$ -- $e\n/* $f */, $real, 'it''s $g', $real"
    assert catalog.parameters(sql) == {"real": 2}


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    path.write_bytes(b"\xef\xbb\xbf-- title: A | B\r\nSELECT 1\r\n")
    query = catalog.read(path)
    assert (query.title, query.sql) == (Text("A", "B"), "SELECT 1")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("-- title: A\n-- parm: x text | a | b\nSELECT 1", 2, "parm"),
        ("SELECT 1", 1, "title"),
        ("-- title: A\n-- title: B\nSELECT 1", 2, "twice"),
        ("-- title:\nSELECT 1", 1, "empty"),
        ("-- title: A\n", 1, "no SQL"),
        ("", 1, "title"),
        ("-- title: A\n-- param: x | a | b\nSELECT $x", 2, "malformed"),
        ("-- title: A\n-- param: x text\nSELECT $x", 2, "malformed"),
        ("-- title: A\n-- param: X text | a | b\nSELECT $X", 2, "malformed"),
        ("-- title: A\n-- param: x money | a | b\nSELECT $x", 2, "malformed"),
        ("-- title: A\n-- param: x text value=a.b | a | b\nSELECT $x", 2, "value=a.b"),
        ("-- title: A\n-- param: x text values=a | a | b\nSELECT $x", 2, "values=a"),
        ("-- title: A\n-- param: x integer = many | a | b\nSELECT $x", 2, "many"),
        ("-- title: A\n-- param: x text = c choices=a,b | a | b\nSELECT $x", 2, "choices"),
        ("-- title: A\n-- param: x flag = true | a | b\nSELECT $x", 2, "flag"),
        ("-- title: A\n-- param: limit integer | a | b\nSELECT $limit", 2, "shared option"),
        ("-- title: A\n-- param: x text | a | b\n-- param: x text | a | b\nSELECT $x", 3, "twice"),
        ("-- title: A\n-- param: x text | a | b\nSELECT 1", 2, "not used"),
        ("-- title: A\n\nSELECT 1,\n  $x", 4, "$x is not declared"),
        ("-- title: A\nFROM t\nWHERE one_of($format, format)", 3, "shared option"),
        ("-- title: A\n-- order: a coalesce(a)\nSELECT 1", 2, "order: NAME = EXPRESSION"),
        ("-- title: A\n-- column: a\nSELECT 1", 2, "column: NAME LABEL"),
        ("-- title: A\nSELECT 1;\nSELECT 2", 2, "more than one"),
        ("-- title: A\n-- notice: x SELECT 1 | 有\nSELECT 1", 2, "notice: PARAM SELECT"),
        ("-- title: A\n-- notice: x SELECT 1 | 有 | some {n}\nSELECT 1", 2, "notice: PARAM SELECT"),
        (
            "-- title: A\n-- notice: x SELECT 1 | {n} 行 | {n} rows\nSELECT 1",
            2,
            "parameter x is not declared",
        ),
        (
            "-- title: A\n-- param: x text | a | b\n-- notice: x SELECT $y | {n} 行 | {n} rows\nSELECT $x",
            3,
            "parameter y is not declared",
        ),
    ],
)
def test_a_bad_file_is_refused_with_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, line: int, says: str
) -> None:
    monkeypatch.setenv("IPCLI_LANG", "en")
    path = write(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        catalog.read(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert says in str(caught.value)


def test_a_file_that_is_not_utf8_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    path.write_bytes("-- title: 区市\nSELECT 1".encode("gbk"))
    with pytest.raises(UsageError, match="UTF-8"):
        catalog.read(path)
    with pytest.raises(UsageError, match=r"gone\.sql"):
        catalog.read(tmp_path / "gone.sql")


def test_folder_lists_names_and_a_missing_folder_has_none(tmp_path: Path) -> None:
    for name in ("b.sql", "a.sql", "notes.txt", ".hidden.sql"):
        (tmp_path / name).write_text("")
    assert catalog.list_queries(tmp_path) == ["a", "b"]
    assert catalog.list_queries(tmp_path / "gone") == []


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (
            "总投资（亿元） | Investment: as printed",
            Label(Text("总投资", "Investment"), "亿元", "as printed"),
        ),
        ("总投资(亿元) | Investment", Label(Text("总投资", "Investment"), "亿元", "")),
        (
            "总投资（亿元）：名义值 | Investment: as printed",
            Label(Text("总投资", "Investment"), "亿元", "名义值 | as printed"),
        ),
        ("区市 | District: a: b", Label(Text("区市", "District"), None, "a: b")),
        ("plain: words (x)", Label(Text("plain: words (x)", "plain: words (x)"), None, "")),
    ],
)
def test_labels(text: str, label: Label) -> None:
    assert parse_label(text) == label


def test_every_column_is_explained_in_both_languages() -> None:
    dictionary = PACKAGE.parent.parent / "data" / "dictionary.csv"
    with dictionary.open(encoding="utf-8", newline="") as file:
        labels = [parse_label(row["comment"]) for row in csv.DictReader(file) if row["column"]]
    for query in (PACKAGE.parent.parent / "sql").glob("*.sql"):
        labels += catalog.read(query).labels.values()
    for label in labels:
        assert re.search("[\u4e00-\u9fff]", label.text.zh + label.meant("zh")) and label.meant("zh"), label
        assert label.text.en and label.meant("en") != label.meant("zh"), label


def test_conditions_declare_their_options(tmp_path: Path) -> None:
    text = """\
-- title: 荣誉 | Honours
-- param: due date | 期限 | Due by
FROM honours -- one_of($not, this)
WHERE city = $city AND placed($district, district, within) AND one_of($track, h.track) AND one_of($status, status)
  AND of_year($year, year(date), $undated) AND n >= $min AND says($search, concat_ws(' ', title, 'one_of($nor, this)'))
  AND date < $due AND one_of($grade, grade)
"""
    found = catalog.read(write(tmp_path, text, "honours")).params
    assert [(param.name, param.type, param.many, param.values) for param in found] == [
        ("district", "text", True, "honours.district"),
        ("track", "text", True, "tracks.track"),
        ("status", "text", True, "honours.status"),
        ("year", "integer", True, None),
        ("undated", "flag", False, None),
        ("min", "number", False, None),
        ("search", "text", False, None),
        ("due", "date", False, None),
    ]
    assert [(param.help.get("zh"), param.help.get("en")) for param in found[:4]] == [
        ("区市，含其功能区，可多次", "District with its zones, repeatable"),
        ("细分赛道，可多次", "Track, repeatable"),
        ("状态，可多次", "Status, repeatable"),
        ("年份，可多次", "Year, repeatable"),
    ]


def test_a_due_year_is_asked_for_as_a_year_too_unless_there_is_another_one(tmp_path: Path) -> None:
    text = "-- title: A\nFROM targets WHERE of_year($due, due_year, $undated)"
    assert [param.also for param in catalog.read(write(tmp_path, text)).params] == ["year", ""]
    both = f"{text} AND of_year($year, year(date), $undated)"
    assert {param.also for param in catalog.read(write(tmp_path, both)).params} == {""}


def test_a_query_over_all_facts_or_rows_of_its_own_takes_names_from_the_views_of_their_kind(
    tmp_path: Path,
) -> None:
    texts = (
        "-- title: A\nFROM facts WHERE one_of($district, district)",
        "-- title: A\nWITH rows AS (FROM targets)\nFROM rows WHERE one_of($district, district)",
    )
    for text in texts:
        (district,) = catalog.read(write(tmp_path, text)).params
        assert district.values == "districts.district"


@pytest.mark.parametrize(
    ("sql", "left"),
    [
        ("SELECT 1 WHERE a AND ($x IS NULL OR x = ANY($x)) AND b", "SELECT 1 WHERE a  AND b"),
        ("WHERE a\n  AND ($y IS NULL OR y = $y)", "WHERE a\n  AND ($y IS NULL OR y = $y)"),
        ("WHERE a AND ($x IS NULL OR (f(x, ')') = $x OR y)) OR c", "WHERE a  OR c"),
        ("WHERE a AND ($x IS NULL OR x = 1 -- :)\n) AND c", "WHERE a  AND c"),
        ("WHERE a OR ($x IS NULL OR x = 1)", "WHERE a OR ($x IS NULL OR x = 1)"),
        ("WHERE a AND ($x IS NULL OR x", "WHERE a AND ($x IS NULL OR x"),
        ("WHERE a\n  AND one_of($x, year(b))\n  AND placed($y, c, d)", "WHERE a\n  \n  AND placed($y, c, d)"),
        ("WHERE a AND says($x, concat_ws(')', b)) AND f($x, 1)", "WHERE a  AND f($x, 1)"),
        ("WHERE a AND of_year($x, y, $x)", "WHERE a "),
        ("WHERE a AND of_year($x, y, $z)", "WHERE a AND of_year($x, y, $z)"),
    ],
)
def test_conditions_on_absent_parameters_are_left_out(sql: str, left: str) -> None:
    assert catalog.without(sql, {"x"}) == left
