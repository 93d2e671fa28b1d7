"""Files that people bring along (`--with name=FILE`): checked, decoded, and handed to the library under a safe name.

What the library is told to read is always a link or a copy in a private folder that goes away: no name of a
user's file is ever part of a statement or taken for a pattern.
"""

from __future__ import annotations

import codecs
import mmap
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, NoReturn

from ipcli.db.csvfiles import TextFile, survey
from ipcli.errors import UsageError
from ipcli.i18n import _, why

# Extension -> how the library reads it. What text and workbooks hold tells how.
_READERS = {
    ".csv": "",
    ".tsv": "",
    ".tab": "",
    ".txt": "",
    ".parquet": "read_parquet($path)",
    ".json": "read_json($path)",
    ".jsonl": "read_json($path, format = 'newline_delimited')",
    ".ndjson": "read_json($path, format = 'newline_delimited')",
    ".xlsx": "",
}
_TEXTS = (".csv", ".tsv", ".tab", ".txt")
_JSON = (".json", ".jsonl", ".ndjson")
_CHUNK = 1 << 20
# The library follows deeper JSON until its stack is used up, and the process dies.
_DEEPEST = 128
_BRACKET = re.compile(rb'[^"\[\]{}]*+(?:"(?:[^"\\]++|\\.)*+"[^"\[\]{}]*+)*+([\[\]{}])', re.DOTALL)


class UserTable(NamedTuple):
    """A table to load: `SELECT * FROM source` with `path` bound; `shown` is what messages call the file.

    `encoding` is what the file was decoded from, None if nothing was done to it. `text` stands in for the
    source of CSV and its like.
    """

    name: str
    source: str
    path: str
    shown: str
    encoding: str | None = None
    text: TextFile | None = None


@contextmanager
def opened(
    specs: Iterable[str], *, not_this: str | os.PathLike[str] | None = None
) -> Iterator[list[UserTable]]:
    """The tables of `name=path` specs, readable until the context ends. UsageError names what is wrong.

    `not_this` is the open database, which is not read as a file.
    """
    specs = list(specs)
    if not specs:
        yield []
        return
    folder = tempfile.mkdtemp(prefix="ipcli-")
    try:
        tables: list[UserTable] = []
        for number, spec in enumerate(specs):
            table = _prepared(spec, os.path.join(folder, str(number)), not_this)
            if table.name.casefold() in (other.name.casefold() for other in tables):
                _fail(_("--with {name} is given twice").format(name=table.name))
            tables.append(table)
        yield tables
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepared(spec: str, target: str, not_this: str | os.PathLike[str] | None) -> UserTable:
    name, equals, path = spec.partition("=")
    name = name.strip()
    if not equals or not path:
        _fail(
            _("--with must read NAME=FILE, as in --with mine=clients.csv, not {spec}").format(spec=spec),
        )
    if not name.isidentifier():
        _fail(
            _("a name of --with has letters, digits and underscores only, not {name}").format(name=name),
        )
    path, sheet = _sheet(path)
    extension = os.path.splitext(path)[1].lower()
    if extension not in _READERS:
        listed = " ".join(_READERS)
        _fail(_("--with cannot read {path}; it reads {listed}").format(path=path, listed=listed))
    _must_be_a_file(path, not_this)
    target += extension
    source, encoding, text = _READERS[extension], None, None
    try:
        if extension == ".xlsx":
            target, source = _workbook(path, sheet, target + ".csv")
        else:
            encoding = _encoding(path) if extension in _TEXTS else None
            if extension in _JSON:
                _must_be_flat(path)
            if encoding:
                _transcode(path, encoding, target)
            else:
                _link(path, target)
            if extension in (".tsv", ".tab"):
                text = survey(target, path, ("\t",))
            elif extension in _TEXTS:
                text = survey(target, path)
    except OSError as error:
        _fail(_("--with cannot read {path}: {reason}").format(path=path, reason=why(error)))
    return UserTable(name, source, target, path, encoding, text)


def _sheet(path: str) -> tuple[str, str | None]:
    """`book.xlsx#Sheet` as path and sheet; a `#` in the name of a file that exists belongs to the name."""
    match = re.fullmatch(r"(.*\.xlsx)#(.+)", path, re.IGNORECASE | re.DOTALL)
    if match and not os.path.exists(path):
        return match[1], match[2]
    return path, None


def _must_be_a_file(path: str, not_this: str | os.PathLike[str] | None) -> None:
    """Links are followed, for the user named them; what is no regular file in the end is refused."""
    try:
        found = os.stat(path)
        if not_this is not None and os.path.samestat(found, os.stat(not_this)):
            _fail(_("{path} is the database that is open").format(path=path))
    except (OSError, ValueError) as error:
        reason = why(error)
        _fail(_("--with cannot read {path}: {reason}").format(path=path, reason=reason))
    if not stat.S_ISREG(found.st_mode):
        _fail(_("--with: {path} is no regular file").format(path=path))
    if not found.st_size:
        _fail(_("--with: {path} is empty").format(path=path))


def _link(path: str, target: str) -> None:
    """Make the file readable under a name of ours; where links are not allowed, as a copy."""
    with open(path, "rb"):
        pass
    try:
        os.symlink(os.path.abspath(path), target)
    except OSError:
        shutil.copyfile(path, target)


def _must_be_flat(path: str) -> None:
    """Refuse JSON that nests deeper than the library can follow."""
    depth = place = 0
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        # Not finditer: what follows the last bracket would be looked at from every place in it.
        while match := _BRACKET.match(content, place):
            place = match.end()
            depth += 1 if match[1] in b"[{" else -1
            if depth > _DEEPEST:
                _fail(_("--with: {path} nests too deeply").format(path=path))


def _encoding(path: str) -> str | None:
    """What a text file is to be decoded from; None for UTF-8, with or without a mark. UsageError if unknown."""
    with open(path, "rb") as file:
        head = file.read(4096)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        guesses = ["utf-16"]
    elif b"\0" in head:
        # Text without a mark: the zero bytes of its ASCII characters tell the order.
        guesses = ["utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"]
    else:
        guesses = ["utf-8", "gb18030"]
    for guess in guesses:
        if _decodes(path, guess):
            return None if guess == "utf-8" else guess
    _fail(
        _("{path} is no text in UTF-8, GB18030 or UTF-16: save it as UTF-8").format(path=path),
    )


def _decodes(path: str, encoding: str) -> bool:
    """Whether the whole file is text in this encoding; no text has NUL characters."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with open(path, "rb") as file:
            while chunk := file.read(_CHUNK):
                if "\0" in decoder.decode(chunk):
                    return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _transcode(path: str, encoding: str, target: str) -> None:
    with (
        open(path, encoding=encoding, newline="") as source,
        open(target, "w", encoding="utf-8", newline="") as out,
    ):
        shutil.copyfileobj(source, out, _CHUNK)


def _workbook(path: str, sheet: str | None, target: str) -> tuple[str, str]:
    """A sheet of a workbook as a CSV file of ours, and how the library is to read that."""
    # Late: most people bring CSV.
    from ipcli.db import workbooks

    columns = ", ".join(
        f"{_literal(column.name)}: '{column.type}'" for column in workbooks.convert(path, sheet, target)
    )
    reader = (
        "read_csv($path, header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"',"
        " nullstr = '', allow_quoted_nulls = true, columns = {" + columns + "})"
    )
    return target, reader


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _fail(message: str) -> NoReturn:
    raise UsageError(message)
