"""The drawn table: aligned, unclipped, at every width."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any

import pytest
from rich.cells import cell_len

from ipcli.output.formats import Options
from ipcli.output.formats.table import draw, widths
from ipcli.output.page import Field, Page
from ipcli.output.sources import Entry

FIELDS = (
    Field("编号"),
    Field("项目"),
    Field("总投资", "(亿元)", right=True, whole=True),
    Field("说明"),
    Field("来源", marks=True),
)
REMARK = "一期已经开工，二期等待用地；" * 6
ROWS: list[tuple[str | None, ...]] = [
    ("INV-0001", "云帆低空飞行器总装基地", "130", REMARK, "[1]"),
    ("INV-0002", "[red]不是标记[/red]", None, "a\tb\x1b[31m", "[2c]"),
    ("INV-0003", "🚀园", "100000.25", "", "[1-2]"),
]
SOURCES = (
    Entry(
        "[1-2]",
        ("某某规划", "某某人民政府", "A级", "2025-01-16", "第26、7段"),
        ("某某规划", "A级", "2025-01-16", "第26、7段"),
        "https://example.org/1",
    ),
    Entry("[3]", ("某某早报", "C级"), ("某某早报", "C级")),
)


def page(rows: list[tuple[str | None, ...]] | None = None) -> Page:
    return Page(
        FIELDS,
        ROWS if rows is None else rows,
        ("共 3 行",),
        sources_title="来源",
        sources=SOURCES,
        legend=("c：C级",),
    )


def drawn(what: Page, **options: Any) -> str:
    out = io.StringIO()
    draw(what, out, Options(**options))
    return out.getvalue()


@pytest.mark.parametrize("width", [*range(24, 60, 6), *range(60, 220, 11), None])
def test_nothing_is_clipped_or_too_wide(width: int | None, capsys: pytest.CaptureFixture[str]) -> None:
    text = drawn(page(), width=width)
    capsys.readouterr()
    assert all(cell_len(line) <= max(width or 9999, 30) for line in text.split("\n"))
    assert all(line == line.rstrip() for line in text.split("\n"))
    assert text.count("二") == 6 and text.count("地") == 7
    assert "100000.25" in text and "INV-0003" in text
    assert "…" not in text.split("共 3 行")[0]


def test_numbers_are_right_aligned_under_their_unit() -> None:
    head, unit, _, *body = drawn(page([("A", "x", "1", "r", "[1]"), ("B", "y", "22.5", "s", "[1]")])).split(
        "\n"
    )
    assert unit.split()[2] == "(亿元)" and "总投资" in head

    def end(line: str, mark: str) -> int:
        return cell_len(line[: line.index(mark)]) + cell_len(mark)

    assert end(unit, "(亿元)") == end(head, "总投资") == end(body[0], " 1 ") - 1 == end(body[1], "22.5")


def test_columns_start_where_their_headings_do() -> None:
    lines = drawn(page(), width=120).split("\n")
    at = cell_len(lines[1][: lines[1].index("说明")])
    for mark in ("一期已经", "a\\tb"):
        line = next(line for line in lines if mark in line)
        assert cell_len(line[: line.index(mark)]) == at


def test_codes_and_numbers_are_never_wrapped() -> None:
    sizes = widths(page(), 64)
    assert sizes is not None
    assert sizes[0] == 8 and sizes[2] == 9
    assert sum(sizes) + 2 * 4 <= 64


def test_long_texts_share_the_rest() -> None:
    two = Page((Field("甲"), Field("乙")), [("长" * 100, "文" * 100), ("长" * 40, "文" * 10)])
    first, second = widths(two, 102) or (0, 0)
    assert first + second == 100
    assert first >= second >= 40


def test_headings_keep_words_whole() -> None:
    what = Page((Field("Investment floor", "(亿元)", right=True, whole=True), Field("t")), [("1", "字" * 90)])
    sizes = widths(what, 60)
    assert sizes is not None and sizes[0] == len("Investment")


def test_too_narrow_means_records_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    text = drawn(page(), width=40)
    assert "总投资 (亿元)" in text.replace("  ", " ") and text.startswith("1 --")
    assert "40" in capsys.readouterr().err
    assert drawn(page(), width=40, vertical=True) == text
    assert capsys.readouterr().err == ""


def test_rows_too_tall_mean_records(capsys: pytest.CaptureFixture[str]) -> None:
    tall = Page((Field("a"), Field("b")), [("x" * 10, "字" * 400)])
    assert drawn(tall, width=40, lang="en").startswith("1 --")
    assert "too narrow" in capsys.readouterr().err


def test_markup_is_data_and_controls_are_shown() -> None:
    text = drawn(page())
    assert "[red]不是标记[/red]" in text and "a\\tb\\x1b[31m" in text and "\x1b" not in text


def test_column_names_are_data_too() -> None:
    text = drawn(Page((Field("\x1b[31m[red]x"),), [("a",)]))
    assert text.startswith("\\x1b[31m[red]x\n")


def test_null_is_a_dash_and_dim() -> None:
    assert "—" not in drawn(page()) and "  -  " in drawn(page())
    assert "NULL" in drawn(page(), null="NULL")
    assert "\x1b[2m" in drawn(page(), color=True)
    assert all(not line.endswith(" ") for line in drawn(page()).split("\n"))


def test_colour_changes_no_text() -> None:
    import re

    plain = re.sub(r"\x1b\[[0-9;]*m", "", drawn(page(), width=100, color=True))
    assert [line.rstrip() for line in plain.split("\n")] == drawn(page(), width=100).split("\n")


def test_sources_stand_below_on_one_line_each() -> None:
    below = drawn(page(), width=100).split("共 3 行\n")[1]
    assert below == (
        "\n来源\n[1-2] 某某规划  某某人民政府  A级  2025-01-16  第26、7段\n[3] 某某早报  C级\nc：C级\n"
    )
    narrow = drawn(page(), width=50).split("共 3 行\n")[1]
    assert "[1-2] 某某规划  A级  2025-01-16  第26、7段\n" in narrow
    assert "\n  https://example.org/1\n" in drawn(page(), width=100, with_source=True)


def test_titles_are_links_where_a_terminal_knows_them() -> None:
    linked = drawn(page(), width=100, color=True, links=True)
    assert "\x1b]8;;https://example.org/1\x1b\\某某规划\x1b]8;;\x1b\\" in linked
    hostile = Entry("[1]", ("某",), ("某",), "https://x/\x1b]0;t\x07")
    shown = drawn(page()._replace(sources=(hostile,)), color=True, links=True)
    assert "\x1b]" not in shown


def test_marks_of_sources_are_not_broken() -> None:
    paragraphs = "第" + "、".join(map(str, range(1, 60))) + "段"
    entry = Entry("[1-59]", ("某", paragraphs), ("某", paragraphs))
    text = drawn(Page((Field("a"),), [("b",)], sources=(entry,)), width=50)
    assert "59段" in text and max(map(cell_len, text.split("\n"))) <= 50
    cell = "[" + ",".join(map(str, range(100, 130))) + "]"
    lines = drawn(Page((Field("甲"), Field("来源", marks=True)), [("字" * 60, cell)]), width=60).split("\n")
    assert all(line.rstrip().endswith((",", "]")) for line in lines[2:] if "1" in line)


def test_notes_are_marked_and_stand_under_the_rows() -> None:
    rows: list[tuple[str | None, ...]] = [("甲项目 a", None), ("乙项目 a,b", "1")]
    noted = Page((Field("项目"), Field("n")), rows, ("共 2 行",), remarks=(("a", "约数"), ("b", "推算")))
    assert (
        drawn(noted, width=80)
        == "项目        n\n-------------\n甲项目 a    -\n乙项目 a,b  1\n\na 约数\nb 推算\n\n共 2 行\n"
    )
    assert "甲项目 \x1b[36ma\x1b[0m" in drawn(noted, width=80, color=True)


def test_rows_apart_stand_under_a_rule_of_their_own() -> None:
    rows: list[tuple[str | None, ...]] = [("甲" * 10, "否"), ("乙", "是")]
    fields = (Field("项目"), Field("总盘子", name="is_umbrella"))
    lines = drawn(Page(fields, rows, apart=(1, "总盘子 1 个"))).split("\n")
    assert lines[:5] == ["项目", "-" * 20, "甲" * 10, "-- 总盘子 1 个 -----", "乙"]
    assert "总盘子" not in drawn(Page(fields, rows[:1], apart=(1, "")))


def test_header_off_and_no_rows() -> None:
    assert "项目" not in drawn(page(), header=False)
    assert drawn(page([]), width=80).split("\n")[1].startswith("编号")


def test_long_tables_have_no_seam() -> None:
    many = [(f"N{n:06}", "某" * 30, "1", "", "[1]") for n in range(1200)]
    lines = drawn(page(many), width=200).split("\n")
    body = lines[3 : 3 + 1200]
    assert all(a[:7] < b[:7] for a, b in pairwise(body))
    wrapped = drawn(page([(c, "某" * 80, *rest) for c, _, *rest in many]), width=100).split("\n\n")[0]
    assert wrapped.count("N00") == 1200


def test_an_ascii_stream_gets_ascii_rules() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii", errors="backslashreplace")
    draw(Page((Field("a"), Field("b")), [("x", None)], ("1 row",)), out, Options())
    out.flush()
    assert raw.getvalue() == b"a  b\n----\nx  -\n\n1 row\n"
    gbk = io.TextIOWrapper(io.BytesIO(), encoding="gbk", errors="strict")
    draw(Page((Field("区市"),), [("甲",), (None,)], ("共 2 行",)), gbk, Options())
    gbk.flush()


def test_a_broken_pipe_is_left_to_the_caller() -> None:
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        draw(page(), Broken(), Options())


def test_spare_columns_give_way_from_the_last_and_are_counted() -> None:
    names = "甲乙丙丁戊"
    fields = tuple(Field(name, spare=name in "丙丁戊") for name in names)
    wide = Page(fields, [tuple(name * 6 for name in names)], ("共 1 行",), ("另有 {count} 列",) * 2, 2)
    assert "戊" in drawn(wide, width=80)
    narrow = drawn(wide, width=40)
    assert "丙丙" in narrow and "丁" not in narrow and "另有 4 列" in narrow
    assert max(map(cell_len, narrow.split("\n"))) <= 40
