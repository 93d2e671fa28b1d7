"""Where the shell keeps what was typed: a file in the user's state folder that nobody else can read."""

from __future__ import annotations

import os

_PRIVATE_FILE, _PRIVATE_FOLDER = 0o600, 0o700


def path() -> str:
    """`ipcli/history` in XDG_STATE_HOME, or in ~/.local/state."""
    state = os.environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(state):
        state = os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(state, "ipcli", "history")


def file() -> str | None:
    """The path of the history, ready to be written; None if it cannot be, and nothing is remembered then."""
    chosen = path()
    if not os.path.isabs(chosen):
        return None
    try:
        os.makedirs(os.path.dirname(chosen), mode=_PRIVATE_FOLDER, exist_ok=True)
        number = os.open(chosen, os.O_RDWR | os.O_CREAT | os.O_APPEND, _PRIVATE_FILE)
    except (OSError, ValueError):
        return None
    try:
        os.fchmod(number, _PRIVATE_FILE)
    except (AttributeError, OSError):
        pass  # Windows, or a file system without permissions.
    finally:
        os.close(number)
    return chosen
