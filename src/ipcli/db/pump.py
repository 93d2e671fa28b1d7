"""Many rows from a database to a stream of bytes, past Python: the library writes them into a pipe, in its own thread.

The library reaches the pipe through a file system of our own, so that the one of the machine can be closed to it.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Generator
from types import ModuleType
from typing import Any

from ipcli.model import Printed

_CHUNK = 1 << 20
# How long an interrupted query may take to end before it is left behind.
_GRACE = 0.5

# The form of lines: one column, written as it is.
LINES = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01'"


class _FileSystem:
    """What the library takes for a file system: it holds nothing, and `path` alone can be written, into a pipe."""

    protocol = "out"
    path = "out://rows"

    def __init__(self, into: int) -> None:
        self._into = into

    def open(self, path: str, mode: str = "rb", **_: Any) -> Any:
        if "w" not in mode:
            raise FileNotFoundError(path)
        return open(os.dup(self._into), "wb", buffering=0)

    def exists(self, path: str) -> bool:
        return False

    isfile = isdir = exists

    def glob(self, path: str) -> list[str]:
        return []


class Pipe:
    """A pipe of this process that the library can open by its name, `path`."""

    path = _FileSystem.path

    def __init__(self) -> None:
        """Open it."""
        self.out, self.into = os.pipe()

    def serve(self, connection: Any) -> None:
        """Let a connection know the pipe."""
        # All that the library wants of the package is that class, and the package takes 70 ms.
        package, known = ModuleType("fsspec"), sys.modules.get("fsspec")
        vars(package)["AbstractFileSystem"] = _FileSystem
        sys.modules["fsspec"] = package
        try:
            connection.register_filesystem(_FileSystem(self.into))
        finally:
            del sys.modules["fsspec"]
            if known is not None:
                sys.modules["fsspec"] = known

    def stream(
        self, copied: Callable[[str], int], interrupt: Callable[[], None], sql: str, form: str
    ) -> Printed:
        """The rows of a statement as bytes in the given form (options of COPY); once a pipe.

        Nothing runs before they are read, and all is given up when they are closed. `copied` runs a COPY and returns how
        many rows it has written; what it raises is raised.
        """
        copy = f"COPY (\n{sql}\n) TO '{self.path}' ({form}, USE_TMP_FILE false)"
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
