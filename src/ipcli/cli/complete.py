"""What may stand where the cursor is, for bash, zsh and fish. Imports neither Typer nor DuckDB nor Rich.

The commands are read from `completions.json`, which a test compares with the program, and from the headers of the
`.sql` files; the values from the names index.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from ipcli import paths
from ipcli.errors import IpcliError, UsageError
from ipcli.i18n import language
from ipcli.model import Param, Query, Text
from ipcli.query import catalog
from ipcli.query.names import Names, StaleIndex, head, kind_of, normalise
from ipcli.query.words import coded

TABLE = Path(__file__).parent / "completions.json"
# What the shell itself completes.
FILE, FOLDER = ":file", ":folder"
# Said first where the candidates begin alike by chance: the shell is to list them, and leave what is typed.
LIST = ":list"
# Said to who puts it in the place of what is typed himself: what the candidates begin with.
COMMON = ":common"
# What bash reads as something else outside of quotes, and what in double ones.
_SPECIAL = re.compile(r"""([ !"#$&'()*;<>?\[\\\]^`{|}~])""")
_SPECIAL_QUOTED = re.compile(r"""([$`"\\])""")
# Controls end a line or work on the terminal; marks of direction make a line read as another; half characters
# cannot be written.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
# Where bash begins a new word on the line, unless it tells otherwise.
_BREAKS = " \t\n\"'@><=;|&(:"
# Candidates of a word that is empty; nobody reads more.
_MANY = 200


class Candidate(NamedTuple):
    """What may stand there, what it is, and what of it begins as it was typed: itself, or an alias."""

    text: str
    about: str = ""
    begun: str = ""

    def behind(self, before: str) -> Candidate:
        """The same behind what is typed already."""
        if self.text in (FILE, FOLDER):
            return self
        return Candidate(before + self.text, self.about, self.begun and before + self.begun)


class Coded(list[str]):
    """Codes of a column, which may be typed as what they read as."""

    def __init__(self, codes: Iterable[str], column: str) -> None:
        """`column` tells where they are listed."""
        super().__init__(codes)
        self.column = column


class Word(NamedTuple):
    """A word of a command line: as the shell will read it, and the quote it is still open in.

    `kept` is what of it bash leaves as it is; `unclear` tells that bash puts something in the place of a part.
    """

    text: str
    quote: str = ""
    kept: str = ""
    unclear: bool = False


def answer(args: list[str]) -> None:
    """Print the candidates, a line each: the text, a tab, what it is. Whatever goes wrong, nothing is printed.

    `args` are the shell and the line up to the cursor.
    """
    try:
        shell, line = args
        words = split(line, shell)
        while len(words) > 1 and "=" in words[0].text:
            del words[0]  # NAME=value before the command
        before, typed = [word.text for word in words[1:-1]], words[-1].text
        found = [
            candidate
            for candidate in candidates(before, typed)
            if candidate.text in (FILE, FOLDER)
            or not (words[-1].unclear or _UNSAFE.search(candidate.text + candidate.begun))
        ]
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
        common = _common([candidate.text for candidate in found])
        # Where they begin with nothing, bash leaves what is typed by itself.
        if _apart(found, common, before, typed) and (common or shell != "bash"):
            print(LIST)
        elif shell == "plain" and len(found) > 1 and not common.startswith(typed):
            print(f"{COMMON}\t{common}")
        for candidate in found[:_MANY]:
            text, about = _inserted(shell, words[-1], candidate)
            if text:
                print(f"{text}\t{_UNSAFE.sub('', ' '.join(about.split()))}")
        sys.stdout.flush()
    except (IpcliError, OSError, ValueError, KeyError, IndexError):
        pass
    os._exit(0)


def commands() -> dict[str, Any]:
    """The commands that are no `.sql` files, as the table has them: title (zh, en), options, arguments."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    found = table["commands"]
    assert isinstance(found, dict)
    return found


def has_option(name: str) -> bool:
    """Whether some command has an option of this name."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    for place in (*table["commands"], *catalog.folder(paths.queries())):
        # The faults of a lookup's file are told where it is asked for.
        with suppress(UsageError):
            if name in _known(table, place, [])[0]:
                return True
    return False


def split(line: str, shell: str = "bash") -> list[Word]:
    """Split a command line up to the cursor into its words; the last one is what is being typed, be it empty."""
    words: list[Word] = []
    text, quote, begun, escaped = "", "", False, False
    kept = before = ""
    unclear = nested = False
    breaks = os.environ.get("COMP_WORDBREAKS", _BREAKS)
    for place, character in enumerate(line):
        following = line[place + 1 : place + 2]
        if escaped:
            text, escaped = text + character, False
        elif character == "\\" and _escapes(shell, quote, following):
            escaped = begun = True
        elif shell == "bash" and character in "$`" and quote != "'":
            text, begun, unclear = text + character, True, True
            # Within $(…), ${…}, $'…' and backticks quotes count anew, and this does not read them. Zsh and fish
            # know by themselves which quote is open.
            nested = nested or not (character == "$" and (following.isalnum() or following == "_"))
        elif quote:
            if character == quote:
                quote, kept = "", before
            else:
                text += character
        elif character in "'\"":
            quote, begun = character, True
            before, kept = kept, text
        elif character in " \t\n":
            if begun:
                words.append(Word(text))
            text, kept, begun, unclear = "", "", False, nested
        elif character in "|;&":
            # Another command begins.
            words, text, kept, begun, unclear = [], "", "", False, nested
        else:
            text, begun = text + character, True
            if character in breaks:
                kept = text
    return [*words, Word(text, quote, kept, unclear)]


def _escapes(shell: str, quote: str, following: str) -> bool:
    """Tell whether a backslash escapes what follows it."""
    if quote == "'":
        return shell in ("fish", "plain") and following in ("'", "\\")
    return not quote or following in (*'$`"\\\n', *("!" if shell == "zsh" else ""))


def candidates(before: list[str], typed: str) -> Iterator[Candidate]:
    """What `typed` may become after the words `before` it (without the program's own name)."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    place, rest = _command(table, before)
    if place is None:
        last = table["top"].get(before[-1], {"takes": None}) if before else {"takes": None}
        if last["takes"] is not None:
            yield from _values(last["takes"], typed, "", [])
        else:
            yield from _first(table, typed)
        return
    options, arguments = _known(table, place, rest)
    if place == "query run" and not rest:
        yield from _queries(before, typed)
        return
    last = options.get(rest[-1], {"takes": None}) if rest else {"takes": None}
    if last["takes"] is not None:
        yield from _values(last["takes"], typed, place, rest)
        return
    name, equals, value = typed.partition("=")
    if equals and name.startswith("--") and name in options:
        found = _values(options[name]["takes"] or "", value, place, rest)
        yield from (candidate.behind(f"{name}=") for candidate in found)
    elif typed.startswith("-"):
        used = {word.partition("=")[0] for word in rest}
        for option, entry in options.items():
            if option.startswith(typed) and (entry["many"] or option not in used):
                yield Candidate(option, entry["help"][language() == "en"])
    else:
        most = table["commands"].get(place, {}).get("most")
        if most is None or _given(rest, options) < most:
            for kind in arguments:
                yield from _arguments(kind, typed, place, rest)


def _given(words: list[str], options: dict[str, Any]) -> int:
    """How many of the words are arguments."""
    count, value = 0, False
    for word in words:
        option = word.startswith("-") and word != "-" and not value
        count += not option and not value
        value = option and options.get(word, {"takes": None})["takes"] is not None
    return count


def _first(table: dict[str, Any], typed: str) -> Iterator[Candidate]:
    """The first word: a command, a name, or an option of the program."""
    lang = language() == "en"
    if typed.startswith("-"):
        name, equals, value = typed.partition("=")
        if equals and name in table["top"]:
            found = _values(table["top"][name]["takes"] or "", value, "", [])
            yield from (candidate.behind(f"{name}=") for candidate in found)
            return
        for name, entry in table["top"].items():
            if name.startswith(typed):
                yield Candidate(name, entry["help"][lang])
        return
    known = {*catalog.folder(paths.queries()), *table["commands"]}
    begun = [name for name in sorted(known) if " " not in name and name.startswith(typed)]
    for name in begun:
        entry = table["commands"].get(name)
        yield Candidate(name, entry["title"][lang] if entry else _title(name))
    # Letters that begin a command begin dozens of English names too.
    if typed and not begun:
        yield from _arguments("names", typed, "find", [])


def _title(lookup: str) -> str:
    """The title of a lookup; nothing if its file is faulty."""
    try:
        return catalog.read(paths.queries() / f"{lookup}.sql").title.get(language())
    except UsageError:
        return ""


def _command(table: dict[str, Any], before: list[str]) -> tuple[str | None, list[str]]:
    """The command that has been typed, and the words after it; None if there is none yet."""
    words = _without_values(before, {name for name, entry in table["top"].items() if entry["takes"]})
    if not words:
        return None, []
    known = {*catalog.folder(paths.queries()), *table["commands"]}
    if words[0] == "query":
        rest = _without_values(words[1:], {"--sql-dir"})
        if rest and f"query {rest[0]}" in known:
            return f"query {rest[0]}", rest[1:]
        return "query", words[1:]
    # What is no command is a name.
    return (words[0], words[1:]) if words[0] in known else ("find", words)


def _without_values(words: list[str], options: set[str]) -> list[str]:
    """The words from the first that is neither an option nor the value of one of these options."""
    place = 0
    while place < len(words) and words[place].startswith("-"):
        place += 2 if words[place] in options else 1
    return words[place:]


def _known(table: dict[str, Any], place: str, rest: list[str]) -> tuple[dict[str, Any], list[str]]:
    """The options of a command, and what its arguments are."""
    entry = table["commands"].get(place)
    if place == "query run" and rest:
        return {**_own(_find(rest[0])), **table["own"], **table["shared"]}, []
    if entry is not None:
        return entry["options"], entry["arguments"]
    return {**_own(paths.queries() / f"{place}.sql"), **table["shared"]}, []


def _own(path: Path | None) -> dict[str, Any]:
    """The options that the header of a query declares."""
    if path is None:
        return {}
    query = catalog.read(path)
    return {
        "--" + param.name.replace("_", "-"): {
            "takes": _takes(query, param),
            "many": param.many,
            "help": [param.help.zh, param.help.en],
        }
        for param in query.params
    }


def _takes(_query: Query, param: Param) -> Any:
    if param.type == "flag":
        return None
    return Coded(param.choices, param.name) if param.choices else param.values or ""


def _find(name: str) -> Path | None:
    for folder in (*paths.own_queries(), paths.queries()):
        if name in catalog.folder(folder):
            return folder / f"{name}.sql"
    return None


def _queries(before: list[str], typed: str) -> Iterator[Candidate]:
    chosen = [before[i + 1] for i, word in enumerate(before[:-1]) if word == "--sql-dir"]
    for folder in paths.own_queries(chosen):
        for name in catalog.folder(folder):
            if name.startswith(typed):
                yield Candidate(name, str(folder))


def _values(takes: Any, typed: str, place: str, rest: list[str]) -> Iterator[Candidate]:
    """The values of an option or an argument of the command `place`.

    `takes` is a list of them, "view.column", or says that they are files, names of all kinds, columns, and so on.
    """
    if isinstance(takes, Coded):
        yield from _coded(takes, typed)
    elif isinstance(takes, list):
        yield from (Candidate(value) for value in takes if value.startswith(typed))
    elif takes in ("file", "folder"):
        yield Candidate(FILE if takes == "file" else FOLDER)
    elif takes == "columns":
        # A list: what is typed after the last comma.
        done, comma, last = typed.rpartition(",")
        minus = "-" if last.startswith("-") else ""
        told = _about(rest)
        for name in told["lookups"].get(place, told["labels"]):
            if name.startswith(last.removeprefix("-")):
                label = told["labels"].get(name, ("", ""))
                yield Candidate(f"{done}{comma}{minus}{name}", label[language() == "en"])
    elif takes == "commands":
        known_commands = {*catalog.folder(paths.queries()), *commands()}
        yield from (
            Candidate(name) for name in sorted(known_commands) if " " not in name and name.startswith(typed)
        )
    elif takes in ("views", "cities"):
        yield from (Candidate(name) for name in _about(rest)[takes] if name.startswith(typed))
    elif takes == "query":
        yield from (Candidate(name) for name in catalog.folder(paths.queries()) if name.startswith(typed))
        yield from _queries(rest, typed)
    elif takes == "names":
        names = index_of(rest)
        references = [
            param.values for param in catalog.read(paths.queries() / "find.sql").params if param.values
        ]
        known = [value for reference in references for value in names.of(reference) or ()]
        if typed:
            yield from _named(names.matched(known, typed))
    elif takes == "ids":
        # All of them would be no help.
        found = _numbered(index_of(rest).ids, typed.upper()) if typed else iter(())
        yield from map(Candidate, islice(found, _MANY))
    elif takes:
        names = index_of(rest)
        column = kind_of(takes)
        known = names.of(takes) or []
        if column == "track":
            known = _of_industries(names, known, rest)
        for value, begun in names.matched(known, typed, column).items():
            yield Candidate(value, names.word(column, value) or "", begun)


def _arguments(takes: Any, typed: str, place: str, rest: list[str]) -> Iterator[Candidate]:
    """Find the values that may stand as an argument: one that begins with a dash would be read as an option."""
    for candidate in _values(takes, typed, place, rest):
        if not candidate.text.startswith("-") and not candidate.begun.startswith("-"):
            yield candidate


def _coded(codes: Coded, typed: str) -> Iterator[Candidate]:
    """The codes that `typed` begins, or begins a word for, and what they read as."""
    words, wanted = coded(codes.column), normalise(typed)
    for code in codes:
        word = words.get(code, Text("", ""))
        begun = next((form for form in map(normalise, (code, *word)) if form.startswith(wanted)), None)
        if begun is not None:
            read = word.get(language())
            yield Candidate(code, read if read != code else "", code if code.startswith(typed) else begun)


def _numbered(runs: Iterable[tuple[str, str]], typed: str) -> Iterator[str]:
    """The ids that begin like this, of runs given by their first and last."""
    for first, last in runs:
        head = first.rstrip("0123456789")
        width = len(first) - len(head)
        digits = typed[len(head) :] if width else ""
        if (
            not (head + digits).upper().startswith(typed)
            or not f"0{digits}".isdecimal()
            or len(digits) > width
        ):
            continue
        if not width:
            yield first
            continue
        room = 10 ** (width - len(digits))
        begin = int(digits or 0) * room
        begin, end = max(begin, int(first[len(head) :])), min(begin + room - 1, int(last[len(head) :]))
        yield from (f"{head}{number:0{width}}" for number in range(begin, end + 1))


def _of_industries(names: Names, tracks: list[str], rest: Iterable[str]) -> list[str]:
    """The sub-tracks of the industries that the line asks for; all of them if it asks for none that is known."""
    kept: set[str] = set()
    for typed in _all_told(rest, "--industry"):
        with suppress(UsageError):
            kept |= set(names.tracks.get(names.resolve("industries.industry", typed), ()))
    return [track for track in tracks if track in kept] if kept else tracks


def _named(found: dict[str, str]) -> Iterator[Candidate]:
    return (Candidate(value, "", begun) for value, begun in found.items())


def index_of(rest: Iterable[str]) -> Names:
    """The names of the database that the command line asks for."""
    try:
        return Names.load(_index(rest), _told(rest, "--city"))
    except StaleIndex as error:
        raise OSError from error


def _about(rest: Iterable[str]) -> dict[str, Any]:
    """What the index tells about that database."""
    try:
        return head(_index(rest))
    except StaleIndex as error:
        raise OSError from error


def _index(rest: Iterable[str]) -> Path:
    return paths.names_index(paths.database(_told(rest, "--db")))


def _told(rest: Iterable[str], option: str) -> str | None:
    """The value the command line has for an option."""
    return next(_all_told(rest, option), None)


def _all_told(rest: Iterable[str], option: str) -> Iterator[str]:
    """The values the command line has for an option."""
    for word, after in pairwise([*rest, ""]):
        name, equals, value = word.partition("=")
        if name == option and (equals or after):
            yield value if equals else after


def _common(texts: list[str]) -> str:
    """What all of the texts begin with."""
    first, last = min(texts, default=""), max(texts, default="")
    length = next(
        (place for place, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), None
    )
    return first[:length]


def _apart(found: list[Candidate], common: str, before: list[str], typed: str) -> bool:
    """Whether the beginning they have in common says less than what was typed.

    It says as much if it goes on from there, or if all that begins with it is among them: yiqida, 一汽-大众.
    """
    if len(found) < 2 or common.startswith(typed):
        return False
    texts = {candidate.text for candidate in found}
    return not common or any(again.text not in texts for again in candidates(before, common))


def _inserted(shell: str, typed: Word, candidate: Candidate) -> tuple[str, str]:
    """A candidate as the shell is to insert it, and what it says beside it."""
    text, about, begun = candidate
    if text in (FILE, FOLDER):
        return text, about
    if shell == "fish" and begun and typed.text not in text:
        # Fish shows only what has in it what was typed: the alias, which means the same.
        text, about = begun, text
    if shell == "bash":
        if not text.startswith(typed.kept):
            # It would be put behind what is kept.
            return "", about
        text = text.removeprefix(typed.kept)
    return quoted(shell, typed.quote, text), about


def quoted(shell: str, quote: str, text: str) -> str:
    """Write a text so that the shell, in the quote that is open, reads it as it is; "" where that cannot be.

    Zsh and fish do so with what they insert; bash inserts what it is given.
    """
    # A word behind a colon is said to the script.
    if _UNSAFE.search(text) or text.startswith(":"):
        return ""
    if shell != "bash":
        return text
    if not quote:
        return _SPECIAL.sub(r"\\\1", text)
    # The history is looked up in double quotes too, where a backslash before the mark would stay.
    double = _SPECIAL_QUOTED.sub(r"\\\1", text).replace("!", "\"'!'\"")
    told = double if quote == '"' else text.replace("'", r"'\''")
    # Bash takes a quote at either end for the one it has there or adds itself.
    return "" if told.startswith(quote) or told.endswith(quote) else told
