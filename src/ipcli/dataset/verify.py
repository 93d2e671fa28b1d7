"""A copy of a source document against the facts that cite it: offsets, phrases, figures, numerals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ipcli.dataset import phrases
from ipcli.dataset.passages import Document, Span
from ipcli.dataset.results import Spec, fetch, table
from ipcli.db.engine import Database
from ipcli.errors import UsageError
from ipcli.i18n import _
from ipcli.model import Result, Row, Text

# A copy is taken for a source if it holds at least this share of the phrases cited from it; a source of
# which little is cited needs more, for short phrases stand in many texts.
_SHARE, _SHARE_OF_FEW, _FEW = 0.5, 0.8, 10
_PHRASES, _CHARACTERS = 3, 20

COLUMNS: tuple[Spec, ...] = (
    ("status", "text", "结果", "Status"),
    ("item", "text", "对象", "Item"),
    ("fact_id", "text", "编号", "Fact"),
    ("citation", "integer", "第几条引证", "Citation"),
    ("para_no", "integer", "段", "Paragraph"),
    ("char_start", "integer", "起", "Start"),
    ("para_end", "integer", "止段", "Last paragraph"),
    ("char_end", "integer", "止", "End"),
    ("printed", "text", "文中", "In the text"),
    ("expected", "text", "数据中", "In the data"),
    ("reason", "text", "说明", "Reason"),
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
        """Its offsets, if it has them."""
        place = (self.para_no, self.char_start, self.para_end, self.char_end)
        return None if self.evidence != "offsets" or None in place else place  # type: ignore[return-value]


class Figure(NamedTuple):
    """What the data says of a figure."""

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
    """Which source a copy is of, and how that is known: by its hash, or by `found` of `of` phrases."""

    source_id: str
    title: str
    by_hash: bool
    found: int
    of: int


@dataclass(slots=True)
class Report:
    """What came out: counts of what was checked, and a row for each failure and each uncited numeral."""

    match: Match
    citations: int = 0
    figures: int = 0
    numerals: int = 0
    rows: list[Row] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """How many checks failed."""
        return sum(row[0] == "failed" for row in self.rows)

    @property
    def uncited(self) -> int:
        """How many numerals no row cites."""
        return sum(row[0] != "failed" for row in self.rows)

    def result(self, release: str) -> Result:
        """As a result to print."""
        title = Text(f"核对 {self.match.source_id}", f"{self.match.source_id} verified")
        return table(COLUMNS, self.rows, title, release)


def identify(document: Document, db: Database, source_id: str | None = None) -> Match | None:
    """Which source of the database a document is a copy of; None if it is of none.

    `source_id` settles it beforehand; UsageError if there is no such source.
    """
    sources = {row[0]: row for row in fetch(db, "SELECT source_id, title, sha256 FROM main.sources")}
    if source_id is not None and source_id not in sources:
        raise UsageError(_("there is no source {source_id}").format(source_id=source_id))
    shares = _shares(document, db)
    if source_id is None:
        by_hash = [row[0] for row in sources.values() if row[2] == document.sha256]
        source_id = by_hash[0] if by_hash else _by_content(shares)
    if source_id is None:
        return None
    found, of, _chars = shares.get(source_id, (0, 0, 0))
    _id, title, sha256 = sources[source_id]
    return Match(source_id, title, sha256 == document.sha256, found, of)


def _shares(document: Document, db: Database) -> dict[str, tuple[int, int, int]]:
    """source id -> how many of its cited phrases the document holds, of how many, and their characters."""
    cited: dict[str, set[str]] = defaultdict(set)
    for source_id, phrase in fetch(
        db, "SELECT DISTINCT source_id, as_reported FROM core.cited WHERE evidence <> 'figure'"
    ):
        cited[source_id].add(phrase)
    joined = "".join(paragraph.strip() for paragraph in document.paragraphs)
    text = "\n".join([*document.paragraphs, joined])
    shares = {}
    for source_id, wanted in cited.items():
        held = [phrase for phrase in wanted if phrase in text]
        shares[source_id] = (len(held), len(wanted), sum(map(len, held)))
    return shares


def _by_content(shares: dict[str, tuple[int, int, int]]) -> str | None:
    enough = {
        source_id: (found / of, found)
        for source_id, (found, of, characters) in shares.items()
        if found >= _PHRASES
        and characters >= _CHARACTERS
        and found / of >= (_SHARE if of >= _FEW else _SHARE_OF_FEW)
    }
    return max(enough, key=lambda source_id: enough[source_id]) if enough else None


def verify(document: Document, match: Match, db: Database) -> Report:
    """Check everything the database says of the source against its copy."""
    source = match.source_id
    citations = citations_of(db, source)
    report = Report(match, citations=len(citations))
    report.rows += citation_faults(document, citations)
    figures = [Figure(*row) for row in fetch(db, FIGURES)]
    report.figures, faults = figure_faults(figures, citations)
    report.rows += faults
    ledger = [
        Entry(*row)
        for row in fetch(
            db,
            "SELECT para_no, char_start, char_end, printed, disposition, fact_id, reason"
            " FROM core.numeral WHERE source_id = $source ORDER BY ALL",
            source=source,
        )
    ]
    report.numerals, lines = _numerals(document, citations, ledger)
    report.rows += lines
    return report


FIGURES = "SELECT fact_id, comparator, value, unit, lower, upper FROM core.observation ORDER BY fact_id"


def citations_of(db: Database, source_id: str | None = None) -> list[Citation]:
    """The citations from one source, or from all."""
    rows = fetch(
        db,
        "SELECT source_id, fact_id, ordinal, para_no, char_start, para_end, char_end, as_reported, evidence "
        "FROM core.cited WHERE $source IS NULL OR source_id = $source ORDER BY source_id, fact_id, ordinal",
        source=source_id,
    )
    return [Citation(*row) for row in rows]


def citation_faults(document: Document, citations: list[Citation]) -> Iterator[Row]:
    """Citations whose phrase does not stand where they say, or nowhere in the document."""
    for citation in citations:
        if citation.span:
            printed = document.at(citation.span)
            if printed != citation.as_reported:
                yield _row(
                    "failed", "citation", citation, citation.span, printed, _elsewhere(document, citation)
                )
        elif document.find(citation.as_reported) is None and not (
            citation.evidence == "figure" and _figure_stands(document, citation.as_reported)
        ):
            yield _row("failed", "citation", citation, None, None, _elsewhere(document, citation))


def _elsewhere(document: Document, citation: Citation) -> str:
    """Where the phrase of a citation stands instead."""
    span = document.find(citation.as_reported)
    if span is None:
        return _("the phrase is not in the text")
    first, start, last, end = span
    place = f"{first}:{start}-{end}" if first == last else f"{first}:{start}-{last}:{end}"
    return _("the phrase stands at {place}").format(place=place)


def _figure_stands(document: Document, phrase: str) -> bool:
    """Whether every figure of a phrase is somewhere in the text, in whichever words."""
    figures = phrases.figures(phrase)
    return bool(figures) and all(
        any(
            phrases.agrees(
                paragraph, figure.comparator, figure.value, figure.unit, figure.lower, figure.upper
            )
            for paragraph in document.paragraphs
        )
        for figure in figures
    )


def figure_faults(figures: list[Figure], citations: list[Citation]) -> tuple[int, list[Row]]:
    """Phrases read again: how many, and those that do not give their row's comparator, value and unit."""
    known = {figure.fact_id: figure for figure in figures}
    read, faults = 0, []
    for citation in citations:
        figure = known.get(citation.fact_id)
        if figure is None:
            continue
        read += 1
        _fact, comparator, value, unit, lower, upper = figure
        # A further citation must print the same number; its comparator may be worded differently.
        exactly = citation.ordinal == 1 or value is None
        if not phrases.agrees(
            citation.as_reported, comparator if exactly else phrases.ANY, value, unit, lower, upper
        ):
            reads = "; ".join(
                _figure(f.comparator, f.value, f.unit, f.lower, f.upper)
                for f in phrases.figures(citation.as_reported)
            )
            reason = _("the phrase reads {figures}").format(figures=reads or _("no figure"))
            row = _row("failed", "figure", citation, citation.span, citation.as_reported, reason)
            faults.append((*row[:9], _figure(comparator, value, unit, lower, upper), row[10]))
    return read, faults


def _figure(
    comparator: str, value: float | None, unit: str | None, lower: float | None, upper: float | None
) -> str:
    """A figure in words: `gt 400 亿元`, `magnitude 1000-10000 亿元`."""
    number = f"{value:.15g}" if value is not None else "" if lower is None else f"{lower:.15g}-{upper:.15g}"
    return " ".join(part for part in (comparator, number, unit) if part)


def _numerals(document: Document, citations: list[Citation], ledger: list[Entry]) -> tuple[int, list[Row]]:
    """Numerals of the text: how many, and a row for each that no citation holds, with the ledger's reason.

    If the source has a ledger, a numeral that is not in it is a failure, and so is an entry of the ledger
    that is not in the text.
    """
    spans = [citation.span for citation in citations if citation.span]
    entries = {(entry.para_no, entry.char_start, entry.char_end): entry for entry in ledger}
    rows: list[Row] = []
    total = 0
    for number, paragraph in enumerate(document.paragraphs, start=1):
        near = [(a, b, c, d) for a, b, c, d in spans if a <= number <= c]
        for start, end, printed in phrases.numerals(paragraph):
            total += 1
            entry = entries.pop((number, start, end), None)
            place = (None, number, start, number, end)
            if entry is not None and entry.printed != printed:
                reason = _("not as the ledger has it")
                rows.append(("failed", "numeral", entry.fact_id, *place, printed, entry.printed, reason))
            elif any((a, b) <= (number, start) and (number, end) <= (c, d) for a, b, c, d in near):
                continue
            elif entry is not None and entry.disposition in ("cited", "repeated"):
                reason = _("cited by the ledger, but within no citation")
                rows.append(("failed", "numeral", entry.fact_id, *place, printed, None, reason))
            elif entry is not None:
                rows.append(
                    ("uncited", "numeral", entry.fact_id, *place, printed, entry.disposition, entry.reason)
                )
            else:
                status = "failed" if ledger else "unaccounted"
                reason = _("cited by no row, and not in the ledger")
                rows.append((status, "numeral", None, *place, printed, None, reason))
    for entry in entries.values():
        reason = _("in the ledger, but not here in the text")
        place = (None, entry.para_no, entry.char_start, entry.para_no, entry.char_end)
        rows.append(("failed", "numeral", entry.fact_id, *place, None, entry.printed, reason))
    return total, rows


def _row(
    status: str, item: str, citation: Citation, span: Span | None, printed: str | None, reason: str
) -> Row:
    place = span or (citation.para_no, None, None, None)
    named = (citation.fact_id, citation.ordinal)
    return (status, item, *named, *place, printed, citation.as_reported, reason)
