"""Text in terminal cells: what control characters look like, and where a line may break."""

from __future__ import annotations

import re

from rich.cells import cell_len

# Control characters, and the invisible ones that would reorder or hide text around them. The joiners
# and selectors that emoji are made of stay.
_HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)

_OPENING = "（《〈「『【〔［｛“‘"
_CLOSING = "、，。；：！？）》〉」』】〕］｝”’…％"

# One character as seen: escapes are one, flags are pairs, marks and joined emoji belong to what they follow.
_CHARACTER = (
    "(?:\\\\(?:x[0-9a-f]{2}|u[0-9a-f]{4})|[\U0001f1e6-\U0001f1ff]{2}"
    "|\\S(?:[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]|\u200d\\S)*)"
)
_characters = re.compile(_CHARACTER + "|\\s").findall
# What no line break may part: a figure and its unit, a Latin word, or one character, with the punctuation and the numbers
# of sources that cling to it.
_UNIT = "× (?:CNY )?\\d+k? ?[A-Za-z²³/]*|[\u4e00-\u9fff]{1,4}|[%‰°]|[A-Za-z²³/]{1,6}(?![A-Za-z])"
_FIGURE = f"[<>≥≤≈]?\\d[\\d.,+%–-]* (?:{_UNIT})"
FIGURE = re.compile(_FIGURE)
_LATIN = "[≥≤≈]?[!-~\u00a0-\u024f\u202f]+"
_TAIL = f"(?:[{_CLOSING},;:.!?)]|\\[\\d+(?:-\\d+)?\\]°?)*"
_pieces = re.compile(f"[^\\S\u00a0\u202f]+|[{_OPENING}(]*(?:{_FIGURE}|{_LATIN}|{_CHARACTER}){_TAIL}").findall

_BLANKS = re.compile(r".*\S +(?=\S)")
_TIMES = re.compile(r".*× (?=\S)")
_HYPHENED = re.compile(r".*[A-Za-z]-(?=[A-Za-z])")

# Items of an enumeration (人工智能、低空经济) are kept whole up to this many cells, in wide texts up to the second.
_ITEM, _LONG_ITEM = 20, 30
# What stands for signs on a console without them.
_SIGNS = {
    "≥": ">=", "≤": "<=", "≈": "~", "×": "x", "·": "-", "…": "..", "—": "-", "–": "-", "→": "->", "°": "^",
    "“": '"', "”": '"', "‘": "'", "’": "'", "《": "<", "》": ">", "（": "(", "）": ")", "，": ", ", "、": ", ",
    "；": "; ", "：": ": ", "。": ". ",
}  # fmt: skip
# What parts the items of a wide text besides.
_PARTING = re.compile("；|; ")


def visible(text: str) -> str:
    r"""`text` with control characters escaped (\x1b, \t, \u202e); line feeds stay, they break lines."""
    return _HIDDEN.sub(_escape, text.replace("\r\n", "\n"))


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def writable(text: str, encoding: str) -> str:
    r"""`visible(text)` as a console of that encoding has it: signs it lacks as ASCII (≥ as >=), all else it lacks as
    escapes (\u5d02). Made before anything is measured, so that tables stay within their width.
    """
    text = visible(text)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return (
            "".join(_SIGNS.get(c, c) if _lacks(c, encoding) else c for c in text)
            .encode(encoding, "backslashreplace")
            .decode(encoding)
        )
    except LookupError:
        pass
    return text


def _lacks(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return True
    return False


def width_of(text: str) -> int:
    """The cells of the widest line of `text`."""
    if "\n" in text:
        return max(map(cell_len, text.split("\n")))
    return cell_len(text)


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, nothing lost but the blanks at the breaks.

    Chinese breaks between any two characters, save that no line begins with closing punctuation or
    ends with an opening bracket; Latin words stay whole while they fit.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        lines.extend([line] if cell_len(line) <= width else _fill(line, width))
    return lines


def hang(text: str, width: int | None, indent: str = "  ") -> list[str]:
    """`text` in lines of at most `width` cells (None: unbounded), those after the first indented."""
    if width is None or width_of(text) <= width:
        return text.split("\n")
    first, *rest = wrap(text, max(8, width - len(indent)))
    return [first, *(indent + line for line in rest)]


def _fill(line: str, width: int) -> list[str]:
    lines: list[str] = []
    current, used = "", 0
    pieces = _pieces(line)
    if "、" in line or (width >= 2 * _ITEM and _PARTING.search(line)):
        pieces = _items(pieces, min(width, max(_ITEM, min(_LONG_ITEM, width // 2))))
    for piece in pieces:
        size = cell_len(piece)
        if used + size <= width:
            current += piece
            used += size
            continue
        if current:
            lines.append(current.rstrip())
        if piece.isspace():
            current, used = "", 0
            continue
        while size > width:
            head = _head(piece, width)
            lines.append(head.rstrip())
            piece = piece[len(head) :].lstrip()
            size = cell_len(piece)
        current, used = piece, size
    if current:
        lines.append(current.rstrip())
    return lines


def _head(piece: str, width: int) -> str:
    """As much of `piece` as fits, one character at least; of words with hyphens or blanks, whole ones."""
    head = ""
    for character in _characters(piece):
        if head and cell_len(head + character) > width:
            break
        head += character
    # A figure that is wider than its column breaks before its unit.
    words = _HYPHENED.match(head) or _TIMES.match(head)
    if not words and not head[-1:].isspace() and not piece[len(head)].isspace():
        words = _BLANKS.match(head)
    return words[0] if words else head


def _items(pieces: list[str], limit: int) -> list[str]:
    """Pieces joined into the items that 、 and its kin part, where an item has at most `limit` cells."""
    joined: list[str] = []
    item: list[str] = []
    for piece in pieces:
        if piece.isspace():
            joined.extend(_whole(item, limit))
            joined.append(piece)
            item = []
            continue
        item.append(piece)
        if piece[-1] in _CLOSING:
            joined.extend(_whole(item, limit))
            item = []
    joined.extend(_whole(item, limit))
    return joined


def _whole(item: list[str], limit: int) -> list[str]:
    text = "".join(item)
    return [text] if text and cell_len(text) <= limit else item
