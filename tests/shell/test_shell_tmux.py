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


class Screen:
    """A screen of 100 x 30 with a shell of the operating system on it."""

    def __init__(self, folder: Path) -> None:
        self._tmux = ["tmux", "-L", f"ipcli-test-{os.getpid()}", "-f", "/dev/null", "-u"]
        kept = ("PATH", "HOME", "PYTHONPATH")
        settings = {name: os.environ[name] for name in kept if name in os.environ}
        settings |= {"LC_ALL": "C.UTF-8", "IPCLI_LANG": "zh", "XDG_STATE_HOME": str(folder), "PS1": "$ "}
        pairs = [f"{name}={value}" for name, value in settings.items()]
        self._run("new-session", "-d", "-x", "100", "-y", "30", "env", "-i", *pairs, "TERM=screen", "sh")

    def _run(self, *args: str) -> str:
        return subprocess.run(
            [*self._tmux, *args], check=True, capture_output=True, encoding="utf-8", timeout=20
        ).stdout

    def type(self, text: str) -> None:
        # tmux takes a semicolon at the end of an argument for its own.
        self._run("send-keys", "-l", text[:-1] + "\\;" if text.endswith(";") else text)

    def press(self, *keys: str) -> None:
        self._run("send-keys", *keys)

    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._run("capture-pane", "-p").split("\n")]

    def wait(self, wanted: str, timeout: float = 20) -> list[str]:
        """The screen, once a line of it begins with `wanted`."""
        end = time.monotonic() + timeout
        while True:
            lines = self.lines()
            if any(line.startswith(wanted) for line in lines):
                return lines
            assert time.monotonic() < end, f"no {wanted!r} on\n" + "\n".join(lines)
            time.sleep(0.1)

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, timeout=20)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    made = Screen(tmp_path)
    yield made
    made.close()


def test_a_session_on_the_screen(screen: Screen) -> None:
    start = shlex.join([sys.executable, "-m", "ipcli", "shell"])
    screen.type(start)
    screen.press("Enter")
    screen.wait("ipcli>")
    # By pinyin; one value only, and it is taken.
    screen.press("C-l")
    time.sleep(0.3)
    screen.type("select district from alignments where industry = 'dkjj")
    screen.press("Tab")
    screen.wait("ipcli> select district from alignments where industry = '低空经济'")
    screen.type(" group by all;")
    screen.press("Enter")
    screen.wait("共 ")
    assert any(line.strip() == "城阳区" for line in screen.lines())
    screen.type("select 40 + 2 as answer;")
    screen.press("Enter")
    screen.wait("    42")
    screen.press("C-d")
    screen.wait("$")
    # Another day.
    screen.type(f"clear; {start}")
    screen.press("Enter")
    screen.wait("ipcli>")
    time.sleep(0.3)
    screen.press("Up")
    screen.wait("ipcli> select 40 + 2 as answer;")
    screen.press("Enter")
    lines = screen.wait("    42")
    assert not any("Traceback" in line for line in lines)
