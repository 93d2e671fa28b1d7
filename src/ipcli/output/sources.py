"""Citations in results: which columns carry them, and the columns `--with-source` adds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from ipcli.errors import UsageError
from ipcli.i18n import N_, translate
from ipcli.model import Column, Label, Result, Row, Source, Text

# Columns that say where a row is printed. Tables fold them into one numbered column.
CITATION = ("source_id", "para_no", "as_reported", "evidence", "grade", "n_sources", "cites")

_ADDED = {
    "source_title": Label(Text("来源标题", "Source title")),
    "publisher": Label(Text("发布者", "Publisher")),
    "published_from": Label(Text("发布（起）", "Published from")),
    "published_to": Label(Text("发布（止）", "Published to")),
    "url": Label(Text("网址", "URL")),
}
_RELEASE = Column("data_release", "text", Label(Text("数据版本", "Data release")))

# Rows read ahead, so that the documents of many rows are looked up at once.
_BATCH = 500

Cite = tuple[str, str | None]


def split(cite: str) -> Cite:
    """Return `SRC-001#26` as document and paragraph; the paragraph may be missing."""
    source, _, para = cite.partition("#")
    return source, para or None


class Citations:
    """Reads the citations (source id, paragraph) out of the rows of one result."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        """Find the citation columns by their names."""
        at = {column.name: index for index, column in enumerate(columns)}
        self._source = at.get("source_id")
        self._para = at.get("para_no")
        self._cites = at.get("cites")
        self.folded = {"cites"} & at.keys()
        # A lone source_id is a key like any other (the lookup of sources has it), not a citation.
        if {"source_id", "para_no"} <= at.keys():
            self.folded |= {"source_id", "para_no"}

    def of(self, row: Row) -> list[Cite]:
        """Return the citations of a row in the order given; aggregated rows have several."""
        found: list[Cite] = []
        if self._source is not None and row[self._source] is not None:
            para = None if self._para is None else row[self._para]
            found.append((str(row[self._source]), None if para is None else str(para)))
        if self._cites is not None:
            found += [split(str(cite)) for cite in row[self._cites] or ()]
        return found

    @property
    def known(self) -> bool:
        """Tell whether the rows have citations at all."""
        return self._source is not None or self._cites is not None


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
    added = tuple(Column(name, "list" if many else "text", label) for name, label in _ADDED.items())
    place = 1 + max(index for index, column in enumerate(result.columns) if column.name in CITATION)
    columns = result.columns[:place] + added + result.columns[place:] + (_RELEASE,)
    return columns, _join_documents(result, citations, place, many)


def _join_documents(result: Result, citations: Citations, place: int, many: bool) -> Iterator[Row]:
    known: dict[str, Source] = {}
    while batch := list(islice(result.rows, _BATCH)):
        cited = [list(dict.fromkeys(source for source, _ in citations.of(row))) for row in batch]
        missing = [source for source in dict.fromkeys(s for ids in cited for s in ids) if source not in known]
        if missing:
            known.update(result.sources(missing))
        for row, ids in zip(batch, cited, strict=True):
            documents = [_document(known.get(source)) for source in ids]
            extra: Iterable[Any] = documents[0] if documents else _document(None)
            if many:
                extra = [[document[i] for document in documents] for i in range(len(_ADDED))]
            yield (*row[:place], *extra, *row[place:], result.release)


def _document(source: Source | None) -> tuple[str | None, ...]:
    if source is None:
        return (None,) * len(_ADDED)
    return (source.title, source.publisher, source.published_from, source.published_to, source.url)


class Collector:
    """Notes which documents the rows of a result cite, and where, while the rows pass."""

    def __init__(self, result: Result) -> None:
        """From now on the rows of `result` pass through here."""
        self._citations = Citations(result.columns)
        self._lookup = result.sources
        self._release = result.release
        self._places: dict[str, dict[str, None]] = {}
        if self._citations.known:
            self._note(split(cite) for line in result.lead for cite in line.cites)
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
            *published, url = _document(source)
            places = sorted(cited, key=lambda text: (len(text), text))
            rows.append((source_id, *published, source and source.grade, url, places, self._release))
        title = Text("来源", "Sources")
        return Result(columns, iter(rows), self._lookup, title=title, release=self._release)
