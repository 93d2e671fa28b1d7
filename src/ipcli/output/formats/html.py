"""HTML: one file that needs nothing else, with the sources underneath."""

from __future__ import annotations

from typing import TextIO

from ipcli.model import Result, Text
from ipcli.output.formats import Options
from ipcli.output.page import build

ABOUT = Text(
    "一个独立的网页，可点列头排序，附来源",
    "one page that needs nothing else, sorts by a click, with the sources",
)
EXTENSIONS = (".html", ".htm")
BINARY = False
PLAIN = False


def write(result: Result, out: TextIO, options: Options) -> int:
    """Gather `result` and write it as one page; returns the number of rows."""
    # Late: naming the format must not cost Rich.
    from ipcli.output.html import lines

    page = build(result, options, urls=True)
    title = result.title.get(options.lang) or "ipcli"
    for line in lines(page, title, lang=options.lang, header=options.header, null=options.null or "—"):
        out.write(line + "\n")
    return len(page.rows)
