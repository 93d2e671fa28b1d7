"""Something slow that is begun before it is asked for: opening the database takes as long as loading Typer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

_done = threading.Event()
_key: str | None = None
_found: list[Any] = []


def begin(key: str, work: Callable[[], Any]) -> None:
    """Do `work` on a thread of its own; `take(key)` has what comes of it."""
    global _key
    _key = key

    def job() -> None:
        try:
            _found.append(work())
        except Exception:
            # Whoever wants it tries again, and tells what is wrong.
            pass
        finally:
            _done.set()

    threading.Thread(target=job, daemon=True).start()


def keep(key: str, found: Any) -> None:
    """Have `take(key)` give what was found already."""
    global _key
    _key = key
    _found.append(found)
    _done.set()


def take(key: str) -> Any:
    """What was begun under that key, waited for, once; None if nothing was, or it has failed."""
    global _key
    if key != _key:
        return None
    _key = None
    _done.wait()
    return _found.pop() if _found else None
