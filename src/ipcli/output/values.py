"""Single values as data formats print them: the same in csv, tsv, json and jsonl."""

from __future__ import annotations

import datetime
import decimal
import math
from typing import Any

# Beyond 2**53 a double is no exact count any more; such numbers keep their exponent.
_EXACT = 2.0**53


def number(value: float) -> int | float:
    """130.0 as 130; 11.1 stays."""
    return int(value) if value.is_integer() and abs(value) <= _EXACT else value


def _decimal(value: decimal.Decimal) -> str:
    if not value.is_finite():
        return str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def text(value: Any, null: str = "", separator: str = "; ") -> str:
    """A value as the text of one field: NULL is `null`, lists are joined by `separator`."""
    if isinstance(value, str):
        return value
    if value is None:
        return null
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(number(value))
    if isinstance(value, decimal.Decimal):
        return _decimal(value)
    if isinstance(value, (list, tuple)):
        return separator.join(text(item, null, separator) for item in value)
    if isinstance(value, dict):
        import json

        return json.dumps(plain(value), ensure_ascii=False)
    return str(value)


def plain(value: Any) -> Any:
    """A value as JSON knows it: numbers are numbers, lists arrays; what JSON lacks is text or null."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return number(value) if math.isfinite(value) else None
    if isinstance(value, decimal.Decimal):
        if not value.is_finite():
            return None
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    return str(value)
