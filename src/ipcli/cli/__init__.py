"""The command line. Here: how signals end a command that has something to clean up."""

from __future__ import annotations

import signal
from types import FrameType
from typing import NoReturn


class Terminated(BaseException):
    """SIGTERM has come: clean up and leave."""


def catch_signals() -> None:
    """From now on Ctrl-C raises KeyboardInterrupt and SIGTERM raises Terminated.

    Until this is called both end the process at once (see `__main__`). Signals that the parent told us
    to ignore stay ignored.
    """
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN:
        signal.signal(signal.SIGTERM, _terminate)


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated
