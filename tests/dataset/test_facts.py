"""The facts themselves: each stands where its citation says, and what a careful reader knows of the document holds."""

from __future__ import annotations

import re

import duckdb
import pytest
from tables_at_hand import SOURCES, TABLES, rows

from ipcli.dataset.phrases import find_numerals
from ipcli.dataset.verify import Document, Span, read_document

CITED = [
    path.stem
    for path in sorted(TABLES.glob("*.csv"))
    if "as_reported" in path.read_text(encoding="utf-8").split("\n", 1)[0]
]


@pytest.fixture(scope="session")
def texts() -> dict[str, Document]:
    """source id -> its text, of the sources whose text is at hand (matched by hash)."""
    wanted = {row["sha256"]: row["source_id"] for row in rows("source") if row["sha256"]}
    documents = [read_document(path) for path in sorted(SOURCES.glob("*.txt"))]
    found = {wanted[document.sha256]: document for document in documents if document.sha256 in wanted}
    if not found:
        pytest.skip("no source text at hand")
    return found


@pytest.mark.parametrize("table", CITED)
def test_offsets_hold_the_phrase(table: str, texts: dict[str, Document]) -> None:
    checked = [row for row in rows(table) if row["evidence"] == "offsets" and row["source_id"] in texts]
    wrong = [row for row in checked if texts[row["source_id"]].at(span(row)) != row["as_reported"]]
    assert wrong == []
    assert checked or table == "conflict"


def span(row: dict[str, str]) -> Span:
    return int(row["para_no"]), int(row["char_start"]), int(row["para_end"]), int(row["char_end"])


def test_every_numeral_of_the_text_is_accounted_for(texts: dict[str, Document]) -> None:
    for source, document in texts.items():
        printed = {
            (str(number), str(start), str(end), form)
            for number, text in enumerate(document.paragraphs, start=1)
            for start, end, form in find_numerals(text)
        }
        listed = {
            (row["para_no"], row["char_start"], row["char_end"], row["printed"])
            for row in rows("numeral")
            if row["source_id"] == source
        }
        assert listed == printed


@pytest.mark.parametrize("table", CITED)
def test_ids_have_one_form_and_stand_in_order(table: str) -> None:
    own = [row["fact_id"] for row in rows(table) if "fact_id" in row]
    assert own == sorted(own)
    assert all(re.fullmatch(r"[A-Z]{3}-\d{4}|(tier|ind)-[a-z]+", fact) for fact in own)


def test_the_system_is_two_five_three_and_a_batch_with_forty_tracks(
    shipped: duckdb.DuckDBPyConnection,
) -> None:
    found = shipped.execute("SELECT tier, count(*) FROM industries GROUP BY tier").fetchall()
    assert dict(found) == {"先导产业": 2, "新兴产业": 5, "优势产业": 3, "未来产业": 1}
    assert shipped.execute("SELECT n FROM core.declared WHERE entity = 'track'").fetchall() == [(40,)]
    assert shipped.execute("SELECT level, count(*) FROM districts GROUP BY level ORDER BY 1").fetchall() == [
        ("district", 10),
        ("zone", 2),
    ]


def test_what_is_ambiguous_stays_as_printed(shipped: duckdb.DuckDBPyConnection) -> None:
    local = shipped.execute(
        "SELECT subject, note FROM targets WHERE indicator = '本地配套率' AND source_id = 'SRC-001'"
    ).fetchall()
    # The subject is not printed again: that it is the plant named before is said to be the editor's reading.
    assert [subject for subject, _ in local] == ["奇瑞青岛基地"] and "编者所归" in local[0][1]
    assert shipped.execute(
        "SELECT count(*) FROM targets WHERE comparator = 'magnitude' AND value IS NOT NULL"
    ).fetchone() == (0,)
    next_step = shipped.execute(
        "SELECT due_year FROM targets WHERE district = '城阳区' AND source_id = 'SRC-001'"
    ).fetchall()
    assert next_step == [(None,), (None,)]
    assert shipped.execute("SELECT DISTINCT district FROM systems WHERE code = '2+6'").fetchall() == [(None,)]
