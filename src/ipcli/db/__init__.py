"""The database: open, lock, run, time out, serialise. Nobody else runs SQL.

Here is what needs no library: quoting for SQL, and the beginning of opening a database before it is asked for.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threading import Thread

# The thread that opens a database, the path of that, and what has come of it; `engine` takes it from here.
opening: tuple[Thread, str, list[Any]] | None = None


def quote_name(name: str) -> str:
    """Return a name as SQL writes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Return a text as SQL writes it, whatever is in it."""
    return "'" + text.replace("'", "''") + "'"


def open_ahead(path: str) -> None:
    """Begin to open the database at `path` on a thread of its own; `Database.open` waits for it.

    Loading the library and opening the file takes as long as loading Typer, and lets go of the interpreter's lock.
    """
    global opening
    import threading

    opened: list[Any] = []

    def work() -> None:
        from ipcli.db.engine import Database
        from ipcli.errors import IpcliError

        # Whoever wants it tries again, and tells what is wrong.
        with suppress(IpcliError):
            opened.append(Database.connect(path))

    thread = threading.Thread(target=work, daemon=True)
    opening = (thread, path, opened)
    thread.start()
