"""What the program draws of an invented city: cards, matrix, charts, timeline, references, CSV for Excel.

One expected file each. UPDATE_GOLDEN=1 rewrites them; read the difference before you commit it.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from tables_at_hand import example_database

from cli.test_shipped import IPCLI
from conftest import some

GOLDEN = Path(__file__).parent.parent / "golden" / "city"

VIEWS = [
    ("card.zh.txt", "show 桐湖 -f table"),
    ("matrix.zh.txt", "matrix -f table"),
    ("chart.zh.txt", "chart investments -f table"),
    ("excel.csv", "investments --excel"),
    ("card.en.txt", "show 桐湖 -f table --lang en"),
    ("card.csv", "show 桐湖 -f csv"),
    ("card.md", "show 桐湖 -f md"),
    ("find.zh.txt", "桐湖 风电 -f table"),
    ("matrix.en.txt", "matrix -f table --lang en"),
    ("matrix.investments.txt", "matrix --by investments -f table"),
    ("matrix.md", "matrix -f md"),
    ("matrix.svg", "matrix -f svg"),
    ("matrix.csv", "matrix -f csv"),
    ("chart.en.txt", "chart targets --by industry -f table --lang en"),
    ("chart.svg", "chart investments -f svg"),
    ("timeline.txt", "timeline -f table"),
    ("cite.gbt7714.txt", "cite WOB-0001 --style gbt7714"),
    ("cite.apa.txt", "cite WOB-0001 --style apa"),
    ("cite.json", "cite WOB-0001 --style json"),
]


@pytest.mark.parametrize(("name", "command"), some(VIEWS, 4, ids=lambda view: str(view).split("'")[1]))
def test_golden_view(name: str, command: str) -> None:
    run = subprocess.run(
        [IPCLI, *command.split(), "--db", str(example_database())],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "COLUMNS": "80"},
        capture_output=True,
    )
    assert (run.returncode, run.stderr) == (0, b"")
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(run.stdout)
    assert run.stdout.decode() == path.read_bytes().decode()
