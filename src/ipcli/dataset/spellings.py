"""What people type for names, as tables of the database: spellings, and characters with their readings.

Nothing of `opencc` and `pypinyin`, which this needs, is needed to look a name up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import opencc
import pypinyin

from ipcli import paths
from ipcli.db import bulk
from ipcli.query import catalog
from ipcli.query.names import ENGLISH, kind_of, normalise
from ipcli.query.near import sound

_FIRST, _LAST = 0x3400, 0x9FFF
# Marks what is not Chinese among syllables.
_OTHER = "\0"
# In outcomes the title of a milestone may stand for the indicator; its spellings hold for that column alone.
_OUTCOMES = "outcomes.indicator"
# City -> kind -> name -> the "view.column" that have it.
_Places = dict[str, dict[str, dict[str, list[str]]]]
_INSERT = """
INSERT INTO core.spelling SELECT * REPLACE (if(places IS NULL, [], string_split(places, '|')) AS places) FROM typed
ORDER BY kind, city, spelling, name;
INSERT INTO core.character FROM read ORDER BY character
"""


def write(con: Any, folder: Path, references: Iterable[str] | None = None) -> None:
    """Fill `core.spelling` and `core.character` of the open database; `folder` holds files meanwhile.

    `references` are the "view.column" of names, by default those that options of built-in lookups take values from.
    """
    simplified = _simplified()
    references = _references() if references is None else list(references)
    rows = ((*row, "|".join(places)) for *row, places in _spellings(con, references, simplified))
    _load(con, folder, "typed", "city kind name spelling how places", rows)
    _load(con, folder, "read", "character simplified readings", _characters())
    con.execute(_INSERT)


def _load(con: Any, folder: Path, table: str, columns: str, rows: Iterable[Sequence[str | None]]) -> None:
    bulk.load(con, folder, table, [(column, "VARCHAR") for column in columns.split()], rows)


def _references() -> list[str]:
    """Return every "view.column" that an option of a built-in lookup takes its values from."""
    folder = paths.queries()
    queries = [catalog.read(folder / f"{name}.sql") for name in catalog.folder(folder)]
    return sorted({param.values for query in queries for param in query.params if param.values})


def _spellings(
    con: Any, references: list[str], simplified: dict[str, str]
) -> Iterator[tuple[str, str, str, str, str, list[str]]]:
    """Yield (city, kind, name, spelling, how, places), each spelling of a name once."""
    places = _places(con, references)
    aliases = con.execute("SELECT city, kind, name, alias, form FROM main.aliases ORDER BY ALL").fetchall()
    seen: set[tuple[str, ...]] = set()
    # A spelling that is an alias of something is no other thing's pinyin.
    taken: set[tuple[str, ...]] = set()
    for city, kind, name, text, how in _texts(con, places, aliases):
        plain = normalise(text, simplified)
        spelt = {how: plain} if how not in ("pinyin", "initials") else _pinyin(text)
        if how not in ("name", "word", "pinyin"):
            taken.add((city, kind, plain))
        for made, spelling in spelt.items():
            key = (city, kind, name, spelling)
            if key not in seen and not (made in ("pinyin", "initials") and (city, kind, spelling) in taken):
                seen.add(key)
                yield city, kind, name, spelling, made, places[city][kind].get(name, [])


def _texts(
    con: Any, places: _Places, aliases: list[tuple[str, str, str, str, str]]
) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (city, kind, name, text, how): names first, what is made of them by their sound last."""
    cities = [city for (city,) in con.execute("SELECT city FROM main.release ORDER BY city").fetchall()]
    names = [(city, kind, name) for city in cities for kind in places[city] for name in places[city][kind]]
    for city, kind, name in [*((city, "city", city) for city in cities), *names]:
        yield city, kind, name, name, "name"
    for city, kind, name, alias, form in aliases:
        yield city, kind, name, name, "name"
        yield city, kind, name, alias, form
    coded = {kind for kinds in places.values() for kind in kinds} - set(ENGLISH)
    for column, value, *words in con.execute(
        "SELECT column_name, value, zh, en FROM main.words WHERE city IS NULL ORDER BY ALL"
    ).fetchall():
        for city in cities if column in coded else ():
            if value in places[city][column]:
                yield from ((city, column, value, word, "word") for word in words if word)
    for city, kind, name, alias, _form in aliases:
        if kind != "city":
            yield city, kind, name, alias, "pinyin"
    for city, kind, name in names:
        yield city, kind, name, name, "pinyin"


def _places(con: Any, references: list[str]) -> _Places:
    """Return where each name occurs."""
    found: _Places = defaultdict(lambda: defaultdict(dict))
    # Last what may be the title of a milestone: it is one if no other column has it.
    for reference in sorted(references, key=_OUTCOMES.__eq__):
        view, _dot, column = reference.partition(".")
        kind = kind_of(reference)
        for city, value in con.execute(
            f'SELECT DISTINCT city, "{column}" FROM main."{view}" WHERE "{column}" IS NOT NULL ORDER BY ALL'
        ).fetchall():
            known = any(value in names for names in found[city].values())
            place = reference if reference == _OUTCOMES and not known else kind
            found[city][place].setdefault(value, []).append(reference)
    return found


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
    simplified = _simplified()
    found = []
    for character in map(chr, range(_FIRST, _LAST + 1)):
        simple = simplified.get(character)
        readings = " ".join(_readings(character)) if simple is None else ""
        if readings or simple:
            found.append((character, simple, readings or None))
    return found


def _readings(character: str) -> list[str]:
    """Return how a character is read, the usual way first."""
    (found,) = pypinyin.pinyin(character, style=pypinyin.Style.NORMAL, heteronym=True, errors="ignore") or [
        []
    ]
    return list(dict.fromkeys(map(sound, found)))


@cache
def _simplified() -> dict[str, str]:
    """Return traditional character -> simplified; last those that Taiwan or Hong Kong alone writes so."""
    pairs: dict[str, str] = {}
    for converter in map(opencc.OpenCC, ("t2s", "tw2s", "hk2s")):
        for old in map(chr, range(_FIRST, _LAST + 1)):
            new = converter.convert(old)
            if new != old:
                pairs.setdefault(old, new)
    return pairs
