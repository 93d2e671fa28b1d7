"""What is released says the same everywhere: versions, licences, changelogs."""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path

from ipcli import __version__

ROOT = Path(__file__).parent.parent
HEADING = re.compile(r"^## \[?([0-9][^\s\]]*)\]?(?: - (\d{4}-\d\d-\d\d))?$", re.MULTILINE)


def test_the_changelogs_begin_with_what_is_released() -> None:
    programs = HEADING.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert programs[0][0] == __version__
    with (ROOT / "data" / "tables" / "release.csv").open(encoding="utf-8", newline="") as file:
        (release,) = csv.DictReader(file)
    data = HEADING.findall((ROOT / "data" / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert data[0] == (release["release"], release["released_on"])


def test_the_citation_names_what_is_released() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    with (ROOT / "data" / "tables" / "release.csv").open(encoding="utf-8", newline="") as file:
        (release,) = csv.DictReader(file)
    assert re.findall('version: "(.*)"', citation) == [__version__, release["release"]]
    assert re.findall('date-released: "(.*)"', citation) == [release["released_on"]]
    assert f"year: {release['released_on'][:4]}\n" in citation


def test_the_version_stands_in_one_place_that_people_edit() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" not in project and "version" in project["dynamic"]


def test_licences_are_where_the_metadata_say() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    code, data = ((ROOT / name).read_text(encoding="utf-8") for name in project["license-files"])
    assert project["license"] == "MIT AND CC-BY-4.0"
    assert code.startswith("MIT License")
    assert "https://creativecommons.org/licenses/by/4.0/" in data and "facts are facts" in data
