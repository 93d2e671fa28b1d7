"""The README shows what the program prints. UPDATE_README=1 writes it anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

from terminal import shown

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.DOTALL)


def test_readme_shows_what_the_program_prints() -> None:
    text = README.read_text(encoding="utf-8")
    fresh = BLOCK.sub(lambda match: f"```console\n$ {match[1]}\n{shown(match[1])}```", text)
    if os.environ.get("UPDATE_README") == "1":
        README.write_text(fresh, encoding="utf-8")
    assert len(BLOCK.findall(text)) >= 5
    assert text == fresh
