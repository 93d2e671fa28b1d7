"""What figures are of: umbrella sums one by one, times as printed, targets and milestones with what became of them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from cli.test_shipped import ask, rows
from conftest import some
from terminal import shown


def packed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("by", some(["district", "industry"], 1))
def test_umbrellas_are_listed_and_never_added(by: str) -> None:
    each: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for row in rows("investments"):
        if row["is_umbrella"] == "true":
            name = (row["within"] if by == "district" else "") or row[by] or "未归类"
            # As printed, but all in the unit of the column.
            stated = (
                f"{float(row['amount_yi']):g}"
                if "万亿元" in row["stated"]
                else row["stated"].removesuffix(" 亿元")
            )
            each[name].append((float(row["lower_yi"]), stated))
    for row in rows("totals", "--by", by)[:-1]:
        listed = [stated for _, stated in sorted(each[row["name"]], reverse=True)]
        assert row["umbrellas_yi"] == "; ".join(listed) and int(row["umbrellas"]) == len(listed)
        largest = max((floor for floor, _ in each[row["name"]]), default=None)
        assert row["umbrella_largest_yi"] == ("" if largest is None else f"{largest:g}")
    cells = {(row["district"], row["industry"]): row for row in rows("matrix", "--by", "investments")}
    assert cells["平度市", "高端化工与新材料"]["umbrellas_yi"] == "530+; 82"
    assert "612" not in ask("matrix", "--by", "investments", "-f", "html").stdout


def test_what_may_be_added_up_leaves_umbrellas_out() -> None:
    sql = (
        "select sum(addable_yi) = sum(coalesce(lower_yi, amount_yi)) filter (not is_umbrella),"
        " count(addable_yi) filter (is_umbrella), count(addable_yi) > 0 from investments"
    )
    assert ask("sql", sql, "--no-header").stdout == "true,0,true\n"


@pytest.mark.slow
def test_pictures_and_cards_list_umbrellas_one_by_one() -> None:
    # What stands behind a bar goes beneath it where there is no room.
    bars = " ".join(shown("ipcli chart investments").split())
    assert "131.9 * 546.3、530+、82 [" in bars and "93.85 ~93.9 * 9 个，最大 14300 [" in bars
    card = shown("ipcli show 平度 --all")
    assert re.search(r"总盘子 +546\.3、530\+、82 亿元（从不与其他相加） \[[\d,c-]+\]", card)
    assert re.search(r"投资 +5 项，合计不低于 131\.9 亿元 \[[\d,c-]+\]", card)
    for text in ("1158", "612", "628.3"):
        assert text not in card + shown("ipcli chart investments --by industry")


@pytest.mark.slow
def test_a_card_of_good_sources_adds_those_alone() -> None:
    card = shown("ipcli show 即墨 --grade A --all")
    assert "442" not in card


@pytest.mark.slow
def test_a_quarter_is_not_the_year() -> None:
    found = {row["fact_id"]: row["dated"] for row in rows("indicators")}
    assert (found["OBS-0113"], found["OBS-0128"], found["OBS-0089"]) == ("2025Q1", "2025Q1-Q3", "2025-02-28")
    whole = [row for row in rows("indicators") if row["period_kind"] == "year"]
    assert whole and all(row["dated"] == row["year"] for row in whole)
    series = {row["fact_id"]: row["dated"] for row in rows("series", "--indicator", "整车产量")}
    assert series["OBS-0113"] == "2025Q1"
    card = packed(shown("ipcli show 奇瑞青岛基地 --all"))
    assert "21311辆（2025Q1）" in card and "16.2万辆（2024）" in card
    assert "592.5亿元（2025Q1-Q3）" in packed(shown("ipcli 青岛 人工智能 --all"))


@pytest.mark.slow
def test_what_a_figure_counts_stands_with_it() -> None:
    assert "1亿元（每年，2025）" in packed(shown("ipcli 崂山 人工智能"))
    assert "3个（规模为百亿级）" in packed(shown("ipcli show 平度 --all"))
    assert "(per year, 2025)" in shown("ipcli 崂山 人工智能 --lang en", columns=120)


def test_milestones_past_due_say_what_is_known() -> None:
    found = {row["fact_id"]: row for row in rows("milestones")}
    assert found["MIL-0026"]["state"] == "reached_late"
    released = rows("sql", "FROM release")[0]["released_on"]
    past = [row for row in found.values() if row["state"] == "no_outcome"]
    assert past and all(row["status"] == "due" and row["due_date"] < released for row in past)
    for row in found.values():
        if row["state"] == "due" and row["due_precision"] in ("day", "month"):
            assert row["due_date"] > released
    timeline = {row["fact_id"]: row["state"] for row in rows("timeline") if row["event"] == "milestone"}
    assert timeline["MIL-0026"] == "reached_late"
    assert "no_outcome" in {row["state"] for row in rows("targets", "--due", "2025")}
    assert not {row["state"] for row in rows("targets", "--due", "2027")} & {"no_outcome", "met", "not_met"}


@pytest.mark.slow
def test_a_card_tells_what_became_of_targets_with_its_source() -> None:
    card = packed(shown("ipcli show 即墨 --all", columns=120))
    assert re.search(r">45万辆\(2024\)->>50万辆（2025，未达：45万辆，2025）\[[\d,c-]+\]", card)
    assert "30%（2025，未达：23.0%，2025，推算）" in card
    assert "（2025-03，迟到达成：<=2025-06-06）" in card
    (target,) = [row for row in rows("find", "即墨", "--section", "target") if row["fact_id"] == "OBS-0043"]
    assert (target["outcome"], target["cites"]) == ("45 万辆", "SRC-001#51; SRC-020")


def test_a_figure_of_something_else_is_related_and_no_outcome() -> None:
    (target,) = [row for row in rows("targets", "--district", "崂山") if row["fact_id"] == "OBS-0011"]
    assert target["outcome_stated"] == "" and "落户项目数 40 个 (2024)" in target["related"]
    assert "OBS-0011" not in {row["target_fact_id"] for row in rows("outcomes")}
    assert not any(row["outcome_indicator"] for row in rows("outcomes"))


@pytest.mark.parametrize(
    ("name", "kind"),
    some([("未来产业", "industry"), ("奇瑞青岛基地", "project"), ("青岛市集成电路产业园", "project")], 1),
)
def test_one_name_of_two_kinds_is_one_thing(name: str, kind: str) -> None:
    run = ask("show", name, "-f", "csv")
    assert run.returncode == 0
    assert run.stdout == ask("show", name, "--kind", kind, "-f", "csv").stdout and run.stdout.count("\n") > 2


@pytest.mark.slow
def test_exports_say_what_they_are_of(tmp_path: Path) -> None:
    page = ask("show", "即墨", "-f", "html").stdout
    assert "<h1>即墨区</h1>" in page and "<dt>总盘子</dt><dd>766.3、750、&gt;100 亿元" in page
    assert (
        "<h1>目标：崂山区、人工智能</h1>"
        in ask("targets", "--district", "崂山", "--industry", "AI", "-f", "html").stdout
    )
    assert "Laoshan District" in ask("崂山", "人工智能", "-f", "html", "--lang", "en").stdout
    assert "投资下限合计" in ask("chart", "investments", "-f", "html").stdout
    grid = ask("matrix", "-f", "html").stdout
    assert grid.count('<th scope="col"') == 15 and ">低空经济</button>" in grid
    picture = ask("matrix", "-f", "svg").stdout
    assert "西海岸新区" in picture and "突破" in picture


@pytest.mark.slow
def test_json_with_sources_has_the_release() -> None:
    records = json.loads(ask("targets", "--due", "2030", "--with-source", "-f", "json").stdout)
    assert records and all(record["data_release"] and record["source_title"] for record in records)
    assert (
        json.loads(ask("targets", "--due", "2030", "-f", "json").stdout)[0]
        .keys()
        .isdisjoint({"data_release", "source_title"})
    )


@pytest.mark.slow
def test_weak_sources_are_marked_in_pictures_too() -> None:
    screen = shown("ipcli chart investments", columns=80)
    assert "[63c]" in screen and "\n[63c] " in screen and "c：C级来源" in screen
    wrapped = screen[screen.index("来源\n") :].splitlines()[1:]
    assert all(line.startswith(("[", "  ", "c：")) for line in wrapped if line)


@pytest.mark.parametrize(
    ("args", "says"),
    some(
        [
            (("show",), "缺少参数 NAME"),
            (("diff",), "缺少参数 OLD.duckdb"),
            (("targets", "foo", "bar"), "多余的参数：foo bar"),
            (("targets", "--district"), "选项 --district 需要一个值"),
            (("targets", "--vertical=1"), "选项 --vertical 不带值"),
            (("show", "鹏辉"), "（机构）"),
            (("targets", "-o", "/no/such/folder/x.csv"), "没有这个文件或文件夹"),
        ],
        2,
    ),
)
def test_messages_are_in_chinese(args: tuple[str, ...], says: str) -> None:
    run = ask(*args, IPCLI_LANG="zh")
    assert run.returncode in (2, 5) and says in run.stderr
