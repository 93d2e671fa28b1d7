"""Command lines and files at random: every command, every option, any value, in any order.

Nothing that can be drawn here writes outside the folder a command runs in, provided HOME lies there too.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st

from faults.odd import FILES, FOLDERS, NUMBERS, ODD, OUTPUTS, SQL
from faults.odd_files import ANY as ANY_FILE
from faults.odd_files import CONTENTS, encoded
from ipcli import paths
from ipcli.cli import app, complete
from ipcli.query import catalog
from ipcli.query.words import list_counted

LOOKUPS = list(catalog.list_queries(paths.queries()))
_GROUP = app.Group()
# Name -> the command, as the program makes it.
PROGRAM = {name: _GROUP.get_command(None, name) for name in _GROUP.list_commands(None) if name != "query"}
PROGRAM |= {
    f"query {name}": _GROUP.get_command(None, "query").get_command(None, name)
    for name in ("list", "show", "run")
}
COMMANDS = [name for name in PROGRAM if name not in LOOKUPS]
TOP = [option for param in app.program().params for option in param.opts]
# Of these one call takes as long as a hundred of the others.
LONG = {"build", "check", "verify", "diff"}


class Line(NamedTuple):
    """What is tried: the words after `ipcli`, the files that lie around, standard input, the terminal's width."""

    words: list[str]
    files: dict[str, bytes]
    stdin: bytes
    columns: str

    def __repr__(self) -> str:
        """Short enough to read, whatever 10,000 characters are in it."""
        words = [word if len(word) < 200 else f"{word[:20]}…({len(word)})" for word in self.words]
        return f"{words} files={self.files} stdin={self.stdin!r} columns={self.columns}"


# What the system hands to a process: no NUL, and of surrogates those that stand for bytes that are no UTF-8.
_characters = st.one_of(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    st.sampled_from(
        [
            chr(0xDC80),
            chr(0xDCFF),
            "\u202e",
            "\u0301",
            "\u200d",
            "🏽",
            "\x1b",
            "\n",
            "崂",
            "Ａ",
            "-",
            "=",
            ",",
        ]
    ),
)
_texts = st.text(_characters, max_size=20)
_long = st.builds(
    lambda text, count: text * (count // len(text)),
    st.text(_characters, min_size=1, max_size=5),
    st.just(10_000),
)
_numbers = st.one_of(
    st.sampled_from(NUMBERS),
    st.integers().map(str),
    st.integers(-(10**40), 10**40).map(str),
    st.floats().map(str),
    st.dates().map(str),
)
_values = st.one_of(st.sampled_from(ODD), _numbers, _texts, st.one_of(_texts, _long), st.sampled_from(SQL))
_folder = st.sampled_from(FOLDERS)
_file = st.one_of(
    st.sampled_from(FILES), st.sampled_from([*FOLDERS, "/nonexistent/x.csv", "/dev/null"]), _texts
)
_with = st.one_of(
    st.builds("{}={}".format, st.sampled_from(["m", "M", "崂山", "targets", "1", "m-n", ""]), _file), _values
)


class Values(NamedTuple):
    """What may be given to an option: what it takes, and anything at all."""

    right: st.SearchStrategy[str]
    any: st.SearchStrategy[str]


# Parameters that take no names, by their type.
_TYPED = {
    "integer": st.one_of(
        st.sampled_from(["2024", "2025", "2027", "0", "-1"]), st.integers(-(2**63), 2**63 - 1).map(str)
    ),
    "number": st.one_of(
        st.sampled_from(["0", "1", "100", "0.5"]), st.floats(allow_nan=False, allow_infinity=False).map(str)
    ),
    "date": st.one_of(st.sampled_from(["2025-06-01", "2026-12-31"]), st.dates().map(str)),
}
_RIGHT = {
    "--limit": st.integers(0, 3000).map(str),
    "--null": st.one_of(_texts, st.sampled_from(ODD)),
    "--city": st.sampled_from(["青岛", "青岛市", "qingdao"]),
    "--grade": st.sampled_from(["A", "B", "C", "a", " b "]),
    "--db": st.just(str(paths.database())),
    "--timeout": st.sampled_from(["5", "30", "1e1"]),
    "--search": st.sampled_from(["产业", "智能", "e", "%", "_"]),
    "--with": st.builds("m={}".format, st.sampled_from(FILES)),
    "--param": st.builds("{}={}".format, st.sampled_from(["x", "y", "x"]), _values),
    "--source": st.just("SRC-001"),
    "--from": st.sampled_from(["2024", "2025-06"]),
    "--sql-dir": st.just("own"),
    "--tables": st.sampled_from([".", "own"]),
    "--output": st.sampled_from(
        [name for name in OUTPUTS if name.startswith("out.") and "unknown" not in name]
    ),
}
_ANY = {"--output": st.sampled_from(OUTPUTS), "--tables": _folder, "--sql-dir": _folder, "--with": _with}
for _same in ("-o", "--sources"):
    _RIGHT[_same], _ANY[_same] = _RIGHT["--output"], _ANY["--output"]


def _columns(name: str) -> st.SearchStrategy[str]:
    """Columns of a lookup, some of them twice."""
    known = catalog.read(paths.queries() / f"{name}.sql").show if name in LOOKUPS else ()
    return st.lists(st.sampled_from([*known, "all"]), min_size=1, max_size=4).map(",".join)


def _takes(command: str, option: str, param: Any) -> Values | None:
    """Values for an option; None if it takes none."""
    if param.is_flag:
        return None
    right = _RIGHT.get(option)
    asked = getattr(PROGRAM[command], "query", None)
    declared = next((p for p in asked.params if p.name == param.name), None) if asked else None
    choices = (param.metavar or "").split("|")
    if option == "--columns":
        right = _columns(command)
    elif option == "--sort":
        right = st.builds("{}{}".format, st.sampled_from(["", "-"]), _columns(command))
    elif declared is not None and declared.type in _TYPED:
        right = _TYPED[declared.type]
    elif declared is not None and (declared.values or declared.choices):
        known = [each.text for each in complete.list_candidates([*command.split(), option], "")] or ["崂山区"]
        right = st.one_of(st.sampled_from(known), st.sampled_from(known).map(lambda name: name[:2]))
    elif right is None and len(choices) > 1:
        right = st.sampled_from(choices)
    elif right is None and param.metavar in ("FILE", "DIR"):
        right = _file
    return Values(_values if right is None else right, _ANY.get(option, _values))


def _options(name: str) -> dict[str, Values | None]:
    # What is no command is a name: it has the options of `find`.
    params = (PROGRAM.get(name) or PROGRAM["find"]).params
    known = {option: param for param in params for option in param.opts if option.startswith("-")}
    if name not in PROGRAM:
        name = "find"
    return {option: _takes(name, option, param) for option, param in known.items()}


def _argument(name: str) -> Values | None:
    """What stands as an argument, if anything does."""
    if name in ("sql", "shell"):
        right = st.sampled_from(SQL)
    elif name in ("query show", "query run"):
        right = st.sampled_from([*LOOKUPS[:5], "x"])
    elif name in ("verify", "diff"):
        right = _file
    elif name == "schema":
        right = st.sampled_from(["targets", "districts", "m", "TARGETS"])
    elif name == "chart":
        right = st.sampled_from(sorted(list_counted()))
    elif name == "cite":
        right = st.sampled_from(["OBS-0042", "SRC-001", "obs-0042"])
    elif name in ("find", "show", "崂山", "鹏辉"):
        right = st.sampled_from(["崂山", "人工智能", "鹏辉能源", "胶州", "储能"])
    else:
        return None
    return Values(right, _values)


_NAMES = [*LOOKUPS, *COMMANDS, "崂山", "鹏辉"]
_OPTIONS = {name: _options(name) for name in _NAMES}
_ARGUMENTS = {name: _argument(name) for name in _NAMES}
# A process opens a file in one way only, and other tests open this one otherwise.
complete._open.cache_clear()
_ARGUED = [name for name in _NAMES if _ARGUMENTS[name] is not None and name not in LONG]
# The lookups are many and alike; what takes arguments is as likely as all of them.
_usual = st.one_of(st.sampled_from([name for name in _NAMES if name not in LONG]), st.sampled_from(_ARGUED))
# How much of a line is odd: nothing, one thing, anything.
RIGHT, ONE, ANY = range(3)


@st.composite
def _words(draw: Any) -> list[str]:
    mood = draw(st.sampled_from([RIGHT, RIGHT, RIGHT, ONE, ONE, ANY]))
    name = draw(st.sampled_from(sorted(LONG)) if draw(st.integers(0, 39)) == 39 else _usual)
    options, argument = _OPTIONS[name], _ARGUMENTS[name]
    chosen = draw(st.lists(st.sampled_from(sorted(options)), max_size=5, unique=mood != ANY))
    if mood != ANY:
        chosen = [option for option in chosen if option != "--help" or draw(st.integers(0, 5)) == 5]
    odd = draw(st.integers(0, len(chosen))) if mood == ONE else None
    pieces: list[list[str]] = []
    if argument is not None:
        anything = mood == ANY or odd == len(chosen)
        pieces += [
            [word]
            for word in draw(st.lists(argument.any if anything else argument.right, min_size=1, max_size=2))
        ]
        if mood == RIGHT and name in (
            "sql",
            "schema",
            "chart",
            "show",
            "query show",
            "query run",
        ):
            pieces = pieces[:1]
    for place, option in enumerate(chosen):
        values = options[option]
        if values is None:
            pieces.append([option])
            continue
        value = draw(values.any if mood == ANY or place == odd else values.right)
        pieces.append([option, value] if draw(st.integers(0, 4)) else [f"{option}={value}"])
    words = [word for piece in draw(st.permutations(pieces)) for word in piece]
    words = [*name.split(), *words]
    if mood == ANY:
        if draw(st.booleans()):
            words = draw(st.permutations(words))
        if draw(st.booleans()):
            words.insert(
                draw(st.integers(0, len(words))),
                draw(st.one_of(_values, st.sampled_from(TOP))),
            )
    if "build" in words:
        # Told nothing else, a build writes the program's own database.
        words = ["build", *(word for word in words if word != "build"), "-o", "out.duckdb"]
    return [word.replace("\0", "") for word in words]


@st.composite
def lines(draw: Any) -> Line:
    """A command line, and what lies around it."""
    words = draw(_words())
    files = {}
    for name in FILES:
        name = name.partition("#")[0]
        if name not in files and any(name in word for word in words):
            files[name] = draw(CONTENTS.get(name[1:], ANY_FILE))
    if any("own" in word for word in words):
        files["own/x.sql"] = draw(CONTENTS[".sql"])
    stdin = b""
    if "-" in words or "shell" in words:
        stdin = draw(st.one_of(st.sampled_from(SQL).map(lambda text: encoded(text, "utf-8")), ANY_FILE))
    columns = draw(st.sampled_from(["80", "80", "40", "100", "200", "", "0", "x"]))
    return Line(words, files, stdin, columns)
