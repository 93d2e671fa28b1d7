"""Numerals of a text that no fact cites yet, read as figures: the start of an extraction."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ipcli.dataset import phrases
from ipcli.dataset.units import standardise
from ipcli.dataset.verify import Document
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
_ENDS = "。！？；!?"
_YEAR = re.compile(r"((?:19|20)[0-9]{2})\s*(?:[-–—~至到、]+\s*((?:19|20)?[0-9]{2})\s*)?年")


class _Mention(NamedTuple):
    """One name (or year) where a paragraph mentions it."""

    start: int
    end: int
    name: str


_Find = Callable[[str], list[_Mention]]


def list_candidates(document: Document, db: Database, city: str | None = None) -> Result:
    """Return every numeral of a document, one row a figure, with the names and the year that stand nearest.

    A numeral that is no figure (a date, an ordinal, a code) has neither comparator nor value. Names are
    those of one city, however it is typed, or of all in the database.
    """
    if city is not None:
        city = Names(db, city).city
    # Each traditional character by its code point.
    simplified: dict[int, str] = dict(
        db.fetch("SELECT unicode(character), simplified FROM core.character WHERE simplified IS NOT NULL")
    )
    finders = {kind: _make_finder(db, kind, city) for kind in ("district", "industry")}
    rows = _read_rows(document, simplified, finders)
    title = Text("文中的数字", "Numerals of the text")
    return Result(COLUMNS, rows, lambda _ids: {}, title=title, release=db.release)


def _make_finder(db: Database, kind: str, city: str | None) -> _Find:
    """Return a function that finds the names and aliases of a kind in a text (simplified, lower case), in order.

    A city's own name means no district.
    """
    names: dict[str, str] = {}
    for name, alias in db.run(
        "SELECT name, alias FROM main.aliases WHERE kind = $kind AND ($city IS NULL OR city = $city)",
        {"kind": kind, "city": city},
    ).rows:
        for word in (name, alias):
            if len(word) > 1:
                names.setdefault(word.lower(), "" if name in db.cities else name)
    # Longest first, so that 青岛自贸片区 is not read as 青岛. Latin words stand alone: `ai` is no part of `air`.
    words = sorted(names, key=lambda word: (-len(word), word))
    parts = [rf"(?<![a-z0-9]){re.escape(w)}(?![a-z0-9])" if w.isascii() else re.escape(w) for w in words]
    pattern = re.compile("|".join(parts) or "(?!)")  # Without names nothing is found.

    def find(text: str) -> list[_Mention]:
        found = (_Mention(*match.span(), names[match[0]]) for match in pattern.finditer(text))
        return [mention for mention in found if mention.name]

    return find


def _read_rows(document: Document, simplified: dict[int, str], finders: dict[str, _Find]) -> Iterator[Row]:
    last: dict[str, str] = {}
    for number, paragraph in enumerate(document.paragraphs, start=1):
        # Character by character: offsets must stay those of the text.
        searched = paragraph.translate(simplified).lower()
        mentions = {kind: find(searched) for kind, find in finders.items()}
        years = [_Mention(*m.span(), _last_year(m[1], m[2])) for m in _YEAR.finditer(paragraph)]
        for start, end, figure in _find_figures(paragraph):
            nearest = {kind: _find_nearest(found, start, end) for kind, found in mentions.items()}
            # The sentence that the figure stands in.
            first = max(paragraph.rfind(mark, 0, start) for mark in _ENDS) + 1
            ends = (paragraph.find(mark, end) for mark in _ENDS)
            beyond = min((at for at in ends if at >= 0), default=len(paragraph))
            # At most 30 characters, not beyond the sentence.
            left = max(first, start - max(_CONTEXT - (end - start), 0) * 2 // 3)
            yield (
                number,
                start,
                end,
                paragraph[start:end],
                *_read(figure),
                *(found.name if found else last.get(kind) for kind, found in nearest.items()),
                *_find_year(years, start, end, first, beyond),
                paragraph[left : min(left + _CONTEXT, beyond)].strip(" ，、；,"),
            )
        last |= {kind: found[-1].name for kind, found in mentions.items() if found}


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
    standard = standardise(figure.value, figure.unit)
    return (figure.comparator, figure.value, figure.unit, figure.lower, figure.upper, *standard)


def _find_nearest(mentions: list[_Mention], start: int, end: int) -> _Mention | None:
    """Return the mention nearest to a place; what comes before counts as half as far."""

    def measure(mention: _Mention) -> int:
        return start - mention.end if mention.end <= start else 2 * max(mention.start - end, 0)

    return min(mentions, key=measure, default=None)


def _find_year(
    years: list[_Mention], start: int, end: int, first: int, beyond: int
) -> tuple[int | None, str]:
    """Return the year a figure stands under: of its sentence (printed), else the last before it (scope)."""
    years = [year for year in years if not (year.start < end and start < year.end)]
    near = _find_nearest([year for year in years if first <= year.start < beyond], start, end)
    if near is not None:
        return int(near.name), "printed"
    before = [year for year in years if year.end <= start]
    return (int(before[-1].name), "scope") if before else (None, "none")
