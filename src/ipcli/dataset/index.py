"""The names index: what people type, as lines of JSON beside the database, so that no lookup opens it twice.

Line 1 tells the content hash, the labels of columns and where each city's line is; then one line a city.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

import opencc
import pypinyin

from ipcli import paths
from ipcli.query import catalog, names

_FIRST, _LAST = 0x3400, 0x9FFF
# Marks what is no Chinese among syllables.
_OTHER = "\0"
# In outcomes the title of a milestone may stand for the indicator; its aliases hold for that column alone.
_OUTCOMES = "outcomes.indicator"
# What `ipcli schema` lists.
_VIEWS = (
    "SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal"
    " AND database_name = current_database() UNION SELECT table_name FROM duckdb_tables()"
    " WHERE schema_name = 'main' AND database_name = current_database() ORDER BY 1"
)

# Runs of ids that are numbered one after the other, first and last; what is not numbered is alone.
_IDS = """
WITH ids AS (
  SELECT fact_id AS id FROM main.citations WHERE city = $city
  UNION SELECT source_id FROM main.sources WHERE city = $city
), parts AS (
  SELECT id, regexp_extract(id, '[0-9]{0,9}$') AS digits, left(id, len(id) - len(digits)) AS head FROM ids
), runs AS (
  SELECT *, CASE WHEN digits = '' THEN id ELSE CAST(
    CAST(digits AS INTEGER) - row_number() OVER (PARTITION BY head, len(digits) ORDER BY digits) AS VARCHAR
  ) END AS run FROM parts
)
SELECT min(id) AS first, max(id) FROM runs GROUP BY head, len(digits), run ORDER BY first
"""
# Where ids have more gaps than that, nobody is helped by hearing them all.
_MOST_RUNS = 1000


def lines(con: Any) -> bytes:
    """The index of the open database, as the bytes of its file."""
    releases = con.execute(
        "SELECT city, release, CAST(released_on AS VARCHAR), content_hash FROM main.release ORDER BY city"
    ).fetchall()
    columns = {reference: _values(con, reference) for reference in _references()}
    aliases = _aliases(con)
    bodies = [
        _dump(
            _city({reference: column.get(city, []) for reference, column in columns.items()}, aliases[city])
            | {"english": _english(con, city), "words": _words(con)}
            | {"tracks": _tracks(con, city), "ids": _ids(con, city)}
        )
        for city, *_ in releases
    ]
    head = {
        "format": names.FORMAT,
        "content_hash": releases[0][3],
        "release": releases[0][1],
        "released_on": releases[0][2],
        "labels": _labels(con),
        "lookups": _lookups(con),
        "views": [name for (name,) in con.execute(_VIEWS).fetchall()],
        "city_aliases": _city_aliases(con),
        "cities": {},
    }
    # The head holds offsets that depend on its own length: give it room, padded with blanks.
    widest = {city: [10**12, 10**12] for city, *_ in releases}
    room = len(_dump({**head, "cities": widest}))
    offset, places = room, {}
    for (city, *_), body in zip(releases, bodies, strict=True):
        places[city] = [offset, len(body)]
        offset += len(body)
    first = _dump({**head, "cities": places})
    return first[:-1].ljust(room - 1) + b"\n" + b"".join(bodies)


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _labels(con: Any) -> dict[str, list[str | None]]:
    """Column name -> [zh, en, unit, meaning]; where views differ, the most frequent comment."""
    rows = con.execute(
        "SELECT column_name, comment FROM duckdb_columns() WHERE schema_name = 'main' "
        "AND database_name = current_database() AND comment IS NOT NULL GROUP BY column_name, comment "
        "QUALIFY row_number() OVER (PARTITION BY column_name ORDER BY count(*) DESC, comment) = 1 ORDER BY 1"
    ).fetchall()
    labels = {}
    for column, comment in rows:
        label = catalog.parse_label(comment)
        labels[column] = [label.text.zh, label.text.en, label.unit, label.meaning]
    return labels


def _lookups(con: Any) -> dict[str, list[str]]:
    """Lookup -> its columns, which completion offers."""
    folder = paths.queries()
    found = {}
    for name in catalog.folder(folder):
        sql = catalog.read(folder / f"{name}.sql").sql
        nothing = dict.fromkeys(catalog.parameters(sql))
        found[name] = [column for column, *_ in con.execute(f"FROM (\n{sql}\n) LIMIT 0", nothing).description]
    return found


def _english(con: Any, city: str) -> dict[str, str]:
    """What names of a city read as in English."""
    rows = con.execute(
        "SELECT value, min(en) FROM main.words WHERE (city IS NULL OR city = ?) AND en <> value"
        f" AND column_name IN ({', '.join('?' * len(names.ENGLISH))}) GROUP BY value ORDER BY value",
        [city, *names.ENGLISH],
    ).fetchall()
    return dict(rows)


def _tracks(con: Any, city: str) -> dict[str, list[str]]:
    """Industry -> its sub-tracks."""
    rows = con.execute(
        "SELECT industry, list(DISTINCT track ORDER BY track) FROM main.tracks"
        " WHERE city = ? AND industry IS NOT NULL GROUP BY industry ORDER BY industry",
        [city],
    ).fetchall()
    return dict(rows)


def _ids(con: Any, city: str) -> list[tuple[str, str]]:
    """The ids that `ipcli cite` takes, which completion offers."""
    runs: list[tuple[str, str]] = con.execute(_IDS, {"city": city}).fetchall()
    return runs if len(runs) <= _MOST_RUNS else []


def _words(con: Any) -> dict[str, dict[str, list[str]]]:
    """Coded column -> value -> its word in Chinese and in English, for the columns that options take values from."""
    coded = {names.kind_of(reference) for reference in _references()} - set(names.ENGLISH)
    found: dict[str, dict[str, list[str]]] = {}
    for column, value, *words in con.execute(
        "SELECT column_name, value, zh, en FROM main.words WHERE city IS NULL ORDER BY ALL"
    ).fetchall():
        if column in coded:
            found.setdefault(column, {})[value] = words
    return found


def _city_aliases(con: Any) -> dict[str, str]:
    """What cities are called, in traditional characters too: the table of those is the city's own."""
    rows = con.execute(
        "SELECT alias, name FROM main.aliases WHERE kind = 'city'"
        " UNION SELECT city, city FROM main.release ORDER BY ALL"
    ).fetchall()
    found = {names.normalise(alias): name for alias, name in rows}
    for alias, name in list(found.items()):
        for converter in map(opencc.OpenCC, ("s2t", "s2tw", "s2hk")):
            found.setdefault(converter.convert(alias), name)
    return found


def _aliases(con: Any) -> dict[str, list[tuple[str, str, str]]]:
    """City -> its (kind, alias, name), sorted."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for city, *alias in con.execute(
        "SELECT city, kind, alias, name FROM main.aliases WHERE kind <> 'city' ORDER BY ALL"
    ).fetchall():
        found[city].append(tuple(alias))
    return found


def _city(values: dict[str, list[str]], known: list[tuple[str, str, str]]) -> dict[str, Any]:
    """One city: traditional characters, the values options may take, the aliases of each kind."""
    titles = set(values.get(_OUTCOMES, ())) - {
        value for reference, column in values.items() if reference != _OUTCOMES for value in column
    }
    t2s = _t2s(
        {*"".join(value for column in values.values() for value in column), *"".join(map("".join, known))}
    )
    aliases: dict[str, dict[str, list[str]]] = {}
    for kind, alias, name in known:
        names_of = aliases.setdefault(kind, {}).setdefault(names.normalise(alias, t2s), [])
        if name not in names_of:
            names_of.append(name)
    spoken = [
        (_OUTCOMES if value in titles else names.kind_of(reference), value, value)
        for reference, column in values.items()
        for value in column
    ]
    for kind, spelt, name in [*known, *spoken]:
        _add_pinyin(aliases.setdefault(kind, {}), spelt, name)
    return {"t2s": t2s, "values": values, "aliases": {kind: keys for kind, keys in aliases.items() if keys}}


def _add_pinyin(keys: dict[str, list[str]], spelt: str, name: str) -> None:
    """Let `name` be found by the pinyin of `spelt` and by its initials: dikongjingji, dkjj.

    A key that is an alias already keeps its meaning; the same pinyin of two names lists both.
    """
    if not any("\u4e00" <= character <= "\u9fff" for character in spelt):
        return
    parts = list(_spoken(spelt))
    for key in ("".join(whole for whole, _ in parts), "".join(short for _, short in parts)):
        meant = keys.setdefault(key, _Pinyin())
        if isinstance(meant, _Pinyin) and name not in meant:
            meant.append(name)


def _spoken(text: str) -> Iterator[tuple[str, str]]:
    """The syllables of a name, each with its initial; numerals and Latin words stay whole: dkjj16gzjxm."""
    for part in pypinyin.lazy_pinyin(text, errors=lambda other: _OTHER + other):
        if part.startswith(_OTHER):
            whole = "".join(character for character in names.normalise(part) if character.isalnum())
            yield whole, whole
        else:
            yield names.sound(part), part[0]


class _Pinyin(list[str]):
    """Names found by pinyin, which gives way to an alias."""


def _references() -> list[str]:
    """Every "view.column" that an option of a built-in lookup takes its values from."""
    folder = paths.queries()
    queries = [catalog.read(folder / f"{name}.sql") for name in catalog.folder(folder)]
    return sorted({param.values for query in queries for param in query.params if param.values})


def _values(con: Any, reference: str) -> dict[str, list[str]]:
    """City -> the values of "view.column" in it, sorted."""
    view, _, column = reference.partition(".")
    found: dict[str, list[str]] = defaultdict(list)
    for city, value in con.execute(
        f'SELECT DISTINCT city, "{column}" FROM main."{view}" WHERE "{column}" IS NOT NULL ORDER BY ALL'
    ).fetchall():
        found[city].append(value)
    return found


def _t2s(used: set[str]) -> dict[str, str]:
    """Traditional character -> simplified, for the simplified characters that names use."""
    return {old: new for old, new in _pairs() if new in used}


@cache
def _pairs() -> list[tuple[str, str]]:
    """All traditional characters, each with its simplified one; last those that Taiwan or Hong Kong alone writes so."""
    pairs: dict[str, str] = {}
    for converter in map(opencc.OpenCC, ("t2s", "tw2s", "hk2s")):
        for old in map(chr, range(_FIRST, _LAST + 1)):
            new = converter.convert(old)
            if new != old:
                pairs.setdefault(old, new)
    return list(pairs.items())
