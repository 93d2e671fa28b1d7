r"""CSV: one header line, minimal quoting, lines end in "\n", NULL is empty (or `--null`)."""

from __future__ import annotations

from typing import TextIO

from ipcli.formats import Options, _delimited
from ipcli.model import Result

EXTENSIONS = (".csv",)
BINARY = False
PLAIN = True


def write(result: Result, out: TextIO, options: Options) -> int:
    """Stream `result` to `out` as CSV; returns the number of rows."""
    return _delimited.write(result, out, options, ",")
