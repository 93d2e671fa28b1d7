"""What an open database tells about names. It is asked in SQL, but by whoever has it open: nothing is imported for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from ipcli.model import Label, Row
from ipcli.query.labels import parse_label
from ipcli.query.words import Words

# The name itself goes first, then words for it, aliases, and what is made of their sound.
_HOW = ("name", "word", "short", "full", "former", "synonym", "english", "pinyin", "initials")
_VALUES = """
SELECT place, name FROM (SELECT DISTINCT unnest(places) AS place, name FROM core.spelling WHERE city = $city)
ORDER BY ALL
"""
# Column -> comment; where views differ, the most frequent one.
_LABELS = """
SELECT column_name, comment FROM duckdb_columns()
WHERE schema_name = 'main' AND NOT internal AND comment IS NOT NULL AND database_name = current_database()
GROUP BY column_name, comment
QUALIFY row_number() OVER (PARTITION BY column_name ORDER BY count(*) DESC, comment) = 1 ORDER BY 1
"""


class Spelling(NamedTuple):
    """A spelling of a name, normalised: how it comes about, and the "view.column" that have the name."""

    kind: str
    name: str
    spelling: str
    how: str
    places: Sequence[str]


class Database(Protocol):
    """What of `ipcli.db.engine.Database` is needed here."""

    cities: list[str]

    def fetch(self, sql: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        """Return all rows of a statement."""

    def words(self, lang: str, city: str | None) -> Words:
        """Return what names and codes read as in `lang`."""


class Spellings:
    """What a database tells about names. No `kinds` are all kinds, no `city` is all cities."""

    def __init__(self, database: Database) -> None:
        """Begin with nothing read."""
        self._database = database
        self.cities = database.cities
        self.words = database.words

    def equal(self, city: str | None, kinds: Iterable[str], forms: Sequence[str]) -> list[Spelling]:
        """Return the spellings that are one of `forms`."""
        return self._rows(city, kinds, "spelling = {}", forms)

    def begun(self, city: str | None, kinds: Iterable[str], forms: Sequence[str]) -> list[Spelling]:
        """Return the spellings that begin with one of `forms`."""
        return self._rows(city, kinds, "starts_with(spelling, {})", forms)

    def every(self, city: str | None, kinds: Iterable[str]) -> list[Spelling]:
        """Return all spellings."""
        return self._rows(city, kinds)

    def values(self, city: str) -> dict[str, list[str]]:
        """Return "view.column" -> its values, sorted, for the columns that options take values from."""
        found: dict[str, list[str]] = {}
        for place, name in self._database.fetch(_VALUES, {"city": city}):
            found.setdefault(place, []).append(name)
        return found

    def simplify(self, text: str) -> dict[str, str]:
        """Return traditional character -> simplified, for those of `text`."""
        sql = "SELECT character, simplified FROM core.character WHERE simplified IS NOT NULL AND contains($text, character)"
        return dict(self._database.fetch(sql, {"text": text}))

    def readings(self, text: str) -> dict[str, list[str]]:
        """Return character -> what it may be read as, for the simplified ones of `text`."""
        sql = "SELECT character, readings FROM core.character WHERE readings IS NOT NULL AND contains($text, character)"
        rows = self._database.fetch(sql, {"text": text})
        return {character: readings.split() for character, readings in rows}

    def labels(self) -> dict[str, Label]:
        """Return column -> its heading."""
        return {name: parse_label(comment) for name, comment in self._database.fetch(_LABELS)}

    def _rows(
        self, city: str | None, kinds: Iterable[str], test: str = "", forms: Sequence[str] = ()
    ) -> list[Spelling]:
        """Return the spellings that are in the city, of one of the kinds, and for which one of `forms` passes the test."""
        values: dict[str, str] = {}
        conditions = []
        # Each value is a parameter: a list would be searched for each row.
        cities = () if city is None else (city,)
        for condition, wanted in (("city = {}", cities), ("kind = {}", kinds), (test, forms)):
            names = {f"p{len(values) + place}": value for place, value in enumerate(wanted)}
            values |= names
            if names:
                conditions.append("(" + " OR ".join(condition.format(f"${name}") for name in names) + ")")
        sql = f"SELECT kind, name, spelling, how, places FROM core.spelling WHERE {' AND '.join(conditions)}"
        rows = [Spelling(*row) for row in self._database.fetch(sql, values)]
        return sorted(rows, key=lambda row: (_HOW.index(row.how), row.spelling, row.name))
