"""A result on its way out: to stdout or a file, cut where the user said, with what stdout does not show on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TextIO

from ipcli import errors
from ipcli.cli.options import Output, destination, refuse
from ipcli.i18n import _, language
from ipcli.model import Result, Row, Text
from ipcli.output import formats


def deliver(
    result: Result,
    output: Output,
    draw: Callable[[Result, TextIO, formats.Options], int] | None = None,
    inputs: Iterable[str] = (),
) -> int:
    """Write a result and return the exit code. Ask the engine for `output.rows()` rows: one more tells of more.

    `draw` takes the place of the format's own way to write; the output never replaces one of the `inputs`.
    """
    if output.columns is not None:
        result.chosen = True
    cut = _Cut(result.rows, output.limit)
    result.rows = iter(cut)
    write, binary = draw, False
    if write is None:
        if output.format == formats.PICTURE:
            refuse(_("a picture shows all of it: leave out --columns, --sort and --vertical"))
        writer = formats.load(output.format)
        write, binary = writer.write, writer.BINARY
    try:
        with _beside(result, output) as write_sources:
            with (
                _narrated(result, output),
                destination(output.path, binary=binary, utf8=output.utf8, inputs=inputs) as out,
            ):
                options = output.options(out)
                if output.pager is not None:
                    from ipcli.output.stream import paged

                    with paged(output.pager) as pages:
                        count = write(result, pages, options)
                else:
                    count = write(result, out, options)
            write_sources()
    finally:
        if result.printed is not None:
            result.printed.close()
    _narrate(count, cut.more)
    _confirm(count, result.release, output)
    for notice in result.notices:
        print(f"ipcli: {notice}", file=sys.stderr)
    return errors.QUERY_FAILED if output.exit_status and not count else errors.OK


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


def _narrated(result: Result, output: Output) -> AbstractContextManager[object]:
    """Tell a terminal of a long output that goes elsewhere how far it is."""
    seen = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    if not seen or (output.path is None and sys.stdout is not None and sys.stdout.isatty()):
        return nullcontext()
    # Late: most outputs have nobody to see it.
    from ipcli.output.stream import Progress

    passed = Progress()
    result.rows = passed.counted(result.rows)
    if result.printed is not None:
        result.printed.watch(passed.measured)
    return passed


class _Cut:
    """The first rows of a stream; `more` tells afterwards whether rows were left out."""

    def __init__(self, rows: Iterator[Row], limit: int | None) -> None:
        self._rows = rows
        self._limit = limit
        self.more = False

    def __iter__(self) -> Iterator[Row]:
        if self._limit is None:
            yield from self._rows
            return
        for number, row in enumerate(self._rows):
            if number == self._limit:
                self.more = True
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
