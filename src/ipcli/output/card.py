"""Facts of many kinds as a card: a list a kind, a line an item with the numbers of its sources. Not a format by name."""

from __future__ import annotations

from itertools import groupby
from typing import Any, TextIO

from ipcli.i18n import translate
from ipcli.model import Result
from ipcli.output.cells import width_of
from ipcli.output.formats import Options
from ipcli.output.formats.table import draw
from ipcli.output.page import Field, Page, build

# Columns that a card is made of; it has no room for more.
_COLUMNS = (
    "section", "district", "industry", "item", "detail", "stated", "dated", "status",
    "per", "filter", "outcome", "outcome_dated", "outcome_basis",
)  # fmt: skip
# Places of so many cells stay on one line.
_PLACE = 18

# The columns of a row as people read them, and besides: `course`, whether it is a state in the course of a project, and
# `mark`, the numbers of its sources.
_Fact = dict[str, Any]


def write(result: Result, out: TextIO, options: Options) -> int:
    """Draw facts (rows of the lookup `find`) on `out`; returns how many there were."""
    result.show = _COLUMNS
    result.chosen = False
    section = next(place for place, column in enumerate(result.columns) if column.name == "section")
    rows = list(result.rows)
    result.rows = iter(rows)
    # The lines of a card are put together: marks in single cells would not survive.
    page = build(result, options._replace(notes=False))
    names = [field.name or "mark" for field in page.fields]
    facts: list[_Fact] = [dict(zip(names, row, strict=True)) for row in page.rows]
    for fact, row in zip(facts, rows, strict=True):
        fact["course"] = row[section] == "progress"
    page = _card(page, facts, result.title.get(options.lang), options.lang)
    draw(page, out, options._replace(header=False, vertical=False))
    return len(rows)


def _card(page: Page, facts: list[_Fact], title: str, lang: str) -> Page:
    values = {name: {fact.get(name) for fact in facts} for name in ("district", "industry")}
    places = [name for name, found in values.items() if len(found) > 1]
    # Where all of it is stands above, unless that is what was asked for.
    above = " ".join((title, *(said for _label, said in page.lead)))
    labels = {field.name: field.label for field in page.fields}
    lead = tuple(
        (labels[name], value)
        for name, found in values.items()
        if len(found) == 1
        for value in found
        if value and value not in above
    )
    # In the order of the sections, which the rows have; within one, what lies together goes together.
    order = {section: i for i, section in enumerate(dict.fromkeys(fact["section"] for fact in facts))}
    # A project's one state stands with the project.
    states = [fact.get("item") for fact in facts if fact["course"]]
    entries = [fact for fact in facts if not (fact["course"] and states.count(fact.get("item")) == 1)]
    entries.sort(key=lambda fact: (order[fact["section"]], *(fact.get(name) or "" for name in places)))
    rows: list[tuple[str | None, ...]] = []
    last: str | None = None
    for (section, *where), group in groupby(
        entries, key=lambda fact: tuple(fact.get(name) for name in ("section", *places))
    ):
        # District and industry share a column, so that the facts have the room.
        place = ("\n".join(filter(None, where)),) if places else ()
        rows.append(("" if section == last else section or "", *place, _items(list(group), lang)))
        last = section
    short = max((width_of(row[1] or "") for row in rows), default=0) <= _PLACE
    fields = (
        Field("", whole=True, strong=True),
        *(Field("", whole=short) for _place in places[:1]),
        Field("", listed=True),
    )
    return page._replace(fields=fields, rows=rows, hidden=0, lead=(*page.lead, *lead))


def _items(facts: list[_Fact], lang: str) -> str:
    """Return the facts of one section and place, a line an item.

    Facts about the same item share a line, and so do items of which the same is said.
    """
    enumeration, comma, colon = ("、", "、", "：") if lang == "zh" else (", ", ", ", ": ")
    # The states of a project are its course.
    if facts[0]["course"]:
        comma = " -> "
    # What is said -> the items it is said of.
    lines: dict[tuple[str, object], list[str]] = {}
    for item, group in groupby(facts, key=lambda fact: fact.get("item")):
        same = list(group)
        texts: list[str] = []
        for text in (_fact(fact, lang) for fact in same):
            if texts and text.startswith("["):
                # The same is printed elsewhere too.
                texts[-1] += "" if texts[-1].endswith(text) else text
            else:
                texts.append(text)
        # Kinds are shared; a figure, and what happened, is each item's own.
        shared = all(fact.get("detail") and not fact.get("stated") for fact in same)
        about = colon if any(not text.startswith(("（", "(", "[")) for text in texts) else ""
        said = f"{about if item and any(texts) else ''}{comma.join(texts)}"
        if item and texts[0].startswith("("):
            said = f" {said}"
        lines.setdefault((said, None if shared and item else len(lines)), []).append(item or "")
    return "\n".join(enumeration.join(items) + said for (said, _key), items in lines.items())


def _fact(fact: _Fact, lang: str) -> str:
    """Return what is said of an item: the figure, asides in brackets, the numbers of the sources."""
    detail, status = fact.get("detail"), fact.get("status")
    said = " ".join(filter(None, (detail, fact.get("stated"))))
    if fact["course"]:
        said, status = " ".join(filter(None, (detail, status))), None
    per = fact.get("per")
    asides = (
        fact.get("filter"),
        per and translate("per {unit}", lang).format(unit=per),
        fact.get("dated"),
        None if status == detail else _status(status, fact, lang),
    )
    aside = ("，" if lang == "zh" else ", ").join(filter(None, asides))
    if aside:
        said += f"（{aside}）" if lang == "zh" else f" ({aside})"
    # No line break parts the numbers of sources.
    return said.strip() + (fact.get("mark") or "").replace(" ", "")


def _status(status: str | None, fact: _Fact, lang: str) -> str | None:
    """Return the status, and of a target what came of it."""
    if status is None or fact.get("outcome") is None:
        return status
    outcome = filter(None, (fact["outcome"], fact.get("outcome_dated"), fact.get("outcome_basis")))
    return f"{status}：{'，'.join(outcome)}" if lang == "zh" else f"{status}: {', '.join(outcome)}"
