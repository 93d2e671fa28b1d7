"""The difference of two releases: facts added, changed, deprecated, vanished."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest
from tables_at_hand import EXAMPLE, ROOT, example_database, ipcli, two_cities_database

from ipcli.dataset.build import build


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example after some work on it."""
    folder = tmp_path_factory.mktemp("newer")
    tables = Path(shutil.copytree(EXAMPLE, folder / "tables"))

    def edit(table: str, old: str, new: str) -> None:
        path = tables / f"{table}.csv"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    # A figure corrected, with its phrase; a fact deprecated; one gone without a word; one added; a citation added.
    edit("observation", "eq,118,亿元", "eq,119,亿元")
    edit("observation", "2021年为118亿元", "2021年为119亿元")
    honour = (tables / "honour.csv").read_text(encoding="utf-8").splitlines()[1]
    edit("honour", honour + "\n", "")
    edit("deprecation", "\n", "\nWHO-0001,1.1,,证书已到期\n")
    mechanism = (tables / "mechanism.csv").read_text(encoding="utf-8").splitlines()[1]
    edit("mechanism", mechanism + "\n", "")
    alignment = (tables / "alignment.csv").read_text(encoding="utf-8").splitlines()[-1]
    edit("alignment", alignment, alignment + "\n" + alignment.replace("WAL-0003", "WAL-0004"))
    citation = (tables / "citation.csv").read_text(encoding="utf-8").splitlines()[1]
    edit("citation", citation, citation + "\nWOB-0001,2,WC-002,,,,,规模120亿元,phrase,")
    edit("source", "公报", "统计公报")
    return build(tables, folder / "newer.duckdb").database


def run(old: Path, new: Path) -> tuple[list[tuple[str, ...]], str]:
    finished = ipcli("diff", old, new, "-f", "csv")
    assert finished.returncode == 0, finished.stderr
    return [tuple(row.values()) for row in csv.DictReader(io.StringIO(finished.stdout))], finished.stderr


def test_every_kind_of_change_is_told_with_what_it_was_and_is(newer: Path) -> None:
    rows, err = run(example_database(), newer)
    assert set(rows) == {
        ("added", "alignment", "WAL-0004", "", "", "数字渔场", ""),
        ("changed", "observation", "WOB-0001", "citation 2", "", "WC-002 规模120亿元", ""),
        ("changed", "observation", "WOB-0010", "as_reported", "2021年为118亿元", "2021年为119亿元", ""),
        ("changed", "observation", "WOB-0010", "value", "118", "119", ""),
        ("changed", "observation", "WOB-0010", "lower", "118", "119", ""),
        ("changed", "observation", "WOB-0010", "upper", "118", "119", ""),
        ("changed", "source", "WC-002", "title", "望川市2022年统计公报", "望川市2022年统计统计公报", ""),
        ("deprecated", "honour", "WHO-0001", "", "获评省级智慧渔业示范区", "", "证书已到期"),
        ("vanished", "mechanism", "WME-0001", "", "推行“渔长制”", "", ""),
    }
    assert err.strip() == "1 added, 3 changed, 1 deprecated, 1 vanished"


def test_other_way_round_and_the_same(newer: Path) -> None:
    rows, _ = run(newer, example_database())
    assert {row[:3] for row in rows if row[0] == "added"} == {
        ("added", "honour", "WHO-0001"),
        ("added", "mechanism", "WME-0001"),
    }
    assert run(newer, newer)[0] == []


@pytest.mark.slow
def test_second_city_is_all_additions_and_json_is_json() -> None:
    rows = json.loads(ipcli("diff", example_database(), two_cities_database(), "-f", "json").stdout)
    assert {row["change"] for row in rows} == {"added"}
    assert {"LOB-0001", "lm-gaoxin", "LM-001"} <= {row["fact_id"] for row in rows}
    assert "LOB-0001" in ipcli("diff", example_database(), two_cities_database(), "-f", "table").stdout


@pytest.mark.slow
def test_database_of_an_older_schema_is_compared_by_what_both_have(tmp_path: Path) -> None:
    old = Path(shutil.copy(example_database(), tmp_path / "old.duckdb"))
    with duckdb.connect(str(old)) as con:
        con.execute("DROP TABLE core.conflict")
        con.execute("ALTER TABLE core.policy_document RENAME note TO remark")
    rows, _ = run(old, example_database())
    assert {row[:2] for row in rows} == {("added", "conflict")}


# The commit with the database of 0.1.0.
FIRST = "36225ee"


@pytest.mark.slow
def test_database_of_the_first_release_is_read(tmp_path: Path) -> None:
    old = tmp_path / "old.duckdb"
    with old.open("wb") as out:
        shown = subprocess.run(["git", "show", f"{FIRST}:data/industry.duckdb"], cwd=ROOT, stdout=out)
    if shown.returncode:
        pytest.skip("no history at hand")
    rows, _ = run(old, ROOT / "data" / "industry.duckdb")
    # No fact has vanished: only what tied two of them together.
    ties = {row[1] for row in rows if row[0] == "vanished"}
    assert ties <= {"conflict", "target_outcome"}
    assert {row[0] for row in rows} <= {"added", "changed", "deprecated", "vanished"}
