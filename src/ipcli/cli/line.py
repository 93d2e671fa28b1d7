"""The command line, read once: what the program must know before Typer reads the rest. Imports no Typer."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ipcli import paths
from ipcli.errors import UsageError
from ipcli.i18n import _

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


def open_ahead(line: Line) -> None:
    """Have the database opened while Typer loads, if the command asks it: each takes a third of its time.

    A wrong guess opens a file for nothing.
    """
    if not line.first or {"--help", "-h"} & set(line.args):
        return
    people = line.first in ("sql", "schema")
    if not people and not os.path.isfile(paths.queries() / f"{line.first}.sql"):
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
