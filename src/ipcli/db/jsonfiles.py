"""Read JSON as people bring it along: strictly, to the last record, and typed by all records.

The library would take what is cut off for the whole, guess dates and times from texts, and know no key that its sample
has not. So Python's reader takes the records apart, and the library reads what has been found sound, a record a line.
"""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Iterator
from typing import Any, NoReturn, TextIO

from ipcli.db import MEMORY, Watch, quote_name, quote_text
from ipcli.errors import LimitReached, UsageError
from ipcli.i18n import _

# The library follows deeper JSON until its stack is used up, and the process dies.
_DEEPEST = 128
_BRACKET = re.compile(rb'[^"\[\]{}]*+(?:"(?:[^"\\]++|\\.)*+"[^"\[\]{}]*+)*+([\[\]{}])', re.DOTALL)
# Characters that are read at once, at first: for a record that is longer, twice as many.
_CHUNK = 1 << 20
# Bytes of a record that the library makes room for, at least.
_ROOM = 1 << 24
_BLANK = re.compile(r"[ \t\r\n]*")
# Numbers of fewer digits are surely BIGINT.
_DIGITS = 19


class _Records:
    """The records of a file: the items of an array, or values in lines of their own."""

    def __init__(self, file: TextIO, shown: str, lines: bool) -> None:
        """Begin; with `lines` an array is a record like any other."""
        self._file, self._shown, self._lines = file, shown, lines
        self._text, self._place, self._line = "", 0, 1
        self._decode = json.JSONDecoder(parse_int=self._measure, parse_constant=self._refuse).raw_decode
        # The types of whole numbers, and of others: where the usual ones would not keep all digits, others.
        self.types = {"UBIGINT": "BIGINT", "BIGINT": "BIGINT", "HUGEINT": "HUGEINT", "DOUBLE": "DOUBLE"}

    def __iter__(self) -> Iterator[str]:
        """Yield the text of each record. UsageError names the line of what is no JSON."""
        char = self._next()
        if not char:
            raise UsageError(_("--with: {path} is empty").format(path=self._shown))
        array = char == "[" and not self._lines
        if array:
            self._place += 1
            char = self._next()
        while char and not (array and char == "]"):
            yield self._read()
            line, char = self._line, self._next()
            if array and char == ",":
                self._place += 1
                char = self._next()
                if char in ("", "]"):
                    self._fail()
            # Values that are no items of an array stand in lines of their own.
            elif char and (char != "]" if array else self._line == line):
                self._fail()
        if array:
            self._place += len(char)
            if not char or self._next():
                self._fail()

    def _next(self) -> str:
        """Go to the next character that is not blank, and return it, "" at the end."""
        while True:
            self._go_to(_BLANK.match(self._text, self._place).end())  # type: ignore[union-attr]
            if self._place < len(self._text) or not self._more():
                return self._text[self._place : self._place + 1]

    def _read(self) -> str:
        """Return the text of the value that begins here, and go to its end."""
        while True:
            try:
                end = self._decode(self._text, self._place)[1]
            except RecursionError:
                raise UsageError(_("--with: {path} nests too deeply").format(path=self._shown)) from None
            except ValueError:
                end = 0
            # A number at the end may go on.
            if 0 < end < len(self._text) or not self._more():
                break
        if not end:
            self._fail()
        text = self._text[self._place : end]
        self._go_to(end)
        return text

    def _go_to(self, place: int) -> None:
        self._line += self._text.count("\n", self._place, place)
        self._place = place

    def _more(self) -> bool:
        """Read on, and return whether there is more."""
        rest = self._text[self._place :]
        chunk = self._file.read(max(_CHUNK, len(rest)))
        self._text, self._place = rest + chunk, 0
        return bool(chunk)

    def _measure(self, digits: str) -> None:
        if len(digits) >= _DIGITS:
            fits = len(digits) <= _DIGITS + 1
            if not fits or not -(2**63) <= int(digits) < 2**63:
                self.types["UBIGINT"] = self.types["BIGINT"] = "HUGEINT"
            if not fits or not -(2**63) <= int(digits) < 2**64:
                self.types["DOUBLE"] = "JSON"

    def _refuse(self, name: str) -> NoReturn:
        raise ValueError(name)

    def _fail(self) -> NoReturn:
        found = ""
        try:
            self._decode(self._text, self._place)
        except json.JSONDecodeError as error:
            ended = error.msg.startswith("Unterminated")
            self._go_to(len(self._text) if ended else max(error.pos, self._place))
        except ValueError as error:
            found = str(error)
        found = found or self._text[self._place : self._place + 20].partition("\n")[0]
        message = (
            _("{shown}, line {line}: no JSON at {found}") if found else _("{shown}, line {line}: cut off")
        )
        raise UsageError(message.format(shown=self._shown, line=self._line, found=found))


def copy(path: str, encoding: str, lines: bool, target: str) -> tuple[str, int]:
    """Write the records of a file to `target`; return how the library reads it ($path), and the number of its rows.

    With `lines` each line of the file is a record. UsageError names the line of what is no JSON.
    """
    count = longest = 0
    with open(path, encoding=encoding, newline="") as file, open(target, "w", encoding="utf-8") as out:
        records = _Records(file, path, lines)
        for record in records:
            count += 1
            longest = max(longest, len(record))
            # Between the parts of a value line ends are blanks, and within them there are none.
            out.write(record.replace("\r", " ").replace("\n", " ") + "\n")
    _refuse_depth(path, target)
    structure: Any = _read_structure(path, target) if count else "JSON"
    separate = isinstance(structure, dict) and _names_columns(structure)
    parts: dict[str, Any] = structure if separate else {"json": structure}
    columns = {name: _type(part, records.types) for name, part in parts.items()}
    listed = ", ".join(f"{quote_text(name)}: {quote_text(kind)}" for name, kind in columns.items())
    options = f"records = {str(separate).lower()}, maximum_object_size = {max(_ROOM, 4 * longest + 16)}"
    return f"read_json($path, format = 'newline_delimited', columns = {{{listed}}}, {options})", count


def _read_structure(path: str, target: str) -> Any:
    """Return what all records of `target` look like, as the library tells it. UsageError if it cannot read one."""
    # Late: it loads the library.
    from ipcli.db.hints import duckdb, shorten_message

    sql = "SELECT json_group_structure(json) FROM read_json_objects($path, format = 'newline_delimited')"
    with duckdb.connect(":memory:", config={"memory_limit": MEMORY, "threads": 2}) as connection:
        try:
            with Watch(connection.interrupt):
                ((structure,),) = connection.execute(sql, {"path": target}).fetchall()
        except duckdb.OutOfMemoryException as error:
            raise LimitReached(_("out of memory: {path}").format(path=path)) from error
        except duckdb.Error as error:
            text = shorten_message(str(error)).replace(target, path)
            raise UsageError(_("--with cannot read {shown}: {text}").format(shown=path, text=text)) from error
    return json.loads(structure)


def _names_columns(structure: Any) -> bool:
    """Return whether the library can have the keys of records as names."""
    names = {name.casefold() for name in structure}
    return len(names) == len(structure) and not any(not name or "\0" in name for name in names)


def _type(structure: Any, numbers: dict[str, str]) -> str:
    """Return a type of the library for what a value looks like: texts stay texts, whatever is in them."""
    if isinstance(structure, list):
        return f"{_type(structure[0], numbers)}[]"
    if not isinstance(structure, dict):
        return {**numbers, "BOOLEAN": "BOOLEAN", "VARCHAR": "VARCHAR"}.get(structure, "JSON")
    if not _names_columns(structure):
        return "JSON"
    parts = (f"{quote_name(name)} {_type(part, numbers)}" for name, part in structure.items())
    return f"STRUCT({', '.join(parts)})"


def _refuse_depth(path: str, target: str) -> None:
    """Refuse JSON that nests deeper than the library can follow."""
    depth = place = 0
    with open(target, "rb") as file:
        if not file.seek(0, 2):
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            # Not finditer: what follows the last bracket would be looked at from every place in it.
            while match := _BRACKET.match(content, place):
                place = match.end()
                depth += 1 if match[1] in b"[{" else -1
                if depth > _DEEPEST:
                    raise UsageError(_("--with: {path} nests too deeply").format(path=path))
