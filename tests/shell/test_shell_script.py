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


IPCLI = [sys.executable, "-m", "ipcli", "shell"]


@pytest.fixture
def shell(house: House, tmp_path: Path) -> Shell:
    """Run the shell on a text, in the folder of the test; keywords become environment variables."""

    def run(text: str | bytes, *args: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        where = environment(house, XDG_STATE_HOME=str(tmp_path), **env)
        given = text.encode() if isinstance(text, str) else text
        done = subprocess.run(
            [*IPCLI, *args], input=given, env=where, cwd=tmp_path, capture_output=True, timeout=60
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in err and not (tmp_path / "ipcli").exists(), "a script has no history"
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    return run


def test_statements_and_dot_commands(shell: Shell) -> None:
    done = shell("select 1 as a; select ';' as b;\n.format json\nselect 2 as c\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == 'a\n1\nb\n;\n[\n\t{"c":2}\n]\n'


@pytest.mark.parametrize(
    ("text", "code", "message"),
    some(
        [
            ("select\n nothing from investments;", 1, "  2 |  nothing from investments"),
            ("select 1；", 1, "full-width punctuation"),
            ("copy (select 1) to 'x.csv';", 2, "COPY"),
            ("from read_csv('/etc/passwd');", 2, "read_csv"),
            ("select $x;", 2, "x"),
            ("select \0;", 2, "NUL"),
            (b"select '\xff';", 2, "UTF-8"),
            (".schema investment", 2, "did you mean investments"),
            (".format xlxs", 2, "unknown format xlxs"),
            (".timing", 2, "no such command: .timing"),
            (".output /no/where/x.csv\nselect 1;", 5, "/no/where"),
            (".output x.what", 2, "extension"),
        ],
        5,
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
    assert (done.returncode, done.stdout) == (1, "a\n1\n") and "unterminated string literal" in done.stderr


def test_quit_ends_it(shell: Shell) -> None:
    done = shell("select 1 as a;\n  .quit ;\nselect 2;")
    assert (done.returncode, done.stdout, done.stderr) == (0, "a\n1\n", "")


def test_windows_files(shell: Shell) -> None:
    done = shell(b"\xef\xbb\xbfselect 1 as a;\r\n.format tsv\r\nselect 2 as b,\r\n 3 as c;\r\n")
    assert (done.returncode, done.stdout) == (0, "a\n1\nb\tc\n2\t3\n"), done.stderr


def test_schema(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("x\n1\n", encoding="utf-8")
    done = shell(".schema\n.schema investments\n", "--with", f"own={tmp_path / 'own.csv'}")
    assert done.returncode == 0, done.stderr
    for wanted in ("own,1,1,", "investments,4,16,", "amount_yi,DOUBLE,Investment,亿元,"):
        assert wanted in done.stdout


def test_output_goes_to_a_file_and_comes_back(shell: Shell, tmp_path: Path) -> None:
    done = shell(
        ".output a.csv\nselect 1 as a;\nselect 2 as a;\n.schema\n.output b.json\nselect 3 as a;\n"
        ".format tsv\n.output c.list\nselect 4 as a, 5 as b;\n.output\nselect 6 as a, 7 as b;\n"
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.csv").read_text() == "a\n2\n"
    assert (tmp_path / "b.json").read_text() == '[\n\t{"a":3}\n]\n'
    assert (tmp_path / "c.list").read_text() == "a\tb\n4\t5\n"
    assert done.stdout.startswith("view,") and done.stdout.endswith("a\tb\n6\t7\n")
    assert done.stderr == "a.csv holds this result in place of the last one\n"


def test_output_never_replaces_the_database(shell: Shell, house: House, tmp_path: Path) -> None:
    before = house.db.read_bytes()
    (tmp_path / "link.csv").symlink_to(house.db)
    for name in (house.db, "link.csv"):
        done = shell(f".format csv\n.output '{name}'\nselect 1;\n")
        assert done.returncode == 2 and "over an input" in done.stderr
    assert house.db.read_bytes() == before


def test_timing_and_help(shell: Shell) -> None:
    done = shell(".timing on\nselect 1 as a;\n.timing off\nselect 2 as a;")
    assert done.stdout == "a\n1\na\n2\n" and done.stderr.count("seconds") == 1
    assert "leave (or Ctrl-D)" in shell(".help").stdout
    assert "离开（或 Ctrl-D）" in shell(".help", "--lang", "zh").stdout


def test_options(shell: Shell, house: House, tmp_path: Path) -> None:
    assert shell("select 1 as a;", "--format", "json").stdout.startswith("[")
    assert shell("", "--format", "what").returncode == 2
    assert shell("", "--timeout", "0").returncode == 2
    done = shell("select 1 as a; select count(*) from range(1000000000000);", "--timeout", "1")
    assert (done.returncode, done.stdout) == (4, "a\n1\n")
    assert shell("", "--db", tmp_path / "none").returncode == 3
    assert shell("select $city as c;", "--city", "yunshan").stdout == "c\n云山市\n"


@pytest.mark.parametrize(
    ("command", "codes", "out", "message"),
    [
        ("echo 'from range(1000000);' | $IPCLI | head -2", (0,), b"range\n0\n", b""),
        ("$IPCLI <&-", (2, 5), b"", b"closed"),
        ("echo 'select 1;' | $IPCLI >&-", (2, 5), b"", b"closed"),
    ],
)
def test_a_reader_that_leaves_and_closed_streams(
    house: House, command: str, codes: tuple[int, ...], out: bytes, message: bytes
) -> None:
    where = environment(house, IPCLI=" ".join(IPCLI))
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], env=where, capture_output=True, timeout=60
    )
    assert done.returncode in codes and done.stdout == out
    assert message in done.stderr and (message or not done.stderr) and b"Traceback" not in done.stderr


@pytest.mark.parametrize(("number", "code"), some([(signal.SIGINT, 130), (signal.SIGTERM, 143)], 1))
def test_signals_end_a_script(house: House, number: int, code: int) -> None:
    pipe = subprocess.PIPE
    process = subprocess.Popen(IPCLI, env=environment(house), stdin=pipe, stdout=pipe, stderr=pipe)
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
        "import sys; from ipcli.cli.app import main; code = main(['shell'])\n"
        "print(*sys.modules, sep='\\n', file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=b"select 1 as a;\n.schema\n",
        env=environment(house),
        capture_output=True,
    )
    loaded = done.stderr.decode().split()
    assert done.returncode == 0 and "ipcli.cli.shell" in loaded
    assert not {"prompt_toolkit", "platformdirs", "pygments", "rich", "asyncio", "duckdb"} & set(loaded)
