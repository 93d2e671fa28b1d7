"""SQL that people write: `ipcli sql`, and `ipcli schema`, which tells what there is to ask."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from typer.core import TyperArgument

from ipcli import paths
from ipcli.cli import catch_signals
from ipcli.cli.deliver import deliver
from ipcli.cli.help import Command, HelpPage, made
from ipcli.cli.options import Output, option, refuse, shared
from ipcli.cli.umbrellas import summed
from ipcli.cli.unmatched import spelt
from ipcli.db import files as userfiles
from ipcli.i18n import _, did_you_mean, language, why
from ipcli.model import Column, Label, Query, Result, Text
from ipcli.output import formats
from ipcli.query import catalog

if TYPE_CHECKING:
    from ipcli.db.sandbox import Sandbox, View, ViewColumn

TIMEOUT = 30.0
# Statements longer than this are not read to the end.
_LONGEST = 4_000_000
# Longer statements are written by programs, which heed no notices; reading them costs seconds.
_HEEDED = 100_000
_EXAMPLES = 3


def sql() -> Command:
    """The command `ipcli sql`."""
    page = HelpPage(
        title=_("Ask in SQL: read-only, one statement"),
        about=_(
            "The SQL is an argument, - for standard input, or in a --file. ipcli schema tells "
            "views and columns. A statement can neither read nor write files, reach the network "
            "or change settings; bring a file of your own as a table with --with."
        ),
        usage=_("SQL [OPTIONS]"),
        own=frozenset({"statement", "file", "param", "with", "timeout", "city", "help"}),
        examples=(
            "ipcli sql \"from targets where industry = '绿色能源'\"",
            "ipcli sql 'select * from targets where due_year = $y' --param y=2025",
            'ipcli sql --with mine=clients.csv "from mine join investments using (district)"',
            "ipcli query show targets | ipcli sql - --param district=崂山",
        ),
    )
    return made(
        "sql",
        [
            TyperArgument(
                param_decls=["statement"],
                required=False,
                metavar="SQL|-",
                help=_("One statement, or - for standard input"),
            ),
            option("file", _("Read the SQL from a file"), metavar="FILE"),
            option(
                "param",
                _("The value of $NAME in the SQL, repeatable; repeated, a list"),
                metavar="NAME=VALUE",
                many=True,
            ),
            *extra_options(),
            *shared(city=True, grade=False),
        ],
        _sql,
        page,
    )


def schema() -> Command:
    """The command `ipcli schema`."""
    kept = {"format", "output", "no_header", "null", "vertical", "db", "lang"}
    page = HelpPage(
        title=_("Which views and columns there are, and what they mean"),
        about=_(
            "Lists the views and their rows; with a view its columns, types, meanings and example "
            "values. -f json gives all at once."
        ),
        usage=_("[VIEW] [OPTIONS]"),
        own=frozenset({"view", "with", "help"}),
        examples=("ipcli schema", "ipcli schema targets", "ipcli schema -f json"),
    )
    return made(
        "schema",
        [
            TyperArgument(
                param_decls=["view"],
                required=False,
                metavar="VIEW",
                help=_("Name of a view"),
            ),
            _with_option(),
            *(param for param in shared(city=False, grade=False) if param.name in kept),
        ],
        _schema,
        page,
    )


def extra_options() -> list[Any]:
    """The options of statements that people write: --with and --timeout."""
    return [
        _with_option(),
        option(
            "timeout",
            _("At most so many seconds, {TIMEOUT:g} unless told").format(TIMEOUT=TIMEOUT),
            metavar="SECONDS",
        ),
    ]


def sandbox(db: str | None, specs: Sequence[str] = ()) -> Sandbox:
    """The database for statements that people write, with their files (`--with`) as tables.

    The process is limited in what memory it may take from here on. UsageError, DatabaseError.
    """
    path = paths.database(db)
    # Late: it loads DuckDB.
    from ipcli.db.sandbox import Sandbox, limit_process

    catch_signals()
    limit_process()
    with userfiles.opened(specs, not_this=path if os.path.exists(path) else None) as tables:
        opened = Sandbox.load(path, tables)
    for table in tables:
        if table.encoding:
            message = _("{shown} was read as {upper}").format(shown=table.shown, upper=table.encoding.upper())
            print(f"ipcli: {message}", file=sys.stderr)
    return opened


def answer(
    database: Sandbox,
    text: str,
    texts: Mapping[str, Sequence[str]],
    output: Output,
    *,
    timeout: float | None = TIMEOUT,
    city: str | None = None,
) -> Result:
    """Run a statement, with or without a header, and its parameters as they were typed.

    The parameters a header declares have its defaults, and their values resolve as those of a lookup do;
    $city and $grade are bound as in lookups unless they are told.
    """
    from ipcli.cli import lookup as lookups

    if catalog.has_header(text):
        query = catalog.parse(text, "SQL")
        return lookups.answer(database, query, {**_given(query, texts), "city": city}, output, timeout)
    labels, words = {}, None
    if not formats.plain(output.format):
        labels = {name: catalog.parse_label(comment) for name, comment in database.comments().items()}
        words = database.words(output.lang, city)
    # Before the statement: its rows may still come in when another runs.
    notices = (summed(text, database.columns), spelt(database, text)) if len(text) <= _HEEDED else ()
    told = [notice for notice in notices if notice]
    result = database.ask(
        text,
        texts,
        otherwise={"city": lambda: lookups.names(database, city).city, "grade": lambda: None},
        columns=output.columns or None,
        sort=output.sort,
        limit=output.limit,
        timeout=timeout,
        labels=labels,
    )
    result.notices = tuple(notice.get(language()) for notice in told)
    if words is not None:
        result.columns = tuple(words.dress(column) for column in result.columns)
    return result


def parameters(given: Iterable[str]) -> dict[str, list[str]]:
    """`NAME=VALUE` texts as name -> values; UsageError for what reads otherwise."""
    found: dict[str, list[str]] = {}
    for text in given:
        name, equals, value = text.partition("=")
        name = name.strip().removeprefix("$")
        if not equals or not name:
            refuse(_("--param must read NAME=VALUE, not {text}").format(text=text))
        found.setdefault(name, []).append(value)
    return found


def seconds(text: str | None) -> float:
    """The value of --timeout."""
    if text is None:
        return TIMEOUT
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < 1e6:
        refuse(
            _("--timeout must be a number of seconds above 0, not {text}").format(text=text),
        )
    return value


def views(database: Sandbox) -> Result:
    """The views as a result: name, rows, number of columns, what they are."""
    found = database.views()
    counts = _counts(database, found)
    return Result(
        columns=(
            Column("view", "text", Label(Text("视图", "View"))),
            Column("rows", "integer", Label(Text("行数", "Rows"))),
            Column("columns", "integer", Label(Text("列数", "Columns"))),
            Column("meaning", "text", Label(Text("含义", "Meaning"))),
        ),
        rows=iter(
            [(view.name, counts[view.name], len(view.columns), _about(view.meaning)) for view in found]
        ),
        sources=database.sources,
    )


def columns(database: Sandbox, name: str) -> Result:
    """The columns of one view as a result. UsageError if there is no such view."""
    return Result(
        columns=(
            Column("column", "text", Label(Text("列", "Column"))),
            Column("type", "text", Label(Text("类型", "Type"))),
            Column("label", "text", Label(Text("名称", "Label"))),
            Column("unit", "text", Label(Text("单位", "Unit"))),
            Column("meaning", "text", Label(Text("含义", "Meaning"))),
            Column("examples", "list", Label(Text("示例", "Examples"))),
        ),
        rows=iter([tuple(row.values()) for row in _described(database, _view(database, name))]),
        sources=database.sources,
    )


def _sql(values: dict[str, Any]) -> int:
    output = Output.parse(values)
    timeout = seconds(values["timeout"])
    texts = parameters(values["param"])
    text = _statement(values["statement"], values["file"])
    database = sandbox(values["db"], values["with"])
    result = answer(database, text, texts, output, timeout=timeout, city=values["city"])
    return deliver(result, output)


def _schema(values: dict[str, Any]) -> int:
    rest = {"columns": None, "sort": None, "limit": None, "with_source": False, "exit_status": False}
    output = Output.parse({**rest, **values})
    database = sandbox(values["db"], values["with"])
    if values["view"] is not None:
        result = columns(database, values["view"])
    else:
        result = views(database)
        if output.format in ("json", "jsonl"):
            result = _everything(database, result)
    return deliver(result, output)


def _everything(database: Sandbox, listed: Result) -> Result:
    """The views with their columns in them."""
    found = {view.name: view for view in database.views()}
    rows = [(*row[:2], _described(database, found[row[0]]), *row[3:]) for row in listed.rows]
    described = tuple(
        column._replace(type="list") if column.name == "columns" else column for column in listed.columns
    )
    return Result(columns=described, rows=iter(rows), sources=listed.sources)


def _with_option() -> Any:
    return option(
        "with",
        _("Bring a file as a table, repeatable: CSV, TSV, Parquet, JSON, XLSX (path.xlsx#Sheet)"),
        metavar="NAME=FILE",
        many=True,
    )


def _statement(argument: str | None, file: str | None) -> str:
    """The SQL: the argument, standard input for -, or a file."""
    if (argument is None) == (file is None):
        refuse(
            _('give one statement: ipcli sql "SELECT …", or - to read standard input, or --file FILE'),
        )
    if argument is not None and argument != "-":
        return argument
    try:
        if file is None or file == "-":
            if sys.stdin is None:
                refuse(_("standard input is closed"))
            content = sys.stdin.buffer.read(_LONGEST)
        else:
            with open(file, "rb") as stream:
                content = stream.read(_LONGEST)
    except OSError as error:
        refuse(_("cannot read {file}: {reason}").format(file=file, reason=why(error)))
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        refuse(_("the SQL is not UTF-8 text"))


def _given(query: Query, texts: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What was typed for the parameters that a header declares, as its options would have it."""
    declared = {param.name: param for param in query.params}
    excess = [name for name in texts if name not in declared and name not in catalog.SHARED]
    if excess:
        listed = ", ".join(excess)
        known = ", ".join(declared)
        refuse(
            _("the statement has no parameter {listed}; it has {known}").format(listed=listed, known=known),
        )
    found: dict[str, Any] = {}
    for name, values in texts.items():
        param = declared.get(name)
        if param is not None and param.many:
            found[name] = values
        elif len(values) > 1:
            refuse(_("parameter {name} can be given once only").format(name=name))
        elif param is not None and param.type == "flag":
            if values[0].lower() not in ("true", "false", "1", "0"):
                refuse(
                    _("{name} is true or false, not {values}").format(name=name, values=values[0]),
                )
            found[name] = values[0].lower() in ("true", "1")
        else:
            found[name] = values[0]
    return found


def _view(database: Sandbox, name: str) -> View:
    found = {view.name.casefold(): view for view in database.views()}
    if name.casefold() not in found:
        from ipcli.db.hints import nearest

        near = nearest(name, {view.name: _zh(view.meaning) for view in found.values()})
        message = did_you_mean(_("there is no view {name}").format(name=name), near)
        refuse(f"{message} (ipcli schema)")
    return found[name.casefold()]


def _counts(database: Sandbox, found: Iterable[View]) -> dict[str, int]:
    statement = " UNION ALL ".join(
        f"SELECT {_literal(view.name)}, count(*) FROM {_quoted(view.name)}" for view in found
    )
    return {row[0]: row[1] for row in database.run(statement).rows}


def _described(database: Sandbox, view: View) -> list[dict[str, Any]]:
    """The columns of a view, with the values that are most frequent in it as examples."""
    lang = language()
    name = _quoted(view.name)
    examples = ", ".join(
        f"(SELECT list(v) FROM (SELECT {_example(column)} AS v FROM {name}"
        f" WHERE {_quoted(column.name)} IS NOT NULL GROUP BY v ORDER BY count(*) DESC, v LIMIT {_EXAMPLES}))"
        for column in view.columns
    )
    row = next(iter(database.run(f"SELECT {examples}").rows))
    described = []
    for column, values in zip(view.columns, row, strict=True):
        label = catalog.parse_label(column.meaning) if column.meaning else Label(Text("", ""))
        described.append(
            {
                "column": column.name,
                "type": column.type,
                "label": label.text.get(lang) or None,
                "unit": label.unit,
                "meaning": label.meant(lang) or None,
                "examples": values or [],
            }
        )
    return described


def _example(column: ViewColumn) -> str:
    """Numbers as they are, everything else as text."""
    name = _quoted(column.name)
    return name if column.type in ("BIGINT", "DOUBLE", "INTEGER") else f"CAST({name} AS VARCHAR)"


def _about(comment: str) -> str | None:
    if not comment:
        return None
    label = catalog.parse_text(comment)
    return f"{label.zh}: {label.en}" if language() == "zh" and label.zh != label.en else label.en


def _zh(comment: str) -> str:
    return comment.partition(" | ")[0]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
