"""What completion offers, as the prompt asks for it: on the invented city, without a terminal."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from conftest import House
from ipcli.api.sql import Locked
from ipcli.cli.prompt import SqlCompleter
from ipcli.cli.shell import DOTS
from ipcli.db.files import open_tables
from ipcli.db.sandbox import Sandbox

Complete = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def complete(house: House, tmp_path_factory: pytest.TempPathFactory) -> Complete:
    """The text after each candidate for `before|after` is taken, without what follows the cursor."""
    folder = tmp_path_factory.mktemp("completion")
    db = shutil.copy(house.db, folder / "city.duckdb")
    own = folder / "own.csv"
    own.write_text('客户,"order","a b"\n阿里,1,2\n"it\'s",2,3\n"\x1b[31m",2,3\n', encoding="utf-8")
    with open_tables([f"mine={own}"]) as tables:
        completer = SqlCompleter(Locked(Sandbox.load(db, tables)), DOTS)

    def found(text: str) -> list[str]:
        before, _, after = text.partition("|")
        offered = completer.get_completions(Document(before + after, len(before)), CompleteEvent())
        return [before[: len(before) + one.start_position] + one.text for one in offered]

    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("where district = 'donghu|", "东湖区"),
        ("where district = '東湖|", "东湖区"),
        ("where industry = 'dkjj|", "低空经济"),
        ("where industry = 'AI|", "人工智能"),
        ("where industry = '智能|", "人工智能"),
        ("where industry in ('人工智能', 'dk|", "低空经济"),
        ("where industry not like 'dk|", "低空经济"),
        ("i where i.industry <> 'dk|", "低空经济"),
        ("where list_contains(tags, '甲|", "甲"),
        ("join mine on 客户 = 'it|", "it''s"),
    ],
)
def test_values(complete: Complete, text: str, value: str) -> None:
    before = f"from investments {text}".rpartition("'")[0]
    assert complete(f"from investments {text}") == [f"{before}'{value}'"]
    # Where the quote is closed already, no second one closes it.
    assert complete(f"from investments {text}'") == [f"{before}'{value}"]


def test_what_is_no_value_of_the_column_is_not_offered(complete: Complete) -> None:
    assert complete("from investments where industry = 'donghu|") == []
    assert complete("from investments where industry = '低空经济'|") != []
    # Nor what would steer the terminal.
    assert complete("客户 = '|") == ["客户 = 'it''s'", "客户 = '阿里'"]


def test_among_several_cities_the_columns_tell(tmp_path: Path, house: House) -> None:
    db = shutil.copy(house.db, tmp_path / "several.duckdb")
    with duckdb.connect(str(db)) as connection:
        connection.execute("INSERT INTO release SELECT '海州市', * EXCLUDE (city) FROM release")
    completer = SqlCompleter(Locked(Sandbox.load(db)), DOTS)
    for typed, wanted in (("低", ["低空经济'"]), ("dkjj", [])):
        document = Document(f"from investments where industry = '{typed}")
        assert [one.text for one in completer.get_completions(document, CompleteEvent())] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("select d| from districts", ["select district", "select district_en"]),
        ("select amount| from investments", ["select amount_yi"]),
        ("sel|", ["select"]),
        ("SEL|", ["SELECT"]),
        ("select 1 from inv|", ["select 1 from investments"]),
        ("from districts join inv|", ["from districts join investments"]),
        ("from districts d select d.district_|", ["from districts d select d.district_en"]),
        ("describe inv|", ["describe investments"]),
        ("select 总投|", ["select amount_yi"]),
        ("from mine select ord|", ['from mine select "order"']),
        ("from mine select a|", ['from mine select "a b"']),
        (".sc|", [".schema"]),
        (".schema dis|", [".schema districts"]),
    ],
)
def test_names(complete: Complete, text: str, wanted: list[str]) -> None:
    assert complete(text)[: len(wanted)] == wanted
