"""Bare names, find and show over the shipped data: where names meet, on one screen, with sources."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from cli.test_shipped import ask
from conftest import some
from terminal import shown


def sections(*args: str) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(ask(*args, "-f", "csv").stdout)):
        found.setdefault(row["section"], []).append(row)
    return found


def test_two_names_answer_on_one_screen() -> None:
    screen = shown("ipcli 崂山 人工智能")
    assert len(screen.splitlines()) <= 40 and all(len(line) <= 100 for line in screen.splitlines())
    text = "".join(screen.split())
    for answer in (
        # The answer first: from where to where, and what came of it; the rest is told by number, and where it is.
        "目标人工智能产业：产业规模350亿元(2024)->>400亿元（2025，未见结果）[1-2]、新招引项目数>=30个",
        "25%（2024）",
        "产业规模350亿元（2024）[1]",
        "AI算法软件研发",
        "称号4、里程碑8",
        "organisations|honours|milestones--district崂山区--industry人工智能",
        "全部：同一命令加--all",
    ):
        assert answer in text
    assert "向“新”聚能，重塑城市产业版图" in screen and "第30、32段" in screen
    # The line that was typed is on it too.
    assert len(shown("ipcli 崂山 人工智能 --lang en").splitlines()) <= 39


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("what", ["show 崂山", "show 低空经济", "show 鹏辉能源", "青岛自贸片区"])
def test_a_card_fits_a_screen_and_counts_the_rest(what: str, lang: str) -> None:
    screen = shown(f"ipcli {what} --lang {lang}")
    assert len(screen.splitlines()) <= 40
    count = len([row for rows in sections(*what.split()).values() for row in rows])
    assert re.search(f"^(共 )?{count} (行|rows)", screen, re.MULTILINE)
    everything = shown(f"ipcli {what} --all --lang {lang}")
    assert "--all" not in everything and everything.count("\n") >= screen.count("\n")
    # A pipe and a file get all.
    assert "--all" not in ask(*what.split(), "-f", "table").stdout


def test_the_lookups_that_a_card_points_to_have_what_it_counts() -> None:
    screen = "".join(line.strip() + " " for line in shown("ipcli show 崂山").splitlines())
    hint = re.search(r"ipcli ([\w| ]+) --district 崂山区", screen)
    assert hint
    for view in hint[1].replace(" ", "").split("|"):
        listed = csv.DictReader(io.StringIO(ask(view, "--district", "崂山区", "-f", "csv").stdout))
        assert len(list(listed)) > 0, view


def test_everything_where_the_names_meet_with_its_figures_as_numbers() -> None:
    found = sections("崂山", "人工智能")
    assert {row["district"] for rows in found.values() for row in rows} == {"崂山区"}
    assert {"alignment", "actual", "target", "carrier", "honour", "milestone"} <= set(found)
    figures = {(row["detail"], row["stated"]) for row in found["actual"]}
    assert {("产业规模", "350 亿元"), ("产业规模增速", "25 %")} <= figures
    assert ("产业规模", ">400 亿元") in {(row["detail"], row["stated"]) for row in found["target"]}
    scale = {(row["value"], row["unit"], row["comparator"]) for row in found["actual"] + found["target"]}
    assert {("350", "亿元", "eq"), ("25", "%", "eq"), ("400", "亿元", "gt")} <= scale
    money = {row["item"]: (row["value"], row["unit"]) for row in sections("鹏辉能源")["investment"]}
    assert money == {"鹏辉能源储能电池生产项目": ("130", "亿元")}
    assert {row["value"] for row in found["alignment"]} == {""}


def test_bare_names_are_the_short_form_of_find() -> None:
    found = ask("find", "崂山", "人工智能", "-f", "csv").stdout
    assert ask("崂山", "人工智能", "-f", "csv").stdout == ask("laoshan", "AI", "-f", "csv").stdout == found


@pytest.mark.parametrize(("typed", "name"), some([("即黑", "即墨区"), ("奇端", "奇瑞")], 1))
def test_a_short_name_with_one_character_wrong_gets_the_nearest(typed: str, name: str) -> None:
    run = ask(typed)
    assert run.returncode == 2 and f"您是不是要找：{name}？" in run.stderr
    assert "您是不是要找" not in ask("天地").stderr


def test_words_that_read_otherwise_are_told_what_they_stand_for() -> None:
    assert shown("ipcli dkjj").splitlines()[0].split() == ["dkjj", "低空经济"]
    assert "Low-altitude economy" in shown("ipcli dkjj --lang en").splitlines()[0]
    assert shown("ipcli 崂山 人工智能").startswith("目标")
    assert "dkjj" not in ask("dkjj", "-f", "csv").stdout


@pytest.mark.parametrize(
    ("typed", "name"),
    some([
        # Characters of several readings, checked by hand.
        ("licang", "李沧区"), ("jimo", "即墨区"), ("shibei", "市北区"), ("lsny", "绿色能源"), ("qirui", "奇瑞"),
        # ü, numerals, Latin words, and names of any length.
        ("lusenengyuan", "绿色能源"), ("dkjj16gzjxm", "低空经济16个在建项目"), ("qdcdccmbhdopencellxm", "Open-Cell"),
        ("penghuinengyuan", "鹏辉能源"), ("yiqidazhong", "一汽-大众"), ("jingdongfang", "京东方"), ("dikong", "低空经济"),
        ("Hisense", "海信视像"),
    ], 3),
)  # fmt: skip
def test_pinyin_names_things(typed: str, name: str) -> None:
    assert name in ask(typed, "-f", "csv").stdout


def test_a_beginning_names_a_firm_with_its_project_and_parks() -> None:
    found = sections("鹏辉")
    assert {"organisation", "project", "investment", "milestone"} <= set(found)
    assert all("鹏辉" in row["names"] for rows in found.values() for row in rows)


def test_words_that_are_no_names_filter_the_text() -> None:
    rows = [row for rows in sections("即墨", "海上光伏", "并网").values() for row in rows]
    assert rows and all("并网" in "".join(row.values()) for row in rows)


@pytest.mark.parametrize(
    ("words", "kinds"),
    some(
        [
            (("投资", "即墨"), {"investment"}),
            (("即墨", "企业", "里程碑"), {"organisation", "milestone"}),
            (("即墨", "投资"), {"investment"}),
            (("人工智能", "目标"), {"target"}),
            (("jimo", "park"), {"carrier"}),
        ],
        2,
    ),
)
def test_words_for_kinds_ask_for_sections(words: tuple[str, ...], kinds: set[str]) -> None:
    assert set(sections(*words)) == kinds


@pytest.mark.slow
def test_a_kind_that_is_nowhere_is_a_word_of_the_text() -> None:
    assert not sections("find", "--district", "市北", "--section", "policy_document")
    rows = [row for rows in sections("市北", "政策").values() for row in rows]
    assert rows and all("政策" in "".join(row.values()) for row in rows)


def test_the_beginning_of_an_indicator_does_not_hide_the_text() -> None:
    rows = [row for rows in sections("人工智能", "大模型").values() for row in rows]
    assert {"大模型数", "垂直领域大模型", "人工智能大模型创新中心"} <= {
        value for row in rows for value in (row["item"], row["detail"])
    }


@pytest.mark.parametrize(
    ("words", "meant", "told"),
    [
        (["崂山人工智能"], ["崂山", "人工智能"], "崂山人工智能 -> 崂山 人工智能"),
        (["青岛集成电路产业园"], ["青岛市集成电路产业园"], "青岛集成电路产业园 -> 青岛市集成电路产业园"),
        (
            ["崂山", "家电创新中心"],
            ["崂山", "国家高端智能化家用电器创新中心"],
            "家电创新中心 -> 国家高端智能化家用电器创新中心",
        ),
        (
            ["show", "家电创新中心"],
            ["show", "国家高端智能化家用电器创新中心"],
            "家电创新中心 -> 国家高端智能化家用电器创新中心",
        ),
    ],
)
def test_what_can_only_be_one_thing_is_taken_and_told(words: list[str], meant: list[str], told: str) -> None:
    run, whole = ask(*words), ask(*meant)
    assert (run.returncode, run.stderr, run.stdout) == (0, f"ipcli: {told}\n", whole.stdout)
    assert not whole.stderr


def test_options_may_stand_before_bare_names() -> None:
    run = ask("--json", "--lang", "en", "崂山", "AI")
    assert run.returncode == 0 and run.stdout == ask("崂山", "AI", "--lang", "en", "--json").stdout


def test_letters_that_begin_a_name_are_told_to_a_pipe() -> None:
    assert ask("laos").stderr == "ipcli: laos -> 崂山区\n"
    assert ask("laoshan").stderr == ask("AI").stderr == ""
    assert "新一代信息技术" in ask("info").stderr


def test_a_name_that_is_taken_for_an_option_is_told_once() -> None:
    run = ask("organisations", "--organisation", "海尔集团公司")
    assert (run.returncode, run.stderr) == (0, "ipcli: 海尔集团公司 -> 海尔集团\n")
    # What is the name of something else is no part of a name.
    assert "--industry 人工智能" in ask("organisations", "--organisation", "人工智能").stderr
    assert "不止一个" in ask("organisations", "--organisation", "集团").stderr


@pytest.mark.parametrize("word", some(["轨道交通", "仰口", "2027"], 1))
def test_a_first_word_that_is_no_name_is_looked_up_in_the_text(word: str) -> None:
    found = ask(word, "-f", "csv")
    assert found.returncode == 0 and found.stdout.count("\n") > 1
    assert found.stdout == ask("find", "--search", word, "-f", "csv").stdout


@pytest.mark.parametrize(
    ("args", "says"),
    some(
        [
            (("foo",), "no such command or name: foo (text: ipcli find foo)"),
            # A first word in letters must be a name; what is near is told, of commands as of names.
            (("target",), "no such command or name: target: did you mean targets? (ipcli --help)"),
            (("OLED", "崂山"), "no such command or name: OLED (text: ipcli find OLED)"),
            (("laosan",), "did you mean 崂山区 (Laoshan District)? "),
            (("OBS-0042",), "ipcli cite OBS-0042"),
            (("崂三",), "no such command or name: 崂三: did you mean 崂山区"),
            (("蓬辉",), "no such command or name: 蓬辉: did you mean 鹏辉能源"),
            (("show", "卡奥思"), "did you mean 卡奥斯工业互联网生态园"),
            (("tragets",), "did you mean targets"),
            (("find", "低空", "--grade", "A"), ' facts for "低空", but none with --grade A'),
            (("崂山", "火星", "--grade", "A"), "no fact where these meet"),
            (("量子信息",), "what it is: ipcli show 量子信息"),
            (("崂山", "火星"), "no fact where these meet"),
            (("崂山", "试产"), 'no fact where these meet: "崂山 试产"\n'),
            (("find",), "give a name"),
            (("show", "鹏辉"), "is ambiguous"),
            (("show", "崂三"), "did you mean 崂山区"),
            (("show", "崂山", "--kind", "city"), "--kind is one of"),
            (("shwo",), "did you mean show? "),
            (("xyz", "崂山"), "no such command or name: xyz (text: ipcli find xyz)"),
            (("show", "虚拟现实"), "ipcli find 虚拟现实"),
            (("SRC-001",), "ipcli cite SRC-001"),
            (("show", "OBS-0008"), "ipcli cite OBS-0008"),
            (("show", "SRC-001#52"), "ipcli cite SRC-001#52"),
            (("show", "fali"), "there is no name fali"),
            (("show", "中电建海上光伏一期建成并网"), "there is no name"),
        ],
        6,
    ),
)
def test_what_finds_nothing_is_one_line_and_exit_2(args: tuple[str, ...], says: str) -> None:
    run = ask(*args, IPCLI_LANG="en")
    assert (run.returncode, run.stdout) == (2, "") and says in run.stderr and run.stderr.count("\n") == 1


@pytest.mark.slow
def test_the_title_of_a_milestone_is_no_indicator_but_in_outcomes() -> None:
    title = "中电建海上光伏一期首批并网发电"
    assert title in ask("outcomes", "--indicator", "zdjhsgfyqspbwfd", "-f", "csv").stdout
    assert ask("show", "zdjhsgfyqspbwfd").returncode == 2


@pytest.mark.slow
def test_a_word_spelt_like_a_language_is_a_word() -> None:
    assert "没有同时涉及" in ask("find", "zh", "en", "火星", IPCLI_LANG="zh").stderr


def test_a_name_that_is_a_command_is_reached_by_find() -> None:
    assert ask("targets", "-f", "csv").stdout != ask("find", "targets", "-f", "csv").stdout


def test_show_tells_names_money_and_all_sections() -> None:
    card = shown("ipcli show 即墨 --all", columns=120)
    for text in ("即墨区 · Jimo District", "不低于", "总盘子", "里程碑 ", "目标"):
        assert text in card
    english = shown("ipcli show 即墨 --all --lang en", columns=120)
    assert "Jimo District" in english and "not to be added" in english


def test_a_card_tells_where_unless_that_was_asked() -> None:
    card = ask("show", "工业智能", "-f", "table").stdout
    assert "产业      人工智能 [1]\n区市      崂山区\n" in card
    assert "产业  绿色能源\n" in ask("鹏辉", "-f", "table").stdout
    assert not re.search("^区市", ask("崂山", "人工智能", "-f", "table").stdout, re.MULTILINE)
    assert "上级区市  西海岸新区" in ask("show", "青岛自贸片区", "-f", "table").stdout
    # Each industry once, by the strongest word for it.
    told = re.search(r"^产业 +(.*)$", ask("show", "崂山", "-f", "table").stdout, re.MULTILINE)
    assert told and "做大做强：人工智能；超前：未来产业" in told[1] and told[1].count("人工智能") == 1
    assert "层级    新兴产业 · 突破发展 [1]" in ask("show", "低空经济", "-f", "table").stdout


def test_show_of_a_project_tells_its_course() -> None:
    card = shown("ipcli show 中电建海上光伏项目 --all", columns=120)
    assert "项目企业 中电建[" in card
    course = "".join(card[card.index("进展") :].split())
    # In the order of time, what is undated by the day its document was out, each with its source.
    states = ["获批（<=2025-03-31）[", "在建（<=2025-03-31）[", "首批并网（2025-06-06）["]
    places = [course.index(state) for state in states]
    assert places == sorted(places) and "->" in course


def test_what_no_fact_is_about_is_told_all_the_same() -> None:
    run = ask("show", "量子信息", "-f", "table", IPCLI_LANG="en")
    assert run.returncode == 0 and "industry   Future industries [1]" in run.stdout
    told = "sub-track of Future industries; nothing else is recorded"
    assert run.stderr == f"ipcli: 量子信息: {told}\n"
    graded = ask("show", "低空", "--grade", "A", "-f", "csv")
    assert graded.returncode == 0 and "但都不符合 --grade A" in graded.stderr
    assert not ask("show", "低空", "-f", "csv").stderr


def test_show_asks_which_one_on_a_terminal() -> None:
    card = shown("ipcli show 鹏辉 --all", columns=120, keys=b"9\n2\n")
    assert card.count("哪一个？1–") == 2 and "储能电池生产项目" in card


def test_show_of_one_kind() -> None:
    records = json.loads(ask("show", "鹏辉", "--kind", "organisation", "-f", "json").stdout)
    assert records and all("鹏辉能源" in record["names"] for record in records)


def test_names_of_a_fact_are_names_and_not_what_a_comma_leaves() -> None:
    """`上游传感器、芯片等企业` is no list of names; `华能、华电海上风电项目` is one name that has another in it."""
    things = {
        row["name"]
        for lookup in ("projects", "organisations", "carriers")
        for row in csv.DictReader(io.StringIO(ask(lookup, "-f", "csv").stdout))
    }
    # Firms that are known only as parties to projects or from figures have no role of their own.
    names = "SELECT name FROM core.organisation"
    things |= {row["name"] for row in json.loads(ask("sql", names, "-f", "json").stdout)}
    records = json.loads(ask("sql", "select fact_id, names from facts", "-f", "json").stdout)
    assert {name for record in records for name in record["names"]} <= things
    of = {record["fact_id"]: record["names"] for record in records}
    assert of["MIL-0012"] == ["国家高端智能化家用电器创新中心"]
    assert {"华能", "华电", "华能、华电海上风电项目"} <= set(of["OBS-0048"])
