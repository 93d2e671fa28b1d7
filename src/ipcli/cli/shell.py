"""`ipcli shell`: one SQL statement after the other, at a terminal or from a pipe, under the lock of `ipcli sql`."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from types import FrameType
from typing import Any

from ipcli import errors
from ipcli.api.sql import Locked, ask, list_columns, list_views, open_locked
from ipcli.cli.app import command
from ipcli.cli.help import print_text
from ipcli.cli.options import City, Db, Format, Output, deliver
from ipcli.cli.sql import TIMEOUT, Timeout, With, read_seconds
from ipcli.db import handle, statements
from ipcli.db.statements import LONGEST, Token
from ipcli.errors import IpcliError, UsageError
from ipcli.i18n import N_, _
from ipcli.model import Result
from ipcli.output import formats
from ipcli.output.stream import tell

# A terminal gets no more rows than this.
MOST_ROWS = 1000
DOTS = {
    ".help": N_("this page"),
    ".schema": N_("the views, or the columns of a VIEW"),
    ".format": N_("set the output format to NAME, or tell it"),
    ".output": N_("write results to a FILE, or to stdout again"),
    ".timing": N_("tell how long a statement took: on, off"),
    ".quit": N_("leave (or Ctrl-D)"),
}
_KEYS = N_(
    "A semicolon ends a statement and Enter runs it; Alt+Enter runs it in any case. Tab completes:\n"
    "within quotes type Chinese or pinyin. Ctrl-C cancels the query or clears the line, Ctrl-D\n"
    "leaves. A terminal gets {count} rows at most."
)


@command(
    "shell",
    N_("SQL at a prompt: completion, colours, history"),
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
        if is_terminal(sys.stdin):
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
    read = _choose_reader(session)
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


def _choose_reader(session: Session) -> Callable[[], str]:
    """Return what reads one input: the line editor, or plain lines where the terminal can do no more."""
    dumb = os.environ.get("TERM", "").lower() in ("dumb", "unknown")
    if not dumb and (is_terminal(sys.stdout) or is_terminal(sys.stderr)):
        # Late: prompt_toolkit takes a while to load.
        from ipcli.cli.prompt import make_reader

        return make_reader(session.data, {name: _(about) for name, about in DOTS.items()}, complete)
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    return _read_plain


def _read_plain() -> str:
    text = ""
    while not text or not complete(text):
        print("  ...> " if text else "ipcli> ", end="", file=sys.stderr, flush=True)
        text += input() + "\n"
    return text


@dataclass
class Session:
    """The settings of a session. `format` None: a table on a terminal, else CSV; `output` None: stdout."""

    data: Locked
    timeout: float = TIMEOUT
    format: str | None = None
    output: str | None = None
    timing: bool = False
    # Whether the file of `output` holds a result of this session.
    written: bool = False

    def run(self, text: str) -> None:
        """Run one statement or dot command. IpcliError if it fails, EOFError if nothing is to follow."""
        if text.startswith("."):
            self._command(text)
            return
        output, started = self.target(self.output), time.monotonic()
        result = ask(self.data, text, {}, output.shape, self.timeout)
        self._write(result, output)
        if output.path is not None:
            if self.written:
                say(_("{path} holds this result in place of the last one").format(path=output.path))
            self.written = True
        if self.timing:
            say(_("{seconds:.3f} seconds").format(seconds=time.monotonic() - started))

    def _command(self, line: str) -> None:
        known = ", ".join(formats.names())
        match line.rstrip(" ;；").split(None, 1):
            case [".help"]:
                print_text("\n".join(f"  {name:<10}{_(about)}" for name, about in DOTS.items()))
                print_text("\n" + _(_KEYS).format(count=MOST_ROWS))
            case [".schema"]:
                self._write(list_views(self.data), self.target())
            case [".schema", view]:
                self._write(list_columns(self.data, view), self.target())
            case [".format"]:
                now = self.format or self.target().format
                print_text(_("format: {now}; known: {known}").format(now=now, known=known))
            case [".format", name] if name in formats.names():
                self.format = name
            case [".format", name]:
                raise UsageError(_("unknown format {name}; known: {known}").format(name=name, known=known))
            case [".output"]:
                self.output = None
            case [".output", file]:
                path = os.path.expanduser(file.strip("'\""))
                self.target(path)
                self.output, self.written = path, False
            case [".timing", ("on" | "off") as whether]:
                self.timing = whether == "on"
            case [".quit"]:
                raise EOFError
            case _:
                raise UsageError(_("no such command: {name} (.help lists them)").format(name=line))

    def target(self, path: str | None = None) -> Output:
        """Return where and how a result is written. UsageError if its format is unknown or cannot go there."""
        chosen = self.format if path is None else formats.by_extension(path) or self.format
        known = formats.names()
        if path is None and is_terminal(sys.stdout) and chosen in known and formats.load(chosen).BINARY:
            raise UsageError(
                _("{name} cannot go to a terminal: choose .output FILE first").format(name=chosen)
            )
        if path is not None and chosen is None:
            message = _("the extension of {path} tells no format: choose one with .format first: {known}")
            raise UsageError(message.format(path=path, known=", ".join(known)))
        return Output.read(format=chosen, output=path)

    def _write(self, result: Result, output: Output) -> None:
        """Deliver a result; of a long one a terminal gets the first rows, and is told so."""
        rows = []
        if output.path is None and is_terminal(sys.stdout):
            rows = list(islice(result.rows, MOST_ROWS + 1))
            result.rows = iter(rows[:MOST_ROWS])
        deliver(result, output)
        if len(rows) > MOST_ROWS:
            message = _("only the first {count} rows are shown; for all: .output FILE and run it again")
            say(message.format(count=MOST_ROWS))


def split(text: str, *, last: bool = False) -> tuple[list[str], str]:
    """Return the statements and dot commands that `text` begins with, and the rest, which is not complete.

    With `last` nothing follows: the rest is a statement too, if there is anything in it.
    """
    found = []
    while (first := _first(text)) is not None:
        item, end = first
        text = text[end:]
        if item:
            found.append(item)
    if last and _meaningful(text):
        found.append(text.strip())
        text = ""
    return found, text


def complete(text: str) -> bool:
    """Tell whether Enter submits `text`: it is blank, a dot command, or its last statement has its end."""
    found, rest = split(text)
    # In an open quote or comment this semicolon is not read as one.
    tokens = _meaningful(rest + "\n;")
    if not tokens or tokens[-1].kind != "end":
        return False
    if len(tokens) == 1:
        return bool(found) or not text.strip()
    # A full-width semicolon ends nothing, but is meant to; the error tells what to write.
    return tokens[-2].text == "；"


def _first(text: str) -> tuple[str, int] | None:
    """Return the first statement or dot command and where it ends, or None if it is not complete."""
    begun = False
    for token in statements.tokens(text):
        if token.kind == "end":
            end = token.start + 1
            return (text[:end].strip() if begun else ""), end
        if token.kind in ("space", "comment"):
            continue
        if token.text == "." and not begun:
            line = text[token.start :].partition("\n")[0]
            return line.strip(), token.start + len(line)
        begun = True
    return None


def _meaningful(text: str) -> list[Token]:
    return [token for token in statements.tokens(text) if token.kind not in ("space", "comment")]


def say(message: str) -> None:
    """Print a message on stderr, after what stdout holds."""
    if sys.stdout is not None:
        sys.stdout.flush()
    tell(message)


def is_terminal(stream: Any) -> bool:
    """Tell whether a stream is there, and a terminal."""
    return stream is not None and stream.isatty()
