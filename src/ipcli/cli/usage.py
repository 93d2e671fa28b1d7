"""What Typer finds wrong with a command line, in the language of the user."""

from __future__ import annotations

import re
from typing import Any

import typer

from ipcli.cli import line
from ipcli.errors import IpcliError
from ipcli.i18n import N_, _, did_you_mean

# Messages of Typer, and how they read here.
_MESSAGES = tuple(
    (re.compile(pattern), message)
    for pattern, message in (
        (r"Got unexpected extra argument\(s\) \((.*)\)", N_("unexpected arguments: {0}")),
        (r"Option '(.*)' requires an argument\.", N_("option {0} requires a value")),
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
        # No option is required.
        param: Any = getattr(error, "param", None)
        return _("missing argument {name}").format(name=param.metavar)
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
        names = api.open(line.current.value("--db"), line.current.value("--city")).names
        for word in words:
            exact, _begun = names.match(references, word)
            if not exact:
                return []
            options.append(f"--{references[next(iter(exact))]} {word}")
    except (OSError, IpcliError):
        return []
    return [" ".join(options)]
