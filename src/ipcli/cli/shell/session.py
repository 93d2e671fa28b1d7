"""One session: its settings, its dot commands, and how a statement is run."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ipcli.api.sql import Locked, ask, list_columns, list_views
from ipcli.cli.deliver import deliver
from ipcli.cli.help import print_text
from ipcli.cli.options import TIMEOUT, Output
from ipcli.errors import UsageError
from ipcli.i18n import N_, _
from ipcli.model import Result
from ipcli.output import formats
from ipcli.output.stream import clean

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
        if path is None and terminal(sys.stdout) and chosen in known and formats.load(chosen).BINARY:
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
        if output.path is None and terminal(sys.stdout):
            rows = list(islice(result.rows, MOST_ROWS + 1))
            result.rows = iter(rows[:MOST_ROWS])
        deliver(result, output, inputs=[self.data.database.path])
        if len(rows) > MOST_ROWS:
            message = _("only the first {count} rows are shown; for all: .output FILE and run it again")
            say(message.format(count=MOST_ROWS))


def say(message: str) -> None:
    """Print a message on stderr, after what stdout holds."""
    if sys.stdout is not None:
        sys.stdout.flush()
    if sys.stderr is not None:
        print(clean(message), file=sys.stderr, flush=True)


def terminal(stream: Any) -> bool:
    """Tell whether a stream is there, and a terminal."""
    return stream is not None and stream.isatty()
