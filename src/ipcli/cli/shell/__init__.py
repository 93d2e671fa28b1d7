"""`ipcli shell`: one SQL statement after the other, at a terminal or from a pipe, under the lock of `ipcli sql`."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from ipcli import errors
from ipcli.api.sql import open_locked
from ipcli.cli.command import command
from ipcli.cli.options import City, Db, Format, Timeout, With, read_seconds
from ipcli.cli.shell.session import Session, say, terminal
from ipcli.cli.shell.split import complete, split
from ipcli.db import handle
from ipcli.db.statements import LONGEST
from ipcli.errors import IpcliError, UsageError
from ipcli.i18n import N_, _


@command(
    title=N_("SQL at a prompt: completion, colours, history"),
    about=N_(
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
def shell(
    with_: With = None,
    timeout: Timeout = None,
    format: Format = None,
    city: City = None,
    db: Db = None,
) -> int:
    """Run statements as they are typed, or as they come on standard input."""
    seconds = read_seconds(timeout)
    session = Session(open_locked(db, with_ or [], city), seconds, format)
    # A wrong --format is told now.
    session.target()
    # Short commands run without it; a session may last.
    gc.enable()
    try:
        if terminal(sys.stdin):
            _interact(session)
        else:
            _run_script(session)
    except EOFError:
        pass
    return errors.OK


def _run_script(session: Session) -> None:
    """Run what comes on standard input as it comes; the first error ends it."""
    if sys.stdin is None:
        raise UsageError(_("standard input is closed"))
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
                raise UsageError(_("the statement is too long"))
    except UnicodeDecodeError:
        raise UsageError(_("the SQL is not UTF-8 text")) from None
    for item in split(pending, last=True)[0]:
        session.run(item)


def _interact(session: Session) -> None:
    """Run what is typed until EOFError; whatever else goes wrong is told, and the shell goes on."""
    say(
        _(
            "ipcli · {where} · data {release}\n; ends a statement · Tab completes · .help · Ctrl-D leaves"
        ).format(where=", ".join(session.data.database.cities), release=session.data.database.release)
    )
    read = _reader(session)
    while True:
        text = ""
        try:
            with _interruptible():
                text = read()
                for item in split(text, last=True)[0]:
                    session.run(item)
        except KeyboardInterrupt:
            if text:
                say(_("\ncancelled"))
        except (IpcliError, MemoryError) as error:
            say(str(error) or _("out of memory"))


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let the first Ctrl-C raise KeyboardInterrupt; a second one, or one at another moment, does nothing."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        handle(number, frame)

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
