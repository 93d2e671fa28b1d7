"""The README shows what the program prints. UPDATE_README=1 writes it anew."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.DOTALL)


def shown(command: str) -> str:
    """What a terminal of 100 columns shows for a command line."""
    first, *rest = command.split(" | ")
    if not rest:
        first += " -f table"
    program = f'"{Path(sys.executable).parent / "ipcli"}"'
    line = " | ".join([first.replace("ipcli", program, 1), *rest])
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("IPCLI_", "LC_", "LANG", "PYTHON"))}
    run = subprocess.run(
        line,
        shell=True,
        env=kept | {"COLUMNS": "100", "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    return "".join(text.rstrip() + "\n" for text in run.stdout.splitlines())


def test_readme_shows_what_the_program_prints() -> None:
    text = README.read_text(encoding="utf-8")
    fresh = BLOCK.sub(lambda match: f"```console\n$ {match[1]}\n{shown(match[1])}```", text)
    if os.environ.get("UPDATE_README") == "1":
        README.write_text(fresh, encoding="utf-8")
    assert len(BLOCK.findall(text)) >= 5
    assert text == fresh
