"""The facts themselves: each stands where its citation says, and what a careful reader knows of the document holds."""

from __future__ import annotations

import hashlib
import re

import duckdb
import pytest
from tables_at_hand import ROOT, SOURCES, TABLES, rows

from ipcli.dataset.phrases import numerals

CHECKS = ROOT / "data" / "checks"
CITED = [
    path.stem
    for path in sorted(TABLES.glob("*.csv"))
    if "as_reported" in path.read_text(encoding="utf-8").split("\n", 1)[0]
]


@pytest.fixture(scope="session")
def texts() -> dict[str, list[str]]:
    """source id -> paragraphs, of the sources whose text is at hand (matched by hash)."""
    wanted = {row["sha256"]: row["source_id"] for row in rows("source") if row["sha256"]}
    found = {}
    for path in sorted(SOURCES.glob("*.txt")):
        data = path.read_bytes()
        source = wanted.get(hashlib.sha256(data).hexdigest())
        if source:
            found[source] = [line for line in data.decode("utf-8").split("\n") if line.strip()]
    if not found:
        pytest.skip("no source text at hand")
    return found


def cited_text(paragraphs: list[str], row: dict[str, str]) -> str:
    """What stands at a citation's offsets; a phrase broken by page layout is joined, its line ends stripped."""
    first, start, last, end = (int(row[c]) for c in ("para_no", "char_start", "para_end", "char_end"))
    if first == last:
        return paragraphs[first - 1][start:end]
    parts = [paragraphs[first - 1][start:], *paragraphs[first : last - 1], paragraphs[last - 1][:end]]
    return "".join(part.strip() for part in parts)


@pytest.mark.parametrize("table", CITED)
def test_offsets_hold_the_phrase(table: str, texts: dict[str, list[str]]) -> None:
    checked = [row for row in rows(table) if row["evidence"] == "offsets" and row["source_id"] in texts]
    wrong = [row for row in checked if cited_text(texts[row["source_id"]], row) != row["as_reported"]]
    assert wrong == []
    assert checked or table == "conflict"


def test_every_numeral_of_the_text_is_accounted_for(texts: dict[str, list[str]]) -> None:
    for source, paragraphs in texts.items():
        printed = {
            (str(number), str(start), str(end), form)
            for number, text in enumerate(paragraphs, start=1)
            for start, end, form in numerals(text)
        }
        listed = {
            (row["para_no"], row["char_start"], row["char_end"], row["printed"])
            for row in rows("numeral")
            if row["source_id"] == source
        }
        assert listed == printed


def test_numerals_said_to_be_cited_lie_within_a_citation_of_that_fact() -> None:
    spans: dict[str, list[tuple[tuple[int, int], tuple[int, int]]]] = {}
    for table in CITED:
        for row in rows(table):
            if row["evidence"] != "offsets":
                continue
            fact = row.get("fact_id") or row[f"{table}_id"]
            span = (
                (int(row["para_no"]), int(row["char_start"])),
                (int(row["para_end"]), int(row["char_end"])),
            )
            spans.setdefault(fact, []).append(span)
    for row in rows("numeral"):
        if row["disposition"] in ("cited", "repeated"):
            start = (int(row["para_no"]), int(row["char_start"]))
            end = (int(row["para_no"]), int(row["char_end"]))
            assert any(a <= start and end <= b for a, b in spans[row["fact_id"]]), row


@pytest.mark.parametrize("table", CITED)
def test_ids_have_one_form_and_stand_in_order(table: str) -> None:
    own = [row["fact_id"] for row in rows(table) if "fact_id" in row]
    assert own == sorted(own)
    assert all(re.fullmatch(r"[A-Z]{3}-\d{4}|(tier|ind)-[a-z]+", fact) for fact in own)


@pytest.mark.parametrize("check", sorted(path.stem for path in CHECKS.glob("*.sql")))
def test_data_check_finds_nothing(check: str, shipped: duckdb.DuckDBPyConnection) -> None:
    assert shipped.execute((CHECKS / f"{check}.sql").read_text(encoding="utf-8")).fetchall() == []


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
    assert [subject for subject, _ in local] == [None] and "未" in local[0][1]
    assert shipped.execute(
        "SELECT count(*) FROM targets WHERE comparator = 'magnitude' AND value IS NOT NULL"
    ).fetchone() == (0,)
    next_step = shipped.execute(
        "SELECT due_year FROM targets WHERE district = '城阳区' AND source_id = 'SRC-001'"
    ).fetchall()
    assert next_step == [(None,), (None,)]
    assert shipped.execute("SELECT DISTINCT district FROM systems WHERE code = '2+6'").fetchall() == [(None,)]
