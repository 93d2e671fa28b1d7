"""TSV: as csv with tabs between; a value with a tab or a line break in it is quoted as in csv."""

from __future__ import annotations

from typing import TextIO

from ipcli.model import Result, Text
from ipcli.output import delimited as _delimited
from ipcli.output.formats import Options

ABOUT = Text("制表符分隔，其余同 csv", "tab-separated, else as csv")
EXTENSIONS = (".tsv", ".tab")
BINARY = False
PLAIN = True


def write(result: Result, out: TextIO, options: Options) -> int:
    """Stream `result` to `out` as TSV; returns the number of rows."""
    return _delimited.write(result, out, options, "\t")
