"""`ipcli cite ID...`: where a fact is printed, and the document as a reference list gives it."""

from __future__ import annotations

import os
import sys
from typing import Any, NamedTuple

from typer.core import TyperArgument

from ipcli import errors, paths
from ipcli.cli import catch_signals, ids
from ipcli.cli.help import Command, HelpPage, made
from ipcli.cli.options import destination, option, refuse, shared
from ipcli.i18n import _, did_you_mean, language
from ipcli.model import Text
from ipcli.output import citation as references
from ipcli.output.citation import STYLES, Document

# All that an id may be of: a fact, a document, a paragraph of it as the column `cites` prints it.
_KNOWN = """
SELECT fact_id FROM main.citations WHERE upper(fact_id) = ANY($ids)
UNION SELECT source_id FROM main.sources WHERE upper(source_id) = ANY($ids)
UNION SELECT source_id || '#' || para_no FROM main.citations WHERE upper(source_id) || '#' || para_no = ANY($ids)
"""
_CITATIONS = """
SELECT source_id, para_no, fact_id, as_reported FROM main.citations
WHERE fact_id = ANY($ids) ORDER BY source_id, para_no, fact_id
"""
_SOURCES = """
SELECT source_id, title, kind, publisher, published_from, published_to, url FROM main.sources
WHERE source_id = ANY($ids) ORDER BY source_id
"""
# What files hold, by their extensions.
_STYLES_OF = {".json": ("json",), ".txt": ("gbt7714", "apa"), ".md": ("gbt7714", "apa")}


class Place(NamedTuple):
    """A place in a document, and the fact that is printed there, if one was asked for.

    The paragraph is None where no text is at hand.
    """

    source_id: str
    para_no: int | None
    fact_id: str = ""
    as_reported: str = ""


def cite() -> Command:
    """The command `ipcli cite`."""
    kept = {"output", "db", "lang"}
    style = option(
        "style",
        _("GB/T 7714-2015, APA 7 or CSL-JSON; by default as the language has it"),
        short="-f",
        metavar="|".join(STYLES),
    )
    # What the format is elsewhere is the style here.
    style.opts.append("--format")
    page = HelpPage(
        title=_("Where it is printed, and how to cite it"),
        about=_(
            "One reference a document, and under it paragraph and phrase of each fact. What is "
            "not known, such as the day of access, is left out."
        ),
        usage=_("ID... [OPTIONS]"),
        own=frozenset({"ids", "style", "help"}),
        examples=(
            "ipcli cite OBS-0042",
            "ipcli cite OBS-0042 SRC-020 --style apa",
            "ipcli targets --district 崂山 | ipcli cite - -o refs.json",
        ),
    )
    return made(
        "cite",
        [
            TyperArgument(
                param_decls=["ids"],
                nargs=-1,
                metavar="ID...",
                help=_("Ids of facts, sources, paragraphs (SRC-001#52); - picks them out of standard input"),
            ),
            style,
            *(param for param in shared(city=False, grade=False) if param.name in kept),
        ],
        _cite,
        page,
    )


def _cite(values: dict[str, Any]) -> int:
    path = None if values["output"] == "-" else values["output"] or None
    style = _style(values["style"], path) or ("gbt7714" if language(values["lang"]) == "zh" else "apa")
    wanted = _ids(values["ids"])
    from ipcli.db.engine import Database

    catch_signals()
    database = Database.open(paths.database(values["db"]))
    asked = _known(database, wanted)
    found = [Place(*row) for row in database.run(_CITATIONS, {"ids": asked}).rows]
    told = {(place.source_id, place.para_no) for place in found}
    parts = [(source, int(number)) for source, mark, number in (one.partition("#") for one in asked) if mark]
    found += [Place(*part) for part in sorted(parts) if part not in told]
    sources = [*asked, *(place.source_id for place in found)]
    documents = [Document(*row) for row in database.run(_SOURCES, {"ids": sources}).rows]
    text = _json(documents, found) if style == "json" else _listed(documents, found, style)
    with destination(path, binary=False, utf8=style == "json") as out:
        out.write(text)
    return errors.OK


def _style(style: str | None, path: str | None) -> str | None:
    """The style that was asked for, or that a file of this name has; None for either of the texts."""
    if style is not None and style not in STYLES:
        listed = ", ".join(STYLES)
        refuse(_("--style is one of {listed}, not {style}").format(listed=listed, style=style))
    extension = os.path.splitext(path or "")[1].lower()
    if path is None or (style is not None and not extension):
        return style
    if extension not in _STYLES_OF:
        refuse(
            _("references go to .txt, .md (text) or .json (CSL-JSON), not to {path}").format(path=path),
        )
    styles = _STYLES_OF[extension]
    if style is not None and style not in styles:
        refuse(
            _("--style {style} contradicts the extension of {path}").format(style=style, path=path),
        )
    return style or (styles[0] if len(styles) == 1 else None)


def _ids(given: tuple[str, ...]) -> list[str]:
    """The ids in the order given, each once; those of standard input for `-`."""
    found: list[str] = []
    for text in given:
        if text != "-":
            found += ids.words(text)
            continue
        if sys.stdin is None:
            refuse(_("standard input is closed"))
        picked = ids.picked(sys.stdin.buffer.read().decode("utf-8-sig", "replace"))
        if not picked:
            refuse(
                _("no ids on standard input (such as OBS-0042, SRC-001#52)"),
            )
        found += picked
    if not found:
        refuse(
            _("give an id: ipcli cite OBS-0042 (the columns fact_id, source_id have them)"),
        )
    return list(dict.fromkeys(found))


def _known(database: Any, wanted: list[str]) -> list[str]:
    """The ids as the database has them; those that nobody knows are refused, with the nearest."""
    forms = {name: ids.forms(name) for name in wanted}
    tried = [form for those in forms.values() for form in those]
    known = {row[0].upper(): row[0] for row in database.run(_KNOWN, {"ids": tried}).rows}
    unknown = [name for name, those in forms.items() if not any(form in known for form in those)]
    if unknown:
        rows = database.run(
            "SELECT fact_id FROM main.citations UNION SELECT source_id FROM main.sources"
        ).rows
        near = ids.near(unknown[0], [row[0] for row in rows])
        refuse(did_you_mean(_("no such id: {ids}").format(ids=ids.listed(unknown)), near))
    return [known[next(form for form in those if form in known)] for those in forms.values()]


def _listed(documents: list[Document], places: list[Place], style: str) -> str:
    """The references, numbered, with the places of the facts underneath."""
    write = references.gbt7714 if style == "gbt7714" else references.apa
    lines = []
    for number, document in enumerate(documents, 1):
        lines.append(f"[{number}] {write(document)}")
        lines += [f"    {_place(place)}" for place in places if place.source_id == document.source_id]
    return "\n".join(lines) + "\n"


def _place(place: Place) -> str:
    """`OBS-0042 第51段“…”`, or `第51段`."""
    zh, en = (f"第{place.para_no}段", f"para. {place.para_no}") if place.para_no is not None else ("", "")
    if place.fact_id:
        zh = f"{place.fact_id} {zh}“{place.as_reported}”"
        en = " ".join(filter(None, (place.fact_id, en, f"“{place.as_reported}”")))
    return Text(zh, en).get(language())


def _json(documents: list[Document], places: list[Place]) -> str:
    # Late: help imports this module too.
    import json

    items = []
    for document in documents:
        notes = [_place(place) for place in places if place.source_id == document.source_id]
        items.append(references.csl(document, "; ".join(notes) or None))
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"
