"""What people type -> what the data says: aliases, prefixes, pinyin, traditional characters.

Reads the names index built with the database; opens no database. When the index does not belong to the
database, the caller takes the names from the database itself (`Names.from_rows`).
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from ipcli.errors import UsageError
from ipcli.i18n import _, language
from ipcli.model import Label, Text

FORMAT = 3
# The columns of names that have English ones.
ENGLISH = ("district", "industry", "tier", "track", "indicator")
# A column with no more values than this offers them all when nothing like what was typed is known.
_FEW = 12
_MARKS = "-_·・.“”\"'‘’（）()、/"
_DROP = {ord(mark): None for mark in _MARKS}
# 绿 is typed lv, lü, lyu or lu; the index has lu, and for 女 nu.
_UMLAUT = re.compile(r"(?<=[ln])[vü]|(?<=l)yu")
# Latin words shorter than this are in too many others for that to tell anything.
_TELLING = 4
# Of two characters one is no likeness. What only sounds like it must sound nearly the same.
_LIKE, _LIKE_LATIN, _LIKE_BEGUN, _LIKE_SOUND = 0.6, 0.75, 0.85, 0.9


class StaleIndex(Exception):
    """The index is missing, unreadable, of another format, or of another database."""


def normalise(text: str, t2s: Mapping[str, str] | None = None) -> str:
    """The form names are compared in: full-width, case, script, spaces and marks make no difference.

    `t2s` maps single traditional characters to simplified ones.
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    if t2s:
        text = "".join([t2s.get(character, character) for character in text])
    return "".join(text.translate(_DROP).split())


def sound(text: str) -> str:
    """Pinyin as the index spells it."""
    return _UMLAUT.sub("u", text)


class Names:
    """The names of one city.

    `city` is the city, `release` names the data release, `labels` says how columns are headed.
    """

    def __init__(
        self,
        city: str,
        aliases: Mapping[str, Mapping[str, Iterable[str]]],
        values: Callable[[str], list[str] | None],
        *,
        t2s: Mapping[str, str] | None = None,
        labels: Mapping[str, Label] | None = None,
        release: str = "",
        english: Mapping[str, str] | None = None,
        spoken: Callable[[str, str], Sequence[str]] | None = None,
        tracks: Mapping[str, Sequence[str]] | None = None,
        ids: Sequence[tuple[str, str]] = (),
    ) -> None:
        """`aliases` maps kind -> normalised alias -> names; `values` gives the values of "view.column".

        `english` tells what names read as in English, `spoken` what a value of a coded column reads as in Chinese and
        in English (nothing for another). For completion alone: `tracks` maps an industry to its sub-tracks, `ids` are
        the first and the last of ids that are numbered one after the other.
        """
        self.city = city
        self.release = release
        self.labels = labels or {}
        self._aliases = aliases
        self._values = values
        self._t2s = t2s or {}
        self._english = english or {}
        self.spoken = spoken or (lambda _column, _value: ())
        self.tracks = tracks or {}
        self.ids = ids

    @classmethod
    def load(
        cls, index_path: str | os.PathLike[str], city: str | None, content_hash: str | None = None
    ) -> Names:
        """The names of one city (None: the only one) from an index; only that city's line is parsed.

        `content_hash` is the database's, when it is open. StaleIndex if the index will not do, UsageError
        if the city is unknown, or not told and there are several.
        """
        try:
            with open(index_path, "rb") as file:
                head = _head(file)
                if content_hash not in (None, head["content_hash"]):
                    raise StaleIndex(str(index_path))
                name = resolve_city(city, list(head["cities"]), head.get("city_aliases", {}))
                offset, length = head["cities"][name]
                file.seek(offset)
                body = json.loads(file.read(length))
                labels = {column: _label(row) for column, row in head["labels"].items()}
                words = body.get("words", {})
                return cls(
                    name,
                    body["aliases"],
                    body["values"].get,
                    t2s=body["t2s"],
                    labels=labels,
                    release=_release(head["release"], head.get("released_on")),
                    english=body["english"],
                    spoken=lambda column, value: words.get(column, {}).get(value, ()),
                    tracks=body.get("tracks"),
                    ids=body.get("ids", ()),
                )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise StaleIndex(str(index_path)) from error

    @classmethod
    def from_rows(
        cls,
        city: str | None,
        cities: Iterable[str],
        aliases: Iterable[tuple[str, str, str, str]],
        distinct: Callable[[str, str, str], list[str]],
        *,
        labels: Mapping[str, Label] | None = None,
        release: str = "",
        english: Mapping[str, str] | None = None,
        spoken: Callable[[str, str], Sequence[str]] | None = None,
    ) -> Names:
        """The same from the database: rows (city, kind, name, alias), and `distinct(view, column, city)`.

        Traditional characters resolve only where they are aliases: their table is in the index alone.
        """
        rows = list(aliases)
        cities = list(cities)
        of_cities: dict[str, str] = {
            normalise(alias): name for _, kind, name, alias in rows if kind == "city" and name in cities
        }
        chosen = resolve_city(city, cities, of_cities)
        kinds: dict[str, dict[str, list[str]]] = {}
        for owner, kind, name, alias in rows:
            if owner == chosen:
                names = kinds.setdefault(kind, {}).setdefault(normalise(alias), [])
                if name not in names:
                    names.append(name)

        def values(reference: str) -> list[str]:
            view, _, column = reference.partition(".")
            return distinct(view, column, chosen)

        return cls(chosen, kinds, values, labels=labels, release=release, english=english, spoken=spoken)

    def resolve(self, values_ref: str, typed: str) -> str:
        """The value of "view.column" that `typed` names.

        An exact value, alias or word for it, else an unambiguous prefix of one; UsageError with candidates otherwise.
        A known name that does not occur in that column is returned as it is: no rows, and no error.
        """
        column = kind_of(values_ref)
        known = self._values(values_ref)
        if known and typed in known:
            return typed
        # Some aliases hold for one column alone.
        aliases = {**self._aliases.get(column, {}), **self._aliases.get(values_ref, {})}
        keys = self._keys(known or [], aliases)
        for value in known or ():
            for word in self.spoken(column, value):
                keys.setdefault(normalise(word, self._t2s), {})[value] = None

        def told(name: str) -> str:
            return self.told_as(name, self.word(column, name))

        wanted = self._wanted(typed)
        exact = {name: None for form in wanted for name in keys.get(form, ())}
        matches = exact or _begun(wanted, keys)
        found = list(matches)
        if exact:  # of two names with one alias, the one that occurs in the column
            found = [name for name in found if name in set(known or ())] or found
        if wanted and len(found) == 1:
            return found[0]
        noun = self.labels[column].text if column in self.labels else Text(column, column)
        if wanted and found:
            raise UsageError(_ambiguous(noun, typed, list(map(told, found))))
        few = known if known and len(known) <= _FEW else []
        near = _nearest(normalise(typed, self._t2s), keys)
        raise UsageError(_unknown(noun, typed, list(map(told, near)), list(map(told, few))))

    def word(self, column: str, value: str) -> str | None:
        """What a value of a coded column reads as in the user's language; None if it reads as it is."""
        word = next(iter(self.spoken(column, value)[language() != "zh" :]), value)
        return None if word == value else word

    def meanings(self, kinds: Iterable[str], typed: str) -> dict[str, list[str]]:
        """Kind -> the names that `typed` may stand for: exactly, else as a beginning that is not too common.

        `kinds` are "view.column" references. A word that names nothing has no meanings.
        """
        exact, begun = self.told(kinds, typed)
        return exact or begun

    def told(self, kinds: Iterable[str], typed: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Kind -> the names that `typed` is an exact name of, and kind -> those that it begins."""
        wanted = self._wanted(typed)
        exact: dict[str, list[str]] = {}
        begun: dict[str, list[str]] = {}
        for reference in kinds if wanted else ():
            column = kind_of(reference)
            keys = self._keys(self._values(reference) or [], self._aliases.get(column, {}))
            found = {name: None for form in wanted for name in keys.get(form, ())}
            if found:
                exact[reference] = list(found)
            elif len(wanted[0]) > 1:
                found = _begun(wanted, keys)
                if 0 < len(found) <= _FEW:
                    begun[reference] = list(found)
        return exact, begun

    def of(self, reference: str) -> list[str] | None:
        """The values of "view.column", if the index has them."""
        return self._values(reference)

    def matching(self, known: Iterable[str], typed: str, column: str = "") -> list[str]:
        """Those of the `known` values that `typed` begins, that it begins an alias of, or that contain it.

        Words for the values count too, where the `column` is told.
        """
        return list(self.matched(known, typed, column))

    def matched(self, known: Iterable[str], typed: str, column: str = "") -> dict[str, str]:
        """The same, each with what matches: the value itself, the alias or the word."""
        wanted = self._wanted(typed)
        plain = {value: normalise(value, self._t2s) for value in known}
        found = {value: value for value, key in plain.items() if not wanted or key.startswith(wanted)}
        for aliases in self._aliases.values() if wanted else ():
            for alias, names in aliases.items():
                if alias.startswith(wanted):
                    for name in names:
                        if name in plain and (name not in found or alias in wanted):
                            found[name] = alias
        for value in plain if wanted and column else ():
            for word in map(normalise, self.spoken(column, value)):
                if word.startswith(wanted):
                    found.setdefault(value, word)
        for value, key in plain.items():
            if wanted and wanted[0] in key:
                found.setdefault(value, value)
        # What was typed in full goes first.
        whole = [value for value, begun in found.items() if normalise(begun, self._t2s) in wanted]
        return {value: found[value] for value in (*whole, *found)}

    def told_as(self, name: str, kind: str | None = None) -> str:
        """A name as messages tell it: with its English in English, and with the `kind` of thing it is."""
        zh = language() == "zh"
        marks = list(dict.fromkeys(mark for mark in (None if zh else self._english.get(name), kind) if mark))
        joined = ", ".join(marks)
        return name if not marks else f"{name}（{joined}）" if zh else f"{name} ({joined})"

    def near(self, kinds: Iterable[str], typed: str) -> list[str]:
        """Names like `typed`, of any of the kinds, the likest first, as messages tell them."""
        keys: dict[str, dict[str, None]] = {}
        for reference in kinds:
            aliases = self._aliases.get(kind_of(reference), {})
            for key, names in self._keys(self._values(reference) or [], aliases).items():
                keys.setdefault(key, {}).update(names)
        return list(map(self.told_as, _nearest(normalise(typed, self._t2s), keys)))

    def _wanted(self, typed: str) -> tuple[str, ...]:
        """The keys that were typed: as it is, and as pinyin is spelt. None for nothing."""
        wanted = normalise(typed, self._t2s)
        return tuple(dict.fromkeys((wanted, sound(wanted)))) if wanted else ()

    def _keys(self, known: list[str], aliases: Mapping[str, Iterable[str]]) -> dict[str, dict[str, None]]:
        """Normalised value or alias -> the names it may stand for, in order."""
        keys: dict[str, dict[str, None]] = {}
        for value in known:
            keys.setdefault(normalise(value, self._t2s), {})[value] = None
        for alias, names in aliases.items():
            for name in names:
                keys.setdefault(alias, {})[name] = None
                keys.setdefault(normalise(name, self._t2s), {})[name] = None
        return keys


def load(database: Any, city: str | None) -> Names:
    """Return the names of a city of an open database."""
    from pathlib import Path

    from ipcli import paths
    from ipcli.query import catalog

    try:
        return Names.load(paths.names_index(Path(database.path)), city, database.content_hash)
    except StaleIndex:
        both = [database.words(lang, city) for lang in ("zh", "en")]
        return Names.from_rows(
            city,
            database.cities,
            database.names_rows(),
            database.distinct,
            labels={name: catalog.parse_label(text) for name, text in database.comments().items()},
            release=database.release,
            english=both[1].readings(ENGLISH),
            spoken=lambda column, value: [words.word(column, value) for words in both],
        )


def head(index_path: str | os.PathLike[str]) -> dict[str, Any]:
    """What an index tells about its database: `labels` of columns, `lookups` (name -> columns), `views`, `cities`.

    StaleIndex if it cannot be read.
    """
    try:
        with open(index_path, "rb") as file:
            return _head(file)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StaleIndex(str(index_path)) from error


def _head(file: BinaryIO) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.readline())
    if found["format"] != FORMAT:
        raise StaleIndex(file.name)
    return found


def kind_of(values_ref: str) -> str:
    """The kind of alias that "view.column" takes: its column, or for names of things the thing.

    "targets.district" takes those of districts, "organisations.name" those of organisations.
    """
    view, _, column = values_ref.partition(".")
    return view.removesuffix("s") if column == "name" else column


def resolve_city(typed: str | None, cities: list[str], aliases: Mapping[str, str]) -> str:
    """The city `typed` names, or the only one; UsageError if there is none or a choice."""
    if typed is None:
        if len(cities) == 1:
            return cities[0]
        listed = _some(cities)
        message = _("tell the city with --city: {listed}").format(listed=listed)
        raise UsageError(message)
    keys: dict[str, dict[str, None]] = {normalise(city): {city: None} for city in cities}
    for alias, name in aliases.items():
        keys.setdefault(normalise(alias), {})[name] = None
    wanted = normalise(typed)
    matches = keys.get(wanted) or {
        name: None for key, names in keys.items() if key.startswith(wanted) for name in names
    }
    noun = Text("城市", "city")
    if wanted and len(matches) == 1:
        return next(iter(matches))
    if wanted and matches:
        raise UsageError(_ambiguous(noun, typed, list(matches)))
    raise UsageError(_unknown(noun, typed, _nearest(wanted, keys)))


def _begun(wanted: tuple[str, ...], keys: Mapping[str, Iterable[str]]) -> dict[str, None]:
    """The names of which a key begins like this."""
    return {name: None for key, names in keys.items() if key.startswith(wanted) for name in names}


def _nearest(wanted: str, keys: Mapping[str, Iterable[str]], limit: int = 5) -> list[str]:
    """Names that contain what was typed (or are contained in it), and names spelt like it, the likest first.

    Where there are none, what is Chinese is compared by its sound: 蓬辉, 鹏辉.
    """
    if not wanted:
        return []
    from difflib import get_close_matches

    near = _spelt_like(wanted, keys, limit)
    if not near and (heard := _pinyin(wanted)):
        latin = [key for key in keys if key.isascii()]
        near = [key for key in latin if len(heard) >= _TELLING and key.startswith(heard)]
        near += get_close_matches(heard, latin, n=limit, cutoff=_LIKE_SOUND)
    if not near and len(wanted) == 2 and not wanted.isascii():
        # 即黑, 即墨: one of two characters is all that a short name can have in common.
        near = [key for key in keys if len(key) == 2 and any(map(str.__eq__, key, wanted))]
    return list(dict.fromkeys(name for key in near for name in keys[key]))[:limit]


def _spelt_like(wanted: str, keys: Iterable[str], limit: int) -> list[str]:
    """The keys that contain what was typed, or are in it, and those spelt like it; else those that begin like it.

    Any two Latin words have letters in common: they must be much alike, and the likest go first.
    """
    from difflib import get_close_matches

    if not wanted.isascii():
        near = [key for key in keys if len(key) > 1 and (wanted in key or key in wanted)]
        chinese = [key for key in keys if not key.isascii()]
        near += get_close_matches(wanted, chinese, n=limit, cutoff=_LIKE)
        return near or _begun_like(wanted, chinese, limit)
    heard = sound(wanted)
    latin = [key for key in keys if key.isascii()]
    near = get_close_matches(heard, latin, n=limit, cutoff=_LIKE_LATIN)
    near += [
        key
        for key in latin
        if min(len(key), len(heard)) >= _TELLING and (heard in key or key in heard) and key not in near
    ]
    return near or _begun_like(heard, latin, limit)


def _begun_like(wanted: str, keys: Iterable[str], limit: int) -> list[str]:
    """The keys that begin like what was typed, the likest first: long names are typed in part."""
    from difflib import get_close_matches

    length = len(wanted)
    # Short beginnings are in too many names for that to tell anything.
    cuts: tuple[int, ...] = (length - 1, length, length + 1) if length > _TELLING else ()
    if not cuts and length > 2 and not wanted.isascii():
        cuts = (length,)
    begun: dict[str, list[str]] = {}
    for key in keys:
        if not wanted.isascii() or key.startswith(wanted[0]):
            for cut in cuts:
                begun.setdefault(key[:cut], []).append(key)
    near = get_close_matches(wanted, begun, n=limit, cutoff=_LIKE_BEGUN if wanted.isascii() else _LIKE)
    return [key for part in near for key in begun[part]]


def _pinyin(text: str) -> str:
    """What is Chinese as the index spells its sound; nothing for what is not."""
    if not any("\u4e00" <= character <= "\u9fff" for character in text):
        return ""
    # Late: it costs more than a lookup, and is wanted only where one fails.
    from pypinyin import lazy_pinyin

    return sound("".join(lazy_pinyin(text)))


def _ambiguous(noun: Text, typed: str, found: list[str]) -> str:
    listed = _some(found)
    return _('{lower} "{typed}" is ambiguous: {listed}').format(
        lower=noun.en.lower(), typed=typed, listed=listed, zh=noun.zh
    )


def _unknown(noun: Text, typed: str, near: list[str], few: Iterable[str] = ()) -> str:
    """`near` are offered; where nothing is near, all there is, if that is `few`."""
    zh, en = f"未知的{noun.zh}：{typed}", f'unknown {noun.en.lower()} "{typed}"'
    if near:
        zh, en = f"{zh}。您是不是要找：{'、'.join(near)}？", f"{en}: did you mean {', '.join(near)}?"
    elif few:
        zh, en = f"{zh}。可选：{'、'.join(few)}", f"{en}: one of {', '.join(few)}"
    return Text(zh, en).get(language())


def _some(names: list[str], limit: int = 20) -> str:
    """The names, or the first of many and how many there are."""
    lang = language()
    listed = ("、" if lang == "zh" else ", ").join(names[:limit])
    return listed if len(names) <= limit else f"{listed}… ({len(names)})"


def _label(row: list[Any]) -> Label:
    zh, en, unit, meaning = row
    return Label(Text(zh, en), unit, meaning or "")


def _release(release: str, released_on: str | None) -> str:
    return f"{release} ({released_on})" if released_on else release
