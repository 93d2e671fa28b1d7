"""Charts and matrices, drawn for a terminal, and as SVG what was drawn for one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from io import StringIO
from typing import NamedTuple, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text

from ipcli.output.cells import hang, pack, width_of, wrap
from ipcli.output.stream import clean
from ipcli.output.table import Pen

# Bars are at least so long; a cell is drawn in eighths, so that short bars differ.
_SHORTEST = 10
_EIGHTHS = " ▏▎▍▌▋▊▉█"
# Cells between the columns of a matrix, and those of the totals.
_GAP, _TOTAL = 1, 4
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
# Numbers of a terminal's colours that differ from that of marks.
_COLOURS = {1: "red", 2: "green", 5: "magenta"}
_PIECE = re.compile(r"\S+(?: \S+)*")


class Bar(NamedTuple):
    """A name, a bar, its value as text, and a note behind it; `value` None has no bar."""

    name: str
    value: float | None
    text: str
    note: str = ""


def draw_bars(
    bars: Sequence[Bar], title: str, below: Sequence[str], out: TextIO, *, width: int | None, color: bool
) -> int:
    """Draw the bars to one scale that begins at nought, within `width` cells; returns how many there are."""
    pen = Pen(out, color)
    room = width or 100
    if title:
        pen.print(Text(pen.writable(title), "bold"))
    bars = [
        Bar(pen.writable(name), value, pen.writable(text), pen.writable(note))
        for name, value, text, note in bars
    ]
    names = max((width_of(bar.name) for bar in bars), default=0)
    behind = max((width_of(bar.text) + width_of(bar.note) + 2 for bar in bars), default=0)
    longest = max(_SHORTEST, room - names - behind - 2)
    most = max((bar.value or 0 for bar in bars), default=0) or 1
    for bar in bars:
        drawn = _bar((bar.value or 0) / most * longest, pen.plain)
        text = Text.assemble(_pad(bar.name, names + 1), (drawn, "cyan"), " " + bar.text)
        if bar.note:
            text.append(" " + bar.note, "dim")
        pen.print(text)
    pen.print(Text())
    for paragraph in below:
        for line in hang(pen.writable(paragraph), room):
            pen.print(Text(line, "dim"))
    return len(bars)


def _bar(length: float, plain: bool) -> str:
    if plain:
        return "#" * round(length)
    whole, rest = divmod(round(length * 8), 8)
    return _EIGHTHS[-1] * whole + _EIGHTHS[rest] * bool(rest)


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
) -> None:
    """Draw `cells` ((row, column) -> (sign, stance or "figure")), readable at 80 cells and without colour.

    Columns are `size` cells wide. Where they do not fit into `width`, they are drawn in several blocks. Entries of a
    line `below` that two blanks part stay whole.
    """
    pen = Pen(out, color)
    names = [pen.writable(row) for row in rows]
    word = pen.writable(totals.word)
    name = max(map(width_of, [*names, word]))
    room = (width or 1_000_000) - name - _GAP - _TOTAL - _GAP
    each = max(1, room // (size + _GAP))

    def print_row(label: tuple[str, str], parts: Sequence[tuple[str, str]], total: tuple[str, str]) -> None:
        text = Text.assemble((_pad(label[0], name), label[1]))
        for part, style in parts:
            text.append(" " * _GAP).append(_pad(part, size), style)
        pen.print(text.append(" " * _GAP).append(*total))

    for start in range(0, len(columns), each):
        block = columns[start : start + each]
        heads = [wrap(pen.writable(column), size) for column in block]
        for number in range(max(map(len, heads))):
            parts = [(head[number] if number < len(head) else "", "bold") for head in heads]
            print_row(("", ""), parts, ("" if number else _pad(word, _TOTAL), "bold"))
        pen.print(Text(pen.rule * (name + len(block) * (size + _GAP) + _GAP + _TOTAL), "dim"))
        for row, label, total in zip(rows, names, totals.rows, strict=True):
            signs = [cells.get((row, column)) for column in block]
            parts = [(sign[0], _STYLES.get(sign[1], "")) if sign else (pen.dot, "dim") for sign in signs]
            print_row((label, ""), parts, (total, "dim"))
        last = start + each >= len(columns)
        sums = [(total, "dim") for total in totals.columns[start : start + each]]
        print_row((word, "dim"), sums, (totals.whole if last else "", "dim"))
        pen.print(Text())
    for paragraph in below:
        for packed in pack(pen.writable(paragraph).split("  "), width):
            for line in hang(packed, width):
                pen.print(Text(line, "dim"))


def _pad(text: str, size: int) -> str:
    return text + " " * max(0, size - width_of(text))


def write_svg(draw: Callable[[TextIO], int], title: str, out: TextIO) -> int:
    """Write as SVG what `draw` draws in colour on the stream it is given; returns what `draw` returns."""
    drawn = StringIO()
    count = draw(drawn)
    out.write(_svg(drawn.getvalue(), title))
    return count


def _svg(drawn: str, title: str) -> str:
    """Return what was drawn for a terminal as SVG. Rich's own export gives each Chinese character one cell."""
    lines = Text.from_ansi(drawn.rstrip("\n")).split("\n")
    console = Console(file=StringIO(), color_system="standard", no_color=False, legacy_windows=False)
    widest = max([cell_len(title) * 1.2, *(cell_len(line.plain.rstrip()) for line in lines)])
    head = _HEAD.format(
        width=round(widest * _CELL + 2 * _MARGIN),
        height=_MARGIN * 2 + _LINE * (len(lines) + 1),
        title=escape(clean(title)),
        size=_SIZE,
        margin=_MARGIN,
    )
    elements = (element for number, line in enumerate(lines) for element in _elements(line, number, console))
    return f"{head}{''.join(elements)}</svg>\n"


def _elements(line: Text, number: int, console: Console) -> Iterator[str]:
    """Yield the pieces of a line, each where its cell begins, so that columns stay columns in any font."""
    y = _MARGIN + _LINE * (number + 2)
    if line.plain.strip() and not line.plain.strip("─ "):
        length = cell_len(line.plain.rstrip()) * _CELL
        yield f'<path d="M{_MARGIN} {y - 5}h{length:g}" stroke="#d0d7de"/>\n'
        return
    at = 0
    for segment in line.render(console):
        for piece in _PIECE.finditer(segment.text):
            x = _MARGIN + (at + cell_len(segment.text[: piece.start()])) * _CELL
            if set(piece[0]) <= set(_EIGHTHS[1:]):
                length = sum(map(_EIGHTHS.index, piece[0])) / 8 * _CELL
                yield f'<rect x="{x:g}" y="{y - 13}" width="{length:g}" height="16" fill="#0b6e74"/>\n'
            else:
                yield f'<text{_kind(segment.style)} x="{x:g}" y="{y}">{escape(piece[0])}</text>\n'
        at += cell_len(segment.text)


def _kind(style: Style | None) -> str:
    names = []
    if style is not None:
        names = [name for name, holds in (("b", style.bold), ("q", style.dim)) if holds]
        if style.color is not None:
            names.append(_COLOURS.get(style.color.number or 0, "r"))
    return f' class="{" ".join(names)}"' if names else ""
