"""The table for people; a terminal too narrow for it gets one record after the other. The notes stand below.

Columns are measured and cells wrapped here: a library would part figures from their units and begin lines with 。
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest
from typing import TextIO

from ipcli.i18n import translate
from ipcli.model import Result, Text
from ipcli.output.cells import hang, pack, widest_piece, width_of, wrap
from ipcli.output.formats import Options
from ipcli.output.page import Field, Page, build
from ipcli.output.sources import Note
from ipcli.output.stream import say, writable

ABOUT = Text("给人看的表格；终端上的默认格式", "a table for people; the default on a terminal")
EXTENSIONS = (".txt",)
BINARY = False
PLAIN = False

# What terminals call the styles; a text may have several.
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "magenta": "35", "cyan": "36"}
_HEAD, _QUIET, _REFERENCE = "bold", "dim", "cyan"
_INDENT = "  "
_GAP = 2
# Texts keep at least so many cells, and what no break should part is kept whole up to the second; where there is no room
# for that, the next are tried.
_LEAST = ((12, 24), (10, 15), (10, 10))
# Headings break to lines of so many cells where there is no room.
_HEADING = 8
# Rows that are looked through for what no break should part.
_SAMPLE = 200
# From this share of wrapped rows on, a blank line sets rows apart.
_SPACED = 0.2
# Rows of more lines than this, on average, read better as records.
_TALL = 8
# Values keep at least so many cells in a record, however long the labels are.
_VALUE = 16

_Row = list[list[str] | None]
# A line of texts, each with its styles ("" for none).
Line = list[tuple[str, str]]


class Pen:
    """Writes lines to a stream, in colour or plain, without blanks at their ends."""

    def __init__(self, out: TextIO, color: bool) -> None:
        """Keep the stream; `color` sends colours, `rule` and `dot` are signs that the stream can write."""
        # Late: it makes `width_of` know emoji too, and naming the format should not cost it.
        import rich.cells  # noqa: F401

        self._out = out
        self._color = color
        self._encoding = getattr(out, "encoding", None) or "utf-8"
        # An encoding without line-drawing characters gets ASCII ones.
        self.plain = self.writable("─—") != "─—"
        self.rule, self.dot = ("-", ".") if self.plain else ("─", "·")

    def writable(self, text: str) -> str:
        """Return `text` as the stream can show it: data may come from anywhere, and a console may lack its characters."""
        return writable(text, self._encoding)

    def print(self, *line: tuple[str, str]) -> None:
        """Write texts with their styles, and end the line."""
        texts = (_paint(text, style) if self._color else text for text, style in line)
        self._out.write("".join(texts).rstrip(" ") + "\n")


def _paint(text: str, style: str) -> str:
    codes = ";".join(_CODES[name] for name in style.split())
    return f"\x1b[{codes}m{text}\x1b[0m" if codes and text else text


def write(result: Result, out: TextIO, options: Options) -> int:
    """Gather `result` and draw it on `out`; returns the number of rows."""
    page = build(result, options)
    draw(page, out, options)
    return len(page.rows)


def draw(page: Page, out: TextIO, options: Options) -> None:
    """Write `page` to `out` within the width of `options`, clipping nothing.

    Where there is no room, spare columns are left out from the last on, and the footer counts them; a terminal
    too narrow for the others gets records instead, and a line on stderr says so.
    """
    pen, width = Pen(out, options.color), options.width
    page = page.rewrite_texts(pen.writable)
    null = options.null or "—"
    if pen.plain and null == "—":
        null = "-"
    candidates = () if options.vertical else _candidates(page)
    fitting = next(((less, sizes, rows) for less in candidates for sizes, rows in _fit(less, width)), None)
    for line in _pairs(page.lead, width):
        pen.print(*line)
    if page.lead:
        pen.print()
    if fitting:
        page, sizes, rows = fitting
        lines = _table(page.fields, sizes, rows, null, pen.rule, options.header)
    else:
        lines = _records(page, null, width, pen.rule)
        if not options.vertical:
            narrow = translate(
                "{width} columns are too narrow for this table: shown as records (--columns selects fewer)",
                options.lang,
            )
            say(narrow.format(width=width))
    for line in lines:
        pen.print(*line)
    for line in _below(page, width or 1_000_000, pen):
        pen.print(*line)


def _candidates(page: Page | None) -> Iterator[Page]:
    """Yield the page, then with one spare column less each time."""
    while page is not None:
        yield page
        page = page.without_last_spare()


def _fit(page: Page, width: int | None) -> Iterator[tuple[list[int], list[_Row]]]:
    """Yield the widths of the columns and the cells in lines, or nothing if that makes no readable table."""
    sizes = widths(page, width)
    if sizes is None:
        return
    columns = list(zip(sizes, page.fields, strict=True))
    rows = [
        [None if cell is None else _lines(cell, *column) for cell, column in zip(row, columns, strict=True)]
        for row in page.rows
    ]
    height = sum(max((len(cell) for cell in row if cell), default=1) for row in rows)
    if width is None or any(field.listed for field in page.fields) or height <= _TALL * len(rows):
        yield sizes, rows


def _lines(cell: str, size: int, field: Field) -> list[str]:
    if not field.listed:
        return wrap(cell, size)
    return [line for item in cell.split("\n") for line in hang(item, size)]


def widths(page: Page, room: int | None) -> list[int] | None:
    """Return the width of each column in cells, with a gap between; None if `room` cells cannot hold the table.

    Numbers, dates, codes and short names are as wide as they are; long texts share what is left.
    """
    natural = [max((width_of(row[i] or "") for row in page.rows), default=1) for i in range(len(page.fields))]
    heads = [max(width_of(field.label), width_of(field.unit or "")) for field in page.fields]
    full = list(map(max, natural, heads))
    if room is None:
        return full
    room -= _GAP * (len(full) - 1)
    for limits in _LEAST:
        least = [_least(page, i, natural[i], *limits) for i in range(len(full))]
        if sum(least) <= room:
            return _shrink(full, natural, least, room)
    return None


def _least(page: Page, index: int, natural: int, shortest: int, whole: int) -> int:
    """Return how narrow a column can be: `shortest`, but no break cuts what should stay whole, up to `whole` cells."""
    field = page.fields[index]
    if not field.whole and natural > shortest:
        pieces = (widest_piece(row[index] or "") for row in islice(page.rows, _SAMPLE))
        natural = max([shortest, *(size for size in pieces if size <= whole)])
    label = min(width_of(field.label), max([_HEADING, *map(width_of, field.label.split())]))
    return max(natural, label, width_of(field.unit or ""))


def _shrink(full: list[int], natural: list[int], least: list[int], room: int) -> list[int]:
    """Take cells from the columns until they fit, each from the one whose longest cell makes the fewest lines."""
    sizes = [max(lower, min(size, room)) for size, lower in zip(full, least, strict=True)]
    for _cell in range(sum(sizes) - room):
        wide = (i for i, size in enumerate(sizes) if size > least[i])
        sizes[min(wide, key=lambda i: natural[i] / sizes[i])] -= 1
    return sizes


def _table(
    fields: tuple[Field, ...], sizes: list[int], rows: list[_Row], null: str, rule: str, header: bool
) -> Iterator[Line]:
    """Yield the heading, and row after row."""
    if header:
        heads = [
            [*wrap(f.label, size), *(wrap(f.unit, size) if f.unit else ())]
            for f, size in zip(fields, sizes, strict=True)
        ]
        height = max(map(len, heads), default=0)
        # Headings stand on the rule.
        heads = [[""] * (height - len(head)) + head for head in heads]
        yield from _row(fields, sizes, heads, [_HEAD] * len(fields))
        yield [(rule * (sum(sizes) + _GAP * (len(sizes) - 1)), _QUIET)]
    wrapped = sum(any(cell is not None and len(cell) > 1 for cell in row) for row in rows)
    # Lists part by themselves: their items hang.
    spaced = wrapped > _SPACED * len(rows) and not any(field.listed for field in fields)
    styles = [_REFERENCE if field.marks else _HEAD if field.strong else "" for field in fields]
    for number, row in enumerate(rows):
        if spaced and number:
            yield []
        cells = [[null] if cell is None else cell for cell in row]
        quiet = [_QUIET if cell is None else style for cell, style in zip(row, styles, strict=True)]
        yield from _row(fields, sizes, cells, quiet)


def _row(
    fields: tuple[Field, ...], sizes: list[int], cells: list[list[str]], styles: list[str]
) -> Iterator[Line]:
    """Yield the lines of cells side by side."""
    for parts in zip_longest(*cells, fillvalue=""):
        line: Line = []
        for field, size, part, style in zip(fields, sizes, parts, styles, strict=True):
            blank = " " * (size - width_of(part))
            line += [(" " * _GAP * bool(line), ""), (blank + part if field.right else part + blank, style)]
        yield line


def _records(page: Page, null: str, width: int | None, rule: str) -> Iterator[Line]:
    """Yield the lines of each row: a ruled number, then a line a field, values aligned."""
    heads = [field.heading for field in page.fields]
    for number, row in enumerate(page.rows, 1):
        if number > 1:
            yield []
        ruled = rule * (min(width or 40, 40) - len(f"{number} "))
        yield [(f"{number} ", _HEAD), (ruled, _QUIET)]
        yield from _pairs(zip(heads, row, strict=True), width, _INDENT, null, ("", _HEAD))


def _pairs(
    pairs: Iterable[tuple[str, str | None]],
    width: int | None,
    indent: str = "",
    null: str = "",
    styles: tuple[str, str] = (_QUIET, ""),
) -> Iterator[Line]:
    """Yield labels and what they say side by side; what is long goes on beneath itself."""
    pairs = list(pairs)
    column = max((width_of(label) for label, _said in pairs), default=0)
    room = 1_000_000
    if width is not None:
        column = min(column, max(8, width - _VALUE - len(indent) - _GAP))
        room = max(2, width - column - len(indent) - _GAP)
    for label, said in pairs:
        label_style, style = styles if said is not None else (_QUIET, _QUIET)
        values = wrap(null if said is None else said, room)
        for head, value in zip_longest(wrap(label, column), values, fillvalue=""):
            head += " " * (column - width_of(head) + _GAP)
            yield [(indent, ""), (head, label_style), (value, style)]


def _below(page: Page, room: int, pen: Pen) -> Iterator[Line]:
    """Yield the count of rows, then the numbered sources and the legend."""
    yield []
    yield from ([(line, _QUIET)] for line in wrap(pen.writable(page.footer(hint=True)), room))
    if page.notes:
        yield from ([], [(page.notes_title, _HEAD)])
    for note in page.notes:
        yield from _note(note, room, pen.dot)
    for legend in page.legend:
        yield from ([(line, _QUIET)] for line in wrap(legend, room))


def _note(note: Note, room: int, dot: str) -> Iterator[Line]:
    """Yield a document and the numbers that point into it; a single one shares the line."""
    references = note.references
    heading, mark = note.heading, ""
    if len(references) == 1:
        mark, place = references[0]
        heading = f"{mark} {heading} {dot} {place}" if place else f"{mark} {heading}"
    first, *rest = hang(heading, room)
    yield [(first[: len(mark)], _REFERENCE), (first[len(mark) :], "")]
    yield from ([(line, "")] for line in rest)
    if len(references) > 1:
        marks = (" ".join(filter(None, reference)) for reference in references)
        yield from ([(_INDENT + line, _REFERENCE)] for line in pack(marks, room - len(_INDENT)))
    if note.url:
        yield from ([(_INDENT + line, _QUIET)] for line in wrap(note.url, max(8, room - len(_INDENT))))
