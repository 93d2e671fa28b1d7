"""Copies of documents as text, and their comparison with the facts that cite them: offsets, phrases, figures, numerals.

Paragraphs are the non-empty lines, counted from 1; offsets are code points from 0, the end exclusive.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ipcli import paths
from ipcli.dataset import phrases
from ipcli.db.engine import Database
from ipcli.db.files import find_encoding
from ipcli.errors import UsageError
from ipcli.i18n import _, why
from ipcli.model import Column, Result, Row, Text, parse_label

Span = tuple[int, int, int, int]  # para_no, char_start, para_end, char_end

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


@dataclass(frozen=True, slots=True)
class Document:
    """One copy of a document: its paragraphs, and the SHA-256 of the file it was read from."""

    name: str
    sha256: str
    paragraphs: tuple[str, ...]

    def at(self, span: Span) -> str | None:
        """Return the text at `span`, or None if it lies outside.

        Page breaks can split a phrase over paragraphs: the parts are stripped and joined.
        """
        first, start, last, end = span
        if not 1 <= first <= last <= len(self.paragraphs) or start < 0 or end < 0:
            return None
        if first == last:
            return self.paragraphs[first - 1][start:end]
        parts = [
            self.paragraphs[first - 1][start:],
            *self.paragraphs[first : last - 1],
            self.paragraphs[last - 1][:end],
        ]
        return "".join(part.strip() for part in parts)

    def find(self, phrase: str) -> Span | None:
        """Return where a phrase stands: first within one paragraph, else over paragraph breaks; or None."""
        for number, paragraph in enumerate(self.paragraphs, start=1):
            start = paragraph.find(phrase)
            if start >= 0:
                return number, start, number, start + len(phrase)
        return self._find_broken(phrase)

    def _find_broken(self, phrase: str) -> Span | None:
        joined, places = [], []
        for number, paragraph in enumerate(self.paragraphs, start=1):
            lead = len(paragraph) - len(paragraph.lstrip())
            text = paragraph.strip()
            joined.append(text)
            places += [(number, lead + offset) for offset in range(len(text))]
        start = "".join(joined).find(phrase)
        if start < 0 or not phrase:
            return None
        (first, char_start), (last, char_end) = places[start], places[start + len(phrase) - 1]
        return first, char_start, last, char_end + 1


def read_document(path: Path) -> Document:
    """Return the text file at `path`. UsageError if it is no text."""
    try:
        data = paths.read(path)
    except OSError as error:
        message = _("cannot read {path}: {reason}").format(path=path, reason=why(error))
        raise UsageError(message) from error
    encoding = find_encoding(io.BytesIO(data))
    if encoding is None:
        message = _("{path} is no text in UTF-8, GB18030, Big5 or UTF-16: save it as UTF-8")
        raise UsageError(message.format(path=path))
    lines = data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    paragraphs = tuple(line for line in lines if line.strip())
    return Document(str(path), hashlib.sha256(data).hexdigest(), paragraphs)


class Citation(NamedTuple):
    """One citation of a fact: where it is said to be printed, in which words, and the figure it is of, if any."""

    fact_id: str
    ordinal: int
    para_no: int | None
    char_start: int | None
    para_end: int | None
    char_end: int | None
    as_reported: str
    evidence: str
    comparator: str | None = None
    value: float | None = None
    unit: str | None = None
    lower: float | None = None
    upper: float | None = None

    @property
    def span(self) -> Span | None:
        """Return the offsets of the citation; None if they are incomplete or not its evidence."""
        place = (self.para_no, self.char_start, self.para_end, self.char_end)
        return None if self.evidence != "offsets" or None in place else place  # type: ignore[return-value]


class Match(NamedTuple):
    """Source of which a document is a copy; it is known by its hash, or by `found` of `of` phrases."""

    source_id: str
    title: str
    by_hash: bool
    found: int
    of: int


class Report(NamedTuple):
    """Results of a comparison: counts, and a row for each failure and each uncited numeral."""

    match: Match
    citations: int
    figures: int
    numerals: int
    rows: list[Row]

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
        ).format(**self._asdict(), failed=self.failed, uncited=len(self.rows) - self.failed)
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
    figures, misread = check_figures(citations)
    ledger = db.run(
        "SELECT para_no, char_start, char_end, printed, disposition, fact_id, reason"
        " FROM core.numeral WHERE source_id = $source ORDER BY ALL",
        {"source": match.source_id},
    )
    numerals, uncited = _check_numerals(document, citations, list(ledger.rows))
    rows = [*check_citations(document, citations), *misread, *uncited]
    return Report(match, len(citations), figures, numerals, rows)


def read_citations(db: Database, source_id: str | None = None) -> list[Citation]:
    """Return the citations from one source, or from all."""
    result = db.run(
        "SELECT fact_id, ordinal, para_no, char_start, para_end, char_end, as_reported, evidence, comparator, value, "
        "unit, lower, upper FROM core.cited LEFT JOIN (SELECT fact_id, comparator, value, unit, lower, upper "
        "FROM core.observation) USING (fact_id) WHERE $source IS NULL OR source_id = $source "
        "ORDER BY source_id, fact_id, ordinal",
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


def check_figures(citations: list[Citation]) -> tuple[int, list[Row]]:
    """Read phrases again; return how many, and a row for each that does not give its row's comparator, value and unit."""
    figures = [citation for citation in citations if citation.comparator is not None]
    rows = []
    for f in figures:
        # A further citation must print the same number; its comparator may be worded differently.
        comparator = f.comparator if f.ordinal == 1 or f.value is None else phrases.ANY
        if not phrases.agrees(f.as_reported, comparator, f.value, f.unit, f.lower, f.upper):
            reads = "; ".join(map(_write_figure, phrases.read_figures(f.as_reported)))
            reason = _("the phrase reads {figures}").format(figures=reads or _("no figure"))
            rows.append(_fail("figure", f, f.as_reported, _write_figure(f), reason))
    return len(figures), rows


def _write_figure(figure: Citation | phrases.Figure) -> str:
    """Return a figure in words: `gt 400 亿元`, `magnitude 1000-10000 亿元`."""
    value, lower, upper = figure.value, figure.lower, figure.upper
    number = f"{value:.15g}" if value is not None else "" if lower is None else f"{lower:.15g}-{upper:.15g}"
    return " ".join(part for part in (figure.comparator, number, figure.unit) if part)


def _check_numerals(
    document: Document, citations: list[Citation], ledger: list[Row]
) -> tuple[int, list[Row]]:
    """Return how many numerals the text has, and a row for each that no citation holds, with the ledger's reason.

    If the source has a ledger, a numeral that is not in it is a failure, and so is an entry of the ledger
    that is not in the text.
    """
    spans = [citation.span for citation in citations if citation.span]
    entries = {entry[:3]: entry[3:] for entry in ledger}
    rows: list[Row] = []
    total = 0
    for number, paragraph in enumerate(document.paragraphs, start=1):
        near = [(a, b, c, d) for a, b, c, d in spans if a <= number <= c]
        for start, end, printed in phrases.find_numerals(paragraph):
            total += 1
            place = (None, number, start, number, end, printed)
            cited = any((a, b) <= (number, start) and (number, end) <= (c, d) for a, b, c, d in near)
            entry = entries.pop((number, start, end), None)
            listed, disposition, fact, reason = entry or (printed, None, None, None)
            status, expected = "failed", None
            if listed != printed:
                expected, reason = listed, _("not as the ledger has it")
            elif cited:
                continue
            elif entry is None:
                status = "failed" if ledger else "unaccounted"
                reason = _("cited by no row, and not in the ledger")
            elif disposition in ("cited", "repeated"):
                reason = _("cited by the ledger, but within no citation")
            else:
                status, expected = "uncited", disposition
            rows.append((status, "numeral", fact, *place, expected, reason))
    for (number, start, end), (listed, _disposition, fact, _reason) in entries.items():
        reason = _("in the ledger, but not here in the text")
        rows.append(("failed", "numeral", fact, None, number, start, number, end, None, listed, reason))
    return total, rows


def _fail(item: str, citation: Citation, printed: str | None, expected: str, reason: str) -> Row:
    # Offsets are shown only where they are what is checked.
    place = citation.span or (citation.para_no, None, None, None)
    return ("failed", item, citation.fact_id, citation.ordinal, *place, printed, expected, reason)
