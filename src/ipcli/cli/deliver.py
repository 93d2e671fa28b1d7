"""A result on its way out: to stdout or a file, cut where the user said, with what stdout does not show on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TextIO

from ipcli import errors
from ipcli.cli.options import Output, destination
from ipcli.i18n import _, language
from ipcli.model import Result, Row, Text
from ipcli.output import formats

Draw = Callable[[Result, TextIO, formats.Options], int]


def deliver(result: Result, output: Output, draw: Draw | None = None) -> int:
    """Write a result, tell what it does not show, and return the exit code; see `write`."""
    count = write(result, output, draw)
    _narrate(count, result.more)
    _confirm(count, result.release, output)
    for notice in result.notices:
        print(f"ipcli: {notice}", file=sys.stderr)
    return errors.QUERY_FAILED if output.exit_status and not count else errors.OK


def write(result: Result, output: Output, draw: Draw | None = None) -> int:
    """Write a result and return the number of rows; `draw` takes the place of the format's own way to write."""
    if output.columns is not None:
        result.chosen = True
    if result.copy is None:
        result.rows = _cut(result, result.rows, output.limit)
    writer = formats.load(output.format)
    draw = draw or writer.write
    with _beside(result, output) as write_sources:
        with (
            _narrated(result, output),
            destination(output.path, binary=writer.BINARY, utf8=output.utf8) as out,
        ):
            options = output.options(out)
            if output.pager is not None:
                from ipcli.output.pager import paged

                with paged(output.pager) as pages:
                    count = draw(result, pages, options)
            else:
                count = draw(result, out, options)
        write_sources()
    return count


@contextmanager
def _beside(result: Result, output: Output) -> Iterator[Callable[[], object]]:
    """Open the file of the sources before a row goes out; the call writes those that the rows have cited."""
    if output.sources is None:
        yield lambda: None
        return
    from ipcli.output.sources import Collector

    collector = Collector(result)
    beside = output.beside()
    writer = formats.load(beside.format)
    with destination(beside.path, binary=writer.BINARY) as out:
        yield lambda: writer.write(collector.result(), out, beside.options(out))


def _narrated(result: Result, output: Output) -> AbstractContextManager[None]:
    """Tell a terminal of a long output that goes elsewhere how far it is."""
    seen = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    if not seen or (output.path is None and sys.stdout is not None and sys.stdout.isatty()):
        return nullcontext()
    # Late: most outputs have nobody to see it.
    from ipcli.output import progress

    passed = progress.Progress()
    if result.copy is not None and formats.plain(output.format):
        copy = result.copy
        result.copy = lambda form, out: copy(form, passed.measured(out))
    else:
        result.rows = passed.counted(result.rows)
    return progress.shown(passed)


def _cut(result: Result, rows: Iterator[Row], limit: int | None) -> Iterator[Row]:
    """Yield the first rows of a result, which tells whether there were more."""
    for number, row in enumerate(rows):
        if number == limit:
            result.more = True
            return
        yield row


def _narrate(count: int, more: bool) -> None:
    """Say on stderr what stdout does not show."""
    if more:
        everything = " ".join(["ipcli", *map(_quoted, _without_limit(sys.argv[1:]))])
        rows = "row" if count == 1 else f"{count} rows"
        message = _("only the first {rows}; all: {everything}").format(
            rows=rows, everything=everything, count=count
        )
    elif not count and sys.stderr is not None and sys.stderr.isatty():
        message = _("no rows match")
    else:
        return
    print(message, file=sys.stderr)


def _confirm(count: int, release: str | None, output: Output) -> None:
    """Tell a terminal what went into which file, and of which data."""
    if output.path is None or sys.stderr is None or not sys.stderr.isatty():
        return
    files = ", ".join(filter(None, (output.path, output.sources)))
    rows = Text(f"{count:,} 行", "1 row" if count == 1 else f"{count:,} rows")
    data = Text(f" · 数据 {release}", f" · data {release}") if release else Text("", "")
    lang = language()
    print(f"{files}: {rows.get(lang)}{data.get(lang)}", file=sys.stderr)


def _quoted(arg: str) -> str:
    """An argument as a shell reads it; unlike shlex, letters of all scripts need no quotes."""
    if arg and all(character.isalnum() or character in "@%+=:,./-_" for character in arg):
        return arg
    return "'" + arg.replace("'", "'\"'\"'") + "'"


def _without_limit(args: list[str]) -> list[str]:
    kept = []
    skip = False
    for arg in args:
        if not skip and arg != "--limit" and not arg.startswith("--limit="):
            kept.append(arg)
        skip = arg == "--limit" and not skip
    return kept
