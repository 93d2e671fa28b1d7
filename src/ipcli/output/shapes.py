"""A result as people read it, in texts, before anything is drawn. Imports no Rich."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its heading, its unit if it has one, and how its cells behave.

    `right` aligns to the right; `whole` cells (numbers, dates) are never wrapped; `marks` are the
    numbers that point to the notes. A `spare` column may be left out where there is no room for it. `strong` cells
    head what stands beside them; `listed` ones are lists, an item a line.
    """

    label: str
    unit: str | None = None
    right: bool = False
    whole: bool = False
    marks: bool = False
    spare: bool = False
    strong: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A document under the table: its line, and its `references`.

    A reference is a mark and the place it points to: ("[1]", "第26段"), the place may be "".
    """

    heading: str
    references: tuple[tuple[str, str], ...]
    url: str | None = None


class Rows(Protocol):
    """Rows of texts, to be read as often as one likes."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def __iter__(self) -> Iterator[tuple[str | None, ...]]:
        """Them, from the first."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """Fields and rows of texts (None is NULL), and what stands underneath.

    `summary` are the parts of the line under the rows; `more` tells how many columns are `hidden`, of one and
    of several. `lead` are labelled lines above the rows.
    """

    fields: tuple[Field, ...]
    rows: Rows
    summary: tuple[str, ...] = ()
    more: tuple[str, str] = ("", "")
    hidden: int = 0
    notes_title: str = ""
    notes: tuple[Note, ...] = ()
    legend: tuple[str, ...] = ()
    lead: tuple[tuple[str, str], ...] = ()

    def footer(self, *, hint: bool = False) -> str:
        """The line under the rows: how many, which release; and as a `hint` to who can ask again, what is not shown."""
        hidden = (self.more[self.hidden != 1].format(self.hidden),) if self.hidden and hint else ()
        return " · ".join((*self.summary[:1], *hidden, *self.summary[1:]))

    def without_last_spare(self) -> Page | None:
        """The page without its last spare column; None if none is left."""
        last = max((i for i, field in enumerate(self.fields) if field.spare), default=None)
        if last is None:
            return None
        return replace(
            self,
            fields=self.fields[:last] + self.fields[last + 1 :],
            rows=[row[:last] + row[last + 1 :] for row in self.rows],
            hidden=self.hidden + 1,
        )
