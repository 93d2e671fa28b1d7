"""Files that people bring along (`--with name=FILE`): checked, decoded, and handed to the library under a safe name.

What the library is told to read is always a link or a copy in a private folder that goes away: no name of a
user's file is ever part of a statement or taken for a pattern.
"""

from __future__ import annotations

import codecs
import errno
import mmap
import os
import re
import shutil
import stat
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, time
from typing import Any, BinaryIO, NamedTuple, NoReturn

from ipcli import paths
from ipcli.db import csvfiles, scratch
from ipcli.db.csvfiles import Sheet, headings
from ipcli.errors import IpcliError, LimitReached, OutputError, UsageError
from ipcli.i18n import _, why

# Extension -> how the library reads it, or what separates the cells of a text.
_LIBRARY = {
    ".parquet": "read_parquet($path)",
    ".json": "read_json($path)",
    ".jsonl": "read_json($path, format = 'newline_delimited')",
    ".ndjson": "read_json($path, format = 'newline_delimited')",
}
_TEXTS = {".csv": csvfiles.DELIMITERS, ".tsv": ("\t",), ".tab": ("\t",), ".txt": csvfiles.DELIMITERS}
_READ = (*_TEXTS, *_LIBRARY, ".xlsx")
_LARGEST = 1 << 31
# The library follows deeper JSON until its stack is used up, and the process dies.
_DEEPEST = 128
_BRACKET = re.compile(rb'[^"\[\]{}]*+(?:"(?:[^"\\]++|\\.)*+"[^"\[\]{}]*+)*+([\[\]{}])', re.DOTALL)
_CHUNK = 1 << 20
# Bytes that tell GB18030 and Big5 apart, and how much less odd (from 0 to 1) Big5 must look.
_SAMPLE, _CLEARLY = 1 << 16, 0.1
# Big5 as it is written: with the characters that Windows adds.
_BIG5 = "cp950"
# A workbook that unpacks to more bytes than this is not read.
_UNPACKED = 1 << 28
# As many as a sheet can have.
_ROWS = 1 << 20
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}


class UserTable(NamedTuple):
    """A table to load: `SELECT * FROM source` with `path` bound, which must give `rows` rows (None: any number).

    `shown` is what messages call the file, `notes` is what people are told about it.
    """

    name: str
    shown: str
    path: str
    source: str
    rows: int | None = None
    notes: tuple[str, ...] = ()


@contextmanager
def open_tables(
    specs: Iterable[str], *, not_this: str | os.PathLike[str] | None = None
) -> Iterator[list[UserTable]]:
    """Yield the tables of `name=path` specs, readable until the context ends. UsageError names what is wrong.

    `not_this` is the open database, which is not read as a file.
    """
    specs = list(specs)
    if not specs:
        yield []
        return
    with scratch() as folder:
        tables: list[UserTable] = []
        for number, spec in enumerate(specs):
            table = _prepare(spec, os.path.join(folder, str(number)), not_this)
            if table.name.casefold() in (other.name.casefold() for other in tables):
                _fail(_("--with {name} is given twice").format(name=table.name))
            tables.append(table)
        yield tables


def _prepare(spec: str, target: str, not_this: str | os.PathLike[str] | None) -> UserTable:
    name, equals, path = spec.partition("=")
    name = name.strip()
    if not equals or not path:
        _fail(_("--with must read NAME=FILE, as in --with mine=clients.csv, not {spec}").format(spec=spec))
    if not name.isidentifier():
        _fail(_("a name of --with has letters, digits and underscores only, not {name}").format(name=name))
    path, sheet_name = _split_sheet(path)
    extension = os.path.splitext(path)[1].lower()
    if extension not in _READ:
        _fail(_("--with cannot read {path}; it reads {listed}").format(path=path, listed=" ".join(_READ)))
    _refuse_odd_file(path, not_this)
    paths.INPUTS.add(os.path.abspath(path))
    target += extension
    try:
        if extension in _LIBRARY:
            if extension != ".parquet":
                _refuse_deep_json(path)
            _link(path, target)
            return UserTable(name, path, target, _LIBRARY[extension])
        opened = (
            _read_workbook(path, sheet_name) if extension == ".xlsx" else _read_text(path, _TEXTS[extension])
        )
        with opened as sheet:
            source, rows = csvfiles.copy(sheet, path, target)
        return UserTable(name, path, target, source, rows, tuple(sheet.notes))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            folder = os.path.dirname(target)
            message = _("no room in the temporary folder {folder} for {path}")
            raise OutputError(message.format(folder=folder, path=path)) from error
        _fail(_("--with cannot read {path}: {reason}").format(path=path, reason=why(error)))


@contextmanager
def _read_text(path: str, delimiters: tuple[str, ...]) -> Iterator[Sheet]:
    """Yield the sheet of a text, which is told if its encoding was guessed."""
    with open(path, "rb") as file:
        encoding = find_encoding(file)
    if encoding is None:
        _fail(_("{path} is no text in UTF-8, GB18030, Big5 or UTF-16: save it as UTF-8").format(path=path))
    sheet = csvfiles.read(path, encoding, delimiters)
    if encoding != "utf-8-sig":
        called = "Big5" if encoding == _BIG5 else encoding.upper()
        sheet.notes.insert(0, _("{shown} was read as {encoding}").format(shown=path, encoding=called))
    yield sheet


def find_encoding(file: BinaryIO) -> str | None:
    """Return the codec of a text that `file` holds from its beginning; None if it is no text."""
    head = file.read(_SAMPLE)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        guesses = ["utf-16"]
    elif b"\0" in head:
        # Text without a mark: the zero bytes of its ASCII characters tell the order.
        guesses = ["utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"]
    elif _decodes(file, "utf-8-sig"):
        return "utf-8-sig"
    else:
        guesses = [_BIG5, "gb18030"] if _looks_like_big5(head) else ["gb18030", _BIG5]
    return next((guess for guess in guesses if _decodes(file, guess)), None)


def _looks_like_big5(sample: bytes) -> bool:
    # Late: UTF-8 does not need it.
    from charset_normalizer import from_bytes

    if len(sample) == _SAMPLE:
        # Up to the end of a line: half a character at the end would be an error.
        sample = sample[: sample.rfind(b"\n") + 1]
    matches = from_bytes(sample, cp_isolation=["gb18030", _BIG5], threshold=1.0, preemptive_behaviour=False)
    oddness = {match.encoding: match.chaos for match in matches}
    return _BIG5 in oddness and oddness.get("gb18030", 1.0) - oddness[_BIG5] > _CLEARLY


def _decodes(file: BinaryIO, encoding: str) -> bool:
    """Return whether the whole file is text in this encoding; no text has NUL characters."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            if "\0" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _split_sheet(path: str) -> tuple[str, str | None]:
    """Return path and sheet of `book.xlsx#Sheet`; a `#` in the name of a file that exists belongs to the name."""
    match = re.fullmatch(r"(.*\.xlsx)#(.+)", path, re.IGNORECASE | re.DOTALL)
    if match and not os.path.exists(path):
        return match[1], match[2]
    return path, None


def _refuse_odd_file(path: str, not_this: str | os.PathLike[str] | None) -> None:
    """Refuse what is no regular file, or not of a size to be read. Links are followed, for the user named them."""
    try:
        found = os.stat(path)
        if not_this is not None and os.path.samestat(found, os.stat(not_this)):
            _fail(_("{path} is the database that is open").format(path=path))
    except (OSError, ValueError) as error:
        _fail(_("--with cannot read {path}: {reason}").format(path=path, reason=why(error)))
    if not stat.S_ISREG(found.st_mode):
        _fail(_("--with: {path} is no regular file").format(path=path))
    if not found.st_size:
        _fail(_("--with: {path} is empty").format(path=path))
    if found.st_size > _LARGEST:
        _fail(_("--with: {path} is too large").format(path=path))


def _link(path: str, target: str) -> None:
    """Make the file readable under a name of ours; where links are not allowed, as a copy."""
    with open(path, "rb"):
        pass
    try:
        os.symlink(os.path.abspath(path), target)
    except OSError:
        shutil.copyfile(path, target)


def _refuse_deep_json(path: str) -> None:
    """Refuse JSON that nests deeper than the library can follow."""
    depth = place = 0
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        # Not finditer: what follows the last bracket would be looked at from every place in it.
        while match := _BRACKET.match(content, place):
            place = match.end()
            depth += 1 if match[1] in b"[{" else -1
            if depth > _DEEPEST:
                _fail(_("--with: {path} nests too deeply").format(path=path))


@contextmanager
def _read_workbook(path: str, name: str | None) -> Iterator[Sheet]:
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


def _fail(message: str) -> NoReturn:
    raise UsageError(message)
