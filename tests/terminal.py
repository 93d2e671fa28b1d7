"""A terminal to run commands on."""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import subprocess
import sys
import termios
from pathlib import Path

# What would make the outcome depend on who runs the tests.
_OTHERS = ("COLUMNS", "IPCLI_", "LANG", "LC_", "LESS", "LINES", "PAGER", "PYTHON")


def shown(
    command: str, columns: int = 100, keys: bytes = b"", folder: Path | None = None, **extra: str
) -> str:
    """What a terminal shows for a command line, without colours; `keys` are typed at once."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_OTHERS)}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        command,
        shell=True,
        cwd=folder,
        env=kept
        | {"PATH": path, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "TERM": "xterm", "IPCLI_PAGER": ""}
        | extra,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    if keys:
        os.write(ours, keys)
    printed = b""
    with contextlib.suppress(OSError):  # how Linux tells that the other end is closed
        while chunk := os.read(ours, 65536):
            printed += chunk
    os.close(ours)
    process.wait()
    return "".join(line.rstrip() + "\n" for line in printed.decode().splitlines())
