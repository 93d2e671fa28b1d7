"""JSON: one array, one object a line, characters as they are; `[]` for no rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TextIO

from ipcli.model import Result, Text
from ipcli.output.formats import Options
from ipcli.output.objects import objects
from ipcli.output.printed import pour

ABOUT = Text(
    "一个数组，每条记录一行；数字是数字，没有记录时为 []",
    "one array, an object a line; numbers are numbers, [] for no rows",
)
EXTENSIONS = (".json",)
BINARY = False
PLAIN = True


def write(result: Result, out: TextIO, options: Options) -> int:
    """Stream `result` to `out` as a JSON array; returns the number of rows."""
    if result.printed is not None:
        pour(_array(result.printed.chunks), out)
        return result.printed.count
    count = 0
    for line in objects(result, options):
        out.write(("[\n  " if not count else ",\n  ") + line)
        count += 1
    out.write("\n]\n" if count else "[]\n")
    return count


def _array(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of JSON as an array; there is at least one."""
    before = b"[\n  "
    for chunk in chunks:
        yield before
        before = b",\n  " if chunk.endswith(b"\n") else b""
        yield chunk.removesuffix(b"\n").replace(b"\n", b",\n  ")
    yield b"\n]\n"
