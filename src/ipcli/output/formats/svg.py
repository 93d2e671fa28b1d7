"""A picture of the table, as SVG: for slides and pages. Needs no font but what the viewer has."""

from __future__ import annotations

from typing import TextIO

from ipcli.model import Result, Text
from ipcli.output.formats import Options
from ipcli.output.page import build

ABOUT = Text("表格的图片", "a picture of the table")
EXTENSIONS = (".svg",)
BINARY = False
PLAIN = False

_WIDTH = 120


def write(result: Result, out: TextIO, options: Options) -> int:
    """Gather `result` and draw it 120 cells wide, or as wide as COLUMNS says; returns the number of rows."""
    from ipcli.output.svg import picture

    page = build(result, options)
    title = result.title.get(options.lang) or "ipcli"
    out.write(
        picture(
            page,
            title,
            header=options.header,
            vertical=options.vertical,
            null=options.null or "—",
            width=options.width or _WIDTH,
        )
    )
    return len(page.rows)
