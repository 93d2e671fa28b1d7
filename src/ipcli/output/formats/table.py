"""The table for people; a terminal too narrow for it gets records."""

from __future__ import annotations

from typing import TextIO

from ipcli.model import Result, Text
from ipcli.output.formats import Options
from ipcli.output.page import build

ABOUT = Text("给人看的表格；终端上的默认格式", "a table for people; the default on a terminal")
EXTENSIONS = (".txt",)
BINARY = False
PLAIN = False


def write(result: Result, out: TextIO, options: Options) -> int:
    """Gather `result` and draw it on `out`; returns the number of rows."""
    # Late: naming the format (by its extension, in help) must not cost Rich.
    from ipcli.output.table import draw

    page = build(result, options)
    draw(page, out, options)
    return len(page.rows)
