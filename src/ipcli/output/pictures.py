"""Charts and matrices, drawn for a terminal, and as SVG what was drawn for one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from io import StringIO
from itertools import zip_longest
from typing import NamedTuple, TextIO

from ipcli.output.cells import hang, pack, width_of, wrap
from ipcli.output.formats.table import RULE, Line, Pen
from ipcli.output.stream import clean

# Bars are at least so long; a picture draws a cell in eighths, so that short bars differ.
_SHORTEST = 10
# Names and what stands behind the bars take at most this share of the width.
_BEHIND = 0.7
_EIGHTHS = " ▏▎▍▌▋▊▉█"
# Cells between the columns of a matrix, and those of the totals.
_GAP = 1
# What a cell of a matrix shows -> its style. Neither blue nor yellow: one is hard to read on a dark terminal, the other
# on a light one.
_STYLES = {
    "figure": "cyan",
    "lead": "bold red",
    "breakthrough": "bold magenta",
    "strengthen": "bold cyan",
    "upgrade": "bold green",
    "focus": "cyan",
    "cultivate": "green",
    "frontier": "magenta",
}
# Pixels: the letters of a monospaced font are 0.6 of its size wide, and Chinese characters fit into two of them.
_SIZE, _CELL, _LINE, _MARGIN = 15, 9.0, 22, 24
_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">
<title>{title}</title>
<style>
text {{ font: {size}px Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", "Noto Sans CJK SC", "PingFang SC",
  "Microsoft YaHei", monospace; fill: #1f2328; white-space: pre; }}
.b {{ font-weight: bold; }} .q {{ fill: #656d76; }} .r {{ fill: #0b6e74; }} .t {{ font-size: 18px; }}
.red {{ fill: #b42318; }} .magenta {{ fill: #8a3ffc; }} .green {{ fill: #1a7f37; }}
</style>
<rect width="100%" height="100%" rx="6" fill="#ffffff"/>
<text class="b t" x="{margin}" y="{margin}">{title}</text>
"""
# A text of a line that was drawn in colour, after the codes of its styles; and what those are in the picture.
_DRAWN = re.compile("(?:\x1b\\[([0-9;]+)m)?([^\x1b]+)(?:\x1b\\[0m)?")
_CLASSES = {"1": "b", "2": "q", "31": "red", "32": "green", "35": "magenta", "36": "r"}
_PIECE = re.compile(r"\S+(?: \S+)*")


class Bar(NamedTuple):
    """A name, a bar, its value as text, and a note behind it; `value` None has no bar."""

    name: str
    value: float | None
    text: str
    note: str = ""


def draw_bars(
    bars: Sequence[Bar],
    title: str,
    below: Sequence[str],
    out: TextIO,
    *,
    width: int | None,
    color: bool,
    fine: bool = False,
) -> int:
    """Draw the bars to one scale that begins at nought, within `width` cells; returns how many there are.

    `fine` draws them in signs that only a picture can be sure of.
    """
    pen = Pen(out, color)
    room = width or 100
    if title:
        pen.print((pen.writable(title), "bold"))
    bars = [
        Bar(pen.writable(name), value, pen.writable(text), pen.writable(note))
        for name, value, text, note in bars
    ]
    names = max((width_of(bar.name) for bar in bars), default=0)
    behind = max((width_of(bar.text) + width_of(bar.note) + 2 for bar in bars), default=0)
    # What stands behind bars goes beneath them where it leaves no room for bars.
    beneath = names + behind + 2 > room * _BEHIND
    if beneath:
        behind = max((width_of(bar.text) + 1 for bar in bars), default=0)
    longest = max(_SHORTEST, room - names - behind - 2)
    most = max((bar.value or 0 for bar in bars), default=0) or 1
    for name, value, text, note in bars:
        drawn, style = _bar((value or 0) / most * longest, color, fine)
        pen.print(
            (_pad(name, names + 1), ""), (drawn, style), (f" {text}", ""), (f" {note}" * (not beneath), "dim")
        )
        for line in hang(note, room - names - 1) if beneath and note else ():
            pen.print((" " * (names + 1) + line, "dim"))
    pen.print()
    for paragraph in below:
        for line in hang(pen.writable(paragraph), room):
            pen.print((line, "dim"))
    return len(bars)


def _bar(length: float, color: bool, fine: bool) -> tuple[str, str]:
    """Return a bar and its style: blanks in colour, or #; what is more than nought is seen."""
    if fine:
        whole, rest = divmod(round(length * 8), 8)
        return _EIGHTHS[-1] * whole + _EIGHTHS[rest] * bool(rest), "cyan"
    cells = max(round(length), length > 0)
    return (" " * cells, "bar") if color else ("#" * cells, "")


class Totals(NamedTuple):
    """The margins of a matrix: the word for totals, those of rows and columns, and that of the whole."""

    word: str
    rows: Sequence[str]
    columns: Sequence[str]
    whole: str


def draw_matrix(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Mapping[tuple[str, str], tuple[str, str]],
    totals: Totals,
    below: Sequence[str],
    out: TextIO,
    *,
    width: int | None,
    color: bool,
    size: int,
    signs: Mapping[str, str] = {},
) -> None:
    """Draw `cells` ((row, column) -> (sign, stance or "figure")), readable at 80 cells and without colour.

    `signs` are those of the stances, which the lines `below` explain in their colours.

    Columns are `size` cells wide. Where they do not fit into `width`, they are drawn in several blocks. Entries of a
    line `below` that two blanks part stay whole.
    """
    pen = Pen(out, color)
    names = [pen.writable(row) for row in rows]
    word = pen.writable(totals.word)
    name = max(map(width_of, [*names, word]))
    most = max(map(width_of, (word, *totals.rows, totals.whole)))
    room = (width or 1_000_000) - name - _GAP - most - _GAP
    each = max(1, room // (size + _GAP))

    def print_row(label: tuple[str, str], parts: Line, total: tuple[str, str]) -> None:
        line = [(_pad(label[0], name), label[1])]
        for part, style in parts:
            line += [(" " * _GAP, ""), (_pad(part, size), style)]
        pen.print(*line, (" " * _GAP, ""), total)

    for start in range(0, len(columns), each):
        block = columns[start : start + each]
        heads = zip_longest(*(wrap(pen.writable(column), size) for column in block), fillvalue="")
        for number, parts in enumerate(heads):
            corner = ("" if number else _pad(word, most), "bold")
            print_row(("", ""), [(part, "bold") for part in parts], corner)
        pen.print((RULE * (name + len(block) * (size + _GAP) + _GAP + most), "dim"))
        for row, label, total in zip(rows, names, totals.rows, strict=True):
            found = [cells.get((row, column)) for column in block]
            shown = [(sign[0], _STYLES.get(sign[1], "")) if sign else (".", "dim") for sign in found]
            print_row((label, ""), shown, (total, "dim"))
        last = start + each >= len(columns)
        sums = [(total, "dim") for total in totals.columns[start : start + each]]
        print_row((word, "dim"), sums, (totals.whole if last else "", "dim"))
        pen.print()
    legend = {pen.writable(sign): _STYLES.get(stance, "") for stance, sign in signs.items()}
    for paragraph in below:
        text = pen.writable(paragraph)
        for packed in [text] if text.startswith("[") else pack(text.split("  "), width):
            for text in hang(packed, width):
                pen.print(*_color_signs(text, legend))


def _color_signs(text: str, legend: Mapping[str, str]) -> Line:
    """Return the entries of a legend, each sign in the style it has in the cells."""
    line: Line = []
    for entry in re.split("(  )", text):
        sign, blank, word = entry.partition(" ")
        style = legend.get(sign, "") if blank else ""
        line += [(sign, style), (blank + word, "dim")] if style else [(entry, "dim")]
    return line


def _pad(text: str, size: int) -> str:
    return text + " " * max(0, size - width_of(text))


def write_svg(draw: Callable[[TextIO], int], title: str, out: TextIO) -> int:
    """Write as SVG what `draw` draws in colour on the stream it is given; returns what `draw` returns."""
    drawn = StringIO()
    count = draw(drawn)
    lines = [_DRAWN.findall(line) for line in drawn.getvalue().rstrip("\n").split("\n")]
    sizes = (width_of("".join(text for _codes, text in line).rstrip()) for line in lines)
    head = _HEAD.format(
        width=round(max(width_of(title) * 1.2, *sizes) * _CELL + 2 * _MARGIN),
        height=_MARGIN * 2 + _LINE * (len(lines) + 1),
        title=escape(clean(title)),
        size=_SIZE,
        margin=_MARGIN,
    )
    pictures = (_draw_line(line, _MARGIN + _LINE * number) for number, line in enumerate(lines, 2))
    out.write(f"{head}{''.join(pictures)}</svg>\n")
    return count


def _draw_line(line: Line, y: int) -> str:
    """Return the pieces of a line, each where its cell begins, so that columns stay columns in any font."""
    whole = "".join(text for _codes, text in line).rstrip()
    if whole and not whole.strip(RULE):
        return f'<path d="M{_MARGIN} {y - 5}h{width_of(whole) * _CELL:g}" stroke="#d0d7de"/>\n'
    pieces, at = [], 0
    for codes, text in line:
        names = " ".join(_CLASSES[code] for code in codes.split(";") if code)
        kind = f' class="{names}"' if names else ""
        for piece in _PIECE.finditer(text):
            x = _MARGIN + (at + width_of(text[: piece.start()])) * _CELL
            if set(piece[0]) <= set(_EIGHTHS[1:]):
                length = sum(map(_EIGHTHS.index, piece[0])) / 8 * _CELL
                pieces.append(
                    f'<rect x="{x:g}" y="{y - 13}" width="{length:g}" height="16" fill="#0b6e74"/>\n'
                )
            else:
                pieces.append(f'<text{kind} x="{x:g}" y="{y}">{escape(piece[0])}</text>\n')
        at += width_of(text)
    return "".join(pieces)
