"""Errors of the library as errors of ours: what is near, and the place marked; else in the library's own words.

Importing this module loads the library: import it late.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ipcli import db
from ipcli.db import MEMORY
from ipcli.errors import DatabaseError, LimitReached, QueryFailed
from ipcli.i18n import _, did_you_mean, language
from ipcli.query.near import nearest

if TYPE_CHECKING:
    import duckdb as duckdb

    from ipcli.db.statements import Token
else:
    # The compiled module alone: its Python wrapper would cost a lookup a third of its time.
    try:
        import _duckdb as duckdb
    except ImportError:
        import duckdb

# view -> column -> how it is headed in Chinese
Columns = Mapping[str, Mapping[str, str]]

_FULL_WIDTH = "；，（）＝＞＜“”‘’。：？！、｜【】｛｝＋－＊／％＄＂＇　\xa0"
_HALF_WIDTH = dict(zip(_FULL_WIDTH, ";,()=><''''.:?!,|[]{}+-*/%$\"'  ", strict=True))
_NO_COLUMN = (
    r'Table "[^"]*" does not have a column named "([^"]+)"'
    r'|Column "([^"]+)" (?:in \w+ list not found|does not exist on)'
    r'|Referenced column "([^"]+)" '
)
# A message of the library may print a value that was bound, however long.
_LONGEST, _LONGEST_NAME, _LONGEST_HINT, _MOST_COLUMNS = 2000, 80, 400, 60
# Cells of a line of SQL that are shown before the place that is marked, and from it on.
_BEFORE, _AFTER = 50, 50


class Unbound(QueryFailed):
    """The statement does not go with the types of the values bound to it, or is wrong in itself."""


class Failure(NamedTuple):
    """What the library found wrong; `position` counts bytes of the statement, None if it told none."""

    message: str
    position: int | None = None
    subtype: str = ""
    kind: str = ""
    name: str = ""
    candidates: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str, details: Mapping[str, Any]) -> Failure:
        """Return the failure of a message, and of what the library tells as JSON."""
        position = str(details.get("position", ""))
        return cls(
            str(details.get("exception_message", text)),
            int(position) if position.isdecimal() else None,
            str(details.get("error_subtype", "")),
            str(details.get("type", "")),
            str(details.get("name", "")),
            tuple(filter(None, str(details.get("candidates", "")).split(","))),
        )


def translate_error(error: Exception, _text: str = "") -> Exception:
    """Return the ipcli error for an error of DuckDB or a MemoryError; any other error as it is."""
    if isinstance(error, MemoryError):
        return LimitReached(_("out of memory"))
    if not isinstance(error, duckdb.Error):
        return error
    text = shorten_message(Failure.read(str(error), read_details(error)).message)
    if _is_memory(error, text):
        return LimitReached(
            _("out of memory: ask for less, or for -f csv or -o FILE.parquet ({text})").format(text=text)
        )
    if _is_io(error):
        return _unreadable(text)
    unfit = (duckdb.CatalogException, duckdb.BinderException, duckdb.ConversionException)
    if db.foreign is not None and isinstance(error, unfit):
        # The statement is the program's own: the views are not those it was written for.
        message = _("the database does not hold what ipcli expects: build it again with ipcli build ({text})")
        return DatabaseError(message.format(text=text))
    return QueryFailed(_("the query failed: {text}").format(text=text))


def explain_error(
    error: Exception, sql: str = "", text: str = "", columns: Callable[[], Columns] = dict
) -> Exception:
    """Return an error amid a statement of people's as one of ours, with what may help; others as they are.

    What was run is `text`, in which the statement `sql` stands.
    """
    if not isinstance(error, duckdb.Error):
        return translate_error(error)
    details = read_details(error)
    failure = Failure.read(str(error), details)
    if failure.position is not None and sql != text:
        place = failure.position - len(text.partition(sql)[0].encode())
        failure = failure._replace(position=place if 0 <= place <= len(sql.encode()) else None)
    if _is_memory(error, failure.message):
        return LimitReached(_("out of memory: the limit is {MEMORY}").format(MEMORY=MEMORY))
    if "max_execution_time" in failure.message:
        return LimitReached(_("the query took too long"))
    # No statement can reach another file.
    if isinstance(error, duckdb.IOException) or (
        _is_io(error) and (not details or "Corrupt" in failure.message)
    ):
        return _unreadable(failure.message)
    if isinstance(error, duckdb.PermissionException) or "disabled by configuration" in failure.message:
        return QueryFailed(_("files can be neither read nor written"))
    unbound = isinstance(error, (duckdb.BinderException, duckdb.ConversionException))
    return explain(failure, sql, columns, Unbound if unbound else QueryFailed)


def _is_memory(error: duckdb.Error, message: str) -> bool:
    told = "bad allocation" in message or "Memory allocation failure" in message
    return isinstance(error, duckdb.OutOfMemoryException) or told


def _is_io(error: duckdb.Error) -> bool:
    return isinstance(error, duckdb.IOException) or type(error) is duckdb.Error


def _unreadable(message: str) -> DatabaseError:
    return DatabaseError(_("the database cannot be read: {text}").format(text=shorten_message(message)))


def read_details(error: BaseException) -> dict[str, Any]:
    """Return what the library tells of an error as JSON, in its message."""
    # Late: a lookup needs none of it.
    import json

    _text, brace, rest = str(error).partition("{")
    try:
        # After it the library may tell what kind of error this is.
        found = json.JSONDecoder().raw_decode(brace + rest)[0]
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and "exception_message" in found else {}


def explain_open(path: str, message: str) -> DatabaseError:
    """Return the error for a file that the library did not open: one line for why, and what to do about it."""
    process = re.search(r"PID (\d+)", message)
    versions = re.search(r"version number (\d+), but we can only read\D+(\d+)", message)
    if "Could not set lock" in message or "Conflicting lock" in message:
        text = _(
            "the database {path} is being written by process {pid}: wait for it, or open a copy with --db"
        )
    elif not os.access(path, os.R_OK) or "Permission denied" in message:
        text = _("the database {path} may not be read: permission denied")
    elif versions and int(versions[1]) < int(versions[2]):
        text = _("the database {path} is of an older DuckDB version: make it again with ipcli build")
    elif "can only read" in message or "newer version" in message:
        text = _("the database {path} is of a newer DuckDB version: upgrade the duckdb package")
    elif "not a valid DuckDB" in message or os.path.getsize(path) == 0 or "sqlite" in message.lower():
        text = _("the database {path} is not a DuckDB database file: check --db or IPCLI_DB")
    else:
        text = _("the database {path} is damaged: get it again, or run ipcli build ({detail})")
    pid = process[1] if process else "?"
    return DatabaseError(text.format(path=path, pid=pid, detail=shorten_message(message)))


def explain(
    failure: Failure, sql: str, columns: Callable[[], Columns] = dict, kind: type[QueryFailed] = QueryFailed
) -> QueryFailed:
    """Return the error for a failure of `sql`; `columns` is called where near names may help."""
    match = re.match(_NO_COLUMN, failure.message)
    text = ""
    if match or failure.subtype == "COLUMN_NOT_FOUND":
        name = failure.name or next(filter(None, match.groups() if match else ()), "")
        text = _no_column(name, sql, columns())
    elif failure.subtype == "MISSING_ENTRY" and failure.kind == "Table":
        # Late: a lookup needs no grammar.
        from ipcli.db.statements import SYSTEM_PREFIXES

        others = [name for name in failure.candidates if not name.startswith(SYSTEM_PREFIXES)]
        near = nearest(failure.name, [*columns(), *others])
        text = did_you_mean(_("there is no view or table {name}").format(name=_cut_name(failure.name)), near)
        text = text if near else _("{message} (ipcli schema lists them)").format(message=text)
    if not text:
        words = shorten_message(failure.message, _LONGEST_HINT)
        text = _("the query failed: {text}").format(text=words)
    if failure.position is None:
        return kind(text)
    start = len(sql.encode("utf-8", "surrogatepass")[: failure.position].decode("utf-8", "ignore"))
    return _point(text, sql, start, kind)


def find_full_width(tokens: Iterable[Token], sql: str) -> QueryFailed | None:
    """Return the error for the first full-width mark outside of strings, None if there is none."""
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
    message = _("there is no column {name}").format(name=_cut_name(name))
    near = nearest(name, headings)
    if not near and 0 < len(headings) <= _MOST_COLUMNS:
        return _("{message}; columns: {names}").format(message=message, names=", ".join(headings))
    if language() == "zh":
        near = [f"{column}（{headings[column]}）" if headings[column] else column for column in near]
    return did_you_mean(message, near)


def _point(text: str, sql: str, start: int, kind: type[QueryFailed] = QueryFailed) -> QueryFailed:
    """Return the error with the line of `sql` that has the character `start`, and carets under the word there."""
    before, rest = sql[:start].rpartition("\n")[2], sql[start:]
    number = sql.count("\n", 0, start) + 1
    length = len((re.match(r'[\w.]+|"[^"\n]*"?', rest) or [" "])[0])
    head = f"  {number} | " if "\n" in sql.strip() else "  "
    left, here = _cut(before[::-1], _BEFORE)[::-1], _cut(rest.partition("\n")[0], _AFTER)
    carets = " " * _width(head + left) + "^" * max(1, _width(here[:length]))
    error = kind(f"{text}\n{head}{left}{here}".rstrip() + f"\n{carets}")
    error.line = number
    return error


def _cut(text: str, cells: int) -> str:
    """Return as much of a text as fits, without what would move the marks: control characters are dots."""
    shown = "".join(" " if c == "\t" else c if c.isprintable() or c == "　" else "·" for c in text[:cells])
    while _width(shown) > cells:
        shown = shown[:-1]
    return shown if len(shown) == len(text) else shown + "…"


def _width(text: str) -> int:
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def shorten_message(text: str, longest: int = _LONGEST) -> str:
    """Return the first paragraph of a message on one line, without lists and the drawing that points into the SQL."""
    text = " ".join(re.split(r"\n\s*\n|\n\t|\nLINE \d|\nTry ", text.strip(), maxsplit=1)[0].split())
    text = "".join(c if c.isprintable() else "·" for c in text)
    return _cut_name(text, longest)


def _cut_name(text: str, longest: int = _LONGEST_NAME) -> str:
    return text if len(text) <= longest else text[:longest] + "…"
