"""Nothing is hard-wired to one city: an invented one answers every lookup, and two live in one file."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

import pytest
from tables_at_hand import EXAMPLE, ROOT, SECOND, example_database, ipcli, two_cities, two_cities_database

from conftest import some
from ipcli.dataset.build import build
from ipcli.dataset.check import Context, find_faults, list_checks
from ipcli.db.engine import Database

LOOKUPS = sorted({path.stem for path in (ROOT / "sql").glob("*.sql")} - {"find"})


def answer(*args: str | Path) -> list[dict[str, str]]:
    finished = ipcli(*args, "-f", "csv")
    assert finished.returncode == 0, finished.stderr
    return list(csv.DictReader(io.StringIO(finished.stdout)))


@pytest.mark.slow
def test_build_as_a_process(tmp_path: Path) -> None:
    finished = ipcli("build", "--tables", EXAMPLE, "-o", tmp_path / "x.duckdb")
    assert finished.returncode == 0, finished.stderr
    assert "observation 10" in finished.stderr


@pytest.mark.parametrize("lookup", some(LOOKUPS, 2))
def test_lookup_over_the_example_speaks_of_no_other_city(lookup: str) -> None:
    text = str(answer(lookup, "--db", example_database()))
    assert not re.search("青岛|崂山|Qingdao|SRC-", text)


def test_names_of_the_example_resolve() -> None:
    db = example_database()
    (target,) = answer("targets", "--district", "桐湖", "--industry", "风电", "--db", db)
    assert (target["fact_id"], target["stated"], target["required_growth_pct"]) == (
        "WOB-0003",
        ">150 亿元",
        "25",
    )
    assert {row["verdict"] for row in answer("outcomes", "--db", db)} == {"met", "reached_late"}
    (conflict,) = answer("conflicts", "--db", db)
    assert (conflict["value"], conflict["other_value"]) == ("120", "118")
    pinyin = ipcli("alignments", "--district", "青岛", "--db", db)
    assert pinyin.returncode == 2 and "unknown" in pinyin.stderr


def test_two_cities_in_one_file_are_kept_apart() -> None:
    db = two_cities_database()
    undecided = ipcli("districts", "--db", db)
    assert undecided.returncode == 2
    assert "望川市" in undecided.stderr and "鹿鸣市" in undecided.stderr and "--city" in undecided.stderr
    first = {row["district"] for row in answer("districts", "--city", "望川", "--db", db)}
    second = {row["district"] for row in answer("districts", "--city", "鹿鸣市", "--db", db)}
    assert first == {"桐湖区", "石洲区", "高新片区"} and second == {"东屏区", "高新片区"}
    # The zone has the same name in both: each city sees its own.
    (tea,) = answer("targets", "--district", "高新片区", "--city", "鹿鸣", "--db", db)
    assert (tea["industry"], tea["stated"]) == ("茶饮", ">=80 亿元")
    assert answer("targets", "--district", "高新片区", "--city", "望川", "--db", db) == []
    stranger = ipcli("targets", "--district", "东屏区", "--city", "望川", "--db", db)
    assert stranger.returncode == 2


@pytest.mark.slow
def test_second_city_alone_lacks_only_tables(tmp_path: Path) -> None:
    finished = ipcli("build", "--tables", SECOND, "-o", tmp_path / "x.duckdb")
    assert finished.returncode == 1
    assert "release.csv:1: the table is missing" in finished.stderr
    assert not (tmp_path / "x.duckdb").exists()


@pytest.mark.slow
def test_row_that_mixes_two_cities_is_found(tmp_path: Path) -> None:
    tables = Path(shutil.copytree(two_cities(), tmp_path / "tables"))
    alignment = tables / "alignment.csv"
    text = alignment.read_text(encoding="utf-8")
    alignment.write_text(text.replace("lm-gaoxin,lm-tea", "wc-gaoxin,lm-tea"), encoding="utf-8")
    built = build(tables, tmp_path / "x.duckdb")
    (one,) = (check for check in list_checks() if check.name == "same_city")
    with Database.open(built.database) as db:
        assert {finding.fact for finding in find_faults(one, Context(db))} == {"LAL-0001"}
    with Database.open(two_cities_database()) as db:
        assert find_faults(one, Context(db)) == []


def test_bare_names_of_the_example_meet() -> None:
    rows = answer("find", "桐湖", "风电", "--db", example_database())
    assert rows and {row["district"] for row in rows} == {"桐湖区"}
    assert answer("桐湖", "风电", "--db", example_database()) == rows
