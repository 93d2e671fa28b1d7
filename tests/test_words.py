"""What codes and names read as: complete for the data, in the user's language, and never in formats for machines."""

from __future__ import annotations

import csv
import re

import duckdb
import pytest

from conftest import PACKAGE
from ipcli.model import Column, Label, Text
from ipcli.query.words import Words, read_kinds

DATA = PACKAGE.parent.parent / "data"
WORDS = Words(
    [
        ("verdict", "not_met", "not met"),
        ("unit", "万辆", "10k vehicles"),
        ("unit", "平方公里", "km²"),
        ("unit", "家", "companies"),
        ("unit", "个", ""),
        ("comparator", "gt", "more than"),
        ("district", "东湖区", "Donghu"),
        ("tier", "先导产业", "Leading industries"),
        ("industry", "低空经济", "Low-altitude economy"),
        ("track", "低空装备", "Low-altitude equipment"),
        ("indicator", "产量", "Output"),
        ("per", "年", "year"),
    ]
)


def reads(name: str, value: str) -> str:
    column = WORDS.dress(Column(name, "text", Label(Text(name, name))))
    return column.reads(value) if column.reads else value


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("verdict", "not_met", "not met"),
        ("verdict", "else", "else"),
        ("target_comparator", "gt", "more than"),
        ("within", "东湖区", "Donghu"),
        ("stated", ">50 万辆", ">500,000 vehicles"),
        # "²" is no multiplier.
        ("stated", "≥200 平方公里", "≥200 km²"),
        ("outcome", "3 家", "3 companies"),
        ("outcome", "≤2025-06-06", "≤2025-06-06"),
        ("name", "东湖区", "Donghu"),
        ("outcome", "投产", "投产"),
        ("note", "gt", "gt"),
        # What is counted needs no word.
        ("stated", "300+ 个", "300+"),
        ("unit", "个", ""),
        # What the data has under its own name, wherever it stands.
        ("part", "先导产业", "Leading industries"),
        ("part_items", "低空经济", "Low-altitude economy"),
        ("local_name", "低空装备", "Low-altitude equipment"),
        ("item", "低空装备", "Low-altitude equipment"),
        ("aim", "产量", "Output"),
        ("aim", "建成投产", "建成投产"),
        (
            "what",
            "低空经济 产量 >50 万辆（每年）",
            "Low-altitude economy Output >500,000 vehicles (per year)",
        ),
        ("what", "某企业 产量 3 个 → 300+ 个（试点 产量）", "某企业 Output 3 → 300+ (试点 Output)"),
        ("what", "中电建海上光伏发电（实际）", "中电建海上光伏发电（实际）"),
        ("what", "十 个", "十 个"),
        ("what", "航线开通（每日两班）", "航线开通（每日两班）"),
    ],
)
def test_columns_read_by_their_names(name: str, value: str, word: str) -> None:
    assert reads(name, value) == word


def test_the_unit_of_a_heading_is_a_word_too() -> None:
    column = WORDS.dress(Column("n", "number", Label(Text("产量", "Output"), "万辆")))
    assert column.label.unit == "10k vehicles"
    counted = WORDS.dress(Column("n", "integer", Label(Text("企业", "Firms"), "个")))
    assert not counted.label.unit


def listed() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    with (DATA / "words.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert row["value"] not in found.get(row["column_name"], set())
            assert (row["zh"] and row["en"].isascii()) or row["column_name"] == "unit"
            found.setdefault(row["column_name"], set()).add(row["value"])
    found["kind"] |= {kind.kind for kind in read_kinds().values()}
    return found


def test_every_code_of_the_schema_has_its_words() -> None:
    words = listed()
    # Not shown by any view, or the same to everybody.
    silent = {"class", "direction", "disposition", "entity", "grade", "how"}
    schema = (DATA / "schema.sql").read_text(encoding="utf-8")
    codes = re.findall(r"(\w+) VARCHAR[^,\n]*CHECK \(\1 IN \(([^)]*)\)\)", schema)
    assert len(codes) > 30
    for column, values in codes:
        if column in silent:
            continue
        known = words.get(column) or words[column.rpartition("_")[2]]
        if column == "kind":  # of organisations, which the views call type
            known = known | words["type"]
        assert {value.strip(" '") for value in values.split(",")} <= known, column


def test_every_unit_and_role_of_the_data_has_its_words(shipped: duckdb.DuckDBPyConnection) -> None:
    words = listed()
    plain = re.compile(r"%|[A-Za-z]+")
    units = shipped.sql("SELECT DISTINCT unit FROM core.observation WHERE unit IS NOT NULL").fetchall()
    assert {unit for (unit,) in units if not plain.fullmatch(unit)} <= words["unit"]
    roles = {role for (role,) in shipped.sql("SELECT DISTINCT role FROM organisations").fetchall()}
    assert roles <= words["role"]
