"""Read CSV as people write it, and write it so that the library reads every row of it.

The library would guess the dialect from the whole file, and one odd line makes it guess another file: one without
its header, or with one column. So Python's reader settles the dialect and the header, and refuses what does not fit.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from ipcli.db import Watch, quote_text
from ipcli.errors import UsageError
from ipcli.i18n import _, ngettext

DELIMITERS = (",", ";", "\t", "|")
# So many lines tell the dialect; of each so many characters.
_HEAD, _HEAD_WIDTH = 200, 1 << 16
# Lines that may stand above the header.
_ABOVE = 5
# Rows that are typed and written at once.
_BATCH = 100
# Characters of a row, and the bytes that they may be when they are quoted.
_LONGEST, _LONGEST_BYTES = 2_000_000, 8_100_000
# Each column costs the library memory, whatever it holds.
_COLUMNS = 1 << 12
_VALUE = re.compile(
    r"(?P<DATE>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|(?P<TIMESTAMP>[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,6})?)?)"
    r"|(?P<BIGINT>0|-?[1-9][0-9]{0,14})|(?P<LONG>-?[1-9][0-9]{15,17})"
    r"|(?P<DOUBLE>(?!-0(?:[.]0+)?$)-?(?:0|[1-9][0-9]{0,19})(?:[.][0-9]{1,19})?(?:e[-+][0-9]{2,3})?)"
    r"|(?P<BOOLEAN>true|false)|(?P<EMPTY>)"
)
# A column has the first of these types that holds all its cells as they are written.
_TYPES = {
    "BIGINT": {"BIGINT", "LONG"},
    "DOUBLE": {"BIGINT", "DOUBLE"},
    "DATE": {"DATE"},
    "TIMESTAMP": {"DATE", "TIMESTAMP"},
    "BOOLEAN": {"BOOLEAN"},
}


class Dialect(NamedTuple):
    """What separates and encloses cells; `escape` is "" where a quotation mark is doubled."""

    delimiter: str
    quote: str = '"'
    escape: str = ""


class Sheet(NamedTuple):
    """Rows as wide as their headings. `texts` (places of columns of text) and `notes` are complete after the last."""

    names: list[str]
    rows: Iterator[list[str]]
    texts: set[int]
    notes: list[str]


def read(path: str, encoding: str, delimiters: Sequence[str]) -> Sheet:
    """Find the dialect and the header of a file, and return its rows; UsageError names a line that does not fit."""
    with open(path, encoding=encoding, newline="") as file:
        lines = [line for line in (file.readline(_HEAD_WIDTH) for _number in range(_HEAD)) if line]
    dialect, above = _find_dialect(lines, delimiters)
    rows = _read_rows(path, encoding, dialect)
    line, header = next(islice(rows, above, None), (0, []))
    if not header:
        raise UsageError(_("--with: {path} is empty").format(path=path))
    notes = []
    if above:
        notes.append(
            ngettext(
                "{shown}: line {line} is the header; {count} line above it is left out",
                "{shown}: line {line} is the header; {count} lines above it are left out",
                above,
            ).format(shown=path, line=line, count=above)
        )
    return Sheet(headings(header), _fill(rows, path, line, len(header), notes), set(), notes)


def headings(row: Sequence[str]) -> list[str]:
    """Return names for the columns: those of the row, made distinct; columnN where there is none."""
    names: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(row, 1):
        name = " ".join(cell.split()) or f"column{number}"
        candidate, count = name, 1
        while candidate.casefold() in taken:
            count += 1
            candidate = f"{name}_{count}"
        names.append(candidate)
        taken.add(candidate.casefold())
    return names


def copy(sheet: Sheet, shown: str, target: str) -> tuple[str, int]:
    """Write a sheet to `target`; return how the library reads it ($path), and the number of its rows."""
    if len(sheet.names) > _COLUMNS:
        raise UsageError(_("{path} has too many columns").format(path=shown))
    kinds: list[set[str]] = [set() for _name in sheet.names]
    count = 0
    with open(target, "w", encoding="utf-8", newline="") as out:
        writer = _writer(out)
        while rows := list(islice(sheet.rows, _BATCH)):
            for length in map(writer.writerow, rows):
                count += 1
                if length > _LONGEST:
                    raise UsageError(_("{path}, row {count}: too long").format(path=shown, count=count))
            for known, cells in zip(kinds, zip(*rows, strict=True), strict=True):
                if "VARCHAR" not in known:
                    known.update(_kinds(set(cells)))
    for place in sheet.texts:
        kinds[place].add("VARCHAR")
    columns = zip(sheet.names, map(_type, kinds), strict=True)
    return _source(columns, f"max_line_size = {_LONGEST_BYTES}"), count


def load(
    con: Any, folder: Path, table: str, columns: Iterable[tuple[str, str]], rows: Iterable[Sequence[Any]]
) -> None:
    """Make the temporary table `table` with these (column, type) and fill it with `rows`; None is NULL.

    The rows go through a file in `folder`: `executemany` takes minutes for 300,000 facts. Values are text or numbers;
    text may hold anything but NUL.
    """
    path = folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        _writer(file).writerows(rows)
    with Watch(con.interrupt):
        con.execute(
            f'CREATE TEMP TABLE "{table}" AS FROM {_source(columns, "parallel = false")}', {"path": str(path)}
        )
    path.unlink()


def _writer(file: TextIO) -> Any:
    """Return a writer of what `_source` reads. All is quoted: no value is taken for something else."""
    return csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")


def _source(columns: Iterable[tuple[str, str]], option: str) -> str:
    """Return how the library reads what `_writer` wrote to $path, with these (column, type); quoted nothing is NULL."""
    types = ", ".join(f"{quote_text(column)}: {quote_text(kind)}" for column, kind in columns)
    return (
        "read_csv($path, auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"',"
        f" new_line = '\\n', nullstr = '', allow_quoted_nulls = true, {option}, columns = {{{types}}})"
    )


def _type(kinds: set[str]) -> str:
    kinds = kinds - {"EMPTY"}
    return next((type_ for type_, held in _TYPES.items() if kinds and kinds <= held), "VARCHAR")


def _kinds(cells: Iterable[str]) -> Iterator[str]:
    """Yield the narrowest type of each cell that keeps it exactly as written, else VARCHAR."""
    for match in map(_VALUE.fullmatch, cells):
        kind = str(match.lastgroup) if match else "VARCHAR"
        yield kind if match is None or _keeps_text(kind, match[0]) else "VARCHAR"


def _keeps_text(kind: str, cell: str) -> bool:
    """Return whether a cell that looks like `kind` is a value of it (not 2025-02-30) and reads the same written again."""
    if kind in ("DATE", "TIMESTAMP"):
        try:
            datetime.fromisoformat(cell)
        except ValueError:
            return False
    # A float keeps 15 digits, and more if it prints them again.
    return kind != "DOUBLE" or len(cell) <= 16 or repr(float(cell)) == cell


def _find_dialect(lines: list[str], delimiters: Sequence[str]) -> tuple[Dialect, int]:
    """Return the dialect that reads the lines best, and how many rows stand above the header.

    Best means, in this order: more than one column, quotation marks that match, over half of the rows as
    wide as the header, fewest rows above it, largest share of rows as wide as it.
    """
    text = "".join(lines)
    found: list[tuple[tuple[Any, ...], Dialect, int]] = []
    for delimiter in delimiters:
        usual = _parse(lines, Dialect(delimiter))
        parsed = {Dialect(delimiter): usual}
        if '\\"' in text:
            escaped = Dialect(delimiter, escape="\\")
            parsed[escaped] = _parse(lines, escaped)
        if "'" in text and '"' not in text:
            quoted = Dialect(delimiter, quote="'")
            rows, sound = _parse(lines, quoted)
            # An apostrophe within words encloses nothing.
            if sound and rows != usual[0]:
                parsed = {quoted: (rows, sound), **parsed}
        for dialect, (rows, sound) in parsed.items():
            if rows:
                above = _count_above(rows)
                width, below = len(rows[above]), rows[above + 1 :]
                share = sum(len(cells) == width for cells in below) / max(len(below), 1)
                found.append(((width > 1, sound, share > 0.5, -above, share), dialect, above))
    _score, dialect, above = max(found, key=lambda one: one[0], default=((), Dialect(delimiters[0]), 0))
    return dialect, above


def _parse(lines: list[str], dialect: Dialect) -> tuple[list[list[str]], bool]:
    """Return the rows of these lines, and whether their quotation marks go with the dialect."""
    rows: list[list[str]] = []
    try:
        rows.extend(cells for cells in _reader(lines, dialect) if cells)
    except csv.Error as error:
        # The last row may only have been cut off.
        return rows, len(lines) == _HEAD and dialect.quote == '"' and "end of data" in str(error)
    return rows, True


def _count_above(rows: list[list[str]]) -> int:
    """Return how many rows stand above the header: titles, of one cell each, above what can only be a header."""
    first = next((number for number, cells in enumerate(rows[: _ABOVE + 1]) if len(cells) > 1), 0)
    cells, below = rows[first], rows[first + 1 :]
    likely = (
        len(set(cells)) == len(cells)
        and all(cell and cell == cell.strip() for cell in cells)
        and not any(mark in title for other in rows[:first] for title in other for mark in DELIMITERS)
        and all(kind == "VARCHAR" for kind in _kinds(cells))
        and sum(len(other) == len(cells) for other in below) * 2 > len(below)
    )
    return first if likely else 0


def _read_rows(path: str, encoding: str, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the number of its first line."""
    with open(path, encoding=encoding, newline="") as file:
        reader = _reader(_read_lines(file), dialect)
        line = 1
        try:
            for cells in reader:
                if cells:
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error:
            message = _("{shown}, line {line}: a quotation mark without its match, or too long a cell")
            raise UsageError(message.format(shown=path, line=line)) from None


def _read_lines(file: TextIO) -> Iterator[str]:
    while line := file.readline(_LONGEST):
        if len(line) == _LONGEST:
            raise csv.Error
        yield line


def _reader(lines: Iterable[str], dialect: Dialect) -> Any:
    csv.field_size_limit(_LONGEST)
    if dialect.escape:
        # As doubled marks: Python's reader would take other backslashes away as well.
        lines = (re.sub(r'(?<!\\)((?:\\\\)*)\\"', r'\1""', line) for line in lines)
    return csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True)


def _fill(
    rows: Iterator[tuple[int, list[str]]], shown: str, header: int, width: int, notes: list[str]
) -> Iterator[list[str]]:
    """Yield the rows, short ones filled up, which is noted; UsageError for one that is too long."""
    short = first = 0
    for line, cells in rows:
        if len(cells) > width:
            message = _("{shown}, line {line}: {count} cells, but {width} in the header (line {header})")
            raise UsageError(
                message.format(shown=shown, line=line, count=len(cells), width=width, header=header)
            )
        if len(cells) < width:
            short, first = short + 1, first or line
            cells += [""] * (width - len(cells))
        yield cells
    if short:
        notes.append(
            ngettext(
                "{shown}: {count} row has too few cells, NULL for the rest (line {line})",
                "{shown}: {count} rows have too few cells, NULL for the rest (first: line {line})",
                short,
            ).format(shown=shown, count=short, line=first)
        )
