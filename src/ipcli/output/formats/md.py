"""Markdown: a table as GitHub reads it, the sources as a list underneath."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO

from ipcli.model import Result, Text
from ipcli.output.cells import width_of
from ipcli.output.formats import Options
from ipcli.output.page import Page, build
from ipcli.output.stream import clean

ABOUT = Text("Markdown 表格，来源列于表下", "a Markdown table, the sources underneath")
EXTENSIONS = (".md", ".markdown")
BINARY = False
PLAIN = False

# What Markdown would take for markup of its own.
_LINK = re.compile(r"(?<!\w)(https?://[^\s<>\\]+)")
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|~#])")


def write(result: Result, out: TextIO, options: Options) -> int:
    """Write `result` as a table; returns the number of rows."""
    page = build(result, options)
    for line in _lines(page, header=options.header, null=options.null or "-"):
        out.write(line + "\n")
    return len(page.rows)


def _lines(page: Page, *, header: bool, null: str) -> Iterator[str]:
    for label, text in page.lead:
        yield f"- **{_escape(label)}** {_escape(text)}" + "\n" * ((label, text) == page.lead[-1])
    # A table of GitHub's has a heading, be it empty.
    heads = [_escape(field.heading) if header else "" for field in page.fields]
    rows = [[null if cell is None else _escape(cell) for cell in row] for row in page.rows]
    sizes = [max(3, *map(width_of, column)) for column in zip(heads, *rows, strict=True)]
    rights = [field.right for field in page.fields]
    rules = ["-" * (size - right) + ":" * right for size, right in zip(sizes, rights, strict=True)]
    for cells in (heads, rules, *rows):
        blanks = [" " * (size - width_of(cell)) for size, cell in zip(sizes, cells, strict=True)]
        padded = (
            blank + c if right else c + blank for c, blank, right in zip(cells, blanks, rights, strict=True)
        )
        yield f"| {' | '.join(padded)} |"
    for mark, text in page.remarks:
        yield f"\n{mark} {_escape(text)}"
    yield f"\n{_escape('  '.join(page.footer()))}"
    if page.sources:
        yield f"\n**{page.sources_title}**\n"
    for entry in page.sources:
        link = f" {escape_text(entry.url)}" if entry.url else ""
        yield f"- {_escape(entry.line())}{link}"
    for legend in page.legend:
        yield f"\n{_escape(legend)}"


def escape_text(text: str) -> str:
    """Return a text as Markdown that reads the same, line by line; only addresses of http and https in it are links."""
    parts = _LINK.split(clean(text))
    return "".join(
        f"<{part}>" if place % 2 else _MARKUP.sub(r"\\\1", part) for place, part in enumerate(parts)
    )


def _escape(text: str) -> str:
    return "<br>".join(_MARKUP.sub(r"\\\1", clean(line)) for line in text.splitlines()) or " "
