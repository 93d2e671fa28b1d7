"""The table for people; a terminal too narrow for it gets one record after the other. Notes and sources stand below.

Columns are measured and cells wrapped here: a library would part figures from their units and begin lines with 。
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, zip_longest
from typing import NamedTuple, TextIO

from ipcli.i18n import translate
from ipcli.model import Result, Text
from ipcli.output.cells import hang, pack, widest_piece, width_of, wrap
from ipcli.output.formats import Options
from ipcli.output.page import Field, Page, build
from ipcli.output.sources import Entry
from ipcli.output.stream import say, writable

ABOUT = Text("给人看的表格；终端上的默认格式", "a table for people; the default on a terminal")
EXTENSIONS = (".txt",)
BINARY = False
PLAIN = False

# What terminals call the styles; a text may have several.
_CODES = {
    "bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "magenta": "35", "cyan": "36", "bar": "46",
}  # fmt: skip
_HEAD, _QUIET, _REFERENCE = "bold", "dim", "cyan"
_INDENT = "  "
_GAP = 2
# What stands for a value that is not known, and what rules are made of: signs that are one cell wide in any font.
NULL, RULE = "-", "-"
# The marks of notes at the end of a cell.
_REMARKED = re.compile(r"(.*\S )?([a-z]{1,2}(?:,[a-z]{1,2})*)", re.DOTALL)
# Only such addresses become links.
_ADDRESS = re.compile(r"https?://[!-[\]-~]+")
# Texts keep at least so many cells, and what no break should part is kept whole up to the second; where that takes more
# lines, or there is no room for it, the next are tried.
_LEAST = ((12, 24), (10, 15), (8, 12), (6, 10), (6, 8))
# Headings break to lines of so many cells where there is no room.
_HEADING = 8
# A verdict of so many cells stays on one line, and so does a number.
_WORD = 14
_NUMBER = re.compile(r"[<>~]?=?\d[\d.,+%-]*")
# Rows that are looked through for what no break should part.
_SAMPLE = 200
# Rows of more lines than this, on average, read better as records.
_TALL = 8
# Values keep at least so many cells in a record, however long the labels are.
_VALUE = 16

# Columns are never wider than this, or the room where that is more.
_WIDEST = 300

_Row = list[list[str] | None]
# A line of texts, each with its styles ("" for none).
Line = list[tuple[str, str]]


class Pen:
    """Writes lines to a stream, in colour or plain, without blanks at their ends."""

    def __init__(self, out: TextIO, color: bool, links: bool = False) -> None:
        """Keep the stream; `color` sends colours, `links` the addresses that texts lead to."""
        # Late: it makes `width_of` know emoji too, and naming the format should not cost it.
        import rich.cells  # noqa: F401

        self._out = out
        self.color = color
        self._links = links
        self._encoding = getattr(out, "encoding", None) or "utf-8"

    def writable(self, text: str) -> str:
        """Return `text` as the stream can show it: data may come from anywhere, and a console may lack its characters."""
        return writable(text, self._encoding)

    def print(self, *line: tuple[str, str]) -> None:
        """Write texts with their styles, and end the line. A style may be an address, which is linked."""
        texts = (self._paint(text, style) for text, style in line)
        self._out.write("".join(texts).rstrip(" ") + "\n")

    def _paint(self, text: str, style: str) -> str:
        if _ADDRESS.fullmatch(style):
            return f"\x1b]8;;{style}\x1b\\{text}\x1b]8;;\x1b\\" if self._links else text
        return _paint(text, style) if self.color else text


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

    A terminal gets those spare columns for which there is room without more lines, and the footer counts the others;
    one too narrow for the columns that always stay gets records instead, and a line on stderr says so.
    """
    pen, width = Pen(out, options.color, options.links), options.width
    page = page.rewrite_texts(pen.writable)
    null = options.null or NULL
    for line in _pairs(page.lead, width):
        pen.print(*line)
    if page.lead:
        pen.print()
    drawn = None if options.vertical else _lay_out(page.set_apart(), width)
    if drawn is None:
        lines = _records(page, null, width)
        if not options.vertical:
            narrow = translate(
                "{width} columns are too narrow for this table: shown as records (--columns selects fewer)",
                options.lang,
            )
            say(narrow.format(width=width))
    else:
        page = drawn.page
        lines = _table(drawn, null, options.header)
    for line in lines:
        pen.print(*line)
    for line in _below(page, width or 1_000_000, options):
        pen.print(*line)


class _Layout(NamedTuple):
    """A page of the columns that are shown, their widths, the lines of the headings and of each cell."""

    page: Page
    sizes: list[int]
    heads: list[list[str]]
    rows: list[_Row]

    @property
    def height(self) -> int:
        """Return the number of lines."""
        return _height(self.heads) + sum(map(_height, self.rows))

    def breaks(self, places: Iterable[int]) -> int:
        """Return how often cells of some columns are broken."""
        return sum(len(cell) - 1 for row in self.rows for cell in map(row.__getitem__, places) if cell)

    @property
    def lowest(self) -> int:
        """Return the number of lines if nothing is broken."""
        return max(2 if field.unit else 1 for field in self.page.fields) + len(self.rows)


def _height(row: Sequence[list[str] | None]) -> int:
    return max((len(cell) for cell in row if cell), default=1)


def _lay_out(page: Page, width: int | None) -> _Layout | None:
    """Return the table with as many columns as make it no taller, so that a wider terminal never shows more lines."""
    fields = page.fields
    everything = range(len(fields))
    if width is None:
        return _fit(page, everything, width)
    shown = [i for i in everything if not fields[i].spare and not fields[i].asked] or [0]
    least = _fit(page, shown, width)
    if least is None or (
        not any(field.listed for field in fields) and least.height > _TALL * max(1, len(page.rows))
    ):
        return None
    for place in sorted(set(everything).difference(shown), key=lambda i: (fields[i].asked, i)):
        more = sorted([*shown, place])
        layout = _fit(page, more, width)
        # What was asked for says nothing new: it gets room that nobody else needs.
        if layout is None or layout.height > (layout.lowest if fields[place].asked else least.height):
            continue
        # No column is squeezed for one that may be left out.
        if layout.breaks(map(more.index, shown)) <= least.breaks(range(len(shown))):
            shown, least = more, layout
    return least


def _fit(page: Page, places: Iterable[int], width: int | None) -> _Layout | None:
    """Return the lowest layout of these columns, or None if `width` cells cannot hold them."""
    page = page.select(places)
    layouts = [_break_lines(page, sizes) for sizes in _propose_widths(page, width)]
    return min(layouts, key=lambda layout: layout.height, default=None)


def _break_lines(page: Page, sizes: list[int]) -> _Layout:
    columns = list(zip(sizes, page.fields, strict=True))
    heads = [[*wrap(f.label, size), *(wrap(f.unit, size) if f.unit else ())] for size, f in columns]
    rows: list[_Row] = [
        [
            None if cell is None else _lines(cell, size, f.listed)
            for cell, (size, f) in zip(row, columns, strict=True)
        ]
        for row in page.rows
    ]
    return _Layout(page, sizes, heads, rows)


@lru_cache(1 << 16)
def _lines(cell: str, size: int, listed: bool) -> list[str]:
    if not listed:
        return wrap(cell, size)
    return [line for item in cell.split("\n") for line in hang(item, size)]


def widths(page: Page, room: int | None) -> list[int] | None:
    """Return the width of each column in cells, with a gap between; None if `room` cells cannot hold the table.

    Numbers, dates, codes and short names are as wide as they are; long texts share what is left.
    """
    return next(_propose_widths(page, room), None)


def _propose_widths(page: Page, room: int | None) -> Iterator[list[int]]:
    """Yield choices of column widths that fit into `room`, best first: those that break the fewest words and figures."""
    natural = [max((width_of(row[i] or "") for row in page.rows), default=1) for i in range(len(page.fields))]
    heads = [max(width_of(field.label), width_of(field.unit or "")) for field in page.fields]
    full = list(map(max, natural, heads))
    if room is None or sum(full) + _GAP * (len(full) - 1) <= room:
        yield full
        return
    room -= _GAP * (len(full) - 1)
    for limits in _LEAST:
        least = [_least(page, i, natural[i], *limits) for i in range(len(full))]
        if sum(least) <= room:
            yield _shrink(full, natural, least, room)


def _least(page: Page, index: int, natural: int, shortest: int, whole: int) -> int:
    """Return how narrow a column can be: `shortest`, but no break cuts what should stay whole, up to `whole` cells."""
    field = page.fields[index]
    # A verdict is one word, where there is any room.
    worded = field.tones and natural <= _WORD and shortest >= _HEADING
    if not field.whole and not worded and natural > shortest:
        cells = [row[index] or "" for row in islice(page.rows, _SAMPLE)]
        pieces = [size for size in map(widest_piece, cells) if size <= whole]
        # No line break parts the digits of a number.
        numbers = [len(number) for cell in cells for number in _NUMBER.findall(cell) if len(number) <= _WORD]
        natural = max(min(shortest, _HEADING) if field.marks else shortest, *pieces, *numbers, 0)
    label = min(width_of(field.label), max([_HEADING, *map(width_of, field.label.split())]))
    return max(natural, label, width_of(field.unit or ""))


def _shrink(full: list[int], natural: list[int], least: list[int], room: int) -> list[int]:
    """Take cells from the columns until they fit, each from the one whose longest cell makes the fewest lines."""
    sizes = [max(lower, min(size, max(room, _WIDEST))) for size, lower in zip(full, least, strict=True)]
    for _cell in range(sum(sizes) - room):
        wide = (i for i, size in enumerate(sizes) if size > least[i])
        sizes[min(wide, key=lambda i: natural[i] / sizes[i])] -= 1
    return sizes


def _table(layout: _Layout, null: str, header: bool) -> Iterator[Line]:
    """Yield the heading, and row after row."""
    page, sizes = layout.page, layout.sizes
    fields = page.fields
    total = sum(sizes) + _GAP * (len(sizes) - 1)
    if header:
        height = _height(layout.heads)
        # Headings stand on the rule.
        heads = [[""] * (height - len(head)) + head for head in layout.heads]
        yield from _row(fields, sizes, heads, [_HEAD] * len(fields))
        yield [(RULE * total, _QUIET)]
    at, heading = page.apart or (None, "")
    marks = {mark for mark, _text in page.remarks}
    for number, row in enumerate(layout.rows):
        if number == at:
            yield [(f"{RULE * 2} {heading} {RULE * (total - width_of(heading) - 4)}", _QUIET)]
        cells = [[null] if cell is None else cell for cell in row]
        styles = [
            _QUIET if text is None else _style(field, text)
            for text, field in zip(page.rows[number], fields, strict=True)
        ]
        yield from _row(fields, sizes, cells, styles, marks)


def _style(field: Field, text: str) -> str:
    if field.marks:
        return _REFERENCE
    return _HEAD if field.strong else field.tones.get(text, "")


def _row(
    fields: tuple[Field, ...],
    sizes: list[int],
    cells: list[list[str]],
    styles: list[str],
    marks: set[str] = frozenset(),  # type: ignore[assignment]
) -> Iterator[Line]:
    """Yield the lines of cells side by side."""
    for parts in zip_longest(*cells, fillvalue=""):
        line: Line = []
        for field, size, part, style in zip(fields, sizes, parts, styles, strict=True):
            blank = " " * (size - width_of(part))
            line += [
                (" " * _GAP * bool(line), ""),
                (blank * field.right, ""),
                *_split_mark(part, style, marks),
            ]
            line += [(blank * (not field.right), "")]
        yield line


def _split_mark(part: str, style: str, marks: set[str]) -> Line:
    """Return a text and the marks of notes at its end, each with its style."""
    found = _REMARKED.fullmatch(part) if marks else None
    if found is None or style or not marks.issuperset(found[2].split(",")):
        return [(part, style)]
    return [(found[1] or "", style), (found[2], _REFERENCE)]


def _records(page: Page, null: str, width: int | None) -> Iterator[Line]:
    """Yield the lines of each row: a ruled number, then a line a field, values aligned."""
    heads = [field.heading for field in page.fields]
    for number, row in enumerate(page.rows, 1):
        if number > 1:
            yield []
        ruled = RULE * (min(width or 40, 40) - len(f"{number} "))
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


def _below(page: Page, room: int, options: Options) -> Iterator[Line]:
    """Yield the notes of the rows, the count of rows, then the numbered sources and the legend."""
    if page.remarks:
        yield []
    for mark, text in page.remarks:
        first, *rest = hang(f"{mark} {text}", room)
        yield [(mark, _REFERENCE), (first[len(mark) :], "")]
        yield from ([(line, "")] for line in rest)
    yield []
    for packed in pack(page.footer(hint=True), room):
        yield from ([(line, _QUIET)] for line in wrap(packed, room))
    if page.sources:
        yield from ([], [(page.sources_title, _HEAD)])
    for entry in page.sources:
        yield from _entry(entry, room, options)
    for legend in page.legend:
        yield from ([(line, _QUIET)] for line in wrap(legend, room))


def _entry(entry: Entry, room: int, options: Options) -> Iterator[Line]:
    """Yield a document on one line if there is room for it, its title linked to where it stands."""
    # Who published it gives way; --with-source and `cite` tell it.
    first, *rest = hang(entry.line(short=width_of(entry.line()) > room), room)
    mark, title = len(entry.mark) + 1, len(entry.parts[0])
    told = first[mark : mark + title]
    link = entry.url or "" if told == entry.parts[0] and _ADDRESS.fullmatch(entry.url or "") else ""
    yield [(first[:mark], _REFERENCE), (told, link), (first[mark + title :], "")]
    yield from ([(line, "")] for line in rest)
    if entry.url and options.with_source:
        yield from ([(_INDENT + line, _QUIET)] for line in wrap(entry.url, max(8, room - len(_INDENT))))
