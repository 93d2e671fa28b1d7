"""Help: the page of a command, and `ipcli help` with its topics, which are text files."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ipcli import __version__, errors, paths
from ipcli.i18n import N_, _, language
from ipcli.output.cells import width_of, wrap
from ipcli.output.stream import destination

# What `ipcli` alone shows: commands, those that exist. Lookups that stand nowhere are added to the first group, other
# commands to the last one.
_GROUPS = (
    (
        N_("Lookups"),
        "districts alignments systems industries tracks | investments projects totals ranking | targets outcomes gaps"
        " indicators forecasts series milestones timeline | organisations carriers honours mechanisms policy_documents"
        " | sources conflicts coverage",
    ),
    (N_("Look"), "show find matrix chart"),
    (N_("Hand on"), "cite export"),
    ("SQL", "sql schema query shell"),
    (N_("Maintain"), "build check verify diff help"),
)
_EXAMPLES = (
    ("ipcli districts --industry 低空经济", N_("who bets on it, and in which words")),
    ("ipcli targets --district 即墨", N_("base, target, result, verdict")),
    ("ipcli 崂山 人工智能", N_("everything where two names meet")),
    ("ipcli cite OBS-0042", N_("where a figure is printed")),
    ('ipcli sql "from investments"', N_("SQL of your own")),
)
_TOPICS = Path(__file__).resolve().parent.parent / "help"


def print_text(text: str) -> None:
    """Print a text on stdout; OutputError if that fails."""
    with destination(None, binary=False) as out:
        print(text, file=out)


class HelpPage(NamedTuple):
    """What a help page says around the options. `own` names the options that come first."""

    title: str
    about: str = ""
    usage: str = ""
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    own: frozenset[str] = frozenset()
    examples: tuple[str, ...] = ()

    def text(self, path: str, params: Iterable[Any], ctx: Any) -> str:
        """Return the page as wide as the terminal, at most 100 cells; CJK characters take two."""
        width = measure_page()
        usage = self.usage or _("[OPTIONS]")
        lines = [_("Usage: {command}").format(command=f"{path} {usage}"), "", *wrap(self.title, width)]
        if self.about:
            lines += ["", *wrap(self.about, width)]
        own: list[tuple[str, str]] = []
        others: list[tuple[str, str]] = []
        for param in params:
            record = param.get_help_record(ctx)
            if record is None:
                continue
            name, meaning = record  # that an argument is required, the usage tells
            record = (name, meaning.removesuffix("[required]").rstrip())
            (own if not self.own or param.name in self.own else others).append(record)
        for name, rows in (*self.sections, (_("Options"), own), (_("Output options"), others)):
            if rows:
                lines += ["", f"{name}:", *_align(rows, width)]
        if self.examples:
            lines += ["", _("Examples:")]
            lines += [part for command in self.examples for part in break_command(command, width)]
        return "\n".join(lines)


def measure_page() -> int:
    """Return how many cells a page is wide: as many as the terminal, at most 100."""
    return max(40, min(shutil.get_terminal_size().columns, 100))


def break_command(command: str, width: int) -> list[str]:
    """Return a command line as an example of at most `width` cells; its continuation lines can be copied along."""
    lines, line = [], " "
    # Words, options with what follows them; not parts of what is quoted, where a break would be part of it too.
    for word in re.findall(r"""(?:-[\w-]+ (?=[^-|&]))?(?:"[^"]*"|'[^']*'|[^\s"'])+""", command):
        # Two cells are for the backslash.
        if width_of(line) + 1 + width_of(word) > width - 2 and line.strip():
            lines.append(line + " \\")
            line = "     "
        line += " " + word
    return [*lines, line]


def _align(rows: Iterable[tuple[str, str]], width: int, most: int = 26) -> list[str]:
    """Return rows of a name and what it means, in two columns, the first at most so wide."""
    rows = list(rows)
    first = min(max(width_of(name) for name, _meaning in rows), most, width // 2 - 2)
    lines = []
    for name, meaning in rows:
        head = "  " + name
        if width_of(name) > first:
            # Long lists of values (`--by a|b|c`) go on beneath themselves.
            beginning, *more = wrap(name, width - 6)
            lines += ["  " + beginning, *("      " + line for line in more)]
            head = ""
        for text in wrap(meaning, width - first - 4) or [""]:
            lines.append((head + " " * (first + 4 - width_of(head)) + text).rstrip())
            head = ""
    return lines


def list_topics() -> dict[str, str]:
    """Return topic -> its title, the first line of its file, in the user's language."""
    files = sorted(_TOPICS.glob(f"*.{language()}.txt"))
    return {file.name.split(".")[0]: file.read_text(encoding="utf-8").partition("\n")[0] for file in files}


def read_topic(name: str) -> str:
    """Return the text of a topic; `{formats}` in it stands for the formats, which each tell what they are."""
    text = (_TOPICS / f"{name}.{language()}.txt").read_text(encoding="utf-8").rstrip("\n")
    return text.replace("{formats}", "\n".join(_align(_list_formats(), 78))) if "{formats}" in text else text


def describe_program(titles: Mapping[str, str], others: Collection[str]) -> HelpPage:
    """Return the page of the program: its lookups, the commands that are none (`others`), and the exit codes."""
    heading, *codes = read_topic("exit-codes").split("\n\n")[2].splitlines()
    rows = (code.split(maxsplit=1) for code in codes)
    return HelpPage(
        title=_("Query a city's industrial system: every figure with its source"),
        usage=_("COMMAND|NAME... [OPTIONS]"),
        sections=(
            (_("Lookups"), tuple(row for row in titles.items() if row[0] not in others)),
            (_("Other commands"), tuple((name, titles[name]) for name in sorted(others))),
            (heading.rstrip(":"), tuple((code, text.strip()) for code, text in rows)),
        ),
    )


def describe_overview(db: str | None, lookups: Collection[str], others: Collection[str]) -> str:
    """Return what the program is, five examples, and the commands in groups: a screen of 80 by 24."""
    width = min(measure_page(), 80)
    grouped = {word for _name, words in _GROUPS for word in words.split()}
    rows = []
    for name, words in _GROUPS:
        rest = {_GROUPS[0][0]: lookups, _GROUPS[-1][0]: others}.get(name, ())
        parts = [part.split() for part in words.split("|")]
        parts[-1] += sorted({*rest}.difference(grouped, others if rest is lookups else lookups))
        found = [" ".join(word for word in part if word in lookups or word in others) for part in parts]
        rows.append((_(name), " | ".join(filter(None, found))))
    return "\n".join(
        (
            *wrap(_("ipcli: query a city's industrial system, every figure with its source"), width),
            *wrap(_describe_data(db), width),
            "",
            *_align([(command, _(text)) for command, text in _EXAMPLES], width, 40),
            "",
            *_align(rows, width),
            "",
            *wrap(_("ipcli COMMAND -h, ipcli help TOPIC; ipcli --help lists all with what they do"), width),
        )
    )


def describe_versions(db: str | None = None) -> str:
    """Return the program's version and the data's release."""
    return f"ipcli {__version__}\n{_describe_data(db)}"


def _describe_data(db: str | None) -> str:
    """Return the cities and the release of the data, or why there is none."""
    from ipcli.db.engine import Database
    from ipcli.query.words import Words

    try:
        # Not closed: the process ends after this.
        database = Database.open(paths.database(db))
        words = Words.read(database.fetch, language(), None)
        data = ", ".join(f"{words.word('district', city)} {database.release}" for city in database.cities)
    except errors.DatabaseError as error:
        data = str(error)
    return _("data: {data}").format(data=data)


def describe_topics() -> str:
    """Return the list of topics."""
    more = _(
        "ipcli help TOPIC; ipcli help COMMAND (as ipcli COMMAND --help); ipcli --help lists all commands."
    )
    width = measure_page()
    return "\n".join([_("Topics:"), *_align(list_topics().items(), width), "", *wrap(more, width)])


def _list_formats() -> list[tuple[str, str]]:
    from ipcli.output import formats

    rows = []
    for name in formats.names():
        module = formats.load(name)
        rows.append((name, f"{module.ABOUT.get(language())} ({' '.join(module.EXTENSIONS)})"))
    return rows
