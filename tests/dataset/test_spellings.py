"""The shipped spellings: names are found in the scripts of Taiwan and Hong Kong, and near ones by their sound."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import opencc
import pytest

from cli.test_shipped import ask
from conftest import some
from ipcli.query.names import normalise


@pytest.mark.parametrize(
    ("typed", "name"),
    some(
        [
            ("黃島", "西海岸新区"),
            ("嶗山", "崂山区"),
            ("卽墨", "即墨区"),
            ("鵬輝能源", "鹏辉能源"),
            ("衞星互聯網", "卫星互联网"),
        ],
        2,
    ),
)
def test_traditional_characters_name_the_same(typed: str, name: str) -> None:
    told = ask("show", typed, "-f", "table", IPCLI_LANG="zh")
    assert told.returncode == 0 and name in told.stdout.splitlines()[0]


@pytest.mark.slow
def test_a_city_is_named_in_them_too() -> None:
    assert ask("districts", "--city", "青島").stdout == ask("districts").stdout


def test_all_characters_of_all_names_are_known_in_each_script(shipped: duckdb.DuckDBPyConnection) -> None:
    names = [name for (name,) in shipped.execute("SELECT DISTINCT name FROM core.spelling").fetchall()]
    pairs = shipped.execute(
        "SELECT character, simplified FROM core.character WHERE simplified IS NOT NULL"
    ).fetchall()
    for script in ("s2t", "s2tw", "s2hk"):
        convert = opencc.OpenCC(script).convert
        lost = [
            name for name in names if normalise(convert(name), dict(pairs)) != normalise(name, dict(pairs))
        ]
        assert not lost, (script, lost)


def test_without_the_extra_a_build_says_what_installs_it(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['opencc'] = None; sys.argv[1:] = ['build', '-o', 'x.duckdb']\n"
        "from ipcli.__main__ import run; run()"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"IPCLI_LANG": "en"},
        capture_output=True,
        encoding="utf-8",
    )
    assert (run.returncode, run.stdout, list(tmp_path.iterdir())) == (2, "", [])
    assert run.stderr == "ipcli: a build needs opencc, which this installs: pip install 'ipcli[maintain]'\n"


@pytest.mark.parametrize(
    ("typed", "near"),
    some([("劳山", "崂山区"), ("蓬辉", "鹏辉能源"), ("底空经济", "低空经济"), ("低控经济", "低空经济")], 2),
)
def test_names_are_near_by_their_sound(typed: str, near: str) -> None:
    run = ask("show", typed, IPCLI_LANG="zh")
    # Two characters are too few to be sure of.
    if len(typed) < 3:
        assert run.returncode == 2 and near in run.stderr
    else:
        assert (run.returncode, run.stderr) == (0, f"ipcli: {typed} -> {near}\n")
