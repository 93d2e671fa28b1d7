"""Completion of dot commands and of what they take."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

from ipcli.cli.shell.candidate import Candidate, World, fits
from ipcli.i18n import language
from ipcli.output import formats


def candidates(before: str, world: World) -> Iterator[Candidate]:
    """A dot command, or what it takes."""
    line = before.lstrip()
    place = len(before) - len(line)
    words = re.split(r"\s+", line)
    typed, command = words[-1], words[0]
    start = len(before) - len(typed)
    if len(words) == 1:
        yield from (Candidate(name, place, about) for name, about in world.dots if name.startswith(typed))
    elif command == ".run":
        yield from _run(words, typed, start, world)
    elif len(words) > 2:
        return
    elif command == ".schema":
        yield from (
            Candidate(view.name, start, view.meaning.partition(" | ")[0])
            for view in world.views
            if fits(view.name, view.meaning.partition(" | ")[0], typed)
        )
    elif command == ".format":
        yield from (Candidate(name, start) for name in formats.names() if name.startswith(typed))
    elif command == ".timing":
        yield from (Candidate(name, start) for name in ("on", "off") if name.startswith(typed))
    elif command == ".output":
        yield from _files(typed, start)


def _run(words: Sequence[str], typed: str, start: int, world: World) -> Iterator[Candidate]:
    """The name of a query, its options, and the values of those."""
    if len(words) == 2:
        yield from (Candidate(name, start) for name in world.queries() if name.startswith(typed))
        return
    options = dict(world.options(words[1]))
    option, equals, value = typed.partition("=")
    if not equals:
        option, value = words[-2], typed
    param = options.get(option)
    if param is not None and param.type != "flag":
        start += len(typed) - len(value)
        known = [choice for choice in param.choices if choice.startswith(value)]
        if param.values:
            known = world.resolving(param.values, value.strip("'\""))
        yield from (Candidate(_word(name), start, param.help.get(language())) for name in known)
        return
    yield from (
        Candidate(name, start, param.help.get(language()) if param else "")
        for name, param in options.items()
        if name.startswith(typed)
    )


def _word(text: str) -> str:
    """A value as one word of a line; letters of all scripts need no quotes."""
    if text and all(character.isalnum() or character in "@%+=:,./-_" for character in text):
        return text
    return "'" + text.replace("'", "'\"'\"'") + "'"


def _files(typed: str, start: int) -> Iterator[Candidate]:
    folder, name = os.path.split(typed)
    try:
        entries = sorted(os.scandir(os.path.expanduser(folder) or "."), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(name) and (name or not entry.name.startswith(".")):
            path = os.path.join(folder, entry.name)
            yield Candidate(_word(path) + ("/" if entry.is_dir() else ""), start)
