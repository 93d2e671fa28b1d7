"""Numerals of a text that no fact cites yet, read as figures: the start of an extraction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ipcli.dataset import phrases
from ipcli.dataset.documents import Document
from ipcli.db.engine import Database
from ipcli.model import Column, Result, Row, Text, parse_label
from ipcli.query.names import Names

COLUMNS = (
    Column("para_no", "integer", parse_label("段 | Paragraph")),
    Column("char_start", "integer", parse_label("起 | Start")),
    Column("char_end", "integer", parse_label("止 | End")),
    Column("as_reported", "text", parse_label("原文 | As printed")),
    Column("comparator", "text", parse_label("比较 | Comparator")),
    Column("value", "number", parse_label("数值 | Value")),
    Column("unit", "text", parse_label("单位 | Unit")),
    Column("lower", "number", parse_label("下限 | Lower")),
    Column("upper", "number", parse_label("上限 | Upper")),
    Column("value_std", "number", parse_label("标准值 | Standard value")),
    Column("unit_std", "text", parse_label("标准单位 | Standard unit")),
    Column("district", "text", parse_label("最近的区市 | Nearest district")),
    Column("industry", "text", parse_label("最近的产业 | Nearest industry")),
    Column("year", "integer", parse_label("最近的年份 | Nearest year")),
    Column("year_basis", "text", parse_label("年份依据 | Year basis")),
    Column("context", "text", parse_label("上下文 | Context")),
)
_CONTEXT = 30
_SENTENCE_END = "。！？；!?"
_YEAR = re.compile(r"((?:19|20)[0-9]{2})\s*(?:[-–—~至到、]+\s*((?:19|20)?[0-9]{2})\s*)?年")


@dataclass(frozen=True, slots=True)
class _Mention:
    """One name (or year) where a paragraph mentions it."""

    start: int
    end: int
    name: str


def list_candidates(document: Document, db: Database, city: str | None = None) -> Result:
    """Return every numeral of a document, one row a figure, with the names and the year that stand nearest.

    A numeral that is no figure (a date, an ordinal, a code) has neither comparator nor value. Names are
    those of one city, however it is typed, or of all in the database.
    """
    if city is not None:
        city = Names(db, city).city
    rows = _read_rows(
        document, _read_simplified(db), _read_names(db, "district", city), _read_names(db, "industry", city)
    )
    title = Text("文中的数字", "Numerals of the text")
    return Result(COLUMNS, rows, lambda _ids: {}, title=title, release=db.release)


class _Names:
    """Finds the names of one kind: longest first, so that 青岛自贸片区 is not read as 青岛."""

    def __init__(self, aliases: dict[str, str]) -> None:
        words = sorted(aliases, key=lambda word: (-len(word), word))
        # Latin words stand alone: `ai` is no part of `air`.
        parts = [rf"(?<![a-z0-9]){re.escape(w)}(?![a-z0-9])" if w.isascii() else re.escape(w) for w in words]
        self._pattern = re.compile("|".join(parts) or "(?!)")  # Without names nothing is found.
        self._aliases = aliases

    def find(self, text: str) -> list[_Mention]:
        """Return every name in a text (simplified, lower case), in order."""
        return [
            _Mention(*match.span(), name)
            for match in self._pattern.finditer(text)
            if (name := self._aliases[match[0]])
        ]


def _read_names(db: Database, kind: str, city: str | None) -> _Names:
    """Return the names and aliases of a kind; a city's own name is found, and means no district."""
    aliases: dict[str, str] = {}
    for name, alias in db.run(
        "SELECT name, alias FROM main.aliases WHERE kind = $kind AND ($city IS NULL OR city = $city)",
        {"kind": kind, "city": city},
    ).rows:
        for word in (name, alias):
            if len(word) > 1:
                aliases.setdefault(word.lower(), "" if name in db.cities else name)
    return _Names(aliases)


def _read_simplified(db: Database) -> dict[int, str]:
    """Return the simplified form of each traditional character, by its code point."""
    sql = "SELECT unicode(character), simplified FROM core.character WHERE simplified IS NOT NULL"
    return dict(db.fetch(sql))


def _read_rows(
    document: Document, simplified: dict[int, str], districts: _Names, industries: _Names
) -> Iterator[Row]:
    last_district: str | None = None
    last_industry: str | None = None
    for number, paragraph in enumerate(document.paragraphs, start=1):
        # Character by character: offsets must stay those of the text.
        searched = paragraph.translate(simplified).lower()
        found_districts, found_industries = districts.find(searched), industries.find(searched)
        years = [
            _Mention(*match.span(), _last_year(match[1], match[2])) for match in _YEAR.finditer(paragraph)
        ]
        for start, end, figure in _find_figures(paragraph):
            district, industry = (
                _find_nearest(names, start, end) for names in (found_districts, found_industries)
            )
            year, basis = _find_year(paragraph, years, start, end)
            yield (
                number,
                start,
                end,
                paragraph[start:end],
                *_read(figure),
                district.name if district else last_district,
                industry.name if industry else last_industry,
                year,
                basis,
                _cut_context(paragraph, start, end),
            )
        last_district = found_districts[-1].name if found_districts else last_district
        last_industry = found_industries[-1].name if found_industries else last_industry


def _last_year(first: str, last: str | None) -> str:
    """Return the later year of 2025-2027年 or 2025-27年."""
    return first if last is None else first[: 4 - len(last)] + last


def _find_figures(paragraph: str) -> list[tuple[int, int, phrases.Figure | None]]:
    """Return the figures with what they span, and the numerals that are in none, in order."""
    figures = phrases.read_figures(paragraph)
    found: list[tuple[int, int, phrases.Figure | None]] = [(f.start, f.end, f) for f in figures]
    for start, end, _printed in phrases.find_numerals(paragraph):
        if not any(start < figure.end and figure.start < end for figure in figures):
            found.append((start, end, None))
    return sorted(found, key=lambda entry: entry[:2])


def _read(figure: phrases.Figure | None) -> tuple[str | float | None, ...]:
    """Return the columns from `comparator` to `unit_std`."""
    if figure is None:
        return (None,) * 7
    standard = phrases.standardise(figure.value, figure.unit)
    return (figure.comparator, figure.value, figure.unit, figure.lower, figure.upper, *standard)


def _find_nearest(mentions: list[_Mention], start: int, end: int) -> _Mention | None:
    """Return the mention nearest to a place; what comes before counts as half as far."""

    def measure(mention: _Mention) -> int:
        return start - mention.end if mention.end <= start else 2 * max(mention.start - end, 0)

    return min(mentions, key=measure, default=None)


def _find_year(paragraph: str, years: list[_Mention], start: int, end: int) -> tuple[int | None, str]:
    """Return the year a figure stands under: of its sentence (printed), else the last before it (scope)."""
    first = _begin_sentence(paragraph, start)
    last = _end_sentence(paragraph, end)
    years = [year for year in years if not (year.start < end and start < year.end)]
    near = _find_nearest([year for year in years if first <= year.start < last], start, end)
    if near is not None:
        return int(near.name), "printed"
    before = [year for year in years if year.end <= start]
    return (int(before[-1].name), "scope") if before else (None, "none")


def _cut_context(paragraph: str, start: int, end: int) -> str:
    """Return the words around a place, at most 30 characters, not beyond its sentence."""
    room = max(_CONTEXT - (end - start), 0)
    left = max(_begin_sentence(paragraph, start), start - room * 2 // 3)
    text = paragraph[left : left + _CONTEXT]
    return text[: _end_sentence(text, end - left)].strip(" ，、；,")


def _begin_sentence(paragraph: str, place: int) -> int:
    return max(paragraph.rfind(mark, 0, place) for mark in _SENTENCE_END) + 1


def _end_sentence(text: str, place: int) -> int:
    return min((at for mark in _SENTENCE_END if (at := text.find(mark, place)) >= 0), default=len(text))
