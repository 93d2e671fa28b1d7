r"""CSV: one header line, minimal quoting, lines end in "\n", NULL is empty (or `--null`)."""

from __future__ import annotations

from typing import TextIO

from ipcli.model import Result, Text
from ipcli.output import delimited as _delimited
from ipcli.output.formats import Options

ABOUT = Text(
    "逗号分隔，一行表头，NULL 为空；管道中的默认格式",
    "comma-separated, one header line, NULL is empty; the default in a pipe",
)
EXTENSIONS = (".csv",)
BINARY = False
PLAIN = True


def write(result: Result, out: TextIO, options: Options) -> int:
    """Stream `result` to `out` as CSV; returns the number of rows."""
    return _delimited.write(result, out, options, ",")
