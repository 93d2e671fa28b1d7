"""A result as people read it, in texts, before anything is drawn. Imports no Rich."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its heading, its unit if it has one, and how its cells behave.

    `right` aligns to the right; `whole` cells (numbers, dates) are never wrapped; `marks` are the
    numbers that point to the notes.
    """

    label: str
    unit: str | None = None
    right: bool = False
    whole: bool = False
    marks: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A document under the table: its line, and its `references`.

    A reference is a mark and the place it points to: ("[1]", "第26段"), the place may be "".
    """

    heading: str
    references: tuple[tuple[str, str], ...]
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Fields and rows of texts (None is NULL), and what stands underneath."""

    fields: tuple[Field, ...]
    rows: list[tuple[str | None, ...]]
    summary: str = ""
    notes_title: str = ""
    notes: tuple[Note, ...] = ()
    legend: tuple[str, ...] = ()
