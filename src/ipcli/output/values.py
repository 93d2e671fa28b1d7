"""Single values as text, for what people read."""

from __future__ import annotations

import decimal
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
    """Return a value as the text of one field: NULL is `null`, lists are joined by `separator`."""
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
    return str(value)
