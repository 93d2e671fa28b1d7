"""Horizontal bars: a name, a bar, its value, and what else there is to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TextIO

from rich.text import Text

from ipcli.output.cells import hang, width_of
from ipcli.output.table import Pen

_SHORTEST = 10
# Eighths of a cell, so that short bars differ.
_PARTS = " ▏▎▍▌▋▊▉"


class Bar(NamedTuple):
    """`value` None has no bar; `note` stands behind the value."""

    name: str
    value: float | None
    text: str
    note: str = ""


def draw(
    bars: Sequence[Bar], title: str, below: Sequence[str], out: TextIO, *, width: int | None, color: bool
) -> None:
    """Draw the bars to one scale that begins at nought, within `width` cells."""
    pen = Pen(out, color)
    room = width or 100
    if title:
        pen.print(Text(pen.writable(title), "bold"))
    bars = [
        Bar(pen.writable(name), value, pen.writable(text), pen.writable(note))
        for name, value, text, note in bars
    ]
    names = [bar.name for bar in bars]
    name = max((width_of(text) for text in names), default=0)
    behind = max((width_of(bar.text) + width_of(bar.note) + 2 for bar in bars), default=0)
    longest = max(_SHORTEST, room - name - behind - 2)
    most = max((bar.value or 0 for bar in bars), default=0) or 1
    for bar, label in zip(bars, names, strict=True):
        text = Text(label + " " * (name - width_of(label) + 1))
        text.append(_bar((bar.value or 0) / most * longest, pen.plain), "cyan")
        text.append(" " + bar.text)
        if bar.note:
            text.append(" " + bar.note, "dim")
        pen.print(text)
    pen.print(Text(""))
    for paragraph in below:
        for line in hang(pen.writable(paragraph), room):
            pen.print(Text(line, "dim"))


def _bar(length: float, plain: bool) -> str:
    if plain:
        return "#" * round(length)
    whole, rest = divmod(round(length * 8), 8)
    return "█" * whole + (_PARTS[rest] if rest else "")
