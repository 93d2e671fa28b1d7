"""The command line: what the program must know before Typer reads it, and what Typer finds wrong with it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import typer

from ipcli.errors import IpcliError, UsageError
from ipcli.i18n import N_, _, did_you_mean

LANGUAGES = ("zh", "en")


class Line:
    """The arguments of the program, with the values of the few options that hold before a command is made."""

    def __init__(self, args: Sequence[str]) -> None:
        """Take the arguments; what follows `--` is no option."""
        self.args = list(args)
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
            if value not in LANGUAGES:
                raise UsageError(_("--lang is zh or en, not {value}").format(value=value))
            os.environ["IPCLI_LANG"] = value


# The line of this process; `main` sets it.
current = Line([])


def read(args: Sequence[str]) -> Line:
    """Return the line of these arguments, and let it be the current one."""
    global current
    current = Line(args)
    return current


# Messages of Typer, and how they read here.
_MESSAGES = tuple(
    (re.compile(pattern), message)
    for pattern, message in (
        (r"Got unexpected extra argument\(s\) \((.*)\)", N_("unexpected arguments: {0}")),
        (r"No such command [\"'](.*)[\"']\.", N_("no such command: {0}")),
        (r"Option '(.*)' requires an argument\.", N_("option {0} requires a value")),
        (r"Option '(.*)' requires (\d+) arguments\.", N_("option {0} requires {1} values")),
        (r"Option '(.*)' does not take a value\.", N_("option {0} takes no value")),
    )
)
# A year is that of a fact in some lookups, the one by which it is due in others.
_SAME = {"--year": "due", "--due": "year"}


def explain(error: typer.TyperException) -> str:
    """Return the message of what Typer refuses, on one line, in the language of the user."""
    kind = type(error).__name__
    ctx: Any = getattr(error, "ctx", None)
    text = " ".join(error.format_message().split())
    if kind == "NoSuchOption":
        return _explain_option(error, ctx)
    if kind == "MissingParameter":
        param = getattr(error, "param", None)
        name = (param.metavar or param.opts[0]) if param is not None else ""
        if param is not None and param.opts[0].startswith("-"):
            return _("missing option {name}").format(name=param.opts[0])
        return _("missing argument {name}").format(name=name)
    for pattern, message in _MESSAGES:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        if message == _MESSAGES[0][1] and ctx is not None:
            if ctx.info_name == "show":
                # A card is of one thing; where several meet is asked by names alone.
                names = f"ipcli {ctx.params.get('name') or ''} {match[1]}"
                return _("show takes one name; where several meet: {names}").format(names=names)
            return did_you_mean(_(message).format(match[1]), _options_meant(ctx, match[1].split()))
        return _(message).format(*match.groups())
    return text


def _explain_option(error: Any, ctx: Any) -> str:
    name = error.option_name
    if ctx is not None and ctx.parent is None and _is_known(ctx.command, name):
        return _("{name} goes after the command or name: ipcli COMMAND|NAME {name} ...").format(name=name)
    known = [] if ctx is None else [param.name for param in ctx.command.params]
    same = _SAME.get(name)
    near = [f"--{same}"] if same in known else sorted(error.possibilities or ())
    return did_you_mean(_("no such option: {name}").format(name=name), near)


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
