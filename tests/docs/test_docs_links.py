"""What the pages point to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import PAGES, READMES, ROOT

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
BESIDE = [*READMES, ROOT / "CONTRIBUTING.md"]


@pytest.mark.parametrize("page", BESIDE, ids=lambda page: page.name)
def test_links_of_the_pages_outside_the_site_lead_somewhere(page: Path) -> None:
    """Those of the site are checked by its build."""
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_navigation_names_every_page() -> None:
    named = re.findall(r": ([\w/.-]+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(page.relative_to(ROOT / "docs").as_posix() for page in PAGES)


def test_files_that_pages_name_are_there() -> None:
    for page in [*PAGES, *BESIDE]:
        for path in re.findall(r"`((?:data|sql|src|tests)/[\w./-]+)`", page.read_text(encoding="utf-8")):
            # `ipcli build` makes them of the folder's own tables; NAME stands for any.
            assert (ROOT / path).exists() or "NAME" in path, (page.name, path)
