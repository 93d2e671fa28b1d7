"""What csv and tsv share: rows streamed through Python's csv writer."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any, TextIO

from ipcli.model import Result
from ipcli.output.formats import Options
from ipcli.output.printed import pour
from ipcli.output.sources import with_source
from ipcli.output.values import text


class _LineFeeds:
    r"""Ends lines with "\n" for a csv writer that believes in "\r\n".

    Before Python 3.13 the writer leaves a carriage return inside a value unquoted unless its own line
    terminator has one, and such a file cannot be read back.
    """

    def __init__(self, out: TextIO) -> None:
        self._write = out.write

    def write(self, line: str) -> int:
        return self._write(line[:-2] + "\n")


# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(result: Result, out: TextIO, options: Options, delimiter: str) -> int:
    """Write `result` with minimal quoting; returns the number of rows.

    What the database has printed is written as it is. For Excel and WPS: a byte order mark, which tells
    them that it is UTF-8, lines that end in CR LF, and an apostrophe before texts that would be formulas.
    """
    columns, rows = result.columns, result.rows
    if options.with_source:
        columns, rows = with_source(result, options.lang)
    stream: Any = _LineFeeds(out)
    if options.excel:
        out.write("\ufeff")
        stream = out
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    if options.header:
        names = [column.name for column in columns]
        writer.writerow(map(_harmless, names) if options.excel else names)
    if result.printed is not None:
        pour(result.printed.chunks, out)
        return result.printed.count
    count = 0

    def fields() -> Iterator[list[str]]:
        nonlocal count
        null = options.null
        for row in rows:
            count += 1
            if options.excel:
                yield [_harmless(value) if type(value) is str else text(value, null) for value in row]
                continue
            # Most values are text already: spare them the call.
            yield [value if type(value) is str else text(value, null) for value in row]

    writer.writerows(fields())
    return count


def _harmless(value: str) -> str:
    return "'" + value if value.startswith(_FORMULA) else value
