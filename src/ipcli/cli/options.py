"""The options that commands share, and what they mean together."""

from __future__ import annotations

import math
import os
import sys
from typing import Annotated, NamedTuple, TextIO

import typer

from ipcli.api import Shape
from ipcli.errors import UsageError
from ipcli.i18n import N_, _, language, wished
from ipcli.output import formats
from ipcli.output.stream import look, pager_command

# How long a statement of people's own may take, in seconds, unless --timeout says otherwise.
TIMEOUT = 30.0

City = Annotated[str | None, typer.Option("--city", metavar="TEXT", help=N_("City"))]
Db = Annotated[str | None, typer.Option("--db", metavar="FILE", help=N_("Database file (or IPCLI_DB)"))]
Grade = Annotated[
    str | None,
    typer.Option(
        "--grade",
        metavar="A|B|C",
        help=N_("Sources at least this good: A official, B press, C reposts"),
    ),
]
With = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="NAME=FILE",
        help=N_("Bring a file as a table, repeatable: CSV, TSV, Parquet, JSON, XLSX (path.xlsx#Sheet)"),
    ),
]
Timeout = Annotated[
    str | None,
    typer.Option("--timeout", metavar="SECONDS", help=N_("At most so many seconds, 30 unless told")),
]
Format = Annotated[
    str | None,
    typer.Option("--format", "-f", metavar="FORMAT", help=N_("Output format: {formats}")),
]
File = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help=N_("Write to a file; its extension tells the format")
    ),
]
_Columns = Annotated[
    str | None,
    typer.Option(
        "--columns", metavar="A,B,...", help=N_("These columns in this order; all for every column")
    ),
]
_Sort = Annotated[
    str | None,
    typer.Option(
        "--sort", metavar="[-]A,...", help=N_("Sort by columns, - before one for descending; NULLs last")
    ),
]
_Excel = Annotated[bool, typer.Option("--excel", help=N_("CSV that Excel and WPS open as it is"))]
_Sources = Annotated[
    str | None, typer.Option("--sources", metavar="FILE", help=N_("Write the cited sources to FILE"))
]
_Limit = Annotated[str | None, typer.Option("--limit", metavar="N", help=N_("At most so many rows"))]
_NoHeader = Annotated[bool, typer.Option("--no-header", help=N_("No header line"))]
_Null = Annotated[str | None, typer.Option("--null", metavar="TEXT", help=N_("Print NULL as TEXT"))]
_Vertical = Annotated[bool, typer.Option("--vertical", help=N_("Tables as one block a record"))]
_WithSource = Annotated[
    bool, typer.Option("--with-source", help=N_("Add title, publisher, dates, URL of sources"))
]
_Pager = Annotated[bool, typer.Option("--pager", help=N_("Tables on a terminal in a pager (or IPCLI_PAGER)"))]
_ExitStatus = Annotated[bool, typer.Option("--exit-status", help=N_("Exit with 1 if there are no rows"))]

# Formats that say or imply that they are UTF-8.
_UTF8 = ("html", "json", "jsonl", "svg")


class Output(NamedTuple):
    """The output options, checked. `columns` None: the query's own; [] : all of them, in tables too."""

    format: str
    path: str | None
    columns: list[str] | None = None
    sort: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None
    header: bool = True
    null: str = ""
    vertical: bool = False
    with_source: bool = False
    exit_status: bool = False
    lang: str = "zh"
    pager: str | None = None
    excel: bool = False
    sources: str | None = None

    @classmethod
    def read(
        cls,
        format: Format = None,
        output: File = None,
        columns: _Columns = None,
        sort: _Sort = None,
        excel: _Excel = False,
        sources: _Sources = None,
        limit: _Limit = None,
        no_header: _NoHeader = False,
        null: _Null = None,
        vertical: _Vertical = False,
        with_source: _WithSource = False,
        pager: _Pager = False,
        exit_status: _ExitStatus = False,
    ) -> Output:
        """Return the options that a lookup has; UsageError for what makes no sense."""
        path = None if output == "-" else output or None
        sources = sources or None
        if sources is not None and path is not None and os.path.realpath(path) == os.path.realpath(sources):
            raise UsageError(_("-o and --sources are the same file"))
        name = _excel_format(format, path) if excel else format
        named = None if columns is None else _split("--columns", columns)
        keys = [] if sort is None else _split("--sort", sort)
        if sources is not None:
            _choose_format(None, sources)
        return cls(
            format=_choose_format(name, path),
            path=path,
            columns=[] if named == ["all"] else named,
            sort=tuple((key.removeprefix("-"), key.startswith("-")) for key in keys),
            limit=_read_limit(limit),
            header=not no_header,
            null=null or "",
            vertical=vertical,
            with_source=with_source,
            exit_status=exit_status,
            lang=language() if path is None else wished(),
            pager=pager_command(pager) if path is None and name in (None, "table") else None,
            excel=excel,
            sources=sources,
        )

    @property
    def shape(self) -> Shape:
        """Return what of the answer depends on the output."""
        return Shape(
            columns=self.columns,
            sort=self.sort,
            limit=self.limit,
            lang=self.lang,
            plain=formats.plain(self.format),
        )

    @property
    def beside(self) -> Output:
        """Return the options of the sources that go into a file of their own."""
        assert self.sources is not None
        return self._replace(format=_choose_format(None, self.sources), path=self.sources, with_source=False)

    @property
    def utf8(self) -> bool:
        """Tell whether the output is UTF-8 by its nature: JSON, what says so inside, CSV with a byte order mark."""
        return self.excel or self.format in _UTF8

    @property
    def drawn(self) -> bool:
        """Tell whether a command may draw a card or a matrix of its own in place of a table."""
        return self.columns is None and not self.vertical and not self.sort

    def options(self, out: TextIO) -> formats.Options:
        """Return the options as the formats want them, for one stream."""
        width, color, tty = None, False, False
        if self.format in ("table", "svg"):
            tty, width, color = look(out)
            # FORCE_COLOR is meant for the terminal behind a pipe.
            color = color and self.path is None
        return formats.Options(
            header=self.header,
            null=self.null,
            vertical=self.vertical,
            with_source=self.with_source,
            lang=self.lang,
            width=width,
            color=color,
            tty=tty,
            excel=self.excel,
        )


class Listing(Output):
    """The few output options that listings have."""

    @classmethod
    def read(  # type: ignore[override]
        cls,
        format: Format = None,
        output: File = None,
        no_header: _NoHeader = False,
        null: _Null = None,
        vertical: _Vertical = False,
    ) -> Output:
        """Return these options; UsageError for what makes no sense."""
        return Output.read(format=format, output=output, no_header=no_header, null=null, vertical=vertical)


def read_seconds(text: str | None) -> float:
    """Return the value of --timeout, or what holds without it."""
    if text is None:
        return TIMEOUT
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < 1e6:
        raise UsageError(_("--timeout must be a number of seconds above 0, not {text}").format(text=text))
    return value


def _excel_format(format_: str | None, path: str | None) -> str:
    if format_ not in (None, "csv"):
        raise UsageError(_("--excel is CSV and contradicts -f {format}").format(format=format_))
    if path is not None and formats.by_extension(path) not in (None, "csv"):
        raise UsageError(_("--excel is CSV and contradicts the extension of {path}").format(path=path))
    return "csv"


def _split(name: str, text: str) -> list[str]:
    items = [item.strip() for item in text.replace("，", ",").split(",")]
    if not all(item.removeprefix("-") for item in items):
        raise UsageError(_("{name} has an empty column name: {text!r}").format(name=name, text=text))
    return items


def _read_limit(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal():
        raise UsageError(_("--limit must be a whole number from 0, not {text}").format(text=text))
    digits = text.lstrip("0") or "0"
    # More rows than the database can count is no limit.
    return int(digits) if len(digits) <= 18 else None


def _choose_format(name: str | None, path: str | None) -> str:
    """Return the format by its name, by the file's extension, else a table on a terminal and CSV elsewhere."""
    extension = os.path.splitext(path or "")[1].lower()
    if formats.PICTURE in (name, extension[1:]):
        # What is no picture refuses it when it is written.
        if name not in (None, formats.PICTURE) or (path is not None and formats.by_extension(path)):
            raise UsageError(_("-f {name} contradicts the extension of {path}").format(name=name, path=path))
        return formats.PICTURE
    known = ", ".join(formats.names())
    if name is not None and name not in formats.names():
        raise UsageError(_("unknown format {name}; known: {known}").format(name=name, known=known))
    terminal = sys.stdout is not None and sys.stdout.isatty()
    if path is None:
        chosen = name or ("table" if terminal else "csv")
        if formats.load(chosen).BINARY and terminal:
            raise UsageError(_("{chosen} cannot go to a terminal: use -o FILE").format(chosen=chosen))
        return chosen
    if name is not None and extension in formats.load(name).EXTENSIONS:
        return name
    by_path = formats.by_extension(path)
    if name is None and by_path is None:
        raise UsageError(
            _("the extension of {path} tells no format: choose one with -f ({known})").format(
                path=path, known=known
            )
        )
    if name is not None and by_path is not None:
        raise UsageError(_("-f {name} contradicts the extension of {path}").format(name=name, path=path))
    return name or str(by_path)
