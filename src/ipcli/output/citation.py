"""Documents as reference lists give them: GB/T 7714-2015, APA 7, CSL-JSON.

What the data does not tell (authors, pages, the day of access) is left out, never guessed.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, NamedTuple

STYLES = ("gbt7714", "apa", "json")

_NEWSPAPER = re.compile(r"(日报|晚报|早报|晨报|时报|日報|晚報|時報)$")
# What a document is, for each style: by the kind the data gives it.
_OFFICIAL, _DATASET, _FEATURE = "官方文件或页面", "开放数据", "报纸专题"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Document(NamedTuple):
    """A row of the view `sources`, as far as references need it; dates are the earliest and latest possible."""

    source_id: str
    title: str
    kind: str
    publisher: str | None
    published_from: date | None
    published_to: date | None
    url: str | None


def gbt7714(document: Document) -> str:
    """Return the document as GB/T 7714-2015 has it, without the day of access."""
    when = interval(document.published_from, document.published_to)
    title = f"{_plain(document.title)}[{_mark(document)}]"
    parts = [title]
    if _newspaper(document):
        parts.append(", ".join(filter(None, (document.publisher, when or "日期不详"))))
    else:
        if document.publisher:
            parts.insert(0, _plain(document.publisher))
        # The day of what is online stands in brackets, and that no day is known.
        parts.append(when if when and not document.url else f"({when or '日期不详'})")
    if document.url:
        parts.append(document.url)
    return ". ".join(parts) + ("" if document.url else ".")


def apa(document: Document) -> str:
    """Return the document as APA 7 has it."""
    when = f"({_apa_date(document.published_from, document.published_to)})"
    title = _plain(document.title)
    head = [_plain(document.publisher), when, title] if document.publisher else [title, when]
    return ". ".join([*head, *([document.url] if document.url else [])]) + ("" if document.url else ".")


def csl(document: Document, note: str | None = None) -> dict[str, Any]:
    """Return the document as an item of CSL-JSON; only what is known has a key."""
    item: dict[str, Any] = {"id": document.source_id, "type": _csl_type(document), "title": document.title}
    if document.publisher:
        if item["type"] in ("report", "dataset"):
            item["author"] = [{"literal": document.publisher}]
        else:
            item["container-title"] = document.publisher
    when = interval(document.published_from, document.published_to)
    if when:
        days = [day for day in when.split("/") if day != ".."]
        item["issued"] = {"date-parts": [[int(part) for part in day.split("-")] for day in days]}
    if document.url:
        item["URL"] = document.url
    if note:
        item["note"] = note
    return item


def interval(start: date | None, end: date | None) -> str | None:
    """Return the span in which a document came out: a day, a month, a year, or `from/to` as ISO 8601 has it."""
    if start is None and end is None:
        return None
    if start is None or end is None:
        return f"{start or '..'}/{end or '..'}"
    if start == end:
        return start.isoformat()
    if _whole_year(start, end):
        return str(start.year)
    if _whole_month(start, end):
        return start.isoformat()[:7]
    return f"{start}/{end}"


def _whole_year(start: date, end: date) -> bool:
    return (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year


def _whole_month(start: date, end: date) -> bool:
    after = end + timedelta(days=1)
    return start.day == after.day == 1 and (start.year, start.month) == (end.year, end.month)


def _apa_date(start: date | None, end: date | None) -> str:
    if start is None:
        return "n.d." if end is None else f"before {_apa_day(end)}"
    if end is None:
        return f"{_apa_day(start)} or later"
    if start == end:
        return _apa_day(start)
    if _whole_year(start, end):
        return str(start.year)
    if _whole_month(start, end):
        return f"{start.year}, {_MONTHS[start.month - 1]}"
    if start.year == end.year:
        return f"{_apa_day(start)}–{_MONTHS[end.month - 1]} {end.day}"
    return f"{_apa_day(start)}–{_apa_day(end)}"


def _apa_day(day: date) -> str:
    return f"{day.year}, {_MONTHS[day.month - 1]} {day.day}"


def _newspaper(document: Document) -> bool:
    return document.kind == _FEATURE or bool(document.publisher and _NEWSPAPER.search(document.publisher))


def _mark(document: Document) -> str:
    """Return the type mark of GB/T 7714: N newspaper, DB data, EB what is online; /OL where it was seen online.

    What is neither, and has no address, is Z: other.
    """
    kind = (
        "N" if _newspaper(document) else "DB" if document.kind == _DATASET else "EB" if document.url else "Z"
    )
    return f"{kind}/OL" if document.url else kind


def _csl_type(document: Document) -> str:
    if _newspaper(document):
        return "article-newspaper"
    return {_OFFICIAL: "report", _DATASET: "dataset"}.get(document.kind, "webpage")


def _plain(text: str) -> str:
    """Return a title or a name without the full stop at its end, which the reference adds."""
    return text.strip().rstrip(".。")
