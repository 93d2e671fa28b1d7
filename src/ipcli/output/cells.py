"""Text in terminal cells: how wide it is, and where a line may break. Imports no Rich."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from unicodedata import combining, east_asian_width

# The patterns are compiled when they are used: help pages need the width alone.
_OPENING = "（《〈「『【〔［｛“‘"
_CLOSING = "、，。；：！？）》〉」』】〕］｝”’…％"

# One character as seen: escapes are one, flags are pairs, marks and joined emoji belong to what they follow.
_CHARACTER = (
    "(?:\\\\(?:x[0-9a-f]{2}|u[0-9a-f]{4})|[\U0001f1e6-\U0001f1ff]{2}"
    "|\\S(?:[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]|\u200d\\S)*)"
)
# What no line break may part: a figure and its unit, a Latin word, or one character, with the punctuation and the numbers
# of sources that cling to it.
_UNIT = "× (?:CNY )?\\d+k? ?[A-Za-z²³/]*|[\u4e00-\u9fff]{1,4}|[%‰°]|[A-Za-z²³/]{1,6}(?![A-Za-z])"
FIGURE = f"[<>≥≤≈]?\\d[\\d.,+%–-]* (?:{_UNIT})"
# Lists of choices (a|b|c) break after a bar.
_LATIN = "[≥≤≈]?(?:[!-{}~\u00a0-\u024f\u202f]+\\|?|\\|)"
_TAIL = f"(?:[{_CLOSING},;:.!?)]|\\[\\d+(?:-\\d+)?\\]°?)*"
_PIECE = f"[^\\S\u00a0\u202f]+|[{_OPENING}(]*(?:{FIGURE}|{_LATIN}|{_CHARACTER}){_TAIL}"
# Where a piece that is wider than its line breaks, the best first: before a unit, at blanks and hyphens.
_BREAKS = ("(?<=×)( )", "( )|(?<=[A-Za-z]-)(?=[A-Za-z])")


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
