"""The installed command as a process that is treated badly: without rights, interrupted, on a full disk."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.test_shipped import IPCLI

posix = pytest.mark.skipif(os.name != "posix", reason="signals, modes and mounts of POSIX")
_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 24, 1, 2


def ipcli(*args: str | Path, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command to its end."""
    return subprocess.run(
        [IPCLI, *args],
        cwd=cwd,
        env=environment(**env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
    )


def environment(**env: str) -> dict[str, str]:
    """The variables of a process: messages are in English."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("IPCLI_", "LC_", "LANG", "PYTHON"))}
    return kept | {"LC_ALL": "C.UTF-8", "IPCLI_LANG": "en"} | env


def bound_by_modes(*args: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run the command so that the modes of files bind it, whoever runs the tests; skips where that cannot be had."""

    def drop() -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
            if libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "prctl")

    root = os.geteuid() == 0
    if root and not sys.platform.startswith("linux"):
        pytest.skip("run as root, whom modes do not bind")
    try:
        return subprocess.run(
            [IPCLI, *args],
            cwd=cwd,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            preexec_fn=drop if root else None,
        )
    except subprocess.SubprocessError:
        pytest.skip("run as root, who cannot give up its capabilities here")


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A file system of that size; skips where none can be mounted."""
    place = folder / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={kilobytes}k", "ipcli-test", place], capture_output=True
    )
    if not made or made.returncode:
        pytest.skip("no file system can be mounted here (that takes root)")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


# Says when the package is imported, and goes on as the installed command does: before that Python has the say.
# Without a file of its own the program would be an interactive session to DuckDB, and have its progress printed.
_READY = (
    "__file__ = 'ipcli'\nimport sys, signal\nfrom ipcli import __main__\n"
    "signal.signal(signal.SIGINT, signal.SIG_DFL)\n"
    "sys.argv[0] = 'ipcli'\nprint('go', file=sys.stderr, flush=True)\n__main__.run()\n"
)


def signalled(
    args: list[str | Path], number: int, wait: float, cwd: Path, **env: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a command and send it a signal some seconds after it has begun."""
    process = subprocess.Popen(
        [sys.executable, "-c", _READY, *map(str, args)],
        cwd=cwd,
        env=environment(**env),
        stdin=subprocess.DEVNULL,
        # Nothing is read ahead: what follows the first line is for communicate().
        bufsize=0,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None and process.stderr.readline() == b"go\n"
    time.sleep(wait)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(args, process.returncode, out, err)


# Signal -> the exit codes it may lead to: the last where it comes before the program is loaded.
ENDED_BY = {
    getattr(signal, name): (128 + getattr(signal, name), -getattr(signal, name))
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGXCPU")
    if hasattr(signal, name)
}
