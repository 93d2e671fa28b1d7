"""A sheet of an XLSX workbook as a CSV file with typed columns. Workbooks may be broken, or made to do harm.

Sheets are streamed: a far corner that holds one cell, or a row that says it is the billionth, costs nothing.
"""

from __future__ import annotations

import csv
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any, NamedTuple, NoReturn

from ipcli.errors import IpcliError, LimitReached, UsageError
from ipcli.i18n import _

# A workbook that unpacks to more bytes than this is not read.
_UNPACKED = 1 << 28
# As many rows as a sheet can have; fewer columns, for each costs the library memory whatever it holds.
_ROWS, _COLUMNS = 1 << 20, 1 << 12
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}


class SheetColumn(NamedTuple):
    """A column: its heading, made distinct, and the SQL type that holds every cell."""

    name: str
    type: str


def convert(path: str, sheet: str | None, target: str) -> list[SheetColumn]:
    """Write a sheet (None: the first) to `target`, without its headings, and return its columns.

    The first row that is not empty holds the headings. UsageError if the workbook or the sheet will not do.
    """
    with _rows(path, sheet) as rows:
        head = next(rows, [])
        if not head:
            _fail(_("the sheet of {path} is empty").format(path=path))
        kinds: list[set[str]] = []
        for row in rows:
            kinds += [set() for _ in range(len(row) - len(kinds))]
            for known, cell in zip(kinds, row, strict=False):
                known.add(_kind(cell))
    width = max(len(head), len(kinds))
    kinds += [set() for _ in range(width - len(kinds))]
    types = [_type(known - {""}) for known in kinds]
    with _rows(path, sheet) as rows, open(target, "w", encoding="utf-8", newline="") as out:
        next(rows)
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        for row in rows:
            cells = [_text(cell, type_) for cell, type_ in zip(row, types, strict=False)]
            writer.writerow(cells + [""] * (width - len(cells)))
    return [
        SheetColumn(*pair)
        for pair in zip(headings([*head, *[None] * (width - len(head))]), types, strict=True)
    ]


def headings(row: Sequence[Any]) -> list[str]:
    """Names for the columns: those of the row, made distinct; columnN where there is none."""
    names: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(row, 1):
        name = " ".join(_text(cell, "VARCHAR").split()) or f"column{number}"
        candidate, count = name, 1
        while candidate.casefold() in taken:
            count += 1
            candidate = f"{name}_{count}"
        names.append(candidate)
        taken.add(candidate.casefold())
    return names


@contextmanager
def _rows(path: str, sheet: str | None) -> Iterator[Iterator[list[Any]]]:
    """The rows of a sheet that are not empty; a reader's own errors become ours."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > _UNPACKED:
            _fail(_("{path} unpacks to too much").format(path=path))
        import openpyxl

        with warnings.catch_warnings():
            # What it cannot keep (validation, charts) is nothing to us.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                yield _filled(_chosen(book, path, sheet), path)
            finally:
                book.close()
    except IpcliError:
        raise
    except MemoryError as error:
        raise LimitReached(_("out of memory: {path}").format(path=path)) from error
    except Exception as error:  # whatever a broken workbook does to its reader
        if isinstance(error, OSError) and error.errno is not None:
            raise
        _fail(
            _("{path} is no sound XLSX workbook ({name})").format(path=path, name=type(error).__name__),
        )


def _chosen(book: Any, path: str, sheet: str | None) -> Any:
    names = [found.title for found in book.worksheets]
    if not names:
        _fail(_("{path} has no sheet").format(path=path))
    if sheet is not None and sheet not in names:
        listed = ", ".join(names)
        _fail(_("{path} has no sheet {sheet}; it has {listed}").format(path=path, sheet=sheet, listed=listed))
    return book.worksheets[0 if sheet is None else names.index(sheet)]


def _filled(sheet: Any, path: str) -> Iterator[list[Any]]:
    """The rows that are not empty, without the empty cells at their ends."""
    # What a sheet says of its size may be anything.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(values_only=True)):
        if number >= _ROWS or len(cells) > _COLUMNS:
            _fail(_("the sheet of {path} is too large").format(path=path))
        row = [None if cell == "" or (type(cell) is str and cell in _ERRORS) else cell for cell in cells]
        while row and row[-1] is None:
            row.pop()
        if row:
            yield row


def _kind(cell: Any) -> str:
    """The narrowest SQL type for a cell; "" for an empty one."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "BOOLEAN"
    if isinstance(cell, (int, float)):
        return "BIGINT" if float(cell).is_integer() and abs(cell) < 2**53 else "DOUBLE"
    if isinstance(cell, datetime):
        return "DATE" if cell.time() == time(0) else "TIMESTAMP"
    return "DATE" if isinstance(cell, date) else "VARCHAR"


def _type(kinds: set[str]) -> str:
    """The type that holds cells of all these kinds; text if they do not go together."""
    for type_, held in (
        ("BOOLEAN", {"BOOLEAN"}),
        ("BIGINT", {"BIGINT"}),
        ("DOUBLE", {"BIGINT", "DOUBLE"}),
        ("DATE", {"DATE"}),
        ("TIMESTAMP", {"DATE", "TIMESTAMP"}),
    ):
        if kinds and kinds <= held:
            return type_
    return "VARCHAR"


def _text(cell: Any, type_: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and type_ != "DOUBLE" and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime) and type_ != "TIMESTAMP" and cell.time() == time(0):
        return str(cell.date())
    return str(cell)


def _fail(message: str) -> NoReturn:
    raise UsageError(message)
