"""A result as people read it: which columns, what cells say, which sources stand underneath."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from ipcli.model import Column, Result, Row, Source
from ipcli.output.citation import interval
from ipcli.output.formats import Options
from ipcli.output.shapes import Field, Note, Page
from ipcli.output.shelf import Each, Shelf
from ipcli.output.sources import CITATION, Citations, Cite, split
from ipcli.output.values import text

WEAK = "°"
# The first columns of a lookup always stay; later ones give way on a narrow terminal, save those without which a figure
# would mislead or there would be no figure: an umbrella's sum, a target without its year, what is stated, what is computed.
_KEPT = 4
_TELLING = ("is_umbrella", "due_year", "verdict", "stated", "target", "outcome", "basis")

_WORDS = {
    "zh": {
        "source": "来源",
        "as_reported": "原文",
        "true": "是",
        "false": "否",
        "rows": "共 {} 行",
        "row": "共 {} 行",
        "more": "另有 {} 列：--columns all 或 -f csv",
        "one_more": "另有 {} 列：--columns all 或 -f csv",
        "release": "数据 {}",
        "para": "第{}段",
        "grade": "{}级",
        "weak": "° C级来源：镜像、转载，或首发何处不详",
        "unit": "({})",
        "list": "、",
    },
    "en": {
        "source": "Source",
        "as_reported": "As printed",
        "true": "yes",
        "false": "no",
        "rows": "{} rows",
        "row": "{} row",
        "more": "{} more columns: --columns all or -f csv",
        "one_more": "{} more column: --columns all or -f csv",
        "release": "data {}",
        "para": "para. {}",
        "grade": "grade {}",
        "weak": "° grade C source: a mirror, a repost, or of unknown first print",
        "unit": "({})",
        "list": ", ",
    },
}


def build(result: Result, options: Options, *, urls: bool = False, long: bool = False) -> Page:
    """Gather the rows of `result` and look up their sources; `urls`: with their addresses.

    `long`: the rows of the page are not kept in memory, but made anew whenever they are read.
    """
    words = _WORDS["zh" if options.lang == "zh" else "en"]
    citations = Citations(result.columns)
    rows = Shelf(result.rows) if long else list(result.rows)
    book = _Book(result, citations, rows, words, urls or options.with_source)
    # What names no document at all is no citation, whatever its columns are called.
    folded = set() if book.strange else citations.folded
    shown = _shown(result, folded, options.with_source)
    if rows and not result.chosen:
        # A column in which nothing is known says nothing; the footer counts it.
        shown = _told(rows, shown) or shown
    lead = tuple(
        (line.label, " ".join(filter(None, (line.text, book.cited(line.cites))))) for line in result.lead
    )
    fields = [
        _field(result.columns[i], options.lang, words, spare=not result.chosen and place >= _KEPT)
        for place, i in enumerate(shown)
    ]
    if folded:
        fields.append(Field(words["source"], marks=True))

    def texts(row: Row) -> tuple[str | None, ...]:
        cells = [_cell(row[i], words, result.columns[i].reads) for i in shown]
        return (*cells, *((book.marks(row),) if folded else ()))

    cells = Each(rows, len(rows), texts) if long else [texts(row) for row in rows]
    represented = folded | ({"grade"} if folded else set())
    # Of no rows, other columns would say nothing either.
    hidden = len(rows) and sum(
        i not in shown and column.name not in represented for i, column in enumerate(result.columns)
    )
    summary = [words["row" if len(rows) == 1 else "rows"].format(len(rows))]
    if result.release:
        summary.append(words["release"].format(result.release))
    return Page(
        tuple(fields),
        cells,
        tuple(summary),
        (words["one_more"], words["more"]),
        hidden,
        words["source"] if options.lang == "zh" else "Sources",
        book.notes(),
        (words["weak"],) if book.weak else (),
        lead,
    )


def _told(rows: Iterable[Row], places: list[int]) -> list[int]:
    """Those of the places in which some row has a value."""
    silent = set(places)
    for row in rows:
        silent -= {i for i in silent if row[i] not in (None, [])}
        if not silent:
            break
    return [i for i in places if i not in silent]


def _shown(result: Result, folded: set[str], with_source: bool) -> list[int]:
    """Places of the columns to print: those chosen, else `show`, else all that is no citation."""
    names = [column.name for column in result.columns]
    if result.chosen:
        return [i for i, name in enumerate(names) if name not in folded]
    shown = [names.index(name) for name in result.show if name in names and name not in folded]
    if not shown:
        shown = [i for i, name in enumerate(names) if not folded or name not in CITATION]
    if with_source and "as_reported" in names and names.index("as_reported") not in shown:
        shown.append(names.index("as_reported"))
    return shown


def _field(column: Column, lang: str, words: dict[str, str], *, spare: bool) -> Field:
    label = column.label.text.get(lang) or column.name
    if column.name == "as_reported":
        label = words["as_reported"]
    numeric = column.type in ("number", "integer")
    return Field(
        label,
        words["unit"].format(column.label.unit) if column.label.unit else None,
        right=numeric,
        whole=numeric or column.type in ("boolean", "date"),
        spare=spare and column.name not in ("as_reported", *_TELLING),
    )


def _cell(value: Any, words: dict[str, str], reads: Callable[[str], str] | None) -> str | None:
    if value is None or value == []:
        return None
    if isinstance(value, str):
        return reads(value) if reads else value
    if isinstance(value, bool):
        return words["true" if value else "false"]
    if isinstance(value, float):
        # Fifteen digits are what a double holds for sure: 0.1 + 0.2 is 0.3 to people.
        value = float(f"{value:.15g}")
    if reads and isinstance(value, list):
        value = [reads(item) if isinstance(item, str) else item for item in value]
    return text(value, separator=words["list"])


class _Book:
    """Numbers the citations of all rows, document by document in the order of first mention."""

    def __init__(
        self, result: Result, citations: Citations, rows: Iterable[Row], words: dict[str, str], urls: bool
    ) -> None:
        self._citations = citations
        self._words = words
        self._urls = urls
        self._grade = next((i for i, column in enumerate(result.columns) if column.name == "grade"), None)
        self._places: dict[str, list[str | None]] = {}
        self.weak = False
        # Whether none of the documents is known.
        self.strange = False
        self._sources: dict[str, Source] = {}
        self._numbers: dict[Cite, int] = {}
        # Where ids stand in a column of their own they are the marks, unless the row tells the document itself.
        self._keyed = not citations.folded and not any(column.name == "title" for column in result.columns)
        if not citations.folded and not (self._keyed and citations.known):
            return
        seen: set[Cite] = set()
        above = [[split(cite) for cite in line.cites] for line in result.lead]
        for cites_of in (*above, *map(citations.of, rows)):
            for cite in _in_order(cites_of):
                if cite not in seen:
                    seen.add(cite)
                    self._places.setdefault(cite[0], []).append(cite[1])
        self._sources = result.sources(list(self._places)) if self._places else {}
        self.strange = bool(self._places) and not self._sources
        if self.strange:
            self._places = {}
            return
        cites = [(source, place) for source, places in self._places.items() for place in places]
        self._numbers = {cite: number for number, cite in enumerate(cites, 1)}
        self.weak = any(self._is_weak(cite, False) for cites_of in above for cite in cites_of) or any(
            self._is_weak(cite, self._weak_row(row)) for row in rows for cite in citations.of(row)
        )

    def marks(self, row: Row) -> str | None:
        """The numbers of a row's citations, as [1-3] [7]; those of grade C end in WEAK."""
        return self._marked(self._citations.of(row), self._weak_row(row))

    def cited(self, cites: Iterable[str]) -> str | None:
        """The numbers of citations that stand in no row."""
        return self._marked([split(cite) for cite in cites if self._numbers], False)

    def _marked(self, cited: list[Cite], weak_row: bool) -> str | None:
        cites = sorted({self._numbers[cite]: cite for cite in cited}.items())
        marks: list[str] = []
        run: list[int] = []
        for at, (number, cite) in enumerate(cites):
            run.append(number)
            weak = self._is_weak(cite, weak_row)
            last = at + 1 == len(cites)
            if last or cites[at + 1][0] != number + 1 or self._is_weak(cites[at + 1][1], weak_row) != weak:
                span = f"[{run[0]}-{run[-1]}]" if len(run) > 1 else f"[{run[0]}]"
                marks.append(span + WEAK if weak else span)
                run = []
        return " ".join(marks) or None

    def notes(self) -> tuple[Note, ...]:
        """One note a document, in the order of the numbers."""
        notes = []
        for source_id, places in self._places.items():
            source = self._sources.get(source_id)
            if source is None and self._keyed:
                continue
            references = []
            for place in places:
                mark = source_id if self._keyed else f"[{self._numbers[source_id, place]}]"
                mark += WEAK * self._is_weak((source_id, place), False)
                references.append((mark, self._words["para"].format(place) if place else ""))
            url = source.url if source and self._urls else None
            notes.append(Note(_heading(source_id, source, self._words), tuple(references), url))
        return tuple(notes)

    def _weak_row(self, row: Row) -> bool:
        return self._grade is not None and bool(row[self._grade] == "C")

    def _is_weak(self, cite: Cite, weak_row: bool) -> bool:
        """By the grade of the document; of one that is unknown, the row's own."""
        source = self._sources.get(cite[0])
        return weak_row if source is None else source.grade == "C"


def documents(result: Result, rows: Iterable[Row], lang: str) -> tuple[list[str], list[str]]:
    """The documents that rows cite, numbered in the order of first mention: each row's marks, and a line a document
    under a blank one and a heading.

    Marks of grade C end in WEAK, which the last line explains.
    """
    words = _WORDS["zh" if lang == "zh" else "en"]
    citations = Citations(result.columns)
    cited = [dict.fromkeys(source_id for source_id, _ in citations.of(row)) for row in rows]
    numbers = {source_id: n for n, source_id in enumerate(dict.fromkeys(s for ids in cited for s in ids), 1)}
    found = result.sources(list(numbers)) if numbers else {}
    weak = {numbers[source_id] for source_id, source in found.items() if source.grade == "C"}
    marks = [_spans(sorted(numbers[source_id] for source_id in ids), weak) for ids in cited]
    lines = [
        f"[{n}]{WEAK * (n in weak)} {_heading(source_id, found.get(source_id), words)}"
        for source_id, n in numbers.items()
    ]
    legend = [words["weak"]] if weak else []
    return marks, ["", words["source"] if lang == "zh" else "Sources", *lines, *legend] if lines else []


def _spans(numbers: list[int], weak: set[int]) -> str:
    """Ascending numbers as marks: [1-3][7]°."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1 and (runs[-1][-1] in weak) == (number in weak):
            runs[-1].append(number)
        else:
            runs.append([number])
    return "".join(
        (f"[{run[0]}-{run[-1]}]" if len(run) > 1 else f"[{run[0]}]") + WEAK * (run[0] in weak) for run in runs
    )


def _heading(source_id: str, source: Source | None, words: dict[str, str]) -> str:
    if source is None:
        return source_id
    # A label in place of a title stands in brackets already.
    title = source.title if source.title.startswith(("《", "[")) else f"《{source.title}》"
    dates = _published(source.published_from, source.published_to)
    head = f"{title} {source.publisher}" if source.publisher else title
    return " · ".join(part for part in (head, words["grade"].format(source.grade), dates) if part)


def _published(first: str | None, last: str | None) -> str:
    """The day, month, year or span a document came out in.

    An end that is open is not known: an event's day is not that of the document that tells of it.
    """
    try:
        span = interval(*(date.fromisoformat(day) if day else None for day in (first, last)))
    except (ValueError, OverflowError):
        # Other databases may have days that Python has not.
        span = f"{first or ''}/{last or ''}"
    return (span or "").replace("..", "").replace("/", "…")


def _in_order(cites: list[Cite]) -> list[Cite]:
    """One row's citations by document as first mentioned, then by paragraph."""
    documents = list(dict.fromkeys(source for source, _ in cites))

    def key(cite: Cite) -> tuple[int, int, str]:
        place = cite[1] or ""
        return (documents.index(cite[0]), int(place) if place.isdecimal() and len(place) < 10 else 0, place)

    return sorted(cites, key=key)
