"""Install the project and its peers into a fresh environment, run them in turns, and print one table of ratios.

Each pair of commands runs alternately, so that whatever else the machine does falls on both. Nothing is asserted.
A second table tells how cost grows with the facts (`--facts`, 10 million unless told; the whole run takes ten minutes).
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

from benchmarks import cities

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "data" / "industry.duckdb"
PEERS = ("duckdb-cli", "sqlite-utils")
LOOKUP = ["targets", "--district", "崂山", "--industry", "AI"]
CITIES, FACTS = 300, 1000
EXPORTED = "fact_id,district,industry,indicator,value,due_year"


class Pair(NamedTuple):
    """Two commands, and the ratio of their times that is wanted: at most `budget`, better `aim`."""

    name: str
    ours: list[str]
    peer: list[str]
    budget: float
    aim: float
    runs: int | None = None


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


def pairs(programs: Path, scratch: Path) -> list[Pair]:
    """The pairs, with the same rows for all: what the lookup prints goes into SQLite, its query to the native program."""
    ipcli, python, native = (str(programs / name) for name in ("ipcli", "python", "duckdb"))
    csv = scratch / "rows.csv"
    csv.write_bytes(subprocess.run([ipcli, *LOOKUP], check=True, capture_output=True).stdout)
    sqlite = str(scratch / "rows.sqlite")
    utils = str(programs / "sqlite-utils")
    Path(sqlite).unlink(missing_ok=True)
    subprocess.run([utils, "insert", sqlite, "rows", str(csv), "--csv"], check=True, capture_output=True)
    query = "FROM targets WHERE district = '崂山区' AND industry = '人工智能'"
    typer = [python, "-c", "import typer"]
    return [
        Pair(
            "lookup to CSV, beside the native CLI",
            [ipcli, *LOOKUP],
            [native, "-readonly", "-csv", str(SHIPPED), query],
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
    ]


def make(*args: object) -> None:
    """Let another process make invented cities: what this one weighs would count for those that it measures."""
    command = [sys.executable, "-m", "benchmarks.cities", *map(str, args)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def exports(programs: Path, scratch: Path, rows: int) -> list[Pair]:
    """Many rows of one city to a pipe, by a lookup and by SQL, beside the native program with the same query."""
    ipcli, native = (str(programs / name) for name in ("ipcli", "duckdb"))
    wide = scratch / f"wide-{rows}.duckdb"
    listed = subprocess.run([ipcli, "targets", "--columns", "fact_id"], check=True, capture_output=True)
    of_one = listed.stdout.count(b"\n") - 1
    if not wide.exists():
        make(wide, "--grow", SHIPPED, "--cities", -(-rows // of_one), "--one", "targets")
    sql = f"SELECT {EXPORTED} FROM targets WHERE city = '青岛市' ORDER BY fact_id"
    peer = [native, "-readonly", "-csv", str(wide), sql]
    lookup = [ipcli, "targets", "--db", str(wide), "--columns", EXPORTED]
    unsorted = f"SELECT {EXPORTED} FROM targets"
    found = [Pair(f"{rows:,} rows to CSV by a lookup", lookup, peer, 1 / 1.5, 1 / 4, 3)]
    found.append(
        Pair(
            f"{rows:,} rows to CSV by ipcli sql",
            [ipcli, "sql", unsorted, "--db", str(wide), "--timeout", "900"],
            [native, "-readonly", "-csv", str(wide), unsorted],
            1 / 0.7,
            1 / 2,
            3,
        )
    )
    return found


def many_cities(programs: Path, scratch: Path) -> list[Pair]:
    """A lookup among many cities beside the same one in the shipped file."""
    tables, built = scratch / "tables", scratch / "cities.duckdb"
    if not built.exists():
        make(tables, "--cities", CITIES, "--facts", FACTS)
        run = measured([str(programs / "ipcli"), "build", "--tables", str(tables), "-o", str(built)])
        made = f"built in {run.seconds:.0f} s, {run.memory:.0f} MiB"
        size = built.stat().st_size / 1e6
        print(f"{CITIES} cities of {FACTS:,} facts: {made}; {size:.0f} MB", file=sys.stderr)
    lookup = [str(programs / "ipcli"), *LOOKUP]
    name = cities.name_of(CITIES // 2)
    return [
        Pair(
            f"lookup in {CITIES} cities, beside the shipped file",
            [*lookup, "--db", str(built), "--city", name],
            lookup,
            2.0,
            1.3,
        )
    ]


def growth(programs: Path, scratch: Path, facts: int, runs: int) -> list[dict[str, object]]:
    """What lookups cost among a thousand facts, ten thousand and so on: seconds and MiB of each, and of the file."""
    ipcli = str(programs / "ipcli")
    tables, one = scratch / "one-city", scratch / "one.duckdb"
    make(tables, "--cities", 1, "--facts", FACTS)
    subprocess.run([ipcli, "build", "--tables", tables, "-o", one], check=True, capture_output=True)
    found: list[dict[str, object]] = []
    count = FACTS
    while count <= facts:
        times = count // FACTS
        database = scratch / f"grown-{times}.duckdb"
        began = time.perf_counter()
        make(database, "--grow", one, "--cities", times)
        seconds = time.perf_counter() - began
        where = ["--db", str(database), "--city", cities.name_of_copy(times // 2)]
        row: dict[str, object] = {"facts": f"{count:,}", "made s": round(seconds, 1)}
        row["MB"] = round(database.stat().st_size / 1e6, 1)
        for name, command in (
            ("targets", [ipcli, *LOOKUP]),
            ("find", [ipcli, "find", "崂山", "人工智能"]),
            ("districts", [ipcli, "districts"]),
        ):
            taken = [measured([*command, *where]) for _ in range(runs)]
            row[f"{name} ms"] = round(statistics.median(run.seconds for run in taken) * 1000, 1)
            row[f"{name} MiB"] = round(max(run.memory for run in taken))
        whole = measured(
            [ipcli, "sql", "SELECT kind, count(*) FROM citations GROUP BY ALL", "--db", str(database)]
        )
        row["all counted by sql ms"] = round(whole.seconds * 1000, 1)
        found.append(row)
        database.unlink()
        count *= 10
    return found


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
        "aim": round(pair.aim, 2),
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


def table(found: list[dict[str, object]], heads: list[str]) -> str:
    """Results as a Markdown table."""
    rows = [heads, ["---", *["---:"] * (len(heads) - 1)]]
    rows += [[str(value) for value in entry.values()] for entry in found]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=21, help="runs of each command that count")
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows of the exports; 0: none")
    parser.add_argument(
        "--facts", type=int, default=10_000_000, help="facts at the end of the second table; 0: none"
    )
    parser.add_argument("--only", default="", help="pairs with this in their name")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="leave the databases there for the next run"
    )
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    own = Path(tempfile.mkdtemp(prefix="benchmarks-"))
    scratch = args.keep or own
    scratch.mkdir(exist_ok=True)
    try:
        programs = environment(own / "venv")
        groups = [lambda: pairs(programs, scratch), lambda: many_cities(programs, scratch)]
        if args.rows:
            groups.append(lambda: exports(programs, scratch, args.rows))
        found = []
        for group in groups:
            for pair in group():
                if args.only in pair.name:
                    found.append(compared(pair, pair.runs or args.runs))
                    print(f"{pair.name}: {found[-1]['ratio']}", file=sys.stderr)
        grown = growth(programs, scratch, args.facts, 5) if args.facts and not args.only else []
    finally:
        shutil.rmtree(own, ignore_errors=True)
    if args.json:
        told = {"machine": machine(), "results": found, "growth": grown}
        print(json.dumps(told, indent=1, ensure_ascii=False))
        return
    heads = ["", "ms", "peer ms", "ratio", "budget", "aim", "spread ms", "MiB", "peer MiB"]
    print(f"{machine()}\n\n{table(found, heads)}")
    if grown:
        print(f"\n{table(grown, list(grown[0]))}")


main()
