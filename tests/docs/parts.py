"""The generated parts of the pages: what the program and the database say of themselves, as Markdown."""

from __future__ import annotations

import csv
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from pages import ROOT
from typer import Context
from typer.core import TyperArgument, TyperCommand

from ipcli import paths
from ipcli.cli import app
from ipcli.cli.app import Command
from ipcli.cli.help import read_topic
from ipcli.cli.options import Output
from ipcli.db.engine import Database
from ipcli.model import Label, Query, parse_label
from ipcli.output import formats
from ipcli.query import catalog

IPCLI = Path(sys.executable).with_name("ipcli")
EXAMPLE = ROOT / "tests" / "dataset" / "example_city"


@contextmanager
def english() -> Iterator[None]:
    """The program speaks English meanwhile."""
    before = os.environ.get("IPCLI_LANG")
    os.environ["IPCLI_LANG"] = "en"
    try:
        yield
    finally:
        del os.environ["IPCLI_LANG"]
        if before is not None:
            os.environ["IPCLI_LANG"] = before


def cell(text: str) -> str:
    """A text as a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def code(text: str) -> str:
    """A text as code in a cell; a bar in code would end the cell."""
    return f"`{text}`".replace("|", "\\|") if text else ""


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def option_rows(params: Iterable[Any]) -> list[list[str]]:
    """A row for each option or argument: how it is typed, what it means."""
    rows = []
    context = Context(TyperCommand("ipcli"))
    for param in params:
        name, meaning = param.get_help_record(context) or ("", "")
        if isinstance(param, TyperArgument):
            # Some releases of Typer put what may be left out in brackets here, some do not.
            name = name.strip("[]")
        if name:
            rows.append([code(name), cell(meaning.removesuffix("[required]"))])
    return rows


def shared_names() -> set[str]:
    """The names of the options every lookup has."""
    return {*inspect.signature(Output.read).parameters, "city", "grade", "db", "lang", "help"}


def lookups() -> str:
    """Every lookup, a `.sql` file of `sql/`: what it tells, its options, columns and examples."""
    queries = [catalog.read(file) for file in sorted(paths.queries().glob("*.sql"))]
    # Some commands are made of a lookup: they are described once.
    queries = [query for query in queries if query.name not in app.list_modules()]
    index = table(
        ["lookup", "", "title"],
        ([f"[`{query.name}`](#{query.name})", query.title.zh, cell(query.title.en)] for query in queries),
    )
    with english(), Database.open(paths.database()) as database:
        return "\n".join([index, *(_lookup(query, database) for query in queries)])


def _lookup(query: Query, database: Database) -> str:
    command = app.Group().get_command(None, query.name)
    command.describe()
    own = [param for param in command.params if param.name not in shared_names()]
    parts = [f"## {query.name}\n", f"**{query.title.zh} · {query.title.en}**\n"]
    if query.about.en:
        parts.append(query.about.en + "\n")
    if own:
        parts.append(table(["option", "meaning"], option_rows(own)))
    parts += _columns(query, database)
    if query.examples:
        parts.append("```sh\n" + "\n".join(query.examples) + "\n```\n")
    return "\n".join(parts)


def _columns(query: Query, database: Database) -> list[str]:
    """The columns of a query; what its own mean."""
    values = dict.fromkeys(
        ("city", "grade", *(param.name for param in query.params if param.type != "flag")), None
    )
    values |= {param.name: False for param in query.params if param.type == "flag"}
    result = database.run(query.sql, values, limit=0)
    named = [
        f"**`{column.name}`**" if column.name in query.show else f"`{column.name}`"
        for column in result.columns
    ]
    parts = ["Columns: " + ", ".join(named) + "\n"]
    if query.labels:
        parts.append(
            table(
                ["its own column", "", "含义", "meaning"],
                (
                    [
                        code(name),
                        label.text.zh,
                        cell(label.meant("zh")),
                        english_of(label),
                    ]
                    for name, label in query.labels.items()
                ),
            )
        )
    return parts


def commands() -> str:
    """Every command that is no lookup: usage, what it does, its options, examples."""
    group = app.Group()
    with english(), Database.open(paths.database()) as database:
        return "\n".join(_command(name, group, database) for name in sorted(app.list_modules()))


def _command(name: str, group: app.Group, database: Database) -> str:
    command = group.get_command(None, name)
    parts = [_described(f"ipcli {name}", name, command)]
    inner = {}
    if hasattr(command, "titles"):
        inner = {part: command.get_command(None, part) for part in command.titles()}
    parts += [_described(f"ipcli {name} {part}", f"{name} {part}", inner[part]) for part in inner]
    if name in catalog.list_queries(paths.queries()):
        parts += _columns(catalog.read(paths.queries() / f"{name}.sql"), database)
    return "\n".join(parts)


def _described(path: str, heading: str, command: Any) -> str:
    level = "###" if " " in heading else "##"
    parts = [f"{level} {heading}\n"]
    if isinstance(command, Command):
        command.describe()
        page = command.page
        parts.append(f"**{page.title.rstrip('.')}**\n")
        if page.about:
            parts.append(page.about + "\n")
        parts.append(f"```text\n{path} {page.usage or '[OPTIONS]'}\n```\n")
        examples = page.examples
        known = {param.name for param in command.params}
        all_shared = {"format", "columns", "sort", "limit"} <= known
        params = [
            param
            for param in command.params
            if not (all_shared and param.name in shared_names()) and param.name != "help"
        ]
    else:
        parts.append(f"**{app.MARKED[heading].title}**\n")
        examples, all_shared = (), False
        params = [param for param in command.params if param.name != "help"]
    arguments = [param for param in params if isinstance(param, TyperArgument)]
    rows = option_rows([*arguments, *(param for param in params if param not in arguments)])
    if rows:
        parts.append(table(["argument or option", "meaning"], rows))
    if all_shared:
        parts.append("And the [options of every lookup](formats.md#options-of-every-lookup).\n")
    if examples:
        parts.append("```sh\n" + "\n".join(examples) + "\n```\n")
    return "\n".join(parts)


def shared_options() -> str:
    """The options that every lookup has."""
    with english():
        params = app.Group().get_command(None, "targets").params
        shared = [param for param in params if param.name in shared_names() - {"help"}]
        return table(["option", "meaning"], option_rows(shared))


def format_table() -> str:
    """The output formats, from their modules."""
    rows = []
    for name in formats.names():
        module = formats.load(name)
        extensions = ", ".join(code(extension) for extension in module.EXTENSIONS)
        rows.append(
            [
                code(name),
                extensions,
                "names and values as in the file" if module.PLAIN else "headings and words for people",
                cell(module.ABOUT.en),
            ]
        )
    return table(["format", "extension", "says", ""], rows)


def _topic_rows(topic: str, pattern: str) -> list[tuple[str, str, str]]:
    """The rows of a help topic: the word, what it means in Chinese, and in English."""
    found: dict[str, list[str]] = {}
    for lang in ("zh", "en"):
        os.environ["IPCLI_LANG"] = lang
        # What goes on beneath itself is of the same row; between two Chinese signs there is no blank.
        text = re.sub(r"(?<=[^\x00-\x7f])\n {5,}(?=[^\x00-\x7f])", "", read_topic(topic))
        text = re.sub(r"(?<=[，。、；：（）])\n {5,}|\n {5,}(?=[，。、；：（）])", "", text)
        text = re.sub(r"\n {5,}", " ", text)
        for word, meaning in re.findall(rf"^  ({pattern})  +(.+)$", text, re.MULTILINE):
            found.setdefault(word, []).append(meaning)
    return [(word, *meanings[:1], meanings[len(meanings) // 2]) for word, meanings in found.items()]


def exit_codes() -> str:
    """The exit codes: what `ipcli help exit-codes` says."""
    with english():
        rows = _topic_rows("exit-codes", r"\d+")
    return table(["code", "", "meaning"], ([code(number), zh, cell(en)] for number, zh, en in rows))


def environment() -> str:
    """The variables that the program reads."""
    with english():
        rows = _topic_rows("environment", r"[A-Z][A-Z_, ]*?")
    return table(
        ["variable", "", "what it does"],
        ([", ".join(map(code, names.split(", "))), zh, cell(en)] for names, zh, en in rows),
    )


def views() -> str:
    """The flat views: their columns with types, headings, meanings and most frequent values."""
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    run = subprocess.run(
        [IPCLI, "schema", "-f", "json", "--lang", "en"], env=env, capture_output=True, check=True
    )
    told = json.loads(run.stdout)
    with open_copy() as con:
        comments = con.execute(
            "SELECT table_name, column_name, comment FROM duckdb_columns()"
            " WHERE schema_name = 'main' AND comment IS NOT NULL"
        ).fetchall()
    labels = {(view, column): parse_label(text) for view, column, text in comments}
    parts = [
        table(
            ["view", "rows", "a row is"],
            (
                [f"[`{view['view']}`](#{view['view']})", str(view["rows"]), cell(view["meaning"] or "")]
                for view in told
            ),
        )
    ]
    for view in told:
        parts += [
            f"## {view['view']}\n",
            (view["meaning"] or "").rstrip(".") + ".\n",
            table(
                ["column", "type", "标题", "含义", "meaning", "values, most frequent first"],
                (
                    [
                        code(column["column"]),
                        typed(column["type"]),
                        chinese(label := labels.get((view["view"], column["column"]))),
                        cell(label.meant("zh")) if label else "",
                        english_of(label),
                        cell(" · ".join(str(value).removesuffix(".0") for value in column["examples"])),
                    ]
                    for column in view["columns"]
                ),
            ),
        ]
    return "\n".join(parts)


def typed(name: str) -> str:
    """A DuckDB type; of an ENUM its values are left to the meaning."""
    return "ENUM" if name.startswith("ENUM") else name.replace("[]", "\\[\\]")


@contextmanager
def open_copy() -> Iterator[duckdb.DuckDBPyConnection]:
    """The shipped database, as a copy: one process has a file open with one configuration only."""
    with (
        tempfile.TemporaryDirectory() as folder,
        duckdb.connect(shutil.copy(paths.database(), folder), read_only=True) as con,
    ):
        yield con


def chinese(label: Label | None) -> str:
    """The Chinese heading of a column, with its unit."""
    if label is None:
        return ""
    return cell(label.text.zh + (f"（{label.unit}）" if label.unit else ""))


def english_of(label: Label | None) -> str:
    """The English heading of a column, and what it means."""
    return cell(": ".join(filter(None, (label.text.en, label.meant("en"))))) if label else ""


def tables() -> str:
    """The core tables: columns with types and meanings, and a row of the example city."""
    from ipcli.dataset.tables import DERIVED

    with open_copy() as con:
        comments = dict(
            con.execute(
                "SELECT table_name, comment FROM duckdb_tables() WHERE schema_name = 'core'"
            ).fetchall()
        )
        found: dict[str, list[tuple[str, str, bool, str]]] = {}
        for name, *column in con.execute(
            "SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns()"
            " WHERE schema_name = 'core' ORDER BY table_oid, column_index"
        ).fetchall():
            found.setdefault(name, []).append(tuple(column))
    parts = []
    for file in _in_order_of_schema(comments):
        header, row, *_ = (EXAMPLE / f"{file}.csv").read_text(encoding="utf-8").splitlines()
        given = next(csv.reader([header]))
        derived = DERIVED.get(file, ())
        columns = {column[0]: column for column in found[file]}
        assert given == [name for name in columns if name not in derived], file
        zh, _, en = comments[file].partition(" | ")
        rows = []
        for name, type_, nullable, comment in columns.values():
            label = parse_label(comment) if comment else None
            notes = "by the build" if name in derived else "" if nullable else "required"
            sense = cell(label.meant("zh")) if label else ""
            rows.append([code(name), typed(type_), notes, chinese(label), sense, english_of(label)])
        parts += [
            f"## {file}\n",
            f"**{zh} · {en}**\n",
            table(["column", "type", "", "标题", "含义", "meaning"], rows),
            f"```csv\n{header}\n{row}\n```\n",
        ]
    return "\n".join(parts)


def _in_order_of_schema(comments: dict[str, str]) -> list[str]:
    from ipcli.dataset.tables import list_tables

    with duckdb.connect() as con:
        con.execute((paths.data() / "schema.sql").read_text(encoding="utf-8"))
        return [name for name in list_tables(con) if name in comments]


PARTS: dict[str, Callable[[], str]] = {
    "commands": commands,
    "environment": environment,
    "exit-codes": exit_codes,
    "formats": format_table,
    "lookups": lookups,
    "shared-options": shared_options,
    "tables": tables,
    "views": views,
}
