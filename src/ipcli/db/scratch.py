"""A folder for what does not fit in memory: named from the start, made by the database when it is needed."""

from __future__ import annotations

import os

_named: list[str] = []


def folder() -> str:
    """The path of a folder that does not exist yet and that nobody else knows; `clean` removes it."""
    base = next((path for path in (os.environ.get("TMPDIR"), "/tmp") if path and os.path.isdir(path)), None)
    if base is None:
        # Late: it looks further, and costs more.
        import tempfile

        base = tempfile.gettempdir()
    _named.append(os.path.join(base, f"ipcli-{os.getpid()}-{os.urandom(8).hex()}"))
    return _named[-1]


def clean() -> None:
    """Remove what has been made."""
    for path in _named:
        if os.path.isdir(path):
            # Late: few results are so large.
            import shutil

            shutil.rmtree(path, ignore_errors=True)
    _named.clear()
