"""JSON: one array, one object a line, characters as they are; `[]` for no rows."""

from __future__ import annotations

from typing import TextIO

from ipcli.formats import Options
from ipcli.formats._objects import objects
from ipcli.model import Result, Text

ABOUT = Text(
    "一个数组，每条记录一行；数字是数字，没有记录时为 []",
    "one array, an object a line; numbers are numbers, [] for no rows",
)
EXTENSIONS = (".json",)
BINARY = False
PLAIN = True


def write(result: Result, out: TextIO, options: Options) -> int:
    """Stream `result` to `out` as a JSON array; returns the number of rows."""
    count = 0
    for line in objects(result, options):
        out.write(("[\n  " if not count else ",\n  ") + line)
        count += 1
    out.write("\n]\n" if count else "[]\n")
    return count
