"""A page as SVG. Rich's own export squeezes Chinese: it gives every character one cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from io import StringIO

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text

from ipcli.output.cells import visible
from ipcli.output.shapes import Page
from ipcli.output.table import draw

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
# Blocks that make a bar, and how much of a cell each fills.
_BAR = {part: eighths / 8 for eighths, part in enumerate("▏▎▍▌▋▊▉█", 1)}
_PIECE = re.compile(r"\S+(?: \S+)*")


def picture(page: Page, title: str, *, header: bool, vertical: bool, null: str, width: int) -> str:
    """The page drawn within `width` cells, as the text of an SVG file."""
    drawn = StringIO()
    draw(page, drawn, header=header, vertical=vertical, null=null, width=width, color=True)
    return frame(drawn.getvalue(), title)


def frame(drawn: str, title: str) -> str:
    """What was drawn for a terminal, with its colours, as the text of an SVG file."""
    lines = Text.from_ansi(drawn.rstrip("\n")).split("\n")
    console = Console(file=StringIO(), color_system="standard", no_color=False, legacy_windows=False)
    widest = max([cell_len(title) * 1.2, *(cell_len(line.plain.rstrip()) for line in lines)])
    head = _HEAD.format(
        width=round(widest * _CELL + 2 * _MARGIN),
        height=_MARGIN * 2 + _LINE * (len(lines) + 1),
        title=escape(visible(title)),
        size=_SIZE,
        margin=_MARGIN,
    )
    body = "".join(
        element for number, line in enumerate(lines) for element in _elements(line, number, console)
    )
    return f"{head}{body}</svg>\n"


def _elements(line: Text, number: int, console: Console) -> Iterator[str]:
    """The pieces of a line, each where its cell begins, so that columns stay columns in any font."""
    y = _MARGIN + _LINE * (number + 2)
    if line.plain.strip() and not line.plain.strip("─ "):
        length = cell_len(line.plain.rstrip()) * _CELL
        yield f'<path d="M{_MARGIN} {y - 5}h{length:g}" stroke="#d0d7de"/>\n'
        return
    at = 0
    for segment in line.render(console):
        for piece in _PIECE.finditer(segment.text):
            if set(piece[0]) <= _BAR.keys():
                x, length = _MARGIN + at * _CELL, sum(_BAR[part] for part in piece[0]) * _CELL
                yield f'<rect x="{x:g}" y="{y - 13}" width="{length:g}" height="16" fill="#0b6e74"/>\n'
                continue
            x = _MARGIN + (at + cell_len(segment.text[: piece.start()])) * _CELL
            kind = _kind(segment.style)
            yield f'<text{kind} x="{x:g}" y="{y}">{escape(piece[0])}</text>\n'
        at += cell_len(segment.text)


def _kind(style: Style | None) -> str:
    names = []
    if style is not None:
        names = [name for name, holds in (("b", style.bold), ("q", style.dim)) if holds]
        if style.color is not None:
            names.append(_COLOURS.get(style.color.number or 0, "r"))
    return f' class="{" ".join(names)}"' if names else ""
