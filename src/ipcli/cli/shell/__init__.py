"""`ipcli shell`: one SQL statement after the other, at a terminal or from a pipe, under the lock of `ipcli sql`."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from ipcli import errors
from ipcli.cli.help import Command, HelpPage, made
from ipcli.cli.options import refuse, shared
from ipcli.cli.shell.session import Leave, Session, say, terminal
from ipcli.cli.shell.split import complete, split
from ipcli.cli.sql import extra_options, sandbox, seconds
from ipcli.db.statements import LONGEST
from ipcli.errors import IpcliError
from ipcli.i18n import _


def shell() -> Command:
    """Return the command."""
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
    timeout = seconds(values["timeout"])
    database = sandbox(values["db"], values["with"])
    session = Session(database, values["city"], timeout, values["format"])
    # A wrong --format is told now.
    session.target()
    # Short commands run without it; a session may last.
    gc.enable()
    try:
        if terminal(sys.stdin):
            _interact(session)
        else:
            _run_script(session)
    except Leave:
        pass
    return errors.OK


def _run_script(session: Session) -> None:
    """Run what comes on standard input as it comes; the first error ends it."""
    if sys.stdin is None:
        refuse(_("standard input is closed"))
    sys.stdin.reconfigure(encoding="utf-8-sig", errors="strict")  # type: ignore[union-attr]
    pending = ""
    try:
        while line := sys.stdin.readline(LONGEST):
            pending += line
            # No other line can complete anything.
            if ";" in line or line.lstrip().startswith("."):
                items, pending = split(pending)
                for item in items:
                    session.run(item)
            if len(pending) > LONGEST:
                refuse(_("the statement is too long"))
    except UnicodeDecodeError:
        refuse(_("the SQL is not UTF-8 text"))
    for item in split(pending, last=True)[0]:
        session.run(item)


def _interact(session: Session) -> None:
    """Run what is typed until the input ends; whatever goes wrong is told, and the shell goes on."""
    say(
        _(
            "ipcli · {where} · data {release}\n; ends a statement · Tab completes · .help · Ctrl-D leaves"
        ).format(where=", ".join(session.database.cities), release=session.database.release)
    )
    read = _reader(session)
    while True:
        text = ""
        try:
            with _interruptible():
                text = read()
                for item in split(text, last=True)[0]:
                    session.run(item)
        except EOFError:
            return
        except KeyboardInterrupt:
            if text:
                say(_("\ncancelled"))
        except (IpcliError, MemoryError) as error:
            say(str(error) or _("out of memory"))


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let the first Ctrl-C raise KeyboardInterrupt; a second one, or one at another moment, does nothing."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _reader(session: Session) -> Callable[[], str]:
    """Return what reads one input: the line editor, or plain lines where the terminal can do no more."""
    dumb = os.environ.get("TERM", "").lower() in ("dumb", "unknown")
    if not dumb and (terminal(sys.stdout) or terminal(sys.stderr)):
        # Late: prompt_toolkit takes a while to load.
        from ipcli.cli.shell.prompt import reader

        return reader(session)
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    return _read_plain


def _read_plain() -> str:
    text = ""
    while not text or not complete(text):
        print("  ...> " if text else "ipcli> ", end="", file=sys.stderr, flush=True)
        text += input() + "\n"
    return text
