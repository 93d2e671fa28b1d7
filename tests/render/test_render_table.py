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
from ipcli.output.sources import Note

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
    ("INV-0002", "[red]不是标记[/red]", None, "a\tb\x1b[31m", "[2]°"),
    ("INV-0003", "🚀园", "100000.25", "", "[1-2]"),
]
NOTES = (
    Note(
        "《某某规划》 某某人民政府 · A级 · 2025-01-16",
        (("[1]", "第26段"), ("[2]", "第7段")),
        "https://example.org/1",
    ),
    Note("《某某早报》 · C级", (("[3]", ""),)),
)


def page(rows: list[tuple[str | None, ...]] | None = None) -> Page:
    return Page(
        FIELDS,
        ROWS if rows is None else rows,
        ("共 3 行",),
        notes_title="来源",
        notes=NOTES,
        legend=("° C级",),
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
    assert "总投资 (亿元)" in text.replace("  ", " ") and text.startswith("1 ──")
    assert "40" in capsys.readouterr().err
    assert drawn(page(), width=40, vertical=True) == text
    assert capsys.readouterr().err == ""


def test_rows_too_tall_mean_records(capsys: pytest.CaptureFixture[str]) -> None:
    tall = Page((Field("a"), Field("b")), [("x" * 10, "字" * 400)])
    assert drawn(tall, width=40, lang="en").startswith("1 ──")
    assert "too narrow" in capsys.readouterr().err


def test_markup_is_data_and_controls_are_shown() -> None:
    text = drawn(page())
    assert "[red]不是标记[/red]" in text and "a\\tb\\x1b[31m" in text and "\x1b" not in text


def test_column_names_are_data_too() -> None:
    text = drawn(Page((Field("\x1b[31m[red]x"),), [("a",)]))
    assert text.startswith("\\x1b[31m[red]x\n")


def test_null_is_a_dash_and_dim() -> None:
    assert "—" in drawn(page())
    assert "NULL" in drawn(page(), null="NULL")
    assert "\x1b[2m" in drawn(page(), color=True)
    assert all(not line.endswith(" ") for line in drawn(page()).split("\n"))


def test_colour_changes_no_text() -> None:
    import re

    plain = re.sub(r"\x1b\[[0-9;]*m", "", drawn(page(), width=100, color=True))
    assert [line.rstrip() for line in plain.split("\n")] == drawn(page(), width=100).split("\n")


def test_notes_stand_below() -> None:
    below = drawn(page(), width=100).split("共 3 行\n")[1]
    assert below == (
        "\n来源\n《某某规划》 某某人民政府 · A级 · 2025-01-16\n  [1] 第26段  [2] 第7段\n"
        "  https://example.org/1\n[3] 《某某早报》 · C级\n° C级\n"
    )


def test_marks_of_notes_are_not_broken() -> None:
    marks = tuple((f"[{n}]", f"第{n}段") for n in range(1, 60))
    text = drawn(Page((Field("a"),), [("b",)], notes=(Note("《某》", marks),)), width=50)
    assert all(f"[{n}] 第{n}段" in text for n in range(1, 60))
    assert max(map(cell_len, text.split("\n"))) <= 50


def test_header_off_and_no_rows() -> None:
    assert "项目" not in drawn(page(), header=False)
    assert drawn(page([]), width=80).split("\n")[1].startswith("编号")


def test_long_tables_have_no_seam() -> None:
    many = [(f"N{n:06}", "某" * 30, "1", "", "[1]") for n in range(1200)]
    lines = drawn(page(many), width=200).split("\n")
    body = lines[3 : 3 + 1200]
    assert all(a[:7] < b[:7] for a, b in pairwise(body))
    spaced = drawn(page([(c, "某" * 80, *rest) for c, _, *rest in many]), width=100).split("共")[0]
    assert "\n\n\n" not in spaced and spaced.count("\n\n") == 1200


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
