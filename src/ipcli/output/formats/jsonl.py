"""JSON Lines: one JSON object a row and line; nothing at all for no rows."""

from __future__ import annotations

from typing import TextIO

from ipcli.model import Result, Text
from ipcli.output.formats import Options
from ipcli.output.objects import objects
from ipcli.output.printed import pour

ABOUT = Text("每行一个 JSON 对象", "one JSON object a line")
EXTENSIONS = (".jsonl", ".ndjson")
BINARY = False
PLAIN = True


def write(result: Result, out: TextIO, options: Options) -> int:
    """Stream `result` to `out` as JSON Lines; returns the number of rows."""
    if result.printed is not None:
        pour(result.printed.chunks, out)
        return result.printed.count
    count = 0
    for line in objects(result, options):
        out.write(line + "\n")
        count += 1
    return count
