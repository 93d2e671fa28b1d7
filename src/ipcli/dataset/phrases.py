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
from functools import cache
from itertools import pairwise


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


# ---- vocabulary ----------------------------------------------------------------------------------

_TRADITIONAL = (
    "億亿萬万個个餘余達达過过輛辆幾几兩两項项條条臺台種种類类處处場场間间層层噸吨畝亩級级約约內内數数顆颗張张"
    "塊块隻只週周時时鐘钟歲岁於于從从號号圓元歐欧標标準准戶户頃顷門门棟栋對对組组節节頭头納纳釐厘術术難难題题"
    "頸颈滿满點点將将強强簽签預预經经歷历單单統统專专歸归臨临鄰邻陸陆線线網网"
)
_SPELLING = {ord(old): new for old, new in zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True)}
# Full-width forms, but for the comma: it parts clauses, never thousands.
_SPELLING |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code != 0xFF0C}

_UNITS = (
    "% ‰ 倍 成 个百分点 百分点 个季度 个月 个工作日 工作日 周年 年 天 周 小时 分钟 秒 岁 元 美元 欧元 "
    "日元 港元 平方公里 平方千米 平方米 ㎡ 立方米 公里 千米 海里 英里 米 厘米 毫米 微米 纳米 英寸 公顷 "
    "亩 吨 千克 公斤 克 桶 千瓦时 兆瓦时 吉瓦时 千瓦 兆瓦 吉瓦 度 标准箱 标箱 人次 车次 架次 班次 艘次 "
    "次 家 个 项 大 条 台 套 辆 列 件 只 艘 架 座 栋 幢 处 所 间 层 位 名 人 户 批 种 类 款 片 颗 粒 张 "
    "块 部 支 对 组 场 节 门 枚 根 株 头 笔 宗 册 代"
)
_LATIN_UNITS = "[EPT]FLOPS|[TGMk]Wh|[GMk]W|[EPTG]B|TEU|km|mm|nm|cm|kg|P"
# Unless one of these follows: 三成立, 两部分, 四家居, 一位于.
_NO_UNIT_BEFORE = {"成": "立为员果长功本熟", "部": "分门", "家": "居庭具", "位": "于置居"}
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
_FACTORS = {"万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7}
_FACTORS |= {"亿": 10**8, "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12}

# Unit: how many of the standard unit it is, and the standard unit.
_STANDARD = {
    "千瓦": ("0.001", "MW"), "kW": ("0.001", "MW"), "兆瓦": ("1", "MW"),
    "吉瓦": ("1000", "MW"), "GW": ("1000", "MW"),
    "千瓦时": ("1e-8", "亿千瓦时"), "度": ("1e-8", "亿千瓦时"),
    "kWh": ("1e-6", "GWh"), "MWh": ("0.001", "GWh"), "兆瓦时": ("0.001", "GWh"),
    "吉瓦时": ("1", "GWh"), "TWh": ("1000", "GWh"),
    "EFLOPS": ("1000", "P"), "PFLOPS": ("1", "P"),
    "千米": ("1", "公里"), "km": ("1", "公里"), "平方千米": ("1", "平方公里"), "㎡": ("1", "平方米"),
    "百分点": ("1", "个百分点"), "成": ("10", "%"), "大": ("1", "个"),
    "标箱": ("1", "标准箱"), "TEU": ("1", "标准箱"),
}  # fmt: skip

# ---- patterns ------------------------------------------------------------------------------------


def _any_of(words: str) -> str:
    """Return an alternation in which a longer word goes before its own beginning."""
    exceptions = [f"{word}(?![{after}])" for word, after in _NO_UNIT_BEFORE.items()]
    longer = sorted((word for word in words.split() if len(word) > 1), key=len, reverse=True)
    single = "".join(word for word in words.split() if len(word) == 1 and word not in _NO_UNIT_BEFORE)
    return "|".join([*longer, *exceptions, f"[{single}]"])


def _join_patterns(prefix: str, words: dict[str, str]) -> str:
    return "|".join(f"(?P<{prefix}_{comparator}>{pattern})" for comparator, pattern in words.items())


_UNIT = f"(?:{_any_of(_UNITS)}|(?:{_LATIN_UNITS})(?![A-Za-z]))"
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
    | (?>{_ARABIC})(?=[A-Za-z])(?!{_UNIT})[A-Za-z0-9-]+            # 5G
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
        (?:\s*(?P<low_multiplier>{_MULTIPLIER}))?(?:\s*(?P<low_unit>{_UNIT}))?
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
    (?:\s*(?P<unit>{_UNIT}))?
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

# ---- figures -------------------------------------------------------------------------------------


def read_figures(phrase: str) -> list[Figure]:
    """Return every figure of `phrase`, in order."""
    text = _NOT_FIGURES.sub(lambda match: "\0" * len(match[0]), phrase.translate(_SPELLING))
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
            bounds = derive_bounds(after, first.value)
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
    start = match.start("figure" if _group_before(match) and comparator == "eq" else 0)
    return Figure(
        comparator,
        None if comparator in ("between", "magnitude") else float(number),
        unit,
        *_derive_bounds(comparator, low, number),
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
    unit, multiplier, before = match["unit"], match["multiplier"], _group_before(match)
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


def _group_before(match: re.Match[str]) -> str | None:
    """Return the name of the group of the comparator word before the number."""
    return next((f"before_{name}" for name in _BEFORE if match[f"before_{name}"]), None)


def _read_comparator(match: re.Match[str]) -> str:
    """Return the comparator that the words around the number make."""
    before = (_group_before(match) or "").removeprefix("before_")
    after = next((name for name in _AFTER if match[f"after_{name}"]), "")
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
    (low_factor, low_standard), (factor, standard_unit) = _factor(low_unit), _factor(unit)
    if low_standard != standard_unit:
        raise _NotARange
    return low * low_factor / factor


_Bounds = tuple[float | None, float | None, bool, bool]


def _derive_bounds(comparator: str, low: Decimal, number: Decimal) -> _Bounds:
    """Return lower and upper bound, and whether each belongs to the range."""
    value = float(number)
    match comparator:
        case "gt":
            return value, None, False, False
        case "ge":
            return value, None, True, False
        case "lt":
            return None, value, False, False
        case "le":
            return None, value, False, True
        case "magnitude":
            return value, float(number * 10), True, False
        case "excess":
            return value, float(number + _last_unit(number)), False, False
        case "approx":
            half = _last_unit(number) / 2
            return float(number - half), float(number + half), True, True
    return float(low), value, True, True


def derive_bounds(comparator: str, value: float) -> _Bounds:
    """Return lower and upper bound of a stated value and whether each is included; None is open.

    For a magnitude `value` is its lower end (100 for 百亿级).
    """
    number = Decimal(repr(value)).normalize()
    return _derive_bounds(comparator, number, number)


def _last_unit(number: Decimal) -> Decimal:
    """Return the unit of the last significant digit as printed: 10 of 530, 100 of 400, 0.1 of 5.3."""
    whole, _, decimals = f"{number:f}".partition(".")
    return Decimal(1).scaleb(-len(decimals) if decimals else len(whole) - len(whole.rstrip("0")))


# ---- numerals ------------------------------------------------------------------------------------

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


# ---- units and comparison ------------------------------------------------------------------------


def standardise(value: float | None, unit: str | None) -> tuple[float | None, str | None]:
    """Return `value` in the standard unit of `unit`, and that unit: 50 万辆 -> 500000 辆, 5000 万元 -> 0.5 亿元.

    Money with a multiplier counts in 亿, power in MW, energy in 亿千瓦时 or GWh as printed, computing power
    in P. A unit that is not known stays as it is.
    """
    factor, standard_unit = _factor(unit)
    # Through the shortest decimal form: 8.39 万辆 are 83900 辆, not 83900.00000000001.
    return None if value is None else float(Decimal(repr(value)) * factor), standard_unit


@cache
def _factor(unit: str | None) -> tuple[Decimal, str | None]:
    """Return how many of its standard unit a unit is, and the standard unit."""
    base = (unit or "").translate(_SPELLING).strip()
    multiplier = next((m for m in sorted(_FACTORS, key=len, reverse=True) if base.startswith(m)), "")
    base = base.removeprefix(multiplier)
    factor = Decimal(_FACTORS.get(multiplier, 1))
    if multiplier and base.endswith("元"):
        return factor / 10**8, f"亿{base}"
    size, standard_unit = _STANDARD.get(base, ("1", base))
    return factor * Decimal(size), standard_unit or None


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
    for figure in read_figures(phrase):
        if comparator not in (ANY, figure.comparator) or standardise(None, figure.unit)[1] != standard_unit:
            continue
        if value is None and figure.value is not None:
            continue
        if all(
            number is None or _same(number, unit, getattr(figure, side), figure.unit)
            for number, side in wanted
        ):
            return True
    return False


def _same(number: float, unit: str | None, printed: float | None, printed_unit: str | None) -> bool:
    """Return whether two numbers are equal in their standard unit."""
    if printed is None:
        return False
    return math.isclose(standardise(number, unit)[0] or 0.0, standardise(printed, printed_unit)[0] or 0.0)
