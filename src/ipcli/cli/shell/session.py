"""One session of the shell: what it is set to, and how a statement or a dot command is run."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ipcli.cli import sql as adhoc
from ipcli.cli.deliver import write
from ipcli.cli.options import Output
from ipcli.i18n import _
from ipcli.model import Result
from ipcli.output import formats

if TYPE_CHECKING:
    from ipcli.db.sandbox import Sandbox

# More rows than this are not printed on a terminal.
LONGEST = 1000
# The options of a lookup that have no place in a session, as if not given.
UNSET: dict[str, Any] = {
    "format": None,
    "output": None,
    "columns": None,
    "sort": None,
    "limit": None,
    "no_header": False,
    "null": None,
    "vertical": False,
    "with_source": False,
    "exit_status": False,
    "lang": None,
}


class Leave(Exception):
    """The user is done."""


@dataclass
class Session:
    """What a session is set to.

    `format` None: a table on a terminal, else CSV; `output` None: stdout; `timeout` is in seconds and for each
    statement; `interactive`: somebody is watching, and is told what happens to files.
    """

    database: Sandbox
    city: str | None = None
    timeout: float = adhoc.TIMEOUT
    format: str | None = None
    output: str | None = None
    timing: bool = False
    interactive: bool = False
    # Whether the file of `output` holds a result of this session.
    _written: bool = field(default=False, init=False)

    def do(self, text: str) -> None:
        """Run one statement or dot command. IpcliError if it fails, Leave if it says so."""
        if text.startswith("."):
            # Late, for the two know each other.
            from ipcli.cli.shell import dots

            dots.run(self, text)
            return
        output = self.target()
        started = time.monotonic()
        self.write(self.answer(text, output), output, started)

    def answer(self, text: str, output: Output) -> Result:
        """The result of a statement."""
        return adhoc.answer(self.database, text, {}, output, timeout=self.timeout, city=self.city)

    def target(self, *, listing: bool = False, **given: Any) -> Output:
        """Where and how a result is written; options of its own (`given`) go before the session's.

        A `listing` of what there is goes to stdout, whatever `.output` says.
        """
        values = {**UNSET, **{name: value for name, value in given.items() if name in UNSET}}
        if values["output"] is None and not listing:
            values["output"] = self.output
        path = values["output"]
        if values["format"] is None and (path is None or formats.by_extension(path) is None):
            values["format"] = self.format
        output = Output.parse(values)
        if output.limit is None and output.path is None and terminal(sys.stdout):
            output = output._replace(limit=LONGEST)
        return output

    def redirect(self, path: str | None) -> None:
        """Write results to a file from now on, or to stdout again."""
        self.output, self._written = path, False

    def write(self, result: Result, output: Output, started: float) -> None:
        """Deliver a result and say what it does not show."""
        # What is left out is told in the terms of the shell.
        count = write(result, output)
        for notice in result.notices:
            say(f"ipcli: {notice}")
        seconds = time.monotonic() - started
        if result.more and output.limit == LONGEST:
            say(
                _("only the first {count} rows are shown; for all: .output FILE and run it again").format(
                    count=count
                ),
            )
        elif result.more:
            rows = "row" if count == 1 else f"{count} rows"
            say(_("only the first {rows}: --limit").format(rows=rows, count=count))
        if output.path is not None:
            self._tell_file(output.path, count)
        if self.timing:
            say(_("{seconds:.3f} seconds").format(seconds=seconds))

    def _tell_file(self, path: str, count: int) -> None:
        message = _("{count} rows written to {path}").format(count=count, path=path)
        if path == self.output and self._written:
            say(_("{message}, in place of the last result").format(message=message))
        elif self.interactive:
            say(message)
        self._written = self._written or path == self.output


def say(message: str) -> None:
    """Tell something on stderr, which is no data."""
    if sys.stdout is not None:
        sys.stdout.flush()
    if sys.stderr is not None:
        print(message, file=sys.stderr, flush=True)


def terminal(stream: Any) -> bool:
    """Whether a stream is there, and a terminal."""
    return stream is not None and stream.isatty()


def same_file(path: str, other: str) -> bool:
    """Whether both name one file that exists."""
    try:
        return os.path.samefile(path, other)
    except (OSError, ValueError):
        return False
