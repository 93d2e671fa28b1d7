"""`ipcli sql`: a statement that people write; and `ipcli schema`, which tells what there is to ask."""

from __future__ import annotations

import math
import sys
from typing import Annotated

import typer

from ipcli import db, paths
from ipcli.api.sql import (
    ask,
    list_columns,
    list_views,
    open_locked,
    read_parameters,
)
from ipcli.cli.app import command
from ipcli.cli.options import City, Db, Listing, Output, deliver
from ipcli.db.statements import LONGEST
from ipcli.errors import UsageError
from ipcli.i18n import N_, _, why

# Bytes of a statement; a longer one is refused, and not read to the end.
_LONGEST = 4 * LONGEST
# How long a statement of people's own may take, in seconds, unless --timeout says otherwise.
TIMEOUT = 30.0

With = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="NAME=FILE",
        help=N_("Bring a file as a table, repeatable: CSV, TSV, Parquet, JSON, XLSX (path.xlsx#Sheet)"),
    ),
]
Timeout = Annotated[
    str | None,
    typer.Option("--timeout", metavar="SECONDS", help=N_("At most so many seconds, 30 unless told")),
]


def read_seconds(text: str | None) -> float:
    """Return the value of --timeout, or what holds without it. Opening the database may take no longer either."""
    try:
        value = TIMEOUT if text is None else float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < 1e6:
        raise UsageError(_("--timeout must be a number of seconds above 0, not {text}").format(text=text))
    db.patience = min(db.patience, value)
    return value


@command(
    "sql",
    N_("Ask in SQL: read-only, one statement"),
    about=N_(
        "The SQL is an argument, - for standard input, or in a --file. ipcli schema tells views and columns. A"
        " statement can neither read nor write files, reach the network or change settings; bring a file of your"
        " own as a table with --with."
    ),
    usage=N_("SQL [OPTIONS]"),
    examples=(
        "ipcli sql \"from targets where industry = '绿色能源'\"",
        "ipcli sql 'select * from targets where due_year = $y' --param y=2025",
        'ipcli sql --with mine=clients.csv "from mine join investments using (district)"',
        "ipcli query show targets | ipcli sql - --param district=崂山",
    ),
)
def sql(
    statement: Annotated[
        str | None, typer.Argument(metavar="SQL|-", help=N_("One statement, or - for standard input"))
    ] = None,
    file: Annotated[
        str | None, typer.Option("--file", metavar="FILE", help=N_("Read the SQL from a file"))
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option(
            "--param",
            metavar="NAME=VALUE",
            help=N_("The value of $NAME in the SQL, repeatable; repeated, a list"),
        ),
    ] = None,
    with_: With = None,
    timeout: Timeout = None,
    *,
    city: City = None,
    db: Db = None,
    output: Output,
) -> int:
    """Run one statement and print its rows."""
    seconds = read_seconds(timeout)
    texts = read_parameters(param or [])
    text = _read_statement(statement, file)
    data = open_locked(db, with_ or [], city)
    result = ask(data, text, texts, output.shape, seconds)
    return deliver(result, output)


@command(
    "schema",
    N_("Which views and columns there are, and what they mean"),
    about=N_(
        "Lists the views and their rows; with a view its columns, types, meanings and example values. -f json"
        " gives all at once."
    ),
    usage=N_("[VIEW] [OPTIONS]"),
    examples=("ipcli schema", "ipcli schema targets", "ipcli schema -f json"),
)
def schema(
    view: Annotated[str | None, typer.Argument(metavar="VIEW", help=N_("Name of a view"))] = None,
    with_: With = None,
    *,
    db: Db = None,
    output: Listing,
) -> int:
    """Print the views, or the columns of one."""
    data = open_locked(db, with_ or [])
    if view is not None:
        result = list_columns(data, view)
    elif output.format in ("json", "jsonl"):
        result = list_views(data, nested=True)
    else:
        result = list_views(data)
    return deliver(result, output)


def _read_statement(argument: str | None, file: str | None) -> str:
    """Return the SQL: the argument, standard input for -, or a file."""
    if (argument is None) == (file is None):
        message = _('give one statement: ipcli sql "SELECT …", or - to read standard input, or --file FILE')
        raise UsageError(message)
    if argument is not None and argument != "-":
        return argument
    try:
        if file is None or file == "-":
            if sys.stdin is None:
                raise UsageError(_("standard input is closed"))
            content = sys.stdin.buffer.read(_LONGEST)
        else:
            content = paths.read(file, _LONGEST)
    except OSError as error:
        raise UsageError(_("cannot read {file}: {reason}").format(file=file, reason=why(error))) from error
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise UsageError(_("the SQL is not UTF-8 text")) from None
