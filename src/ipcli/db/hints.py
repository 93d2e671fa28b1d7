"""Explain what is wrong with a statement: what is near, and the place marked; else in the library's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ipcli.db.statements import SYSTEM_PREFIXES, Token
from ipcli.i18n import _, did_you_mean, language
from ipcli.query.near import nearest

# view -> column -> how it is headed in Chinese
Columns = Mapping[str, Mapping[str, str]]

_FULL_WIDTH = "；，（）＝＞＜“”‘’。：？！、｜【】｛｝＋－＊／％＄＂＇　\xa0"
_HALF_WIDTH = dict(zip(_FULL_WIDTH, ";,()=><''''.:?!,|[]{}+-*/%$\"'  ", strict=True))
_NO_COLUMN = re.compile(
    r'Table "[^"]*" does not have a column named "([^"]+)"'
    r'|Column "([^"]+)" (?:in \w+ list not found|does not exist on)'
    r'|Referenced column "([^"]+)" '
)
# Where a message goes on with more than people read.
_MORE = re.compile(r"\n\s*\n|\n\t|\nLINE \d")
_LONGEST_NAME, _LONGEST_MESSAGE, _MOST_COLUMNS = 80, 400, 60
# Cells of a line of SQL that are shown before the place that is marked, and from it on.
_BEFORE, _AFTER = 50, 50


class Failure(NamedTuple):
    """What the library found wrong; `position` counts bytes of the statement, None if it told none."""

    message: str
    position: int | None = None
    subtype: str = ""
    kind: str = ""
    name: str = ""
    candidates: tuple[str, ...] = ()


class Hint(NamedTuple):
    """A message for people; `line` is the number of the line of SQL that it shows, if it shows one."""

    text: str
    line: int | None = None


def explain(failure: Failure, sql: str, columns: Callable[[], Columns]) -> Hint:
    """Return the message for a failure of `sql`; `columns` is called where near names may help."""
    match = _NO_COLUMN.match(failure.message)
    if match or failure.subtype == "COLUMN_NOT_FOUND":
        name = failure.name or next(filter(None, match.groups() if match else ()), "")
        text = _no_column(name, sql, columns()) or _own_words(failure.message)
    elif failure.subtype == "MISSING_ENTRY" and failure.kind == "Table":
        others = [name for name in failure.candidates if not name.startswith(SYSTEM_PREFIXES)]
        near = nearest(failure.name, [*columns(), *others])
        text = did_you_mean(_("there is no view or table {name}").format(name=_short(failure.name)), near)
        text = text if near else _("{message} (ipcli schema lists them)").format(message=text)
    else:
        text = _own_words(failure.message)
    if failure.position is None:
        return Hint(text)
    start = len(sql.encode("utf-8", "surrogatepass")[: failure.position].decode("utf-8", "ignore"))
    return _point(text, sql, start)


def full_width(tokens: Iterable[Token], sql: str) -> Hint | None:
    """Return the message for the first full-width mark outside of strings, None if there is none."""
    for token in tokens:
        if token.kind == "other" and token.text in _HALF_WIDTH:
            half = _HALF_WIDTH[token.text].replace(" ", _("a plain space"))
            text = _("full-width punctuation {mark} ({code}) in the SQL: write {half}")
            code = f"U+{ord(token.text):04X}"
            return _point(text.format(mark=token.text, code=code, half=half), sql, token.start)
    return None


def _no_column(name: str, sql: str, views: Columns) -> str:
    """Return what is near an unknown column by name or heading; nothing for a name that another table has."""
    words = set(re.findall(r"\w+", sql.casefold()))
    named = [columns for view, columns in views.items() if view.casefold() in words] or views.values()
    headings = {column: heading for columns in named for column, heading in columns.items()}
    if name in headings:
        return ""
    message = _("there is no column {name}").format(name=_short(name))
    near = nearest(name, headings)
    if not near and 0 < len(headings) <= _MOST_COLUMNS:
        return _("{message}; columns: {names}").format(message=message, names=", ".join(headings))
    if language() == "zh":
        near = [f"{column}（{headings[column]}）" if headings[column] else column for column in near]
    return did_you_mean(message, near)


def _point(text: str, sql: str, start: int) -> Hint:
    """Return the message above the line of `sql` with the character `start`, and carets under the word there."""
    before, rest = sql[:start].rpartition("\n")[2], sql[start:]
    number = sql.count("\n", 0, start) + 1
    length = len((re.match(r'[\w.]+|"[^"\n]*"?', rest) or [" "])[0])
    head = f"  {number} | " if "\n" in sql.strip() else "  "
    left, here = _cut(before[::-1], _BEFORE)[::-1], _cut(rest.partition("\n")[0], _AFTER)
    carets = "^" * max(1, _cells(here[:length]))
    return Hint(f"{text}\n{head}{left}{here}".rstrip() + f"\n{' ' * _cells(head + left)}{carets}", number)


def _cut(text: str, cells: int) -> str:
    """Return as much of a text as fits, without what would move the marks: control characters are dots."""
    shown = "".join(" " if c == "\t" else c if c.isprintable() or c == "　" else "·" for c in text[:cells])
    while _cells(shown) > cells:
        shown = shown[:-1]
    return shown if len(shown) == len(text) else shown + "…"


def _cells(text: str) -> int:
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _own_words(message: str) -> str:
    """Return the first paragraph of a message of the library on one line."""
    text = " ".join(_MORE.split(message.strip(), maxsplit=1)[0].split())
    text = "".join(c if c.isprintable() else "·" for c in text)
    return _("the query failed: {text}").format(text=_short(text, _LONGEST_MESSAGE))


def _short(text: str, longest: int = _LONGEST_NAME) -> str:
    return text if len(text) <= longest else text[:longest] + "…"
