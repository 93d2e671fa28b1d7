"""A result on its way out: to stdout or a file, cut where the user said, with what stdout does not show on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TextIO

from ipcli import errors, paths
from ipcli.cli import line
from ipcli.cli.options import Output
from ipcli.errors import UsageError
from ipcli.i18n import _, ngettext
from ipcli.model import Result, Row
from ipcli.output import formats
from ipcli.output.stream import Progress, destination, open_pager, say

Draw = Callable[[Result, TextIO, formats.Options], int]


def deliver(
    result: Result, output: Output, draw: Draw | None = None, inputs: Sequence[str | None] = (None,)
) -> int:
    """Write a result, tell what it does not show, and return the exit code; see `write`."""
    count = write(result, output, draw, inputs)
    _tell_rows(count, result.more)
    _confirm(count, result.release, output)
    for notice in result.notices:
        say(notice)
    return errors.QUERY_FAILED if output.exit_status and not count else errors.OK


def write(
    result: Result, output: Output, draw: Draw | None = None, inputs: Sequence[str | None] = (None,)
) -> int:
    """Write a result and return the number of rows.

    `draw` takes the place of the format's own way to write; `inputs` are files that the command reads, the first the
    database (None without --db): the output is written over none of them.
    """
    if output.columns is not None:
        result.chosen = True
    if result.copy is None:
        result.rows = _cut(result, result.rows, output.limit)
    binary = False
    if draw is None:
        if output.format == formats.PICTURE:
            raise UsageError(_("pictures (svg) are for chart and matrix, and show all of them"))
        writer = formats.load(output.format)
        draw, binary = writer.write, writer.BINARY
    read = [str(paths.database(inputs[0])), *map(str, inputs[1:])]
    with _write_sources_beside(result, output, read) as write_sources:
        with (
            _show_progress(result, output),
            destination(output.path, binary=binary, utf8=output.utf8, inputs=read) as out,
        ):
            options = output.options(out)
            if output.pager is not None:
                with open_pager(output.pager) as pages:
                    count = draw(result, pages, options)
            else:
                count = draw(result, out, options)
        write_sources()
    return count


def deliver_card(result: Result, output: Output, inputs: Sequence[str | None] = (None,)) -> int:
    """Write a result as a card where it would be a table of the usual columns, else as `deliver` does."""
    if output.format != "table" or not output.drawn:
        return deliver(result, output, inputs=inputs)
    from ipcli.output import card

    return deliver(result, output, card.write, inputs)


@contextmanager
def _write_sources_beside(
    result: Result, output: Output, inputs: Sequence[str]
) -> Iterator[Callable[[], object]]:
    """Open the file of the sources before a row goes out; the call writes those that the rows have cited."""
    if output.sources is None:
        yield lambda: None
        return
    from ipcli.output.sources import Collector

    collector = Collector(result)
    beside = output.beside
    writer = formats.load(beside.format)
    with destination(beside.path, binary=writer.BINARY, inputs=inputs) as out:
        yield lambda: writer.write(collector.result(), out, beside.options(out))


def _show_progress(result: Result, output: Output) -> AbstractContextManager[object]:
    """Show a terminal how far a long output is that goes elsewhere."""
    seen = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    if not seen or (output.path is None and sys.stdout is not None and sys.stdout.isatty()):
        return nullcontext()
    progress = Progress()
    if result.copy is not None and formats.plain(output.format):
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
        print(message.format(count=count, command=everything), file=sys.stderr)
    elif not count and sys.stderr is not None and sys.stderr.isatty():
        print(_("no rows match"), file=sys.stderr)


def _confirm(count: int, release: str | None, output: Output) -> None:
    """Tell a terminal what went into which file, and of which data."""
    if output.path is None or sys.stderr is None or not sys.stderr.isatty():
        return
    files = ", ".join(filter(None, (output.path, output.sources)))
    rows = ngettext("{count:,} row", "{count:,} rows", count).format(count=count)
    data = _(" · data {release}").format(release=release) if release else ""
    print(f"{files}: {rows}{data}", file=sys.stderr)


def _quote(arg: str) -> str:
    """Return an argument as a shell reads it; unlike shlex, letters of all scripts need no quotes."""
    if arg and all(character.isalnum() or character in "@%+=:,./-_" for character in arg):
        return arg
    return "'" + arg.replace("'", "'\"'\"'") + "'"
