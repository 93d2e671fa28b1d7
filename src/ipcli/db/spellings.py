"""The names of an open database, and the other lists of what may be typed that completion asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ipcli.model import Label
from ipcli.query import catalog
from ipcli.query.known import Spelling
from ipcli.query.words import Words

if TYPE_CHECKING:
    from ipcli.db.engine import Database

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
# What `ipcli schema` lists.
_VIEWS = """
SELECT view_name FROM duckdb_views()
WHERE schema_name = 'main' AND NOT internal AND database_name = current_database()
UNION SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' AND database_name = current_database()
ORDER BY 1
"""
_IDS = """
SELECT id FROM (
  SELECT fact_id AS id FROM main.citations WHERE city = $city UNION SELECT source_id FROM main.sources WHERE city = $city
) WHERE starts_with(upper(id), upper($typed)) ORDER BY id LIMIT $limit
"""
_TRACKS = "SELECT DISTINCT track FROM main.tracks WHERE city = $city AND industry = ANY($industries)"


class Spellings:
    """What an open database tells about names: the protocol `Known`."""

    def __init__(self, database: Database) -> None:
        """Begin with nothing read."""
        self._database = database
        self.cities = database.cities
        self.release = database.release

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
        return {name: catalog.parse_label(comment) for name, comment in self._database.fetch(_LABELS)}

    def words(self, lang: str, city: str | None) -> Words:
        """Return what names and codes read as in `lang`."""
        return self._database.words(lang, city)

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


def ids(database: Database, city: str, typed: str, limit: int) -> list[str]:
    """Return the first ids of facts and documents that begin like what was typed."""
    values = {"city": city, "typed": typed, "limit": limit}
    return [found for (found,) in database.fetch(_IDS, values)]


def tracks(database: Database, city: str, industries: list[str]) -> set[str]:
    """Return the sub-tracks of these industries."""
    return {track for (track,) in database.fetch(_TRACKS, {"city": city, "industries": industries})}


def views(database: Database) -> list[str]:
    """Return the names of the views that people query."""
    return [name for (name,) in database.fetch(_VIEWS)]


def columns(database: Database, sql: str) -> list[str]:
    """Return the columns of a lookup."""
    nothing = dict.fromkeys(catalog.parameters(sql))
    return [row[0] for row in database.fetch(f"DESCRIBE FROM (\n{sql}\n)", nothing)]
