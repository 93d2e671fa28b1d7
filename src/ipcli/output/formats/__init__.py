"""Output formats, one module a format: put a file here and its stem is a value of `--format`.

A format module has `ABOUT` (what it is, for `ipcli help formats`), `EXTENSIONS` (with the dot, lower case), `BINARY`,
`PLAIN` (see `plain`), and `write(result, out, options)`.
Modules whose names begin with an underscore are helpers. Nothing is registered anywhere.
"""

from __future__ import annotations

import importlib
import os
from typing import NamedTuple, Protocol, TextIO, cast

from ipcli.errors import UsageError
from ipcli.model import Result, Text

# What `chart` and `matrix` draw; no result can be written so.
PICTURE = "svg"


class Options(NamedTuple):
    """How to write, the same for all formats; a format ignores what does not concern it.

    `null` stands for NULL in csv and tsv (and, when not empty, in tables). `width` is in terminal cells, None is
    unbounded. `excel` makes CSV as Excel and WPS want it. `color` and `tty` describe the stream (see `stream.look`).
    """

    header: bool = True
    null: str = ""
    vertical: bool = False
    with_source: bool = False
    lang: str = "zh"
    width: int | None = None
    color: bool = False
    tty: bool = False
    excel: bool = False


class Format(Protocol):
    """The interface of a format module."""

    ABOUT: Text
    EXTENSIONS: tuple[str, ...]
    BINARY: bool
    PLAIN: bool

    def write(self, result: Result, out: TextIO, options: Options) -> int:
        """Write all rows to `out` and return how many there were."""
        ...


def names() -> list[str]:
    """Return the names of all formats, sorted; nothing is imported."""
    stems = (os.path.splitext(entry) for entry in os.listdir(os.path.dirname(__file__)))
    return sorted(stem for stem, ext in stems if ext == ".py" and not stem.startswith("_"))


def load(name: str) -> Format:
    """Return the module of one format; UsageError lists the known ones."""
    known = names()
    if name not in known:
        raise UsageError(f"unknown format {name!r}; known: {', '.join(known)}")
    return cast(Format, importlib.import_module(f"{__name__}.{name}"))


def plain(name: str) -> bool:
    """Return whether a format is for machines: values stay as they are, headings are column names."""
    return name != PICTURE and load(name).PLAIN


def by_extension(path: str | os.PathLike[str]) -> str | None:
    """Return the format that claims the extension of `path`, or None."""
    extension = os.path.splitext(os.fspath(path))[1].lower()
    if not extension:
        return None
    # Most formats are named after their extension: look there first and import only that one.
    known = sorted(names(), key=lambda name: (name != extension[1:], name))
    return next((name for name in known if extension in load(name).EXTENSIONS), None)
