"""Facts of many kinds as a card: a list a kind, a line an item with the numbers of its sources. Not a format by name."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from itertools import groupby
from typing import Any, TextIO

from ipcli.i18n import N_, translate
from ipcli.model import Result, Row
from ipcli.output.cells import width_of
from ipcli.output.formats import Options
from ipcli.output.formats.table import draw
from ipcli.output.page import Field, Page, build

# Columns that a card is made of; it has no room for more.
_COLUMNS = (
    "section", "district", "industry", "item", "detail", "baseline_stated", "stated", "dated", "status",
    "per", "filter", "outcome", "outcome_dated", "outcome_basis",
)  # fmt: skip
# Sorts behind all names.
_LAST = "\uffff"
# Lines of a screen, without those of the command and of the next prompt.
_SCREEN = 38
# Kinds that answer: of each at least some facts are shown where not all have room. How many are tried.
_ANSWERS = ("target", "investment", "alignment", "actual")
_CAPS = (12, 6, 4, 3, 2, 1)
# More facts than this have no room, whatever they share.
_MANY = 100
# Places of so many cells stay on one line.
_PLACE = 18

# The columns of a row as people read them, and besides: `course`, whether it is a state in the course of a project, and
# `mark`, the numbers of its sources.
_Fact = dict[str, Any]


class _Sheet(StringIO):
    """A text in place of a stream, for what that can show."""

    encoding = "utf-8"


def write(
    result: Result, out: TextIO, options: Options, hint: Callable[[list[str]], str] | None = None
) -> int:
    """Draw facts (rows of the lookup `find`) on `out`; returns how many there were.

    With `hint` all fits a screen: facts that answer go first, the others are counted by kind, and `hint` returns how to
    list those of some kinds.
    """
    result.show = _COLUMNS
    result.chosen = False
    at = next(place for place, column in enumerate(result.columns) if column.name == "section")
    rows = list(result.rows)
    kinds: dict[str, list[Row]] = {}
    for row in rows:
        kinds.setdefault(row[at], []).append(row)

    def sketch(shown: dict[str, int]) -> str:
        """Return the card with so many facts of each kind."""
        sheet = _Sheet()
        sheet.encoding = getattr(out, "encoding", None) or "utf-8"
        kept = [row for kind, some in kinds.items() for row in some[: shown.get(kind, 0)]]
        hidden = {kind: len(some) - shown.get(kind, 0) for kind, some in kinds.items()}
        page = _build(
            result, kept, at, {kind: count for kind, count in hidden.items() if count > 0}, options, hint
        )
        draw(page, sheet, options._replace(header=False, vertical=False))
        return sheet.getvalue()

    everything = {kind: len(some) for kind, some in kinds.items()}
    out.write(sketch(everything) if hint is None else _fit(sketch, everything))
    return len(rows)


def _fit(sketch: Callable[[dict[str, int]], str], everything: dict[str, int]) -> str:
    """Return the card that tells most on one screen: all, or of what answers as much, then other kinds, as have room."""
    shown = everything
    card = sketch(shown) if sum(shown.values()) <= _MANY else ""
    if not card or _is_high(card):
        for cap, kinds in [*((cap, _ANSWERS) for cap in _CAPS), *((1, _ANSWERS[:n]) for n in (3, 2, 1))]:
            shown = {kind: min(count, cap) for kind, count in everything.items() if kind in kinds}
            card = sketch(shown)
            if not _is_high(card):
                break
        # What room is left goes to each kind in turn, to the others only if all of theirs fits.
        for kind, count in everything.items():
            if card.count("\n") >= _SCREEN - 1:
                break
            larger = [min(count, cap) for cap in _CAPS] if kind in _ANSWERS else [count]
            for number in (number for number in dict.fromkeys(larger) if number > shown.get(kind, 0)):
                more = sketch({**shown, kind: number})
                if not _is_high(more):
                    shown, card = {**shown, kind: number}, more
                    break
    return card


def _is_high(card: str) -> bool:
    return card.count("\n") > _SCREEN


def _build(
    result: Result,
    rows: list[Row],
    at: int,
    hidden: dict[str, int],
    options: Options,
    hint: Callable[[list[str]], str] | None,
) -> Page:
    """Return rows as a card; `hidden` are the facts by kind that are not on it, `at` is the place of the kind."""
    result.rows = iter(rows)
    # The lines of a card are put together: marks in single cells would not survive.
    page = build(result, options._replace(notes=False))
    names = [field.name or "mark" for field in page.fields]
    facts: list[_Fact] = [dict(zip(names, row, strict=True)) for row in page.rows]
    marks = {mark for mark, _text in page.remarks}
    for fact, row in zip(facts, rows, strict=True):
        fact["course"] = row[at] == "progress"
        # The mark of a note stands in some cell, which a table shows whole; here it goes behind all that is said.
        for name in _COLUMNS:
            text, _blank, last = (fact.get(name) or "").rpartition(" ")
            if text and marks.issuperset(last.split(",")):
                fact |= {name: text, "note": f" {last}"}
    lang = options.lang
    page = _card(page, facts, result.title.get(lang), lang)
    if hidden and hint is not None:
        reads = result.columns[at].reads or str
        counts = translate(", ", lang).join(f"{reads(kind)} {count}" for kind, count in hidden.items())
        blank = ("",) * (len(page.fields) - 2)
        rest = (translate(N_("more"), lang), *blank, f"{counts}\n{hint(list(hidden))}")
        total = translate(N_("{total} rows"), lang).format(total=len(rows) + sum(hidden.values()))
        page = page._replace(rows=[*page.rows, rest], summary=(total, *page.summary[1:]))
    return page


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
    entries.sort(key=lambda fact: (order[fact["section"]], *(fact.get(name) or _LAST for name in places)))
    rows: list[tuple[str | None, ...]] = []
    last: str | None = None
    for (section, *where), group in groupby(
        entries, key=lambda fact: tuple(fact.get(name) for name in ("section", *places))
    ):
        # District and industry share a column, so that the facts have the room.
        place = ("\n".join(filter(None, where)) or "-",) if places else ()
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
    base = fact.get("baseline_stated")
    said = " ".join(filter(None, (detail, f"{base} ->" if base else None, fact.get("stated"))))
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
    return said.strip() + (fact.get("mark") or "").replace(" ", "") + (fact.get("note") or "")


def _status(status: str | None, fact: _Fact, lang: str) -> str | None:
    """Return the status, and of a target what came of it."""
    if status is None or fact.get("outcome") is None:
        return status
    dated = fact.get("outcome_dated") or ""
    # An outcome that is not of the day aimed at tells its own.
    outcome = filter(
        None, (fact["outcome"], dated not in fact["outcome"] and dated, fact.get("outcome_basis"))
    )
    return f"{status}：{'，'.join(outcome)}" if lang == "zh" else f"{status}: {', '.join(outcome)}"
