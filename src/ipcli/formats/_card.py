"""Facts of many kinds as a card: a paragraph a kind, each fact with the number of its source. Not a format by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, TextIO

from ipcli.formats import Options
from ipcli.formats._page import build
from ipcli.model import Result
from ipcli.render.page import Field, Page

# What a fact is told by; a card has no room for more.
_TOLD = ("section", "district", "industry", "item", "detail", "stated", "dated", "status")


def write(result: Result, out: TextIO, options: Options, head: Sequence[tuple[str, str]] = ()) -> int:
    """Draw facts (rows of the lookup `find`) on `out`, after the lines of `head`; returns how many there were."""
    # Late: it loads Rich.
    from ipcli.render.table import draw

    result.show = _TOLD
    page = build(_told_first(result), options)
    draw(
        _card(page, result, options.lang, head),
        out,
        header=False,
        null="",
        width=options.width,
        color=options.color,
        lang=options.lang,
    )
    return len(page.rows)


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


def _card(page: Page, result: Result, lang: str, head: Sequence[tuple[str, str]]) -> Page:
    names = [field.label for field in page.fields]
    labels = {column.label.text.get(lang) or column.name: column.name for column in result.columns}
    known = [labels.get(name, name) for name in names]
    facts = [dict(zip(known, row, strict=True)) for row in page.rows]
    marks = [row[-1] if page.fields[-1].marks else None for row in page.rows]
    places = [
        name for name in ("district", "industry") if len({fact.get(name) for fact in facts} - {None}) > 1
    ]
    rows: list[tuple[str | None, ...]] = [(name, *[""] * len(places), text) for name, text in head]
    last: list[str | None] = []

    def group(entry: tuple[dict[str, Any], str | None]) -> tuple[Any, ...]:
        return tuple(entry[0].get(name) for name in ("section", *places))

    # In the order of the sections, which the rows have; within one, what lies together goes together.
    order = {section: i for i, section in enumerate(dict.fromkeys(fact.get("section") for fact in facts))}
    entries = sorted(
        zip(facts, marks, strict=True),
        key=lambda entry: (
            order[entry[0].get("section")],
            *(entry[0].get(name) or "" for name in places),
        ),
    )
    for key, entry in groupby(entries, key=group):
        shown = list(key)
        if last[:1] == shown[:1]:
            shown[0] = ""
        last = list(key)
        rows.append((*(cell or "" for cell in shown), _told(list(entry), lang)))
    fields = (Field("", whole=True), *(Field("", whole=True) for _ in places), Field(""))
    return replace(page, fields=fields, rows=rows, hidden=0)


def _told(entries: list[tuple[dict[str, Any], str | None]], lang: str) -> str:
    """The facts of one section and place; those about the same item are told together."""
    semicolon, comma, colon = ("；", "、", "：") if lang == "zh" else ("; ", ", ", ": ")
    texts = []
    for item, group in groupby(entries, key=lambda entry: entry[0].get("item")):
        told = [_fact(fact, mark, lang) for fact, mark in group]
        about = colon if any(not text.startswith(("（", "(", "[")) for text in told) else ""
        texts.append(f"{item or ''}{about if item and any(told) else ''}{comma.join(told)}")
    return semicolon.join(texts)


def _fact(fact: dict[str, Any], mark: str | None, lang: str) -> str:
    detail, status = fact.get("detail"), fact.get("status")
    said = " ".join(filter(None, (detail, fact.get("stated"))))
    aside = ("，" if lang == "zh" else ", ").join(
        filter(None, (fact.get("dated"), None if status == detail else status))
    )
    if aside:
        said += f"（{aside}）" if lang == "zh" else f" ({aside})"
    return said.strip() + (f"{mark}" if mark else "")
