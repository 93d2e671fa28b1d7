"""A matrix of names by names, a sign a cell, counts on the margins: readable at 80 cells and without colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TextIO

from rich.text import Text

from ipcli.output.cells import hang, width_of, wrap
from ipcli.output.table import Pen

_GAP = 1
_TOTAL = 4


def draw(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Mapping[tuple[str, str], tuple[str, str]],
    margins: tuple[str, Sequence[str], Sequence[str], str],
    below: Sequence[str],
    out: TextIO,
    *,
    width: int | None,
    color: bool,
    size: int,
) -> None:
    """Draw `cells` ((row, column) -> (sign, style)).

    `margins` are the word for totals, those of rows and columns, and that of the whole. Entries of a line `below` that
    two blanks part stay whole.

    Columns are `size` cells wide. Where they do not fit into `width`, they are drawn in several blocks.
    """
    pen = Pen(out, color)
    names = [pen.writable(row) for row in rows]
    totals = pen.writable(margins[0])
    name = max(map(width_of, [*names, totals]))
    room = (width or 1_000_000) - name - _GAP - _TOTAL - _GAP
    each = max(1, room // (size + _GAP))
    for start in range(0, len(columns), each):
        block = columns[start : start + each]
        heads = [wrap(pen.writable(column), size) for column in block]
        for number in range(max(len(head) for head in heads)):
            text = Text(" " * name)
            for head in heads:
                text.append(" " * _GAP + _padded(head[number] if number < len(head) else "", size), "bold")
            if not number:
                text.append(" " * _GAP + _padded(totals, _TOTAL), "bold")
            pen.print(text)
        pen.print(Text(pen.rule * (name + len(block) * (size + _GAP) + _GAP + _TOTAL), "dim"))
        for row, label, total in zip(rows, names, margins[1], strict=True):
            text = Text(_padded(label, name))
            for column in block:
                sign, style = cells.get((row, column), (pen.dot, "dim"))
                text.append(" " * _GAP)
                text.append(_padded(sign, size), style)
            text.append(" " * _GAP + total, "dim")
            pen.print(text)
        text = Text(_padded(totals, name), "dim")
        for total in margins[2][start : start + each]:
            text.append(" " * _GAP + _padded(total, size), "dim")
        if start + each >= len(columns):
            text.append(" " * _GAP + margins[3], "dim")
        pen.print(text)
        pen.print(Text(""))
    for paragraph in below:
        for line in _packed(pen.writable(paragraph).split("  "), width):
            pen.print(Text(line, "dim"))


def _packed(entries: Sequence[str], width: int | None) -> list[str]:
    """The entries in lines, as many in each as fit."""
    lines = [""]
    for entry in entries:
        longer = f"{lines[-1]}  {entry}" if lines[-1] else entry
        if width is None or width_of(longer) <= width:
            lines[-1] = longer
        elif lines[-1]:
            lines.append(entry)
        else:
            lines[-1] = entry
    return [part for line in lines for part in hang(line, width)]


def _padded(text: str, size: int) -> str:
    return text + " " * max(0, size - width_of(text))
