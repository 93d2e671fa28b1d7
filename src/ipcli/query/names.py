"""What people type -> what the data says: aliases, beginnings, pinyin, traditional characters.

The database is asked in SQL, but by whoever has it open: nothing is imported for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice, product
from typing import Any, NamedTuple, Protocol

from ipcli.errors import UsageError
from ipcli.i18n import _, did_you_mean, join_names, language
from ipcli.model import Label, Row, Text
from ipcli.query.near import likely, nearest_names, sound
from ipcli.query.words import Words, read_labels

# The columns of names that have English ones.
ENGLISH = ("district", "industry", "tier", "track", "indicator")
# A column with no more values than this offers them all when nothing like what was typed is known.
_FEW = 12
_MARKS = "-_·・.“”\"'‘’（）()、/"
_DROP = {ord(mark): None for mark in _MARKS}
# A word of characters that have several readings each is tried in so many ways.
_SOUNDS = 16
# The name itself goes first, then words for it, aliases, and what is made of their sound.
_HOW = ("name", "word", "short", "full", "former", "synonym", "english", "pinyin", "initials")
_EQUAL, _BEGUN, _WITHIN = "spelling = {}", "starts_with(spelling, {})", "contains({}, spelling)"
# How a name is written, as against how it sounds.
_WRITTEN = ("name", "short", "full", "former", "synonym", "english")
# What may stand between names that are run together.
_BETWEEN = "的和与、，,"
# What sounds the same is the same name if it is so long.
_HEARD = 3
_VALUES = """
SELECT place, name FROM (SELECT DISTINCT unnest(places) AS place, name FROM core.spelling WHERE city = $city)
ORDER BY ALL
"""
_CHARACTERS = "SELECT character, {} FROM core.character WHERE {} IS NOT NULL AND contains($text, character)"


class Database(Protocol):
    """What of `ipcli.db.engine.Database` is needed here."""

    cities: list[str]

    def fetch(self, sql: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        """Return all rows of a statement."""


class Spelling(NamedTuple):
    """A spelling of a name, normalised: how it comes about, and the "view.column" that have the name."""

    kind: str
    name: str
    spelling: str
    how: str
    places: Sequence[str]


def normalise(text: str, simplified: Mapping[str, str] | None = None) -> str:
    """Return the form names are compared in: width, case, spaces and marks make no difference.

    `simplified` maps traditional characters to simplified ones.
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    if simplified:
        text = "".join([simplified.get(character, character) for character in text])
    return "".join(text.translate(_DROP).split())


def kind_of(values_ref: str) -> str:
    """Return the kind of name that "view.column" holds: its column, or for names of things the thing.

    "targets.district" has districts, "organisations.name" organisations.
    """
    view, _dot, column = values_ref.partition(".")
    return view.removesuffix("s") if column == "name" else column


class UnknownName(UsageError):
    """A name that nobody knows, where nothing is near and there are too many to list."""


class Names:
    """The names of one city of a database."""

    def __init__(self, database: Database, city: str | None) -> None:
        """Choose the city by name (None: the only one). UsageError if it is unknown or ambiguous."""
        self._database = database
        self._simplified: dict[str, str] = {}
        self._matched: dict[tuple[str, ...], tuple[dict[str, list[str]], dict[str, list[str]]]] = {}
        # What was typed -> the name that it was taken for, where it does not begin so; or the names run together in it.
        self.taken: dict[str, list[str]] = {}
        # Until it is chosen, names are those of all cities.
        self.city = ""
        self.city = self._choose_city(city)

    @cached_property
    def labels(self) -> dict[str, Label]:
        """Return the headings of columns."""
        return read_labels(self._database.fetch)

    @cached_property
    def _values(self) -> dict[str, list[str]]:
        """Return "view.column" -> its values, sorted, for the columns that options take values from."""
        found: dict[str, list[str]] = {}
        for place, name in self._database.fetch(_VALUES, {"city": self.city}):
            found.setdefault(place, []).append(name)
        return found

    @cached_property
    def _words(self) -> Words:
        return Words.read(self._database.fetch, language(), self.city)

    def resolve(self, values_ref: str, typed: str) -> str:
        """Return the name that `typed` stands for in "view.column".

        The exact value, an alias or a word for it; else what it begins, what it is a part of, or what sounds like it
        (kept in `taken`). UsageError if none or several fit, with candidates where there are any. A name of the same
        kind that the column does not hold is returned too: the query then has no rows, which is no error.
        """
        column = kind_of(values_ref)
        # Some names are of one column alone.
        kinds = (column, values_ref)

        def usable(rows: list[Spelling]) -> list[Spelling]:
            # Words are those of the column's own codes: 计划 and 规划 both read "planned".
            return [row for row in rows if row.how != "word" or values_ref in row.places]

        # Most often the name itself is typed, in which nothing is traditional.
        plain = normalise(typed)
        exact = usable(self._spelt(kinds, _EQUAL, (plain,))) if plain else []
        if any(row.name == typed and values_ref in row.places for row in exact):
            return typed
        forms = self._forms(typed)
        if forms != (plain,):
            exact = usable(self._spelt(kinds, _EQUAL, forms)) if forms else []
        # Of two names with one alias, the one that occurs in the column.
        rows = [row for row in exact if values_ref in row.places] or exact
        if forms and not rows:
            rows = usable(self._spelt(kinds, _BEGUN, forms))
            rows.sort(key=lambda row: row.how != "name" or values_ref not in row.places)
        found = _names(rows)
        every = [] if found else usable(self._spelt(kinds))
        if not found and forms and not self._spelt((), _EQUAL, forms):
            rows = self._guess(every, typed)
            found = _names([row for row in rows if values_ref in row.places] or rows)
            if len(found) == 1:
                self.taken[typed] = found
        if len(found) == 1:
            return found[0]
        noun = self.noun(column)
        values = self.of(values_ref) or []
        near = found or self._nearest(every, typed)
        near = near or (values if len(values) <= _FEW else [])
        shown = [self.describe(value, self.word(column, value)) for value in near]
        if found:
            raise UsageError(_ambiguous(noun, typed, shown))
        message = _unknown(noun, typed)
        if not near:
            raise UnknownName(message)
        if near is values:
            message = _("{message}: one of {listed}").format(message=message, listed=join_names(shown))
            raise UsageError(message)
        raise UsageError(did_you_mean(message, shown))

    def noun(self, column: str) -> Text:
        """Return the word for what a column holds ("district"), for messages; its name where it has no heading."""
        return self.labels[column].text if column in self.labels else Text(column, column)

    def match(
        self, references: Iterable[str], typed: str
    ) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Return two mappings, reference -> names: those that equal `typed`, those that start with it.

        `references` are "view.column". The second mapping is filled only if the first is empty, and leaves
        out references where too many names start with `typed`.
        """
        asked = (typed, *references)
        if asked not in self._matched:
            self._matched[asked] = self._match(asked[1:], typed)
        return self._matched[asked]

    def _match(
        self, references: Sequence[str], typed: str
    ) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        forms = self._forms(typed)
        kinds = {reference: kind_of(reference) for reference in references} if forms else {}
        exact = _by_reference(kinds, self._spelt(kinds.values(), _EQUAL, forms) if kinds else [])
        if exact or not kinds or len(forms[0]) < 2:
            return exact, {}
        begun = _by_reference(kinds, self._spelt(kinds.values(), _BEGUN, forms))
        return exact, {reference: names for reference, names in begun.items() if len(names) <= _FEW}

    def meanings(self, references: Iterable[str], typed: str) -> dict[str, list[str]]:
        """Return reference -> the names that `typed` may stand for: in full, else as a beginning, else the likely one."""
        references = list(references)
        exact, begun = self.match(references, typed)
        if exact or begun:
            return exact or begun
        kinds = {reference: kind_of(reference) for reference in references}
        rows = self._guess(self._spelt(kinds.values()), typed)
        if len(found := _names(rows)) != 1:
            return {}
        self.taken[typed] = found
        return _by_reference(kinds, rows)

    def split(self, references: Iterable[str], typed: str) -> list[str]:
        """Return the names that are run together in `typed`, and what stands between them; nothing if there are none."""
        form = next(iter(self._forms(typed)), "")
        if form.isascii():
            return []
        rows = self._spelt(map(kind_of, references), _WITHIN, (form,))
        known = {row.spelling for row in rows if row.how in _WRITTEN and len(row.spelling) > 1}
        text = typed if len(typed) == len(form) else form
        parts, place, found = [""], 0, False
        while place < len(form):
            name = max((each for each in known if form.startswith(each, place)), key=len, default="")
            end = place + (len(name) or 1)
            if name:
                parts += [text[place:end], ""]
            else:
                parts[-1] += text[place:end]
            place, found = end, found or bool(name)
        parts = [part for part in (part.strip(_BETWEEN) for part in parts) if part]
        if not found or len(parts) < 2 or any(len(part) < 2 for part in parts):
            return []
        self.taken[typed] = parts
        return parts

    def of(self, reference: str) -> list[str] | None:
        """Return the values of "view.column", if an option takes its values from there."""
        return self._values.get(reference)

    def complete(self, values: Iterable[str], typed: str, column: str = "") -> dict[str, str]:
        """Return those of `values` that `typed` may become, each with the spelling that says so.

        A value matches if it, an alias of it or (with `column`) its word starts with `typed`, or if it
        contains `typed`. Values that were typed in full go first.
        """
        values = list(values)
        self._look_up("".join(values))
        keys = {value: normalise(value, self._simplified) for value in values}
        forms = self._forms(typed)
        if not forms:
            return {value: value for value in values}
        found = {value: value for value, key in keys.items() if key.startswith(forms)}
        words = []
        for row in self._spelt((), _BEGUN, forms):
            if row.name not in keys or row.how == "name":
                continue
            if row.how == "word":
                words += [row] if row.kind == column else []
            elif row.name not in found or row.spelling in forms:
                found[row.name] = row.spelling
        for row in words:
            found.setdefault(row.name, row.spelling)
        for value, key in keys.items():
            if forms[0] in key:
                found.setdefault(value, value)
        whole = [value for value, begun in found.items() if normalise(begun, self._simplified) in forms]
        return {value: found[value] for value in (*whole, *found)}

    def word(self, column: str, value: str) -> str | None:
        """Return what a value of a coded column reads as in the user's language, None if as it is."""
        word = value if column in ENGLISH else self._words.word(column, value)
        return None if word == value else word

    def describe(self, name: str, kind: str | None = None) -> str:
        """Return a name for a message: with its English in English, and with the `kind` of thing it is."""
        english = None if language() == "zh" else self._words.readings(ENGLISH).get(name)
        marks = ", ".join(dict.fromkeys(mark for mark in (english, kind) if mark))
        return _add_mark(name, marks)

    def near(self, references: Iterable[str], typed: str) -> list[str]:
        """Return names like `typed`, of any of the references, the likest first, as messages tell them."""
        rows = self._spelt(map(kind_of, references))
        return list(map(self.describe, self._nearest([row for row in rows if row.how != "word"], typed)))

    def _choose_city(self, typed: str | None) -> str:
        cities = self._database.cities
        if typed is None:
            if len(cities) == 1:
                return cities[0]
            raise UsageError(_("tell the city with --city: {listed}").format(listed=_some(cities)))
        if typed in cities:
            return typed
        noun, forms = Text("城市", "city"), self._forms(typed)
        found: list[str] = []
        for test in (_EQUAL, _BEGUN) if forms else ():
            found = found or _names(self._spelt(["city"], test, forms))
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(_ambiguous(noun, typed, found))
        near = self._nearest(self._spelt(["city"]), typed)
        raise UsageError(did_you_mean(_unknown(noun, typed), near))

    def _spelt(self, kinds: Iterable[str], test: str = "", forms: Sequence[str] = ()) -> list[Spelling]:
        """Return the spellings of names of these kinds (none: of all) for which one of `forms` passes the test."""
        values: dict[str, str] = {}
        conditions = []
        # Each value is a parameter: a list would be searched for each row.
        for condition, wanted in (
            ("city = {}", filter(None, [self.city])),
            ("kind = {}", kinds),
            (test, forms),
        ):
            names = {f"p{len(values) + place}": value for place, value in enumerate(wanted)}
            values |= names
            if names:
                conditions.append("(" + " OR ".join(condition.format(f"${name}") for name in names) + ")")
        sql = f"SELECT kind, name, spelling, how, places FROM core.spelling WHERE {' AND '.join(conditions)}"
        rows = [Spelling(*row) for row in self._database.fetch(sql, values)]
        return sorted(rows, key=lambda row: (_HOW.index(row.how), row.spelling, row.name))

    def _forms(self, typed: str) -> tuple[str, ...]:
        """Return the spellings that were typed: as it is, and as pinyin is spelt. None for nothing."""
        self._look_up(typed)
        form = normalise(typed, self._simplified)
        return tuple(dict.fromkeys((form, sound(form)))) if form else ()

    def _look_up(self, text: str) -> None:
        """Get to know the simplified forms of the characters of a text."""
        text = unicodedata.normalize("NFKC", text)
        new = "".join({c for c in text if not c.isascii() and c not in self._simplified})
        if new:
            sql = _CHARACTERS.format("simplified", "simplified")
            found: dict[str, str] = dict(self._database.fetch(sql, {"text": new}))
            self._simplified |= {character: found.get(character, character) for character in new}

    def _guess(self, rows: Iterable[Spelling], typed: str) -> list[Spelling]:
        """Return the rows of names that contain what was typed, are shortened or lengthened so, or sound so."""
        wanted = normalise(typed, self._simplified)
        written = [row for row in rows if row.how in _WRITTEN]
        keys = set(likely(wanted, dict.fromkeys(row.spelling for row in written)))
        if keys or len(wanted) < _HEARD or wanted.isascii():
            return [row for row in written if row.spelling in keys]
        heard = self._sounds(wanted)
        return [row for row in rows if row.how == "pinyin" and row.spelling in heard]

    def _nearest(self, rows: Iterable[Spelling], typed: str) -> list[str]:
        keys: dict[str, dict[str, None]] = {}
        for row in rows:
            keys.setdefault(row.spelling, {})[row.name] = None
        return nearest_names(normalise(typed, self._simplified), keys, self._sounds)

    def _sounds(self, text: str) -> list[str]:
        """Return what Chinese text may sound like; nothing for what is not Chinese."""
        rows = self._database.fetch(_CHARACTERS.format("readings", "readings"), {"text": text})
        if not rows:
            return []
        readings = {character: listed.split() for character, listed in rows}
        ways = product(*(readings.get(character, [character]) for character in text))
        return list(dict.fromkeys(sound("".join(way)) for way in islice(ways, _SOUNDS)))


def choose(noun: Text, typed: str, words: Mapping[str, Sequence[str]]) -> str | None:
    """Return the one code that `typed` is, or begins, itself or as one of its words; None if there is none.

    UsageError if there are several.
    """
    wanted = normalise(typed)
    tests: tuple[Callable[[str], bool], ...] = (wanted.__eq__, lambda form: form.startswith(wanted))
    for test in tests if wanted else ():
        found = [code for code, read in words.items() if any(map(test, map(normalise, (code, *read))))]
        if len(found) == 1:
            return found[0]
        if found:
            marked = [_add_mark(code, "".join(words[code][language() != "zh" :][:1])) for code in found]
            raise UsageError(_ambiguous(noun, typed, marked))
    return None


def _add_mark(name: str, mark: str) -> str:
    if not mark or mark == name:
        return name
    return f"{name}（{mark}）" if language() == "zh" else f"{name} ({mark})"


def _names(rows: Iterable[Spelling]) -> list[str]:
    return list(dict.fromkeys(row.name for row in rows))


def _by_reference(kinds: Mapping[str, str], rows: Iterable[Spelling]) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        if row.how != "word":
            found.setdefault(row.kind, {})[row.name] = None
    return {reference: list(found[kind]) for reference, kind in kinds.items() if kind in found}


def _ambiguous(noun: Text, typed: str, names: list[str]) -> str:
    message = _('{noun} "{typed}" is ambiguous: {listed}')
    return message.format(noun=_write_noun(noun), typed=typed, listed=_some(names))


def _unknown(noun: Text, typed: str) -> str:
    return _('unknown {noun} "{typed}"').format(noun=_write_noun(noun), typed=typed)


def _write_noun(noun: Text) -> str:
    return noun.zh if language() == "zh" else noun.en.lower()


def _some(names: list[str], limit: int = 20) -> str:
    """Return the names as a list, or the first of many and how many there are."""
    few = join_names(names[:limit])
    return few if len(names) <= limit else f"{few}… ({len(names)})"
