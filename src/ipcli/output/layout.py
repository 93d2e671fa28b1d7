"""How wide each column of a table is.

Numbers, dates, codes and short names are as wide as they are. Long texts share what is left, so that
the table as a whole is as low as can be.
"""

from __future__ import annotations

import re
from itertools import islice

from ipcli.output.cells import width_of, wrap
from ipcli.output.shapes import Field, Page

GAP = 2
# Texts up to so many cells stay on one line; longer ones get at least that much. The second pair is
# for narrow terminals, before the table gives way to records.
_COMFORTABLE, _TIGHT = 12, 10
_CODE = 24
# Rows that are weighed when long texts share the width.
_SAMPLE = 200
# Letters of a word, with the hyphens inside and what clings to it.
_WORD = re.compile(r"[（《“]?[A-Za-z]+(?:-[A-Za-z]+)*[,;.)）》”，、]?")
_LONGEST = 15


def widths(page: Page, room: int | None) -> list[int] | None:
    """The width of each column in cells, GAP between them; None if `room` cells cannot hold the table.

    `room` None is unbounded.
    """
    natural = [max((width_of(row[i] or "") for row in page.rows), default=1) for i in range(len(page.fields))]
    full = [
        max(size, width_of(field.label), width_of(field.unit or ""))
        for size, field in zip(natural, page.fields, strict=True)
    ]
    if room is None:
        return full
    room -= GAP * (len(full) - 1)
    if sum(full) <= room:
        return full
    for limit in (_COMFORTABLE, _TIGHT):
        least = [_least(page, i, natural[i], limit) for i in range(len(natural))]
        if sum(least) <= room:
            return _grow(page, least, natural, full, room)
    return None


def _least(page: Page, index: int, natural: int, limit: int) -> int:
    field = page.fields[index]
    if not field.whole and natural > limit and not (natural <= _CODE and _is_code(page, index)):
        natural = max(limit, _longest_word(page, index))
    return max(natural, _heading(field))


def _longest_word(page: Page, index: int) -> int:
    """The cells of the longest Latin word of ordinary length in a column: words break only where they must."""
    words = (word for row in islice(page.rows, _SAMPLE) for word in _WORD.findall(row[index] or ""))
    return max((size for size in map(width_of, words) if size <= _LONGEST), default=0)


def _is_code(page: Page, index: int) -> bool:
    cells = (row[index] for row in page.rows)
    return all(cell is None or (cell.lstrip("≤≥≈").isascii() and " " not in cell) for cell in cells)


def _heading(field: Field) -> int:
    """The least width of a heading: four Chinese characters in one line, longer ones in two, words whole."""
    words = field.label.split() if field.label.isascii() else []
    size = max(8, width_of(field.unit or ""), *map(len, words))
    label = width_of(field.label)
    if label <= size:
        return max(label, width_of(field.unit or ""))
    while len(wrap(field.label, size)) > 2:
        size += 1
    return size


def _grow(page: Page, least: list[int], natural: list[int], full: list[int], room: int) -> list[int]:
    """Hand out what is left, two cells at a time, to the column that lowers the table most."""
    given = list(least)
    step = max(1, len(page.rows) // _SAMPLE)
    long = [i for i, size in enumerate(given) if size < natural[i]]
    sizes = [[width_of(row[i] or "") for i in long] for row in islice(page.rows, 0, None, step)]
    spare = room - sum(given)
    while spare > 0 and long:
        gains = dict.fromkeys(long, 0.0)
        for row in sizes:
            # The tallest cell alone sets the height of a row (in lines, not rounded: rounding would
            # hide that a cell is half-way to its next line).
            lines, cell = max((size / given[i], i) for i, size in zip(long, row, strict=True))
            gains[cell] += lines - lines * given[cell] / (given[cell] + 2)
        best = max((i for i in long if given[i] < natural[i]), key=gains.__getitem__, default=None)
        if best is None:
            break
        more = min(2, spare, natural[best] - given[best])
        given[best] += more
        spare -= more
    for i, wish in enumerate(full):
        more = min(wish - given[i], spare) if natural[i] <= given[i] else 0
        given[i] += more
        spare -= more
    return given
