"""What the page on the data says of its documents is what the tables hold."""

from __future__ import annotations

import csv
import re
from collections import Counter

from pages import ROOT

PAGE = (ROOT / "docs" / "explanation" / "data.md").read_text(encoding="utf-8")


def sources() -> list[dict[str, str]]:
    with (ROOT / "data" / "tables" / "source.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_documents_are_counted_by_grade() -> None:
    said = re.findall(r"^\| ([ABC]) \| .+ \| (\d+) \|$", PAGE, re.MULTILINE)
    assert {grade: int(count) for grade, count in said} == Counter(row["grade"] for row in sources())


def test_each_document_of_grade_b_without_an_address_is_explained() -> None:
    assert set(re.findall(r"`(SRC-\d+)`", PAGE)) == {
        row["source_id"] for row in sources() if row["grade"] == "B" and not row["url"]
    }
