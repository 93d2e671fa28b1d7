"""docs/maintaining.md: its templates are rows that build, its commands run. UPDATE_DOCS=1 writes the templates anew."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from pathlib import Path

import duckdb
import pytest
from tables_at_hand import EXAMPLE, EXAMPLE_TEXT, ROOT, example_database, ipcli

from ipcli import paths
from ipcli.dataset.tables import DERIVED, schema_tables

PAGE = ROOT / "docs" / "maintaining.md"
HEADING = "## A row of each table"


def templates() -> str:
    """For each table of the schema: what it holds, its header, a row, and what the build fills in."""
    with duckdb.connect() as con:
        con.execute((paths.data() / "schema.sql").read_text(encoding="utf-8"))
        comments = dict(
            con.execute(
                "SELECT table_name, comment FROM duckdb_tables() WHERE schema_name = 'core'"
            ).fetchall()
        )
        tables = schema_tables(con)
    parts = []
    for name, columns in tables.items():
        header, row, *_ = (EXAMPLE / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        assert header == ",".join(column for column, _ in columns), name
        derived = ", ".join(f"`{column}`" for column in sorted(DERIVED.get(name, ())))
        filled = f"\n\nThe build adds {derived}." if derived else ""
        parts.append(f"### `{name}`\n\n{comments[name]}\n\n```csv\n{header}\n{row}\n```{filled}\n")
    return "\n".join(parts)


def test_template_rows_are_those_of_the_example_and_headers_those_of_the_schema() -> None:
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(HEADING)
    intro = rest.split("### ", 1)[0].rstrip("\n")
    fresh = f"{head}{HEADING}{intro}\n\n{templates()}"
    if os.environ.get("UPDATE_DOCS") == "1":
        PAGE.write_text(fresh, encoding="utf-8")
        text = fresh
    assert text == fresh


@pytest.mark.slow
def test_commands_of_the_page_run(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    lines = [
        line.split("#")[0].strip()
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
        if line.strip()
    ]
    assert len(lines) >= 8
    shutil.copytree(EXAMPLE, tmp_path / "my-city")
    shutil.copy(EXAMPLE_TEXT, tmp_path / "report.txt")
    (tmp_path / "new.txt").write_text("2024年桐湖区风电规模200亿元。\n", encoding="utf-8")
    shutil.copy(example_database(), tmp_path / "before.duckdb")
    for line in lines:
        program, *args = shlex.split(line)
        assert program == "ipcli"
        finished = ipcli(*args, cwd=tmp_path)
        assert finished.returncode == 0, (line, finished.stdout, finished.stderr)
    assert "200亿元" in (tmp_path / "candidates.csv").read_text(encoding="utf-8")


def test_page_says_nothing_of_files_that_are_not_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for path in re.findall(r"`((?:data|src|tests)/[\w./-]+)`", text):
        assert (ROOT / path).exists() or "NAME" in path, path
