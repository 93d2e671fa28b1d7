"""`check`, `verify`, `diff` and `build` as processes: exit codes, streams, files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tables_at_hand import EXAMPLE, EXAMPLE_TEXT, example_database, ipcli

from conftest import some


@pytest.mark.slow
def test_check_and_verify_pass_quietly(tmp_path: Path) -> None:
    out = tmp_path / "checks.json"
    args = ("--text", EXAMPLE_TEXT, "--tables", EXAMPLE, "--against", example_database())
    finished = ipcli("check", "--db", example_database(), *args, "-o", out)
    assert (finished.returncode, finished.stdout) == (0, "")
    assert "0 errors, 0 warnings" in finished.stderr and "not run" not in finished.stderr
    assert out.read_text(encoding="utf-8").startswith("[")
    assert ipcli("verify", EXAMPLE_TEXT, "--db", example_database(), "-f", "table").returncode == 0


def test_faults_of_tables_go_to_stderr_and_the_old_database_stays(tmp_path: Path) -> None:
    tables = Path(shutil.copytree(EXAMPLE, tmp_path / "tables"))
    observation = tables / "observation.csv"
    text = (
        observation.read_text(encoding="utf-8")
        .replace(",eq,120,", ",eq,121,")
        .replace(",gt,150,", ",gt,1x0,")
    )
    observation.write_text(text, encoding="utf-8")
    database = Path(shutil.copy(example_database(), tmp_path / "old.duckdb"))
    before = database.read_bytes()
    finished = ipcli("build", "--tables", tables, "-o", database)
    assert finished.returncode == 1 and finished.stdout == ""
    assert (
        "observation.csv:2: as_reported: 产业规模达到120亿元 does not read as eq 121 亿元" in finished.stderr
    )
    assert "observation.csv:4: value: not a number: 1x0" in finished.stderr
    assert database.read_bytes() == before


@pytest.mark.parametrize(
    ("args", "code"),
    some(
        [
            (["verify", "no-such-file.txt"], 2),
            (["verify"], 2),
            (["verify", EXAMPLE_TEXT, "--db", "nowhere.duckdb"], 3),
            (["verify", EXAMPLE_TEXT, "-f", "colour"], 2),
            (["verify", EXAMPLE_TEXT, "-o", "nowhere/x.csv"], 5),
            (["check", "--tables", "nowhere"], 2),
            (["check", "--db", EXAMPLE_TEXT], 3),
            (["check", "--against", "nowhere.duckdb"], 3),
            (["diff", "nowhere.duckdb", "nowhere.duckdb"], 3),
            (["diff"], 2),
            (["build", "--tables", "nowhere", "-o", "x.duckdb"], 3),
        ],
        4,
    ),
)
def test_what_cannot_be_done_is_one_line_and_a_code(
    args: list[str | Path], code: int, tmp_path: Path
) -> None:
    if args[0] != "build" and "--db" not in args and args[0] != "diff":
        args = [*args, "--db", example_database()]
    finished = ipcli(*args, cwd=tmp_path)
    assert finished.returncode == code, finished.stderr
    assert finished.stdout == "" and len(finished.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("command", "lang"),
    some([("build", "zh"), ("check", "en"), ("verify", "zh"), ("verify", "en"), ("diff", "en")], 2),
)
def test_help_is_in_one_language(command: str, lang: str) -> None:
    finished = ipcli(command, "--help", IPCLI_LANG=lang)
    assert finished.returncode == 0 and " | " not in finished.stdout.replace("zh|en", "")
    chinese = sum("一" <= character <= "鿿" for character in finished.stdout)
    assert (chinese > 20) == (lang == "zh")
