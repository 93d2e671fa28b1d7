"""What completion offers, as the prompt asks for it: on the invented city, without a terminal."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import House
from ipcli.cli.shell import world
from ipcli.cli.shell.session import Session
from ipcli.db.files import opened
from ipcli.db.sandbox import Sandbox

Complete = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def session(house: House, tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A session on a copy of the invented database, with a table of the user's own."""
    folder = tmp_path_factory.mktemp("completion")
    db = shutil.copy(house.db, folder / "city.duckdb")
    own = folder / "own.csv"
    own.write_text('客户,"order","a b"\n阿里,1,2\n"it\'s",2,3\n', encoding="utf-8")
    with opened([f"mine={own}"]) as tables:
        return Session(Sandbox.load(db, tables))


@pytest.fixture
def complete(session: Session) -> Complete:
    """The text after each candidate for `before|after` is taken, without what follows the cursor."""
    offer = world.candidates(session)

    def found(text: str) -> list[str]:
        before, _, after = text.partition("|")
        return [before[: one.start] + one.text for one in offer(before + after, len(before))]

    return found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("from investments where district = 'donghu|", "from investments where district = '东湖区'"),
        ("from investments where district = '东湖|", "from investments where district = '东湖区'"),
        ("from investments where district = '東湖|", "from investments where district = '东湖区'"),
        ("from investments where industry = 'dkjj|", "from investments where industry = '低空经济'"),
        ("from investments where industry = 'dikong|", "from investments where industry = '低空经济'"),
        ("from investments where industry = 'AI|", "from investments where industry = '人工智能'"),
        ("from investments where industry = '智能|", "from investments where industry = '人工智能'"),
        (
            "from investments where industry in ('人工智能', 'dk|",
            "from investments where industry in ('人工智能', '低空经济'",
        ),
        ("from investments where industry like 'dk|", "from investments where industry like '低空经济'"),
        ("from investments i where i.industry <> 'dk|", "from investments i where i.industry <> '低空经济'"),
        ("from investments where industry = 'dk|'", "from investments where industry = '低空经济"),
        ("from investments where industry = dk|", "from investments where industry = '低空经济'"),
        (
            "from investments where list_contains(tags, '甲|",
            "from investments where list_contains(tags, '甲'",
        ),
        ("from mine where 客户 = 'it|", "from mine where 客户 = 'it''s'"),
        ("from mine where 客户 = '阿|", "from mine where 客户 = '阿里'"),
        ("select 'dk|", "select '低空经济'"),
    ],
)
def test_values(complete: Complete, text: str, wanted: str) -> None:
    assert complete(text) == [wanted]


def test_a_value_of_another_column_is_not_offered(complete: Complete) -> None:
    assert complete("from investments where industry = 'donghu|") == []


def test_a_column_without_spellings_tells_its_values(complete: Complete) -> None:
    assert complete("from investments where project = '飞|") == [
        "from investments where project = '飞艇工厂'"
    ]


def test_columns_of_named_views_come_first(complete: Complete) -> None:
    found = complete("select d| from districts")
    assert found[:2] == ["select district", "select district_en"]
    assert complete("select amount| from investments")[0] == "select amount_yi"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("sel|", ["select"]),
        ("SEL|", ["SELECT"]),
        ("select 1 from inv|", ["select 1 from investments"]),
        ("from districts join inv|", ["from districts join investments"]),
        ("from districts d select d.district_|", ["from districts d select d.district_en"]),
        ("from districts as dd select dd.lev|", ["from districts as dd select dd.level"]),
        ("describe inv|", ["describe investments"]),
        ("select 总投|", ["select amount_yi"]),
        ("from mine select ord|", ['from mine select "order"', "from mine select order"]),
        ("from mine select a |", None),
        ('from mine select "a|', ['from mine select "a b"', 'from mine select "aliases"']),
        ("select 1; select lev| from districts", ["select 1; select level"]),
        ("select 1 -- sel|", []),
        ("select /* sel|", []),
        ("select 12|", []),
        (".ta|", [".tables"]),
        (".schema dis|", [".schema districts"]),
        (".format js|", [".format json", ".format jsonl"]),
        (".timing o|", [".timing on", ".timing off"]),
        (".tables x|", []),
    ],
)
def test_names(complete: Complete, text: str, wanted: list[str] | None) -> None:
    found = complete(text)
    if wanted is None:
        assert found
    else:
        assert found[: len(wanted)] == wanted


def test_the_options_of_run(complete: Complete, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "-- title: 我的 | Mine\n-- param: industry text values=investments.industry | 产业 | Industry\n"
    query += "-- param: by text = a choices=a,b | 按 | By\nselect $industry, $by\n"
    (tmp_path / "mine.sql").write_text(query, encoding="utf-8")
    monkeypatch.setenv("IPCLI_SQL_PATH", str(tmp_path))
    assert complete(".run mi|") == [".run milestones", ".run mine"]
    assert complete(".run mine --ind|") == [".run mine --industry"]
    assert complete(".run mine --industry dk|") == [".run mine --industry 低空经济"]
    assert complete(".run mine --industry=dk|") == [".run mine --industry=低空经济"]
    assert complete(".run mine --by |") == [".run mine --by a", ".run mine --by b"]
    assert ".run mine --by a --limit" in complete(".run mine --by a --li|")
    assert ".run mine --db" not in complete(".run mine --|")


def test_files(complete: Complete, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "my result.csv").touch()
    monkeypatch.chdir(tmp_path)
    assert complete(".output f|") == [".output folder/"]
    assert complete(".output my|") == [".output 'my result.csv'"]
    assert complete(".output nowhere/|") == []
