"""The kinds of fact and of name, as `kinds.csv` lists them: where they stand, what they and their words are called."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from ipcli import paths
from ipcli.model import Text


class Kind(NamedTuple):
    """One kind of fact or name.

    `place` is the order of its section among all facts, None for what is no fact. `view` lists it, `name` is the column
    of the view that names it ("" for what has no name of its own). A chart counts it by `groups`, and by the
    expression `year`. `noun` is what people call one, `words` ask for its section.
    """

    kind: str
    place: int | None
    view: str
    name: str
    groups: tuple[str, ...]
    year: str
    noun: Text
    words: tuple[str, ...]

    @property
    def reference(self) -> str:
        """Return the "view.column" that its names stand in."""
        return f"{self.view}.{self.name}"


@cache
def read_kinds() -> dict[str, Kind]:
    """Return all kinds by their names, in the order of the file."""
    # Imported here: a plain lookup needs no kinds.
    import csv

    with (paths.data() / "kinds.csv").open(encoding="utf-8", newline="") as file:
        return {row["kind"]: _kind(row) for row in csv.DictReader(file)}


def _kind(row: dict[str, str]) -> Kind:
    return Kind(
        kind=row["kind"],
        place=int(row["place"]) if row["place"] else None,
        view=row["view"],
        name=row["name"],
        groups=_split(row["groups"]),
        year=row["year"],
        noun=Text(row["zh"], row["en"]),
        words=_split(row["words"]),
    )


def _split(field: str) -> tuple[str, ...]:
    return tuple(field.split("|")) if field else ()


def list_names() -> list[Kind]:
    """Return the kinds that have names; the first that a word may mean goes first."""
    return [kind for kind in read_kinds().values() if kind.name]


def list_sections() -> list[Kind]:
    """Return the kinds of fact in the order in which they are shown."""
    facts = [(kind.place, kind) for kind in read_kinds().values() if kind.place is not None]
    return [kind for place, kind in sorted(facts, key=lambda fact: fact[0])]


def list_counted() -> dict[str, Kind]:
    """Return the kinds that a chart can count, by their views."""
    counted = {kind.view: kind for kind in read_kinds().values() if kind.groups}
    return dict(sorted(counted.items()))


def find_section(word: str) -> str | None:
    """Return the kind of fact that a word asks for, or None if it is no word for one."""
    wanted = word.casefold()
    return next((kind.kind for kind in read_kinds().values() if wanted in kind.words), None)
