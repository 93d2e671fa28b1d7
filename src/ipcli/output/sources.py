"""The documents that rows cite: numbered under a table, as columns of the rows, as a table of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from ipcli.errors import UsageError
from ipcli.i18n import N_, translate
from ipcli.model import Column, Label, Result, Row, Source, Text
from ipcli.output.citation import interval

# Columns that say where a row is printed. Tables fold them into one numbered column.
CITATION = ("source_id", "para_no", "as_reported", "evidence", "grade", "n_sources", "cites")
# What is told of a document: fields of a Source, each a column.
_ADDED = {
    "title": Label(Text("来源标题", "Source title")),
    "publisher": Label(Text("发布者", "Publisher")),
    "published_from": Label(Text("发布（起）", "Published from")),
    "published_to": Label(Text("发布（止）", "Published to")),
    "url": Label(Text("网址", "URL")),
}
_RELEASE = Column("data_release", "text", Label(Text("数据版本", "Data release")))
# Rows read ahead, so that the documents of many rows are looked up at once.
_BATCH = 500
# The sign of a source of grade C, which the legend explains.
_WEAK = "c"
_LEGEND = N_("c: grade C source: a mirror, a repost, or of unknown first print")

# A document and a paragraph, which may be missing: SRC-001#26.
Cite = tuple[str, str | None]


def _split(cite: str) -> Cite:
    source, _, para = cite.partition("#")
    return source, para or None


class Citations:
    """Reads the citations out of the rows of one result."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        """Find the citation columns by their names."""
        at = {column.name: index for index, column in enumerate(columns)}
        self._source, self._para, self._cites = (at.get(name) for name in ("source_id", "para_no", "cites"))
        self._grade = at.get("grade")
        self.folded = {"cites"} & at.keys()
        # A lone source_id is a key like any other (the lookup of sources has it), not a citation.
        if {"source_id", "para_no"} <= at.keys():
            self.folded |= {"source_id", "para_no"}
        # Whether the rows have citations at all.
        self.known = self._source is not None or self._cites is not None

    def of(self, row: Row) -> list[Cite]:
        """Return the citations of a row in the order given; aggregated rows have several."""
        found: list[Cite] = []
        if self._source is not None and row[self._source] is not None:
            para = None if self._para is None else row[self._para]
            found.append((str(row[self._source]), None if para is None else str(para)))
        if self._cites is not None:
            found += [_split(str(cite)) for cite in row[self._cites] or ()]
        return found

    def is_weak(self, row: Row) -> bool:
        """Return whether a row says itself that its source is weak."""
        return self._grade is not None and bool(row[self._grade] == "C")


def with_source(result: Result, lang: str = "zh") -> tuple[tuple[Column, ...], Iterator[Row]]:
    """Return the columns and rows of `result`, the documents' columns after its citations and the release last.

    A row that cites several documents gets lists, in the order of first mention. UsageError if the
    result has no column that tells a source.
    """
    citations = Citations(result.columns)
    if not citations.known:
        message = N_("--with-source: the result has no column that tells a source (source_id or cites)")
        raise UsageError(translate(message, lang))
    many = any(column.name == "cites" for column in result.columns)
    kind = "list" if many else "text"
    added = (
        Column("source_title" if name == "title" else name, kind, label) for name, label in _ADDED.items()
    )
    place = 1 + max(index for index, column in enumerate(result.columns) if column.name in CITATION)
    columns = (*result.columns[:place], *added, *result.columns[place:], _RELEASE)
    return columns, _join_documents(result, citations, place, many)


def _join_documents(result: Result, citations: Citations, place: int, many: bool) -> Iterator[Row]:
    known: dict[str, Source] = {}
    while batch := list(islice(result.rows, _BATCH)):
        cited = [list(dict.fromkeys(source for source, _ in citations.of(row))) for row in batch]
        missing = [source for source in dict.fromkeys(s for ids in cited for s in ids) if source not in known]
        if missing:
            known.update(result.sources(missing))
        for row, ids in zip(batch, cited, strict=True):
            documents = [_describe(known.get(source)) for source in ids]
            extra: Iterable[Any] = documents[0] if documents else _describe(None)
            if many:
                extra = [[document[i] for document in documents] for i in range(len(_ADDED))]
            yield (*row[:place], *extra, *row[place:], result.release)


def _describe(source: Source | None) -> tuple[str | None, ...]:
    """Return the columns _ADDED of a document."""
    return tuple(None if source is None else getattr(source, name) for name in _ADDED)


class Collector:
    """Notes which documents the rows of a result cite, and where, while the rows pass."""

    def __init__(self, result: Result) -> None:
        """From now on the rows of `result` pass through here."""
        self._citations = Citations(result.columns)
        self._lookup = result.sources
        self._release = result.release
        self._places: dict[str, dict[str, None]] = {}
        if self._citations.known:
            self._note(_split(cite) for line in result.lead for cite in line.cites)
            result.rows = self._note_rows(result.rows)

    def _note_rows(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self._note(self._citations.of(row))
            yield row

    def _note(self, cites: Iterable[Cite]) -> None:
        for source, place in cites:
            places = self._places.setdefault(source, {})
            if place is not None:
                places[place] = None

    def result(self) -> Result:
        """Return the documents cited so far, one a row, with their paragraphs.

        Returns no columns if the rows have no citation columns, or if no value in them is a known document.
        """
        found = self._lookup(list(self._places)) if self._places else {}
        if not self._citations.known or (self._places and not found):
            return Result((), iter(()), self._lookup)
        columns = (
            Column("source_id", "text", Label(Text("来源", "Source"))),
            Column("title", "text", Label(Text("标题", "Title"))),
            *(Column(name, "text", label) for name, label in _ADDED.items() if name.startswith("publish")),
            Column("grade", "text", Label(Text("等级", "Grade"))),
            Column("url", "text", _ADDED["url"]),
            Column("paragraphs", "list", Label(Text("段", "Paragraphs"))),
            _RELEASE,
        )
        rows: list[Row] = []
        for source_id, cited in sorted(self._places.items()):
            source = found.get(source_id)
            *published, url = _describe(source)
            places = sorted(cited, key=lambda text: (len(text), text))
            rows.append((source_id, *published, source and source.grade, url, places, self._release))
        title = Text("来源", "Sources")
        return Result(columns, iter(rows), self._lookup, title=title, release=self._release)


class Entry(NamedTuple):
    """A document under the table: its numbers (`[1-3]`), what is told of it in parts, and its address.

    `short` are the parts for a line without room for all of them.
    """

    mark: str
    parts: tuple[str, ...]
    short: tuple[str, ...]
    url: str | None = None

    def line(self, *, short: bool = False) -> str:
        """Return what is told of the document, as one line."""
        return f"{self.mark} {'  '.join(self.short if short else self.parts)}"


class Footnotes:
    """The citations of all rows, numbered document by document in the order of first mention.

    `folded` are the columns that the marks take the place of; `legend` explains the sign of grade C, if one has it.
    """

    def __init__(self, result: Result, rows: list[Row], lang: str) -> None:
        """Number the citations, and look up their documents."""
        self._citations = citations = Citations(result.columns)
        self._lang = lang
        self._places: dict[str, list[str | None]] = {}
        self._sources: dict[str, Source] = {}
        self._numbers: dict[Cite, int] = {}
        self.folded = citations.folded
        self.legend: tuple[str, ...] = ()
        # Where ids stand in a column of their own they are the marks, unless the row tells the document itself.
        self._keyed = not citations.folded and not any(column.name == "title" for column in result.columns)
        if not citations.folded and not (self._keyed and citations.known):
            return
        # Each citation, and whether the row says that its source is weak.
        above = [(cite, False) for line in result.lead for cite in _sort(map(_split, line.cites))]
        below = [(cite, citations.is_weak(row)) for row in rows for cite in _sort(citations.of(row))]
        cited = dict.fromkeys(above + below)
        for source_id, place in dict.fromkeys(cite for cite, _ in cited):
            self._places.setdefault(source_id, []).append(place)
        self._sources = result.sources(list(self._places)) if self._places else {}
        if self._places and not self._sources:
            # What names no document at all is no citation, whatever its columns are called.
            self._places, self.folded = {}, set()
            return
        cites = [(source_id, place) for source_id, places in self._places.items() for place in places]
        self._numbers = {cite: number for number, cite in enumerate(cites, 1)}
        if any(self._is_weak(cite, weak_row) for cite, weak_row in cited):
            self.legend = (translate(_LEGEND, lang),)

    def marks(self, row: Row) -> str | None:
        """Return the numbers of a row's citations, as [1-3,7c]: c is the sign of grade C."""
        return self._mark(self._citations.of(row), self._citations.is_weak(row))

    def mark_cites(self, cites: Iterable[str]) -> str | None:
        """Return the numbers of citations that stand in no row."""
        return self._mark([_split(cite) for cite in cites if self._numbers], False)

    def _mark(self, cites: list[Cite], weak_row: bool) -> str | None:
        weak = {self._numbers[cite] for cite in cites if self._is_weak(cite, weak_row)}
        return _join_numbers({self._numbers[cite] for cite in cites}, weak) or None

    def entries(self) -> tuple[Entry, ...]:
        """Return an entry for each document, in the order of the numbers."""
        entries = []
        for source_id, places in self._places.items():
            source = self._sources.get(source_id)
            if source is None and self._keyed:
                continue
            numbers = {self._numbers[source_id, place] for place in places}
            weak = numbers if self._is_weak((source_id, None), False) else set()
            mark = source_id if self._keyed else _join_numbers(numbers, weak)
            entries.append(_describe_document(mark, source_id, source, filter(None, places), self._lang))
        return tuple(entries)

    def _is_weak(self, cite: Cite, weak_row: bool) -> bool:
        """Return whether the cited document has grade C; `weak_row` answers for an unknown document."""
        source = self._sources.get(cite[0])
        return weak_row if source is None else source.grade == "C"


def number_documents(
    result: Result, rows: Iterable[Row], lang: str, *, listed: bool = True
) -> tuple[list[str], list[str]]:
    """Return each row's marks, and a line for each document that rows cite, under a blank one and a heading.

    Without `listed` there are no lines. Documents are numbered in the order of first mention.
    Those of grade C have a sign, which the last line explains.
    """
    citations = Citations(result.columns)
    cited = [dict.fromkeys(source_id for source_id, _ in citations.of(row)) for row in rows]
    numbers = {source_id: n for n, source_id in enumerate(dict.fromkeys(s for ids in cited for s in ids), 1)}
    known = result.sources(list(numbers)) if numbers else {}
    weak = {numbers[source_id] for source_id, source in known.items() if source.grade == "C"}
    marks = [_join_numbers({numbers[source_id] for source_id in ids}, weak) for ids in cited]
    if not numbers or not listed:
        return marks, []
    lines = [
        _describe_document(_join_numbers({n}, weak), s, known.get(s), (), lang).line()
        for s, n in numbers.items()
    ]
    return marks, ["", translate("Sources", lang), *lines, *([translate(_LEGEND, lang)] if weak else [])]


def _join_numbers(numbers: set[int], weak: set[int]) -> str:
    """Return numbers as a mark, those in a row as one: [1-3,7c]; nothing of none."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1 and (runs[-1][-1] in weak) == (number in weak):
            runs[-1].append(number)
        else:
            runs.append([number])
    ends = ["-".join(map(str, dict.fromkeys((run[0], run[-1])))) + _WEAK * (run[0] in weak) for run in runs]
    return f"[{','.join(ends)}]" if ends else ""


def _describe_document(
    mark: str, source_id: str, source: Source | None, places: Iterable[str], lang: str
) -> Entry:
    """Return what is told of a document: title, publisher, grade, when it came out, paragraphs; an unknown one's id."""
    cited = translate(", ", lang).join(places)
    paragraphs = translate("para. {place}", lang).format(place=cited) if cited else ""
    if source is None:
        parts = tuple(filter(None, (source_id, paragraphs)))
        return Entry(mark, parts, parts)
    days = (source.published_from, source.published_to)
    try:
        span = interval(*(date.fromisoformat(day) if day else None for day in days))
    except (ValueError, OverflowError):
        # Other databases may have days that Python has not.
        span = "/".join(day or "" for day in days)
    # An end that is open is not known: an event's day is not that of the document that tells of it.
    dates = (span or "").replace("..", "").replace("/", "..")
    short = (source.title, translate("grade {grade}", lang).format(grade=source.grade), dates, paragraphs)
    full = (source.title, source.publisher, *short[1:])
    return Entry(mark, tuple(filter(None, full)), tuple(filter(None, short)), source.url)


def _sort(cites: Iterable[Cite]) -> list[Cite]:
    """Return one row's citations by document as first mentioned, then by paragraph."""
    cites = list(cites)
    order = {source_id: n for n, source_id in enumerate(dict.fromkeys(source_id for source_id, _ in cites))}

    def key(cite: Cite) -> tuple[int, int, str]:
        place = cite[1] or ""
        return (order[cite[0]], int(place) if place.isdecimal() and len(place) < 10 else 0, place)

    return sorted(cites, key=key)
