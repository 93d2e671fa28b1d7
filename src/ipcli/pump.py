"""Many rows from a database to a stream of bytes, past Python: the library writes them into a pipe, in its own thread.

For statements of the program's own alone: the connection that does it may write (into its pipe, and what does not fit
in memory into a folder of its own), which the lock for what people write forbids.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
from collections.abc import Generator, Mapping
from typing import Any

from ipcli.library import duckdb
from ipcli.model import Printed

# With one thread and this much memory ten million rows leave in the order they have, and a sort spills to disk.
_MEMORY = "256MB"
_CHUNK = 1 << 20
# How long an interrupted query may take to end before it is left behind.
_GRACE = 0.5

# The form of lines: one column, written as it is.
LINES = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01'"


def possible() -> bool:
    """Whether this system lets a process open its own pipes by name; Windows does not."""
    return os.path.isdir("/dev/fd")


def stream(path: str, sql: str, values: Mapping[str, Any], form: str) -> Printed:
    """The rows of a statement on the database file `path` as bytes in the given form (options of COPY).

    Nothing runs before they are read, and all is given up when they are closed. What the library raises is raised.
    """
    return Printed(lambda printed: _chunks(printed, path, sql, values, form))


def _chunks(
    printed: Printed, path: str, sql: str, values: Mapping[str, Any], form: str
) -> Generator[bytes, None, None]:
    out, into = os.pipe()
    _widen(into)
    folder = _folder()
    connection = duckdb.connect(":memory:", config={"memory_limit": _MEMORY, "threads": 1})
    done = threading.Event()
    errors: list[BaseException] = []

    def copy() -> None:
        try:
            connection.execute(
                f"ATTACH {_text(path)} AS asked (READ_ONLY); USE asked; SET temp_directory={_text(folder)};"
                f" SET allowed_paths=['/dev/fd/{into}']; SET enable_external_access=false;"
                " SET lock_configuration=true"
            )
            copied = connection.execute(f"COPY (\n{sql}\n) TO '/dev/fd/{into}' ({form})", dict(values))
            printed.count = copied.fetchall()[0][0]
        except BaseException as error:  # handed to the reading thread
            errors.append(error)
        finally:
            os.close(into)
            done.set()

    threading.Thread(target=copy, daemon=True).start()
    try:
        while chunk := os.read(out, _CHUNK):
            yield chunk
        done.wait()
        if errors:
            raise errors[0]
    finally:
        connection.interrupt()
        os.close(out)
        if done.wait(_GRACE):
            connection.close()
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def _folder() -> str:
    """A folder for what does not fit in memory; none where none can be made."""
    try:
        return tempfile.mkdtemp(prefix="ipcli-")
    except OSError:
        return ""


def _widen(pipe: int) -> None:
    """Fewer switches between writer and reader, where the system has wider pipes (Linux)."""
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _CHUNK)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
