"""Facts of many kinds as a card: a list a kind, a line an item with the numbers of its sources. Not a format by name."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Any, TextIO

from ipcli.model import Result
from ipcli.output.formats import Options
from ipcli.output.page import build
from ipcli.output.shapes import Field, Page

# What a fact is told by; a card has no room for more.
_TOLD = (
    "section", "district", "industry", "item", "detail", "stated", "dated", "status",
    "per", "filter", "outcome", "outcome_dated", "outcome_basis",
)  # fmt: skip

_PICTURE = 100
# Places of so many cells stay on one line.
_PLACE = 18

_Fact = dict[str, Any]


def write(result: Result, out: TextIO, options: Options) -> int:
    """Draw facts (rows of the lookup `find`) on `out`; returns how many there were."""
    # Late: it loads Rich.
    from ipcli.output.table import draw

    page, count = card(result, options)
    draw(page, out, header=False, null="", width=options.width, color=options.color, lang=options.lang)
    return count


def picture(result: Result, out: TextIO, options: Options) -> int:
    """The same as an SVG file."""
    from ipcli.output import svg

    page, count = card(result, options)
    title = result.title.get(options.lang)
    width = options.width or _PICTURE
    out.write(svg.picture(page, title, header=False, vertical=False, null="", width=width))
    return count


def card(result: Result, options: Options) -> tuple[Page, int]:
    """The page of a card, and how many facts are on it."""
    result.show = _TOLD
    page = build(_told_first(result), options)
    return _card(page, result, options.lang), len(page.rows)


def _told_first(result: Result) -> Result:
    """The result with exactly the columns a card is made of, empty or not."""
    places = [next(i for i, c in enumerate(result.columns) if c.name == name) for name in _TOLD]
    rest = [i for i in range(len(result.columns)) if i not in places]
    order = places + rest
    result.columns = tuple(result.columns[i] for i in order)
    rows = result.rows
    result.rows = (tuple(row[i] for i in order) for row in rows)
    result.chosen = False
    return result


def _card(page: Page, result: Result, lang: str) -> Page:
    from ipcli.output.cells import width_of

    names = [field.label for field in page.fields]
    labels = {column.label.text.get(lang) or column.name: column.name for column in result.columns}
    known = [labels.get(name, name) for name in names]
    facts: list[_Fact] = [dict(zip(known, row, strict=True)) for row in page.rows]
    course = next(column.reads or str for column in result.columns if column.name == "section")("progress")
    for fact in facts:
        fact["course"] = fact.get("section") == course
    marks = [row[-1] if page.fields[-1].marks else None for row in page.rows]
    found = {name: {fact.get(name) for fact in facts} for name in ("district", "industry")}
    places = [name for name, values in found.items() if len(values) > 1]
    # Where all of it is stands above, unless that is what was asked for.
    above = " ".join((result.title.get(lang), *(said for _, said in page.lead)))
    one = [(name, value) for name, values in found.items() if len(values) == 1 for value in values]
    heads = dict(zip(known, names, strict=True))
    lead = tuple((heads[name], value) for name, value in one if value and value not in above)
    rows: list[tuple[str | None, ...]] = []
    last: str | None = None

    def group(entry: tuple[_Fact, str | None]) -> tuple[Any, ...]:
        return tuple(entry[0].get(name) for name in ("section", *places))

    # In the order of the sections, which the rows have; within one, what lies together goes together.
    order = {section: i for i, section in enumerate(dict.fromkeys(fact.get("section") for fact in facts))}
    # A project's one state stands with the project.
    stated = [fact.get("item") for fact in facts if fact["course"]]
    alone = {item for item in stated if stated.count(item) == 1}
    entries = sorted(
        (
            (fact, mark)
            for fact, mark in zip(facts, marks, strict=True)
            if not (fact["course"] and fact.get("item") in alone)
        ),
        key=lambda entry: (
            order[entry[0].get("section")],
            *(entry[0].get(name) or "" for name in places),
        ),
    )
    for (section, *where), entry in groupby(entries, key=group):
        # District and industry share a column, so that the facts have the room.
        place = ("\n".join(filter(None, where)),) if places else ()
        rows.append(("" if section == last else section, *place, _told(list(entry), lang)))
        last = section
    short = max((width_of(row[1] or "") for row in rows), default=0) <= _PLACE
    fields = (
        Field("", whole=True, strong=True),
        *(Field("", whole=short) for _ in places[:1]),
        Field("", listed=True),
    )
    return replace(page, fields=fields, rows=rows, hidden=0, lead=(*page.lead, *lead))


def _told(entries: list[tuple[_Fact, str | None]], lang: str) -> str:
    """The facts of one section and place, a line an item: those about the same item are told together, and so are
    items of which the same is said.
    """
    enumeration, comma, colon = ("、", "、", "：") if lang == "zh" else (", ", ", ", ": ")
    # The states of a project are its course.
    if entries[0][0].get("course"):
        comma = " → "
    # What is said -> the items it is said of.
    lines: dict[tuple[str, object], list[str]] = {}
    for item, group in groupby(entries, key=lambda entry: entry[0].get("item")):
        facts = list(group)
        told: list[str] = []
        for text in (_fact(fact, mark, lang) for fact, mark in facts):
            if told and text.startswith("["):
                # The same is printed elsewhere too.
                told[-1] += "" if told[-1].endswith(text) else text
            else:
                told.append(text)
        # Kinds are shared; a figure, and what happened, is each item's own.
        shared = all(fact.get("detail") and not fact.get("stated") for fact, _ in facts)
        about = colon if any(not text.startswith(("（", "(", "[")) for text in told) else ""
        said = f"{about if item and any(told) else ''}{comma.join(told)}"
        if item and told[0].startswith("("):
            said = f" {said}"
        lines.setdefault((said, None if shared and item else len(lines)), []).append(item or "")
    return "\n".join(enumeration.join(items) + said for (said, _), items in lines.items())


def _fact(fact: _Fact, mark: str | None, lang: str) -> str:
    detail, status = fact.get("detail"), fact.get("status")
    said = " ".join(filter(None, (detail, fact.get("stated"))))
    if fact.get("course"):
        said, status = " ".join(filter(None, (detail, status))), None
    aside = ("，" if lang == "zh" else ", ").join(
        filter(
            None,
            (
                fact.get("filter"),
                _each(fact.get("per"), lang),
                fact.get("dated"),
                None if status == detail else _came(status, fact, lang),
            ),
        )
    )
    if aside:
        said += f"（{aside}）" if lang == "zh" else f" ({aside})"
    # No line break parts the numbers of sources.
    return said.strip() + (mark or "").replace(" ", "")


def _each(per: str | None, lang: str) -> str | None:
    if per is None:
        return None
    return f"每{per}" if lang == "zh" else f"per {per}"


def _came(status: str | None, fact: _Fact, lang: str) -> str | None:
    """The status, and of a target what came of it."""
    if status is None or fact.get("outcome") is None:
        return status
    came = filter(None, (fact["outcome"], fact.get("outcome_dated"), fact.get("outcome_basis")))
    return f"{status}：{'，'.join(came)}" if lang == "zh" else f"{status}: {', '.join(came)}"
