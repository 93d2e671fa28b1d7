"""Renew all that is generated: `python tools/renew.py`. Then look at `git diff` before you commit.

The database, the messages, the manual pages, golden files, licences and what the documentation shows.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = (sys.executable, "-m", "pytest", "-q", "-m", "")
# Each command with the variable by which tests write what they would compare. Later steps show what earlier ones make.
STEPS: tuple[tuple[str, tuple[str | Path, ...]], ...] = (
    ("", (Path(sys.executable).with_name("ipcli"), "build")),
    ("", (sys.executable, "tools/translations.py")),
    ("", (sys.executable, "tools/man.py")),
    ("UPDATE_GOLDEN", (*PYTEST, "tests/formats/test_golden.py", "tests/dataset/test_golden_views.py")),
    ("UPDATE_LICENCES", (*PYTEST, "tests/test_licences.py")),
    ("UPDATE_DOCS", (*PYTEST, "tests/docs")),
)


def main() -> int:
    """Run all steps, also after one that fails; return the exit code."""
    failed = []
    for variable, command in STEPS:
        shown = " ".join(map(str, command))
        print(f"== {variable + '=1 ' if variable else ''}{shown}", flush=True)
        env = os.environ | ({variable: "1"} if variable else {})
        if subprocess.run(command, cwd=ROOT, env=env).returncode:
            failed.append(shown)
    print(*(f"failed: {command}" for command in failed), sep="\n", end="\n" * bool(failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
