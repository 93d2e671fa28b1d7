"""The program around its lookups: commands, help, version, errors."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from conftest import LOOKUPS, House, Run, environment, some


def test_help_lists_every_lookup_with_its_title_and_the_exit_codes(ipcli: Run) -> None:
    process = ipcli("--help")
    assert (process.returncode, process.stderr) == (0, "")
    for name in LOOKUPS:
        assert re.search(rf"^  {name} ", process.stdout, re.MULTILINE)
    assert "Investment projects" in process.stdout
    assert "Build the database" in process.stdout
    for code in (0, 1, 2, 3, 4, 5, 130, 143):
        assert re.search(rf"^  {code} ", process.stdout, re.MULTILINE)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_arguments_show_the_commands_on_one_screen(ipcli: Run, lang: str) -> None:
    run = ipcli("--lang", lang)
    assert (run.returncode, run.stderr) == (0, "")
    lines = run.stdout.splitlines()
    assert len(lines) < 24 and all(cell_len(line) <= 80 for line in lines)
    assert "2026.1 (2026-01-02)" in run.stdout and run.stdout.count("  ipcli ") == 5
    listed = set(re.findall("[a-z_]+", run.stdout.partition("from investments")[2]))
    commands = re.findall(r"^  ([a-z_]+) ", ipcli("--help").stdout, re.MULTILINE)
    assert {*commands} <= listed and "brief" not in listed
    assert "| |" not in run.stdout
    gone = ipcli("--db", "gone.duckdb")
    assert gone.returncode == 0 and "gone.duckdb" in gone.stdout


def test_help_of_a_lookup_has_title_about_options_and_examples(ipcli: Run) -> None:
    text = ipcli("investments", "--help").stdout
    for part in (
        "Usage: ipcli investments",
        "Investment projects",
        "One row a project.",
        "--district TEXT",
        "District, repeatable",
        "--min NUMBER",
        "--umbrella ",
        "--grade A|B|C",
        "-f, --format",
        "ipcli investments --district 东湖",
    ):
        assert part in text
    assert "district|industry" in ipcli("totals", "--help").stdout


@pytest.mark.parametrize(
    ("args", "env", "says"),
    some(
        [
            (["--help"], {"IPCLI_LANG": "zh"}, "退出码"),
            (["investments", "--help"], {"IPCLI_LANG": "zh"}, "区市，可多次"),
            (["investments", "--lang", "en", "--help"], {"IPCLI_LANG": "zh"}, "District, repeatable"),
            (["--lang=zh", "--help"], {}, "退出码"),
            (["investments", "--help"], {"IPCLI_LANG": "", "LC_ALL": "en_GB.UTF-8"}, "District, repeatable"),
            (["investments", "--help"], {"IPCLI_LANG": "", "LC_ALL": "C"}, "区市，可多次"),
        ],
        3,
    ),
)
def test_help_is_in_the_users_language(ipcli: Run, args: list[str], env: dict[str, str], says: str) -> None:
    assert says in ipcli(*args, **env).stdout


@pytest.mark.parametrize(
    "line",
    some(
        [
            "query show x --lang en --help",
            "query --lang en",
            "query run --lang en --help",
            "query show totals --lang=en --help",
        ],
        2,
    ),
)
def test_every_command_takes_the_language(ipcli: Run, line: str) -> None:
    run = ipcli(*line.split(), IPCLI_LANG="zh")
    assert run.returncode == 0 and run.stdout.startswith("Usage")


def test_a_language_nobody_has_is_refused_wherever_it_stands(ipcli: Run) -> None:
    for args in (("--lang", "fr", "investments"), ("query", "list", "--lang=fr")):
        run = ipcli(*args, IPCLI_LANG="en")
        assert (run.returncode, run.stderr) == (2, "ipcli: --lang is zh or en, not fr\n")


@pytest.mark.parametrize("columns", some(["40", "60", "100"], 1))
def test_help_fits_the_terminal(ipcli: Run, columns: str) -> None:
    text = ipcli("investments", "--help", COLUMNS=columns, IPCLI_LANG="zh").stdout
    for line in text.splitlines():
        if "--" not in line:
            assert cell_len(line) <= int(columns), line


def test_version_tells_program_and_data(ipcli: Run) -> None:
    process = ipcli("--version")
    assert process.returncode == 0
    assert re.match(r"ipcli \d+\.\d+\.\d+\n", process.stdout)
    assert "2026.1 (2026-01-02)" in process.stdout
    assert ipcli("--version", IPCLI_DB="gone.duckdb").returncode == 0


def test_an_unknown_command_gets_the_nearest(ipcli: Run) -> None:
    process = ipcli("investment")
    assert (process.returncode, process.stdout) == (2, "")
    assert (
        process.stderr
        == "ipcli: no such command or name: investment: did you mean investments? (ipcli --help)\n"
    )
    assert ipcli("../data/x").returncode == 2
    assert ipcli("--nonsense").returncode == 2


@pytest.mark.parametrize(
    ("option", "behind"), [("--umbrella", "only investments"), ("--vertical", "investments")]
)
def test_options_of_commands_go_behind_them(ipcli: Run, option: str, behind: str) -> None:
    process = ipcli("--lang", "en", option, *behind.split())
    assert (process.returncode, process.stdout) == (2, "")
    assert process.stderr == (
        f"ipcli: {option} goes after the command or name: ipcli COMMAND|NAME {option} ...\n"
    )
    assert "写在命令或名称之后" in ipcli(option, *behind.split(), IPCLI_LANG="zh").stderr


@pytest.mark.parametrize(
    "options",
    [
        "-f json",
        "-fjson",
        "--format=json",
        "--json",
        "--db data/industry.duckdb --json",
        "-o - -f json",
        "--lang zh --json",
    ],
)
@pytest.mark.parametrize(
    "command", ["totals --by industry", "investments --district 东湖", "query run totals"]
)
def test_options_that_hold_for_all_may_stand_before_the_command(
    ipcli: Run, house: House, options: str, command: str
) -> None:
    options = options.replace("data/industry.duckdb", str(house.db))
    before, behind = (ipcli(*line.split()) for line in (f"{options} {command}", f"{command} {options}"))
    assert (before.returncode, before.stdout, before.stderr) == (0, behind.stdout, behind.stderr)
    assert json.loads(before.stdout)


def test_options_before_the_command_are_of_this_command(ipcli: Run) -> None:
    assert "there is no database x:" in ipcli("--db", "x", "totals").stderr
    assert "no such option: --city" in ipcli("--city", "x", "help").stderr
    assert "--json contradicts -f csv" in ipcli("--json", "totals", "-f", "csv").stderr
    assert ipcli("--json").returncode == 2
    assert "--district requires a value" in ipcli("--json", "investments", "--district").stderr


def test_short_options_of_help_and_version(ipcli: Run) -> None:
    for short, long in (("-h", "--help"), ("-V", "--version")):
        assert ipcli(short).stdout == ipcli(long).stdout != ""
    assert ipcli("totals", "-h").stdout == ipcli("totals", "--help").stdout
    assert ipcli("query", "run", "-h").returncode == 0


def test_adding_a_file_adds_a_command(house: House, tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(house.site, site)
    (site / "ipcli" / "sql" / "new-one.sql").write_text(
        "-- title: 新 | New\nSELECT 1 AS one\n", encoding="utf-8"
    )
    (site / "ipcli" / "cli" / "words.py").write_text(
        "from ipcli.cli.app import command\n\n\n"
        '@command("words", "Say words")\ndef words() -> int:\n    print("words")\n    return 0\n\n\n'
        '@command(\n    "more", "Say more"\n)\ndef more() -> int:\n    print("more")\n    return 0\n',
        encoding="utf-8",
    )

    def run(name: str) -> str:
        command = [sys.executable, "-m", "ipcli", name]
        env = environment(house, PYTHONPATH=str(site))
        return subprocess.run(command, env=env, capture_output=True, text=True).stdout

    assert [run(name) for name in ("new-one", "words", "more")] == ["one\n1\n", "words\n", "more\n"]
    assert "more    Say more" in run("--help")


def test_commands_that_are_no_lookups_speak_the_language_of_the_user(ipcli: Run) -> None:
    text = ipcli("build", "--help").stdout
    assert "Build the database" in text and "Folder of the CSV tables" in text and "重建" not in text
    assert "重建数据库" in ipcli("build", "--help", IPCLI_LANG="zh").stdout


def test_an_unexpected_error_is_one_line_unless_debugging(house: House, tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(house.site, site)
    (site / "ipcli" / "output" / "formats" / "md.py").write_text(
        "EXTENSIONS, BINARY, PLAIN, write = ('.md',), False, True, None\n"
    )

    def run(**env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ipcli", "totals", "-f", "md"],
            env=environment(house, PYTHONPATH=str(site), **env),
            capture_output=True,
            text=True,
        )

    process = run()
    assert (process.returncode, process.stderr.count("\n")) == (1, 1)
    assert process.stderr.startswith("ipcli: internal error: TypeError: ")
    assert "Traceback" in run(IPCLI_DEBUG="1").stderr
