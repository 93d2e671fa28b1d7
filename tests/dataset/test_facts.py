"""The facts themselves: each stands where its citation says, and what a careful reader knows of the document holds."""

from __future__ import annotations

import hashlib
import re

import duckdb
import pytest

from ipcli.dataset.phrases import numerals

from tables_at_hand import SOURCES, TABLES, rows

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
            fact = row.get("fact_id") or row[f"{table}_id"]
            span = ((int(row["para_no"]), int(row["char_start"])), (int(row["para_end"]), int(row["char_end"])))
            spans.setdefault(fact, []).append(span)
    for row in rows("numeral"):
        if row["disposition"] in ("cited", "repeated"):
            start = (int(row["para_no"]), int(row["char_start"]))
            end = (int(row["para_no"]), int(row["char_end"]))
            assert any(a <= start and end <= b for a, b in spans[row["fact_id"]]), row


def test_every_reference_to_a_fact_is_to_one_that_exists(shipped: duckdb.DuckDBPyConnection) -> None:
    known = {fact for (fact,) in shipped.execute("SELECT fact_id FROM core.cited").fetchall()}
    for table, column in [
        ("observation", "baseline_id"), ("observation", "restates"), ("citation", "fact_id"),
        ("numeral", "fact_id"), ("target_outcome", "target_id"), ("conflict", "other_id"),
    ]:  # fmt: skip
        assert {row[column] for row in rows(table)} - {""} <= known, (table, column)


def test_ids_are_unique_over_all_tables_and_in_order(shipped: duckdb.DuckDBPyConnection) -> None:
    ids = [row["fact_id"] for table in CITED if table != "citation" for row in rows(table) if "fact_id" in row]
    assert len(ids) == len(set(ids))
    for table in CITED:
        own = [row["fact_id"] for row in rows(table) if "fact_id" in row]
        assert own == sorted(own), table
    assert all(re.fullmatch(r"[A-Z]{3}-\d{4}", fact) for fact in ids)


CHECKS = {
    "indicator and unit agree": "SELECT b.fact_id FROM core.observation b JOIN core.indicator i USING (indicator_id) "
    "WHERE b.unit_std IS DISTINCT FROM i.unit_std AND b.comparator <> 'qualitative'",
    "shares lie in 0-100": "SELECT fact_id FROM core.observation b JOIN core.indicator i USING (indicator_id) "
    "WHERE i.class = 'share' AND NOT b.value BETWEEN 0 AND 100",
    "counts are whole": "SELECT fact_id FROM core.observation b JOIN core.indicator i USING (indicator_id) "
    "WHERE i.class IN ('count', 'streak') AND b.value_std <> floor(b.value_std)",
    "a track belongs to its row's industry": "SELECT x.fact_id FROM (SELECT fact_id, industry_id, track_id FROM core.alignment "
    "UNION ALL SELECT fact_id, industry_id, track_id FROM core.observation UNION ALL SELECT fact_id, industry_id, track_id FROM core.project "
    "UNION ALL SELECT fact_id, industry_id, track_id FROM core.carrier UNION ALL SELECT fact_id, industry_id, track_id FROM core.milestone "
    "UNION ALL SELECT fact_id, industry_id, track_id FROM core.honour UNION ALL SELECT fact_id, industry_id, track_id FROM core.organisation_role) x "
    "JOIN core.track k ON k.fact_id = x.track_id WHERE x.industry_id IS DISTINCT FROM k.industry_id",
    "actuals are not later than the document": "SELECT b.fact_id FROM core.observation b JOIN core.source s USING (source_id) "
    "WHERE b.kind = 'actual' AND b.year > year(s.published_to)",
    "targets are not earlier than the document": "SELECT b.fact_id FROM core.observation b JOIN core.source s USING (source_id) "
    "WHERE b.kind = 'target' AND b.year < year(s.published_from)",
    "a baseline is an actual of the same thing, before": "SELECT t.fact_id FROM core.observation t JOIN core.observation b ON b.fact_id = t.baseline_id "
    "WHERE b.kind <> 'actual' OR b.indicator_id <> t.indicator_id OR b.region_id <> t.region_id OR b.year >= t.year",
    "declared counts that are complete are met": "SELECT d.fact_id FROM core.declared d WHERE d.entity = 'industry' AND d.complete "
    "AND d.n <> (SELECT count(*) FROM core.industry i WHERE i.tier_id = d.tier_id)",
    "cue and modality go together": "SELECT fact_id FROM core.observation WHERE (cue IS NOT NULL) <> (modality <> 'none') "
    "OR cue IN ('力争', '争取', '争创') AND modality <> 'strive' OR cue = '预计' AND modality <> 'expect' OR cue = '将' AND modality <> 'commit'",
    "aliases are unambiguous": "SELECT city, kind, alias FROM aliases GROUP BY ALL HAVING count(DISTINCT name) > 1",
    "aliases name something": "SELECT alias FROM core.alias a WHERE kind = 'district' AND name NOT IN (SELECT name FROM core.region) "
    "OR kind = 'industry' AND name NOT IN (SELECT name FROM core.industry) OR kind = 'track' AND name NOT IN (SELECT name FROM core.track) "
    "OR kind = 'organisation' AND name NOT IN (SELECT name FROM core.organisation) OR kind = 'indicator' AND name NOT IN (SELECT name FROM core.indicator) "
    "OR kind = 'tier' AND name NOT IN (SELECT name FROM core.tier)",
    "no fact without a citation": "SELECT fact_id FROM core.cited WHERE ordinal = 1 AND (source_id IS NULL OR as_reported = '')",
    "every organisation has a part": "SELECT name FROM core.organisation WHERE organisation_id NOT IN (SELECT organisation_id FROM core.organisation_role)",
    "an umbrella project has only umbrella money": "SELECT b.fact_id FROM core.observation b JOIN core.project p ON p.fact_id = b.project_id "
    "JOIN core.indicator i USING (indicator_id) WHERE i.class = 'investment' AND b.is_umbrella <> p.is_umbrella",
}  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
def test_data(check: str, shipped: duckdb.DuckDBPyConnection) -> None:
    assert shipped.execute(CHECKS[check]).fetchall() == []


def test_the_system_is_two_five_three_and_a_batch_with_forty_tracks(shipped: duckdb.DuckDBPyConnection) -> None:
    found = shipped.execute("SELECT tier, count(*) FROM industries GROUP BY tier").fetchall()
    assert dict(found) == {"先导产业": 2, "新兴产业": 5, "优势产业": 3, "未来产业": 1}
    assert shipped.execute("SELECT n FROM core.declared WHERE entity = 'track'").fetchall() == [(40,)]
    assert shipped.execute("SELECT level, count(*) FROM districts GROUP BY level ORDER BY 1").fetchall() == [
        ("district", 10),
        ("zone", 1),
    ]


def test_what_is_ambiguous_stays_as_printed(shipped: duckdb.DuckDBPyConnection) -> None:
    local = shipped.execute("SELECT subject, note FROM targets WHERE indicator = '本地配套率'").fetchall()
    assert [subject for subject, _ in local] == [None] and "未" in local[0][1]
    assert shipped.execute(
        "SELECT count(*) FROM targets WHERE comparator = 'magnitude' AND value IS NOT NULL"
    ).fetchone() == (0,)
    next_step = shipped.execute("SELECT due_year FROM targets WHERE district = '城阳区'").fetchall()
    assert next_step == [(None,), (None,)]
    assert shipped.execute("SELECT DISTINCT district FROM systems WHERE code = '2+6'").fetchall() == [(None,)]
