"""The documents that rows cite, numbered: the marks in the rows, and a note for each document underneath."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date
from typing import NamedTuple

from ipcli.i18n import N_, translate
from ipcli.model import Result, Row, Source
from ipcli.output.citation import interval
from ipcli.output.sources import Citations, Cite, split

# The sign of a source of grade C, which the legend explains.
WEAK = "°"
_LEGEND = N_("° grade C source: a mirror, a repost, or of unknown first print")


class Note(NamedTuple):
    """A document under the table: its line, and its `references`.

    A reference is a mark and the place it points to: ("[1]", "第26段"), the place may be "".
    """

    heading: str
    references: tuple[tuple[str, str], ...]
    url: str | None = None


class Footnotes:
    """The citations of all rows, numbered document by document in the order of first mention."""

    def __init__(self, result: Result, citations: Citations, rows: list[Row], lang: str) -> None:
        """Number the citations, and look up their documents."""
        self._citations = citations
        self._lang = lang
        self._grade = next((i for i, column in enumerate(result.columns) if column.name == "grade"), None)
        self._places: dict[str, list[str | None]] = {}
        self._sources: dict[str, Source] = {}
        self._numbers: dict[Cite, int] = {}
        self.legend = translate(_LEGEND, lang)
        self.weak = False
        # Whether none of the documents is known.
        self.strange = False
        # Where ids stand in a column of their own they are the marks, unless the row tells the document itself.
        self._keyed = not citations.folded and not any(column.name == "title" for column in result.columns)
        if not citations.folded and not (self._keyed and citations.known):
            return
        # Each citation, and whether the row says that its source is weak.
        above = [(cite, False) for line in result.lead for cite in _in_order(map(split, line.cites))]
        below = [(cite, self._weak_row(row)) for row in rows for cite in _in_order(citations.of(row))]
        cited = dict.fromkeys(above + below)
        for source_id, place in dict.fromkeys(cite for cite, _ in cited):
            self._places.setdefault(source_id, []).append(place)
        self._sources = result.sources(list(self._places)) if self._places else {}
        self.strange = bool(self._places) and not self._sources
        if self.strange:
            self._places = {}
            return
        cites = [(source_id, place) for source_id, places in self._places.items() for place in places]
        self._numbers = {cite: number for number, cite in enumerate(cites, 1)}
        self.weak = any(self._is_weak(cite, weak_row) for cite, weak_row in cited)

    def marks(self, row: Row) -> str | None:
        """Return the numbers of a row's citations, as [1-3] [7]; those of grade C end in WEAK."""
        return self._marks(self._citations.of(row), self._weak_row(row))

    def mark_cites(self, cites: Iterable[str]) -> str | None:
        """Return the numbers of citations that stand in no row."""
        return self._marks([split(cite) for cite in cites if self._numbers], False)

    def _marks(self, cites: list[Cite], weak_row: bool) -> str | None:
        weak = {self._numbers[cite] for cite in cites if self._is_weak(cite, weak_row)}
        return " ".join(spans((self._numbers[cite] for cite in cites), weak)) or None

    def notes(self, urls: bool) -> tuple[Note, ...]:
        """Return a note for each document, in the order of the numbers."""
        notes = []
        for source_id, places in self._places.items():
            source = self._sources.get(source_id)
            if source is None and self._keyed:
                continue
            references = []
            for place in places:
                mark = source_id if self._keyed else f"[{self._numbers[source_id, place]}]"
                mark += WEAK * self._is_weak((source_id, place), False)
                paragraph = translate("para. {place}", self._lang).format(place=place) if place else ""
                references.append((mark, paragraph))
            url = source.url if source and urls else None
            notes.append(Note(heading(source_id, source, self._lang), tuple(references), url))
        return tuple(notes)

    def _weak_row(self, row: Row) -> bool:
        return self._grade is not None and bool(row[self._grade] == "C")

    def _is_weak(self, cite: Cite, weak_row: bool) -> bool:
        """Tell whether the cited document has grade C; `weak_row` answers for an unknown document."""
        source = self._sources.get(cite[0])
        return weak_row if source is None else source.grade == "C"


def documents(result: Result, rows: Iterable[Row], lang: str) -> tuple[list[str], list[str]]:
    """Return each row's marks, and a line for each document that rows cite, under a blank one and a heading.

    Documents are numbered in the order of first mention. Marks of grade C end in WEAK, which the last line explains.
    """
    citations = Citations(result.columns)
    cited = [dict.fromkeys(source_id for source_id, _ in citations.of(row)) for row in rows]
    numbers = {source_id: n for n, source_id in enumerate(dict.fromkeys(s for ids in cited for s in ids), 1)}
    known = result.sources(list(numbers)) if numbers else {}
    weak = {numbers[source_id] for source_id, source in known.items() if source.grade == "C"}
    marks = ["".join(spans((numbers[source_id] for source_id in ids), weak)) for ids in cited]
    if not numbers:
        return marks, []
    lines = [f"[{n}]{WEAK * (n in weak)} {heading(s, known.get(s), lang)}" for s, n in numbers.items()]
    return marks, ["", translate("Sources", lang), *lines, *([translate(_LEGEND, lang)] if weak else [])]


def spans(numbers: Iterable[int], weak: Container[int]) -> list[str]:
    """Return numbers as marks, those in a row as one: [1-3], [7]°."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][-1] == number - 1 and (runs[-1][-1] in weak) == (number in weak):
            runs[-1].append(number)
        else:
            runs.append([number])
    marks = [f"[{run[0]}-{run[-1]}]" if len(run) > 1 else f"[{run[0]}]" for run in runs]
    return [mark + WEAK * (run[0] in weak) for mark, run in zip(marks, runs, strict=True)]


def heading(source_id: str, source: Source | None, lang: str) -> str:
    """Return the line of a document: title, publisher, grade, and when it came out; an unknown one's id."""
    if source is None:
        return source_id
    # A label in place of a title stands in brackets already.
    title = source.title if source.title.startswith(("《", "[")) else f"《{source.title}》"
    dates = _describe_dates(source.published_from, source.published_to)
    head = f"{title} {source.publisher}" if source.publisher else title
    grade = translate("grade {grade}", lang).format(grade=source.grade)
    return " · ".join(part for part in (head, grade, dates) if part)


def _describe_dates(first: str | None, last: str | None) -> str:
    """Return the day, month, year or span a document came out in.

    An end that is open is not known: an event's day is not that of the document that tells of it.
    """
    try:
        span = interval(*(date.fromisoformat(day) if day else None for day in (first, last)))
    except (ValueError, OverflowError):
        # Other databases may have days that Python has not.
        span = f"{first or ''}/{last or ''}"
    return (span or "").replace("..", "").replace("/", "…")


def _in_order(cites: Iterable[Cite]) -> list[Cite]:
    """Return one row's citations by document as first mentioned, then by paragraph."""
    cites = list(cites)
    first = {source_id: n for n, source_id in reversed(list(enumerate(source_id for source_id, _ in cites)))}

    def key(cite: Cite) -> tuple[int, int, str]:
        place = cite[1] or ""
        return (first[cite[0]], int(place) if place.isdecimal() and len(place) < 10 else 0, place)

    return sorted(cites, key=key)
