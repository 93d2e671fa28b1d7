"""What lookups of the shipped data look like on screens of all widths: notes, sources, signs, lines."""

from __future__ import annotations

import io
import re
from functools import cache
from typing import Any

import pytest
from rich.cells import cell_len

from ipcli import api, paths
from ipcli.output.formats import Options
from ipcli.output.formats.table import draw
from ipcli.output.page import Page, build
from ipcli.query import catalog

LOOKUPS = sorted(path.stem for path in paths.queries().glob("*.sql"))
# Two cells wide in many Chinese terminals, one in others.
AMBIGUOUS = "—·°≥≤≈×…–─█→"


@cache
def opened() -> api.Data:
    return api.open()


@cache
def page(name: str, lang: str = "zh", **given: Any) -> Page:
    query = catalog.read(paths.queries() / f"{name}.sql")
    request = api.Request.make(query, dict(given), api.Shape(lang=lang, plain=False))
    return build(opened().lookup(request), Options(lang=lang))


def drawn(what: Page, **options: Any) -> str:
    out = io.StringIO()
    draw(what, out, Options(**options))
    return out.getvalue()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", LOOKUPS)
def test_a_wider_window_takes_no_more_lines(name: str, lang: str) -> None:
    if name in ("series", "find"):
        pytest.skip("needs a name")
    what = page(name, lang)
    what = what._replace(rows=what.rows[:60])
    heights = [len(drawn(what, width=width, lang=lang).splitlines()) for width in range(80, 161, 4)]
    assert heights == sorted(heights, reverse=True)
