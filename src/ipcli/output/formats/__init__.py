"""Output formats. One that people read is a module here, whose stem is a value of `--format`; one that the database
serialises is a row of `DATA`.

A format has `ABOUT` (what it is, for `ipcli help formats`), `EXTENSIONS` (with the dot, lower case), `BINARY`,
`PLAIN` (see `plain`), and `write(result, out, options)`. Modules whose names begin with an underscore are helpers.
"""

from __future__ import annotations

import importlib
import os
from typing import Any, NamedTuple, Protocol, TextIO, cast

from ipcli.errors import UsageError
from ipcli.model import Form, Result, Text

# What `chart` and `matrix` draw; no result can be written so.
PICTURE = "svg"


class Options(NamedTuple):
    """How to write, the same for all formats; a format ignores what does not concern it.

    `null` stands for NULL in csv and tsv (and, when not empty, in tables). `width` is in terminal cells, None is
    unbounded. `excel` makes CSV as Excel and WPS want it. `color` and `tty` describe the stream (see `stream.look`),
    `links` tells whether it knows links. `notes` and `sources` stand under what people read.
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
    notes: bool = True
    sources: bool = True
    links: bool = False


class Format(Protocol):
    """Describe what a format offers."""

    ABOUT: Text
    EXTENSIONS: tuple[str, ...]
    BINARY: bool
    PLAIN: bool

    def write(self, result: Result, out: TextIO, options: Options) -> int:
        """Write all rows to `out` and return how many there were."""
        ...


class Data(NamedTuple):
    """A format that the database serialises, by what its COPY is told; see `model.Form`."""

    ABOUT: Text
    EXTENSIONS: tuple[str, ...]
    copy: str
    style: str
    BINARY: bool = False
    PLAIN: bool = True

    def write(self, result: Result, out: Any, options: Options) -> int:
        """Write all rows to `out` and return how many there were."""
        title = result.title.get(options.lang)
        form = Form(
            self.copy,
            self.style,
            header=options.header,
            null=options.null,
            excel=options.excel,
            about={"title": title, "data_release": result.release, "made_by": "ipcli"} if self.BINARY else {},
        )
        if result.copy is not None and not options.with_source:
            return result.copy(form, out)
        columns, rows = result.columns, result.rows
        if options.with_source:
            from ipcli.output.sources import with_source

            columns, rows = with_source(result, options.lang)
        if result.put is not None:
            return result.put(columns, rows, form, out)
        # Late: it loads DuckDB.
        from ipcli.db.engine import memory
        from ipcli.db.serialise import write_rows

        return write_rows(memory(), columns, rows, form, out)


DATA = {
    "csv": Data(
        Text(
            "逗号分隔，一行表头，NULL 为空；管道中的默认格式",
            "comma-separated, one header line, NULL is empty; the default in a pipe",
        ),
        (".csv",),
        "FORMAT csv, DELIMITER ','",
        "text",
    ),
    "tsv": Data(
        Text("制表符分隔，其余同 csv", "tab-separated, else as csv"),
        (".tsv", ".tab"),
        "FORMAT csv, DELIMITER '\t'",
        "text",
    ),
    "json": Data(
        Text(
            "一个数组，每条记录一行；数字是数字，没有记录时为 []",
            "one array, an object a line; numbers are numbers, [] for no rows",
        ),
        (".json",),
        "FORMAT json, ARRAY true",
        "json",
    ),
    "jsonl": Data(
        Text("每行一个 JSON 对象", "one JSON object a line"),
        (".jsonl", ".ndjson"),
        "FORMAT json",
        "json",
    ),
    "parquet": Data(
        Text("带类型的列，列名为英文", "typed columns under their English names"),
        (".parquet",),
        "FORMAT parquet, COMPRESSION zstd",
        "typed",
        BINARY=True,
    ),
}  # fmt: skip


def names() -> list[str]:
    """Return the names of all formats, sorted; nothing is imported."""
    stems = (os.path.splitext(entry) for entry in os.listdir(os.path.dirname(__file__)))
    return sorted([*DATA, *(stem for stem, ext in stems if ext == ".py" and not stem.startswith("_"))])


def load(name: str) -> Format:
    """Return one format; UsageError lists the known ones."""
    known = names()
    if name not in known:
        raise UsageError(f"unknown format {name!r}; known: {', '.join(known)}")
    if name in DATA:
        return cast(Format, DATA[name])
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
