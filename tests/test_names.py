from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pytest

from ipcli import paths
from ipcli.dataset import spellings
from ipcli.db.engine import Database
from ipcli.errors import UsageError
from ipcli.query.names import Names, normalise


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPCLI_LANG", "en")


TABLES = """
CREATE TABLE release (city VARCHAR, release VARCHAR, released_on DATE, content_hash VARCHAR);
CREATE TABLE aliases (city VARCHAR, kind VARCHAR, name VARCHAR, alias VARCHAR, form VARCHAR DEFAULT 'short');
CREATE TABLE words (city VARCHAR, column_name VARCHAR, value VARCHAR, zh VARCHAR, en VARCHAR);
CREATE TABLE listed (city VARCHAR, district VARCHAR, industry VARCHAR, name VARCHAR, status VARCHAR);
CREATE SCHEMA core;
"""
CITY_OF_LAKES = """
INSERT INTO release VALUES ('云山市', '2026.1', DATE '2026-01-02', 'x');
INSERT INTO aliases (city, kind, name, alias) VALUES
  ('云山市', 'district', '东湖区', '东湖'), ('云山市', 'district', '西岭区', '西岭'),
  ('云山市', 'district', '高新区', '高新'), ('云山市', 'district', '高新区', 'gaoxin'),
  ('云山市', 'industry', '人工智能', 'AI'),
  ('云山市', 'city', '云山市', 'yunshan');
INSERT INTO words VALUES
  ('云山市', 'district', '东湖区', '东湖区', 'Donghu District'),
  ('云山市', 'industry', '低空经济', '低空经济', 'Low-altitude economy'),
  (NULL, 'status', '在建', '在建', 'under construction'), (NULL, 'status', '规划', '规划', 'planned'),
  (NULL, 'status', '计划', '计划', 'planned'), (NULL, 'status', 'on_track', '按进度', 'on track'),
  (NULL, 'status', 'met', '达成', 'met');
INSERT INTO listed (city, district) SELECT '云山市', unnest(['东湖区', '东港区', '西岭区']);
INSERT INTO listed (city, industry) SELECT '云山市', unnest(['低空经济', '人工智能', '海洋装备']);
CREATE VIEW investments AS FROM listed;
CREATE TABLE districts AS SELECT '云山市' AS city, unnest(['东湖区', '东港区', '西岭区', '高新区']) AS district;
COMMENT ON COLUMN districts.district IS '区市 | District';
CREATE TABLE projects AS SELECT '云山市' AS city, unnest(['鹏辉能源青岛基地', '卡奥斯工业互联网生态园', '产值']) AS name,
  unnest(['在建', '规划', '计划']) AS status;
CREATE TABLE outcomes AS SELECT '云山市' AS city, 'on_track' AS status;
CREATE TABLE greens AS SELECT '云山市' AS city, unnest(['绿能', '风能']) AS kind;
"""
REFERENCES = (
    "districts.district", "investments.district", "investments.industry", "projects.name", "projects.status",
    "outcomes.status", "greens.kind",
)  # fmt: skip


def database(path: Path, statements: str, references: Iterable[str]) -> Database:
    schema = (paths.data() / "schema.sql").read_text(encoding="utf-8")
    with duckdb.connect(str(path)) as connection:
        connection.execute(TABLES + statements + schema[schema.index("CREATE TABLE core.spelling") :])
        spellings.write(connection, path.parent, references)
    return Database.open(path)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """What the database of one city tells."""
    return database(tmp_path_factory.mktemp("names") / "x.duckdb", CITY_OF_LAKES, REFERENCES)


@pytest.fixture
def city(known: Database) -> Names:
    return Names(known, None)


def test_normalise_drops_width_case_spaces_and_marks() -> None:
    assert normalise(" Ａ·ｂ－C_（d）“e”、/\u3000") == "abcde"
    assert normalise("東濟", {"東": "东"}) == "东濟"


@pytest.mark.parametrize(
    ("reference", "typed", "value"),
    [
        ("investments.district", "东湖区", "东湖区"),
        ("investments.district", "东湖", "东湖区"),
        ("investments.district", "東湖", "东湖区"),
        ("investments.district", "ＤＯＮＧＨＵ", "东湖区"),
        ("investments.district", "西", "西岭区"),
        ("investments.district", "dongh", "东湖区"),
        ("investments.industry", "Ａ Ｉ", "人工智能"),
        ("investments.industry", "低空經濟", "低空经济"),
        ("investments.industry", "dkjj", "低空经济"),
        ("investments.industry", "dikong", "低空经济"),
        ("investments.industry", "海洋", "海洋装备"),
        ("elsewhere.industry", "ai", "人工智能"),
    ],
)
def test_resolves_what_people_type(city: Names, reference: str, typed: str, value: str) -> None:
    assert city.resolve(reference, typed) == value


@pytest.mark.parametrize("typed", ["luneng", "lvneng", "lüneng", "LYU neng", "lu\u0308n", "lv"])
def test_an_umlaut_is_typed_in_four_ways(city: Names, typed: str) -> None:
    assert city.resolve("greens.kind", typed) == "绿能"
    assert list(city.complete(["绿能", "风能"], typed)) == ["绿能"]
    assert city.meanings(["greens.kind"], typed) == {"greens.kind": ["绿能"]}


@pytest.mark.parametrize(
    ("reference", "typed", "value"),
    [
        ("projects.status", "Under Construction", "在建"),
        ("projects.status", "under", "在建"),
        ("projects.status", "在建", "在建"),
        ("outcomes.status", "按进度", "on_track"),
        ("outcomes.status", "on track", "on_track"),
    ],
)
def test_a_code_is_typed_as_either_of_its_words(city: Names, reference: str, typed: str, value: str) -> None:
    assert city.resolve(reference, typed) == value


def test_a_word_for_several_codes_lists_them_and_one_for_none_of_the_column_is_unknown(
    city: Names,
    known: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(
        UsageError, match=r'status "planned" is ambiguous: 规划 \(planned\), 计划 \(planned\)'
    ):
        city.resolve("projects.status", "planned")
    with pytest.raises(UsageError, match=r'unknown status "met": one of on_track \(on track\)'):
        city.resolve("outcomes.status", "met")
    monkeypatch.setenv("IPCLI_LANG", "zh")
    with pytest.raises(UsageError, match="可选：on_track（按进度）"):
        Names(known, None).resolve("outcomes.status", "达成")


def test_a_known_name_without_rows_resolves_and_one_with_rows_goes_first(city: Names) -> None:
    assert city.resolve("investments.district", "gaoxin") == "高新区"
    assert city.resolve("districts.district", "高") == "高新区"


def test_a_prefix_of_several_names_lists_them(city: Names) -> None:
    with pytest.raises(UsageError, match=r'district "dong" is ambiguous: 东港区, 东湖区 \(Donghu District\)'):
        city.resolve("investments.district", "dong")


@pytest.mark.parametrize("typed", ["", "  ", "·"])
def test_nothing_is_no_name(city: Names, typed: str) -> None:
    with pytest.raises(UsageError, match="unknown district"):
        city.resolve("investments.district", typed)


def test_a_misspelt_name_gets_the_nearest(city: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match='unknown industry "低矮经济": did you mean 低空经济'):
        city.resolve("investments.industry", "低矮经济")
    monkeypatch.setenv("IPCLI_LANG", "zh")
    with pytest.raises(UsageError, match="未知的区市：东朗区。您是不是要找：东"):
        city.resolve("investments.district", "东朗区")


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("donhu", ["东湖区 (Donghu District)"]),
        ("gaxin", ["高新区"]),
        ("dong", ["东湖区 (Donghu District)", "东港区"]),
        ("foo", []),
        ("ai2x", []),
    ],
)
def test_latin_words_are_near_when_they_are_much_alike(city: Names, typed: str, near: list[str]) -> None:
    found = city.near(["districts.district", "investments.industry"], typed)
    assert sorted(found) == sorted(near)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        # The beginning of a long name with a slip in it, in letters, characters and by its sound.
        ("penhui", ["鹏辉能源青岛基地"]),
        ("卡奥思", ["卡奥斯工业互联网生态园"]),
        ("蓬辉", ["鹏辉能源青岛基地"]),
        # One character of two, letters that begin otherwise, and short words, are no likeness.
        ("试产", []),
        ("renhui", []),
        ("pen", []),
        ("卡片", []),
        ("火星", []),
    ],
)
def test_the_beginning_of_a_long_name_is_near(city: Names, typed: str, near: list[str]) -> None:
    assert city.near(["projects.name"], typed) == near


@pytest.mark.parametrize(
    ("reference", "typed", "name"),
    [
        # A part of one name; a name without some of its characters, with a word too many, by its sound.
        ("investments.industry", "装备", "海洋装备"),
        ("projects.name", "工业互联网", "卡奥斯工业互联网生态园"),
        ("projects.name", "卡奥斯互联生态园", "卡奥斯工业互联网生态园"),
        ("districts.district", "东湖区市", "东湖区"),
        ("investments.industry", "底空经济", "低空经济"),
    ],
)
def test_what_can_only_be_one_name_is_taken_and_noted(
    known: Database, reference: str, typed: str, name: str
) -> None:
    names = Names(known, None)
    assert names.resolve(reference, typed) == name
    assert names.taken == {typed: [name]}
    names.taken.clear()
    assert names.meanings([reference], typed) == {reference: [name]} and names.taken == {typed: [name]}


@pytest.mark.parametrize(
    ("reference", "typed", "says"),
    [
        ("districts.district", "湖", "unknown district"),
        ("projects.name", "装备", "unknown project"),
        ("districts.district", "人工智能", "unknown district"),
        ("projects.name", "卡奥斯工业互联网生态园二期", "did you mean 卡奥斯工业互联网生态园"),
        ("districts.district", "tian", "unknown district"),
    ],
)
def test_what_is_not_certain_is_refused(known: Database, reference: str, typed: str, says: str) -> None:
    names = Names(known, None)
    with pytest.raises(UsageError, match=says):
        names.resolve(reference, typed)
    assert not names.taken


def test_a_beginning_of_several_names_is_not_taken_for_one(known: Database) -> None:
    names = Names(known, None)
    with pytest.raises(UsageError, match="ambiguous: 东港区, 东湖区"):
        names.resolve("districts.district", "东")
    assert not names.taken


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("东湖人工智能", ["东湖", "人工智能"]),
        ("东湖的AI", ["东湖", "AI"]),
        ("東湖区低空经济目标", ["东湖区", "低空经济", "目标"]),
        ("东湖", []),
        ("火星人", []),
        ("东湖区x", []),
        ("donghurengongzhineng", []),
    ],
)
def test_names_run_together_are_split(city: Names, typed: str, parts: list[str]) -> None:
    found = city.split(["districts.district", "investments.industry"], typed)
    assert found == parts or [city._forms(part)[0] for part in found] == parts


def test_where_nothing_is_near_a_short_list_is_offered_whole(city: Names) -> None:
    with pytest.raises(UsageError) as caught:
        city.resolve("investments.industry", "xyz")
    assert (
        str(caught.value)
        == 'unknown industry "xyz": one of 人工智能, 低空经济 (Low-altitude economy), 海洋装备'
    )


def test_a_name_is_found_by_its_sound_and_in_traditional_characters(city: Names) -> None:
    assert city.resolve("investments.industry", "海洋裝備") == "海洋装备"
    assert city.resolve("investments.industry", "底空京济") == "低空经济"


def test_the_city_is_the_only_one_or_must_be_told(tmp_path: Path) -> None:
    rows = ", ".join(f"('{name}', '1', DATE '2026-01-02', 'x')" for name in ("云山市", "河口市", "河源市"))
    statements = f"INSERT INTO release VALUES {rows};"
    statements += (
        "INSERT INTO aliases (city, kind, name, alias) VALUES ('云山市', 'city', '云山市', 'yunshan');"
    )
    known = database(tmp_path / "x.duckdb", statements, ())
    for typed, name in {"YunShan": "云山市", "雲山": "云山市", "河口": "河口市", "河源市": "河源市"}.items():
        assert Names(known, typed).city == name
    with pytest.raises(UsageError, match="--city: 云山市, 河口市, 河源市"):
        Names(known, None)
    with pytest.raises(UsageError, match="ambiguous: 河口市, 河源市"):
        Names(known, "河")
    with pytest.raises(UsageError, match='unknown city "河口镇"'):
        Names(known, "河口镇")
