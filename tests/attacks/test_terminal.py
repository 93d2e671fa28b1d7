"""Whatever data, names of files and queries hold: on a terminal nothing of it steers, on a page nothing of it runs."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path
from shlex import quote
from xml.etree import ElementTree

import duckdb
import pytest

from cli.test_shipped import IPCLI, ask
from conftest import PACKAGE, some
from faults.test_databases import SHIPPED
from terminal import shown

# A title of the window, a colour, C1, right to left, back to the start, an isolate, nothing to see, no character.
EVIL = "\x1b]0;P\x07\x1b[31mR\x9b32m\u202eB\rC\u2066X\u200bZ\x08\ufffe"
STEERS = re.compile("[\x07\x08\x9b\u202e\u2066\u200b\ufffe]|\x1b]0|\x1b\\[31mR")
SCRIPT = "<script>alert(1)</script>"
QUERY = (
    "-- title: E | E\n-- param: who text = E | E | E\n-- example: ipcli E\nSELECT $who AS a, 'E' AS \"bE\"\n"
)


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evil")
    db = Path(shutil.copy(SHIPPED, folder / "evil.duckdb"))
    with duckdb.connect(str(db)) as con:
        for statement in (
            f"UPDATE core.release SET release = '{EVIL}'",
            f"UPDATE main.sources SET title = '{EVIL}T', publisher = '{EVIL}P', url = 'https://x.example/{EVIL}'",
            f"UPDATE main.targets SET subject = '{EVIL}S', note = '{EVIL}N', as_reported = '{EVIL}A', unit = '{EVIL}'",
            f"COMMENT ON TABLE main.targets IS '{EVIL} | {EVIL}'",
            f"COMMENT ON COLUMN main.targets.subject IS '{EVIL} | {EVIL}'",
        ):
            con.execute(statement)
    (folder / "pq.sql").write_text(QUERY.replace("E", EVIL.replace("\r", "")), encoding="utf-8")
    (folder / f"e{EVIL}.txt").write_text(f"青岛{EVIL}2025年 30个项目\n", encoding="utf-8")
    (folder / "evil.csv").write_text(f"a,b\n1,{EVIL}\n2\n", encoding="utf-8")
    return db


NAMED = quote(f"e{EVIL}.txt")
COMMANDS = [
    "--version",
    *(f"targets --limit 2 -f {name}" for name in ("csv", "tsv", "json", "jsonl", "md", "html", "table")),
    "targets --limit 2 --excel", "targets --limit 2 --vertical", "targets --limit 2 --with-source -f csv",
    "targets -o x.csv", f"targets -f csv -o {quote('o' + EVIL)}", f"targets --sources {quote('s' + EVIL + '.csv')} -o x.csv",
    "cite OBS-0042", "cite OBS-0042 --style json", f"verify {NAMED}", f"verify {NAMED} -f csv", f"build --tables {NAMED}",
    f"export {quote('x' + EVIL)}", "schema", "schema targets", "sources", "matrix", "chart targets",
    "chart targets -f svg", "show 崂山",
    "query list --sql-dir .", "query run pq --sql-dir . --help", "query show pq --sql-dir .",
    "query run pq --sql-dir . -f csv", f"sql {quote(f'select error({chr(39)}{EVIL}{chr(39)})')}",
    f"sql {quote(f'select 1 as {chr(34)}{EVIL}{chr(34)}')} -f csv",
    f"sql --with t=evil.csv {quote('from t')} -f json", f"sql --with t={NAMED} {quote('from t')}", f"targets --db {NAMED}",
    f"shell -f csv < <(echo {quote(f'select {chr(39)}{EVIL}{chr(39)} as x;')})",
]  # fmt: skip


@pytest.mark.parametrize("command", some(COMMANDS, 9))
def test_nothing_steers_a_terminal(command: str, evil: Path) -> None:
    line = f"bash -c {quote(f'ipcli {command}')}"
    for lang in ("en", "zh"):
        printed = shown(line, folder=evil.parent, IPCLI_DB=str(evil), IPCLI_LANG=lang, NO_COLOR="")
        # The terminal itself ends lines by carriage return and line feed, of which `shown` leaves the latter.
        assert printed.strip() and STEERS.search(printed) is None, (command, printed)


def test_a_pipe_gets_the_data_as_they_are(evil: Path) -> None:
    run = ask("targets", "--columns", "note", "-f", "csv", "--limit", "1", "--db", str(evil))
    assert f"{EVIL}N" in run.stdout.replace("\n", "\r") or EVIL.replace("\r", "\n") in run.stdout


def test_one_function_prints_for_people() -> None:
    printing = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) in ("print", "sys.stderr.write", "typer.echo")
        )
    }
    # Beside it: candidates for a shell, a text on stdout through `destination`, a limit, and a prompt of our own.
    known = {"cli/complete.py", "cli/help.py", "db/__init__.py", "cli/shell.py"}
    assert printing == known | {"output/stream.py"}


ADDRESSES = [
    SCRIPT, "javascript:alert(1)", f"https://x.example/{SCRIPT}", "https://x.example/a b)c(d[e]\"'>", "data:text/html,x",
    "http://x.example/\nhttps://y.example/ <b>", "https://x.example/`a`|b|", "//x.example", "file:///etc/passwd",
    "https://x.example/](javascript:alert(1))", "https://x.example/ok?a=1&b=2",
]  # fmt: skip


def test_pages_link_http_alone_and_run_nothing(tmp_path: Path) -> None:
    db = Path(shutil.copy(SHIPPED, tmp_path / "x.duckdb"))
    with duckdb.connect(str(db)) as con:
        ids = [row[0] for row in con.execute("SELECT source_id FROM sources ORDER BY 1 LIMIT 11").fetchall()]
        for source, address in zip(ids, ADDRESSES, strict=True):
            con.execute(
                "UPDATE sources SET url = ?, title = ? WHERE source_id = ?",
                [address, f"{SCRIPT}\ufffe", source],
            )
    cited = ", ".join(f"('{source}', 1, '{SCRIPT}\ufffe')" for source in ids)
    sql = f"SELECT * FROM (VALUES {cited}) t(source_id, para_no, x)"
    for name, lead in (("x.md", "<"), ("x.html", 'href="')):
        assert ask("sql", sql, "-o", str(tmp_path / name), "--db", str(db)).returncode == 0
        page = (tmp_path / name).read_text(encoding="utf-8")
        assert "<script>alert" not in page and not re.search("[\ufffe\uffff]", page)
        assert not re.search(rf"{lead}(?!https?:)[a-z]*:", page)
        assert f"{lead}https://x.example/ok?a=1" in page
    assert ask("cite", *ids, "-o", str(tmp_path / "c.md"), "--db", str(db)).returncode == 0
    listed = (tmp_path / "c.md").read_text(encoding="utf-8")
    assert r"\<script\>" in listed and "<script>" not in listed and "<https://x.example/ok?a=1&b=2>" in listed


def test_pictures_are_xml_whatever_the_names(tmp_path: Path) -> None:
    db = Path(shutil.copy(SHIPPED, tmp_path / "x.duckdb"))
    with duckdb.connect(str(db)) as con:
        con.execute("UPDATE targets SET district = '\ufffe\uffff\ufdd0' || district")
    subprocess.run([IPCLI, "chart", "targets", "--db", db, "-o", tmp_path / "x.svg"], check=True)
    ElementTree.parse(tmp_path / "x.svg")
