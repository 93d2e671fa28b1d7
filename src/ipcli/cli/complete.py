"""What may stand where the cursor is, for bash, zsh and fish: `ipcli __complete SHELL LINE`.

The commands and their options are the program's own, the values those of the database.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from itertools import takewhile
from typing import Any, NamedTuple

from ipcli import api, db
from ipcli.api.sql import open_locked
from ipcli.cli.line import Line
from ipcli.cli.shells import UNSAFE, Word, quote_for, split_line
from ipcli.errors import IpcliError, UsageError
from ipcli.i18n import language
from ipcli.model import Query
from ipcli.output import formats
from ipcli.query.names import kind_of, normalise
from ipcli.query.words import find_codes, list_counted

# What the shell itself completes.
FILE, FOLDER = ":file", ":folder"
# Printed first if the start that the candidates share says less than what was typed: the shell must list
# them and keep the typed word.
LIST = ":list"
# Printed for a caller (shell `plain`) that replaces the typed word itself: the start all candidates share.
COMMON = ":common"
# The largest number of candidates that are printed; nobody reads more.
_MANY = 200
# What the values of options and arguments are, by name; others are text, or what their metavar lists.
_FILES = ("output", "db", "sources", "against", "text", "file", "with_", "old", "new")
_FOLDERS = ("tables", "sql_dir", "folder")


class Candidate(NamedTuple):
    """Hold a completion: text, meaning, and the spelling or alias that starts with the typed word."""

    text: str
    about: str = ""
    begun: str = ""

    def behind(self, before: str) -> Candidate:
        """Return the candidate with `before` put in front of it; files and folders stay as they are."""
        if self.text in (FILE, FOLDER):
            return self
        return Candidate(before + self.text, self.about, self.begun and before + self.begun)


def answer(args: list[str]) -> None:
    """Print the candidates, a line each: the text, a tab, what it is. Whatever goes wrong, nothing is printed.

    `args` are the shell and the line up to the cursor.
    """
    # Nobody waits longer for a key.
    db.patience = 2.0
    with suppress(IpcliError, OSError, ValueError, KeyError, IndexError):
        shell, text = args
        words = split_line(text, shell)
        while len(words) > 1 and "=" in words[0].text:
            del words[0]  # NAME=value before the command
        before, typed = [word.text for word in words[1:-1]], words[-1].text
        found = [
            candidate
            for candidate in list_candidates(before, typed)
            if candidate.text in (FILE, FOLDER)
            or not (words[-1].unclear or UNSAFE.search(candidate.text + candidate.begun))
        ]
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
        common = _common_start([candidate.text for candidate in found])
        # Where they begin with nothing, bash leaves what is typed by itself.
        if _begin_apart(found, common, before, typed) and (common or shell != "bash"):
            print(LIST)
        elif shell == "plain" and len(found) > 1 and not common.startswith(typed):
            print(f"{COMMON}\t{common}")
        for candidate in found[:_MANY]:
            line, about = _insert(shell, words[-1], candidate)
            if line:
                print(f"{line}\t{UNSAFE.sub('', ' '.join(about.split()))}")
        sys.stdout.flush()
    os._exit(0)


def list_candidates(before: list[str], typed: str) -> Iterator[Candidate]:
    """Yield what `typed` may become after the words `before` it (without the program's own name)."""
    from ipcli.cli.app import program

    line = Line(before)
    line.set_language()
    command, rest = _command_at(before)
    options = {name: param for param in command.params for name in param.opts if name[0] == "-"}
    last = options.get(rest[-1]) if rest else None
    if last is not None and not last.is_flag:
        yield from _list_values(command, last, typed, line)
        return
    name, equals, value = typed.partition("=")
    if equals and name in options:
        yield from (c.behind(f"{name}=") for c in _list_values(command, options[name], value, line))
    elif typed.startswith("-"):
        if hasattr(command, "describe"):
            command.describe()
        used = {word.partition("=")[0] for word in rest}
        for name, param in options.items():
            if name.startswith(typed) and (param.multiple or name not in used):
                yield Candidate(name, param.help or "")
    elif hasattr(command, "list_commands"):
        commands = [Candidate(*row) for row in command.titles().items() if row[0].startswith(typed)]
        # Letters that begin a command begin dozens of English names too.
        yield from commands or (_list_names(line, typed) if command is program() else ())
    else:
        yield from _list_argument(command, rest, typed, line, options)


def _command_at(words: list[str]) -> tuple[Any, list[str]]:
    """Return the command that has been typed, and the words after it; the program itself if there is none yet."""
    from ipcli.cli.app import program

    found: Any = program()
    rest = list(words)
    while hasattr(found, "get_command"):
        takes = {name for param in found.params if not param.is_flag for name in param.opts}
        skipped = rest
        while skipped and skipped[0].startswith("-"):
            skipped = skipped[2 if skipped[0] in takes else 1 :]
        if not skipped:
            break
        _name, found, rest = found.resolve_command(None, skipped)
    return found, rest


def _list_argument(
    command: Any, rest: list[str], typed: str, line: Line, options: dict[str, Any]
) -> Iterator[Candidate]:
    """Yield what may stand as the next argument: nothing that begins with a dash, for it would be an option."""
    arguments = [param for param in command.params if not param.opts[0].startswith("-")]
    place = 0
    value = False
    for word in rest:
        is_option = word.startswith("-") and word != "-" and not value
        place += not is_option and not value
        value = is_option and word in options and not options[word].is_flag
    if arguments and arguments[-1].nargs == -1:
        place = min(place, len(arguments) - 1)
    if place < len(arguments):
        for candidate in _list_values(command, arguments[place], typed, line):
            if not candidate.text.startswith("-") and not candidate.begun.startswith("-"):
                yield candidate


def _list_values(command: Any, param: Any, typed: str, line: Line) -> Iterator[Candidate]:
    """Yield the values of an option or an argument."""
    query: Query | None = getattr(command, "query", None)
    declared = next((p for p in query.params if p.name == param.name), None) if query else None
    if declared is not None and declared.choices:
        yield from _list_codes(declared.name, declared.choices, typed)
    elif declared is not None and declared.values:
        yield from _list_column(declared.values, typed, line)
    elif param.name in _FILES:
        yield Candidate(FILE)
    elif param.name in _FOLDERS:
        yield Candidate(FOLDER)
    elif param.name in ("columns", "sort"):
        yield from _list_columns(query, typed, line)
    elif param.name == "words" or (param.name == "name" and query):
        yield from _list_names(line, typed)
    elif param.name == "ids":
        yield from _list_ids(line, typed)
    else:
        yield from (Candidate(value) for value in _list_plain_values(param, line) if value.startswith(typed))


def _list_plain_values(param: Any, line: Line) -> Iterable[str]:
    """Return values that are few and stand as they are."""
    if param.name == "format" and "--style" not in param.opts:
        return formats.names()
    if param.name == "city":
        return _open_data(line).database.cities
    if param.name == "view":
        return (view.name for view in open_locked(line.value("--db"), limit=False).sandbox.views())
    if param.name == "topic":
        from ipcli.cli.app import program
        from ipcli.cli.help import list_topics

        return (*list_topics(), *program().list_commands(None))
    if param.name == "what":
        return list_counted()
    if param.name == "name":
        from ipcli.cli.query import list_files

        return (path.stem for path in list_files(built_in=True))
    choices = (param.metavar or "").strip("[]").split("|")
    return choices if len(choices) > 1 else ()


def _open_data(line: Line) -> api.Data:
    """Return the database that the line asks for."""
    return _open(line.value("--db"), line.value("--city"))


@cache
def _open(path: str | None, city: str | None) -> api.Data:
    return api.open(path, city)


def _list_codes(column: str, codes: Iterable[str], typed: str) -> Iterator[Candidate]:
    """Yield the codes that start with `typed`, or have a word that does, each with its word."""
    words, wanted = find_codes(column), normalise(typed)
    for code in codes:
        word = words.get(code)
        begun = next(
            (form for form in map(normalise, (code, *(word or ()))) if form.startswith(wanted)), None
        )
        if begun is not None:
            read = word.get(language()) if word else ""
            yield Candidate(code, read if read != code else "", code if code.startswith(typed) else begun)


def _list_column(reference: str, typed: str, line: Line) -> Iterator[Candidate]:
    """Yield the values of a "view.column": of sub-tracks, those of the industries that the line asks for."""
    data = _open_data(line)
    column = kind_of(reference)
    known = data.names.of(reference) or []
    industries = []
    for value in line.values("--industry") if column == "track" else ():
        with suppress(UsageError):
            industries.append(data.names.resolve("industries.industry", value))
    if industries:
        sql = "SELECT DISTINCT track FROM tracks WHERE city = $city AND industry = ANY($industries)"
        of_them = {row[0] for row in data.rows(sql, industries=industries)}
        known = [track for track in known if track in of_them] or known
    for value, begun in data.names.complete(known, typed, column).items():
        yield Candidate(value, data.names.word(column, value) or "", begun)


def _list_names(line: Line, typed: str) -> Iterator[Candidate]:
    """Yield names of all kinds, once a letter is typed."""
    if typed:
        from ipcli.api.find import references

        names = _open_data(line).names
        known = [value for reference in references() for value in names.of(reference) or ()]
        yield from (Candidate(value, "", begun) for value, begun in names.complete(known, typed).items())


def _list_columns(query: Query | None, typed: str, line: Line) -> Iterator[Candidate]:
    """Yield the columns of a lookup for the last item of a list."""
    if query is None:
        return
    done, comma, last = typed.rpartition(",")
    minus = "-" if last.startswith("-") else ""
    wanted = last.removeprefix("-").casefold()
    shape = api.Shape(limit=0, plain=False, lang=language())
    result = _open_data(line).lookup(api.Request.make(query, {}, shape))
    for column in result.columns:
        heading = column.label.text.get(language())
        for word, about in (
            (column.name, heading),
            *((text, column.name) for text in set(column.label.text)),
        ):
            if word.casefold().startswith(wanted) and (wanted or word == column.name):
                yield Candidate(f"{done}{comma}{minus}{word}", about)
                break


def _list_ids(line: Line, typed: str) -> Iterator[Candidate]:
    """Yield ids of facts and documents; all of them would be no help."""
    sql = (
        "SELECT id FROM (SELECT fact_id AS id FROM main.citations UNION SELECT source_id FROM main.sources)"
        " WHERE starts_with(upper(id), $typed) ORDER BY id LIMIT $many"
    )
    if typed:
        rows = _open_data(line).database.run(sql, {"typed": typed.upper(), "many": _MANY}).rows
        yield from (Candidate(row[0]) for row in rows)


def _common_start(texts: list[str]) -> str:
    """Return what all of the texts begin with."""
    letters = takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    return "".join(letter for letter, *_others in letters)


def _begin_apart(found: list[Candidate], common: str, before: list[str], typed: str) -> bool:
    """Tell whether the start that the candidates share must not replace the typed word: it says less.

    It says no less if it starts with the typed word, or if completing it gives no other candidates.
    So `yiqida` may become 一汽-大众.
    """
    if len(found) < 2 or common.startswith(typed):
        return False
    texts = {candidate.text for candidate in found}
    return not common or any(again.text not in texts for again in list_candidates(before, common))


def _insert(shell: str, typed: Word, candidate: Candidate) -> tuple[str, str]:
    """Return a candidate as the shell is to insert it, and what it says beside it."""
    text, about, begun = candidate
    if text in (FILE, FOLDER):
        return text, about
    if shell == "fish" and begun and typed.text not in text:
        # Fish drops candidates without the typed word in them: offer the alias, with the name beside it.
        text, about = begun, text
    if shell == "bash":
        if not text.startswith(typed.kept):
            # Bash would append it to the part of the word that it keeps.
            return "", about
        text = text.removeprefix(typed.kept)
    return quote_for(shell, typed.quote, text), about
