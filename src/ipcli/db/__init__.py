"""The database: open, lock, run, time out, serialise. Nobody else runs SQL.

Here is what needs no library: quoting for SQL, and the beginning of opening a database before it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from ipcli.errors import IpcliError

if TYPE_CHECKING:
    from threading import Thread

_Opened = TypeVar("_Opened")
# The thread that opens a database, the path of that, and what has come of it.
_opening: tuple[Thread, str, list[Any]] | None = None


def quote_name(name: str) -> str:
    """Return a name as SQL writes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Return a text as SQL writes it, whatever is in it."""
    return "'" + text.replace("'", "''") + "'"


def open_ahead(path: str, connect: Callable[[], Any]) -> None:
    """Begin to open the database at `path`, by `connect`, on a thread of its own; `take_opened` waits for it.

    Loading the library and opening the file takes as long as loading Typer, and lets go of the interpreter's lock.
    """
    global _opening
    import threading

    opened: list[Any] = []

    def work() -> None:
        # Whoever wants it tries again, and tells what is wrong.
        with suppress(IpcliError):
            opened.append(connect())

    thread = threading.Thread(target=work, daemon=True)
    _opening = (thread, path, opened)
    thread.start()


def take_opened(path: str, kind: type[_Opened]) -> _Opened | None:
    """Return what was opened ahead at `path` if it is of this kind, for one caller; None if there is no such thing."""
    global _opening
    if _opening is None or _opening[1] != path:
        return None
    thread, _path, opened = _opening
    _opening = None
    thread.join()
    return opened[0] if opened and isinstance(opened[0], kind) else None
