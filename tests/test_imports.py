"""What a start-up must not load: each of these costs as much as the rest of a lookup."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conftest import House, Run, environment, some

HEAVY = {
    "rich",
    "argparse",
    "logging",
    "asyncio",
    "pydantic",
    "click",
    "numpy",
    "pandas",
    "pyarrow",
    "duckdb",
    "opencc",
    "jinja2",
    "openpyxl",
    "xlsxwriter",
    "rapidfuzz",
    "charset_normalizer",
    "prompt_toolkit",
    "platformdirs",
}


def loaded(house: House, *args: str) -> set[str]:
    """Return the modules that a run of the program leaves imported."""
    code = (
        "import sys\n"
        "from ipcli.cli.app import main\n"
        "code = main(sys.argv[1:])\n"
        "names = [name for name, module in sys.modules.items() if module is not None]\n"
        "sys.stdout.flush()\n"
        "print(*names, sep='\\n', file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", code, *args], env=environment(house), capture_output=True, encoding="utf-8"
    )
    assert process.returncode == 0, process.stderr
    return set(process.stderr.split())


def test_a_lookup_to_csv_loads_the_compiled_library_and_nothing_heavy(house: House) -> None:
    modules = loaded(house, "investments", "--district", "东湖", "-f", "csv")
    assert "_duckdb" in modules
    assert not HEAVY & modules
    assert not {m for m in modules if m.startswith(("ipcli.dataset", "ipcli.output.formats.table"))}
    assert not {f"ipcli.cli.{m}" for m in ("maintain", "shell")} & modules
    assert not {m for m in modules if m.startswith("ipcli.output.formats.")}


@pytest.mark.parametrize("args", some([["investments", "--help"], ["help", "sql"], ["--help"]], 2))
def test_help_loads_no_database_and_nothing_heavy(house: House, args: list[str]) -> None:
    modules = loaded(house, *args)
    assert not (HEAVY | {"_duckdb", "ipcli.db.engine"}) & modules


def test_only_the_table_loads_rich(house: House) -> None:
    assert "rich" in loaded(house, "investments", "-f", "table")
    assert "rich" not in loaded(house, "investments", "-f", "json")


def test_the_engine_does_without_the_compiled_module(house: House) -> None:
    code = (
        "import sys, duckdb\n"
        "sys.modules['_duckdb'] = None\n"
        "from ipcli.db.engine import Database\n"
        f"print(Database.open({str(house.db)!r}).content_hash)\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], env=environment(house), capture_output=True, text=True
    )
    assert process.stdout == "c0ffee\n", process.stderr


def test_commands_that_ask_have_the_database_opened_ahead(house: House) -> None:
    opened = [["investments", "--limit", "1"], ["sql", "SELECT 1"]]
    others = [["investments", "--help"], ["schema", "-h"], ["cite", "1"], ["no-such-command"], ["x" * 10_000]]
    code = (
        "import sys\n"
        "from ipcli import db\n"
        "from ipcli.cli import line\n"
        "db.open_ahead = lambda path, connect: print(path)\n"
        "for args in eval(sys.argv[1]):\n"
        "    line.open_ahead(line.Line(args))\n"
        "    print()\n"
    )
    lines = ascii([*opened, *others, ["\udc80"]])
    process = subprocess.run(
        [sys.executable, "-c", code, lines], env=environment(house), capture_output=True, text=True
    )
    assert process.stdout == f"{house.db}\n\n" * len(opened) + "\n" * (len(others) + 1), process.stderr


def test_what_is_wrong_with_the_database_opened_ahead_is_told_once(ipcli: Run, tmp_path: Path) -> None:
    (tmp_path / "x.duckdb").write_bytes(b"no database")
    for option in (["--db", tmp_path / "x.duckdb"], [f"--db={tmp_path / 'gone.duckdb'}"]):
        run = ipcli("investments", *option)
        assert (run.returncode, run.stdout, run.stderr.count("\n")) == (3, "", 1)
        assert str(tmp_path) in run.stderr
