"""Read a sheet of an XLSX workbook. Workbooks may be broken, or made to do harm.

Sheets are streamed: a far corner that holds one cell, or a row that says it is the billionth, costs nothing.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from typing import Any

from ipcli.db.csvfiles import Sheet, headings
from ipcli.errors import IpcliError, LimitReached, UsageError
from ipcli.i18n import _

# A workbook that unpacks to more bytes than this is not read.
_UNPACKED = 1 << 28
# As many as a sheet can have.
_ROWS = 1 << 20
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}


@contextmanager
def read(path: str, name: str | None) -> Iterator[Sheet]:
    """Yield a sheet (None: the first), headed by its first row that is not empty. UsageError if it will not do."""
    with _open_rows(path, name) as rows:
        head = next(rows, [])
        if not head:
            raise UsageError(_("the sheet of {path} is empty").format(path=path))
        width = max(len(head), max(map(len, rows), default=0))
    texts: set[int] = set()
    with _open_rows(path, name) as rows:
        next(rows)
        names = headings([_text(cell) for cell in head + [None] * (width - len(head))])
        yield Sheet(names, _as_text(rows, width, texts), texts, [])


def _as_text(rows: Iterator[list[Any]], width: int, texts: set[int]) -> Iterator[list[str]]:
    """Yield rows of text, padded to `width`; add to `texts` the numbers of columns with text cells."""
    for row in rows:
        texts.update(place for place, cell in enumerate(row) if isinstance(cell, str))
        yield [_text(cell) for cell in row] + [""] * (width - len(row))


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time(0):
        return str(cell.date())
    return str(cell)


@contextmanager
def _open_rows(path: str, name: str | None) -> Iterator[Iterator[list[Any]]]:
    """Yield the rows of a sheet that are not empty; a reader's own errors become ours."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > _UNPACKED:
            raise UsageError(_("{path} unpacks to too much").format(path=path))
        import openpyxl

        with warnings.catch_warnings():
            # What it cannot keep (validation, charts) is nothing to us.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                yield _read_rows(_choose(book, path, name), path)
            finally:
                book.close()
    except IpcliError:
        raise
    except MemoryError as error:
        raise LimitReached(_("out of memory: {path}").format(path=path)) from error
    except Exception as error:  # whatever a broken workbook does to its reader
        if isinstance(error, OSError) and error.errno is not None:
            raise
        message = _("{path} is no sound XLSX workbook ({name})")
        raise UsageError(message.format(path=path, name=type(error).__name__)) from error


def _choose(book: Any, path: str, name: str | None) -> Any:
    names = [sheet.title for sheet in book.worksheets]
    if not names:
        raise UsageError(_("{path} has no sheet").format(path=path))
    if name is not None and name not in names:
        message = _("{path} has no sheet {sheet}; it has {listed}")
        raise UsageError(message.format(path=path, sheet=name, listed=", ".join(names)))
    return book.worksheets[0 if name is None else names.index(name)]


def _read_rows(sheet: Any, path: str) -> Iterator[list[Any]]:
    """Yield the rows that are not empty, without the empty cells at their ends."""
    # What a sheet says of its size may be anything.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(values_only=True)):
        if number >= _ROWS:
            raise UsageError(_("the sheet of {path} is too large").format(path=path))
        row = [None if cell == "" or (type(cell) is str and cell in _ERRORS) else cell for cell in cells]
        while row and row[-1] is None:
            row.pop()
        if row:
            yield row
