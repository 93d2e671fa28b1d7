"""`ipcli cite ID...`: where a fact is printed, and the document as a reference list gives it."""

from __future__ import annotations

import json
import os
import sys
from typing import Annotated

import typer

from ipcli import api, errors
from ipcli.api import cite as citing
from ipcli.api.cite import Place
from ipcli.cli.app import command
from ipcli.cli.options import Db, File, Json
from ipcli.errors import UsageError
from ipcli.i18n import N_, _, language
from ipcli.output import citation
from ipcli.output.citation import STYLES, Document
from ipcli.output.formats.md import escape_text
from ipcli.output.stream import destination

# Bytes of standard input that ids are picked out of.
_LONGEST = 256 << 20
# What files hold, by their extensions.
_STYLES_OF = {".json": ("json",), ".txt": ("gbt7714", "apa"), ".md": ("gbt7714", "apa")}


@command(
    "cite",
    N_("Where it is printed, and how to cite it"),
    about=N_(
        "One reference a document, and under it paragraph and phrase of each fact. What is not known, such as the"
        " day of access, is left out."
    ),
    usage=N_("ID... [OPTIONS]"),
    examples=(
        "ipcli cite OBS-0042",
        "ipcli cite OBS-0042 SRC-020 --style apa",
        "ipcli cite 36GWh",
        "ipcli targets --district 崂山 | ipcli cite - -o refs.json",
    ),
)
def cite(
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID...",
            help=N_(
                "Ids of facts, sources, paragraphs (SRC-001#52), or words as printed; - picks ids out of standard input"
            ),
        ),
    ] = None,
    style: Annotated[
        str | None,
        typer.Option(
            "--style",
            "-f",
            "--format",
            metavar="|".join(STYLES),
            help=N_("GB/T 7714-2015, APA 7 or CSL-JSON; by default as the language has it"),
        ),
    ] = None,
    as_json: Json = False,
    output: File = None,
    db: Db = None,
) -> int:
    """Print references and places of the facts, documents and paragraphs that ids are of."""
    path = None if output == "-" else output or None
    style = _choose_style("json" if as_json and style is None else style, path) or (
        "gbt7714" if language() == "zh" else "apa"
    )
    documents, places = citing.cite(api.open(db), _read_ids(ids or []))
    text = _as_json(documents, places) if style == "json" else _as_list(documents, places, style)
    with destination(path, binary=False, utf8=style == "json") as out:
        out.write(escape_text(text) if (path or "").lower().endswith(".md") else text)
    return errors.OK


def _choose_style(style: str | None, path: str | None) -> str | None:
    """Return the style that was asked for, or that a file of this name has; None for either of the texts."""
    if style is not None and style not in STYLES:
        known = ", ".join(STYLES)
        raise UsageError(_("--style is one of {styles}, not {style}").format(styles=known, style=style))
    extension = os.path.splitext(path or "")[1].lower()
    if path is None or (style is not None and not extension):
        return style
    if extension not in _STYLES_OF:
        raise UsageError(
            _("references go to .txt, .md (text) or .json (CSL-JSON), not to {path}").format(path=path)
        )
    styles = _STYLES_OF[extension]
    if style is not None and style not in styles:
        raise UsageError(
            _("--style {style} contradicts the extension of {path}").format(style=style, path=path)
        )
    return style or (styles[0] if len(styles) == 1 else None)


def _read_ids(given: list[str]) -> list[str]:
    """Return the ids in the order given, each once; those of standard input for `-`."""
    found: list[str] = []
    for text in given:
        if text != "-":
            found += citing.split_ids(text)
            continue
        if sys.stdin is None:
            raise UsageError(_("standard input is closed"))
        content = sys.stdin.buffer.read(_LONGEST + 1)
        if len(content) > _LONGEST:
            raise UsageError(_("standard input is too long"))
        picked = citing.pick_ids(content.decode("utf-8-sig", "replace"))
        if not picked:
            raise UsageError(_("no ids on standard input (such as OBS-0042, SRC-001#52)"))
        found += picked
    if not found:
        raise UsageError(_("give an id: ipcli cite OBS-0042 (the columns fact_id, source_id have them)"))
    return list(dict.fromkeys(found))


def _as_list(documents: list[Document], places: list[Place], style: str) -> str:
    """Return the references, numbered, with the places of the facts underneath."""
    write = citation.gbt7714 if style == "gbt7714" else citation.apa
    lines = []
    for number, document in enumerate(documents, 1):
        lines.append(f"[{number}] {write(document)}")
        lines += [f"    {_describe(place)}" for place in places if place.source_id == document.source_id]
    return "\n".join(lines) + "\n"


def _as_json(documents: list[Document], places: list[Place]) -> str:
    items = []
    for document in documents:
        notes = [_describe(place) for place in places if place.source_id == document.source_id]
        items.append(citation.csl(document, "; ".join(notes) or None))
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def _describe(place: Place) -> str:
    """Return `OBS-0042 第51段“…”`, or `第51段`."""
    para = _("para. {number}").format(number=place.para_no) if place.para_no is not None else ""
    if not place.fact_id:
        return para
    if para:
        return _("{fact} {place} “{phrase}”").format(fact=place.fact_id, place=para, phrase=place.as_reported)
    return _("{fact} “{phrase}”").format(fact=place.fact_id, phrase=place.as_reported)
