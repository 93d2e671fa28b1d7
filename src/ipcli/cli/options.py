"""The output options that commands share; and a result on its way out by them, to stdout or a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Annotated, NamedTuple, TextIO

import typer

from ipcli import errors
from ipcli.api import Shape
from ipcli.cli import line
from ipcli.errors import UsageError
from ipcli.i18n import N_, _, choose_language, language, ngettext
from ipcli.model import Result, Row
from ipcli.output import formats
from ipcli.output.stream import Progress, Screen, destination, knows_links, look, pager_command, say, tell

Draw = Callable[[Result, TextIO, formats.Options], int]

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
Format = Annotated[
    str | None,
    typer.Option("--format", "-f", metavar="FORMAT", help=N_("Output format: {formats}")),
]
Json = Annotated[bool, typer.Option("--json", help=N_("The same as -f json"))]
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
_NoNotes = Annotated[bool, typer.Option("--no-notes", help=N_("No notes under tables"))]
_NoSources = Annotated[bool, typer.Option("--no-sources", help=N_("No list of sources under tables"))]
_Pager = Annotated[
    bool | None,
    typer.Option(
        "--pager/--no-pager",
        help=N_(
            "A pager for all tables, for none; else for what is taller than the screen (IPCLI_PAGER, PAGER)"
        ),
    ),
]
_ExitStatus = Annotated[bool, typer.Option("--exit-status", help=N_("Exit with 1 if there are no rows"))]

# Formats that say or imply that they are UTF-8.
_UTF8 = ("html", "json", "jsonl", "svg")


class Output(NamedTuple):
    """The output options, checked: where to, what of the answer (`shape`), and how it is written (`style`)."""

    format: str
    path: str | None
    shape: Shape
    style: formats.Options
    exit_status: bool = False
    pager: str | None = None
    always_paged: bool = False
    sources: str | None = None

    @classmethod
    def read(
        cls,
        format: Format = None,
        json: Json = False,
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
        no_notes: _NoNotes = False,
        no_sources: _NoSources = False,
        pager: _Pager = None,
        exit_status: _ExitStatus = False,
    ) -> Output:
        """Return the options that a lookup has; UsageError for what makes no sense."""
        path = None if output == "-" else output or None
        if json and format not in (None, "json"):
            raise UsageError(_("--json contradicts -f {format}").format(format=format))
        format = "json" if json else format
        sources = sources or None
        if sources is not None and path is not None and os.path.realpath(path) == os.path.realpath(sources):
            raise UsageError(_("-o and --sources are the same file"))
        name = _check_excel(format, path) if excel else format
        named = None if columns is None else _split("--columns", columns)
        keys = [] if sort is None else _split("--sort", sort)
        if sources is not None:
            _choose_format(None, sources)
        chosen = _choose_format(name, path)
        lang = language() if path is None else choose_language()
        return cls(
            chosen,
            path,
            Shape(
                columns=[] if named == ["all"] else named,
                sort=tuple((key.removeprefix("-"), key.startswith("-")) for key in keys),
                limit=_read_limit(limit),
                lang=lang,
                plain=formats.plain(chosen),
            ),
            formats.Options(
                header=not no_header,
                null=null or "",
                vertical=vertical,
                with_source=with_source,
                lang=lang,
                excel=excel,
                notes=not no_notes,
                sources=not no_sources,
            ),
            exit_status=exit_status,
            pager=pager_command(pager) if path is None and name in (None, "table") else None,
            always_paged=bool(pager),
            sources=sources,
        )

    @property
    def drawn(self) -> bool:
        """Tell whether a command may draw a card or a matrix of its own in place of a table."""
        return self.shape.columns is None and not self.style.vertical and not self.shape.sort

    def options(self, out: TextIO) -> formats.Options:
        """Return how to write to a stream."""
        if self.format not in ("table", "svg"):
            return self.style
        tty, width, color = look(out)
        # FORCE_COLOR is meant for the terminal behind a pipe.
        color = color and self.path is None
        return self.style._replace(tty=tty, width=width, color=color, links=color and knows_links(out))


class Listing(Output):
    """The few output options that listings have."""

    @classmethod
    def read(  # type: ignore[override]
        cls,
        format: Format = None,
        json: Json = False,
        output: File = None,
        no_header: _NoHeader = False,
        null: _Null = None,
        vertical: _Vertical = False,
    ) -> Output:
        """Return these options; UsageError for what makes no sense."""
        return Output.read(
            format=format, json=json, output=output, no_header=no_header, null=null, vertical=vertical
        )


def _check_excel(name: str | None, path: str | None) -> str:
    if name not in (None, "csv"):
        raise UsageError(_("--excel is CSV and contradicts -f {format}").format(format=name))
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
    names = formats.names()
    known = ", ".join(names)
    if name is not None and name not in (*names, formats.PICTURE):
        raise UsageError(_("unknown format {name}; known: {known}").format(name=name, known=known))
    if path is None:
        terminal = sys.stdout is not None and sys.stdout.isatty()
        chosen = name or ("table" if terminal else "csv")
        if terminal and chosen != formats.PICTURE and formats.load(chosen).BINARY:
            raise UsageError(_("{chosen} cannot go to a terminal: use -o FILE").format(chosen=chosen))
        return chosen
    picture = os.path.splitext(path)[1].lower() == f".{formats.PICTURE}"
    by_path = formats.PICTURE if picture else formats.by_extension(path)
    if name is None and by_path is None:
        raise UsageError(
            _("the extension of {path} tells no format: choose one with -f ({known})").format(
                path=path, known=known
            )
        )
    if name is not None and by_path not in (None, name):
        raise UsageError(_("-f {name} contradicts the extension of {path}").format(name=name, path=path))
    return name or str(by_path)


def deliver(result: Result, output: Output, draw: Draw | None = None) -> int:
    """Write a result, tell what it does not show, and return the exit code; see `write`."""
    count = write(result, output, draw)
    _tell_rows(count, result.more)
    _confirm(count, result.release, output)
    for notice in result.notices:
        say(notice)
    return errors.QUERY_FAILED if output.exit_status and not count else errors.OK


def write(result: Result, output: Output, draw: Draw | None = None) -> int:
    """Write a result and return the number of rows; `draw` takes the place of the format's own way to write."""
    if output.shape.columns is not None:
        result.chosen = True
    if result.copy is None:
        result.rows = _cut(result, result.rows, output.shape.limit)
    binary = False
    if draw is None:
        if output.format == formats.PICTURE:
            raise UsageError(_("pictures (svg) are for chart and matrix, and show all of them"))
        writer = formats.load(output.format)
        draw, binary = writer.write, writer.BINARY
    utf8 = output.style.excel or output.format in _UTF8
    drawn = output.format in ("table", formats.PICTURE)
    # Of a file whose name says nothing of a format, nobody knows whether it is one that may be replaced.
    fresh = output.format != formats.PICTURE and not formats.by_extension(output.path or "x.csv")
    with _write_sources_beside(result, output) as write_sources:
        with (
            _show_progress(result, output),
            destination(output.path, binary=binary, utf8=utf8, drawn=drawn, fresh=fresh) as out,
            result.drawing(),
        ):
            # What the screen does not hold goes to a pager, which shows links only in its newer versions.
            screen = None if output.pager is None else Screen(out, output.pager, output.always_paged)
            count = draw(result, screen or out, output.options(out))
            if screen is not None:
                screen.show()
        write_sources()
    return count


@contextmanager
def _write_sources_beside(result: Result, output: Output) -> Iterator[Callable[[], object]]:
    """Open the file of the sources before a row goes out; the call writes those that the rows have cited."""
    if output.sources is None:
        yield lambda: None
        return
    from ipcli.output.sources import Collector

    collector = Collector(result)
    name = _choose_format(None, output.sources)
    writer = formats.load(name)
    beside = output._replace(format=name, path=output.sources, style=output.style._replace(with_source=False))
    with destination(beside.path, binary=writer.BINARY) as out:
        yield lambda: writer.write(collector.result(), out, beside.options(out))


def _show_progress(result: Result, output: Output) -> AbstractContextManager[object]:
    """Show a terminal how far a long output is that goes elsewhere."""
    seen = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    if not seen or (output.path is None and sys.stdout is not None and sys.stdout.isatty()):
        return nullcontext()
    progress = Progress()
    if result.copy is not None and output.shape.plain:
        copy = result.copy
        result.copy = lambda form, out: copy(form, progress.measure(out))
    else:
        result.rows = progress.count_rows(result.rows)
    return progress


def _cut(result: Result, rows: Iterator[Row], limit: int | None) -> Iterator[Row]:
    """Yield the first rows of a result, which tells whether there were more."""
    for number, row in enumerate(rows):
        if number == limit:
            result.more = True
            return
        yield row


def _tell_rows(count: int, more: bool) -> None:
    """Say on stderr what stdout does not show."""
    if more:
        everything = " ".join(["ipcli", *map(_quote, line.current.without("--limit"))])
        message = ngettext(
            "only the first row; all: {command}", "only the first {count} rows; all: {command}", count
        )
        tell(message.format(count=count, command=everything))
    elif not count and sys.stderr is not None and sys.stderr.isatty():
        tell(_("no rows match"))


def _confirm(count: int, release: str | None, output: Output) -> None:
    """Tell a terminal what went into which file, and of which data."""
    if output.path is None or sys.stderr is None or not sys.stderr.isatty():
        return
    files = ", ".join(filter(None, (output.path, output.sources)))
    rows = ngettext("{count:,} row", "{count:,} rows", count).format(count=count)
    data = _(" · data {release}").format(release=release) if release else ""
    tell(f"{files}: {rows}{data}")


def _quote(arg: str) -> str:
    """Return an argument as a shell reads it; unlike shlex, letters of all scripts need no quotes."""
    if arg and all(character.isalnum() or character in "@%+=:,./-_" for character in arg):
        return arg
    return "'" + arg.replace("'", "'\"'\"'") + "'"
