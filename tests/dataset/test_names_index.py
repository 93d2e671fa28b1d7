"""The shipped names index: names are found in the scripts of Taiwan and Hong Kong too."""

from __future__ import annotations

import json

import duckdb
import opencc
import pytest

from cli.test_shipped import ask
from ipcli import paths
from ipcli.query.names import normalise


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("黃島", "西海岸新区"),
        ("嶗山", "崂山区"),
        ("卽墨", "即墨区"),
        ("鵬輝能源", "鹏辉能源"),
        ("衞星互聯網", "卫星互联网"),
    ],
)
def test_traditional_characters_name_the_same(typed: str, name: str) -> None:
    told = ask("show", typed, "-f", "table", IPCLI_LANG="zh")
    assert told.returncode == 0 and name in told.stdout.splitlines()[0]


@pytest.mark.slow
def test_a_city_is_named_in_them_too() -> None:
    assert ask("districts", "--city", "青島").stdout == ask("districts").stdout


def test_all_characters_of_all_names_are_known_in_each_script(shipped: duckdb.DuckDBPyConnection) -> None:
    with open(paths.names_index(paths.database(None)), encoding="utf-8") as file:
        head, body = map(json.loads, file)
    known = {value for column in body["values"].values() for value in column}
    for row in shipped.execute("SELECT alias, name FROM main.aliases WHERE kind <> 'city'").fetchall():
        known |= set(row)
    for script in ("s2t", "s2tw", "s2hk"):
        converter = opencc.OpenCC(script)
        lost = [
            name
            for name in known
            if normalise(converter.convert(name), body["t2s"]) != normalise(name, body["t2s"])
        ]
        assert not lost, (script, lost)
        assert converter.convert("青岛") in head["city_aliases"]
