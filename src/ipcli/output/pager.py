"""A pager for tables on a terminal, when `--pager` or IPCLI_PAGER asks for one."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO, cast

from ipcli.i18n import _, why


def chosen(asked: bool) -> str | None:
    """The command of the pager, None for none: IPCLI_PAGER, or with `asked` (--pager) PAGER or less too."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    own = os.environ.get("IPCLI_PAGER")
    if own is not None:
        # Set to nothing it means none, unless the option asks.
        return own or (os.environ.get("PAGER") or "less" if asked else None)
    return (os.environ.get("PAGER") or "less") if asked else None


@contextmanager
def paged(command: str) -> Iterator[TextIO]:
    """What is written to the stream the pager shows; ends when the pager does. If it cannot run, that is told, and the
    stream is stdout.
    """
    import subprocess

    # less shows colours, leaves at once what fits on a screen, and leaves it there.
    environment = {"LESS": "FRX"} | dict(os.environ)
    if sys.stdout.encoding.lower() in ("utf-8", "utf8"):
        # less goes by the locale, which may be C while Chinese is printed.
        environment.setdefault("LESSCHARSET", "utf-8")
    try:
        process = subprocess.Popen(
            shlex.split(command),
            stdin=subprocess.PIPE,
            env=environment,
            encoding=sys.stdout.encoding,
            errors="backslashreplace",
        )
    except (OSError, ValueError, IndexError) as error:
        reason = why(error)
        message = _("the pager {command} cannot run: {reason}").format(command=command, reason=reason)
        print(f"ipcli: {message}", file=sys.stderr)
        yield sys.stdout
        return
    assert process.stdin is not None
    try:
        yield cast(TextIO, process.stdin)
        process.stdin.flush()
    finally:
        with suppress(OSError):
            process.stdin.close()
        while True:
            # Ctrl-C is the pager's own business while it runs.
            with suppress(KeyboardInterrupt):
                process.wait()
                break
