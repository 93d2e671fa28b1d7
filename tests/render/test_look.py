"""Width and colour come from the environment and the stream, in that order."""

from __future__ import annotations

import io
import os
import pty

import pytest

from ipcli.output.stream import look


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"COLUMNS": "120"}, (True, 120, True)),
        ({"COLUMNS": "120", "NO_COLOR": "1"}, (True, 120, False)),
        ({"COLUMNS": "120", "NO_COLOR": "", "TERM": "xterm"}, (True, 120, True)),
        ({"COLUMNS": "120", "TERM": "dumb"}, (True, 120, False)),
        ({"COLUMNS": "120", "TERM": "dumb", "FORCE_COLOR": "1"}, (True, 120, True)),
        ({"COLUMNS": "120", "NO_COLOR": "1", "FORCE_COLOR": "1"}, (True, 120, False)),
    ],
)
def test_terminal(environ: dict[str, str], expected: tuple[bool, int, bool]) -> None:
    assert look(Terminal(), environ) == expected


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, (False, None, False)),
        ({"COLUMNS": "90"}, (False, 90, False)),
        ({"COLUMNS": "0"}, (False, None, False)),
        ({"COLUMNS": "many"}, (False, None, False)),
        ({"FORCE_COLOR": "1"}, (False, None, True)),
        ({"FORCE_COLOR": "0"}, (False, None, False)),
    ],
)
def test_not_a_terminal(environ: dict[str, str], expected: tuple[bool, int | None, bool]) -> None:
    assert look(io.StringIO(), environ) == expected


def test_the_size_of_the_stream_itself() -> None:
    import fcntl
    import struct
    import termios

    leader, follower = pty.openpty()
    try:
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 77, 0, 0))
        with os.fdopen(follower, "w") as out:
            assert look(out, {}) == (True, 77, True)
    finally:
        os.close(leader)
