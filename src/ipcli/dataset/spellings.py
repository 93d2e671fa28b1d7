"""What people type for names, as tables of the database: spellings, and characters with their readings.

Nothing of `opencc` and `pypinyin`, which this needs, is needed to look a name up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import opencc
import pypinyin

from ipcli import paths
from ipcli.db.csvfiles import load
from ipcli.query import catalog
from ipcli.query.names import ENGLISH, kind_of, normalise
from ipcli.query.near import sound

_FIRST, _LAST = 0x3400, 0x9FFF
# Marks what is not Chinese among syllables.
_OTHER = "\0"
# In outcomes the title of a milestone may stand for the indicator; its spellings hold for that column alone.
_OUTCOMES = "outcomes.indicator"
_TITLES = """
UPDATE occurring SET kind = place
WHERE place = $outcomes AND (city, name) NOT IN (SELECT (city, name) FROM occurring WHERE place <> $outcomes)
"""
# Each text that a name is found by, and how it comes about; "pinyin" is of what is yet to be spelt by its sound.
_TEXTS = """
FROM (
  SELECT city, kind, name, name AS text, 'name' AS how FROM occurring
  UNION SELECT city, 'city', city, city, 'name' FROM main.release
  UNION SELECT city, kind, name, name, 'name' FROM main.aliases
  UNION SELECT city, kind, name, alias, form FROM main.aliases
  UNION SELECT o.city, o.kind, o.name, unnest([w.zh, w.en]), 'word' FROM occurring o
        JOIN main.words w ON w.city IS NULL AND w.column_name = o.kind AND w.value = o.name
        WHERE o.kind <> ALL($english)
  UNION SELECT city, kind, name, alias, 'pinyin' FROM main.aliases WHERE kind <> 'city'
  UNION SELECT city, kind, name, name, 'pinyin' FROM occurring
) WHERE text <> '' ORDER BY ALL
"""
# A name has each spelling once. One that is an alias of something is no other thing's pinyin.
_INSERT = """
INSERT INTO core.spelling
SELECT s.city, s.kind, s.name, s.spelling, s.how, coalesce(o.places, [])
FROM (
  SELECT *, list_position(['name', 'word', 'pinyin', 'initials'], how) AS rank,
         bool_or(rank IS NULL) OVER (PARTITION BY city, kind, spelling) AS of_alias FROM spelt
) s LEFT JOIN (
  SELECT city, kind, name, list(place ORDER BY place) AS places FROM occurring GROUP BY ALL
) o USING (city, kind, name)
WHERE NOT (of_alias AND s.how IN ('pinyin', 'initials'))
QUALIFY row_number() OVER (PARTITION BY s.city, s.kind, s.name, s.spelling ORDER BY coalesce(rank, 1.5)) = 1
ORDER BY s.kind, s.city, s.spelling, s.name;
INSERT INTO core.character FROM read ORDER BY simplified IS NULL, character;
"""


def write(con: Any, folder: Path, references: Iterable[str] | None = None) -> None:
    """Fill `core.spelling` and `core.character` of the open database; `folder` holds files meanwhile.

    `references` are the "view.column" of names, by default those that options of built-in lookups take values from.
    """
    con.execute("CREATE TEMP TABLE occurring (city VARCHAR, kind VARCHAR, name VARCHAR, place VARCHAR)")
    for reference in _references() if references is None else references:
        view, _dot, column = reference.partition(".")
        found = (
            f'SELECT DISTINCT city, $kind, "{column}", $place FROM main."{view}" WHERE "{column}" IS NOT NULL'
        )
        con.execute(f"INSERT INTO occurring {found}", {"kind": kind_of(reference), "place": reference})
    con.execute(_TITLES, {"outcomes": _OUTCOMES})
    texts = con.execute(_TEXTS, {"english": list(ENGLISH)}).fetchall()
    rows = [
        (*name, spelling, made)
        for *name, text, how in texts
        for made, spelling in (
            _pinyin(text) if how == "pinyin" else {how: normalise(text, _list_simplified())}
        ).items()
    ]
    _load(con, folder, "spelt", "city kind name spelling how", rows)
    _load(con, folder, "read", "character simplified readings", _characters())
    con.execute(_INSERT)


def _load(con: Any, folder: Path, table: str, columns: str, rows: Iterable[Sequence[str | None]]) -> None:
    load(con, folder, table, [(column, "VARCHAR") for column in columns.split()], rows)


def _references() -> list[str]:
    """Return every "view.column" that an option of a built-in lookup takes its values from."""
    folder = paths.queries()
    queries = [catalog.read(folder / f"{name}.sql") for name in catalog.list_queries(folder)]
    return sorted({param.values for query in queries for param in query.params if param.values})


def _pinyin(text: str) -> dict[str, str]:
    """Return the pinyin of a name and its initials: dikongjingji, dkjj; nothing for what is not Chinese."""
    if not any("\u4e00" <= character <= "\u9fff" for character in text):
        return {}
    parts = list(_syllables(text))
    return {
        "pinyin": "".join(whole for whole, _initial in parts),
        "initials": "".join(initial for _whole, initial in parts),
    }


def _syllables(text: str) -> Iterator[tuple[str, str]]:
    """Yield each syllable with its initial; numerals and Latin words stay whole: dkjj16gzjxm."""
    for part in pypinyin.lazy_pinyin(text, errors=lambda other: _OTHER + other):
        if part.startswith(_OTHER):
            whole = "".join(character for character in normalise(part) if character.isalnum())
            yield whole, whole
        else:
            yield sound(part), part[0]


@cache
def _characters() -> list[tuple[str, str | None, str | None]]:
    """Return each Chinese character with its simplified one, or its readings where it is one itself."""
    simplified = _list_simplified()
    found = [
        (character, simplified.get(character), None if character in simplified else _readings(character))
        for character in map(chr, range(_FIRST, _LAST + 1))
    ]
    return [row for row in found if any(row[1:])]


def _readings(character: str) -> str | None:
    """Return how a character is read, the usual way first."""
    found = pypinyin.pinyin(character, style=pypinyin.Style.NORMAL, heteronym=True, errors="ignore")
    return " ".join(dict.fromkeys(map(sound, *found))) if found else None


@cache
def _list_simplified() -> dict[str, str]:
    """Return traditional character -> simplified; last those that Taiwan or Hong Kong alone writes so."""
    pairs: dict[str, str] = {}
    for converter in map(opencc.OpenCC, ("t2s", "tw2s", "hk2s")):
        for old in map(chr, range(_FIRST, _LAST + 1)):
            new = converter.convert(old)
            if new != old:
                pairs.setdefault(old, new)
    return pairs
