"""The pager runs for tables on a terminal that are taller than it."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from cli.test_shipped import IPCLI
from terminal import shown

MARK = "sed s/^/>/"


def test_what_the_screen_does_not_hold_goes_to_the_pager_of_the_environment() -> None:
    assert not shown("ipcli tracks --limit 3", IPCLI_PAGER=MARK).startswith(">")
    assert shown("ipcli tracks", IPCLI_PAGER=MARK).startswith(">")
    assert shown("unset IPCLI_PAGER; ipcli tracks", PAGER=MARK).startswith(">")
    assert not shown("unset IPCLI_PAGER; ipcli tracks", PAGER="cat").startswith(">")
    assert not shown("ipcli tracks", IPCLI_PAGER="", PAGER=MARK).startswith(">")
    assert not shown("ipcli tracks --no-pager", IPCLI_PAGER=MARK).startswith(">")
    assert shown("ipcli tracks --limit 3 --pager", IPCLI_PAGER=MARK).startswith(">")


def test_only_tables_on_terminals_are_paged() -> None:
    assert not shown("ipcli tracks --limit 3 --pager -f csv", IPCLI_PAGER=MARK).startswith(">")
    assert not shown("ipcli tracks --limit 3 --pager | cat", IPCLI_PAGER=MARK).startswith(">")


@pytest.mark.skipif(shutil.which("less") is None, reason="less is not installed")
def test_less_is_told_that_it_gets_utf8_where_the_locale_is_c() -> None:
    line = "ipcli districts --limit 1 --pager"
    assert "区市" in shown(line, keys=b"q", IPCLI_PAGER="less", LC_ALL="C", LESS="FRX")


def test_the_exit_code_is_that_of_the_query() -> None:
    line = "ipcli tracks --search nothing-like-it --pager --exit-status; echo code $?"
    assert "code 1" in shown(line, IPCLI_PAGER=MARK)
    assert "code 0" in shown("ipcli tracks --pager; echo code $?", IPCLI_PAGER="head -1")
    assert "code 0" in shown("ipcli tracks --pager; echo code $?", IPCLI_PAGER="true")


def test_a_pager_that_cannot_run_is_one_line_and_the_table_comes_without_it() -> None:
    text = shown("ipcli tracks --pager; echo code $?", IPCLI_PAGER="no-such-pager", IPCLI_LANG="en")
    assert "the pager no-such-pager cannot run" in text and "code 0" in text and "Traceback" not in text
    assert "44 rows" in text


def test_a_pipe_needs_no_pager() -> None:
    run = subprocess.run([IPCLI, "tracks", "--pager"], capture_output=True, timeout=60)
    assert run.returncode == 0 and b"," in run.stdout.splitlines()[0]
