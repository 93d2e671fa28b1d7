"""Cells: values as text, how wide a text is in a terminal, and where a line may break. Imports no Rich."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from unicodedata import combining, east_asian_width

from ipcli.i18n import N_, translate

# Beyond 2**53 a double is no exact count any more; such numbers keep their exponent.
_EXACT = 2.0**53
# Umbrella sums: more than these are told by their number and the largest.
_FEW = 3
# Stances, from the strongest on.
STANCES = (
    "lead", "breakthrough", "strengthen", "upgrade", "focus", "cultivate", "frontier", "layout", "support",
)  # fmt: skip

# The patterns are compiled when they are used: help pages need the width alone.
_OPENING = "（《〈「『【〔［｛“‘"
_CLOSING = "、，。；：！？）》〉」』】〕］｝”’…％"

# One character as seen: escapes are one, flags are pairs, marks and joined emoji belong to what they follow.
_CHARACTER = (
    "(?:\\\\(?:x[0-9a-f]{2}|u[0-9a-f]{4})|[\U0001f1e6-\U0001f1ff]{2}"
    "|\\S(?:[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]|\u200d\\S)*)"
)
# What no line break may part: a figure and its unit, a Latin word, or one character, with the punctuation, the numbers
# of sources and the mark of a note that cling to it.
_UNIT = "[\u4e00-\u9fff]{1,4}|[%‰°]|(?:[mbt]r?n )?[A-Za-z²³/]{1,8}(?![A-Za-z])"
# Bounded, so that a long row of digits is not read again from each of them.
FIGURE = f"[<>~≥≤≈]*=?(?:CNY |USD )?\\d[\\d.,+%–-]{{0,40}}+ (?:{_UNIT})"
# Lists of choices (a|b|c) break after a bar.
_LATIN = "[≥≤≈]?(?:[!-{}~\u00a0-\u024f\u202f]+\\|?|\\|)"
_TAIL = f"(?:[{_CLOSING},;:.!?)]|\\[\\d[\\d,c-]*\\])*(?: [a-z]{{1,2}}(?:,[a-z]{{1,2}})*$)?"
_PIECE = f"[^\\S\u00a0\u202f]+|[{_OPENING}(]*(?:{FIGURE}|{_LATIN}|{_CHARACTER}){_TAIL}"
# Where a piece that is wider than its line breaks, the best first: at blanks and hyphens, between numbers of sources.
_BREAKS = ("( )|(?<=[A-Za-z]-)(?=[A-Za-z])", "(?<=,)(?=\\d+[]c,-])")


def text_of(value: Any, lang: str, reads: Callable[[str], str] | None = None) -> str:
    """Return a value as people read it; `reads` tells what texts read as. NULL is empty, 130.0 is 130."""
    if isinstance(value, str):
        return reads(value) if reads else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value) if value.is_integer() and abs(value) <= _EXACT else value)
    # Late: help pages need widths alone.
    from decimal import Decimal

    if isinstance(value, Decimal) and value.is_finite():
        digits = format(value, "f")
        return digits.rstrip("0").rstrip(".") if "." in digits else digits
    if isinstance(value, (list, tuple)):
        return ("、" if lang == "zh" else ", ").join(text_of(item, lang, reads) for item in value)
    return str(value)


def list_umbrellas(stated: Sequence[str], lang: str) -> str:
    """Return umbrella sums (totals of a park or a batch) in signs, the largest first (`530+, 82`); of many, how many.

    Never their sum: whether they overlap, no document says.
    """
    if len(stated) > _FEW:
        few = translate(N_("{count}, the largest {largest}"), lang)
        return few.format(count=len(stated), largest=stated[0])
    return translate(N_(", "), lang).join(stated)


def width_of(text: str) -> int:
    """Return the cells of the widest line of `text`."""
    return max(map(_width, text.split("\n"))) if "\n" in text else _width(text)


def _width(line: str) -> int:
    if line.isascii():
        return len(line)
    # Rich knows emoji too, but loading it takes longer than a help page may.
    if "rich.cells" in sys.modules:
        return sys.modules["rich.cells"].cell_len(line)  # type: ignore[no-any-return]
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in line)


def widest_piece(text: str) -> int:
    """Return the cells of the widest part of `text` that no line break should part."""
    return max(map(width_of, re.findall(_PIECE, text)), default=0)


def wrap(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` cells; nothing is lost but the blanks at the breaks.

    Chinese breaks between any two characters, save that no line begins with closing punctuation or
    ends with an opening bracket; Latin words, and figures with their units, stay whole while they fit.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        lines += [line] if width_of(line) <= width else _fill(line, width)
    return lines


def _fill(line: str, width: int) -> list[str]:
    lines: list[str] = []
    current, used = "", 0
    for piece in re.findall(_PIECE, line):
        if used + width_of(piece) > width:
            lines.append(current)
            current, used = "", 0
            if piece.isspace():
                continue
        for part in _parts(piece, width):
            size = width_of(part)
            if used + size > width:
                lines.append(current)
                current, used = "", 0
            if current or not part.isspace():
                current += part
                used += size
    return [line.rstrip() for line in (*lines, current) if line]


def _parts(piece: str, width: int, level: int = 0) -> list[str]:
    """Return a piece, or where it is wider than a line, parts that are not."""
    if width_of(piece) <= width:
        return [piece]
    if level == len(_BREAKS):
        return re.findall(_CHARACTER + "|\\s", piece)
    return [
        part
        for half in filter(None, re.split(_BREAKS[level], piece))
        for part in _parts(half, width, level + 1)
    ]


def hang(text: str, width: int | None, indent: str = "  ") -> list[str]:
    """Return `text` in lines of at most `width` cells (None: unbounded), those after the first indented."""
    if width is None or width_of(text) <= width:
        return text.split("\n")
    first, *rest = wrap(text, max(8, width - len(indent)))
    return [first, *(indent + line for line in rest)]


def pack(entries: Iterable[str], width: int | None) -> list[str]:
    """Return lines with as many entries in each, two blanks apart, as fit into `width` cells."""
    lines: list[str] = []
    for entry in entries:
        if lines and (width is None or width_of(f"{lines[-1]}  {entry}") <= width):
            lines[-1] += "  " + entry
        else:
            lines.append(entry)
    return lines
