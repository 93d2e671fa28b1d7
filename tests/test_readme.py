"""The README shows what the program prints. UPDATE_README=1 writes it anew."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.DOTALL)


def shown(command: str) -> str:
    """What a terminal of 100 columns shows for a command line, without colours."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("IPCLI_", "LC_", "LANG", "PYTHON"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    process = subprocess.Popen(
        command,
        shell=True,
        env=kept | {"PATH": path, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "TERM": "xterm"},
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    printed = b""
    with contextlib.suppress(OSError):  # how Linux tells that the other end is closed
        while chunk := os.read(ours, 65536):
            printed += chunk
    os.close(ours)
    process.wait()
    return "".join(line.rstrip() + "\n" for line in printed.decode().splitlines())


def test_readme_shows_what_the_program_prints() -> None:
    text = README.read_text(encoding="utf-8")
    fresh = BLOCK.sub(lambda match: f"```console\n$ {match[1]}\n{shown(match[1])}```", text)
    if os.environ.get("UPDATE_README") == "1":
        README.write_text(fresh, encoding="utf-8")
    assert len(BLOCK.findall(text)) >= 5
    assert text == fresh
