"""Draws a page: a table where it fits, else one record after the other, and the notes below."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import TextIO

from rich.box import SIMPLE_HEAD, Box
from rich.console import Console, RenderableType
from rich.table import Column, Table
from rich.text import Text

from ipcli.output import layout
from ipcli.output.cells import hang, width_of, wrap, writable
from ipcli.output.shapes import Field, Note, Page

_HEAD, _QUIET, _REFERENCE = "bold", "dim", "cyan"
_INDENT = "  "
_ASCII = Box("    \n    \n -- \n" + 5 * "    \n")
# Rows handed to Rich at a time: it lays out a whole table before it prints the first line.
_CHUNK = 500
# From this share of wrapped rows on, a blank line sets rows apart.
_SPACED = 0.2
# Rows of more lines than this, on average, read better as records.
_TALL = 8
# Values keep at least so many cells in a record, however long the labels are.
_VALUE = 16


def draw(
    page: Page,
    out: TextIO,
    *,
    header: bool = True,
    vertical: bool = False,
    null: str = "—",
    width: int | None = None,
    color: bool = False,
    lang: str = "zh",
) -> None:
    """Write `page` to `out` within `width` cells (None: unbounded), clipping nothing.

    Where there is no room, spare columns are left out from the last on, and the footer counts them; a terminal
    too narrow for the others gets records instead, and a line on stderr says so.
    """
    pen = Pen(out, color)
    page = _written(page, pen.writable)
    grid = None if vertical else _grid(page, width)
    if grid is None and not vertical:
        page, grid = _narrower(page, width)
    if grid is None and not vertical:
        _tell_narrow(width or 0, lang)
    for line in labelled(page.lead, width):
        pen.print(line)
    if pen.plain and null == "—":
        null = "-"
    if grid is None:
        for block in _records(page, null, width, "-" if pen.plain else "─"):
            pen.print(block)
    else:
        for table in _tables(page.fields, grid, header, null, pen.plain):
            pen.print(table)
    for line in _below(page, width, pen):
        pen.print(line)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Column widths, and each row's cells in lines (None is NULL)."""

    sizes: list[int]
    rows: list[list[list[str] | None]]


def _grid(page: Page, width: int | None) -> _Grid | None:
    """The page fitted into `width`, or None if that makes no readable table."""
    sizes = layout.widths(page, width)
    if sizes is None:
        return None
    grid = _Grid(
        sizes,
        [
            [
                None if cell is None else _lines(cell, size, field)
                for cell, size, field in zip(row, sizes, page.fields, strict=True)
            ]
            for row in page.rows
        ],
    )
    if any(field.listed for field in page.fields):
        return grid
    lines = sum(max((len(cell) for cell in row if cell), default=1) for row in grid.rows)
    return None if width is not None and lines > _TALL * len(grid.rows) else grid


def _lines(cell: str, size: int, field: Field) -> list[str]:
    if not field.listed:
        return wrap(cell, size)
    return [line for item in cell.split("\n") for line in hang(item, size)]


def _narrower(page: Page, width: int | None) -> tuple[Page, _Grid | None]:
    """The page with as few spare columns left out as fit; the whole page if none of that helps."""
    less = page.without_last_spare()
    while less is not None:
        if grid := _grid(less, width):
            return less, grid
        less = less.without_last_spare()
    return page, None


class Pen:
    """A Rich console whose output goes through a buffer.

    Rich would exit by itself on a broken pipe, and pads every line with blanks.
    """

    def __init__(self, out: TextIO, color: bool) -> None:
        """`color` sends colours; `rule` and `dot` are signs that the stream can write."""
        self._out = out
        self._color = color
        self._buffer = StringIO()
        self._encoding = getattr(out, "encoding", None) or "utf-8"
        # An encoding without line-drawing characters gets ASCII ones.
        self.plain = self.writable("─—") != "─—"
        self.rule, self.dot = ("-", ".") if self.plain else ("─", "·")
        self._console = Console(
            file=self._buffer,
            width=1_000_000,
            height=25,
            force_terminal=color,
            force_jupyter=False,
            force_interactive=False,
            color_system="standard" if color else None,
            # Who calls has looked at NO_COLOR; a picture in a file has its colours in any case.
            no_color=not color,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
        )

    def writable(self, text: str) -> str:
        """`text` as the stream will show it: data may come from anywhere, and a console may lack its characters."""
        return writable(text, self._encoding)

    def print(self, what: RenderableType) -> None:
        """Draw something, and end the line."""
        self._console.print(what, soft_wrap=True)
        text = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        if not self._color:
            text = "\n".join(line.rstrip(" ") for line in text.split("\n"))
        self._out.write(text)


def _tables(
    fields: tuple[Field, ...], grid: _Grid, header: bool, null: str, plain: bool
) -> Iterator[Table | Text]:
    """The table in parts that join without a seam."""
    rows = grid.rows
    wrapped = sum(any(cell is not None and len(cell) > 1 for cell in row) for row in rows)
    # Lists part by themselves: their items hang.
    spaced = wrapped > _SPACED * len(rows) and not any(field.listed for field in fields)
    heads = _headings(fields, grid.sizes)
    rights = [size if field.right else 0 for field, size in zip(fields, grid.sizes, strict=True)]
    rooms = [size + layout.GAP - 1 for size in grid.sizes[:-1]] + grid.sizes[-1:]
    for start in range(0, max(1, len(rows)), _CHUNK):
        if start and spaced:
            yield Text("")
        table = Table(
            *(
                Column(
                    _text(head, _HEAD, right),
                    style=_REFERENCE if field.marks else _HEAD if field.strong else "",
                    width=room,
                    no_wrap=True,
                )
                for head, field, right, room in zip(heads, fields, rights, rooms, strict=True)
            ),
            box=_ASCII if plain else SIMPLE_HEAD,
            show_edge=False,
            pad_edge=False,
            # Rich's padding differs between its versions and costs as much as the table itself: columns
            # are made wider by the gap instead, of which the box draws one blank.
            padding=0,
            show_header=header and start == 0,
            header_style="",
            border_style=_QUIET,
            leading=int(spaced),
        )
        for row in rows[start : start + _CHUNK]:
            table.add_row(
                *(
                    _text([null], _QUIET, right) if cell is None else _text(cell, "", right)
                    for cell, right in zip(row, rights, strict=True)
                )
            )
        yield table


def _headings(fields: tuple[Field, ...], sizes: list[int]) -> list[list[str]]:
    """Headings in lines, label above unit, all of one height and standing on the rule."""
    heads = []
    for field, size in zip(fields, sizes, strict=True):
        head = wrap(field.label, size)
        heads.append([*head, *wrap(field.unit, size)] if field.unit else head)
    height = max(map(len, heads), default=0)
    return [[""] * (height - len(head)) + head for head in heads]


def _text(lines: list[str], style: str, right: int) -> Text:
    """Lines as Rich text, aligned to the right in `right` cells: never parsed for markup or wrapped again.

    They fit; should a width ever be wrong, an ellipsis shows it.
    """
    if right:
        lines = [" " * (right - width_of(line)) + line for line in lines]
    return Text("\n".join(lines), style=style, no_wrap=True, overflow="ellipsis")


def _records(page: Page, null: str, width: int | None, rule: str) -> Iterator[Text]:
    """Each row as a block: a ruled number, then a line a field, values aligned."""
    labels = [field.label + (f" {field.unit}" if field.unit else "") for field in page.fields]
    column = max(map(width_of, labels), default=0)
    if width is not None:
        column = min(column, max(8, width - _VALUE - 2 * len(_INDENT)))
    room = None if width is None else max(2, width - column - 2 * len(_INDENT))
    for number, row in enumerate(page.rows, 1):
        block = Text("\n" if number > 1 else "")
        block.append(f"{number} ", _HEAD).append(rule * (min(width or 40, 40) - len(f"{number} ")), _QUIET)
        for label, cell in zip(labels, row, strict=True):
            value = [null] if cell is None else cell.split("\n") if room is None else wrap(cell, room)
            name = wrap(label, column)
            for i in range(max(len(name), len(value))):
                left = name[i] if i < len(name) else ""
                block.append("\n" + _INDENT)
                block.append(left, _QUIET if cell is None else "")
                if i < len(value):
                    block.append(" " * (column - width_of(left)) + _INDENT)
                    block.append(value[i], _QUIET if cell is None else _HEAD)
        yield block


def labelled(lines: Sequence[tuple[str, str]], width: int | None) -> Iterator[Text]:
    """Lines under one another, each after its label; what is long goes on beneath itself."""
    column = max((width_of(label) for label, _ in lines), default=0)
    room = 1_000_000 if width is None else max(_VALUE, width - column - len(_INDENT))
    for label, said in lines:
        for number, part in enumerate(wrap(said, room)):
            head = "" if number else label
            text = Text().append(head + " " * (column - width_of(head)) + _INDENT, _QUIET)
            yield text.append(part)
    if lines:
        yield Text("")


def _below(page: Page, width: int | None, pen: Pen) -> Iterator[Text]:
    """The count of rows, then the numbered sources and the legend."""
    room = width or 1_000_000
    yield Text("")
    for line in wrap(pen.writable(page.footer(hint=True)), room):
        yield Text(line, _QUIET)
    if page.notes:
        yield Text("")
        yield Text(page.notes_title, _HEAD)
    for note in page.notes:
        yield from _note(note, room, pen.dot)
    for legend in page.legend:
        for line in wrap(legend, room):
            yield Text(line, _QUIET)


def _note(note: Note, room: int, dot: str) -> Iterator[Text]:
    """A document and the numbers that point into it; a single one shares the line."""
    references = note.references
    alone = len(references) == 1
    heading, mark = note.heading, ""
    if alone:
        mark, place = references[0]
        heading = f"{mark} {heading} {dot} {place}" if place else f"{mark} {heading}"
    for i, line in enumerate(wrap(heading, max(8, room - len(_INDENT)))):
        text = Text((_INDENT if i else "") + line)
        if not i:
            text.stylize(_REFERENCE, 0, len(mark))
        yield text
    if not alone:
        for line in _packed([" ".join(filter(None, reference)) for reference in references], room):
            yield Text(line, _REFERENCE)
    if note.url:
        for line in wrap(note.url, max(8, room - len(_INDENT))):
            yield Text(_INDENT + line, _QUIET)


def _packed(units: list[str], room: int) -> Iterator[str]:
    """Units side by side in indented lines; none is broken."""
    line = ""
    for unit in units:
        if line and width_of(line) + len(_INDENT) + width_of(unit) > room:
            yield line
            line = ""
        line += _INDENT + unit
    yield line


def _written(page: Page, written: Callable[[str], str]) -> Page:
    """The page with all that may hold any character as it will be printed."""
    return replace(
        page,
        fields=tuple(
            replace(field, label=written(field.label), unit=field.unit and written(field.unit))
            for field in page.fields
        ),
        rows=[tuple(None if cell is None else written(cell) for cell in row) for row in page.rows],
        more=(written(page.more[0]), written(page.more[1])),
        summary=tuple(written(part) for part in page.summary),
        lead=tuple((written(label), written(text)) for label, text in page.lead),
        notes_title=written(page.notes_title),
        notes=tuple(
            Note(
                written(note.heading),
                tuple((written(mark), written(place)) for mark, place in note.references),
                note.url and written(note.url),
            )
            for note in page.notes
        ),
        legend=tuple(map(written, page.legend)),
    )


def _tell_narrow(width: int, lang: str) -> None:
    told = (
        f"终端宽 {width} 列，放不下这张表：改为逐条显示（--columns 可少选几列）"
        if lang == "zh"
        else f"{width} columns are too narrow for this table: shown as records (--columns selects fewer)"
    )
    print("\n".join(wrap(told, max(_VALUE, width))), file=sys.stderr)
