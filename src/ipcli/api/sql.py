"""SQL that people write: a locked database with their own files as tables, statements, and what there is to ask."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ipcli import paths
from ipcli.api import Data, Request, Shape
from ipcli.db import quote_name, quote_text
from ipcli.errors import UsageError
from ipcli.i18n import _, did_you_mean, language
from ipcli.model import Column, Query, Result, Row, parse_label, parse_text
from ipcli.output.stream import say
from ipcli.query import catalog
from ipcli.query.near import nearest
from ipcli.query.words import Words, read_labels

if TYPE_CHECKING:
    from ipcli.db.sandbox import Sandbox, View, ViewColumn

# How many example values a column shows.
_EXAMPLES = 3
# The columns of the lists below: name, type, label.
_VIEWS = (
    ("view", "text", "视图 | View"),
    ("rows", "integer", "行数 | Rows"),
    ("meaning", "text", "含义 | Meaning"),
)
_COLUMNS = (
    ("column", "text", "列 | Column"),
    ("type", "text", "类型 | Type"),
    ("label", "text", "名称 | Label"),
    ("unit", "text", "单位 | Unit"),
    ("meaning", "text", "含义 | Meaning"),
    ("examples", "list", "示例 | Examples"),
)


class Locked(Data):
    """A database for statements that people write, and for their queries: each is judged before it runs."""

    def __init__(self, sandbox: Sandbox, city: str | None = None) -> None:
        """Take a sandbox, and the city that is meant where it holds several."""
        super().__init__(sandbox.database, city)
        self.sandbox = sandbox

    def _prepare(self, sql: str, values: Mapping[str, Any]) -> str:
        return sql

    def _run(self, sql: str, values: Mapping[str, Any], **options: Any) -> Result:
        return self.sandbox.run(sql, values, **options)


def open_locked(
    db: str | None = None, specs: Sequence[str] = (), city: str | None = None, *, limit: bool = True
) -> Locked:
    """Open a database for statements that people write, with their files (`NAME=FILE`) as tables.

    With `limit` the process is limited in what memory it may take from here on. UsageError, DatabaseError.
    """
    from ipcli.db import files
    from ipcli.db.sandbox import Sandbox, limit_process

    path = paths.database(db)
    if limit:
        limit_process()
    with files.open_tables(specs, not_this=path if os.path.exists(path) else None) as tables:
        sandbox = Sandbox.load(path, tables, trusted=paths.is_shipped(path))
    for table in tables:
        for note in table.notes:
            say(note)
    return Locked(sandbox, city)


def ask(
    data: Locked, text: str, texts: Mapping[str, Sequence[str]], shape: Shape, timeout: float | None = None
) -> Result:
    """Return the answer to a statement, with or without a header; `texts` are its parameters as typed.

    If there is a header, its parameters get their defaults and their values are resolved as for a lookup.
    $city and $grade are bound as in lookups unless `texts` gives them.
    """
    if catalog.has_header(text):
        query = catalog.parse(text, "SQL")
        return data.lookup(Request.make(query, _read_declared(query, texts), shape, timeout))
    result = data.sandbox.ask(
        text,
        texts,
        otherwise={"city": lambda: data.city, "grade": lambda: None},
        columns=shape.columns or None,
        sort=shape.sort,
        limit=shape.limit,
        timeout=timeout,
        labels={} if shape.plain else read_labels(data.database.fetch),
        headings=lambda: read_labels(data.database.fetch),
    )
    if not shape.plain:
        words = Words.read(data.database.fetch, shape.lang, None)
        result.columns = tuple(words.dress(column) for column in result.columns)
    return result


def read_parameters(given: Sequence[str]) -> dict[str, list[str]]:
    """Return `NAME=VALUE` texts as name -> values; UsageError for what reads otherwise."""
    found: dict[str, list[str]] = {}
    for text in given:
        name, equals, value = text.partition("=")
        name = name.strip().removeprefix("$")
        if not equals or not name:
            raise UsageError(_("--param must read NAME=VALUE, not {text}").format(text=text))
        found.setdefault(name, []).append(value)
    return found


def _read_declared(query: Query, texts: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the typed values of the declared parameters, in the form that options would give them."""
    declared = {name: param for param in query.params for name in (param.also, param.name) if name}
    excess = [name for name in texts if name not in declared and name not in catalog.SHARED]
    if excess:
        message = _("the statement has no parameter {excess}; it has {known}")
        raise UsageError(message.format(excess=", ".join(excess), known=", ".join(declared)))
    found: dict[str, Any] = {}
    for name, values in texts.items():
        param = declared.get(name)
        if param is not None and param.many:
            found[name] = values
            continue
        if len(values) > 1:
            raise UsageError(_("parameter {name} can be given once only").format(name=name))
        found[name] = values[0]
        if param is not None and param.type == "flag":
            found[name] = {"true": True, "1": True, "false": False, "0": False}.get(values[0].lower())
            if found[name] is None:
                raise UsageError(_("{name} is true or false, not {value}").format(name=name, value=values[0]))
    return found


def list_views(data: Locked, *, nested: bool = False) -> Result:
    """Return the views as a result: name, rows, columns (their number, or themselves if `nested`), what they are."""
    views = data.sandbox.views()
    counts = _count_rows(data, views)
    rows: list[Row] = [
        (
            view.name,
            counts[view.name],
            _describe(data, view) if nested else len(view.columns),
            _explain_view(view),
        )
        for view in views
    ]
    columns = ("columns", "list" if nested else "integer", "列数 | Columns")
    return _list(data, (*_VIEWS[:2], columns, *_VIEWS[2:]), rows)


def list_columns(data: Locked, name: str) -> Result:
    """Return the columns of one view as a result. UsageError if there is no such view."""
    return _list(data, _COLUMNS, [tuple(row.values()) for row in _describe(data, _find(data, name))])


def _list(data: Locked, head: Iterable[tuple[str, str, str]], rows: Iterable[Row]) -> Result:
    columns = tuple(Column(name, kind, parse_label(label)) for name, kind, label in head)
    result = Result(columns, iter(rows), data.database.sources)
    result.put = data.database.put
    return result


def _find(data: Locked, name: str) -> View:
    views = {view.name.casefold(): view for view in data.sandbox.views()}
    if name.casefold() not in views:
        near = nearest(name, {view.name: view.meaning.partition(" | ")[0] for view in views.values()})
        message = did_you_mean(_("there is no view {name}").format(name=name), near)
        raise UsageError(f"{message} (ipcli schema)")
    return views[name.casefold()]


def _count_rows(data: Locked, views: Iterable[View]) -> dict[str, int]:
    statement = " UNION ALL ".join(
        f"SELECT {quote_text(view.name)}, count(*) FROM {quote_name(view.name)}" for view in views
    )
    return dict(data.sandbox.run(statement).rows)


def _describe(data: Locked, view: View) -> list[dict[str, Any]]:
    """Return the columns of a view, with the values that are most frequent in it as examples."""
    lang = language()
    name = quote_name(view.name)
    examples = ", ".join(
        f"(SELECT list(v) FROM (SELECT {_example(column)} AS v FROM {name}"
        f" WHERE {quote_name(column.name)} IS NOT NULL GROUP BY v ORDER BY count(*) DESC, v LIMIT {_EXAMPLES}))"
        for column in view.columns
    )
    ((*found,),) = data.sandbox.run(f"SELECT {examples}").rows
    labels = [parse_label(column.meaning) for column in view.columns]
    return [
        {
            "column": column.name,
            "type": column.type,
            "label": label.text.get(lang) or None,
            "unit": label.unit,
            "meaning": label.meant(lang) or None,
            "examples": values or [],
        }
        for column, label, values in zip(view.columns, labels, found, strict=True)
    ]


def _example(column: ViewColumn) -> str:
    """Return the expression of an example: numbers as they are, everything else as text."""
    name = quote_name(column.name)
    return name if column.type in ("BIGINT", "DOUBLE", "INTEGER") else f"CAST({name} AS VARCHAR)"


def _explain_view(view: View) -> str | None:
    text = parse_text(view.meaning)
    return f"{text.zh}: {text.en}" if language() == "zh" and text.zh != text.en else text.en or None
