"""A database in memory, in which tables are read, checked and attached; a signal can stop what it does."""

from __future__ import annotations

import time
from typing import Any

import duckdb

from ipcli.db.watch import Watch

# Seconds that what runs may take to end.
_PATIENCE = 10.0


class Memory:
    """A connection whose calls a signal can stop."""

    def __init__(self) -> None:
        """Open it, empty."""
        self._connection = duckdb.connect()
        self._watch = Watch(self._connection.interrupt)

    def __enter__(self) -> Memory:
        """The connection itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def execute(self, sql: str, values: Any = None) -> Memory:
        """Run statements; the result of the last is there to fetch."""
        with self._watch:
            self._connection.execute(sql, values)
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows of the result."""
        with self._watch:
            return self._connection.fetchall()

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row of the result, None after the last."""
        with self._watch:
            return self._connection.fetchone()

    @property
    def description(self) -> Any:
        """The columns of the result."""
        return self._connection.description

    def close(self) -> None:
        """Close it; what a signal has left running in it is stopped."""
        last = time.monotonic() + _PATIENCE
        while True:
            try:
                self._connection.close()
                return
            except duckdb.Error:
                if time.monotonic() > last:
                    raise
                # An interrupt between two statements of a call is lost.
                self._connection.interrupt()
                time.sleep(0.01)
