"""Values as text, for what people read: single ones, and umbrella sums (totals of a park or a batch)."""

from __future__ import annotations

import decimal
from collections.abc import Sequence
from typing import Any

from ipcli.i18n import N_, translate

# Beyond 2**53 a double is no exact count any more; such numbers keep their exponent.
_EXACT = 2.0**53
# Umbrella sums: more than these are told by their number and the largest.
_FEW = 3
# Stances, from the strongest on.
STANCES = (
    "lead", "breakthrough", "strengthen", "upgrade", "focus", "cultivate", "frontier", "layout", "support",
)  # fmt: skip


def number(value: float) -> int | float:
    """130.0 as 130; 11.1 stays."""
    return int(value) if value.is_integer() and abs(value) <= _EXACT else value


def text(value: Any, null: str = "", separator: str = "; ") -> str:
    """Return a value as the text of one field: NULL is `null`, lists are joined by `separator`."""
    if isinstance(value, str):
        return value
    if value is None:
        return null
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(number(value))
    if isinstance(value, decimal.Decimal) and value.is_finite():
        digits = format(value, "f")
        return digits.rstrip("0").rstrip(".") if "." in digits else digits
    if isinstance(value, (list, tuple)):
        return separator.join(text(item, null, separator) for item in value)
    return str(value)


def list_umbrellas(stated: Sequence[str], lang: str) -> str:
    """Return figures in signs, the largest first (`530+, 82`); of many, how many and the largest.

    Never their sum: whether they overlap, no document says.
    """
    if len(stated) > _FEW:
        few = translate(N_("{count}, the largest {largest}"), lang)
        return few.format(count=len(stated), largest=stated[0])
    return translate(N_(", "), lang).join(stated)
