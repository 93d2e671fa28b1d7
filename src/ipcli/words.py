"""What codes and names read as in the language of the user, for tables and other formats that people read."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ipcli import paths
from ipcli.model import Column, Label, Text

# Columns that hold what another column of the data holds under its own name.
_SAME = {
    "detail": ("indicator", "role", "type", "level"),
    "city": "district",
    "industries": "industry",
    "parent": "district",
    "event": "kind",
    "name": ("district", "industry", "tier", "track", "status", "name"),
    "section": "kind",
    "state": "status",
    "tiers": "tier",
    "tracks": "track",
    "unit_std": "unit",
    "within": "district",
}
# Columns of figures in signs, as in ">25 万辆": the unit stands last.
_FIGURES = ("outcome", "stated", "target")


def listed() -> dict[str, dict[str, Text]]:
    """Column -> code -> its words, from the file the build reads; nothing where that is not at hand."""
    # Late: only help and what was typed in words need it.
    import csv

    found: dict[str, dict[str, Text]] = {}
    try:
        with (paths.data() / "words.csv").open(encoding="utf-8", newline="") as file:
            for column, code, zh, en in list(csv.reader(file))[1:]:
                found.setdefault(column, {})[code] = Text(zh, en)
    except OSError:
        return {}
    return found


def coded(name: str) -> dict[str, Text]:
    """The codes of a column, or of another under which they are listed, and their words."""
    known = listed()
    return {code: text for column in _sources(name) for code, text in known.get(column, {}).items()}


def _sources(name: str) -> tuple[str, ...]:
    """The columns whose words a column takes."""
    same = _SAME.get(name, name)
    return (same,) if isinstance(same, str) else same


class Words:
    """The words of one language: column -> value -> what it reads as."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """`rows` are (column, value, word)."""
        self._words: dict[str, dict[str, str]] = {}
        for column, value, word in rows:
            self._words.setdefault(column, {})[value] = word

    def dress(self, column: Column) -> Column:
        """The column with its unit in the user's language, and with how its values read."""
        label = column.label
        if label.unit:
            unit = self._words.get("unit", {}).get(label.unit, label.unit)
            label = Label(label.text, unit, label.meaning)
        return Column(column.name, column.type, label, self.reader(column.name))

    def word(self, column: str, value: str) -> str:
        """What one value reads as."""
        return self._words.get(column, {}).get(value, value)

    def readings(self, columns: Iterable[str]) -> dict[str, str]:
        """What the values of some columns read as."""
        return {value: word for column in columns for value, word in self._words.get(column, {}).items()}

    def reader(self, name: str) -> Callable[[str], str] | None:
        """How the values of a column read; None if as they are."""
        last = name.rpartition("_")[2]
        if last in _FIGURES:
            units = self._words.get("unit")
            return None if not units else lambda value: _with_unit(value, units)
        known: dict[str, str] = {}
        for column in _sources(name):
            known |= self._words.get(column, {})
        known = known or self._words.get(last, {})
        if known and name == "detail":
            return lambda value: known.get(value) or _parts(value, known)
        return None if not known else lambda value: known.get(value, value)


def _with_unit(value: str, units: dict[str, str]) -> str:
    figure, blank, unit = value.rpartition(" ")
    if unit not in units:
        return value
    word = units[unit]
    # ">50 × 10k vehicles": figures stay as they are printed, so that they are found again in the source.
    times = "× " if any(character.isdigit() for character in word) else ""
    return figure + blank + times + word


def _parts(value: str, known: dict[str, str]) -> str:
    """A role and what it is about, a project and its phase: "项目，一期"."""
    parts = value.split("，")
    words = [known.get(part, part) for part in parts]
    return value if words == parts else ", ".join(words)
