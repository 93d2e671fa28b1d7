"""`ipcli shell` at a pseudo-terminal."""

from __future__ import annotations

import os
import signal
import stat
import sys
from pathlib import Path
from random import Random

import pytest

from conftest import House

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals here", allow_module_level=True)

from pseudo_terminal import ALT_ENTER, CTRL_C, ENTER, TAB, UP, Terminal

LONG = "select count(*) from range(1000000000000);"


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's state folder, for the processes that are started."""
    folder = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


pytestmark = pytest.mark.usefixtures("state")


def test_statements_of_several_lines(house: House) -> None:
    with Terminal(house) as terminal:
        terminal.type("select 40" + ENTER)
        terminal.expect("...>")
        terminal.type("+ 2 as alive;" + ENTER)
        terminal.expect("42")
        terminal.settle()
        terminal.type("select 50 + 5 as alive" + ALT_ENTER)
        terminal.expect("55")
        terminal.settle()
        terminal.type("select 'ä;' ||" + ENTER + "';' as x;" + ENTER)
        terminal.expect("ä;;")
        terminal.leave()


def test_completion_of_pinyin_columns_and_dot_commands(house: House) -> None:
    with Terminal(house) as terminal:
        terminal.type("select 'n=' || count(*) as n from investm" + TAB)
        terminal.type(" where industry = 'dkjj" + TAB)
        terminal.type(" and amount_" + TAB)
        terminal.type(" > 100;" + ENTER)
        terminal.expect("n=1")
        terminal.type(".ti" + TAB)
        terminal.type(" on" + ENTER)
        terminal.type("select 1;" + ENTER)
        terminal.expect("seconds")
        terminal.settle()
        # Enter takes the candidate that is chosen, and runs nothing yet.
        terminal.type("select district from districts where district like '东" + TAB)
        terminal.type(TAB + ENTER + ";" + ENTER)
        terminal.expect("1 row")


def test_ctrl_c_cancels_the_query_alone(house: House) -> None:
    with Terminal(house) as terminal:
        for _ in range(3):
            terminal.send(LONG + ENTER)
            terminal.expect("\n")
            terminal.settle()
            # The second comes while the first is dealt with.
            terminal.send(CTRL_C + CTRL_C)
            terminal.expect("cancelled")
            terminal.settle()
        # Where nothing runs it clears what is typed; from elsewhere it does the same.
        terminal.type("select nothing" + ENTER + "from")
        terminal.type(CTRL_C)
        terminal.alive()
        os.kill(terminal.pid, signal.SIGINT)
        terminal.settle()
        terminal.type(LONG + ENTER)
        os.kill(terminal.pid, signal.SIGINT)
        terminal.expect("cancelled")
        terminal.settle()
        terminal.leave()


@pytest.mark.slow
def test_ctrl_c_at_any_moment(house: House) -> None:
    random = Random(8)
    with Terminal(house) as terminal:
        for _ in range(50):
            terminal.send(random.choice([LONG, "from investments;", ".schema", "select nothing;"]) + ENTER)
            terminal.settle(random.random() * 0.3)
            terminal.send(CTRL_C)
            terminal.settle(random.random() * 0.05)
        terminal.send(CTRL_C)
        terminal.settle(1)
        terminal.alive()
        terminal.leave()


@pytest.mark.slow
def test_errors_do_not_end_it(house: House) -> None:
    with Terminal(house, "--timeout", "1") as terminal:
        for text, message in (
            ("select * from investment;", "did you mean investments"),
            ("copy (select 1) to 'x.csv';", "read-only: a COPY"),
            ("select 1；", "full-width"),
            (LONG, "more than 1 second and"),
            ("select length(repeat('x', 3000000000));", "out of memory"),
            ("select error(chr(27) || '[31mred');", "[31mred"),
            (".tables", "no such command"),
            (".format xlsx" + ENTER + "select 1;", "cannot go to a terminal"),
        ):
            terminal.type(text + ENTER)
            terminal.expect(message)
            terminal.settle()
        terminal.type(".format table" + ENTER)
        terminal.alive()
        terminal.type(".quit" + ENTER)
        assert terminal.end() == 0
        assert "\x1b[31m" not in terminal.raw
        assert "Traceback" not in terminal.text and "internal error" not in terminal.text


def test_history_lasts_and_is_private(house: House, state: Path) -> None:
    history = state / "ipcli" / "history"
    history.parent.mkdir(parents=True)
    history.touch(0o644)
    with Terminal(house) as terminal:
        terminal.alive()
        terminal.leave()
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    with Terminal(house) as terminal:
        terminal.type(UP + ENTER)
        terminal.expect("42")


@pytest.mark.slow
@pytest.mark.parametrize("obstacle", ["a folder", "a file for a folder"])
def test_a_history_that_cannot_be_written_is_no_error(house: House, state: Path, obstacle: str) -> None:
    if obstacle == "a folder":
        (state / "ipcli" / "history").mkdir(parents=True)
    else:
        state.write_text("")
    with Terminal(house) as terminal:
        terminal.alive()
        # What was typed is remembered as long as the session lasts.
        terminal.type(UP + ENTER)
        terminal.expect("42")
        terminal.leave()


@pytest.mark.slow
def test_long_results_and_files_are_told(house: House, tmp_path: Path) -> None:
    with Terminal(house) as terminal:
        terminal.type("select 'r' || range as r from range(5000);" + ENTER)
        before = terminal.expect("only the first 1000 rows are shown")
        assert "r999" in before and "r1000" not in before
        terminal.settle()
        terminal.type(f".output {tmp_path / 'x.csv'}" + ENTER + "from range(3);" + ENTER)
        terminal.expect("3 rows")
        terminal.type("from range(4);" + ENTER)
        terminal.expect("place")
        terminal.type(".output" + ENTER)
        terminal.alive()


@pytest.mark.slow
def test_colours_and_who_wants_none(house: House) -> None:
    with Terminal(house) as terminal:
        terminal.type("select 1 as one;")
        assert "\x1b[0;38;" in terminal.raw
        assert "\x1b[6n" not in terminal.raw, "the terminal is not probed"
    with Terminal(house, NO_COLOR="1") as terminal:
        terminal.type("select 1 as one;" + ENTER)
        terminal.expect("1 row")
        assert ";38" not in terminal.raw and "\x1b[3" not in terminal.raw


@pytest.mark.slow
def test_a_dumb_terminal_gets_lines(house: House, state: Path) -> None:
    with Terminal(house, TERM="dumb") as terminal:
        terminal.type("select 40 +\n")
        terminal.expect("...>")
        terminal.type("2 as alive;\n")
        terminal.expect("42")
        terminal.type("select nothing")
        terminal.type(CTRL_C)
        terminal.type(LONG + "\n")
        terminal.send(CTRL_C)
        terminal.expect("cancelled")
        terminal.settle()
        terminal.leave()
        assert "\x1b" not in terminal.raw
    assert not state.exists()


@pytest.mark.slow
def test_results_may_go_elsewhere_while_one_types(house: House, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with Terminal(house, stdout=str(target)) as terminal:
        terminal.type("select 40 + 2 as alive;" + ENTER)
        terminal.leave()
    assert target.read_text() == "alive\n42\n"


@pytest.mark.parametrize(
    ("number", "codes"), [(signal.SIGTERM, [143]), (signal.SIGHUP, [129, -signal.SIGHUP, 0, 1])]
)
def test_signals_end_it(house: House, number: int, codes: list[int]) -> None:
    with Terminal(house) as terminal:
        if number == signal.SIGTERM:
            terminal.type(LONG + ENTER)
        os.kill(terminal.pid, number)
        assert terminal.end() in codes
        assert "Traceback" not in terminal.text
