"""What the pages point to is there, and their marks are read as marks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from pages import BESIDE, PAGES, READMES, ROOT

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
OUTSIDE = [*READMES, *BESIDE]


@pytest.mark.parametrize("page", OUTSIDE, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_of_the_pages_outside_the_site_lead_somewhere(page: Path) -> None:
    """Those of the site are checked by its build."""
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_navigation_names_every_page() -> None:
    named = re.findall(r": ([\w/.-]+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(page.relative_to(ROOT / "docs").as_posix() for page in PAGES)


def test_files_that_pages_name_are_there() -> None:
    for page in [*PAGES, *OUTSIDE]:
        for path in re.findall(
            r"`((?:benchmarks|data|docs|sql|src|tests)/[\w./-]+)`", page.read_text(encoding="utf-8")
        ):
            # `ipcli build` makes them of the folder's own tables; NAME stands for any.
            assert (ROOT / path).exists() or "NAME" in path, (page.name, path)


def test_no_mark_of_bold_is_left_in_the_text() -> None:
    """`**查。**名称` does not close: a closing mark between a full stop and a letter is none."""
    markdown = MarkdownIt().enable("table")
    left = [
        (page.relative_to(ROOT).as_posix(), part.content)
        for page in [*PAGES, *OUTSIDE]
        for token in markdown.parse(page.read_text(encoding="utf-8"))
        for part in token.children or ()
        if part.type == "text" and "**" in part.content
    ]
    assert left == []
