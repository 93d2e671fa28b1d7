"""Many rows from a database to a stream of bytes, past Python: the library writes them into a pipe, in its own thread.

For statements of the program's own alone: a connection that may write into a pipe is not locked as one for statements
that people write is.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Generator

from ipcli.model import Printed

_CHUNK = 1 << 20
# How long an interrupted query may take to end before it is left behind.
_GRACE = 0.5

# The form of lines: one column, written as it is.
LINES = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01'"


class Pipe:
    """A pipe of this process that the library can open by its name, `path`."""

    def __init__(self) -> None:
        """Open it."""
        self.out, self.into = os.pipe()
        self.path = f"/dev/fd/{self.into}"
        # Whether anything has come out of it.
        self.used = False

    @classmethod
    def make(cls) -> Pipe | None:
        """A pipe, or None where the system does not let a process open its own by name (Windows)."""
        return cls() if os.path.isdir("/dev/fd") else None

    def stream(
        self, copied: Callable[[str], int], interrupt: Callable[[], None], sql: str, form: str
    ) -> Printed:
        """The rows of a statement as bytes in the given form (options of COPY); once a pipe.

        Nothing runs before they are read, and all is given up when they are closed. `copied` runs a COPY and returns how
        many rows it has written; what it raises is raised.
        """
        copy = f"COPY (\n{sql}\n) TO '{self.path}' ({form})"
        return Printed(lambda printed: self._chunks(printed, lambda: copied(copy), interrupt))

    def _chunks(
        self, printed: Printed, copy: Callable[[], int], interrupt: Callable[[], None]
    ) -> Generator[bytes, None, None]:
        done = threading.Event()
        errors: list[BaseException] = []
        _widen(self.into)

        def work() -> None:
            try:
                printed.count = copy()
            except BaseException as error:  # handed to the reading thread
                errors.append(error)
            finally:
                os.close(self.into)
                done.set()

        threading.Thread(target=work, daemon=True).start()
        try:
            while chunk := os.read(self.out, _CHUNK):
                self.used = True
                yield chunk
            done.wait()
            if errors:
                raise errors[0]
        finally:
            if not done.is_set():
                interrupt()
            os.close(self.out)
            done.wait(_GRACE)


def _widen(pipe: int) -> None:
    """Fewer switches between writer and reader, where the system has wider pipes (Linux)."""
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _CHUNK)
