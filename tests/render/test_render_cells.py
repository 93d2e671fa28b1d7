"""Where lines break, and what hidden characters look like."""

from __future__ import annotations

import random

import pytest
from rich.cells import cell_len

from ipcli.output.cells import hang, width_of, wrap
from ipcli.output.stream import clean


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 4, [""]),
        ("低空经济", 8, ["低空经济"]),
        ("低空经济", 4, ["低空", "经济"]),
        ("低空经济", 5, ["低空", "经济"]),
        ("已经开工，二期", 8, ["已经开", "工，二期"]),
        ("建设（一期）", 6, ["建设", "（一", "期）"]),
        ("smart manufacturing base", 14, ["smart", "manufacturing", "base"]),
        ("人工智能AI产业", 10, ["人工智能AI", "产业"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("a\n\nb", 9, ["a", "", "b"]),
        ("“四轮驱动”, “五区”", 12, ["“四轮驱动”,", "“五区”"]),
        ("Automotive-grade chips", 13, ["Automotive-", "grade chips"]),
        ("人工智能、低空经济、海洋", 14, ["人工智能、低空", "经济、海洋"]),
        ("[1-3,7c,9]", 8, ["[1-3,7c,", "9]"]),
        ("超长的一个词没有顿号、短", 8, ["超长的一", "个词没有", "顿号、短"]),
        ("产值达到 340 亿元左右", 14, ["产值达到", "340 亿元左右"]),
        ("占比 25 %（2024）", 8, ["占比", "25 %", "（2024）"]),
        ("1000–10000 亿元", 10, ["1000–10000", "亿元"]),
        ("竣工（≤2025-03-31）", 14, ["竣工", "（≤2025-03-31", "）"]),
        ("held (≤2025-03)", 9, ["held", "(≤2025-03", ")"]),
        ("about CNY 30.239 bn", 18, ["about", "CNY 30.239 bn"]),
        ("2,000 MW", 5, ["2,000", "MW"]),
        ("103,500 vehicles", 10, ["103,500", "vehicles"]),
        (">CNY 40 bn", 9, [">CNY 40", "bn"]),
        ("area ~200,000 m² (2024)", 14, ["area", "~200,000 m²", "(2024)"]),
        ("已经投产[12c]；在建", 12, ["已经投", "产[12c]；在", "建"]),
        ("奇瑞青岛基地 a", 13, ["奇瑞青岛基", "地 a"]),
        ("奇瑞青岛基地 aa,ab", 14, ["奇瑞青岛基", "地 aa,ab"]),
    ],
)
def test_wrap(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


def test_lines_that_go_on_are_indented() -> None:
    assert hang("[1] 一个很长的来源标题", 12) == ["[1] 一个很", "  长的来源标", "  题"]
    assert hang("[1] 短", 12) == ["[1] 短"] and hang("一" * 100, None) == ["一" * 100]


def test_wrap_keeps_joined_characters_whole() -> None:
    assert wrap("e\u0301e\u0301", 1) == ["e\u0301", "e\u0301"]
    assert wrap("🇨🇳🇫🇷", 2) == ["🇨🇳", "🇫🇷"]
    assert wrap("园👍🏽园", 2) == ["园", "👍🏽", "园"]


def test_wrap_loses_nothing_and_overflows_nothing() -> None:
    chance = random.Random(7)
    letters = "低空经济、，。（）《》“” \u3000\u00a0ab1.[]°—…🚀é\u202f\u2009"
    for _ in range(2000):
        text = "".join(chance.choices(letters, k=chance.randrange(40)))
        width = chance.randrange(2, 24)
        lines = wrap(text, width)
        assert all(cell_len(line) <= width for line in lines), (text, width, lines)
        assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("a\tb\rc\r\nd\ne", "a\\tb\\rc\nd\ne"),
        ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
        ("a\u202eb\u2028c\ufeff", "a\\u202eb\\u2028c\\ufeff"),
        ("\ud800", "\\ud800"),
        ("👨\u200d👩\u200d👧 ☀\ufe0f", "👨\u200d👩\u200d👧 ☀\ufe0f"),
        ("back\\slash [red]", "back\\slash [red]"),
    ],
)
def test_clean(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_width_of_is_the_widest_line() -> None:
    assert width_of("低空\nabcde") == 5
