"""Units as they are printed, a number in its standard unit, and the range that a comparator gives it."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

# What stands in phrases and units, in half-width and simplified characters, one for one.
_TRADITIONAL = (
    "億亿萬万個个餘余達达過过輛辆幾几兩两項项條条臺台種种類类處处場场間间層层噸吨畝亩級级約约內内數数顆颗張张"
    "塊块隻只週周時时鐘钟歲岁於于從从號号圓元歐欧標标準准戶户頃顷門门棟栋對对組组節节頭头納纳釐厘術术難难題题"
    "頸颈滿满點点將将強强簽签預预經经歷历單单統统專专歸归臨临鄰邻陸陆線线網网"
)
SPELLING = {ord(old): new for old, new in zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True)}
# Full-width forms, but for the comma: it parts clauses, never thousands.
SPELLING |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code != 0xFF0C}
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


def _any_of(words: str) -> str:
    """Return an alternation in which a longer word goes before its own beginning."""
    exceptions = [f"{word}(?![{after}])" for word, after in _NO_UNIT_BEFORE.items()]
    longer = sorted((word for word in words.split() if len(word) > 1), key=len, reverse=True)
    single = "".join(word for word in words.split() if len(word) == 1 and word not in _NO_UNIT_BEFORE)
    return "|".join([*longer, *exceptions, f"[{single}]"])


# The pattern of any unit.
UNIT = f"(?:{_any_of(_UNITS)}|(?:{_LATIN_UNITS})(?![A-Za-z]))"


def standardise(value: float | None, unit: str | None) -> tuple[float | None, str | None]:
    """Return `value` in the standard unit of `unit`, and that unit: 50 万辆 -> 500000 辆, 5000 万元 -> 0.5 亿元.

    Money with a multiplier counts in 亿, power in MW, energy in 亿千瓦时 or GWh as printed, computing power
    in P. A unit that is not known stays as it is.
    """
    factor, standard_unit = find_factor(unit)
    # Through the shortest decimal form: 8.39 万辆 are 83900 辆, not 83900.00000000001.
    return None if value is None else float(Decimal(repr(value)) * factor), standard_unit


@cache
def find_factor(unit: str | None) -> tuple[Decimal, str | None]:
    """Return how many of its standard unit a unit is, and the standard unit."""
    base = (unit or "").translate(SPELLING).strip()
    multiplier = next((m for m in sorted(_FACTORS, key=len, reverse=True) if base.startswith(m)), "")
    base = base.removeprefix(multiplier)
    factor = Decimal(_FACTORS.get(multiplier, 1))
    if multiplier and base.endswith("元"):
        return factor / 10**8, f"亿{base}"
    size, standard_unit = _STANDARD.get(base, ("1", base))
    return factor * Decimal(size), standard_unit or None


Bounds = tuple[float | None, float | None, bool, bool]


def derive_bounds(comparator: str, low: Decimal, number: Decimal) -> Bounds:
    """Return lower and upper bound of a stated number, and whether each is included; None is open.

    For a magnitude `number` is its lower end (100 for 百亿级); `low` is the lower end of "between".
    """
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


def _last_unit(number: Decimal) -> Decimal:
    """Return the unit of the last significant digit as printed: 10 of 530, 100 of 400, 0.1 of 5.3."""
    whole, _, decimals = f"{number:f}".partition(".")
    return Decimal(1).scaleb(-len(decimals) if decimals else len(whole) - len(whole.rstrip("0")))
