"""Where facts are printed: from ids as people type them (OBS-0042, obs-42, SRC-001#52) to documents and places in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ipcli.api import Data
from ipcli.errors import UsageError
from ipcli.i18n import _, did_you_mean, join_names
from ipcli.output.citation import Document
from ipcli.output.stream import say
from ipcli.query.near import nearest

# In full, that is: GPT-4 is no id.
_ID = re.compile(r"[A-Za-z]{3}-[0-9]{3,}(?:#[0-9]+)?")
# In other text: not a part of a longer word. What is alone on its line may be of another shape: ind-ai.
_IN_TEXT = re.compile(
    rf"(?<![\w-]){_ID.pattern}(?![\w-])|^[^\S\n]*([A-Za-z]+-\w+)[^\S\n]*$", re.MULTILINE | re.ASCII
)
_BETWEEN = re.compile(r"[\s;,、]+")
_NUMBERED = re.compile(r"([A-Z]+-)([0-9]{1,9})(#[0-9]+)?")
# Ids have no more digits than that.
_DIGITS = 9
# What is meant as an id, whether there is such or not.
_SHAPE = re.compile(r"[A-Za-z]+-\w")
# So many facts are cited for a figure.
_MOST = 10
_PRINTED = """
SELECT DISTINCT fact_id FROM (
  SELECT fact_id, as_reported AS printed FROM main.citations UNION ALL SELECT fact_id, stated FROM main.facts
) WHERE regexp_matches(replace(printed, ' ', ''), $pattern, 'i') ORDER BY fact_id LIMIT $many
"""
# So much of what is unknown tells enough.
_FEW, _LONG = 3, 40
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
_EVERY = "SELECT fact_id FROM main.citations UNION SELECT source_id FROM main.sources"


class Place(NamedTuple):
    """A place in a document, and the fact that is printed there, if one was asked for.

    The paragraph is None where no text is at hand.
    """

    source_id: str
    para_no: int | None
    fact_id: str = ""
    as_reported: str = ""


def split_ids(text: str) -> list[str]:
    """Return what stands in an argument, which may be a list as the column `cites` prints it, or words of a text."""
    text = unicodedata.normalize("NFKC", text)
    words = [word for word in _BETWEEN.split(text) if word]
    return words if all(word.isascii() for word in words) else [text.strip()]


def pick_ids(text: str) -> list[str]:
    """Return the ids in a text, such as a CSV or JSON of any columns, in their order."""
    return [(found[1] or found[0]) for found in _IN_TEXT.finditer(text)]


def refuse_ids(typed: Iterable[str]) -> None:
    """Refuse ids where names are asked for, and say what takes them. UsageError."""
    found = " ".join(word for word in typed if _ID.fullmatch(word))
    if found:
        raise UsageError(_("{found}: for where an id is printed, ipcli cite {found}").format(found=found))


def cite(data: Data, wanted: Sequence[str]) -> tuple[list[Document], list[Place]]:
    """Return the documents that ids are of, and the places in them. UsageError for an id that nobody knows."""
    run = data.database.run
    known = _resolve(data, wanted)
    places = [Place(*row) for row in run(_CITATIONS, {"ids": known}).rows]
    found = {(place.source_id, place.para_no) for place in places}
    paragraphs = [
        (source, int(number)) for source, mark, number in (id_.partition("#") for id_ in known) if mark
    ]
    places += [Place(*paragraph) for paragraph in sorted(paragraphs) if paragraph not in found]
    sources = [*known, *(place.source_id for place in places)]
    return [Document(*row) for row in run(_SOURCES, {"ids": sources}).rows], places


def _resolve(data: Data, wanted: Sequence[str]) -> list[str]:
    """Return the ids as the database has them, those of the facts that print a figure or words; UsageError for others."""
    forms = {name: _expand(name.upper()) for name in wanted}
    tried = [form for every in forms.values() for form in every]
    known = {row[0].upper(): row[0] for row in data.database.run(_KNOWN, {"ids": tried}).rows}
    found = {name: [known[form] for form in every if form in known][:1] for name, every in forms.items()}
    found |= {
        name: _find_printed(data, name) for name in wanted if not found[name] and not _SHAPE.match(name)
    }
    unknown = [name for name in wanted if not found[name]]
    if not unknown:
        return [fact for name in wanted for fact in found[name]]
    few = ", ".join(name if len(name) <= _LONG else name[:_LONG] + "…" for name in unknown[:_FEW])
    message = _("no such id: {ids}").format(ids=few if len(unknown) <= _FEW else f"{few}… ({len(unknown)})")
    # Ids like it of its own kind, if there are such.
    first = unknown[0].upper().partition("#")[0]
    every_id = [row[0] for row in data.database.run(_EVERY).rows]
    alike = [one for one in every_id if one.upper().startswith(first.partition("-")[0] + "-")]
    raise UsageError(did_you_mean(message, nearest(first, alike or every_id)))


def _find_printed(data: Data, text: str) -> list[str]:
    """Return the facts that print a figure or words. UsageError if there are too many to cite."""
    # 50亿元 is no part of 350亿元.
    before, after = (
        (r"(^|[^0-9.])" if text[:1].isdecimal() else ""),
        (r"($|[^0-9])" if text[-1:].isdecimal() else ""),
    )
    pattern = before + re.escape("".join(text.split())) + after
    found = [row[0] for row in data.database.run(_PRINTED, {"pattern": pattern, "many": _MOST + 1}).rows]
    if len(found) > _MOST:
        message = _('more than {count} facts print "{text}"; with their ids: ipcli find --search {text}')
        raise UsageError(message.format(count=_MOST, text=text))
    if found:
        say(f"{text} -> {join_names(found)}")
    return found


def _expand(name: str) -> list[str]:
    """Return what an id may be in full: as it is, else with zeros before its number."""
    numbered = _NUMBERED.fullmatch(name)
    if numbered is None:
        return [name]
    head, digits, place = numbered.groups("")
    return [name, *(f"{head}{digits:0>{width}}{place}" for width in range(len(digits) + 1, _DIGITS + 1))]
