"""The README shows what the program prints. UPDATE_README=1 writes it anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

from terminal import shown

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.DOTALL)


PICTURE = re.compile(r"!\[(?P<command>ipcli [^\]]+)\]\((?P<file>docs/pictures/[^)]+)\)")


def test_pictures_are_what_the_program_draws(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    found = PICTURE.findall(text)
    assert len(found) >= 2
    for command, file in found:
        made = tmp_path / Path(file).name
        assert "code 0" in shown(f"{command} -o {made}; echo code $?")
        path = README.parent / file
        if os.environ.get("UPDATE_README") == "1":
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(made.read_bytes())
        assert path.read_bytes() == made.read_bytes()


def test_readme_shows_what_the_program_prints() -> None:
    text = README.read_text(encoding="utf-8")
    fresh = BLOCK.sub(lambda match: f"```console\n$ {match[1]}\n{shown(match[1])}```", text)
    if os.environ.get("UPDATE_README") == "1":
        README.write_text(fresh, encoding="utf-8")
    assert len(BLOCK.findall(text)) >= 5
    assert text == fresh
