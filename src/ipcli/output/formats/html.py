"""HTML: one file that needs nothing else, sorts by a click, fits a phone, prints; with the sources underneath."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TextIO

from ipcli import __version__
from ipcli.model import Result, Text
from ipcli.output.cells import FIGURE, width_of
from ipcli.output.formats import Options
from ipcli.output.page import Field, build
from ipcli.output.stream import clean

ABOUT = Text(
    "一个独立的网页，可点列头排序，附来源",
    "one page that needs nothing else, sorts by a click, with the sources",
)
EXTENSIONS = (".html", ".htm")
BINARY = False
PLAIN = False

_TEMPLATES = Path(__file__).parent.parent / "templates"
# Columns whose cells take so few cells of a terminal are not broken; tables of more columns than that are set tighter.
_SHORT, _MANY = 12, 10


def write(result: Result, out: TextIO, options: Options) -> int:
    """Gather `result` and write it as one page; returns the number of rows."""
    # Late: no other format needs it.
    from jinja2 import Environment, FileSystemLoader
    from markupsafe import Markup

    def figures(text: str) -> Markup:
        """Return a text whose figures stay together with their units."""
        kept = Markup('<span class="whole">{}</span>').format
        parts = re.split(f"({FIGURE})", text)
        return Markup("").join(kept(part) if place % 2 else part for place, part in enumerate(parts))

    page = build(result, options).rewrite_texts(clean)
    columns = zip(page.fields, *page.rows, strict=True)
    page = page._replace(fields=tuple(_keep_whole(field, cells) for field, *cells in columns))
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, keep_trailing_newline=True
    )
    environment.filters["figures"] = figures
    parts = environment.get_template("page.html").generate(
        page=page,
        title=clean(result.title.get(options.lang) or "ipcli"),
        lang=options.lang,
        header=options.header,
        null=clean(options.null) or "-",
        many=len(page.fields) > _MANY,
        version=__version__,
    )
    out.writelines(parts)
    return len(page.rows)


def _keep_whole(field: Field, cells: list[str | None]) -> Field:
    """Return the field; where all its cells are short, none of them breaks."""
    short = all(cell is None or ("\n" not in cell and width_of(cell) <= _SHORT) for cell in cells)
    return field._replace(whole=True) if short else field
