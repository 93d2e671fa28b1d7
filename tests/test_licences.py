"""The licences of what is installed with the program, as docs/reference/licences.md lists them."""

from __future__ import annotations

import os
import re
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "licences.md"
# Licences that let the program be used and passed on as its own (MIT) does, under the names that packages give them.
KNOWN = {
    "MIT": "MIT",
    "MIT License": "MIT",
    "BSD License": "BSD",
    "BSD-3-Clause": "BSD",
    "BSD-2-Clause": "BSD",
    "Apache Software License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache-2.0": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "PSF-2.0": "PSF-2.0",
}


def require(name: str, found: dict[str, Distribution]) -> dict[str, Distribution]:
    """Return a distribution and all it requires here, by name; not what is for other systems or for extras."""
    here = distribution(name)
    key = re.sub(r"[-_.]+", "-", here.metadata["Name"]).lower()
    if key not in found:
        found[key] = here
        for requirement in map(Requirement, here.requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                require(requirement.name, found)
    return found


def read_licence(what: Distribution) -> str:
    """Return the licence that a distribution states: as an expression, in a classifier, or in words."""
    data = what.metadata
    stated = [
        data.get("License-Expression"),
        *(
            line.rsplit(" :: ", 1)[-1]
            for line in data.get_all("Classifier") or ()
            if line.startswith("License :: OSI Approved :: ")
        ),
        data.get("License"),
    ]
    return next((KNOWN[name] for name in stated if name in KNOWN), f"unknown: {stated}")


def list_licences() -> dict[str, str]:
    """Return name -> licence of everything that `pip install` brings along."""
    found = require("ipcli", {})
    found.pop("ipcli")
    return {name: read_licence(what) for name, what in sorted(found.items())}


def test_every_dependency_is_listed_with_its_licence() -> None:
    """`UPDATE_LICENCES=1` writes the table anew."""
    here = list_licences()
    assert not [entry for entry in here.items() if entry[1].startswith("unknown")]
    text = PAGE.read_text(encoding="utf-8")
    known = dict(
        re.findall(r"^\| ([a-z0-9-]+) \| ([A-Za-z0-9.-]+) \|$", text.split("|---|", 1)[-1], re.MULTILINE)
    )
    if os.environ.get("UPDATE_LICENCES"):
        head = text.split("| package |", 1)[0]
        rows = "".join(f"| {name} | {stated} |\n" for name, stated in sorted((known | here).items()))
        PAGE.write_text(f"{head}| package | licence |\n|---|---|\n{rows}", encoding="utf-8")
        pytest.skip("written")
    # Other versions and systems may need fewer packages.
    assert here.items() <= known.items()
