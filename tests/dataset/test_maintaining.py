"""docs/howto/maintaining.md: its commands run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from tables_at_hand import EXAMPLE, EXAMPLE_TEXT, ROOT, example_database, ipcli

PAGE = ROOT / "docs" / "howto" / "maintaining.md"


@pytest.mark.slow
def test_commands_of_the_page_run(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    lines = [
        line.split("#")[0].strip()
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
        if line.strip()
    ]
    assert len(lines) >= 8
    shutil.copytree(EXAMPLE, tmp_path / EXAMPLE.relative_to(ROOT))
    shutil.copy(EXAMPLE_TEXT, tmp_path / "report.txt")
    (tmp_path / "new.txt").write_text("2024年桐湖区风电规模200亿元。\n", encoding="utf-8")
    shutil.copy(example_database(), tmp_path / "before.duckdb")
    for line in lines:
        program, *args = shlex.split(line)
        if program == "cp":
            subprocess.run([program, *args], cwd=tmp_path, check=True)
            continue
        assert program == "ipcli"
        finished = ipcli(*args, cwd=tmp_path)
        assert finished.returncode == 0, (line, finished.stdout, finished.stderr)
    assert "200亿元" in (tmp_path / "candidates.csv").read_text(encoding="utf-8")
