"""The data tests: the shipped data and the example pass, and each test finds the fault planted for it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import duckdb
import pytest
from tables_at_hand import EXAMPLE, EXAMPLE_TEXT, example_database, ipcli, shipped_database

from ipcli import paths
from ipcli.dataset.build import build
from ipcli.dataset.check import Context, Finding, check, find_faults, list_checks, read_sql_check
from ipcli.db.engine import Database
from ipcli.errors import UsageError

DERIVED = {"cited", "shown", "place"}
CHECKS = {check.name: check for check in list_checks()}


def observation(like: str, **columns: object) -> str:
    """A statement that adds an observation like another one, with other values in some columns."""
    values = {"fact_id": "WOB-0099", **columns}
    listed = ", ".join(f"{value!r} AS {column}" for column, value in values.items())
    return f"INSERT INTO observation SELECT * REPLACE ({listed}) FROM observation WHERE fact_id = '{like}'"


def changed(fact: str, assignments: str) -> str:
    return f"UPDATE observation SET {assignments} WHERE fact_id = '{fact}'"


# Check -> statements, each of which plants its fault in the example city.
FAULTS: dict[str, list[str]] = {
    "actual_expected": [changed("WOB-0001", "as_reported = '预计规模120亿元'")],
    "actual_not_later": [
        changed("WOB-0001", "year = 2023"),
        changed("WOB-0006", "period_start = '2022-02-01'"),
        "INSERT INTO citation VALUES ('WOB-0009', 2, 'WC-001', NULL, NULL, NULL, NULL, '规模160亿元', 'phrase', NULL)",
    ],
    "adcode_unique": ["UPDATE region SET adcode = '990101' WHERE region_id = 'wc-shizhou'"],
    "alias_ambiguous": ["INSERT INTO alias VALUES ('wc', 'district', '桐 湖', '石洲区', 'short', NULL)"],
    "alias_target": ["UPDATE alias SET name = '无此区' WHERE alias = '桐湖'"],
    "bounds_kind": [
        changed("WOB-0007", "upper = 500, upper_std = 500"),
        changed("WOB-0008", "lower = 3, lower_std = 3"),
    ],
    "baseline": [changed("WOB-0003", "baseline_id = 'WOB-0002'"), changed("WOB-0003", "baseline_id = 'WOB-0404'")],
    "baseline_missing": [changed("WOB-0003", "baseline_id = NULL")],
    "claim_repeated": [observation("WOB-0003")],
    "conflict_claim": ["UPDATE conflict SET other_id = 'WOB-0004'"],
    "conflict_possible": [observation("WOB-0003", comparator="ge", lower_inclusive=True)],
    "conflict_unlisted": ["DELETE FROM conflict", observation("WOB-0008", lower_std=4.0, upper_std=5.0)],
    "cue_modality": [
        changed("WOB-0003", "modality = 'commit'"),
        "UPDATE milestone SET cue = NULL WHERE fact_id = 'WMI-0001'",
        changed("WOB-0003", "cue = 'shall', modality = 'strive'"),
        changed("WOB-0003", "as_reported = '计划总投资8亿元', cue = NULL, modality = 'none'"),
    ],
    "declared_counts": [
        "UPDATE declared SET n = 3 WHERE fact_id = 'WDE-0001'",
        "UPDATE declared SET entity = 'district', n = 3 WHERE fact_id = 'WDE-0001'",
        "UPDATE declared SET entity = 'tier', n = 3 WHERE fact_id = 'WDE-0001'",
        "UPDATE declared SET entity = 'track', n = 3 WHERE fact_id = 'WDE-0001'",
    ],
    "deprecation": [
        "UPDATE deprecation SET fact_id = 'WOB-0002'",
        "UPDATE deprecation SET replaced_by = 'WOB-0404'",
    ],
    "fact_id_unique": ["UPDATE honour SET fact_id = 'WOB-0001'"],
    "fact_unknown": [
        "UPDATE citation SET fact_id = 'WSY-0404'",
        "UPDATE numeral SET fact_id = 'WSY-0404' WHERE fact_id = 'WOB-0001'",
        "UPDATE target_outcome SET outcome_id = 'WOB-0404'",
        "UPDATE conflict SET other_id = 'WOB-0404'",
        "UPDATE disposition SET fact_id = 'WOB-0404' WHERE fact_id IS NOT NULL",
        "UPDATE region SET adcode_source_id = 'WC-404' WHERE region_id = 'wc-tonghu'",
    ],
    "growth_agrees": [observation("WOB-0002", year=2022, value=50.0)],
    "indicator_unit": [changed("WOB-0001", "unit_std = '家'")],
    "met_not_later": ["UPDATE milestone SET met_date = '2023-08-01' WHERE fact_id = 'WMI-0002'"],
    "numeral_cited": ["UPDATE numeral SET fact_id = 'WHO-0001' WHERE fact_id = 'WOB-0001'"],
    "offset_shape": [
        changed("WOB-0001", "char_end = char_end + 1"),
        changed("WOB-0001", "para_no = NULL"),
        changed("WOB-0001", "para_end = para_no - 1"),
        changed("WOB-0001", "para_no = 80, para_end = 80"),
        changed("WOB-0009", "char_start = 4"),
    ],
    "organisation_part": ["INSERT INTO organisation VALUES ('WOR-0002', 'wc', '无用公司', 'company', NULL)"],
    "outcome_formula": [
        "UPDATE target_outcome SET basis = 'derived'",
        "UPDATE target_outcome SET verdict = 'indeterminate'",
        "UPDATE target_outcome SET comparability = 'proxy'",
    ],
    "outcome_kinds": [
        "UPDATE target_outcome SET target_id = 'WOB-0001' WHERE target_id = 'WOB-0003'",
        "UPDATE target_outcome SET outcome_id = 'WOB-0008' WHERE target_id = 'WOB-0003'",
    ],
    "outcome_later": ["UPDATE target_outcome SET outcome_id = 'WOB-0001' WHERE target_id = 'WOB-0003'"],
    "period_year": [changed("WOB-0001", "year = 2020")],
    "place_stated": [changed("WOB-0004", "region_id = 'wc-shizhou'")],
    "project_twice": [
        "INSERT INTO project SELECT * REPLACE ('WPR-0002' AS fact_id, '海上风机项目' AS name) FROM project"
    ],
    "region_city": [
        "UPDATE region SET city_id = 'wc-tonghu' WHERE region_id = 'wc-gaoxin'",
        "UPDATE region SET parent_id = 'nowhere' WHERE region_id = 'wc-gaoxin'",
    ],
    "reprint": [
        "UPDATE source SET reprint_of = 'WC-404' WHERE source_id = 'WC-002'",
        "UPDATE source SET reprint_of = source_id WHERE source_id = 'WC-002'",
    ],
    "restates": [changed("WOB-0010", "restates = 'WOB-0002'")],
    "same_city": [
        "INSERT INTO region SELECT * REPLACE ('lm' AS region_id, 'lm' AS city_id, '鹿鸣市' AS name) "
        "FROM region WHERE region_id = 'wc'; UPDATE source SET city_id = 'lm' WHERE source_id = 'WC-002'",
        "UPDATE organisation SET city_id = 'lm'",
    ],
    "share_range": [
        "UPDATE indicator SET class = 'share' WHERE indicator_id = 'industry_scale'",
        "UPDATE indicator SET class = 'share'; UPDATE observation SET lower = -1 WHERE fact_id = 'WOB-0008'",
    ],
    "status_chronology": ["UPDATE project_status SET status_date = '2020-08-01' WHERE fact_id = 'WPS-0002'"],
    "target_answered": ["DELETE FROM target_outcome WHERE target_id = 'WOB-0003'"],
    "target_not_earlier": [
        changed("WOB-0003", "year = 2020"),
        changed("WOB-0005", "year = 2020"),
        "UPDATE milestone SET due_date = '2021-12-01' WHERE fact_id = 'WMI-0001'",
    ],
    "totals": ["UPDATE project SET is_umbrella = true"],
    "track_of_industry": [changed("WOB-0005", "industry_id = 'wc-fish'")],
    "umbrella": ["UPDATE project SET is_umbrella = true"],
    "whole_counts": [changed("WOB-0006", "value_std = 60.5")],
    # those in Python
    "keys": ["-- none of the tables has any"],
    "cited": ["-- afterwards\nDELETE FROM shown WHERE fact_id = 'WOB-0001'"],
    "figures": [
        changed("WOB-0001", "value = 121"),
        changed("WOB-0003", "comparator = 'ge'"),
        changed("WOB-0006", "unit = '个'"),
        changed("WOB-0007", "lower = 1000, upper = 10000"),
        changed("WOB-0008", "upper = 5"),
        "INSERT INTO citation VALUES ('WOB-0001', 2, 'WC-002', NULL, NULL, NULL, NULL, '规模130亿元', 'phrase', NULL)",
    ],
    "bounds": [
        changed("WOB-0001", "lower = 119"),
        changed("WOB-0003", "lower_inclusive = true"),
        changed("WOB-0005", "upper = 460"),
        changed("WOB-0005", "unit_std = '万套'"),
    ],
    "verdicts": [
        "UPDATE target_outcome SET verdict = 'not_met' WHERE target_id = 'WOB-0003'",
        "UPDATE target_outcome SET verdict = 'met' WHERE target_id = 'WMI-0001'",
        "UPDATE target_outcome SET comparability = 'partial' WHERE target_id = 'WOB-0003'",
        changed("WOB-0009", "lower_std = 140, upper_std = 140"),
        changed("WOB-0009", "subject = '风电'"),
        changed("WOB-0009", "region_id = 'wc-shizhou'"),
        "UPDATE target_outcome SET derived_value = 160, formula = '8 亿元 × 21' WHERE target_id = 'WOB-0003'",
    ],
    "texts": [
        changed("WOB-0001", "char_start = char_start + 1, char_end = char_end + 1"),
        changed("WOB-0001", "as_reported = '产业规模达到121亿元'"),
        "DELETE FROM numeral WHERE disposition = 'date'",
    ],
    "rebuild": [
        "UPDATE honour SET title = '另一个称号'",
        "DELETE FROM honour",
        "-- afterwards\nDROP TABLE main.honours",
    ],
    "vanished": ["DELETE FROM honour", "UPDATE honour SET fact_id = 'WHO-0002'"],
}  # fmt: skip
CASES = [
    # Every tenth check has its first fault planted at every run; all have all of them in the slow tier.
    pytest.param(
        name, statement, id=f"{name}-{number}", marks=[pytest.mark.slow] if number > 1 or place % 10 else []
    )
    for place, (name, statements) in enumerate(FAULTS.items())
    for number, statement in enumerate(statements, 1)
]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's core tables without keys and checks, so that any fault can be planted; no views yet."""
    path = tmp_path_factory.mktemp("bare") / "bare.duckdb"
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{example_database()}' AS origin (READ_ONLY)")
        con.execute(f"ATTACH '{path}' AS bare (BLOCK_SIZE 16384); USE bare; CREATE SCHEMA core")
        for (name,) in con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'origin' AND schema_name = 'core'"
        ).fetchall():
            if name not in DERIVED:
                con.execute(f'CREATE TABLE core."{name}" AS FROM origin.core."{name}"')
        con.execute("CREATE TABLE kinds AS FROM origin.kinds")
    return path


def planted(bare: Path, folder: Path, statement: str) -> Path:
    """A copy with a fault in it, planted before the views are made (or after, if the statement says so)."""
    path = Path(shutil.copy(bare, folder / "planted.duckdb"))
    with duckdb.connect(str(path)) as con:
        views = (paths.data() / "views.sql").read_text(encoding="utf-8")
        after = statement.startswith("-- afterwards")
        con.execute("BEGIN")
        for part in (views, statement) if after else (statement, views):
            con.execute("USE core" if part is statement else "USE main")
            con.execute(part)
        con.execute("COMMIT")
    return path


def whole(db: Path) -> Context:
    """A database with all that it can be checked against."""
    return Context.open(db, [str(EXAMPLE_TEXT)], str(EXAMPLE), str(example_database()))


def found(name: str, path: Path) -> list[Finding]:
    """What one check finds in a database."""
    one = CHECKS[name]
    return find_faults(one, whole(path) if one.needs else Context.open(path))


def test_every_check_has_a_planted_fault() -> None:
    assert sorted(FAULTS) == sorted(CHECKS)


@pytest.mark.parametrize(("name", "statement"), CASES)
def test_check_finds_the_fault_planted_for_it(name: str, statement: str, bare: Path, tmp_path: Path) -> None:
    offending = found(name, planted(bare, tmp_path, statement))
    assert offending
    assert not any(
        "failed" in detail.lower() and "query" in detail.lower()
        for detail in (finding.detail for finding in offending)
    )


@pytest.mark.slow
def test_nothing_is_found_where_nothing_is_planted() -> None:
    outcome = check(whole(example_database()))
    assert [row for row in outcome.rows if row[2] == "failed"] == []
    assert outcome.checks == len(FAULTS) and not outcome.skipped


def test_shipped_data_has_no_errors() -> None:
    outcome = check(Context.open(shipped_database(), against=str(shipped_database())))
    assert [row[:5] for row in outcome.rows if row[2] == "failed" and row[1] == "error"] == []


def edited(folder: Path, table: str, old: str, new: str) -> Path:
    """The tables of the example with a change in one."""
    tables = Path(shutil.copytree(EXAMPLE, folder / table))
    path = tables / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return tables


@pytest.mark.slow
def test_errors_and_warnings_are_apart(tmp_path: Path) -> None:
    unused = edited(tmp_path, "organisation", "\n", "\nWOR-0000,wc,无用公司,company,\n")
    warned = build(unused, tmp_path / "warned.duckdb").database
    finished = ipcli("check", "--db", warned, "-f", "csv")
    first = next(csv.DictReader(io.StringIO(finished.stdout)))
    assert (first["check"], first["level"], first["status"]) == ("organisation_part", "warning", "failed")
    assert "0 errors, 1 warnings" in finished.stderr and "not run: texts (--text)" in finished.stderr
    assert finished.returncode == 0

    wrong = build(edited(tmp_path, "project", ",false,", ",true,"), tmp_path / "wrong.duckdb").database
    finished = ipcli("check", "--db", wrong, "-f", "json")
    assert finished.returncode == 1
    rows = json.loads(finished.stdout)
    assert {row["check"] for row in rows if row["status"] == "failed"} == {"totals", "umbrella"}
    assert {row["check"] for row in rows} == set(FAULTS)
    assert all(row["title"] for row in rows)
    finished = ipcli("check", "--db", wrong, "-f", "table", IPCLI_LANG="zh", COLUMNS="160")
    assert finished.returncode == 1 and "总盘子与项目一致" in finished.stdout


def test_database_that_lacks_what_a_check_reads_is_told_not_raised(tmp_path: Path, bare: Path) -> None:
    path = planted(bare, tmp_path, "-- afterwards\nDROP TABLE core.conflict")
    assert "conflict" in found("conflict_unlisted", path)[0].detail
    assert found("verdicts", path) == []


@pytest.mark.slow
def test_tables_that_do_not_build_are_told_line_by_line(tmp_path: Path) -> None:
    tables = edited(tmp_path, "honour", ",held,", ",had,")
    with Database.open(example_database()) as db:
        findings = find_faults(CHECKS["rebuild"], Context(db, tables=tables))
    assert findings and all(finding.detail.startswith("honour.csv:2:") for finding in findings)


SHIFTED = [
    # What a build cannot see, for it has no text: file, line and column all the same.
    ("observation", ",3,24,3,35,", ",3,25,3,36,", "observation.csv:2: char_start: "),
    ("citation", ",2,19,2,28,", ",2,20,2,29,", "citation.csv:2: char_start: "),
    ("alignment", "做大做强风电装备,offsets", "做大做优风电装备,offsets", "alignment.csv:2: char_start: "),
    ("honour", ",省级,held,", ",省级,held,", ""),
]


@pytest.mark.parametrize(
    ("table", "old", "new", "place"),
    [pytest.param(*case, id=case[0], marks=[pytest.mark.slow]) for case in SHIFTED],
)
def test_finding_says_in_which_line_of_the_tables_it_stands(
    table: str, old: str, new: str, place: str, tmp_path: Path
) -> None:
    tables = edited(tmp_path, table, old, new)
    built = build(tables, tmp_path / "x.duckdb")
    outcome = check(Context.open(built.database, [str(EXAMPLE_TEXT)], str(tables)))
    failed = {row[0]: row[4] for row in outcome.rows if row[2] == "failed"}
    assert failed.get("texts", "").startswith(place)
    assert set(failed) <= {"texts", "numeral_cited"} and bool(failed) == bool(place)


@pytest.mark.parametrize(
    "text", ["SELECT 1", "-- title: 一 | one\nSELECT 1", "-- title: x\n-- level: bad\nSELECT 1"]
)
def test_check_file_without_title_or_level_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"x\.sql"):
        read_sql_check(path)
