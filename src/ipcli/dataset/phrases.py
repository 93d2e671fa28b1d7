"""Figures in Chinese phrases: 超300亿元 is "more than 300 亿元".

A phrase is brought to one spelling first (half-width, simplified), character by character, so that offsets
stay those of the phrase. What only looks like a figure (dates, ordinals, codes such as 5G) is blanked; then
one regular expression finds number, multiplier, unit and the words around them. Its words are in tables.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ipcli.dataset.units import SPELLING, UNIT, derive_bounds, find_factor, standardise


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a phrase.

    `comparator` is eq, gt, ge, lt, le, approx, excess, between, magnitude or qualitative; the last three have
    no `value`. `value` and the bounds count in `unit`, which keeps its multiplier (万辆); an open bound is
    None. `text` is `phrase[start:end]`: the number, its unit and the words that make its comparator.
    """

    comparator: str
    value: float | None
    unit: str | None
    lower: float | None
    upper: float | None
    lower_inclusive: bool
    upper_inclusive: bool
    start: int
    end: int
    text: str


# After a single Chinese numeral these make words (一批, 百度, 三次产业), not counts.
_WORD_MAKERS = frozenset("批次度片部代对节列门层场间块支天")
_TIMES = frozenset(["年", "个月", "个季度", "天", "周", "小时", "分钟", "秒", "个工作日", "工作日"])

# Words before and after a number. The lookarounds keep out words that are merely alike
# (通过, 签约, 附近, 海上, 上下游).
_BEFORE = {
    "ge": "不少于|不低于|不小于|不下于|至少|最少|(?<![以海线陆水路网])上(?=[百千万亿])",
    "le": "不超过|不高于|不多于|不大于|至多|最多|最高",
    "lt": "低于|少于|小于|不足|不到|不满",
    "gt": "超过|超出|超|突破|大于|高于|多于|逾|(?<![打攻])破|(?<![通经透路不度渡历])过",
    "approx": "大约|(?<![节签合公预条契邀])约(?:占[^，。；、0-9〇零一二两三四五六七八九十百千万亿]{1,12})?"
    "|接近|将近|(?<![附临最邻])近",
}
_AFTER = {"ge": "以上", "le": "以内|以下|之内|(?<=[年月天周时钟秒日度里米])内", "approx": "左右|上下(?!游)"}
_QUALITATIVE = re.compile("倍数级|成倍|倍增|翻[一两]?番")

_DIGITS = {"〇": 0, "零": 0, "两": 2} | {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}
_PLACES = {"十": 10, "百": 100, "千": 1000}


def _join_patterns(prefix: str, words: dict[str, str]) -> str:
    return "|".join(f"(?P<{prefix}_{comparator}>{pattern})" for comparator, pattern in words.items())


_MULTIPLIER = "万亿|亿|万"
_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_PLACE = "(?:十|百(?!分)|千(?![瓦米克]))"
_RUN = f"(?:[〇零一二两三四五六七八九]|{_PLACE})+"
_CHINESE = f"{_RUN}(?:万{_RUN})?"  # 一万二千 is one number; in 二千万 the number is 二千, its multiplier 万

_NOT_FIGURES = re.compile(
    rf"""
      (?:19|20)[0-9]{{2}}\s*[-–—~至到、]+\s*(?:[0-9]{{2}}){{1,2}}\s*年
    | (?:19|20)[0-9]{{2}}\s*年 | [一二][〇零九][〇零一二三四五六七八九]{{2}}年
    | (?:19|20)[0-9]{{2}}([-./])[0-9]{{1,2}}\1[0-9]{{1,2}}
    | (?:[0-9]{{1,2}}\s*[-–—~至到]\s*)?[0-9]{{1,2}}\s*月 | [0-9]{{1,2}}\s*日 | [0-9]{{1,2}}:[0-9]{{2}}
    | [一二三四五六七八九十]+月(?:[一二三四五六七八九十]+日)?
    | 前[0-9一二三四五六七八九十]+个月 | 前?[一二三四1-4]季度
    | [0-9]+/[0-9]+ | 〔[0-9]{{4}}〕 | [0-9]+\s*号 | [0-9百千]+强
    | 第\s*(?>{_ARABIC}|{_RUN})(?!\s*[位名])                       # an ordinal; a rank (第17位) is a figure
    | (?<=[唯统同单之合逐专归])一                                  # 唯一, 多合一
    | [0-9NX](?:[0-9NX\s]*[0-9NX])?(?:\s*\+\s*[0-9NX]+)+          # 10+1, 8+X
    | (?<![0-9A-Za-z])[A-Za-z][A-Za-z0-9]*[-_]?[0-9][A-Za-z0-9-]*  # A320, GPT-4
    | (?>{_ARABIC})(?=[A-Za-z])(?!{UNIT})[A-Za-z0-9-]+            # 5G
    """,
    re.VERBOSE,
)
_FILLER = r"(?:了|有|达到?|到|为|人民币|\s)*"
_FIGURE = re.compile(
    rf"""
    (?:达到?{_FILLER})?
    (?:(?:{_join_patterns("before", _BEFORE)}){_FILLER})?
    (?:第\s*)?
    (?P<figure>)(?P<percent>百分之)?
    (?:
        (?<![从由自])(?P<low>{_ARABIC}|(?<![数几]){_CHINESE})
        (?:\s*(?P<low_multiplier>{_MULTIPLIER}))?(?:\s*(?P<low_unit>{UNIT}))?
        \s*(?P<range>[-–—~至到])\s*(?:百分之)?
    )?
    (?:
        (?P<arabic>(?:-(?=[0-9.]+%))?{_ARABIC})(?P<place>{_PLACE})?
      | (?<![数几])(?P<chinese>{_CHINESE})
      | (?<![数几十百千])(?P<bare>)(?=[万亿])
    )
    (?P<plus>\+)?
    (?P<excess>[多余几])?
    (?:\s*(?:个(?=亿))?(?P<multiplier>{_MULTIPLIER}))?
    (?P<excess_of_multiple>[多余])?
    (?:\s*(?P<unit>{UNIT}))?
    (?P<excess_of_time>(?<=[年天周])[多余](?![次元种项轮]))?
    (?P<level>级(?!别))?
    (?:\s*(?:\(含[^)]{{0,4}}\))?[及或含]?(?:{_join_patterns("after", _AFTER)}))?
    """,
    re.VERBOSE,
)
# 突破20项关键技术 is a breakthrough in 20 technologies, not more than 20 of them.
_TECHNOLOGIES = re.compile(
    "[0-9一二三四五六七八九十百多余]+[项个种类][^，。；、]{0,10}(?:技术(?![转交合企人])|难题|瓶颈)"
)


def read_figures(phrase: str) -> list[Figure]:
    """Return every figure of `phrase`, in order."""
    text = _NOT_FIGURES.sub(lambda match: "\0" * len(match[0]), phrase.translate(SPELLING))
    found: list[Figure] = []
    position = 0
    while match := _FIGURE.search(text, position):
        position = match.end()
        try:
            figure = _read_figure(match, phrase)
        except _NotARange:
            # 15个至10个: without its mark the same place is read again, as two figures.
            mark = match.start("range")
            text, position = f"{text[:mark]}\0{text[mark + 1 :]}", match.start()
        else:
            found += [figure] if figure else []
    found = _share_word_after(found, phrase)
    for match in _QUALITATIVE.finditer(text):
        start, end = match.span()
        if all(end <= figure.start or figure.end <= start for figure in found):
            found.append(
                Figure("qualitative", None, None, None, None, False, False, start, end, phrase[start:end])
            )
    return sorted(found, key=lambda figure: figure.start)


def _share_word_after(figures: list[Figure], phrase: str) -> list[Figure]:
    """Return the figures; 分别达到400亿和500亿元左右 makes both of them approximate."""
    shared = list(figures)
    for place, (first, last) in enumerate(pairwise(figures)):
        after = next((name for name, word in _AFTER.items() if re.search(f"(?:{word})$", last.text)), "")
        each = re.search("分[别別](?:达到?|為|为)?$", phrase[: first.start])
        joined = phrase[first.end : last.start].strip() in ("和", "与", "與", "及", "、")
        if each and joined and after == last.comparator and first.comparator == "eq" and first.value:
            number = Decimal(str(first.value))
            bounds = derive_bounds(after, number, number)
            shared[place] = Figure(
                after, first.value, first.unit, *bounds, first.start, first.end, first.text
            )
    return shared


class _NotARange(Exception):
    """Raised where the two ends of what looked like a range do not ascend."""


def _read_figure(match: re.Match[str], phrase: str) -> Figure | None:
    """Return the figure of a match, or None if it is only a word with a numeral in it."""
    number = _read_number(match)
    if number is None or not _counts(match):
        return None
    unit = _read_unit(match)
    comparator = _read_comparator(match)
    low = number
    if comparator == "between":
        low = _read_low_end(match, unit)
        if not low < number:
            raise _NotARange
    if comparator == "magnitude" and match["multiplier"] == "万亿" and not match["unit"]:
        number, unit = number * 10000, "亿元"  # so that all magnitudes of money count alike
    # A word that did not make the comparator (突破20项技术, 近3年) is no part of the figure.
    start = match.start("figure" if _find_word(match, "before") and comparator == "eq" else 0)
    return Figure(
        comparator,
        None if comparator in ("between", "magnitude") else float(number),
        unit,
        *derive_bounds(comparator, low, number),
        start,
        match.end(),
        phrase[start : match.end()],
    )


def _read_number(match: re.Match[str]) -> Decimal | None:
    """Return the number before the multiplier (百 in 百亿元; 1 in 亿元); the upper end of 2-3个 and of 两三个."""
    if match["arabic"]:
        return _read_decimal(match["arabic"] + (match["place"] or ""))
    chinese = match["chinese"]
    return _read_decimal(chinese[-1] if _is_pair(chinese) else chinese) if chinese else Decimal(1)


def _read_decimal(numeral: str) -> Decimal | None:
    """Return the number of an Arabic numeral, maybe with a place (5千), or of a Chinese one; None if ill-formed (十四五)."""
    if numeral[-1].isascii():
        return Decimal(numeral.replace(",", ""))
    if numeral[0].isascii():
        number = Decimal(numeral[:-1].replace(",", "")) * _PLACES[numeral[-1]]
        return number.quantize(Decimal(1)) if number == number.to_integral_value() else number
    high, ten_thousand, low = numeral.rpartition("万")
    if ten_thousand:
        thousands, rest = _read_decimal(high), _read_decimal(low)
        return None if thousands is None or rest is None else thousands * 10000 + rest
    total, place, digit = 0, 10000, ""
    for character in numeral:
        if character in _PLACES:
            if _PLACES[character] >= place:
                return None
            place = _PLACES[character]
            total += place * _DIGITS.get(digit, 1)
            digit = ""
        elif digit not in ("", "零", "〇"):
            return None
        else:
            digit = character
    # 一百五 is 150 to some; only 一百零五 is 105.
    if digit and 10 < place < 10000 and numeral[-2] not in "零〇":
        return None
    return Decimal(total + _DIGITS.get(digit, 0))


def _is_pair(chinese: str) -> bool:
    """Return whether these are two ascending digits side by side, the ends of a range: 两三个, 三五年."""
    return len(chinese) == 2 and 0 < _DIGITS.get(chinese[0], 0) < _DIGITS.get(chinese[1], 0)


def _read_unit(match: re.Match[str]) -> str | None:
    """Return the unit with its multiplier; 亿 without a unit is money."""
    if match["percent"]:
        return "%"
    multiplier: str = match["multiplier"] or ""
    return multiplier + (match["unit"] or ("元" if "亿" in multiplier else "")) or None


def _counts(match: re.Match[str]) -> bool:
    """Return whether the numeral is a figure here, not a part of a word, a year or a version."""
    unit, multiplier, before = match["unit"], match["multiplier"], _find_word(match, "before")
    if match["arabic"]:
        year_or_version = re.fullmatch(r"(?:19|20)[0-9]{2}|[0-9]\.0", match["arabic"])
        return not year_or_version or bool(before or unit or multiplier or match["place"])
    chinese = match["chinese"]
    if not chinese:  # 过亿元 and 亿级, but not 单位：亿元
        return bool(before or match["level"])
    if match["percent"]:
        return True
    if unit:
        is_word = (len(chinese) == 1 and unit in _WORD_MAKERS) or chinese + unit == "一大"
        return bool(multiplier) or not is_word
    if multiplier in ("亿", "万亿") or (multiplier and match["level"]):
        return True
    has_digit, has_place = _DIGITS.keys() & set(chinese), _PLACES.keys() & set(chinese)
    return bool(has_digit and (multiplier or has_place))  # 二十三 and 三万, but not 四轮, 千方百计


def _find_word(match: re.Match[str], place: str) -> str:
    """Return the comparator that a word "before" or "after" the number makes, or nothing."""
    words = _BEFORE if place == "before" else _AFTER
    return next((comparator for comparator in words if match[f"{place}_{comparator}"]), "")


def _read_comparator(match: re.Match[str]) -> str:
    """Return the comparator that the words around the number make."""
    before, after = _find_word(match, "before"), _find_word(match, "after")
    if match["range"] or _is_pair(match["chinese"] or ""):
        return "between"
    if match["before_gt"] == "突破" and _TECHNOLOGIES.match(match.string, match.end("figure")):
        before = ""
    if match["before_approx"] == "近" and match["unit"] in _TIMES:
        before = ""  # 近3年: the last three years
    if before and before != "approx":
        return before
    if match["plus"]:
        return "ge"
    if match["level"] and (match["multiplier"] or match["unit"]):
        return "magnitude" if _is_power_of_ten(match) else "approx"
    if after and after != "approx":
        return after
    if match["excess"] or match["excess_of_multiple"] or match["excess_of_time"]:
        return "excess"
    return before or after or "eq"


def _is_power_of_ten(match: re.Match[str]) -> bool:
    """Return whether the number before 级 is a power of ten: 百亿级 is a magnitude, 500亿级 and 10兆瓦级 a size."""
    if match["arabic"]:
        return match["multiplier"] in ("亿", "万亿") and re.fullmatch("10*", match["arabic"]) is not None
    return all(character in _PLACES for character in match["chinese"] or "")


def _read_low_end(match: re.Match[str], unit: str | None) -> Decimal:
    """Return the lower end of a range, in the unit of its upper end."""
    if not match["range"]:
        return Decimal(_DIGITS[match["chinese"][0]])
    low = _read_decimal(match["low"])
    if low is None:
        raise _NotARange
    if not (match["low_multiplier"] or match["low_unit"]):  # 2-3万辆
        return low
    low_unit = (match["low_multiplier"] or "") + (match["low_unit"] or match["unit"] or "")
    (low_factor, low_standard), (factor, standard_unit) = find_factor(low_unit), find_factor(unit)
    if low_standard != standard_unit:
        raise _NotARange
    return low * low_factor / factor


_MULTIPLE = "[十百千万亿萬億]+"
_MANY = f"[多余餘]{_MULTIPLE}"
_FORMAL = "壹贰貳叁叄肆柒捌玖佰仟"
_NUMERAL = re.compile(
    rf"""
      (?:[0-9]{{1,3}}(?:,[0-9]{{3}})+(?![0-9])|[0-9０-９]+)(?:[.．][0-9０-９]+)?(?:{_MULTIPLE})?(?:{_MANY})?
    | (?: [〇零一二两兩三四五六七八九十百千万萬亿億双雙半{_FORMAL}]
        | [陆陸伍拾](?=[{_FORMAL}陆陸伍拾亿億]) | (?<=[{_FORMAL}陆陸伍拾])[陆陸伍拾]  # not 陆上, 队伍, 收拾
      )+(?:{_MANY})?
    """,
    re.VERBOSE,
)


def find_numerals(text: str) -> list[tuple[int, int, str]]:
    """Return start, end and printed form of every numeral of `text`, in words too (一批, 唯一), without overlaps.

    A multiplier belongs to its number: 450亿 and 530多亿 are one numeral each.
    """
    return [(*match.span(), match[0]) for match in _NUMERAL.finditer(text)]


ANY = "any"  # in `agrees`: whichever comparator is printed
_ENGLISH = re.compile("[a-z]{3}")


def agrees(
    phrase: str,
    comparator: str | None,
    value: float | None,
    unit: str | None,
    lower: float | None = None,
    upper: float | None = None,
) -> bool:
    """Return whether a figure of `phrase` has this comparator, value and unit, in whichever spelling of the unit.

    Where there is no value the bounds must be the same, if they are given. A comparator of None or
    "qualitative" claims no number, so every phrase agrees with it; with ANY only value and unit count.
    English phrases ("over 1,000") are not read: they agree with anything.
    """
    if comparator in (None, "qualitative") or _ENGLISH.search(phrase):
        return True
    standard_unit = standardise(None, unit)[1]
    wanted = [(value, "value")] if value is not None else [(lower, "lower"), (upper, "upper")]
    return any(
        comparator in (ANY, figure.comparator)
        and standardise(None, figure.unit)[1] == standard_unit
        and (value is not None or figure.value is None)
        and all(n is None or _same(n, unit, getattr(figure, side), figure.unit) for n, side in wanted)
        for figure in read_figures(phrase)
    )


def _same(number: float, unit: str | None, printed: float | None, printed_unit: str | None) -> bool:
    """Return whether two numbers are equal in their standard unit."""
    return printed is not None and math.isclose(
        standardise(number, unit)[0] or 0.0, standardise(printed, printed_unit)[0] or 0.0
    )
