from __future__ import annotations

from pathlib import Path

import pytest

from conftest import CITY, HASH, INDEX, write_index
from ipcli.errors import UsageError
from ipcli.query import names
from ipcli.query.names import Names, StaleIndex, normalise


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPCLI_LANG", "en")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    path = tmp_path / "x.names.jsonl"
    write_index(path, {CITY: INDEX})
    return path


@pytest.fixture
def city(index: Path) -> Names:
    return Names.load(index, None)


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
def test_an_umlaut_is_typed_in_four_ways(typed: str) -> None:
    made = Names(CITY, {"industry": {"luneng": ["绿能"]}}, {"industries.industry": ["绿能", "风能"]}.get)
    assert made.resolve("industries.industry", typed) == "绿能"
    assert made.matching(["绿能", "风能"], typed) == ["绿能"]
    assert made.meanings(["industries.industry"], typed) == {"industries.industry": ["绿能"]}


SPOKEN = {
    "在建": ("在建", "under construction"),
    "规划": ("规划", "planned"),
    "计划": ("计划", "planned"),
    "on_track": ("按进度", "on track"),
    "met": ("达成", "met"),
}
CODED = Names(
    CITY,
    {},
    {"projects.status": ["在建", "规划", "计划"], "outcomes.status": ["on_track"]}.get,
    spoken=lambda column, value: SPOKEN[value] if column == "status" else (),
)


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
def test_a_code_is_typed_as_either_of_its_words(reference: str, typed: str, value: str) -> None:
    assert CODED.resolve(reference, typed) == value


def test_a_word_for_several_codes_lists_them_and_one_for_none_of_the_column_is_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(
        UsageError, match=r'status "planned" is ambiguous: 规划 \(planned\), 计划 \(planned\)'
    ):
        CODED.resolve("projects.status", "planned")
    with pytest.raises(UsageError, match=r'unknown status "met": one of on_track \(on track\)'):
        CODED.resolve("outcomes.status", "met")
    monkeypatch.setenv("IPCLI_LANG", "zh")
    with pytest.raises(UsageError, match="可选：on_track（按进度）"):
        CODED.resolve("outcomes.status", "达成")


def test_a_known_name_without_rows_resolves_and_one_with_rows_goes_first(city: Names) -> None:
    assert city.resolve("investments.district", "gaoxin") == "高新区"
    assert city.resolve("districts.district", "高") == "高新区"


def test_a_prefix_of_several_names_lists_them(city: Names) -> None:
    with pytest.raises(UsageError, match=r'district "dong" is ambiguous: 东湖区 \(Donghu District\), 东港区'):
        city.resolve("investments.district", "dong")


@pytest.mark.parametrize("typed", ["", "  ", "·"])
def test_nothing_is_no_name(city: Names, typed: str) -> None:
    with pytest.raises(UsageError, match="unknown district"):
        city.resolve("investments.district", typed)


def test_a_misspelt_name_gets_the_nearest(city: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match='unknown industry "低控经济": did you mean 低空经济'):
        city.resolve("investments.industry", "低控经济")
    with pytest.raises(UsageError, match="did you mean 海洋装备"):
        city.resolve("investments.industry", "装备")
    monkeypatch.setenv("IPCLI_LANG", "zh")
    with pytest.raises(UsageError, match="未知的区市：东胡区。您是不是要找：东湖区"):
        city.resolve("investments.district", "东胡区")


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


LONG = Names(
    CITY,
    {"project": {"penghuinengyuanqingdaojidi": ["鹏辉能源青岛基地"], "chanzhi": ["产值"]}},
    {"projects.name": ["鹏辉能源青岛基地", "卡奥斯工业互联网生态园", "产值"]}.get,
)


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
def test_the_beginning_of_a_long_name_is_near(typed: str, near: list[str]) -> None:
    assert LONG.near(["projects.name"], typed) == near


def test_where_nothing_is_near_a_short_list_is_offered_whole(city: Names) -> None:
    with pytest.raises(UsageError) as caught:
        city.resolve("investments.industry", "xyz")
    assert (
        str(caught.value)
        == 'unknown industry "xyz": one of 低空经济 (Low-altitude economy), 人工智能, 海洋装备'
    )


def test_an_index_of_another_database_or_none_is_stale(index: Path, tmp_path: Path) -> None:
    assert Names.load(index, None, HASH).city == CITY
    with pytest.raises(StaleIndex):
        Names.load(index, None, "other")
    with pytest.raises(StaleIndex):
        Names.load(tmp_path / "gone.jsonl", None)
    for content in (b"", b"[]", b"not json", b"\xff\xfe", b'{"format":1}', index.read_bytes()[:4200]):
        bad = tmp_path / "bad.jsonl"
        bad.write_bytes(content)
        with pytest.raises(StaleIndex):
            Names.load(bad, None)


def test_only_one_citys_line_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.names.jsonl"
    write_index(path, {CITY: INDEX, "河口市": {"t2s": {}, "values": {}, "aliases": {}, "english": {}}})
    broken = path.read_bytes().replace(b'"t2s": {}', b'"t2s": !!')
    path.write_bytes(broken)
    assert Names.load(path, "云山").city == CITY


def test_the_city_is_the_only_one_or_must_be_told(tmp_path: Path) -> None:
    path = tmp_path / "x.names.jsonl"
    empty: dict[str, object] = {"t2s": {}, "values": {}, "aliases": {}, "english": {}}
    write_index(path, {CITY: INDEX, "河口市": empty, "河源市": empty})
    assert Names.load(path, "YunShan").city == CITY
    assert Names.load(path, "河口").city == "河口市"
    with pytest.raises(UsageError, match="--city: 云山市, 河口市, 河源市"):
        Names.load(path, None)
    with pytest.raises(UsageError, match="ambiguous: 河口市, 河源市"):
        Names.load(path, "河")
    with pytest.raises(UsageError, match='unknown city "河口镇"'):
        Names.load(path, "河口镇")


def test_names_from_the_databases_rows_resolve_the_same() -> None:
    asked = []

    def distinct(view: str, column: str, city: str) -> list[str]:
        asked.append((view, column, city))
        return ["东湖区", "西岭区"]

    city = names.Names.from_rows(
        None,
        [CITY],
        [(CITY, "district", "东湖区", "Dong Hu"), ("河口市", "district", "东城区", "donghua")],
        distinct,
    )
    assert city.resolve("districts.district", "dongh") == "东湖区"
    assert asked == [("districts", "district", CITY)]
    with pytest.raises(UsageError):
        city.resolve("districts.district", "東")
