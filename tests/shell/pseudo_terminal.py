"""A program at a terminal of its own: what is typed, and what has been printed since the last look."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import sys
import termios
import time

from conftest import House, environment

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07|\x1b[=>()][0-9A-B]?|\x07")
ENTER, TAB, CTRL_C, CTRL_D, UP, ALT_ENTER = "\r", "\t", "\x03", "\x04", "\x1b[A", "\x1b\r"


class Terminal:
    """`ipcli shell` on a pseudo-terminal of 100 x 40; use it as a context manager."""

    def __init__(self, house: House, *args: str, stdout: str | None = None, **env: str) -> None:
        where = {**environment(house), "TERM": "xterm-256color", "IPCLI_PAGER": "", **env}
        where.pop("COLUMNS")
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                termios.tcsetwinsize(0, (40, 100))
                if stdout is not None:
                    os.dup2(os.open(stdout, os.O_WRONLY | os.O_CREAT), 1)
                os.execve(sys.executable, [sys.executable, "-m", "ipcli", "shell", *args], where)
            finally:
                os._exit(99)
        self.raw = ""
        self._seen = 0
        self._status: int | None = None

    def __enter__(self) -> Terminal:
        self.expect("ipcli>")
        self.settle()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)

    @property
    def text(self) -> str:
        """All that was printed, without escape sequences."""
        return _ESCAPES.sub("", self.raw)

    def send(self, keys: str) -> None:
        os.write(self.fd, keys.encode())

    def type(self, text: str) -> None:
        """Type a text, and wait until nothing more is printed."""
        self.send(text)
        self.settle()

    def expect(self, wanted: str, timeout: float = 20) -> str:
        """Wait for a text after the last one that was expected; returns what came before it."""
        end = time.monotonic() + timeout
        while True:
            place = self.text.find(wanted, self._seen)
            if place >= 0:
                before = self.text[self._seen : place]
                self._seen = place + len(wanted)
                return before
            assert time.monotonic() < end, f"no {wanted!r} in {self.text[self._seen :]!r}"
            assert self._read(0.1) or not self._ended(), f"ended: {self.text[self._seen :]!r}"

    def alive(self) -> None:
        """Run a statement and see its result."""
        self.type("select 40 + 2 as alive;" + ENTER)
        self.expect("   42")
        self.settle()

    def leave(self) -> None:
        """Leave by Ctrl-D, without an error."""
        self.send(CTRL_D)
        assert self.end() == 0
        assert "Traceback" not in self.text and "internal error" not in self.text

    def settle(self, quiet: float = 0.4) -> None:
        """Read until nothing has come for a while."""
        while self._read(quiet):
            pass

    def end(self, timeout: float = 15) -> int:
        """Wait for the end of the program; its exit code, negative for a signal."""
        limit = time.monotonic() + timeout
        while not self._ended():
            assert time.monotonic() < limit, f"does not end: {self.text[-500:]!r}"
            self._read(0.1)
        while self._read(0.1):
            pass
        assert self._status is not None
        return os.waitstatus_to_exitcode(self._status)

    def _read(self, timeout: float) -> bool:
        if not select.select([self.fd], [], [], timeout)[0]:
            return False
        try:
            chunk = os.read(self.fd, 65536)
        except OSError:  # the other side is closed
            return False
        self.raw += chunk.decode("utf-8", "replace")
        return bool(chunk)

    def _ended(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = status
        return self._status is not None
