"""Completion: the table is the program's own, candidates fit, and real shells insert them."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.test_shipped import IPCLI, ask
from ipcli import completion
from ipcli.cli.completion_table import table


def offered(line: str, shell: str = "zsh", **env: str) -> list[str]:
    run = subprocess.run(
        [IPCLI, "__complete", shell, line],
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"} | env,
        capture_output=True,
        encoding="utf-8",
    )
    assert (run.returncode, run.stderr) == (0, "")
    return [entry.partition("\t")[0] for entry in run.stdout.splitlines()]


def test_the_table_is_what_the_program_has() -> None:
    text = json.dumps(table(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_COMPLETION") == "1":
        completion.TABLE.write_text(text, encoding="utf-8")
    assert completion.TABLE.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("ipcli dist", "districts"),
        ("ipcli sh", "show"),
        ("ipcli laosh", "崂山区"),
        ("ipcli districts --industry dk", "低空经济"),
        ("ipcli districts --industry 低", "低空经济"),
        ("ipcli districts --industry=rgzn", "--industry=人工智能"),
        ("ipcli districts --ind", "--industry"),
        ("ipcli targets --columns dist", "district"),
        ("ipcli targets --columns district,indic", "district,indicator"),
        ("ipcli targets --sort -due", "-due_year"),
        ("ipcli targets -f x", "xlsx"),
        ("ipcli targets -o ", ":file"),
        ("ipcli outcomes --verdict not", "not_met"),
        ("ipcli 崂山 rgzn", "人工智能"),
        ("ipcli show 鹏", "鹏辉能源"),
        ("ipcli chart inv", "investments"),
        ("ipcli chart investments --by ind", "industry"),
        ("ipcli query sh", "show"),
        ("ipcli query show targ", "targets"),
        ("ipcli sql --wi", "--with"),
        ("ipcli build --tables ", ":folder"),
        ("X=1 ipcli dist", "districts"),
        ("cat x | ipcli dist", "districts"),
        ("ipcli --lang en dist", "districts"),
        ("ipcli 'districts' --industry 'dk", "低空经济"),
        ("ipcli --lang ", "en"),
        ("ipcli --lang=e", "--lang=en"),
        ("ipcli --install-completion z", "zsh"),
        ("ipcli check -f x", "xlsx"),
        ("ipcli schema targ", "targets"),
        ("ipcli targets --city ", "青岛市"),
    ],
)
def test_what_is_offered(line: str, wanted: str) -> None:
    assert wanted in offered(line)


def test_columns_are_those_of_the_lookup() -> None:
    assert "due_year" in offered("ipcli targets --columns d")
    assert "due_year" not in offered("ipcli investments --columns d")


def test_lookups_say_what_they_are() -> None:
    run = subprocess.run(
        [IPCLI, "__complete", "zsh", "ipcli investm"],
        env={"IPCLI_LANG": "en"},
        capture_output=True,
        encoding="utf-8",
    )
    name, _, about = run.stdout.splitlines()[0].partition("\t")
    assert (name, bool(about)) == ("investments", True)


def test_own_queries_with_their_options(tmp_path: Path) -> None:
    (tmp_path / "mine.sql").write_text(
        "-- title: 我 | Mine\n-- param: industry text values=industries.industry | 产业 | Industry\n"
        "SELECT * FROM industries WHERE industry = $industry\n",
        encoding="utf-8",
    )
    env = {"IPCLI_SQL_PATH": str(tmp_path)}
    assert offered("ipcli query run mi", **env) == ["mine"]
    assert "--industry" in offered("ipcli query run mine --in", **env)
    assert "低空经济" in offered("ipcli query run mine --industry dk", **env)


@pytest.mark.parametrize(
    "line", ["", "ipcli", "ipcli nothing --such ", "ipcli targets --industry zzzz", "ipcli '"]
)
def test_nothing_fitting_is_no_error(line: str) -> None:
    offered(line)


def test_each_shell_gets_what_it_can_insert() -> None:
    assert offered("ipcli districts --industry=dk", "bash") == ["低空经济"]
    special = [word for word in offered("ipcli sources ", "bash") if " " in word]
    assert special == []


def test_nothing_heavy_is_loaded() -> None:
    code = (
        "import sys, os; os._exit = lambda code: None; from ipcli import completion;"
        "completion.answer(['zsh', 'ipcli districts --industry dk']);"
        "print([m for m in ('typer', 'rich', 'duckdb', '_duckdb', 'click') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert run.stdout.splitlines() == ["低空经济\t", "[]"]


def typed(shell: list[str], setup: str, keys: str, wanted: str, home: Path) -> str:
    """What a real shell shows after these keys; `wanted` ends the wait."""
    env = {"HOME": str(home), "TERM": "xterm", "LC_ALL": "C.UTF-8", "PS1": "$ "}
    env["PATH"] = f"{IPCLI.parent}{os.pathsep}{os.environ['PATH']}"
    pid, fd = pty.fork()
    if not pid:
        os.execvpe(shell[0], shell, env)
    shown = ""

    def read(until: str, seconds: float) -> None:
        nonlocal shown
        end = time.monotonic() + seconds
        while until not in shown and time.monotonic() < end:
            if select.select([fd], [], [], 0.1)[0]:
                shown += os.read(fd, 65536).decode("utf-8", "replace")

    try:
        time.sleep(0.3)
        os.write(fd, f"{setup}; echo rea''dy\n".encode())
        read("ready", 20)
        shown = ""
        os.write(fd, keys.encode())
        read(wanted, 20)
    finally:
        os.kill(pid, 9)
        os.close(fd)
        os.waitpid(pid, 0)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)


@pytest.mark.parametrize(
    ("shell", "arguments"), [("bash", ["--norc", "--noprofile", "-i"]), ("zsh", ["-f", "-i"])]
)
def test_tab_in_a_real_shell(shell: str, arguments: list[str], tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / "script"
    script.write_text(ask("--show-completion", shell).stdout, encoding="utf-8")
    text = typed([shell, *arguments], f". {script}", "ipcli districts --industry dk\t", "低空经济", tmp_path)
    assert "低空经济" in text
    text = typed([shell, *arguments], f". {script}", "ipcli outc\t", "outcomes", tmp_path)
    assert "outcomes" in text


def test_installing_twice_leaves_one_line(tmp_path: Path) -> None:
    (tmp_path / ".bashrc").write_text("export A=1\n")
    for _ in range(2):
        run = ask("--install-completion", "bash", HOME=str(tmp_path), XDG_DATA_HOME="")
        assert (run.returncode, run.stdout) == (0, "")
    lines = (tmp_path / ".bashrc").read_text().splitlines()
    assert lines[0] == "export A=1" and len(lines) == 2
    script = tmp_path / ".local" / "share" / "ipcli" / "completion.bash"
    assert str(script) in lines[1] and "_ipcli" in script.read_text()


def test_fish_gets_a_file_of_its_own(tmp_path: Path) -> None:
    assert ask("--install-completion=fish", HOME=str(tmp_path), XDG_CONFIG_HOME="").returncode == 0
    script = tmp_path / ".config" / "fish" / "completions" / "ipcli.fish"
    if shutil.which("fish"):
        assert subprocess.run(["fish", "--no-execute", script], capture_output=True).returncode == 0


@pytest.mark.parametrize("args", [("--install-completion", "tcsh"), ("--show-completion", "bash", "zsh")])
def test_other_shells_are_refused(args: tuple[str, ...]) -> None:
    run = ask(*args, IPCLI_LANG="en")
    assert run.returncode == 2 and run.stderr.count("\n") == 1
