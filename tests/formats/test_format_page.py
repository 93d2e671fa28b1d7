"""What people see of a result: folded citations, numbering, what is hidden and said to be."""

from __future__ import annotations

from typing import Any

import pytest
from invented import COLUMNS, ROWS, look_up, result, summed

from ipcli.model import Column, Label, Result, Source, Text
from ipcli.output.formats import Options
from ipcli.output.page import Page, build


def page(what: Result, **options: Any) -> Page:
    return build(what, Options(**options))


def labels(what: Page) -> list[str]:
    return [field.label for field in what.fields]


def test_shown_columns_then_the_source() -> None:
    drawn = page(result())
    assert labels(drawn) == ["项目", "区市", "总投资", "岗位", "赛道", "投产日期", "总盘子", "说明", "来源"]
    assert drawn.fields[2].unit == "(亿元)" and drawn.fields[2].right
    assert drawn.footer(hint=True) == (
        "共 5 行",
        "另有 4 列：--columns all 或 -f csv",
        "数据 2026.1 (2026-11-23)",
    )


def test_cells_for_people() -> None:
    drawn = page(result())
    assert drawn.rows[0][2:7] == ("130", "1200", "低空经济、航空器材", "2025-03-01", "否")
    assert drawn.rows[2][2] is None and drawn.rows[2][7] == ""
    assert drawn.rows[3][2] == "0.3"
    assert drawn.rows[1][0] == "[red]不是标记[/red]"


def test_statements_are_numbered_by_document() -> None:
    drawn = page(result())
    assert [row[-1] for row in drawn.rows] == ["[1]", "[2]", "[3c]", "[4]", "[1]"]
    assert drawn.sources[0].line() == (
        "[1-2] 甲岛区产业规划（2025—2027年）  甲岛区人民政府  A级  2025-01-16..2025-03-31  第26、12段"
    )
    assert drawn.sources[0].line(short=True) == (
        "[1-2] 甲岛区产业规划（2025—2027年）  A级  2025-01-16..2025-03-31  第26、12段"
    )
    assert drawn.sources[1].line() == "[3c] 《虚构早报》转载：火箭园开园  C级  2024-12-31"
    assert len(drawn.legend) == 1


def test_documents_keep_their_numbers_together() -> None:
    rows = [ROWS[0], ROWS[3], ROWS[1]]
    assert [row[-1] for row in page(result(rows)).rows] == ["[1]", "[3]", "[2]"]


def test_no_legend_without_weak_rows() -> None:
    assert page(result(ROWS[:2])).legend == ()


def test_aggregated_rows_have_spans() -> None:
    drawn = page(summed())
    assert labels(drawn) == ["区市", "下限合计", "来源"]
    assert [row[-1] for row in drawn.rows] == ["[1-2,3c]", None, "[1,4-5]", None]
    assert drawn.sources[0].mark == "[1-2]" and drawn.sources[0].parts[-1] == "第26、27段"
    assert drawn.sources[3].line() == "[5] SRC-999  第1段"


def test_chosen_columns_are_all_shown() -> None:
    drawn = page(result(chosen=True))
    assert labels(drawn)[-5:] == ["原文", "证据", "等级", "来源数", "来源"]
    assert not any("另有" in part for part in drawn.footer())


def test_nothing_cited_nothing_noted() -> None:
    column = Column("x", "text", Label(Text("某", "x")))
    drawn = page(Result((column,), iter([("a",)]), look_up), lang="en")
    assert (labels(drawn), drawn.sources, drawn.footer()) == (["x"], (), ("1 row",))


def test_ids_of_documents_alone_stay_and_are_told_underneath() -> None:
    columns = tuple(column for column in COLUMNS if column.name in ("source_id", "grade"))
    rows = [("SRC-001", "A"), ("SRC-002", "C"), ("SRC-001", "A"), ("SRC-999", None), (None, None)]
    drawn = page(Result(columns, iter(rows), look_up))
    assert drawn.rows == rows
    assert [entry.mark for entry in drawn.sources] == ["SRC-001", "SRC-002"]
    assert drawn.sources[0].parts[0].startswith("甲岛区产业规划") and "C级" in drawn.sources[1].parts


def test_what_names_no_known_document_is_no_citation() -> None:
    columns = tuple(column for column in COLUMNS if column.name in ("source_id", "para_no", "grade"))
    drawn = page(Result(columns, iter([("1", 2, "C")]), look_up))
    assert drawn.rows == [("1", "2", "C")] and (drawn.sources, drawn.legend) == ((), ())
    assert not any(field.marks for field in drawn.fields)


def test_the_lookup_of_sources_tells_its_documents_itself() -> None:
    columns = (
        *(c for c in COLUMNS if c.name == "source_id"),
        Column("title", "text", Label(Text("标题", "Title"))),
    )
    drawn = page(Result(columns, iter([("SRC-001", "甲岛区产业规划")]), look_up))
    assert drawn.rows == [("SRC-001", "甲岛区产业规划")] and drawn.sources == ()


def test_with_source_shows_the_phrase_and_the_address() -> None:
    drawn = page(result(), with_source=True)
    assert labels(drawn)[-2:] == ["原文", "来源"]
    assert drawn.rows[0][-2] == "总投资130亿元"
    assert drawn.sources[0].url == "https://example.org/a"


def test_english() -> None:
    drawn = page(result(), lang="en")
    assert labels(drawn)[0] == "Project" and labels(drawn)[-1] == "Source"
    assert drawn.rows[0][6] == "no"
    assert drawn.sources_title == "Sources"
    assert drawn.footer(hint=True)[1].startswith("4 more columns")
    assert drawn._replace(hidden=1).footer(hint=True)[1].startswith("1 more column:")
    assert drawn.sources[0].parts[-1] == "para. 26, 12"


@pytest.mark.parametrize("show", [(), ("unheard_of",)])
def test_without_show_all_but_the_citation_is_shown(show: tuple[str, ...]) -> None:
    assert labels(page(result(show=show))) == [
        *("编号", "项目", "区市", "总投资", "岗位", "赛道", "投产日期", "总盘子", "说明", "来源")
    ]


def test_a_column_in_which_nothing_is_known_is_counted_and_not_shown() -> None:
    columns = tuple(Column(name, "text", Label(Text(name, name))) for name in "abc")
    rows = [("1", None, "3"), ("4", None, "6")]
    drawn = page(Result(columns, iter(rows), look_up, show=("a", "b", "c")))
    assert labels(drawn) == ["a", "c"]
    assert "另有 1 列" in drawn.footer(hint=True)[1] and len(drawn.footer()) == 1
    chosen = page(Result(columns, iter(rows), look_up, chosen=True))
    assert labels(chosen) == ["a", "b", "c"]
    assert labels(page(Result(columns, iter([]), look_up, show=("a", "b")))) == ["a", "b"]


def test_only_later_columns_of_a_lookup_may_give_way() -> None:
    fields = page(result()).fields
    assert [field.spare for field in fields[:3]] == [False] * 3
    assert fields[4].spare and not fields[-1].spare
    assert not any(field.spare for field in page(result(chosen=True)).fields)


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2025-01-01", "2025-12-31", "2025"),
        ("2024-02-01", "2024-02-29", "2024-02"),
        ("2025-01-14", None, "2025-01-14.."),
        ("2025-01-16", "2025-03-31", "2025-01-16..2025-03-31"),
        # Days that DuckDB has and Python has not.
        ("20250-01-01", "infinity", "20250-01-01..infinity"),
        ("9999-12-01", "9999-12-31", "9999-12-01..9999-12-31"),
    ],
)
def test_documents_tell_when_they_came_out(first: str, last: str | None, told: str) -> None:
    drawn = result(ROWS[:1])
    drawn.sources = lambda ids: {one: Source(one, "题", None, first, last, "A") for one in ids}
    assert page(drawn).sources[0].parts[:3] == ("题", "A级", told)
