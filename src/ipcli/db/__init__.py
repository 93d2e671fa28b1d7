"""The database: open, lock, run, time out, serialise. Nobody else runs SQL.

Here is what needs no library: quoting for SQL, the beginning of opening a database before it is asked for, and the watch
over calls. Ctrl-C, SIGTERM and deadlines: one thread of the process waits for them, and stops the call that runs.

Amid a call into the library no Python runs on its thread, and an exception from a signal handler would end in the
library. So the handlers only note the signal while a call runs, the thread learns of it through the wake-up
descriptor, interrupts the call, and the signal is raised when that has ended.

A deadline also holds for what Python does with the rows (`Watch.drawing`). Outside of calls only the time that the
process computes counts: what reads its output may take as long as it likes.
"""

from __future__ import annotations

import _thread
import os
import select
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import Any, TypeVar

from ipcli import errors
from ipcli.errors import LimitReached, OutputError, Terminated, UsageError
from ipcli.i18n import _, ngettext, why

# The memory that the library may take for one database.
MEMORY = "1GB"
# How long an interrupted call may take to end before the process is left, and how often it is interrupted again: an
# interrupt that comes between two statements is lost.
_GRACE = 5.0
_AGAIN = 0.05
# Sent to ourselves when the time is up amid drawing; None where there is no such signal.
_ALARM: signal.Signals | None = getattr(signal, "SIGALRM", None)

# Seconds that calls may take where nobody asked for a limit: what a database from elsewhere computes may have no end.
patience = 60.0
# The signals that end the process: it cleans up before that. Not SIGALRM, which is used. Windows has few of them.
_ENDING = [
    number
    for name in ("INT", "TERM", "HUP", "QUIT", "USR1", "USR2", "VTALRM", "XCPU")
    if (number := getattr(signal, f"SIG{name}", None))
]
# The exit code beside the number of the signal: 143 for SIGTERM.
SIGNALLED = 128
# A database that did not come with the program and was opened, if there is one.
foreign: str | None = None

_running: list[Watch] = []
_drawing: list[Watch] = []
# The signal that was raised last; 0 if there was none. The library may end with an error of its own instead.
raised = 0
# The descriptors of the thread: it reads from the first, the second wakes it.
_pipe: tuple[int, int] | None = None
_starting = threading.Lock()
# The thread that opens a database, the path of that, and what has come of it.
_opening: tuple[threading.Thread, str, list[Any]] | None = None
_Opened = TypeVar("_Opened")


def quote_name(name: str) -> str:
    """Return a name as SQL writes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Return a text as SQL writes it, whatever is in it."""
    return "'" + text.replace("'", "''") + "'"


def check_utf8(value: Any) -> None:
    """Refuse a text with bytes that are no UTF-8: what the library says to them differs between its releases. UsageError."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            message = _("an argument is no text in UTF-8")
            raise UsageError(message) from None
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            check_utf8(part)


def open_ahead(path: str, connect: Callable[[], Any]) -> None:
    """Begin to open the database at `path`, by `connect`, on a thread of its own; `take_opened` waits for it.

    Loading the library and opening the file takes as long as loading Typer, and lets go of the interpreter's lock.
    """
    global _opening
    opened: list[Any] = []

    def work() -> None:
        # Whoever wants it tries again, and tells what is wrong; not where that took its time.
        try:
            opened.append(connect())
        except LimitReached as error:
            opened.append(error)
        except Exception:
            return

    thread = threading.Thread(target=work, daemon=True)
    # Without a thread it is opened when it is wanted.
    with suppress(RuntimeError):
        thread.start()
        _opening = (thread, path, opened)


def take_opened(path: str, kind: type[_Opened]) -> _Opened | None:
    """Return what was opened ahead at `path` if it is of this kind, for one caller; None if there is no such thing.

    LimitReached if it took too long.
    """
    global _opening
    if _opening is None or _opening[1] != path:
        return None
    thread, _path, opened = _opening
    _opening = None
    thread.join()
    if opened and isinstance(opened[0], LimitReached):
        raise opened[0]
    return opened[0] if opened and isinstance(opened[0], kind) else None


@contextmanager
def scratch() -> Iterator[str]:
    """Give a temporary folder, which goes away even if the process is told to end. OutputError if there is none."""
    catch_signals()
    try:
        folder = tempfile.TemporaryDirectory(prefix="ipcli-", ignore_cleanup_errors=True)
    except OSError as error:
        message = _("no temporary folder can be made: {reason}")
        raise OutputError(message.format(reason=why(error))) from error
    with folder as name:
        yield name


class Watch:
    """Watches over the calls of one statement: each call runs in a `with` block of it.

    `interrupt` stops the call that runs; `timeout`, in seconds from now, holds for all calls together, where there is
    none `patience` holds for each; `translate` turns errors of the library into ours. KeyboardInterrupt, Terminated or
    LimitReached is raised at the end of the block.
    """

    def __init__(
        self,
        interrupt: Callable[[], object],
        timeout: float | None = None,
        translate: Callable[[Exception], Exception] | None = None,
    ) -> None:
        """See the class."""
        self.interrupt = interrupt
        self.deadline = None if timeout is None else time.monotonic() + timeout
        self.signal = 0
        self.main = False
        # When the call was first interrupted.
        self.stopped: float | None = None
        # The time, and that of the processor, when the last call ended or its rows began to be written.
        self._paused: tuple[float, float] | None = None
        self._timeout = timeout
        self._translate = translate

    def __enter__(self) -> Watch:
        """Begin a call. LimitReached if the time is up already."""
        if self._timeout is None:
            self.deadline, self._paused = time.monotonic() + patience, None
        else:
            self.resume()
        if self.deadline is not None and time.monotonic() >= self.deadline:
            raise self.limit()
        self.main = threading.current_thread() is threading.main_thread()
        _running.append(self)
        if self.deadline is not None:
            _wake()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the call, and raise why it was stopped or what went wrong."""
        self.pause()
        _running.remove(self)
        if self.signal:
            number, self.signal = self.signal, 0
            _raise(number)
        if self.stopped is not None:
            raise self.limit() from error
        if self._translate is not None and isinstance(error, Exception):
            ours = self._translate(error)
            if ours is not error:
                raise ours from error

    def pause(self) -> None:
        """From now on time counts only as far as the process computes."""
        self._paused = (time.monotonic(), time.process_time())

    def resume(self) -> None:
        """From now on all time counts."""
        self.deadline, self._paused = self.due(), None

    def due(self) -> float | None:
        """Return when the time is up, as far as is known now."""
        paused = self._paused
        if self.deadline is None or paused is None:
            return self.deadline
        return self.deadline + max(0.0, (time.monotonic() - paused[0]) - (time.process_time() - paused[1]))

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Have the deadline hold for all of the block, on the main thread: LimitReached may come anywhere in it."""
        if self.deadline is None or _ALARM is None:
            yield
            return
        signal.signal(_ALARM, handle)
        _drawing.append(self)
        _wake()
        try:
            yield
        finally:
            _drawing.remove(self)

    def limit(self) -> LimitReached:
        """Return the error for a call that took too long."""
        seconds = patience if self._timeout is None else self._timeout
        return LimitReached(
            ngettext(
                "the query took more than {limit} second and was stopped",
                "the query took more than {limit} seconds and was stopped",
                1 if seconds == 1 else 2,
            ).format(limit=f"{seconds:g}")
        )


def catch_signals() -> None:
    """Have Ctrl-C raise KeyboardInterrupt and other signals raise Terminated from now on, amid calls too.

    Until then they end the process at once (see `__main__`). Signals that the parent told us to ignore, and those for
    which somebody else has a handler, stay as they are. Only the main thread can do this.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    ours = False
    for number in _ENDING:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, handle)
            ours = True
    if ours:
        signal.set_wakeup_fd(_start()[1], warn_on_full_buffer=False)


def handle(number: int, _frame: FrameType | None) -> None:
    """Note a signal that comes amid a call, for the thread to stop that; raise it otherwise."""
    for call in _running:
        if call.main:
            call.signal = number
            return
    _raise(number)


def _raise(number: int) -> None:
    global raised
    if number == _ALARM:
        if _drawing:
            raise _drawing[-1].limit()
        return
    raised = number
    raise KeyboardInterrupt if number == signal.SIGINT else Terminated(SIGNALLED + number)


def _start() -> tuple[int, int]:
    """Start the thread if it does not run yet; return its descriptors."""
    global _pipe
    with _starting:
        if _pipe is None:
            if os.name == "nt":
                import socket

                # There only sockets can be waited for.
                ends = [end.detach() for end in socket.socketpair()]
                pipe = (ends[0], ends[1])
            else:
                pipe = os.pipe()
            os.set_blocking(pipe[1], False)
            threading.Thread(target=_wait, args=(pipe[0],), daemon=True).start()
            _pipe = pipe
        return _pipe


def _wake() -> None:
    """Have the thread look at the deadlines again."""
    # It may not have read yet what woke it before.
    with suppress(BlockingIOError):
        os.write(_start()[1], b"\0")


def _wait(descriptor: int) -> None:
    """Wait for signals and deadlines for as long as the process runs."""
    while True:
        ready, *_rest = select.select([descriptor], [], [], _patience())
        for number in os.read(descriptor, 512) if ready else b"":
            for call in tuple(_running):
                if call.main and number in _ENDING:
                    call.signal = number
        now = time.monotonic()
        for call in tuple(_running):
            due = call.due()
            if call.signal or (due is not None and now >= due):
                call.stopped = call.stopped or now
                if now - call.stopped > _GRACE:
                    _end_process(call)
                # Its connection may have been closed meanwhile.
                with suppress(Exception):
                    call.interrupt()
        for drawn in tuple(_drawing):
            due = drawn.due()
            if drawn not in _running and due is not None and now >= due:
                if drawn.stopped is None and _ALARM is not None:
                    drawn.stopped = now
                    _thread.interrupt_main(_ALARM)
                elif now - (drawn.stopped or now) > _GRACE:
                    _end_process(drawn)


def _patience() -> float | None:
    """Return for how many seconds nothing will have to be done; None if for ever."""
    calls = (*_running, *_drawing)
    if any(call.stopped is not None for call in calls):
        return _AGAIN
    deadlines = [due for due in (call.due() for call in calls) if due is not None]
    # What waits for its reader is not due yet when it seemed to be.
    return max(_AGAIN, min(deadlines) - time.monotonic()) if deadlines else None


def _end_process(call: Watch) -> None:
    """End the process at once: what `call` watches, a call of the library or drawing, did not stop when told to."""
    if call.signal:
        os._exit(SIGNALLED + call.signal)
    if sys.stderr is not None:
        print(f"ipcli: {call.limit()}", file=sys.stderr, flush=True)
    os._exit(errors.LIMIT)
