"""`ipcli find 崂山 人工智能`, and the same by bare names: everything where they meet; `ipcli show NAME`: one card."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any, TextIO

import typer

from ipcli import api
from ipcli.api import card
from ipcli.api import find as finding
from ipcli.api.cite import refuse_ids
from ipcli.cli.app import command
from ipcli.cli.options import City, Db, Grade, Output, deliver
from ipcli.errors import UsageError
from ipcli.i18n import N_, _, did_you_mean
from ipcli.model import Result
from ipcli.output.formats import Options
from ipcli.output.stream import tell
from ipcli.query.near import nearest
from ipcli.query.words import list_names, read_kinds

# Names that all lookups have an option for.
_SHARED = {"district", "industry"}
_All = Annotated[bool, typer.Option("--all", help=N_("All facts, though a terminal has no room for them"))]


@command("find", usage=N_("NAME... [OPTIONS]"), query=finding.query)
def find(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="NAME...", help=N_("Names, or words of the text"))
    ] = None,
    *,
    everything: _All = False,
    output: Output,
    grade: Grade = None,
    city: City = None,
    db: Db = None,
    **given: Any,
) -> int:
    """Write everything where the names meet. Where no command stands before them, the first may be a slip for one."""
    names = [word.strip() for word in words or ()]
    if not any(names) and not any(given.values()):
        raise UsageError(_("give a name: ipcli find 崂山 人工智能"))
    bare = ctx.meta.get("bare", False)
    if bare:
        refuse_ids(names)
    request = api.Request.make(finding.query(), {**given, "grade": grade}, output.shape)
    data = api.open(db, city)
    commands = nearest(names[0], ctx.find_root().command.list_commands(ctx)) if bare else []  # type: ignore[attr-defined]
    references = finding.references()
    # Text that people search for is Chinese, or a figure.
    if bare and re.fullmatch(r"[!-/:-~]*", names[0]) and not any(data.names.match(references, names[0])):
        raise _make_refusal(names[0], [*commands, *data.names.near(references, names[0])])
    try:
        result = finding.find(data, names, request)
    except finding.NoSuchName as error:
        raise (_make_refusal(names[0], [*commands, *error.near]) if bare else error) from None
    meant = finding.understand(
        data.names, [part for name in names for part in data.names.taken.get(name, [name])]
    )
    for name, values in given.items():
        if values:
            meant[name] = [*meant.get(name, ()), *(values if isinstance(values, list) else [str(values)])]
    return _deliver_card(result, output, None if everything else meant)


def _make_refusal(word: str, near: list[str]) -> UsageError:
    """Return the error for a first word that is neither a command nor a name."""
    message = did_you_mean(_("no such command or name: {name}").format(name=word), near)
    hint = _("text: ipcli find {word}").format(word=word) if word.isascii() and not near else "ipcli --help"
    return UsageError(f"{message} ({hint})")


@command(
    "show",
    N_("One thing on a card"),
    about=N_(
        "All facts of one district, industry, track, organisation, project or park, by kind, with their sources."
    ),
    usage=N_("NAME [OPTIONS]"),
    examples=("ipcli show 崂山", "ipcli show 鹏辉能源", "ipcli show 集成电路 --kind track"),
    query=finding.query,
)
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help=N_("One name"), show_default=False)],
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            metavar="|".join(each.kind for each in list_names()),
            help=N_("What the name is, if it may be several things"),
        ),
    ] = None,
    *,
    everything: _All = False,
    output: Output,
    grade: Grade = None,
    city: City = None,
    db: Db = None,
) -> int:
    """Write the card of one thing."""
    request = api.Request.make(finding.query(), {"grade": grade}, output.shape)
    data = api.open(db, city)
    try:
        chosen = card.choose(data, name, kind)
    except card.Ambiguous as error:
        if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
            raise
        chosen = error.candidates[_ask(error.shown)]
    kind, name = chosen
    meant = None if everything else {kind: [name]}
    return _deliver_card(card.show(data, kind, name, request), output, meant)


def _ask(candidates: list[str]) -> int:
    """Ask which of several things is meant, and return its place. UsageError if none is chosen."""
    for number, candidate in enumerate(candidates, 1):
        tell(f"  {number}  {candidate}")
    question = _("Which one? 1–{count}: ").format(count=len(candidates))
    while True:
        tell(question, end="")
        answer = sys.stdin.readline().strip()
        if not answer:
            raise UsageError(_("nothing was chosen"))
        if answer.isdecimal() and 1 <= int(answer) <= len(candidates):
            return int(answer) - 1


def _deliver_card(result: Result, output: Output, meant: Mapping[str, Sequence[str]] | None) -> int:
    """Write a result as a card where it would be a table of the usual columns, else as it is; return the exit code.

    On a terminal the card is one screen high, and says how to list the rest; not if `meant`, what was asked for, is None.
    """
    if output.format != "table" or not output.drawn:
        return deliver(result, output)

    def draw(result: Result, out: TextIO, options: Options) -> int:
        # Late: it loads Rich.
        from ipcli.output.card import write

        return write(
            result, out, options, partial(_hint, meant or {}) if meant is not None and options.tty else None
        )

    return deliver(result, output, draw)


def _hint(meant: Mapping[str, Sequence[str]], kinds: Sequence[str]) -> str:
    """Return the commands that list facts of some kinds about what was meant."""
    views = dict.fromkeys(read_kinds()[kind].view for kind in kinds if read_kinds()[kind].view)
    asked = " ".join(f"--{kind} {name}" for kind, names in meant.items() for name in names)
    rest = [_("all: the same with --all")]
    if views and meant.keys() <= _SHARED:
        rest.insert(0, f"ipcli {'|'.join(views)} {asked}")
    return "\n".join(rest)
