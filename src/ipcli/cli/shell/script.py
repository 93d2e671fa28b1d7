"""Statements from a pipe, or from a terminal that can do no more than print."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterator

from ipcli.cli.options import refuse
from ipcli.cli.shell.session import Leave, Session
from ipcli.cli.shell.splitter import Splitter
from ipcli.db import statements
from ipcli.i18n import _, why


def run(session: Session) -> None:
    """Run what comes on standard input; the first error ends it."""
    splitter = Splitter()
    try:
        for line in _lines():
            for text in splitter.feed(line):
                session.do(text)
            if len(splitter.pending) > statements.LONGEST:
                refuse(_("the statement is too long"))
        for text in splitter.rest():
            session.do(text)
    except Leave:
        pass


def _lines() -> Iterator[str]:
    """The lines of standard input as they come, those that never end in pieces."""
    if sys.stdin is None:
        refuse(_("standard input is closed"))
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        while raw := sys.stdin.buffer.readline(statements.LONGEST):
            yield decoder.decode(raw).replace("\r\n", "\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        refuse(_("the SQL is not UTF-8 text"))
    except OSError as error:
        refuse(_("cannot read standard input: {reason}").format(reason=why(error)))
