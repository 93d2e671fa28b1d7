"""Texts that the data and `.sql` headers hold in two languages: labels of columns, and the help of options made of them."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from ipcli import paths
from ipcli.i18n import translate
from ipcli.model import Label, Text

_UNIT = re.compile(r"(.*?)[（(]([^（）()]*)[）)]")


def parse_label(text: str) -> Label:
    """Return `中文（单位）：含义 | English: what it means` as a Label; without ` | ` both languages are the whole text.

    Where the Chinese half has no meaning, the English one serves both.
    """
    zh, bar, rest = text.strip().partition(" | ")
    if not bar:
        return Label(Text(zh, zh))
    zh, sense = (part.strip() for part in (*zh.split("：", 1), "")[:2])
    en, meaning = (part.strip() for part in (*rest.split(":", 1), "")[:2])
    if sense:
        meaning = f"{sense} | {meaning or en}"
    unit = _UNIT.fullmatch(zh)
    if unit:
        return Label(Text(unit[1].strip(), en), unit[2].strip(), meaning)
    return Label(Text(zh, en), None, meaning)


def parse_text(text: str) -> Text:
    """Return `中文 | English` as a Text; without ` | ` both are the whole text."""
    zh, bar, en = text.strip().partition(" | ")
    return Text(zh.strip(), en.strip() if bar else zh)


class MessageHelp(NamedTuple):
    """The help of an option that is the same in all queries."""

    message: str

    def get(self, lang: str) -> str:
        """Return the help in `lang`."""
        return translate(self.message, lang)


class ColumnHelp(NamedTuple):
    """The help of an option that takes values of a column; the column's comment is read when the help is asked for."""

    view: str
    column: str
    message: str

    def get(self, lang: str) -> str:
        """Return the help in `lang`."""
        label = explain(self.view, self.column)
        return translate(self.message, lang).format(name=label.text.get(lang))


def explain(view: str, column: str) -> Label:
    """Return what a column of a view means, from the dictionary of the data; its name where that is not at hand."""
    comments = _comments()
    return parse_label(comments.get((view, column)) or comments.get(("*", column)) or column)


@cache
def _comments() -> dict[tuple[str, str], str]:
    # Imported here: a plain lookup explains nothing.
    import csv

    try:
        with (paths.data() / "dictionary.csv").open(encoding="utf-8", newline="") as file:
            return {(scope, column): comment for scope, column, comment in csv.reader(file)}
    except (OSError, ValueError):
        return {}
