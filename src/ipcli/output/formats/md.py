"""Markdown: a table as GitHub reads it, the sources as a list underneath."""

from __future__ import annotations

from typing import TextIO

from ipcli.model import Result, Text
from ipcli.output.formats import Options
from ipcli.output.page import build

ABOUT = Text("Markdown 表格，来源列于表下", "a Markdown table, the sources underneath")
EXTENSIONS = (".md", ".markdown")
BINARY = False
PLAIN = False


def write(result: Result, out: TextIO, options: Options) -> int:
    """Write `result` as a table; returns the number of rows. Memory stays bounded: rows are read twice."""
    # Late: naming the format must not cost Rich.
    from ipcli.output.markdown import lines

    page = build(result, options, urls=True, long=True)
    for line in lines(page, header=options.header, null=options.null or "—"):
        out.write(line + "\n")
    return len(page.rows)
