"""The command line: what the program must know before Typer reads the rest, and what Typer finds wrong. Imports no Typer."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from ipcli import paths
from ipcli.errors import IpcliError, UsageError
from ipcli.i18n import N_, _, did_you_mean

# Messages of Typer, and how they read here.
_MESSAGES = {
    r"Option '(.*)' requires an argument\.": N_("option {0} requires a value"),
    r"Option '(.*)' does not take a value\.": N_("option {0} takes no value"),
}
_EXCESS = r"Got unexpected extra argument\(s\) \((.*)\)"
# The options that may stand before the command, `whole` if their value does not stand in the next argument.
_SHARED = re.compile(
    r"(?:--(?:db|city|lang|format|output)|-[fo])$|(?P<whole>--(?:db|city|lang|format|output)=|-[fo].|--json$)"
)


class Line:
    """The arguments of the program, with the values of the few options that hold before a command is made."""

    def __init__(self, args: Sequence[str]) -> None:
        """Take the arguments; what follows `--` is no option."""
        self.args = _put_behind(args)
        self._options = self.args[: self.args.index("--")] if "--" in self.args else self.args

    @property
    def first(self) -> str:
        """Return the first word, or nothing."""
        return self.args[0] if self.args else ""

    def values(self, option: str) -> Iterator[str]:
        """Yield the values that are given for an option, as `--name value` or `--name=value`."""
        for word, after in pairwise([*self._options, ""]):
            name, equals, value = word.partition("=")
            if name == option and (equals or after):
                yield value if equals else after

    def value(self, option: str) -> str | None:
        """Return the first value of an option, or None."""
        return next(self.values(option), None)

    def without(self, option: str) -> list[str]:
        """Return the arguments without an option and its values."""
        kept, skip = [], False
        for arg in self.args:
            if not skip and arg != option and not arg.startswith(option + "="):
                kept.append(arg)
            skip = arg == option and not skip
        return kept

    def set_language(self) -> None:
        """Let --lang hold for help and messages too, which are made before options are read. UsageError."""
        for value in self.values("--lang"):
            if value not in ("zh", "en"):
                raise UsageError(_("--lang is zh or en, not {value}").format(value=value))
            os.environ["IPCLI_LANG"] = value


def _put_behind(args: Sequence[str]) -> list[str]:
    """Return the arguments with the shared options that stand before the command behind its words."""
    start = 0
    while start < len(args) and (shared := _SHARED.match(args[start])):
        start += 1 if shared["whole"] else 2
    end = start
    while end < len(args) and not args[end].startswith("-"):
        end += 1
    return [*args[start:end], *args[:start], *args[end:]]


# The line of this process; `main` sets it.
current = Line([])


def read(args: Sequence[str]) -> Line:
    """Return the line of these arguments, and let it be the current one."""
    global current
    current = Line(args)
    return current


def open_ahead(line: Line) -> None:
    """Have the database opened while Typer loads, if the command asks it: each takes a third of its time.

    A wrong guess opens a file for nothing.
    """
    if {"--help", "-h"} & set(line.args):
        return
    people = line.first in ("sql", "schema")
    # Without a command, the release of the data is told.
    if line.first and not people and not os.path.isfile(paths.queries() / f"{line.first}.sql"):
        return
    from ipcli import db

    path = paths.database(line.value("--db"))

    def connect() -> object:
        if people:
            from ipcli.db.sandbox import Unlocked

            return Unlocked.open(str(path), paths.is_shipped(path))
        from ipcli.db.engine import Database

        return Database.connect(str(path))

    db.open_ahead(str(path), connect)


def explain(error: Any) -> str:
    """Return the message of what Typer refuses (a TyperException), on one line, in the language of the user."""
    kind = type(error).__name__
    ctx: Any = getattr(error, "ctx", None)
    text = " ".join(error.format_message().split())
    if kind == "NoSuchOption":
        return _explain_option(error.option_name, ctx, error.possibilities or ())
    if kind == "MissingParameter":
        # No option is required.
        return _("missing argument {name}").format(name=error.param.metavar)
    for pattern, message in _MESSAGES.items():
        if match := re.fullmatch(pattern, text):
            return _(message).format(match[1])
    if (match := re.fullmatch(_EXCESS, text)) is None:
        return text
    if ctx.info_name == "show":
        # A card is of one thing; where several meet is asked by names alone.
        names = f"ipcli {ctx.params.get('name') or ''} {match[1]}"
        return _("show takes one name; where several meet: {names}").format(names=names)
    return did_you_mean(
        _("unexpected arguments: {0}").format(match[1]), _options_meant(ctx, match[1].split())
    )


def _explain_option(name: str, ctx: Any, near: Sequence[str]) -> str:
    if ctx is not None and ctx.parent is None and _is_known(ctx.command, name):
        return _("{name} goes after the command or name: ipcli COMMAND|NAME {name} ...").format(name=name)
    if name == "--due" and ctx is not None and any(param.name == "year" for param in ctx.command.params):
        near = ["--year"]
    return did_you_mean(_("no such option: {name}").format(name=name), sorted(near))


def _is_known(program: Any, option: str) -> bool:
    """Tell whether some command has an option of this name."""
    for name in program.list_commands(None):
        # The faults of a lookup's file are told where it is asked for.
        try:
            command = program.get_command(None, name)
        except IpcliError:
            continue
        if any(option in param.opts for param in command.params):
            return True
    return False


def _options_meant(ctx: Any, words: list[str]) -> list[str]:
    """Return the options that words without one may be values of; nothing if one of them is no name."""
    # Late: it is wanted only where a command line fails.
    from ipcli import api

    query = getattr(ctx.command, "query", None)
    references = {param.values: param.name for param in (query.params if query else ()) if param.values}
    options = []
    try:
        names = api.open(current.value("--db"), current.value("--city")).names
        for word in words:
            exact, _begun = names.match(references, word)
            if not exact:
                return []
            options.append(f"--{references[next(iter(exact))]} {word}")
    except (OSError, IpcliError):
        return []
    return [" ".join(options)]
