"""Comparison of a copy of a source with the facts that cite it: offsets, phrases, figures, numerals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ipcli.dataset import phrases
from ipcli.dataset.documents import Document, Span
from ipcli.db.engine import Database
from ipcli.errors import UsageError
from ipcli.i18n import _
from ipcli.model import Column, Result, Row, Text, parse_label

# A copy is taken for a source if it holds at least this share of the phrases cited from it; a source of
# which little is cited needs more, for short phrases stand in many texts.
_SHARE, _SHARE_OF_FEW, _FEW = 0.5, 0.8, 10
_PHRASES, _CHARACTERS = 3, 20

COLUMNS = (
    Column("status", "text", parse_label("结果 | Status")),
    Column("item", "text", parse_label("对象 | Item")),
    Column("fact_id", "text", parse_label("编号 | Fact")),
    Column("citation", "integer", parse_label("第几条引证 | Citation")),
    Column("para_no", "integer", parse_label("段 | Paragraph")),
    Column("char_start", "integer", parse_label("起 | Start")),
    Column("para_end", "integer", parse_label("止段 | Last paragraph")),
    Column("char_end", "integer", parse_label("止 | End")),
    Column("printed", "text", parse_label("文中 | In the text")),
    Column("expected", "text", parse_label("数据中 | In the data")),
    Column("reason", "text", parse_label("说明 | Reason")),
)


class Citation(NamedTuple):
    """One citation of a fact: where it is said to be printed, and in which words."""

    source_id: str
    fact_id: str
    ordinal: int
    para_no: int | None
    char_start: int | None
    para_end: int | None
    char_end: int | None
    as_reported: str
    evidence: str

    @property
    def span(self) -> Span | None:
        """Return the offsets of the citation; None if they are incomplete or not its evidence."""
        place = (self.para_no, self.char_start, self.para_end, self.char_end)
        return None if self.evidence != "offsets" or None in place else place  # type: ignore[return-value]


class FigureRow(NamedTuple):
    """One figure as the data has it."""

    fact_id: str
    comparator: str
    value: float | None
    unit: str | None
    lower: float | None
    upper: float | None


class Entry(NamedTuple):
    """One entry of the ledger of numerals."""

    para_no: int
    char_start: int
    char_end: int
    printed: str
    disposition: str
    fact_id: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Match:
    """Source of which a document is a copy; it is known by its hash, or by `found` of `of` phrases."""

    source_id: str
    title: str
    by_hash: bool
    found: int
    of: int


@dataclass(slots=True)
class Report:
    """Results of a comparison: counts, and a row for each failure and each uncited numeral."""

    match: Match
    citations: int = 0
    figures: int = 0
    numerals: int = 0
    rows: list[Row] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """Return how many checks failed."""
        return sum(row[0] == "failed" for row in self.rows)

    def to_result(self, release: str) -> Result:
        """Return the rows as a result to print."""
        title = Text(f"核对 {self.match.source_id}", f"{self.match.source_id} verified")
        return Result(COLUMNS, iter(self.rows), lambda _ids: {}, title=title, release=release)

    def describe(self) -> list[str]:
        """Return two lines for people: which source it is and how that is known, and how much was checked."""
        match = self.match
        if match.by_hash:
            source = _("{source} {title}, by its hash").format(source=match.source_id, title=match.title)
        else:
            share = f"{match.found}/{match.of} ({100 * match.found / max(match.of, 1):.0f}%)"
            source = _(
                "{source} {title}, not by its hash but by content: phrases cited that it holds {share}"
            ).format(source=match.source_id, title=match.title, share=share)
        counts = _(
            "{citations} citations, {figures} figures read again, {numerals} numerals; {failed} failed, "
            "{uncited} numerals cited by no row"
        ).format(
            citations=self.citations,
            figures=self.figures,
            numerals=self.numerals,
            failed=self.failed,
            uncited=len(self.rows) - self.failed,
        )
        return [source, counts]


def find_source(document: Document, db: Database, source_id: str | None = None) -> Match | None:
    """Return which source of the database a document is a copy of, None if it is of none.

    `source_id` settles it beforehand; UsageError if there is no such source.
    """
    sources = {row[0]: row for row in db.run("SELECT source_id, title, sha256 FROM main.sources").rows}
    if source_id is not None and source_id not in sources:
        raise UsageError(_("there is no source {source_id}").format(source_id=source_id))
    shares = _measure_shares(document, db)
    if source_id is None:
        by_hash = [row[0] for row in sources.values() if row[2] == document.sha256]
        source_id = by_hash[0] if by_hash else _choose(shares)
    if source_id is None:
        return None
    found, of, _chars = shares.get(source_id, (0, 0, 0))
    _id, title, sha256 = sources[source_id]
    return Match(source_id, title, sha256 == document.sha256, found, of)


def _measure_shares(document: Document, db: Database) -> dict[str, tuple[int, int, int]]:
    """Return source -> (cited phrases in the document, all cited phrases, characters of the former)."""
    cited = (
        "SELECT source_id, list(DISTINCT as_reported) FROM core.cited WHERE evidence <> 'figure' "
        "GROUP BY source_id ORDER BY source_id"
    )
    joined = "".join(paragraph.strip() for paragraph in document.paragraphs)
    text = "\n".join([*document.paragraphs, joined])
    shares = {}
    for source_id, wanted in db.run(cited).rows:
        held = [phrase for phrase in wanted if phrase in text]
        shares[source_id] = (len(held), len(wanted), sum(map(len, held)))
    return shares


def _choose(shares: dict[str, tuple[int, int, int]]) -> str | None:
    """Return the source of which the document holds the largest share, None if no share is large enough."""
    enough = {
        source_id: (found / of, found)
        for source_id, (found, of, characters) in shares.items()
        if found >= _PHRASES
        and characters >= _CHARACTERS
        and found / of >= (_SHARE if of >= _FEW else _SHARE_OF_FEW)
    }
    return max(enough, key=lambda source_id: enough[source_id], default=None)


def verify(document: Document, match: Match, db: Database) -> Report:
    """Check the citations, figures and numerals of the matched source against `document`, its copy."""
    citations = read_citations(db, match.source_id)
    report = Report(match, citations=len(citations))
    report.rows += check_citations(document, citations)
    report.figures, rows = check_figures(read_figures(db), citations)
    report.rows += rows
    ledger = db.run(
        "SELECT para_no, char_start, char_end, printed, disposition, fact_id, reason"
        " FROM core.numeral WHERE source_id = $source ORDER BY ALL",
        {"source": match.source_id},
    )
    report.numerals, rows = _check_numerals(document, citations, [Entry(*row) for row in ledger.rows])
    report.rows += rows
    return report


def read_figures(db: Database) -> list[FigureRow]:
    """Return the figures of the database."""
    sql = "SELECT fact_id, comparator, value, unit, lower, upper FROM core.observation ORDER BY fact_id"
    return [FigureRow(*row) for row in db.run(sql).rows]


def read_citations(db: Database, source_id: str | None = None) -> list[Citation]:
    """Return the citations from one source, or from all."""
    result = db.run(
        "SELECT source_id, fact_id, ordinal, para_no, char_start, para_end, char_end, as_reported, evidence "
        "FROM core.cited WHERE $source IS NULL OR source_id = $source ORDER BY source_id, fact_id, ordinal",
        {"source": source_id},
    )
    return [Citation(*row) for row in result.rows]


def check_citations(document: Document, citations: list[Citation]) -> Iterator[Row]:
    """Yield a row for each citation whose phrase does not stand where it says, or nowhere in the document."""
    for citation in citations:
        printed = None
        if citation.span:
            printed = document.at(citation.span)
            holds = printed == citation.as_reported
        else:
            holds = document.find(citation.as_reported) is not None or (
                citation.evidence == "figure" and _holds_figures(document, citation.as_reported)
            )
        if not holds:
            yield _fail("citation", citation, printed, citation.as_reported, _locate(document, citation))


def _locate(document: Document, citation: Citation) -> str:
    """Return where the phrase of a citation stands instead."""
    span = document.find(citation.as_reported)
    if span is None:
        return _("the phrase is not in the text")
    first, start, last, end = span
    place = f"{first}:{start}-{end}" if first == last else f"{first}:{start}-{last}:{end}"
    return _("the phrase stands at {place}").format(place=place)


def _holds_figures(document: Document, phrase: str) -> bool:
    """Return whether every figure of a phrase is somewhere in the text, in whichever words."""
    figures = phrases.read_figures(phrase)
    return bool(figures) and all(
        any(
            phrases.agrees(paragraph, f.comparator, f.value, f.unit, f.lower, f.upper)
            for paragraph in document.paragraphs
        )
        for f in figures
    )


def check_figures(figures: list[FigureRow], citations: list[Citation]) -> tuple[int, list[Row]]:
    """Read phrases again; return how many, and a row for each that does not give its row's comparator, value and unit."""
    known = {figure.fact_id: figure for figure in figures}
    count, rows = 0, []
    for citation in citations:
        figure = known.get(citation.fact_id)
        if figure is None:
            continue
        count += 1
        _fact, comparator, value, unit, lower, upper = figure
        # A further citation must print the same number; its comparator may be worded differently.
        exactly = citation.ordinal == 1 or value is None
        phrase = citation.as_reported
        if not phrases.agrees(phrase, comparator if exactly else phrases.ANY, value, unit, lower, upper):
            reads = "; ".join(map(_write_figure, phrases.read_figures(phrase)))
            reason = _("the phrase reads {figures}").format(figures=reads or _("no figure"))
            rows.append(_fail("figure", citation, phrase, _write_figure(figure), reason))
    return count, rows


def _write_figure(figure: FigureRow | phrases.Figure) -> str:
    """Return a figure in words: `gt 400 亿元`, `magnitude 1000-10000 亿元`."""
    value, lower, upper = figure.value, figure.lower, figure.upper
    number = f"{value:.15g}" if value is not None else "" if lower is None else f"{lower:.15g}-{upper:.15g}"
    return " ".join(part for part in (figure.comparator, number, figure.unit) if part)


def _check_numerals(
    document: Document, citations: list[Citation], ledger: list[Entry]
) -> tuple[int, list[Row]]:
    """Return how many numerals the text has, and a row for each that no citation holds, with the ledger's reason.

    If the source has a ledger, a numeral that is not in it is a failure, and so is an entry of the ledger
    that is not in the text.
    """
    spans = [citation.span for citation in citations if citation.span]
    entries = {(entry.para_no, entry.char_start, entry.char_end): entry for entry in ledger}
    rows: list[Row] = []
    total = 0
    for number, paragraph in enumerate(document.paragraphs, start=1):
        near = [(a, b, c, d) for a, b, c, d in spans if a <= number <= c]
        for start, end, printed in phrases.find_numerals(paragraph):
            total += 1
            entry = entries.pop((number, start, end), None)
            cited = any((a, b) <= (number, start) and (number, end) <= (c, d) for a, b, c, d in near)
            status, fact, expected, reason = "failed", entry and entry.fact_id, None, None
            if entry is not None and entry.printed != printed:
                expected, reason = entry.printed, _("not as the ledger has it")
            elif cited:
                continue
            elif entry is None:
                status = "failed" if ledger else "unaccounted"
                reason = _("cited by no row, and not in the ledger")
            elif entry.disposition in ("cited", "repeated"):
                reason = _("cited by the ledger, but within no citation")
            else:
                status, expected, reason = "uncited", entry.disposition, entry.reason
            rows.append(
                (status, "numeral", fact, None, number, start, number, end, printed, expected, reason)
            )
    for entry in entries.values():
        place = (None, entry.para_no, entry.char_start, entry.para_no, entry.char_end)
        reason = _("in the ledger, but not here in the text")
        rows.append(("failed", "numeral", entry.fact_id, *place, None, entry.printed, reason))
    return total, rows


def _fail(item: str, citation: Citation, printed: str | None, expected: str, reason: str) -> Row:
    # Offsets are shown only where they are what is checked.
    place = citation.span or (citation.para_no, None, None, None)
    return ("failed", item, citation.fact_id, citation.ordinal, *place, printed, expected, reason)
