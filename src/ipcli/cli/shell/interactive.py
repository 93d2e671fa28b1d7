"""The loop at a terminal: whatever goes wrong is told, and the shell goes on."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

from ipcli.cli.shell.session import Leave, Session, say
from ipcli.cli.shell.splitter import complete, split
from ipcli.errors import IpcliError
from ipcli.i18n import _

PROMPT, MORE = "ipcli> ", "  ...> "


def run(session: Session, read: Callable[[], str]) -> None:
    """Run what `read` gives until it raises EOFError, or the user says .quit."""
    interrupts = Interrupts()
    while True:
        try:
            with interrupts:
                text = read()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        try:
            with interrupts:
                # A terminal may send bytes that are no text.
                for item in split(text.encode("utf-8", "replace").decode()):
                    session.do(item)
        except Leave:
            return
        except KeyboardInterrupt:
            say(_("\ncancelled"))
        except IpcliError as error:
            say(str(error))
        except BrokenPipeError:
            if session.output is None:
                raise
            say(_("nobody reads {output} any more").format(output=session.output))
        except Exception as error:
            if os.environ.get("IPCLI_DEBUG") == "1":
                raise
            what = f"internal error: {type(error).__name__}: {error}"
            say(what)


class Interrupts:
    """Ctrl-C ends what is going on within this context, once; at other moments it does nothing."""

    def __init__(self) -> None:
        """A SIGINT that the parent told us to ignore stays ignored."""
        self._armed = False
        self._ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN

    def __enter__(self) -> None:
        """From now on Ctrl-C raises KeyboardInterrupt."""
        self._armed = True
        if not self._ignored:
            signal.signal(signal.SIGINT, self._handle)

    def __exit__(self, *_: object) -> None:
        """From now on it does not."""
        self._armed = False

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        if self._armed:
            self._armed = False
            raise KeyboardInterrupt


def plain() -> str:
    """Read a statement or dot command from a terminal that knows no more than lines."""
    text = ""
    while True:
        print(MORE if text else PROMPT, end="", file=sys.stderr, flush=True)
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            print(file=sys.stderr)
            raise
        if not line:
            print(file=sys.stderr)
            if text:
                return text
            raise EOFError
        text += line
        if complete(text):
            return text
