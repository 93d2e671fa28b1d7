"""What may come of a command line: the documented exit codes, a word of why, and what was asked for in its format."""

from __future__ import annotations

import contextlib
import csv
import inspect
import io
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import duckdb
import openpyxl
import typer

from faults.command_lines import Line
from ipcli.cli.app import program
from ipcli.cli.options import Output
from ipcli.errors import IpcliError
from ipcli.output.cells import width_of

CODES = {0, 1, 2, 3, 4, 5}
_READ = inspect.signature(Output.read).parameters


class Outcome(NamedTuple):
    """What a command did."""

    code: int
    out: bytes
    err: bytes


def fault(line: Line, outcome: Outcome, folder: Path) -> str | None:
    """What is wrong with how a command line was taken; None if nothing is. `folder` is where it ran."""
    told = outcome.err.decode("utf-8", "replace")
    if outcome.code not in CODES:
        return f"exit code {outcome.code}: {told[-800:]}"
    if "Traceback" in told or "internal error" in told:
        return told[-800:]
    if "\x1b" in told:
        return f"an escape on stderr: {told[-300:]!r}"
    values = _values(line.words)
    if outcome.code and not told.strip() and not values.get("exit_status"):
        return f"exit code {outcome.code} and no word"
    if outcome.code > 1 and outcome.out and line.words[:1] != ["shell"]:
        return f"exit code {outcome.code} after {outcome.out[:80]!r}"
    left = [
        path.name for path in folder.rglob("*") if path.name.endswith(".part") or path.name.startswith(".out")
    ]
    if left:
        return f"left behind: {left}"
    if outcome.code in (0, 1) and "format" in values and outcome.out:
        try:
            output = Output.read(**{name: value for name, value in values.items() if name in _READ})
            if output.path is None:
                _read(output, outcome.out, line.columns)
        except Exception as error:
            return f"{type(error).__name__}: {str(error)[:300]}"
    return None


def _values(words: list[str]) -> dict[str, Any]:
    """The options of the command these words run, as the program parses them; {} if they run none."""
    command: Any = program()
    args = words
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            while True:
                with command.make_context("ipcli", list(args)) as ctx:
                    if not hasattr(command, "resolve_command"):
                        return dict(ctx.params) if command.name != "shell" else {}
                    _, command, args = command.resolve_command(ctx, ctx._protected_args + ctx.args)
    except (typer.TyperException, IpcliError, typer.Exit, IndexError):
        return {}


def _read(output: Output, content: bytes, columns: str) -> None:
    """Fail if a content is not in the format of these options."""
    kind = output.format
    if kind == "xlsx":
        openpyxl.load_workbook(io.BytesIO(content))
        return
    if kind == "parquet":
        path = Path("read-back.parquet")
        path.write_bytes(content)
        try:
            duckdb.sql(f"FROM '{path}'").fetchall()
        finally:
            path.unlink()
        return
    text = content.decode("utf-8")
    if kind == "json":
        assert isinstance(json.loads(text, parse_constant=_no_constant), list)
    elif kind == "jsonl":
        # Not splitlines(): it splits at more than line ends.
        for line in text.removesuffix("\n").split("\n") if text else []:
            assert isinstance(json.loads(line, parse_constant=_no_constant), dict)
    elif kind == "csv":
        records = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
        assert len({len(record) for record in records}) <= 1, "records of different lengths"
    elif kind == "tsv":
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True))
        assert len({len(record) for record in records}) <= 1, "records of different lengths"
    elif kind == "md":
        rows = [line for line in text.split("\n") if line.startswith("|")]
        assert len({len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) for row in rows}) <= 1, (
            "rows of different lengths"
        )
    elif kind == "svg":
        ElementTree.fromstring(text)
    elif kind == "html":
        page = HTMLParser()
        page.feed(text)
        page.close()
        assert text.startswith("<!") and "\x1b" not in text
    elif kind == "table":
        assert re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text) is None, "a control character"
        if columns.isdecimal() and int(columns):
            widest = max(text.split("\n"), key=width_of)
            assert width_of(widest) <= int(columns), f"{width_of(widest)} cells: {widest!r}"


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def lay_out(line: Line, folder: Path) -> None:
    """Put the files of a line in the folder it is to run in."""
    for name, content in line.files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


def clear(folder: Path) -> None:
    """Remove all that a line and its files left."""
    import shutil

    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)
