"""CSV and its like: how a file is written is found here, and every line of it comes in or is told.

The library would guess the dialect from the whole file, and one odd line makes it guess another file: one without
its header, or with one column. So Python's reader settles the dialect, the header and the number of rows, and
refuses what does not fit; the library reads by these, and must find as many rows.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TextIO

from ipcli.errors import UsageError
from ipcli.i18n import language
from ipcli.model import Text
from ipcli.workbooks import headings

if TYPE_CHECKING:
    from ipcli.library import duckdb

_DELIMITERS = (",", ";", "\t", "|")
# So many lines tell the dialect, and which types a column may have.
_HEAD = 200
# Lines that may stand above the header.
_ABOVE = 5
# As long as a line may be for the library.
_LONGEST = 2_000_000
# A column has the first of these types whose pattern every cell fits, so that no value becomes another one.
_TYPES = {
    "BIGINT": "0|-?[1-9][0-9]{0,17}",
    "DOUBLE": "-?(0|[1-9][0-9]*)([.][0-9]+)?",
    "DATE": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "TIMESTAMP": "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?",
    "BOOLEAN": "true|false",
}


class Dialect(NamedTuple):
    """What separates and encloses cells; `escape` is "" where a quotation mark is doubled."""

    delimiter: str
    quote: str = '"'
    escape: str = ""


class TextFile(NamedTuple):
    """A file in UTF-8 whose every line has been looked at.

    `head` are its first rows below the header, `skipped` how many stand above it; a `plain` one goes to the library
    as it is.
    """

    path: str
    dialect: Dialect
    names: list[str]
    head: list[list[str]]
    rows: int
    skipped: int
    notes: tuple[Text, ...]
    plain: bool


def survey(path: str, shown: str, delimiters: Sequence[str] = _DELIMITERS) -> TextFile:
    """Find the dialect and the header of a file, and read all of it. UsageError names a line that does not fit."""
    with _lines(path) as file:
        lines = list(islice(file, _HEAD))
    dialect, skipped = _dialect(lines, delimiters)
    above = [*islice(_rows(path, shown, dialect), skipped + 1 + _HEAD)]
    if not above:
        _fail(f"--with：{shown} 是空的", f"--with: {shown} is empty")
    header_at, header = above[skipped]
    names = headings(header)
    width = len(names)
    notes = []
    if skipped:
        notes.append(
            Text(
                f"{shown}：表头取第 {header_at} 行，其上 {skipped} 行未读入",
                f"{shown}: line {header_at} is the header; {skipped} above it left out",
            )
        )
    counts = _widths(path, dialect)
    uneven = not counts or bool(counts.keys() - {0, width})
    if uneven:
        # Only now is it worth while to follow the lines.
        counts = Counter()
        first_short = 0
        for line, cells in islice(_rows(path, shown, dialect), skipped, None):
            counts[len(cells)] += 1
            if len(cells) > width:
                _fail(
                    f"{shown} 第 {line} 行有 {len(cells)} 格，表头（第 {header_at} 行）只有 {width} 格",
                    f"{shown}, line {line}: {len(cells)} cells, but {width} in the header (line {header_at})",
                )
            if len(cells) < width:
                first_short = first_short or line
        short = counts.total() - counts[width]
        if short:
            notes.append(
                Text(
                    f"{shown}：{short} 行格数不足，缺的为空（首见第 {first_short} 行）",
                    f"{shown}: rows with too few cells, NULL for the rest: {short} (first: line {first_short})",
                )
            )
    rows = counts.total() - counts[0] - 1
    # The library takes the first line as the header, and knows no other mark.
    plain = header_at == 1 and not uneven and dialect == Dialect(dialect.delimiter)
    head = [cells for _, cells in above[skipped + 1 :]]
    return TextFile(path, dialect, names, head, rows, skipped, tuple(notes), plain)


def load(connection: duckdb.DuckDBPyConnection, name: str, text: TextFile) -> None:
    """Make a table `name` of the file. The library's errors, or UsageError if it finds another number of rows."""
    # Late, for it loads the library.
    from ipcli.library import duckdb

    if text.plain:
        try:
            if _loaded(connection, name, text):
                return
        except duckdb.OutOfMemoryException:
            raise
        except (duckdb.Error, UnicodeDecodeError):
            # It refuses line ends of two kinds, for one.
            pass
    try:
        whole = _loaded(connection, name, _rewritten(text))
    except UnicodeDecodeError:
        # So ends a message of DuckDB 1.5 about too long a line, which it cuts within a character.
        whole = False
    if not whole:
        _fail(
            f"--with {name}：有一行过长，或会丢失行",
            f"--with {name}: a line is too long, or rows would be lost",
        )


def _loaded(connection: duckdb.DuckDBPyConnection, name: str, text: TextFile) -> bool:
    """Load the file if the library finds as many rows in it as there are."""
    columns = [f"c{number}" for number in range(len(text.names))]
    source = _source(text.dialect, columns, ["VARCHAR"] * len(columns))
    left = [_possible([row[place] for row in text.head if place < len(row)]) for place in range(len(columns))]
    failed = {0}
    while failed:
        checks = [
            (place, check)
            for place, types in enumerate(left)
            if types[1:]
            for check in _checks(columns[place], types[0])
        ]
        asked = ", ".join(["count(*)", *(check for _, check in checks)])
        count, *fit = connection.execute(f"SELECT {asked} FROM {source}", {"path": text.path}).fetchall()[0]
        if count != text.rows:
            return False
        failed = {place for (place, _), fits in zip(checks, fit, strict=True) if not fits}
        for place in failed:
            del left[place][0]
    source = _source(text.dialect, text.names, [types[0] for types in left])
    connection.execute(f"CREATE TEMP TABLE {name} AS FROM {source}", {"path": text.path})
    return True


def _possible(cells: list[str]) -> list[str]:
    filled = [cell for cell in cells if cell]
    return [
        *(type_ for type_, known in _TYPES.items() if all(re.fullmatch(known, cell) for cell in filled)),
        "VARCHAR",
    ]


def _checks(column: str, type_: str) -> list[str]:
    """What holds if every cell that is not empty is plainly of the type; NULL if all are empty.

    No AND, no OR, no test for NULL: with a thousand columns the library takes a minute to plan those.
    """
    checks = [f"regexp_full_match({column}, '{_TYPES[type_]}')"]
    if type_ == "DOUBLE":
        # It keeps 15 digits, and more if it prints them again.
        printed = f"TRY_CAST({column} AS DOUBLE)::VARCHAR IS NOT DISTINCT FROM {column}"
        checks.append(f"CASE WHEN strlen({column}) < 17 THEN true ELSE {printed} END")
    elif type_ in ("DATE", "TIMESTAMP"):
        checks.append(f"TRY_CAST(coalesce({column}, '2000-01-01') AS {type_}) IS NOT NULL")
    return [f"bool_and({check})" for check in checks]


def _source(dialect: Dialect, names: list[str], types: list[str]) -> str:
    columns = ", ".join(f"{_literal(name)}: '{type_}'" for name, type_ in zip(names, types, strict=True))
    return (
        f"read_csv($path, auto_detect = false, header = true, delim = {_literal(dialect.delimiter)}, quote = '\"',"
        f" escape = '\"', nullstr = '', allow_quoted_nulls = true, max_line_size = {_LONGEST},"
        f" columns = {{{columns}}})"
    )


def _rewritten(text: TextFile) -> TextFile:
    """The same rows in a file of the plainest kind: short ones filled up, blank lines left out."""
    target = text.path + ".new"
    width = len(text.names)
    with open(target, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for _, cells in islice(_rows(text.path, "", text.dialect), text.skipped, None):
            writer.writerow(cells + [""] * (width - len(cells)))
    # What may be a link to the user's file is replaced, never written to.
    os.replace(target, text.path)
    return text._replace(dialect=Dialect(","))


def _dialect(lines: list[str], delimiters: Sequence[str]) -> tuple[Dialect, int]:
    """The dialect that makes most rows as wide as the header, and how many rows stand above the header."""
    text = "".join(lines)
    found: list[tuple[tuple[Any, ...], Dialect, int]] = []
    for delimiter in delimiters:
        usual, sound = _sample(lines, Dialect(delimiter))
        samples = [(Dialect(delimiter), usual, sound)]
        if '\\"' in text:
            dialect = Dialect(delimiter, escape="\\")
            samples.append((dialect, *_sample(lines, dialect)))
        if "'" in text and '"' not in text:
            dialect = Dialect(delimiter, quote="'")
            rows, sound = _sample(lines, dialect)
            # An apostrophe within words encloses nothing.
            if sound and rows != usual:
                samples.insert(0, (dialect, rows, sound))
        for dialect, rows, sound in samples:
            if rows:
                skipped = _above(rows)
                width, below = len(rows[skipped]), rows[skipped + 1 :]
                share = sum(len(cells) == width for cells in below) / max(len(below), 1)
                score = (width > 1, sound, share > 0.5, -skipped, share)
                found.append((score, dialect, skipped))
    if not found:
        return Dialect(delimiters[0]), 0
    _, dialect, skipped = max(found, key=lambda one: one[0])
    return dialect, skipped


def _sample(lines: list[str], dialect: Dialect) -> tuple[list[list[str]], bool]:
    """The rows of these lines, and whether their quotation marks go with the dialect."""
    rows: list[list[str]] = []
    try:
        rows.extend(cells for cells in _reader(lines, dialect) if cells)
    except csv.Error as error:
        # The last row may only have been cut off.
        return rows, len(lines) == _HEAD and dialect.quote == '"' and "end of data" in str(error)
    return rows, True


def _above(rows: list[list[str]]) -> int:
    """How many rows stand above the header: titles, of one cell each, above what can only be a header."""
    first = next((number for number, cells in enumerate(rows[: _ABOVE + 1]) if len(cells) > 1), 0)
    cells, below = rows[first], rows[first + 1 :]
    likely = (
        len(set(cells)) == len(cells)
        and all(cell and cell == cell.strip() for cell in cells)
        and not any(mark in title for other in rows[:first] for title in other for mark in _DELIMITERS)
        and not any(re.fullmatch(pattern, cell) for cell in cells for pattern in _TYPES.values())
        and sum(len(other) == len(cells) for other in below) * 2 > len(below)
    )
    return first if likely else 0


def _widths(path: str, dialect: Dialect) -> Counter[int]:
    """How many rows there are of each number of cells; none if the file is not sound."""
    with _lines(path) as file:
        try:
            return Counter(map(len, _reader(file, dialect)))
        except csv.Error:
            return Counter()


def _rows(path: str, shown: str, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the number of its first line."""
    with _lines(path) as file:
        reader = _reader(file, dialect)
        line = 1
        try:
            for cells in reader:
                if cells:
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error:
            _fail(
                f"{shown} 第 {line} 行：引号不配对，或单元格过长",
                f"{shown}, line {line}: a quotation mark without its match, or too long a cell",
            )


def _reader(lines: Iterable[str], dialect: Dialect) -> Any:
    csv.field_size_limit(_LONGEST)
    if dialect.escape:
        # As doubled marks: Python's reader would take other backslashes away as well.
        lines = (re.sub(r'(?<!\\)((?:\\\\)*)\\"', r'\1""', line) for line in lines)
    return csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True)


def _lines(path: str) -> TextIO:
    return open(path, encoding="utf-8-sig", newline="")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _fail(zh: str, en: str) -> NoReturn:
    raise UsageError(Text(zh, en).get(language()))
