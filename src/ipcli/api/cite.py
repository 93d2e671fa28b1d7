"""Where facts are printed: from ids to documents and the places in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ipcli.api import Data
from ipcli.errors import UsageError
from ipcli.i18n import _, did_you_mean
from ipcli.output.citation import Document
from ipcli.query import ids

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
    """Return the ids as the database has them; those that nobody knows are refused, with the nearest."""
    forms = {name: ids.expand_id(name) for name in wanted}
    tried = [form for every in forms.values() for form in every]
    known = {row[0].upper(): row[0] for row in data.database.run(_KNOWN, {"ids": tried}).rows}
    unknown = [name for name, every in forms.items() if not any(form in known for form in every)]
    if unknown:
        every_id = [row[0] for row in data.database.run(_EVERY).rows]
        message = _("no such id: {ids}").format(ids=ids.shorten_ids(unknown))
        raise UsageError(did_you_mean(message, ids.near_ids(unknown[0], every_id)))
    return [known[next(form for form in every if form in known)] for every in forms.values()]
