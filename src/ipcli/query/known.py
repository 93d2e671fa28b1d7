"""What a database tells about names; `ipcli.db.spellings` asks it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from ipcli.model import Label
from ipcli.query.words import Words


class Spelling(NamedTuple):
    """A spelling of a name, normalised: how it comes about, and the "view.column" that have the name."""

    kind: str
    name: str
    spelling: str
    how: str
    places: Sequence[str]


class Known(Protocol):
    """What a database tells about names. No `kinds` are all kinds, no `city` is all cities."""

    @property
    def cities(self) -> list[str]:
        """Return the cities that the data is about."""

    @property
    def release(self) -> str:
        """Return the name of the data release."""

    def equal(self, city: str | None, kinds: Iterable[str], forms: Sequence[str]) -> list[Spelling]:
        """Return the spellings that are one of `forms`."""

    def begun(self, city: str | None, kinds: Iterable[str], forms: Sequence[str]) -> list[Spelling]:
        """Return the spellings that begin with one of `forms`."""

    def every(self, city: str | None, kinds: Iterable[str]) -> list[Spelling]:
        """Return all spellings."""

    def values(self, city: str) -> dict[str, list[str]]:
        """Return "view.column" -> its values, sorted, for the columns that options take values from."""

    def simplify(self, text: str) -> dict[str, str]:
        """Return traditional character -> simplified, for those of `text`."""

    def readings(self, text: str) -> dict[str, list[str]]:
        """Return character -> what it may be read as, for the simplified ones of `text`."""

    def labels(self) -> dict[str, Label]:
        """Return column -> its heading."""

    def words(self, lang: str, city: str | None) -> Words:
        """Return what names and codes read as in `lang`."""
