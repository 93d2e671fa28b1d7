"""The shipped tables as text, and where the source texts are when they are at hand."""

from __future__ import annotations

import csv
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TABLES = ROOT / "data" / "tables"
SOURCES = ROOT.parent / "shared" / "source"


def rows(table: str) -> list[dict[str, str]]:
    """A table as it stands in its CSV file."""
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
