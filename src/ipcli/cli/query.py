"""Own queries: `ipcli query list|show|run`, over `.sql` files in folders of people's own.

The built-in lookups are found too, after all own folders; in `ipcli NAME` they alone are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ipcli import api, errors, paths
from ipcli.api.sql import open_locked
from ipcli.cli import line
from ipcli.cli.app import MARKED, Entry, Help, Lang, command, make
from ipcli.cli.help import HelpPage, print_text
from ipcli.cli.options import City, Db, Grade, Listing, Output, deliver
from ipcli.cli.sql import Timeout, With, read_seconds
from ipcli.errors import UsageError
from ipcli.i18n import N_, _, did_you_mean, language
from ipcli.model import Column, Label, Query, Result, Text
from ipcli.output.stream import say
from ipcli.query import catalog
from ipcli.query.near import nearest

SqlDir = Annotated[
    list[str] | None,
    typer.Option(
        "--sql-dir",
        metavar="DIR",
        help=N_("Folder of own .sql files, repeatable (or IPCLI_SQL_PATH)"),
    ),
]


@command("query", N_("Own queries: .sql files"))
class Group(TyperGroup):
    """`ipcli query`: list, show and run."""

    place = "query"
    heading = N_("Commands")

    @staticmethod
    def begin(ctx: typer.Context, sql_dir: SqlDir = None, lang: Lang = None, help: Help = False) -> None:
        """Take the options of the group; without a command, print its help page."""
        if ctx.invoked_subcommand is None:
            print_text(ctx.get_help())

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands."""
        return [name.removeprefix("query ") for name in MARKED if name.startswith("query ")]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command of `ipcli query`. UsageError with the known ones if there is none of that name."""
        if f"query {cmd_name}" not in MARKED:
            message = _("no such command: query {name}; there are {known}")
            raise UsageError(message.format(name=cmd_name, known=", ".join(self.list_commands(None))))
        return make(cmd_name, MARKED[f"query {cmd_name}"])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the first argument names, and the arguments that are left."""
        return args[0], self.get_command(ctx, args[0]), args[1:]

    def titles(self) -> dict[str, str]:
        """Return command -> its title in the user's language."""
        return {name: MARKED[f"query {name}"].title for name in self.list_commands(None)}

    def get_help(self, ctx: Any) -> str:
        """Return the help page with a line for each command."""
        rows = tuple(self.titles().items())
        page = HelpPage(
            MARKED[self.place].title, usage=_("COMMAND [OPTIONS]"), sections=((_(self.heading), rows),)
        )
        return page.text(ctx.command_path, self.get_params(ctx), ctx)


def find_file(name: str) -> Path:
    """Return the file of a query; own folders go before the built-in ones. UsageError with the nearest names."""
    files = {path.stem: path for path in list_files(built_in=True)}
    if name not in files:
        message = did_you_mean(_("there is no query {name}").format(name=name), nearest(name, sorted(files)))
        raise UsageError(f"{message} (ipcli query list)")
    return files[name]


def list_files(*, built_in: bool = False) -> Iterator[Path]:
    """Yield the files of all own queries, nearest folder first, a name once; the built-in ones only if asked for."""
    seen: set[str] = set()
    for folder in (*_list_folders(), *([paths.queries()] if built_in else [])):
        for name in catalog.list_queries(folder):
            if name not in seen:
                seen.add(name)
                yield folder / f"{name}.sql"


def _check_header(query: Query, columns: set[str]) -> None:
    """Refuse a header that names columns which the result has not. UsageError with file and line."""
    for key, names in (("show", query.show), ("column", tuple(query.labels))):
        for name in names:
            if name not in columns:
                head = paths.read(query.path).decode("utf-8-sig").splitlines()[: query.sql_line]
                number = next(
                    (n for n, text in enumerate(head, 1) if re.match(rf"--\s*{key}\s*:.*\b{name}\b", text)), 1
                )
                message = _("{key}: the result has no column {name}").format(key=key, name=name)
                raise UsageError(f"{query.path}:{number}: {message}")


@command("query list", N_("List own queries"))
def list_(
    all: Annotated[bool, typer.Option("--all", help=N_("The built-in ones too"))] = False,
    sql_dir: SqlDir = None,
    *,
    output: Listing,
) -> int:
    """Print the names, titles and files of own queries."""
    built_in = paths.queries()
    rows = [
        (path.stem, _read_title(path), None if path.parent == built_in else str(path))
        for path in list_files(built_in=all)
    ]
    if not rows:
        say(_("no own queries; looked in {folders}").format(folders=", ".join(map(str, _list_folders()))))
    columns = (
        Column("name", "text", Label(Text("名称", "Name"))),
        Column("title", "text", Label(Text("标题", "Title"))),
        Column("file", "text", Label(Text("文件", "File"))),
    )
    return deliver(Result(columns, iter(rows), lambda ids: {}), output)


@command("query show", N_("Print the SQL of a query (ready for ipcli sql -)"), usage=N_("NAME [OPTIONS]"))
def show(name: Annotated[str, typer.Argument(metavar="NAME")], sql_dir: SqlDir = None) -> int:
    """Print the file of a query."""
    path = find_file(name)
    catalog.read(path)
    print_text(paths.read(path).decode("utf-8-sig").rstrip("\n"))
    return errors.OK


@command("query run", N_("Run a query: ipcli query run NAME [OPTIONS]"))
class Runner(Group):
    """`ipcli query run`: each query is a command."""

    place = "query run"
    heading = N_("Queries")

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of own queries."""
        return [path.stem for path in list_files()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of a query. UsageError if there is none, or its file is at fault."""
        query = catalog.read(find_file(cmd_name))
        return make(query.name, Entry(partial(_run, query), HelpPage(""), lambda: query))

    def titles(self) -> dict[str, str]:
        """Return own query -> its title, or the error of its file."""
        return {path.stem: _read_title(path) for path in list_files()}


def _run(
    query: Query,
    /,
    with_: With = None,
    timeout: Timeout = None,
    sql_dir: SqlDir = None,
    *,
    output: Output,
    grade: Grade = None,
    city: City = None,
    db: Db = None,
    **given: Any,
) -> int:
    """Run an own query: its parameters are options, and its SQL is judged like any that people write."""
    request = api.Request.make(query, {**given, "grade": grade}, output.shape, read_seconds(timeout))
    data = open_locked(db, with_ or [], city)
    data.sandbox.origin = (query.path, query.sql_line)
    result = data.lookup(request)
    if output.shape.columns is None:
        _check_header(query, {column.name for column in result.columns})
    return deliver(result, output)


def _list_folders() -> list[Path]:
    # --sql-dir may stand anywhere, for it decides which commands there are.
    return paths.own_queries(line.current.values("--sql-dir"))


def _read_title(path: Path) -> str:
    """Return the title of a query; what is wrong with a bad file, for one file must not hide the others."""
    try:
        return catalog.read(path).title.get(language())
    except UsageError as error:
        return str(error)
