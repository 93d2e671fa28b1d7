"""The parser of figure phrases: a table of phrases, numerals, units, and the reviewed list of facts."""

from __future__ import annotations

import csv
import random
import re
from itertools import pairwise
from pathlib import Path

import pytest

from ipcli.dataset.phrases import Figure, agrees, find_numerals, read_figures
from ipcli.dataset.units import standardise


def short(figure: Figure) -> tuple[object, ...]:
    """comparator, value, unit and the bounds in interval notation."""
    opening, closing = "[" if figure.lower_inclusive else "(", "]" if figure.upper_inclusive else ")"
    lower, upper = ("" if bound is None else f"{bound:g}" for bound in (figure.lower, figure.upper))
    return (figure.comparator, figure.value, figure.unit, f"{opening}{lower},{upper}{closing}")


def eq(value: float, unit: str | None) -> tuple[object, ...]:
    return ("eq", value, unit, f"[{value:g},{value:g}]")


def gt(value: float, unit: str | None) -> tuple[object, ...]:
    return ("gt", value, unit, f"({value:g},)")


def ge(value: float, unit: str | None) -> tuple[object, ...]:
    return ("ge", value, unit, f"[{value:g},)")


def le(value: float, unit: str | None) -> tuple[object, ...]:
    return ("le", value, unit, f"(,{value:g}]")


def lt(value: float, unit: str | None) -> tuple[object, ...]:
    return ("lt", value, unit, f"(,{value:g})")


def excess(value: float, unit: str, upper: float) -> tuple[object, ...]:
    return ("excess", value, unit, f"({value:g},{upper:g})")


def approx(value: float, unit: str, lower: float, upper: float) -> tuple[object, ...]:
    return ("approx", value, unit, f"[{lower:g},{upper:g}]")


def between(lower: float, upper: float, unit: str) -> tuple[object, ...]:
    return ("between", None, unit, f"[{lower:g},{upper:g}]")


def magnitude(lower: float, unit: str = "亿元") -> tuple[object, ...]:
    return ("magnitude", None, unit, f"[{lower:g},{lower * 10:g})")


QUALITATIVE = ("qualitative", None, None, "(,)")

PHRASES: list[tuple[str, list[tuple[object, ...]]]] = [
    # equal
    ("达到400亿元", [eq(400, "亿元")]),
    ("总投资30亿元", [eq(30, "亿元")]),
    ("年产值达50亿元", [eq(50, "亿元")]),
    ("产业规模力争达到 3000 亿元", [eq(3000, "亿元")]),
    ("总投资1,793亿元", [eq(1793, "亿元")]),
    ("营收1.2万亿元", [eq(1.2, "万亿元")]),
    ("补助800万元", [eq(800, "万元")]),
    ("出口3亿美元", [eq(3, "亿美元")]),
    ("营收450亿", [eq(450, "亿元")]),
    ("投资3个亿", [eq(3, "亿元")]),
    ("同比增速11.1%", [eq(11.1, "%")]),
    ("增长百分之十五", [eq(15, "%")]),
    ("提高百分之3.5", [eq(3.5, "%")]),
    ("增速为-3.2%", [eq(-3.2, "%")]),
    ("提高2.5个百分点", [eq(2.5, "个百分点")]),
    ("连续13个季度", [eq(13, "个季度")]),
    ("产量45万辆", [eq(45, "万辆")]),
    ("占地275亩", [eq(275, "亩")]),
    ("10万平方米厂房", [eq(10, "万平方米")]),
    ("产能36GWh", [eq(36, "GWh")]),
    ("12GWh年产能", [eq(12, "GWh")]),
    ("算力3300P", [eq(3300, "P")]),
    ("算力1.2万P", [eq(1.2, "万P")]),
    ("装机60万千瓦", [eq(60, "万千瓦")]),
    ("风机30千瓦", [eq(30, "千瓦")]),
    ("发电61亿千瓦时", [eq(61, "亿千瓦时")]),
    ("生产1.5亿片", [eq(1.5, "亿片")]),
    ("培训5千人", [eq(5000, "人")]),
    ("增长2.5倍", [eq(2.5, "倍")]),
    ("排名第17位", [eq(17, "位")]),
    ("由40分钟缩短至10分钟", [eq(40, "分钟"), eq(10, "分钟")]),
    ("从3家到10家", [eq(3, "家"), eq(10, "家")]),
    ("分别提升125%和209%", [eq(125, "%"), eq(209, "%")]),
    ("总投资82亿元的24个项目", [eq(82, "亿元"), eq(24, "个")]),
    ("代码370200", [eq(370200, None)]),
    ("共40栈桥", [eq(40, None)]),
    # Chinese numerals
    ("四大基地", [eq(4, "大")]),
    ("七大产业", [eq(7, "大")]),
    ("三个维度", [eq(3, "个")]),
    ("十个县", [eq(10, "个")]),
    ("二十三家", [eq(23, "家")]),
    ("一百五十项", [eq(150, "项")]),
    ("一百零五项", [eq(105, "项")]),
    ("一百五十", [eq(150, None)]),
    ("一万二千家", [eq(12000, "家")]),
    ("三千万元", [eq(3000, "万元")]),
    ("两千亿元", [eq(2000, "亿元")]),
    ("三成以上", [ge(3, "成")]),
    ("两个千亿级产业", [eq(2, "个"), magnitude(1000)]),
    # traditional and full-width characters
    ("整車產量達到45萬輛", [eq(45, "万辆")]),
    ("總投資過百億元", [gt(100, "亿元")]),
    ("企業900餘家", [excess(900, "家", 1000)]),
    ("兩個項目", [eq(2, "个")]),
    ("１２．５％以上", [ge(12.5, "%")]),
    # greater
    ("产值超300亿元", [gt(300, "亿元")]),
    ("规模突破400亿元", [gt(400, "亿元")]),
    ("力争整车产量突破50万辆", [gt(50, "万辆")]),
    ("突破了50万辆", [gt(50, "万辆")]),
    ("过百亿元", [gt(100, "亿元")]),
    ("投资过百亿元", [gt(100, "亿元")]),
    ("规模过千亿", [gt(1000, "亿元")]),
    ("过亿元", [gt(1, "亿元")]),
    ("突破万亿元", [gt(1, "万亿元")]),
    ("突破千亿级", [gt(1000, "亿元")]),
    ("占比超过20%", [gt(20, "%")]),
    ("超过 130 万辆", [gt(130, "万辆")]),
    ("逾2000人", [gt(2000, "人")]),
    ("高于8%", [gt(8, "%")]),
    ("过百亿元项目3个、过30亿元项目5个", [gt(100, "亿元"), eq(3, "个"), gt(30, "亿元"), eq(5, "个")]),
    ("产量突破45万辆、增长15%", [gt(45, "万辆"), eq(15, "%")]),
    # at least
    ("30个以上", [ge(30, "个")]),
    ("达到40%以上", [ge(40, "%")]),
    ("不少于2个", [ge(2, "个")]),
    ("不低于5%", [ge(5, "%")]),
    ("至少有8个", [ge(8, "个")]),
    ("10家及以上", [ge(10, "家")]),
    ("5亿元（含）以上", [ge(5, "亿元")]),
    ("300+家", [ge(300, "家")]),
    ("上百家", [ge(100, "家")]),
    ("年产10万辆以上企业3家", [ge(10, "万辆"), eq(3, "家")]),
    # at most, less
    ("不超过20%", [le(20, "%")]),
    ("30公里以内", [le(30, "公里")]),
    ("50人以下", [le(50, "人")]),
    ("3年内", [le(3, "年")]),
    ("低于5%", [lt(5, "%")]),
    ("不足10家", [lt(10, "家")]),
    # excess
    ("530多亿元", [excess(530, "亿元", 540)]),
    ("400余家", [excess(400, "家", 500)]),
    ("10余家", [excess(10, "家", 20)]),
    ("1030余项", [excess(1030, "项", 1040)]),
    ("3万余人", [excess(3, "万人", 4)]),
    ("十几个", [excess(10, "个", 20)]),
    ("三十多亿元", [excess(30, "亿元", 40)]),
    ("两年多来", [excess(2, "年", 3)]),
    # approximate
    ("约20万平方米", [approx(20, "万平方米", 15, 25)]),
    ("5.3%左右", [approx(5.3, "%", 5.25, 5.35)]),
    ("增长15%左右", [approx(15, "%", 14.5, 15.5)]),
    ("约130亿元", [approx(130, "亿元", 125, 135)]),
    ("约为6.40亿元", [approx(6.4, "亿元", 6.395, 6.405)]),
    ("近300家", [approx(300, "家", 250, 350)]),
    ("500亿级", [approx(500, "亿元", 450, 550)]),
    # magnitudes
    ("十亿级", [magnitude(10)]),
    ("百亿级", [magnitude(100)]),
    ("千亿级", [magnitude(1000)]),
    ("万亿级", [magnitude(10000)]),
    ("亿级", [magnitude(1)]),
    ("百亿元级", [magnitude(100)]),
    ("100亿级", [magnitude(100)]),
    ("百万级", [magnitude(100, "万")]),
    ("百万千瓦级", [magnitude(100, "万千瓦")]),
    # ranges
    ("2-3个", [between(2, 3, "个")]),
    ("2到3个", [between(2, 3, "个")]),
    ("2至3个", [between(2, 3, "个")]),
    ("2～3个", [between(2, 3, "个")]),
    ("2—3个", [between(2, 3, "个")]),
    ("两到三个", [between(2, 3, "个")]),
    ("两三个", [between(2, 3, "个")]),
    ("10%-15%", [between(10, 15, "%")]),
    ("30亿元至50亿元", [between(30, 50, "亿元")]),
    ("5万-8万辆", [between(5, 8, "万辆")]),
    ("8000万元到1亿元", [between(0.8, 1, "亿元")]),
    ("15个至10个", [eq(15, "个"), eq(10, "个")]),
    # no number
    ("倍数级增长", [QUALITATIVE]),
    ("产值翻一番", [QUALITATIVE]),
    # words that only look like comparators
    ("通过5个项目", [eq(5, "个")]),
    ("经过3年", [eq(3, "年")]),
    ("签约20个项目", [eq(20, "个")]),
    ("节约30%", [eq(30, "%")]),
    ("附近3公里", [eq(3, "公里")]),
    ("近3年", [eq(3, "年")]),
    ("突破发展5个产业", [eq(5, "个")]),
    ("突破20项关键技术", [eq(20, "项")]),
    ("突破20项", [gt(20, "项")]),
    ("突破100亿元技术交易额", [gt(100, "亿元")]),
    ("突破300家技术企业", [gt(300, "家")]),
    ("23个上下游项目", [eq(23, "个")]),
    ("海上百万千瓦级", [magnitude(100, "万千瓦")]),
    # no figures at all
    *(
        (phrase, [])
        for phrase in (
            "2025年3月", "1月16日", "2024年", "2025—2027年", "2025年12月22日", "二〇二五年", "十二月",
            "2025", "前三季度", "一季度", "1-9月", "2025-03-31", "“十四五”", "9:30", "〔2024〕21号",
            "2/3", "5G", "OLED", "“10+1”", "5+5+7", "1+4+N", "8+X", "1\n0+1", "A320", "C919", "GPT-4",
            "3D打印", "4.0", "500强", "第一次", "第3方", "多合一家电", "唯一", "一批", "一汽", "百度",
            "新一代", "一核四极", "四轮驱动", "三次产业", "千方百计", "一大批", "数百家", "单位：亿元",
            "双碳", "一半", "三成立",
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("phrase", "expected"), PHRASES)
def test_phrase(phrase: str, expected: list[tuple[object, ...]]) -> None:
    assert [short(figure) for figure in read_figures(phrase)] == expected


def test_offsets_cover_number_unit_and_comparator_words() -> None:
    phrase = "落戶過百億元項目 3 個，產值達到40%以上，共530多亿元，突破20项技术"
    found = read_figures(phrase)
    assert [figure.text for figure in found] == ["過百億元", "3 個", "達到40%以上", "530多亿元", "20项"]
    assert all(phrase[figure.start : figure.end] == figure.text for figure in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("总投资450亿元", ["450亿"]),
        ("530多亿元、10余家", ["530多亿", "10"]),
        ("第一次", ["一"]),
        ("一批、一汽、唯一", ["一", "一", "一"]),
        ("1,793亿元，１２．５％", ["1,793亿", "１２．５"]),
        ("二百五十三个、两個、雙、半", ["二百五十三", "两", "雙", "半"]),
        ("三十多亿元", ["三十多亿"]),
        ("过百亿元项目3个", ["百亿", "3"]),
        ("45萬輛", ["45萬"]),
        ("陆上队伍收拾", []),
        ("壹佰陆拾伍万", ["壹佰陆拾伍万"]),
        ("“10+1”和5G", ["10", "1", "5"]),
    ],
)
def test_numerals(text: str, expected: list[str]) -> None:
    assert [printed for _, _, printed in find_numerals(text)] == expected


def test_any_text() -> None:
    """Numerals never overlap and miss no digit; figures never overlap, and each holds its own words."""
    alphabet = [*"0123456789０９.,，+-~至到 \n多余几一二三两十百千万亿億半元个家年月日级%％第P", "GWh"]
    alphabet += ["超过", "约", "近", "达到", "上", "以上", "以下", "以内", "左右", "突破", "百分之"]
    chance = random.Random(1)
    for _ in range(4000):
        text = "".join(chance.choices(alphabet, k=chance.randint(0, 24)))
        for spans in (
            [(start, end, printed) for start, end, printed in find_numerals(text)],
            [(figure.start, figure.end, figure.text) for figure in read_figures(text)],
        ):
            assert all(text[start:end] == printed and start < end for start, end, printed in spans)
            assert all(one[1] <= other[0] for one, other in pairwise(spans)), text
        covered = {place for start, end, _ in find_numerals(text) for place in range(start, end)}
        digits = re.finditer("[0-9０-９一二三两十百千万亿億半]", text)
        assert covered >= {digit.start() for digit in digits}, text
        for figure in read_figures(text):
            assert figure.lower is None or figure.upper is None or figure.lower <= figure.upper, text


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (50, "万辆", (500000, "辆")),
        (8.39, "万辆", (83900, "辆")),
        (10, "万平方米", (100000, "平方米")),
        (30, "亿元", (30, "亿元")),
        (5000, "万元", (0.5, "亿元")),
        (1.2, "万亿元", (12000, "亿元")),
        (500, "元", (500, "元")),
        (20000, "万美元", (2, "亿美元")),
        (115, "万千瓦", (1150, "MW")),
        (600, "兆瓦", (600, "MW")),
        (2, "GW", (2000, "MW")),
        (61, "亿千瓦时", (61, "亿千瓦时")),
        (10.7, "亿度", (10.7, "亿千瓦时")),
        (5000, "万千瓦时", (0.5, "亿千瓦时")),
        (36, "GWh", (36, "GWh")),
        (500, "MWh", (0.5, "GWh")),
        (12, "EFLOPS", (12000, "P")),
        (1.2, "万P", (12000, "P")),
        (1.2, "万人", (12000, "人")),
        (45, "萬輛", (450000, "辆")),
        (4, "大", (4, "个")),
        (11.1, "％", (11.1, "%")),
        (7, "筐", (7, "筐")),
        (7, None, (7, None)),
        (None, "亿元", (None, "亿元")),
    ],
)
def test_standard(value: float | None, unit: str | None, expected: tuple[float | None, str | None]) -> None:
    assert standardise(value, unit) == expected


def test_agrees() -> None:
    assert agrees("力争整车产量突破50万辆", "gt", 50, "万辆")
    assert agrees("力争整车产量突破50万辆", "gt", 500000, "辆")
    assert not agrees("力争整车产量突破50万辆", "ge", 50, "万辆")
    assert not agrees("力争整车产量突破50万辆", "gt", 51, "万辆")
    assert not agrees("力争整车产量突破50万辆", "gt", 50, "亿元")
    assert agrees("四大基地", "eq", 4, "个")
    assert agrees("百亿级产业", "magnitude", None, "亿元")
    assert not agrees("百亿级产业", "magnitude", 100, "亿元")
    assert agrees("过百亿元项目3个", "eq", 3, "个")
    assert agrees("代码370200", "eq", 370200, "")
    assert agrees("倍数级增长", "qualitative", None, None)
    assert agrees("先进封装", None, None, None)
    assert agrees("over 1,000", "gt", 1000, "家")
    assert not agrees("先进封装", "eq", 1, "个")


# A range has no single value.
REVIEWED = {"SUP166"}


def test_reviewed_facts_agree() -> None:
    path = Path(__file__).parents[3] / "shared" / "facts" / "supplementary.csv"
    if not path.exists():
        pytest.skip("the list of reviewed facts is not at hand")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["value"]]
    assert rows
    differing = {
        row["fact_key"]
        for row in rows
        if not agrees(row["as_reported"], row["comparator"], float(row["value"]), row["unit"])
    }
    assert differing == REVIEWED
