"""Words for codes and names in the language of the user, for tables and other formats that people read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from ipcli import paths
from ipcli.model import Column, Label, Text

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
_ASIDE = re.compile(r"(.*)（(.*)）", re.DOTALL)


def read_codes() -> dict[str, dict[str, Text]]:
    """Return column -> code -> its words, from the files the build reads; nothing where those are not at hand."""
    # Imported here: only help, and values typed in words, need it.
    import csv

    from ipcli.query.kinds import read_kinds

    found: dict[str, dict[str, Text]] = {}
    try:
        with (paths.data() / "words.csv").open(encoding="utf-8", newline="") as file:
            for column, code, zh, en in list(csv.reader(file))[1:]:
                found.setdefault(column, {})[code] = Text(zh, en)
        found.setdefault("kind", {}).update({kind.kind: kind.noun for kind in read_kinds().values()})
    except OSError:
        return {}
    return found


def find_codes(name: str) -> dict[str, Text]:
    """Return the codes of a column, or of another under which they are listed, with their words."""
    known = read_codes()
    return {code: text for column in _SAME.get(name, (name,)) for code, text in known.get(column, {}).items()}


class Words:
    """The words of one language for the values of columns."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Keep the words; `rows` are (column, value, word)."""
        self._words: dict[str, dict[str, str]] = {}
        for column, value, word in rows:
            self._words.setdefault(column, {})[value] = word

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
            return lambda value: known.get(value) or _parts(value, known)
        return None if not known else lambda value: known.get(value, value)


def _with_unit(value: str, units: Mapping[str, str]) -> str:
    figure, blank, unit = value.rpartition(" ")
    word = units.get(unit, unit)
    if not blank or not word:
        # What is counted, the name of the indicator tells.
        return figure if blank else value
    # ">50 × 10k vehicles": figures stay as they are printed, so that they are found again in the source.
    times = "× " if word != unit and any(character.isdecimal() for character in word) else ""
    return figure + blank + times + word


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


def _parts(value: str, known: dict[str, str]) -> str:
    """Return the words of parts joined by commas, such as a project and its phase: "项目，一期"."""
    parts = value.split("，")
    words = [known.get(part, part) for part in parts]
    return value if words == parts else ", ".join(words)
