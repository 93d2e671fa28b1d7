"""What a long output has come to, on the terminal's standard error: rows or bytes, and seconds."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from ipcli.i18n import _

T = TypeVar("T")
# Quick outputs say nothing; a line is renewed so often. Seconds.
_AFTER = 1.0
_EVERY = 0.5


class Progress:
    """Counts what passes."""

    def __init__(self) -> None:
        """Nothing has passed."""
        self.rows = 0
        self.bytes = 0

    def counted(self, rows: Iterable[T]) -> Iterator[T]:
        """The rows, counted as they pass."""
        for row in rows:
            self.rows += 1
            yield row

    def measured(self, out: Any) -> Measured:
        """The stream `out`, measured as it is written to."""
        return Measured(self, out)

    def told(self, seconds: float) -> str:
        """`1,234,000 rows, 3 s`."""
        if self.bytes:
            return f"{self.bytes / 1e6:,.0f} MB, {seconds:.0f} s"
        unit = _("rows")
        return f"{self.rows:,} {unit}, {seconds:.0f} s"


class Measured:
    """A stream whose bytes are counted as they pass; it takes UTF-8."""

    def __init__(self, progress: Progress, out: Any) -> None:
        """See the class."""
        # Late: it knows what streams take, and few outputs are measured.
        from ipcli.db.serialise import writer

        self._progress, self._write = progress, writer(out)

    def write(self, content: bytes) -> None:
        """Count, and write on."""
        self._progress.bytes += len(content)
        self._write(content)


@contextmanager
def shown(progress: Progress) -> Iterator[None]:
    """Show what has passed, from the first second on; the line is gone afterwards."""
    done = threading.Event()
    thread = threading.Thread(
        target=_show, args=(progress, done, sys.stderr.write, sys.stderr.flush), daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _show(
    progress: Progress, done: threading.Event, write: Callable[[str], object], flush: Callable[[], object]
) -> None:
    began = time.monotonic()
    wait, width = _AFTER, 0
    while not done.wait(wait):
        line = progress.told(time.monotonic() - began)
        try:
            write("\r" + line.ljust(width))
            flush()
        except OSError:
            return
        # The one character of two cells, 行, counts double.
        wait, width = _EVERY, len(line) + 1
    if width:
        write("\r" + " " * width + "\r")
        flush()
