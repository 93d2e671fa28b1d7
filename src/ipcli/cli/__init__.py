"""The command line. Here: how signals end a command that has something to clean up."""

from __future__ import annotations

from ipcli.errors import Terminated

__all__ = ["Terminated", "catch_signals"]


def catch_signals() -> None:
    """From now on Ctrl-C raises KeyboardInterrupt and SIGTERM raises Terminated (see `db.watch`)."""
    # Late: completion does without threads.
    from ipcli.db import watch

    watch.catch_signals()
