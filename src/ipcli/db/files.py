"""Files that people bring along (`--with name=FILE`): checked, decoded, and handed to the library under a safe name.

What the library is told to read is always a link or a copy in a private folder that goes away: no name of a
user's file is ever part of a statement or taken for a pattern.
"""

from __future__ import annotations

import codecs
import errno
import os
import re
import shutil
import stat
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime, time
from typing import Any, BinaryIO, NamedTuple, NoReturn

from ipcli import paths
from ipcli.db import csvfiles, jsonfiles, scratch
from ipcli.db.csvfiles import Sheet, headings
from ipcli.errors import IpcliError, LimitReached, OutputError, UsageError
from ipcli.i18n import _, ngettext, why

# Extensions of JSON; of texts, with what separates their cells.
_JSON = (".json", ".jsonl", ".ndjson")
_TEXTS = {".csv": csvfiles.DELIMITERS, ".tsv": ("\t",), ".tab": ("\t",), ".txt": csvfiles.DELIMITERS}
_READ = (*_TEXTS, ".parquet", *_JSON, ".xlsx")
# What may be told of a file after its name: `x.csv:gb18030:all_text`.
_ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "big5": "cp950",
}
_ALL_TEXT = "all_text"
_LARGEST = 1 << 31
_CHUNK = 1 << 20
# Bytes that tell GB18030 and Big5 apart, and how much less odd (from 0 to 1) Big5 must look.
_SAMPLE, _CLEARLY = 1 << 16, 0.1
# Big5 as it is written: with the characters that Windows adds.
_BIG5 = "cp950"
# A workbook that unpacks to more bytes than this is not read.
_UNPACKED = 1 << 28
# As many as a sheet can have.
_ROWS = 1 << 20
# Stands for #N/A, #DIV/0! and the like.
_ERROR = object()
# How a workbook writes what XML cannot hold; and how it writes what looks like that.
_ESCAPE = re.compile("_x(?!0000|[Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")


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
    path, sheet_name, told = split(path)
    extension = os.path.splitext(path)[1].lower()
    if extension not in _READ:
        _fail(_("--with cannot read {path}; it reads {listed}").format(path=path, listed=" ".join(_READ)))
    for option in told:
        if extension not in (_TEXTS if option == _ALL_TEXT else (*_TEXTS, *_JSON)) and (
            (extension, option) != (".xlsx", _ALL_TEXT)
        ):
            _fail(
                _("--with: {option} is not for {extension} files").format(option=option, extension=extension)
            )
    _refuse_odd_file(path, not_this)
    paths.INPUTS.add(os.path.abspath(path))
    target += extension
    set_to = next((option for option in told if option != _ALL_TEXT), None)
    try:
        if extension == ".parquet":
            _link(path, target)
            return UserTable(name, path, target, "read_parquet($path)")
        notes: list[str] = []
        if extension in _JSON:
            encoding = _choose_encoding(path, set_to, notes)
            source, rows = jsonfiles.copy(path, encoding, extension != ".json", target)
            return UserTable(name, path, target, source, rows, tuple(notes))
        opened: AbstractContextManager[Sheet]
        if extension == ".xlsx":
            opened = _read_workbook(path, sheet_name)
        else:
            encoding = _choose_encoding(path, set_to, notes)
            opened = nullcontext(csvfiles.read(path, encoding, _TEXTS[extension]))
        with opened as sheet:
            if _ALL_TEXT in told:
                sheet.texts.update(range(len(sheet.names)))
            source, rows = csvfiles.copy(sheet, path, target)
        return UserTable(name, path, target, source, rows, (*notes, *sheet.notes))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            folder = os.path.dirname(target)
            message = _("no room in the temporary folder {folder} for {path}")
            raise OutputError(message.format(folder=folder, path=path)) from error
        _fail(_("--with cannot read {path}: {reason}").format(path=path, reason=why(error)))


def _choose_encoding(path: str, told: str | None, notes: list[str]) -> str:
    """Return the codec to read a text file with: `told`, else a guess, which goes to `notes` unless it is UTF-8.

    UsageError if the file is no text in it, or in any known one.
    """
    with open(path, "rb") as file:
        # UTF-16 has two orders, which the file tells.
        encoding = find_encoding(file) if told in (None, "utf-16") else _ENCODINGS[told]
        if told == "utf-16" and not str(encoding).startswith(told):
            encoding = None
        if told is not None and not (encoding and _decodes(file, encoding)):
            _fail(_("{path} is no text in {encoding}").format(path=path, encoding=told))
    if encoding is None:
        _fail(_("{path} is no text in UTF-8, GB18030, Big5 or UTF-16: save it as UTF-8").format(path=path))
    if told is None and encoding != "utf-8-sig":
        called = "Big5" if encoding == _BIG5 else encoding.upper()
        notes.append(_("{shown} was read as {encoding}").format(shown=path, encoding=called))
    return encoding


def find_encoding(file: BinaryIO) -> str | None:
    """Return the codec of a text that `file` holds from its beginning; None if it is no text."""
    head = file.read(_SAMPLE)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        guesses = ["utf-16"]
    elif b"\0" in head:
        # Text without a mark: the zero bytes of its ASCII characters tell the order.
        # A stray one makes no such text, which has line ends of two bytes.
        guess = "utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"
        lines = head.decode(guess, "ignore").count("\n")
        guesses = [guess] if lines * 2 >= max(head.count(b"\n"), 1) else []
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


def split(path: str) -> tuple[str, str | None, list[str]]:
    """Return path, sheet and options of `book.xlsx#Sheet:all_text`; all belongs to the name of a file that has that name."""
    options: list[str] = []
    while not os.path.exists(path):
        before, colon, option = path.rpartition(":")
        if not colon or option.lower() not in (*_ENCODINGS, _ALL_TEXT):
            break
        path = before
        options.append(option.lower())
    match = re.fullmatch(r"(.*\.xlsx)#(.+)", path, re.IGNORECASE | re.DOTALL)
    if match and not os.path.exists(path):
        return match[1], match[2], options
    return path, None, options


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


@contextmanager
def _read_workbook(path: str, name: str | None) -> Iterator[Sheet]:
    """Yield a sheet (None: the first), headed by its first row that is not empty. UsageError if it will not do."""
    with _open_rows(path, name) as rows:
        head = next(rows, None)
        if head is None:
            raise UsageError(_("the sheet of {path} is empty").format(path=path))
        width = max(len(head), max(map(len, rows), default=0))
    texts: set[int] = set()
    with _open_rows(path, name) as rows:
        next(rows)
        names = headings([_text(cell) for cell in head + [None] * (width - len(head))])
        notes: list[str] = []
        yield Sheet(names, _as_text(rows, width, texts, path, notes), texts, notes)


def _as_text(
    rows: Iterator[list[Any]], width: int, texts: set[int], path: str, notes: list[str]
) -> Iterator[list[str]]:
    """Yield rows of text, padded to `width`; add to `texts` the numbers of columns with text cells; note errors."""
    errors = 0
    for row in rows:
        errors += row.count(_ERROR)
        texts.update(place for place, cell in enumerate(row) if isinstance(cell, str))
        yield [_text(cell) for cell in row] + [""] * (width - len(row))
    if errors:
        message = ngettext(
            "{path}: {count} cell holds an error (#N/A and the like), read as NULL",
            "{path}: {count} cells hold errors (#N/A and the like), read as NULL",
            errors,
        )
        notes.append(message.format(path=path, count=errors))


def _value(cell: Any) -> Any:
    """Return the value of a cell, None where it is empty, a text without escapes."""
    if cell.data_type == "e":
        return _ERROR
    if not isinstance(cell.value, str):
        return cell.value
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), cell.value) or None


def _text(cell: Any) -> str:
    if cell is None or cell is _ERROR:
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
        with warnings.catch_warnings():
            # What it cannot keep (validation, charts) is nothing to us.
            warnings.simplefilter("ignore")
            book = _open_book(path)
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


def _open_book(path: str) -> Any:
    """Return a workbook whose texts are as they are written, with their escapes."""
    # Late: it takes a tenth of a second.
    from openpyxl.cell.text import Text
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    class Reader(ExcelReader):
        def read_strings(self) -> None:
            # Its own way drops the sign of an escaped escape, which then looks like an escape.
            part = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
            if part is not None:
                with self.archive.open(part.PartName[1:]) as file:
                    for _event, node in iterparse(file):
                        if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                            self.shared_strings.append(Text.from_tree(node).content)  # type: ignore[union-attr]
                            node.clear()

    reader = Reader(path, read_only=True, data_only=True)
    reader.read()
    return reader.wb


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
    for number, cells in enumerate(sheet.iter_rows()):
        if number >= _ROWS:
            raise UsageError(_("the sheet of {path} is too large").format(path=path))
        row = [_value(cell) for cell in cells]
        while row and row[-1] is None:
            row.pop()
        if row:
            yield row


def _fail(message: str) -> NoReturn:
    raise UsageError(message)
