"""`ipcli shell` as people see it: the shipped data on the screen of tmux."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]
TMUX = ["tmux", "-L", f"ipcli-test-{os.getpid()}", "-f", "/dev/null", "-u"]


def tmux(*args: str) -> str:
    return subprocess.run(
        [*TMUX, *args], check=True, capture_output=True, encoding="utf-8", timeout=20
    ).stdout


def type_(text: str, *keys: str) -> None:
    """Type a text, then press keys."""
    # tmux takes a semicolon at the end of an argument for its own.
    tmux("send-keys", "-l", text[:-1] + "\\;" if text.endswith(";") else text)
    tmux("send-keys", *keys)


def wait(wanted: str) -> list[str]:
    """The lines of the screen, once one of them begins with `wanted` and it has come to rest."""
    end = time.monotonic() + 20
    while True:
        lines = [line.rstrip() for line in tmux("capture-pane", "-p").split("\n")]
        if any(line.startswith(wanted) for line in lines):
            time.sleep(0.3)
            return lines
        assert time.monotonic() < end, f"no {wanted!r} on\n" + "\n".join(lines)
        time.sleep(0.1)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[None]:
    """A screen of 100 x 30 with a shell of the operating system on it."""
    settings = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    settings |= {"LC_ALL": "C.UTF-8", "IPCLI_LANG": "zh", "XDG_STATE_HOME": str(tmp_path), "PS1": "$ "}
    pairs = [f"{name}={value}" for name, value in settings.items()]
    tmux("new-session", "-d", "-x", "100", "-y", "30", "env", "-i", *pairs, "TERM=screen", "sh")
    yield
    subprocess.run([*TMUX, "kill-server"], capture_output=True, timeout=20)


@pytest.mark.usefixtures("screen")
def test_a_session_on_the_screen() -> None:
    start = shlex.join([sys.executable, "-m", "ipcli", "shell"])
    type_(f"clear; {start}", "Enter")
    wait("ipcli>")
    # By pinyin; one value only, and it is taken.
    type_("select district from alignments where industry = 'dkjj", "Tab")
    wait("ipcli> select district from alignments where industry = '低空经济'")
    type_(" group by all;", "Enter")
    assert any(line.strip() == "城阳区" for line in wait("共 "))
    type_("select 40 + 2 as answer;", "Enter")
    wait("    42")
    tmux("send-keys", "C-d")
    wait("$")
    # Another day.
    type_(f"clear; {start}", "Enter")
    wait("ipcli>")
    tmux("send-keys", "Up")
    wait("ipcli> select 40 + 2 as answer;")
    tmux("send-keys", "Enter")
    assert not any("Traceback" in line for line in wait("    42"))
