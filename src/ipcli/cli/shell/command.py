"""The command `ipcli shell`: which loop runs, and what the session begins with."""

from __future__ import annotations

import gc
import os
import sys
from typing import Any

from ipcli import errors
from ipcli.cli.help import Command, HelpPage, made
from ipcli.cli.options import Output, shared
from ipcli.cli.shell.session import UNSET, Session, say, terminal
from ipcli.cli.sql import extra_options, sandbox, seconds
from ipcli.i18n import _


def shell() -> Command:
    """The command."""
    kept = ("format", "city", "db", "lang")
    options = [option for option in shared(city=True, grade=False) if option.name in kept]
    page = HelpPage(
        title=_("SQL at a prompt: completion, colours, history"),
        about=_(
            "Statements are those of ipcli sql: read-only, without files, network or settings. A "
            "semicolon ends a statement; .help lists the commands. Where standard input is no "
            "terminal, statements are run one after the other, and the first error ends it."
        ),
        examples=(
            "ipcli shell",
            "ipcli shell --with mine=clients.csv",
            "ipcli shell < questions.sql > answers.csv",
        ),
    )
    return made("shell", [*extra_options(), *options], _shell, page)


def _shell(values: dict[str, Any]) -> int:
    # What cannot be right fails before the database is opened.
    Output.parse({**UNSET, "format": values["format"]})
    timeout = seconds(values["timeout"])
    database = sandbox(values["db"], values["with"])
    # Switched off at the start for the sake of short commands; a session may last.
    gc.enable()
    session = Session(database, values["city"], timeout, values["format"])
    if not terminal(sys.stdin):
        from ipcli.cli.shell import script

        script.run(session)
        return errors.OK
    session.interactive = True
    _at_terminal(session)
    return errors.OK


def _at_terminal(session: Session) -> None:
    from ipcli.cli.shell import interactive
    from ipcli.output.stream import look

    where = ", ".join(session.database.cities)
    release = session.database.release
    say(
        _(
            "ipcli · {where} · data {release}\n; ends a statement · Tab completes · .help · Ctrl-D leaves"
        ).format(where=where, release=release),
    )
    dumb = os.environ.get("TERM", "").lower() in ("dumb", "unknown")
    out = next((stream for stream in (sys.stdout, sys.stderr) if terminal(stream)), None)
    if dumb or out is None:
        sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
        interactive.run(session, interactive.plain)
        return
    # Late: the line editor takes a while to load.
    from ipcli.cli.shell import prompt, world

    interactive.run(session, prompt.reader(world.candidates(session), color=look(out).color))
