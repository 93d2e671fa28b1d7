"""What a stream is and wishes to be, from the environment alone: the terminal is never probed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from typing import NamedTuple, TextIO


class Look(NamedTuple):
    """Whether it is a terminal, its width in cells (None: unbounded), whether to send colour."""

    tty: bool
    width: int | None
    color: bool


def look(out: TextIO, environ: Mapping[str, str] = os.environ) -> Look:
    """Look at `out`: COLUMNS, NO_COLOR, FORCE_COLOR and TERM=dumb are honoured, NO_COLOR above all.

    Off a terminal there is no colour, and no width unless COLUMNS gives one.
    """
    tty = out.isatty()
    columns = environ.get("COLUMNS", "")
    width = int(columns) if columns.isdecimal() and len(columns) < 10 and int(columns) > 0 else None
    if width is None and tty:
        # The size of the stream itself: with `2>file` or a pipe in front, stdin and stderr may lie.
        try:
            width = os.get_terminal_size(out.fileno()).columns or None
        except (OSError, ValueError):
            width = None
        width = width or shutil.get_terminal_size().columns
    if environ.get("NO_COLOR"):
        color = False
    elif environ.get("FORCE_COLOR", "0") not in ("", "0"):
        color = True
    else:
        color = tty and environ.get("TERM") != "dumb"
    return Look(tty, width, color)
