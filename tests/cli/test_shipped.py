"""What the shipped data answers, asked through the installed command as users ask it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from conftest import some

IPCLI = Path(sys.executable).parent / "ipcli"
SQL = Path(__file__).parent.parent.parent / "sql"


def ask(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("IPCLI_", "LC_", "LANG", "PYTHON"))}
    return subprocess.run(
        [IPCLI, *args],
        env=kept | {"LC_ALL": "C.UTF-8"} | env,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


NOTICE = "--as-of 时不计入"
# Lookups that tell what else is known: which districts are only active, how many sub-tracks are declared.
TELLING = ("districts", "tracks", "ranking")


def rows(*args: str) -> list[dict[str, str]]:
    run = ask(*args, "-f", "csv")
    assert run.returncode == 0
    assert not run.stderr or args[0] in TELLING or ("--as-of" in args and NOTICE in run.stderr)
    return list(csv.DictReader(io.StringIO(run.stdout)))


# `find` alone wants to be told what.
NAMES = sorted({path.stem for path in SQL.glob("*.sql")} - {"find"})


@pytest.mark.parametrize("name", some(NAMES, 6))
def test_every_lookup_runs(name: str) -> None:
    plain = ask(name)
    assert plain.returncode == 0 and (not plain.stderr or name in TELLING)
    assert "," in plain.stdout.splitlines()[0] and plain.stdout.count("\n") > 1


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_lookup_has_a_table_a_help_page_and_as_many_records_in_json(name: str) -> None:
    plain = ask(name)
    table = ask(name, "-f", "table", COLUMNS="100")
    assert table.returncode == 0
    shown = json.loads(ask(name, "-f", "json").stdout)
    assert len(shown) == len(list(csv.reader(io.StringIO(plain.stdout)))) - 1
    page = ask(name, "--help")
    assert page.returncode == 0 and f"ipcli {name}" in page.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        line.removeprefix("-- example: ipcli ")
        for path in sorted(SQL.glob("*.sql"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("-- example: ") and " -o " not in line
    ],
)
def test_every_example_runs(command: str) -> None:
    run = ask(*command.split())
    assert run.returncode == 0, run.stderr


def test_who_bets_on_low_altitude_in_which_words() -> None:
    found = {row["district"]: row for row in rows("districts", "--industry", "低空经济")}
    assert set(found) == {"西海岸新区", "胶州市", "李沧区", "城阳区", "莱西市"}
    assert (found["胶州市"]["local_names"], found["胶州市"]["stances"]) == ("低空经济", "重点突破")
    assert found["城阳区"]["local_names"].split("; ")[0] == "空天和低空"
    assert all("#" in row["cites"] for row in found.values())
    told = ask("districts", "--industry", "低空经济", "-f", "csv").stderr
    assert "未见布局（事实不等于布局）：平度市 6 项、崂山区 3 项" in told
    assert "低空经济 >=8 个，2025-02-26，SRC-065" in told
    english = ask("districts", "--industry", "低空经济", "-f", "csv", "--lang", "en").stderr
    assert "no bet: Pingdu City (6), Laoshan District (3)" in english
    assert "Low-altitude economy >=8, 2025-02-26, SRC-065" in english
    # What is known of one district alone, or of good sources alone.
    assert not ask("districts", "--industry", "低空经济", "--district", "崂山", "-f", "csv").stderr
    assert "崂山" not in ask("districts", "--industry", "低空经济", "--grade", "B", "-f", "csv").stderr
    (industry,) = rows("industries", "--industry", "低空经济")
    assert industry["districts_active"] == "平度市; 崂山区"
    assert (industry["districts_claimed"], industry["claim_cite"]) == (">=8 个 (2025-02-26)", "SRC-065")


def test_tracks_and_systems_tell_how_many_of_how_many() -> None:
    listed = rows("tracks")
    official = sum(row["named_as"] == "official list" for row in listed)
    for lang, words in (("zh", f"官方名单 {official}、行文 "), ("en", f"{official} official list, ")):
        told = ask("tracks", "--lang", lang, "-f", "csv").stderr
        assert "40" in told and "SRC-001#6" in told and words in told
    found = {row["part"]: row for row in rows("systems", "--district", "崂山")}
    assert (found["重点产业"]["named_of"], found["未来产业"]["named_of"]) == ("7 项，点名 2", "1 项，点名 0")
    screen = ask("systems", "--district", "崂山", "-f", "table", "--lang", "en", COLUMNS="120").stdout
    assert "2 of 7" in screen and "2 of 4" in screen
    # Where only numbers are printed, the card repeats the name alone.
    card = ask("show", "市南", "-f", "table", COLUMNS="120").stdout
    assert "“1+6+1”主导+创新产业体系[" in card and not re.search(r"[：、]\d\[", card)


def test_each_figure_of_an_industry_has_its_own_source() -> None:
    cited = {row["fact_id"]: row for row in rows("sql", "FROM citations WHERE ordinal = 1")}
    for row in rows("industries"):
        cites = row["cites"].split("; ")
        assert set(filter(None, [*row["investment_cites"].split("; "), row["target_2027_cite"]])) < set(cites)
        assert bool(row["target_2027"]) == bool(row["target_2027_cite"])
        assert bool(row["investment_floor_yi"]) == bool(row["investment_cites"])
    (low,) = rows("industries", "--industry", "低空经济")
    assert low["target_2027_cite"] == cited["OBS-0062"]["source_id"]


def test_a_target_comes_with_its_baseline() -> None:
    found = json.loads(ask("targets", "--district", "崂山", "--industry", "AI", "-f", "json").stdout)
    (scale,) = [row for row in found if row["indicator"] == "产业规模"]
    assert (scale["comparator"], scale["value"], scale["unit"], scale["due_year"]) == (
        "gt",
        400,
        "亿元",
        2025,
    )
    assert (scale["baseline_value"], scale["baseline_year"]) == (350, 2024)
    assert scale["required_growth_pct"] == 14.3
    assert scale["para_no"] == 32


def test_big_money_marks_umbrellas_and_floors() -> None:
    found = {row["project"]: row for row in rows("investments", "--min", "100")}
    umbrellas = {name: row["amount_yi"] for name, row in found.items() if row["is_umbrella"] == "true"}
    assert umbrellas["青岛市集成电路产业园"] == "1793" and umbrellas["新河生态化工科技产业基地"] == "530"
    assert found["新河生态化工科技产业基地"]["comparator"] == "excess"
    plant = found["鹏辉能源储能电池生产项目"]
    assert (plant["amount_yi"], plant["is_umbrella"]) == ("130", "false")
    assert found["中电建海上光伏项目"]["amount_yi"] == "102"
    wind = found["华能、华电海上风电项目"]
    assert (wind["comparator"], wind["lower_yi"], wind["upper_yi"]) == ("gt", "100", "")
    assert all(float(row["lower_yi"] or row["amount_yi"]) >= 100 for row in found.values())


def test_a_narrow_terminal_still_marks_umbrellas_and_years() -> None:
    money = ask("investments", "-f", "table", "--lang", "zh", COLUMNS="60").stdout
    assert "总盘子" in money.split("\n──")[0] and "是" in money
    assert "目标年" in ask("targets", "-f", "table", "--lang", "zh", COLUMNS="60").stdout


def test_totals_never_add_umbrellas_to_their_parts() -> None:
    (total,) = (row for row in rows("totals") if row["name"] == "合计")
    parts = [row for row in rows("investments") if row["is_umbrella"] == "false"]
    floor = sum(float(row["lower_yi"] or row["amount_yi"]) for row in parts)
    assert float(total["floor_yi"]) == pytest.approx(floor)
    assert int(total["investments"]) == len(parts)
    *by_district, last = rows("totals")
    assert (last["name"], float(last["floor_yi"])) == ("合计", pytest.approx(floor))
    assert sum(float(row["floor_yi"] or 0) for row in by_district) == pytest.approx(floor)
    ranked = rows("ranking", "--by", "project")
    assert [row["rank"] for row in ranked[:2]] == ["1", "2"]
    assert not {row["project"] for row in rows("investments") if row["is_umbrella"] == "true"} & {
        row["name"] for row in ranked
    }


def test_a_target_that_is_to_come_says_so() -> None:
    found = rows("targets", "--due", "2027")
    assert found and {row["state"] for row in found} <= {"not_due", "reached_early", "on_track"}
    undated = [row for row in rows("targets") if row["due_year"] == "" and not row["period_end"]]
    assert undated and all(row["state"] in ("", "indeterminate") for row in undated)


def test_gaps_depend_on_the_date_and_on_what_was_known() -> None:
    def aims(date: str) -> set[str]:
        return {row["aim"] for row in rows("gaps", "--as-of", date)}

    grid = "中电建海上光伏一期首批并网发电"
    assert grid not in aims("2025-03-31")
    assert grid in aims("2025-04-01")
    assert grid not in aims("2025-07-01")
    late = [row for row in rows("gaps", "--as-of", "2025-06-01") if row["aim"] == grid]
    assert [(row["due_date"], row["days_overdue"]) for row in late] == [("2025-03-31", "62")]
    assert ask("gaps", "--as-of", "2025-02-30").returncode == 2


@pytest.mark.slow
def test_a_year_or_a_month_is_its_first_day_or_its_last() -> None:
    whole = ask("timeline", "--from", "2025", "--to", "2025-06", "-f", "csv").stdout
    assert whole == ask("timeline", "--from", "2025-01-01", "--to", "2025-06-30", "-f", "csv").stdout


@pytest.mark.parametrize(
    ("lookup", "one", "other"),
    [("outcomes", "target_fact_id", "outcome_fact_id"), ("conflicts", "fact_id", "other_id")],
)
def test_both_facts_of_a_pair_are_cited(lookup: str, one: str, other: str) -> None:
    places: dict[str, set[str]] = {}
    for row in rows("sql", "SELECT fact_id, source_id, para_no FROM citations"):
        place = row["source_id"] + (f"#{row['para_no']}" if row["para_no"] else "")
        places.setdefault(row["fact_id"], set()).add(place)
    found = rows(lookup)
    assert found
    for row in found:
        cited = set(row["cites"].split("; "))
        assert cited & places[row[one]] and cited & places[row[other]], row


def test_targets_meet_their_outcomes() -> None:
    found = {(row["district"], row["indicator"], row["target"]): row for row in rows("outcomes")}
    cars = found["即墨区", "整车产量", ">50 万辆"]
    assert (cars["outcome"], cars["verdict"], cars["comparability"]) == ("45 万辆", "not_met", "same")
    share = found["即墨区", "新能源汽车占比", "30 %"]
    assert (share["basis"], float(share["outcome_value"]), share["verdict"]) == ("derived", 23.0, "not_met")
    assert "10.35" in share["formula"]
    grid = found["即墨区", "中电建海上光伏一期首批并网发电", ""]
    assert (grid["verdict"], grid["outcome_date"]) == ("reached_late", "2025-06-06")
    assert found["青岛市", "新能源汽车占比", ">40 %"]["verdict"] == "reached_early"
    assert {row["comparability"] for row in found.values()} == {"same"}
    early = rows("outcomes", "--as-of", "2025-03-01")
    assert all(max(row["known_on"], row["target_known_on"]) <= "2025-03-01" for row in early)
    assert 0 < len(rows("outcomes", "--as-of", "2025-12-31")) < len(found)


def test_people_read_words_and_machines_codes() -> None:
    asked = ("outcomes", "--district", "即墨", "--verdict", "not_met")
    # What was asked for need not be told again.
    assert "未达" in ask(*asked[:3], "-f", "table").stdout
    english = ask(*asked, "-f", "table", "--lang", "en", COLUMNS="250").stdout
    for text in ("Jimo District", "Vehicle output", ">500,000 vehicles", "not met"):
        assert text in english
    assert {row["verdict"] for row in rows(*asked, "--lang", "en")} == {"not_met"}
    money = ask(
        "sql", "SELECT amount_yi, city FROM investments LIMIT 1", "-f", "table", "--lang", "en"
    ).stdout
    assert "(CNY 100 mn)" in money and "Qingdao" in money


def test_facts_of_unknown_date_are_left_out_with_a_notice() -> None:
    dated = ask("gaps", "--as-of", "2028-01-01", IPCLI_LANG="en")
    undated = [
        row["fact_id"]
        for row in rows(
            "sql",
            "SELECT fact_id FROM targets WHERE known_on IS NULL AND due_year < 2028 UNION ALL"
            " SELECT fact_id FROM milestones WHERE known_on IS NULL AND status = 'due' AND due_date < '2028-01-01'",
        )
    ]
    assert f"{len(undated)} more targets and milestones" in dated.stderr
    assert undated and not any(fact in dated.stdout for fact in undated)
    assert NOTICE not in ask("gaps").stderr
    assert NOTICE not in ask("outcomes", "--district", "李沧", "--as-of", "2026-06-01").stderr


def test_industries_have_their_target_of_2027() -> None:
    wanted = {
        ("低空经济", "230"),
        ("人工智能", "1200"),
        ("新一代信息技术", "2000"),
        ("智能网联新能源汽车", "3000"),
        ("生命健康", "1000"),
    }
    found = rows("targets", "--due", "2027", "--district", "青岛")
    assert wanted <= {(row["industry"], row["value"]) for row in found if row["indicator"] == "产业规模"}
    assert wanted <= {(row["industry"], row["target_2027"]) for row in rows("industries")}


@pytest.mark.parametrize(
    ("option", "typed", "meant"),
    some(
        [
            ("--district", "崂山", "崂山区"),
            ("--district", "Laoshan", "崂山区"),
            ("--district", "嶗山區", "崂山区"),
            ("--district", "青岛西海岸新区", "西海岸新区"),
            ("--district", "黄岛", "西海岸新区"),
            ("--district", "即墨市", "即墨区"),
            ("--industry", "AI", "人工智能"),
            ("--industry", "ＡＩ", "人工智能"),
            ("--industry", "新能源汽车", "智能网联新能源汽车"),
            ("--industry", "低空", "低空经济"),
            ("--industry", "低空經濟", "低空经济"),
            ("--industry", "Green Energy", "绿色能源"),
            ("--track", "储能", "新型储能"),
            ("--industry", "dikong", "低空经济"),
            ("--industry", "dkjj", "低空经济"),
            ("--industry", "ShengMingJianKang", "生命健康"),
            ("--district", "jimo", "即墨区"),
            ("--district", "xha", "西海岸新区"),
            ("--district", "licangqu", "李沧区"),
            ("--track", "qrl", "氢燃料电池"),
        ],
        4,
    ),
)
def test_names_resolve_as_people_type_them(option: str, typed: str, meant: str) -> None:
    assert rows("alignments", option, typed) == rows("alignments", option, meant) != []


@pytest.mark.parametrize(
    ("typed", "meant"), some([("青岛啤酒", "青啤"), ("Haier", "海尔集团"), ("奇瑞汽车", "奇瑞")], 1)
)
def test_organisations_resolve_by_their_other_names(typed: str, meant: str) -> None:
    assert {row["name"] for row in rows("organisations", "--organisation", typed)} == {meant}


def test_an_indicator_is_not_taken_for_another() -> None:
    assert {row["indicator"] for row in rows("indicators", "--indicator", "营收")} == {"营业收入"}
    run = ask("indicators", "--indicator", "规模")
    assert run.returncode == 2 and "产业规模" in run.stderr


def test_a_district_includes_its_zones_marked() -> None:
    found = rows("investments", "--district", "西海岸")
    assert {(row["district"], row["within"]) for row in found} == {
        ("西海岸新区", ""),
        ("青岛自贸片区", "西海岸新区"),
    }


@pytest.mark.parametrize(
    ("typed", "meant"),
    some(
        [
            (("projects", "--status", "under construction"), ("projects", "--status", "在建")),
            (("outcomes", "--verdict", "未达"), ("outcomes", "--verdict", "not_met")),
            (("outcomes", "--verdict", "Not met"), ("outcomes", "--verdict", "not_met")),
            (("organisations", "--role", "owner"), ("organisations", "--role", "业主")),
            (("find", "崂山", "--section", "里程碑"), ("find", "崂山", "--section", "milestone")),
        ],
        2,
    ),
)
def test_a_filter_takes_the_words_that_the_output_shows(
    typed: tuple[str, ...], meant: tuple[str, ...]
) -> None:
    assert rows(*typed) == rows(*meant) != []


@pytest.mark.slow
def test_a_database_without_its_index_takes_words_too(tmp_path: Path) -> None:
    db = shutil.copy(SQL.parent / "data" / "industry.duckdb", tmp_path / "alone.duckdb")
    for option, words in (("--status", ("under construction", "在建")), ("--industry", ("低空", "低空经济"))):
        one, other = (rows("projects", option, word, "--db", str(db)) for word in words)
        assert one == other != []


def test_a_word_for_several_codes_lists_them() -> None:
    run = ask("outcomes", "--verdict", "not", IPCLI_LANG="en")
    assert run.returncode == 2
    assert '"not" is ambiguous: not_met (not met), not_due (not due)' in run.stderr


@pytest.mark.parametrize(
    ("args", "says", "never"),
    some(
        [
            (("systems",), "Leading industries", "先导产业"),
            (("systems",), "Life and health", "生命健康"),
            (("gaps",), "Computing power", "算力规模"),
            (("industries",), "develop first", "优先发展"),
            (("timeline",), "Industry scale CNY 100-1,000 bn", "产业规模"),
            (("show", "崂山"), "Terahertz", "太赫兹:"),
            (("indicators",), "300+", "companies"),
        ],
        2,
    ),
)
def test_what_has_an_english_name_reads_as_it_in_english(
    args: tuple[str, ...], says: str, never: str
) -> None:
    page = ask(*args, "-f", "md" if args[0] != "show" else "table", IPCLI_LANG="en", COLUMNS="100").stdout
    assert says in page and never not in page


def test_the_version_names_the_city_in_english() -> None:
    assert "data: Qingdao 2" in ask("--version", IPCLI_LANG="en").stdout
    assert "数据: 青岛市 2" in ask("--version", IPCLI_LANG="zh").stdout


@pytest.mark.parametrize(
    ("args", "says"),
    some(
        [
            (
                ("targets", "--industry", "集成电路"),
                "is not an industry but a sub-track: use --track 集成电路",
            ),
            (
                ("alignments", "--track", "低空经济"),
                "is not a sub-track but an industry: use --industry 低空经济",
            ),
            (("alignments", "--track", "没有"), "(ipcli tracks lists them)"),
            (("ranking", "--industry", "集成电路"), "all that concerns it: ipcli 集成电路"),
        ],
        3,
    ),
)
def test_what_is_in_the_wrong_place_is_told_where_it_belongs(args: tuple[str, ...], says: str) -> None:
    run = ask(*args, "--lang", "en")
    assert (run.returncode, run.stdout) == (2, "")
    assert says in run.stderr


def test_the_city_as_a_whole_is_no_rank_among_its_districts() -> None:
    assert "青岛市" in {row["name"] for row in rows("totals", "--by", "district")}
    assert "青岛市" not in {row["name"] for row in rows("ranking")}
    city_wide = {row["project"] for row in rows("investments") if row["district"] == "青岛市"}
    assert city_wide & {row["name"] for row in rows("ranking", "--by", "project")}


def test_outcomes_of_the_targets_of_a_year() -> None:
    due = rows("outcomes", "--due", "2025")
    assert due and {row["target_date"][:4] for row in due} == {"2025"}


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_two_columns_of_a_lookup_are_headed_alike(lang: str) -> None:
    for name in NAMES:
        head = ask(name, "-f", "md", "--columns", "all", "--lang", lang).stdout.splitlines()[0]
        titles = [title.strip() for title in head.strip("|").split("|")]
        assert len(titles) > 2 and len(set(titles)) == len(titles), name


def test_a_list_with_short_names_joins_through_the_spellings(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(
        "client,district\nA,城阳\nB,胶州市\nC,CHENGYANG\nD,济南\n", encoding="utf-8"
    )
    own = ("sql", "--with", f"mine={tmp_path / 'mine.csv'}", "-f", "csv")
    through = "from mine m left join spellings s on s.kind = 'district' and s.spelling = lower(m.district)"
    run = ask(*own, f"select client, name {through} order by client")
    assert (run.stdout.splitlines(), run.stderr) == (
        ["client,name", "A,城阳区", "B,胶州市", "C,城阳区", "D,"],
        "",
    )


def test_a_system_is_told_once_by_district() -> None:
    (row,) = json.loads(ask("districts", "--district", "城阳", "-f", "json").stdout)
    assert row["systems"] == ["“四轮驱动”", "“3+1”产业体系"]


def test_show_of_two_names_points_to_bare_names() -> None:
    run = ask("show", "崂山", "AI", IPCLI_LANG="en")
    assert (run.returncode, run.stderr) == (
        2,
        "ipcli: show takes one name; where several meet: ipcli 崂山 AI\n",
    )


@pytest.mark.parametrize("encoding", some(["ascii", "gbk"], 1))
def test_what_is_utf8_by_its_nature_is_so_in_every_pipe(encoding: str) -> None:
    def piped(*args: str) -> bytes:
        env = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": encoding, "IPCLI_LANG": "zh"}
        return subprocess.run([IPCLI, *args], env=env, capture_output=True, check=True).stdout

    assert piped("investments", "--excel").startswith(b"\xef\xbb\xbffact_id,")
    assert json.loads(piped("investments", "-f", "json"))[0]["city"] == "青岛市"
    assert "城市" in json.loads(piped("cite", "OBS-0008", "--style", "json"))[0]["title"]
    assert "青岛" in piped("investments", "-f", "html").decode()
    ElementTree.fromstring(piped("chart", "investments", "-f", "svg"))


def test_files_have_no_escapes_though_colour_is_forced(tmp_path: Path) -> None:
    ask("matrix", "-f", "table", "-o", str(tmp_path / "m.txt"), FORCE_COLOR="1")
    assert "\x1b" not in (tmp_path / "m.txt").read_text(encoding="utf-8")


# Lookups whose rows have a year, each with the column that shows it, and the name that its option had first.
YEARS = {
    "targets": "due_year", "forecasts": "due_year", "gaps": "due_date", "outcomes": "target_date",
    "indicators": "year", "investments": "year", "series": "year", "projects": "dated", "milestones": "date",
    "honours": "date", "carriers": "date", "mechanisms": "date", "policy_documents": "date", "timeline": "day",
}  # fmt: skip


@pytest.mark.parametrize("name", some(list(YEARS), 5))
def test_a_year_is_asked_for_and_so_is_none(name: str) -> None:
    column = YEARS[name]

    def years(*options: str) -> list[str]:
        return [row[column][:4] for row in rows(name, *options, "--columns", column)]

    dated, undated, both = years("--year", "2025"), years("--undated"), years("--year", "2025", "--undated")
    assert set(dated) == {"2025"} and set(undated) <= {""} and len(both) == len(dated) + len(undated)
    assert sorted(both) == sorted(dated + undated)
    assert len(years("--year", "2025", "--year", "2024")) == len(dated) + len(years("--year", "2024"))
    if name in ("targets", "forecasts", "gaps", "outcomes"):
        assert years("--due", "2025") == dated
    assert set(years()) >= set(both) or name in ("series", "timeline")


def test_years_are_those_of_own_and_written_statements_too() -> None:
    wanted = ask("targets", "--year", "2027", "--undated", "-f", "csv").stdout
    assert wanted == ask("query", "run", "targets", "--due", "2027", "--undated", "-f", "csv").stdout
    for name in ("year", "due"):
        options = ("--param", f"{name}=2027", "--param", "undated=true", "-f", "csv")
        assert wanted == ask("sql", "--file", str(SQL / "targets.sql"), *options).stdout
    sql = "SELECT count(*) AS n FROM targets WHERE of_year($year, due_year, $undated)"
    count = ask("sql", sql, "--param", "year=2027", "--param", "year=2026", "--param", "undated=false").stdout
    assert int(count.split()[1]) == len(rows("targets", "--year", "2027", "--year", "2026"))


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("金额", "stated"),
        ("Sum", "stated"),
        ("总投资（亿元）", "amount_yi"),
        ("总投资", "amount_yi"),
        ("District", "district"),
    ],
)
def test_a_heading_names_the_column_that_shows_it(heading: str, column: str) -> None:
    wanted = ask("investments", "--sort", f"-{column}", "--columns", f"project,{column}", "-f", "csv")
    for form in ("csv", "table"):
        run = ask("investments", "--sort", f"-{heading}", "--columns", f"项目,{heading}", "-f", form)
        assert run.returncode == 0 and (form == "table" or run.stdout == wanted.stdout)
    assert ask("sql", "FROM investments LIMIT 1", "--columns", "区市").stdout.splitlines()[0] == "district"


@pytest.mark.parametrize("name", ["investments", "targets", "indicators", "forecasts"])
def test_figures_in_signs_are_sorted_as_numbers(name: str) -> None:
    number = "amount_yi" if name == "investments" else "value"
    signs, numbers = (rows(name, "--sort", f"-{key}", "--columns", "fact_id") for key in ("stated", number))
    assert signs == numbers


def test_an_unknown_column_is_told_both_names_of_all() -> None:
    run = ask("investments", "--columns", "投资总")
    assert run.returncode == 2 and "没有列 投资总" in run.stderr
    assert "amount_yi (总投资)" in run.stderr and "district (区市)" in run.stderr
    assert "district (District)" in ask("investments", "--sort", "x", "--lang", "en").stderr


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT 77 WHERE $city = '青岛市'", "另有 77 个"),
        ("SELECT '1793、766' WHERE $district IS NULL OR true", "另有 1793、766"),
        ("SELECT 0", ""),
        ("SELECT NULL", ""),
        ("SELECT ''", ""),
        ("SELECT 1 WHERE false", ""),
    ],
)
@pytest.mark.parametrize("given", [(), ("--district", "即墨")])
def test_a_notice_that_always_holds(tmp_path: Path, sql: str, told: str, given: tuple[str, ...]) -> None:
    text = f"-- title: A\n-- notice: * {sql} | 另有 {{n}} 个 | {{n}} more\nFROM investments SELECT project"
    (tmp_path / "own.sql").write_text(text + " WHERE one_of($district, district)", encoding="utf-8")
    run = ask("query", "run", "own", *given, "--sql-dir", str(tmp_path))
    assert run.returncode == 0
    assert told in run.stderr if told else not run.stderr
