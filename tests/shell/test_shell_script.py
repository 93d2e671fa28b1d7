"""`ipcli shell` fed by a pipe."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import House, environment, some

Shell = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def shell(house: House, tmp_path: Path) -> Shell:
    """Run the shell on a text; keywords become environment variables."""

    def run(text: str | bytes, *args: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        process = subprocess.run(
            [sys.executable, "-m", "ipcli", "shell", *map(str, args)],
            input=text.encode() if isinstance(text, str) else text,
            env=environment(house, **env),
            cwd=tmp_path,
            capture_output=True,
            timeout=60,
        )
        assert b"Traceback" not in process.stderr
        return subprocess.CompletedProcess(
            process.args, process.returncode, process.stdout.decode(), process.stderr.decode()
        )

    return run


def test_statements_and_dot_commands(shell: Shell) -> None:
    done = shell("select 1 as a; select ';' as b;\n.format json\nselect 2 as c\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == 'a\n1\nb\n;\n[\n\t{"c":2}\n]\n'


def test_nothing_is_prompted_and_nothing_is_remembered(shell: Shell, tmp_path: Path) -> None:
    done = shell("", XDG_STATE_HOME=str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    shell("select 1;", XDG_STATE_HOME=str(tmp_path))
    assert not (tmp_path / "ipcli").exists()


@pytest.mark.parametrize(
    ("text", "code", "message"),
    some(
        [
            ("select * from investment;", 1, "did you mean investments"),
            ("select 1；", 1, "full-width punctuation"),
            ("copy (select 1) to 'x.csv';", 2, "COPY"),
            ("from read_csv('/etc/passwd');", 2, "read_csv"),
            ("set threads=1;", 2, "SET"),
            ("attach 'x.duckdb';", 2, "ATTACH"),
            ("select $x;", 2, "x"),
            ("select \0;", 2, "NUL"),
            (b"select '\xff';", 2, "UTF-8"),
            (".tabels", 2, "did you mean .tables"),
            (".tables x", 2, "too many arguments"),
            (".schema investment", 2, "did you mean investments"),
            (".format xlxs", 2, "unknown format xlxs"),
            (".timing", 2, ".timing on or .timing off"),
            (".run", 2, ".run NAME"),
            (".run investment", 2, "did you mean investments"),
            (".run broken", 2, "unknown key parm"),
            (".run investments --distrct x", 2, "--distrct"),
            (".run investments --district 东", 2, "ambiguous"),
            (".run fails", 1, "INT"),
            (".run 'a", 2, "quote is not closed"),
            (".output nowhere/x.csv", 2, "no folder nowhere"),
            (".output .", 2, "folder"),
            (".output x.what", 2, "extension"),
        ],
        8,
    ),
)
def test_the_first_error_ends_it_with_its_code(
    shell: Shell, text: str | bytes, code: int, message: str
) -> None:
    after = b"\nselect 'after' as a;"
    done = shell(b"select 40+2 as before;\n" + (text if isinstance(text, bytes) else text.encode()) + after)
    assert done.returncode == code, done.stderr
    assert done.stdout in ("before\n42\n", "") and message in done.stderr
    assert "after" not in done.stdout and done.stderr.startswith("ipcli: ")


def test_a_last_statement_needs_no_semicolon_but_its_quotes(shell: Shell) -> None:
    assert shell("select 1 as a; select 2 as b").stdout == "a\n1\nb\n2\n"
    done = shell("select 1 as a; select 'b")
    assert (done.returncode, done.stdout) == (1, "a\n1\n") and "quote is not closed" in done.stderr


def test_a_timeout_holds_for_each_statement(shell: Shell) -> None:
    done = shell("select 1 as a; select count(*) from range(1000000000000);", "--timeout", "1")
    assert (done.returncode, done.stdout) == (4, "a\n1\n")


def test_quit_ends_it(shell: Shell) -> None:
    for word in (".quit", ".exit", "  .quit ;"):
        done = shell(f"select 1 as a;\n{word}\nselect 2;")
        assert (done.returncode, done.stdout) == (0, "a\n1\n")


def test_windows_files(shell: Shell) -> None:
    done = shell(b"\xef\xbb\xbfselect 1 as a;\r\n.format tsv\r\nselect 2 as b,\r\n 3 as c;\r\n")
    assert (done.returncode, done.stdout) == (0, "a\n1\nb\tc\n2\t3\n"), done.stderr


def test_statements_run_as_they_come(house: House) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ipcli", "shell"],
        env=environment(house),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(b"select 1 as a;\n")
    process.stdin.flush()
    assert [process.stdout.readline(), process.stdout.readline()] == [b"a\n", b"1\n"]
    process.stdin.close()
    assert process.wait(20) == 0


def test_tables_schema_and_queries(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "mine.sql").write_text("-- title: 我的 | Mine\nselect 7 as seven\n", encoding="utf-8")
    (tmp_path / "own.csv").write_text("x\n1\n", encoding="utf-8")
    done = shell(
        ".tables\n.schema investments\n.schema\n.queries\n.run mine\n",
        "--with",
        f"own={tmp_path / 'own.csv'}",
        IPCLI_SQL_PATH=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    for wanted in (
        "own,1,1,",
        "investments,4,16,",
        "amount_yi,DOUBLE,Investment,亿元,",
        "investments,amount_yi,DOUBLE,",
        f"mine,Mine,{tmp_path / 'mine.sql'}",
        "totals,Totals,\n",
    ):
        assert wanted in done.stdout
    assert done.stdout.endswith("seven\n7\n")


def test_run_takes_the_options_of_the_query(shell: Shell, tmp_path: Path) -> None:
    done = shell(
        ".run investments --district donghu --min 100 --columns project,amount_yi\n"
        ".run investments -f json --limit 1 --columns project\n"
        ".run investments --columns project -o out.csv\n"
        ".run totals --by industry --help\n"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("project,amount_yi\n飞艇工厂,130\n[\n\t{") and "--by" in done.stdout
    assert "only the first row:" in done.stderr
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").startswith("project\n")


def test_run_finds_a_fault_by_file_and_line(shell: Shell, tmp_path: Path) -> None:
    query = tmp_path / "bad.sql"
    query.write_text("-- title: 坏 | Bad\nselect\n  nothing\nfrom investments\n", encoding="utf-8")
    done = shell(".run bad\n", IPCLI_SQL_PATH=str(tmp_path))
    assert done.returncode in (1, 2) and f"{query}:3" in done.stderr, done.stderr
    # What is told of a file is not told of the next statement.
    assert str(query) not in shell("select nothing from investments;", IPCLI_SQL_PATH=str(tmp_path)).stderr


def test_output_goes_to_a_file_and_comes_back(shell: Shell, tmp_path: Path) -> None:
    done = shell(
        ".output a.csv\nselect 1 as a;\nselect 2 as a;\n.tables\n.output b.json\nselect 3 as a;\n"
        ".format tsv\n.output c.list\nselect 4 as a, 5 as b;\n.output\nselect 6 as a, 7 as b;\n"
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.csv").read_text() == "a\n2\n"
    assert (tmp_path / "b.json").read_text() == '[\n\t{"a":3}\n]\n'
    assert (tmp_path / "c.list").read_text() == "a\tb\n4\t5\n"
    assert done.stdout.startswith("view,") and done.stdout.endswith("a\tb\n6\t7\n")
    assert done.stderr == (
        "1 rows written to a.csv, in place of the last result\n"
        "the extension of b.json says json; tsv is for other output\n"
    )


def test_output_never_replaces_the_database(shell: Shell, house: House, tmp_path: Path) -> None:
    before = house.db.read_bytes()
    (tmp_path / "link.csv").symlink_to(house.db)
    for name in (house.db, "link.csv"):
        done = shell(f".format csv\n.output '{name}'\nselect 1;\n")
        assert done.returncode == 2 and "database that is open" in done.stderr
    assert house.db.read_bytes() == before


def test_timing_is_told_on_stderr(shell: Shell) -> None:
    done = shell(".timing on\nselect 1 as a;\n.timing off\nselect 2 as a;")
    assert done.stdout == "a\n1\na\n2\n" and done.stderr.count("seconds") == 1


def test_help_speaks_both_languages(shell: Shell) -> None:
    assert "leave (.exit, Ctrl-D)" in shell(".help").stdout
    assert "离开（.exit、Ctrl-D）" in shell(".help", "--lang", "zh").stdout


def test_options(shell: Shell, house: House, tmp_path: Path) -> None:
    assert shell("select 1 as a;", "--format", "json").stdout.startswith("[")
    assert shell("", "--format", "what").returncode == 2
    assert shell("", "--timeout", "0").returncode == 2
    assert shell("", "--db", tmp_path / "none").returncode == 3
    assert shell("select $city as c;", "--city", "yunshan").stdout == "c\n云山市\n"


def test_a_reader_that_leaves_is_no_error(house: House) -> None:
    command = f"echo 'from range(1000000);' | '{sys.executable}' -m ipcli shell | head -2"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], env=environment(house), capture_output=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"range\n0\n", b"")


@pytest.mark.parametrize("redirection", ["<&-", ">&-"])
def test_closed_streams(house: House, redirection: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f"'{sys.executable}' -m ipcli shell {redirection}"],
        input=b"select 1;",
        env=environment(house),
        capture_output=True,
        timeout=60,
    )
    assert done.returncode in (2, 5) and b"closed" in done.stderr and b"Traceback" not in done.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_a_script(house: House, number: int, code: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ipcli", "shell"],
        env=environment(house),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    process.stdin.write(b"select 1 as a; select count(*) from range(1000000000000);\n")
    process.stdin.flush()
    assert [process.stdout.readline(), process.stdout.readline()] == [b"a\n", b"1\n"]
    time.sleep(0.3)
    os.kill(process.pid, number)
    assert process.wait(10) == code
    assert process.stderr.read() == b""
    process.stdin.close()


def test_a_script_loads_nothing_of_the_terminal(house: House) -> None:
    code = (
        "import sys\n"
        "from ipcli.cli.app import main\n"
        "code = main(['shell'])\n"
        "print(*sys.modules, sep='\\n', file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input="select 1 as a;\n.tables\n",
        env=environment(house),
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert not {"prompt_toolkit", "pygments", "rich", "asyncio", "duckdb"} & set(done.stderr.split())
