"""What the data is called in two languages: words of codes and names, headings of columns, kinds of fact and of name.

A database has them as views; help, and values typed in words, read the files that it is built from (`data/*.csv`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from ipcli import paths
from ipcli.i18n import translate
from ipcli.model import Column, Label, Row, Text, parse_label

_NAMES = ("industry", "tier", "track")
# Columns that hold what other columns of the data hold under their own names.
_SAME = {
    "activity": _NAMES,
    "aim": ("indicator",),
    "detail": ("indicator", "role", "type", "level", "tier"),
    "city": ("district",),
    "event": ("kind",),
    "industries": ("industry",),
    "item": (*_NAMES, "indicator"),
    "local_name": _NAMES,
    "local_names": _NAMES,
    "name": ("district", "industry", "tier", "track", "status", "name"),
    "parent": ("district",),
    "part": ("part", *_NAMES),
    "part_items": _NAMES,
    "section": ("kind",),
    "state": ("status",),
    "subject": (*_NAMES, "indicator"),
    "tiers": ("tier",),
    "tracks": ("track",),
    "unit_std": ("unit",),
    "within": ("district",),
}
# Columns of figures in signs, as in ">25 万辆": the unit stands last.
_FIGURES = ("outcome", "stated", "target")
# Columns of a line of names and figures: "人工智能 产业规模 >400 亿元（每年）".
_LINES = ("what",)
# Column -> comment; where views differ, the most frequent one.
_LABELS = """
SELECT column_name, comment FROM duckdb_columns()
WHERE schema_name = 'main' AND NOT internal AND comment IS NOT NULL AND database_name = current_database()
GROUP BY column_name, comment
QUALIFY row_number() OVER (PARTITION BY column_name ORDER BY count(*) DESC, comment) = 1 ORDER BY 1
"""
# ">45 万辆 (2024)": a sign, one number or two, a unit, and what follows.
_FIGURE = re.compile(
    r"(?P<sign>[<>~≥≤≈]?=?)(?P<numbers>\d+(?:\.\d+)?(?:-\d+(?:\.\d+)?)?\+?) (?P<unit>\S+)(?P<rest>(?: \(.*\))?)",
    re.DOTALL,
)
# A unit that holds a number: "10k vehicles", "CNY 100 mn", "10 MW".
_SCALED = re.compile(
    r"(?P<currency>[A-Z]{3} )?(?P<number>[\d,]+)(?:(?: (?=[mbt]))?(?P<many>k|mn|bn|trn)(?![A-Za-z]))? ?(?P<what>.*)"
)
_MANY = {"": 1, "k": 10**3, "mn": 10**6, "bn": 10**9, "trn": 10**12}
_ASIDE = re.compile(r"(.*)（(.*)）", re.DOTALL)


@cache
def _read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of the data; none where that is not at hand."""
    # Imported here: a plain lookup needs no table.
    import csv

    try:
        with (paths.data() / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except OSError:
        return []


class OptionHelp(NamedTuple):
    """The help of an option that a condition declares; it may name a column, which is looked up when help is asked for."""

    message: str
    view: str = ""
    column: str = ""

    def get(self, lang: str) -> str:
        """Return the help in `lang`."""
        text = translate(self.message, lang)
        return text.format(name=explain(self.view, self.column).text.get(lang)) if self.column else text


def explain(view: str, column: str) -> Label:
    """Return what a column of a view means, from the dictionary of the data; its name where that is not at hand."""
    comments = {(row["scope"], row["column"]): row["comment"] for row in _read_table("dictionary.csv")}
    return parse_label(comments.get((view, column)) or comments.get(("*", column)) or column)


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
    return {
        row["kind"]: Kind(
            kind=row["kind"],
            place=int(row["place"]) if row["place"] else None,
            view=row["view"],
            name=row["name"],
            groups=tuple(filter(None, row["groups"].split("|"))),
            year=row["year"],
            noun=Text(row["zh"], row["en"]),
            words=tuple(filter(None, row["words"].split("|"))),
        )
        for row in _read_table("kinds.csv")
    }


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


def find_codes(name: str) -> dict[str, Text]:
    """Return the codes of a column, or of another under which they are listed, with their words."""
    rows = [
        (row["column_name"], row["value"], Text(row["zh"], row["en"])) for row in _read_table("words.csv")
    ]
    rows += [("kind", kind.kind, kind.noun) for kind in read_kinds().values()]
    return {
        code: text for listed in _SAME.get(name, (name,)) for column, code, text in rows if column == listed
    }


def read_labels(fetch: Callable[[str], list[Row]]) -> dict[str, Label]:
    """Return column -> its heading, for the columns of the flat views; `fetch` returns all rows of a statement."""
    return {name: parse_label(comment) for name, comment in fetch(_LABELS)}


class Words:
    """The words of one language for the values of columns."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Keep the words; `rows` are (column, value, word)."""
        self._words: dict[str, dict[str, str]] = {}
        for column, value, word in rows:
            self._words.setdefault(column, {})[value] = word

    @classmethod
    def read(cls, fetch: Callable[[str, dict[str, Any]], list[Row]], lang: str, city: str | None) -> Words:
        """Return what codes and names of a city (None: of all) read as in `lang`."""
        column = "zh" if lang == "zh" else "en"
        sql = (
            f"SELECT column_name, value, {column} FROM main.words"
            f" WHERE (city IS NULL OR $city IS NULL OR city = $city) AND {column} <> value"
        )
        return cls(fetch(sql, {"city": city}))

    def dress(self, column: Column) -> Column:
        """Return the column with its unit in the user's language, and with a function that puts its values into words."""
        label = column.label
        if label.unit:
            unit = self._words.get("unit", {}).get(label.unit, label.unit)
            label = Label(label.text, unit, label.meaning)
        return Column(column.name, column.type, label, self.reader(column.name))

    def word(self, column: str, value: str) -> str:
        """Return the word for one value of a column; the value itself if there is none."""
        return self._words.get(column, {}).get(value, value)

    def readings(self, columns: Iterable[str]) -> dict[str, str]:
        """Return value -> word for all values of some columns."""
        return {value: word for column in columns for value, word in self._words.get(column, {}).items()}

    def reader(self, name: str) -> Callable[[str], str] | None:
        """Return a function from a value of a column to its words, or None if values are shown as they are."""
        last = name.rpartition("_")[2]
        units = self._words.get("unit", {})
        if last in _FIGURES:
            return None if not units else lambda value: _with_unit(value, units)
        if name in _LINES:
            named = self.readings((*_NAMES, "indicator"))
            aside = self.readings(("per", "filter"))
            return None if not named and not units else lambda value: _line(value, named, units, aside)
        known = self.readings(_SAME.get(name, (name,))) or self._words.get(last, {})
        if known and name == "detail":
            return lambda value: known.get(value) or _translate_parts(value, known)
        return None if not known else lambda value: known.get(value, value)


def _with_unit(value: str, units: Mapping[str, str]) -> str:
    """Return a figure in signs with its unit in words, as people of that language write it: ">40 亿元" is >CNY 4 bn."""
    parts = _FIGURE.fullmatch(value)
    word = units.get(parts["unit"]) if parts else None
    if parts is None or word is None:
        return value
    scaled = _SCALED.fullmatch(word)
    if scaled:
        return parts["sign"] + _scale(parts, scaled) + parts["rest"]
    # What is counted, the name of the indicator tells.
    return " ".join(filter(None, (parts["sign"] + parts["numbers"], word))) + parts["rest"]


def _scale(parts: re.Match[str], unit: re.Match[str]) -> str:
    """Return numbers of a unit such as `10k vehicles` or `CNY 100 mn` in vehicles and in billions."""
    # Late: figures in Chinese stay as they are printed.
    from decimal import Decimal

    currency, many, what = unit["currency"] or "", unit["many"], unit["what"]
    factor = Decimal(unit["number"].replace(",", "")) * _MANY[many or ""]
    numbers = [Decimal(number) * factor for number in parts["numbers"].rstrip("+").split("-")]
    fitting = (name for name, size in reversed(_MANY.items()) if name != "k" and min(numbers) >= size)
    name = next(fitting, "") if currency or many else ""
    shown = [f"{number / _MANY[name]:,f}" for number in numbers]
    shown = [text.rstrip("0").rstrip(".") if "." in text else text for text in shown]
    more = "+" * parts["numbers"].endswith("+")
    return currency + " ".join(filter(None, ("-".join(shown) + more, name, what)))


def _line(value: str, named: Mapping[str, str], units: Mapping[str, str], aside: Mapping[str, str]) -> str:
    """Return a line of names and figures in words, with what stands behind it in brackets."""
    about = _ASIDE.fullmatch(value)
    if about:
        line = _line(about[1], named, units, aside)
        parts = about[2].split("，")
        told = [
            f"per {aside[part[1:]]}" if part[:1] == "每" and part[1:] in aside else aside.get(part, part)
            for part in parts
        ]
        told = [_line(part, named, units, aside) for part in told]
        return line.rstrip() + (f"（{about[2]}）" if told == parts else f" ({', '.join(told)})")
    words: list[str] = []
    before = ""
    for part in value.split(" "):
        if part in units and any(character.isdigit() for character in before):
            words[-1:] = [_with_unit(f"{words[-1]} {part}", units)]
        else:
            words.append(named.get(part, part))
        before = part
    return " ".join(words)


def _translate_parts(value: str, known: dict[str, str]) -> str:
    """Return a value with each part between Chinese commas as its word ("项目，一期"); parts without a word stay."""
    parts = value.split("，")
    words = [known.get(part, part) for part in parts]
    return value if words == parts else ", ".join(words)
