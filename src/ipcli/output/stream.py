"""Streams: how wide and colourful one is, files written whole or not at all, the pager, progress, messages on stderr.

Imports no Rich: every command passes here.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any, NamedTuple, TextIO, TypeVar

from ipcli import paths
from ipcli.db import catch_signals
from ipcli.errors import OutputError, UsageError
from ipcli.i18n import _, why

T = TypeVar("T")
# The files that this process has written: they may be replaced by what it writes next.
_written: set[str] = set()

# The first version of less that passes links on.
_LINKING = 566
# Control characters, the invisible ones that would reorder or hide text around them, and what is no character at
# all, which XML and HTML refuse. The joiners and selectors that emoji are made of stay.
_CONTROLS = (
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
# What stands for signs on a console without them.
_SIGNS = {
    "≥": ">=", "≤": "<=", "≈": "~", "×": "x", "·": "-", "…": "..", "—": "-", "–": "-", "→": "->", "°": "^",
    "“": '"', "”": '"', "‘": "'", "’": "'", "《": "<", "》": ">", "（": "(", "）": ")", "，": ", ", "、": ", ",
    "；": "; ", "：": ": ", "。": ". ",
}  # fmt: skip


def clean(text: str) -> str:
    r"""Return `text` with control characters as harmless escapes (\x1b, \t, \u202e); line feeds stay."""
    # Compiled at the first use, as most commands have none.
    return re.sub(
        _CONTROLS,
        lambda match: match[0].encode("unicode_escape").decode("ascii"),
        text.replace("\r\n", "\n"),
    )


def writable(text: str, encoding: str) -> str:
    r"""Return `clean(text)` as a console of `encoding` can show it: ≥ as >=, what else it lacks as \u5d02.

    It is made before anything is measured, so that tables stay within their width.
    """
    text = clean(text)
    if not _lacks(text, encoding):
        return text
    signs = "".join(_SIGNS.get(sign, sign) if _lacks(sign, encoding) else sign for sign in text)
    return signs.encode(encoding, "backslashreplace").decode(encoding)


def _lacks(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return True
    except LookupError:
        pass
    return False


def tell(message: str, end: str = "\n") -> None:
    """Print a line for people on stderr, as far as there is a stderr: nothing else prints there.

    Messages repeat what people typed and what data hold: what would steer the terminal is shown as dots, which keep
    marks under their place.
    """
    message = re.sub(_CONTROLS, "·", message)
    with suppress(OSError):
        if sys.stderr is not None:
            if "\n" not in message and sys.stderr.isatty():
                # A terminal would break its lines in the middle of words.
                from ipcli.output.cells import wrap

                message = "\n".join(wrap(message, shutil.get_terminal_size().columns))
            print(message, end=end, file=sys.stderr, flush=True)


def say(message: str) -> None:
    """Print a message on stderr as `ipcli: message`; see `tell`."""
    tell(f"ipcli: {message}")


class _Screen:
    """A terminal as a stream of text, on which nothing steers it; tabs stay, for formats are made of them."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal
        self.encoding = terminal.encoding

    def write(self, text: str) -> int:
        self._terminal.write("\t".join(map(clean, text.split("\t"))))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        self._terminal.flush()


class Look(NamedTuple):
    """How a stream is drawn on: is it a terminal, its width in cells (None: unbounded), and is there colour."""

    tty: bool
    width: int | None
    color: bool


def look(out: TextIO, environ: Mapping[str, str] = os.environ) -> Look:
    """Return how `out` is drawn on. COLUMNS, NO_COLOR, FORCE_COLOR and TERM=dumb are honoured, NO_COLOR above all.

    Off a terminal there is no colour, and no width unless COLUMNS gives one. The terminal is never probed.
    """
    tty = out.isatty()
    columns = environ.get("COLUMNS", "")
    width = int(columns) if columns.isdecimal() and len(columns) < 10 and int(columns) > 0 else None
    if width is None and tty:
        # The size of the stream itself: with `2>file` or a pipe in front, stdin and stderr may lie.
        with suppress(OSError, ValueError):
            width = os.get_terminal_size(out.fileno()).columns or None
        width = width or shutil.get_terminal_size().columns
    if environ.get("NO_COLOR"):
        color = False
    elif environ.get("FORCE_COLOR", "0") not in ("", "0"):
        color = True
    else:
        color = tty and environ.get("TERM") != "dumb"
    return Look(tty, width, color)


@contextmanager
def destination(
    path: str | None,
    *,
    binary: bool,
    utf8: bool = False,
    drawn: bool = False,
    fresh: bool = False,
) -> Iterator[Any]:
    """Give the stream to write to: stdout, or a file that takes its name only when all is written.

    With `utf8`, stdout is UTF-8 whatever the console's encoding, unless it is a terminal. There what would steer it is
    shown as escapes, unless all that is written is `drawn` for a terminal. What is no regular file (a device, a FIFO) is
    written directly. UsageError for a file that was read, for a database, and with `fresh` for one that is there already;
    OutputError if writing fails; a broken pipe is left to `main`.
    """
    try:
        if path is None:
            if sys.stdout is None:
                raise OutputError(_("standard output is closed"))
            with _reencode(utf8):
                screen = sys.stdout.isatty() and not drawn and not binary
                yield _Screen(sys.stdout) if screen else sys.stdout.buffer if binary else sys.stdout
                sys.stdout.flush()
        elif os.path.exists(path) and not os.path.isfile(path):
            with _open(path, "w", binary) as out:
                yield out
        else:
            _refuse_inputs(path)
            target = os.path.realpath(path)
            if fresh and target not in _written and os.path.exists(path) and os.path.getsize(path):
                message = _("{path} is there already: remove it, or choose a name that tells the format")
                raise UsageError(message.format(path=path))
            with _replace_file(target, binary) as out:
                yield out
            _written.add(target)
    except BrokenPipeError:
        raise
    except OSError as error:
        message = _("cannot write to {path}: {reason}")
        if path is None:
            message = _("cannot write to standard output: {reason}")
        raise OutputError(message.format(path=path, reason=why(error))) from error


def _refuse_inputs(path: str) -> None:
    """Refuse to write over a file that this process has read, whatever it is called, and over any database."""
    if not os.path.exists(path):
        return
    found = [os.stat(file) for file in paths.INPUTS if os.path.exists(file)]
    with suppress(OSError):
        found.append(os.fstat(0))
    if any(os.path.samestat(os.stat(path), known) for known in found):
        raise UsageError(_("the output cannot be written over an input: {path}").format(path=path))
    with suppress(OSError), open(path, "rb") as file:
        if file.read(12)[8:] == b"DUCK":
            raise UsageError(_("the output cannot be written over a database: {path}").format(path=path))


@contextmanager
def _reencode(utf8: bool) -> Iterator[None]:
    encoding = getattr(sys.stdout, "encoding", None)
    if not utf8 or encoding is None or encoding == "utf-8" or sys.stdout.isatty():
        yield
        return
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        yield
    finally:
        sys.stdout.reconfigure(encoding=encoding)  # type: ignore[union-attr]


@contextmanager
def _replace_file(path: str, binary: bool) -> Iterator[Any]:
    catch_signals()
    # Not the process number alone: in a container that is the same at every start, and a file of that name may be
    # left from one that was killed. Nor the name, which may be as long as a name can be.
    name = f".ipcli.{os.getpid()}.{os.urandom(4).hex()}.part"
    temporary = os.path.join(os.path.dirname(path), name)
    try:
        # A name that cannot be taken is told before the work, not after it.
        with suppress(FileNotFoundError):
            os.lstat(path)
        with _open(temporary, "x", binary) as out:
            yield out
        if os.path.exists(path):
            os.chmod(temporary, os.stat(path).st_mode & 0o7777)
        os.replace(temporary, path)
    except BaseException:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        raise


def _open(path: str, mode: str, binary: bool) -> Any:
    if binary:
        return open(path, mode + "b")
    # What is no character (a byte of --null that is no UTF-8) gets an escape, as on stdout.
    return open(path, mode, encoding="utf-8", errors="backslashreplace", newline="")


def knows_links(out: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether `out` is a terminal that makes links of addresses, or at least leaves them out."""
    return look(out, environ).color and out.isatty() and environ.get("TERM", "") not in ("", "linux")


def pager_command(asked: bool | None) -> str | None:
    """Return the command of the pager, None for none: IPCLI_PAGER, PAGER, or less.

    `asked` is --pager or --no-pager. IPCLI_PAGER or PAGER set to nothing or to cat means none, unless --pager asks.
    """
    if asked is False or sys.stdout is None or not sys.stdout.isatty():
        return None
    own = os.environ.get("IPCLI_PAGER", os.environ.get("PAGER"))
    if asked:
        return own or "less"
    if own is None and (os.environ.get("TERM") == "dumb" or shutil.which("less") is None):
        return None
    return "less" if own is None else None if own.strip() in ("", "cat") else own


class Screen(io.StringIO):
    """Keeps what is written, until it is known whether the screen holds it."""

    encoding = "utf-8"

    def __init__(self, out: TextIO, command: str, always: bool) -> None:
        """Take the terminal, and the pager for what is taller than it, or for `always` everything."""
        super().__init__()
        self.encoding = out.encoding
        self._out, self._command, self._always = out, command, always

    def show(self) -> None:
        """Show what has been written."""
        text = self.getvalue()
        with suppress(OSError, ValueError):
            lines = os.get_terminal_size(self._out.fileno()).lines
            if not self._always and text.count("\n") < (lines or 24):
                self._out.write(text)
                return
        _page(text, self._command)


def _page(text: str, command: str) -> None:
    """Show a text in a pager, and wait for its end; print it, and a message, if that cannot run."""
    import shlex
    import subprocess

    # less shows colours, leaves at once what fits on a screen, and leaves it there.
    environment = {"LESS": "FRX"} | dict(os.environ)
    if sys.stdout.encoding.lower() in ("utf-8", "utf8"):
        # less goes by the locale, which may be C while Chinese is printed.
        environment.setdefault("LESSCHARSET", "utf-8")
    try:
        words = shlex.split(command)
        if not _shows_links(words[0]):
            text = re.sub("\x1b]8;;.*?\x1b\\\\", "", text)
        process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            env=environment,
            encoding=sys.stdout.encoding,
            errors="backslashreplace",
        )
    except (OSError, ValueError, IndexError) as error:
        reason = why(error)
        say(_("the pager {command} cannot run: {reason}").format(command=command, reason=reason))
        sys.stdout.write(text)
        return
    assert process.stdin is not None
    # A pager may be left before it has read all.
    with suppress(BrokenPipeError):
        try:
            process.stdin.write(text)
        finally:
            with suppress(OSError):
                process.stdin.close()
    while True:
        # Ctrl-C is the pager's own business while it runs.
        with suppress(KeyboardInterrupt):
            process.wait()
            break


def _shows_links(pager: str) -> bool:
    """Return whether a pager is a version of less that passes links on."""
    import subprocess

    if os.path.basename(pager) != "less":
        return False
    told = subprocess.run([pager, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"less (\d+)", told)
    return version is not None and int(version[1]) >= _LINKING


class Progress:
    """Counts what passes, and while it is entered shows that on stderr, from the first second on."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.rows = 0
        self.bytes = 0
        self._began = time.monotonic()
        self._live: Any = None
        self._timer = threading.Timer(1.0, self._show)
        self._timer.daemon = True

    def count_rows(self, rows: Iterable[T]) -> Iterator[T]:
        """Pass the rows on, and count them."""
        for row in rows:
            self.rows += 1
            yield row

    def measure(self, out: Any) -> Any:
        """Return a stream that passes bytes on to `out`, and adds them up."""
        # Late: few outputs are measured.
        from ipcli.db.serialise import writer

        pass_on = writer(out)

        def write(content: bytes) -> None:
            self.bytes += len(content)
            pass_on(content)

        return SimpleNamespace(write=write)

    def describe(self) -> str:
        """Return `1,234,000 rows, 3 s`."""
        seconds = time.monotonic() - self._began
        if self.bytes:
            return f"{self.bytes / 1e6:,.0f} MB, {seconds:.0f} s"
        unit = _("rows")
        return f"{self.rows:,} {unit}, {seconds:.0f} s"

    def _show(self) -> None:
        # Late: quick outputs never come here.
        from rich.console import Console
        from rich.live import Live

        self._live = Live(
            get_renderable=self.describe,
            console=Console(file=sys.stderr, force_terminal=True),
            refresh_per_second=2,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()

    def __enter__(self) -> Progress:
        """Show what has passed once a second is over."""
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Remove the line."""
        self._timer.cancel()
        self._timer.join()
        if self._live is not None:
            self._live.stop()
