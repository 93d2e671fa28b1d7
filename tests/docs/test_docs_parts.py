"""The generated parts of the pages are what the program says. UPDATE_DOCS=1 writes them anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import PAGES, PART, held, with_parts
from parts import PARTS

from conftest import some

WITH_PARTS = [page for page in PAGES if PART.search(page.read_text(encoding="utf-8"))]


# The views ask for the most frequent values of each column.
QUICK = [page for page in WITH_PARTS if page.stem != "views"]
SLOW = [page for page in WITH_PARTS if page not in QUICK]


@pytest.mark.parametrize("page", some([*QUICK, *SLOW], len(QUICK), ids=lambda page: page.stem))
def test_generated_parts_are_what_the_program_says(page: Path) -> None:
    held(page, with_parts(page, PARTS))


def test_every_part_has_its_place() -> None:
    found = [name for page in WITH_PARTS for _, name, _ in PART.findall(page.read_text(encoding="utf-8"))]
    assert sorted(found) == sorted(PARTS)
