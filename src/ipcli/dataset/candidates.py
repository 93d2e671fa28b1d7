"""The numerals of a text that no fact cites yet, read as figures: the start of an extraction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ipcli.dataset import phrases
from ipcli.dataset.passages import Document
from ipcli.dataset.results import Spec, fetch, table
from ipcli.db.engine import Database
from ipcli.model import Result, Row, Text

COLUMNS: tuple[Spec, ...] = (
    ("para_no", "integer", "段", "Paragraph"),
    ("char_start", "integer", "起", "Start"),
    ("char_end", "integer", "止", "End"),
    ("as_reported", "text", "原文", "As printed"),
    ("comparator", "text", "比较", "Comparator"),
    ("value", "number", "数值", "Value"),
    ("unit", "text", "单位", "Unit"),
    ("lower", "number", "下限", "Lower"),
    ("upper", "number", "上限", "Upper"),
    ("value_std", "number", "标准值", "Standard value"),
    ("unit_std", "text", "标准单位", "Standard unit"),
    ("district", "text", "最近的区市", "Nearest district"),
    ("industry", "text", "最近的产业", "Nearest industry"),
    ("year", "integer", "最近的年份", "Nearest year"),
    ("year_basis", "text", "年份依据", "Year basis"),
    ("context", "text", "上下文", "Context"),
)
_CONTEXT = 30
_SENTENCE_END = "。！？；!?"
_YEAR = re.compile(r"((?:19|20)[0-9]{2})\s*(?:[-–—~至到、]+\s*((?:19|20)?[0-9]{2})\s*)?年")


@dataclass(frozen=True, slots=True)
class _Mention:
    """A name (or year) where a paragraph mentions it."""

    start: int
    end: int
    name: str


def candidates(document: Document, db: Database, city: str | None = None) -> Result:
    """Every numeral of a document, one row a figure, with the names and the year that stand nearest.

    A numeral that is no figure (a date, an ordinal, a code) has neither comparator nor value. Names are
    those of one city, or of all in the database.
    """
    rows = list(
        _rows(document, _simplified(db), _pattern(db, "district", city), _pattern(db, "industry", city))
    )
    return table(COLUMNS, rows, Text("文中的数字", "Numerals of the text"), db.release)


def _simplified(db: Database) -> dict[int, str]:
    """Return the simplified form of each traditional character."""
    sql = "SELECT unicode(character), simplified FROM core.character WHERE simplified IS NOT NULL"
    return dict(db.fetch(sql))


class _Names:
    """Finds the names of one kind: longest first, so that 青岛自贸片区 is not read as 青岛."""

    def __init__(self, aliases: dict[str, str]) -> None:
        words = sorted(aliases, key=lambda word: (-len(word), word))
        # Latin words stand alone: `ai` is no part of `air`.
        parts = [rf"(?<![a-z0-9]){re.escape(w)}(?![a-z0-9])" if w.isascii() else re.escape(w) for w in words]
        self._pattern = re.compile("|".join(parts)) if parts else None
        self._aliases = aliases

    def mentions(self, text: str) -> list[_Mention]:
        """Every name in a text (simplified, lower case), in order."""
        if self._pattern is None:
            return []
        return [
            _Mention(*match.span(), name)
            for match in self._pattern.finditer(text)
            if (name := self._aliases[match[0]])
        ]


def _pattern(db: Database, kind: str, city: str | None) -> _Names:
    """The names and aliases of a kind; a city's own name is found, and means no district."""
    rows = fetch(
        db,
        "SELECT name, alias FROM main.aliases WHERE kind = $kind AND ($city IS NULL OR city = $city)",
        kind=kind,
        city=city,
    )
    cities = set(db.cities)
    aliases: dict[str, str] = {}
    for name, alias in rows:
        for word in (name, alias):
            if len(word) > 1:
                aliases.setdefault(word.lower(), "" if name in cities else name)
    return _Names(aliases)


def _rows(
    document: Document, simplified: dict[int, str], districts: _Names, industries: _Names
) -> Iterator[Row]:
    last_district: str | None = None
    last_industry: str | None = None
    for number, paragraph in enumerate(document.paragraphs, start=1):
        # Character by character: offsets must stay those of the text.
        searched = paragraph.translate(simplified).lower()
        found_districts, found_industries = districts.mentions(searched), industries.mentions(searched)
        years = [
            _Mention(*match.span(), _last_year(match[1], match[2])) for match in _YEAR.finditer(paragraph)
        ]
        for start, end, figure in _figures(paragraph):
            district, industry = (
                _nearest(found, start, end) for found in (found_districts, found_industries)
            )
            year, basis = _year(paragraph, years, start, end)
            yield (
                number,
                start,
                end,
                paragraph[start:end],
                *_reading(figure),
                district.name if district else last_district,
                industry.name if industry else last_industry,
                year,
                basis,
                _context(paragraph, start, end),
            )
        last_district = found_districts[-1].name if found_districts else last_district
        last_industry = found_industries[-1].name if found_industries else last_industry


def _last_year(first: str, last: str | None) -> str:
    """The later year of 2025-2027年 or 2025-27年."""
    return first if last is None else first[: 4 - len(last)] + last


def _figures(paragraph: str) -> Iterator[tuple[int, int, phrases.Figure | None]]:
    """Figures with what they span, and the numerals that are in none, in order."""
    figures = phrases.figures(paragraph)
    found: list[tuple[int, int, phrases.Figure | None]] = [(f.start, f.end, f) for f in figures]
    for start, end, _ in phrases.numerals(paragraph):
        if not any(start < figure.end and figure.start < end for figure in figures):
            found.append((start, end, None))
    yield from sorted(found, key=lambda entry: entry[:2])


def _reading(figure: phrases.Figure | None) -> tuple[str | float | None, ...]:
    if figure is None:
        return (None,) * 7
    value_std, unit_std = phrases.standard(figure.value, figure.unit)
    return (
        figure.comparator,
        figure.value,
        figure.unit,
        figure.lower,
        figure.upper,
        value_std,
        unit_std,
    )


def _nearest(mentions: list[_Mention], start: int, end: int) -> _Mention | None:
    """The mention nearest to a place; what comes before counts as half as far."""
    return min(mentions, key=lambda mention: _distance(mention, start, end), default=None)


def _distance(mention: _Mention, start: int, end: int) -> int:
    return start - mention.end if mention.end <= start else 2 * max(mention.start - end, 0)


def _year(paragraph: str, years: list[_Mention], start: int, end: int) -> tuple[int | None, str]:
    """The year a figure stands under: of its sentence (printed), else the last before it (scope)."""
    first = max(paragraph.rfind(mark, 0, start) for mark in _SENTENCE_END) + 1
    ends = [place for mark in _SENTENCE_END if (place := paragraph.find(mark, end)) >= 0]
    last = min(ends, default=len(paragraph))
    years = [year for year in years if not (year.start < end and start < year.end)]
    near = _nearest([year for year in years if first <= year.start < last], start, end)
    if near is not None:
        return int(near.name), "printed"
    before = [year for year in years if year.end <= start]
    return (int(before[-1].name), "scope") if before else (None, "none")


def _context(paragraph: str, start: int, end: int) -> str:
    """The words around a place, at most 30 characters, not beyond its sentence."""
    first = max(paragraph.rfind(mark, 0, start) for mark in _SENTENCE_END) + 1
    room = max(_CONTEXT - (end - start), 0)
    left = max(first, start - room * 2 // 3)
    text = paragraph[left : left + _CONTEXT]
    stop = min((i for mark in _SENTENCE_END if (i := text.find(mark, end - left)) >= 0), default=len(text))
    return text[:stop].strip(" ，、；,")
