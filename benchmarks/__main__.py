"""Install the project and its peers into a fresh environment, run them in turns, and print one table of ratios.

Each pair of commands runs alternately, so that whatever else the machine does falls on both. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PEERS = ("duckdb-cli", "sqlite-utils")
LOOKUP = ["targets", "--district", "崂山", "--industry", "AI"]


class Pair(NamedTuple):
    """Two commands, and the ratio of their times that is wanted: at most `budget`, better `aim`."""

    name: str
    ours: list[str]
    peer: list[str]
    budget: float
    aim: float


class Run(NamedTuple):
    """Seconds and peak memory (MiB) of one process."""

    seconds: float
    memory: float


def environment(folder: Path) -> Path:
    """A fresh environment with the project (compiled) and its peers; returns its folder of programs."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    programs = folder / "bin"
    pip = [programs / "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, ROOT, *PEERS], check=True)
    subprocess.run([programs / "python", "-m", "compileall", "-q", folder / "lib"], check=False)
    return programs


def pairs(programs: Path, scratch: Path, rows: int) -> list[Pair]:
    """The pairs, with the same rows for all: what the lookup prints goes into SQLite, its query to the native program."""
    ipcli, python, native = (str(programs / name) for name in ("ipcli", "python", "duckdb"))
    database = str(ROOT / "data" / "industry.duckdb")
    csv = scratch / "rows.csv"
    csv.write_bytes(subprocess.run([ipcli, *LOOKUP], check=True, capture_output=True).stdout)
    sqlite = str(scratch / "rows.sqlite")
    utils = str(programs / "sqlite-utils")
    subprocess.run([utils, "insert", sqlite, "rows", str(csv), "--csv"], check=True, capture_output=True)
    query = "FROM targets WHERE district = '崂山区' AND industry = '人工智能'"
    many = f"SELECT range AS n, range % 97 AS m, 'text ' || range AS t, range / 8 AS x FROM range({rows})"
    typer = [python, "-c", "import typer"]
    return [
        Pair(
            "lookup to CSV, beside the native CLI",
            [ipcli, *LOOKUP],
            [native, "-readonly", "-csv", database, query],
            3.0,
            2.2,
        ),
        Pair(
            "lookup to CSV, beside sqlite-utils",
            [ipcli, *LOOKUP],
            [utils, "query", sqlite, "select * from rows", "--csv"],
            0.9,
            0.7,
        ),
        Pair(
            "lookup to a table, beside sqlite-utils",
            [ipcli, *LOOKUP, "-f", "table"],
            [utils, "query", sqlite, "select * from rows", "--table"],
            1.3,
            0.9,
        ),
        Pair("--help, beside import typer", [ipcli, "--help"], typer, 1.8, 1.4),
        Pair(
            "completion of a value, beside import typer",
            [ipcli, "__complete", "zsh", "ipcli districts --industry dk"],
            typer,
            0.8,
            0.5,
        ),
        Pair(
            f"{rows:,} rows by ipcli sql, beside the native CLI",
            [ipcli, "sql", many, "--timeout", "600"],
            [native, "-csv", "-c", many],
            1 / 0.7,
            0.5,
        ),
    ]


def measured(command: list[str]) -> Run:
    """Run a command with its output thrown away."""
    variables = os.environ | {"LC_ALL": "C.UTF-8", "COLUMNS": "100"}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=variables)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"exit code {process.returncode}: {' '.join(command)}")
    return Run(seconds, usage.ru_maxrss / 1024)


def compared(pair: Pair, runs: int) -> dict[str, object]:
    """Medians of alternating runs, after one of each that does not count."""
    measured(pair.ours), measured(pair.peer)
    ours, peers = [], []
    for _ in range(runs):
        ours.append(measured(pair.ours))
        peers.append(measured(pair.peer))
    mine, other = (statistics.median(run.seconds for run in side) for side in (ours, peers))
    seconds = sorted(run.seconds for run in ours)
    return {
        "name": pair.name,
        "ms": round(mine * 1000, 1),
        "peer_ms": round(other * 1000, 1),
        "ratio": round(mine / other, 2),
        "budget": round(pair.budget, 2),
        "aim": pair.aim,
        "spread_ms": round((seconds[-1] - seconds[0]) * 1000, 1),
        "mib": round(max(run.memory for run in ours), 1),
        "peer_mib": round(max(run.memory for run in peers), 1),
    }


def machine() -> str:
    """What the figures were measured on."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text().splitlines()
        model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), model)
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


def table(found: list[dict[str, object]]) -> str:
    """The results as a Markdown table."""
    heads = ["", "ms", "peer ms", "ratio", "budget", "aim", "spread ms", "MiB", "peer MiB"]
    rows = [heads, ["---", *["---:"] * 8], *[[str(value) for value in entry.values()] for entry in found]]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=21, help="runs of each command that count")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the export")
    parser.add_argument("--only", default="", help="pairs with this in their name")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="benchmarks-"))
    try:
        programs = environment(scratch / "venv")
        found = []
        for pair in pairs(programs, scratch, args.rows):
            if args.only in pair.name:
                runs = args.runs if "rows by" not in pair.name else max(3, args.runs // 7)
                found.append(compared(pair, runs))
                print(f"{pair.name}: {found[-1]['ratio']}", file=sys.stderr)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if args.json:
        print(json.dumps({"machine": machine(), "results": found}, indent=1, ensure_ascii=False))
    else:
        print(f"{machine()}\n\n{table(found)}")


main()
