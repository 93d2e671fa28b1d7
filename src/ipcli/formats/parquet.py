"""Parquet: columns under their own names, typed as far as results are."""

from __future__ import annotations

from typing import Any

from ipcli.formats import Options
from ipcli.formats._sources import with_source
from ipcli.formats._values import plain, text
from ipcli.lines import unique
from ipcli.model import Result

EXTENSIONS = (".parquet",)
BINARY = True
PLAIN = True

_TYPES = {"number": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN", "date": "DATE", "list": "VARCHAR[]"}


def write(result: Result, out: Any, options: Options) -> int:
    """Write `result` to the binary stream `out`; returns the number of rows. Memory stays bounded."""
    # Late: it loads DuckDB.
    import json

    from ipcli.columnar import marked, write_parquet

    columns, rows = result.columns, result.rows
    if options.with_source:
        columns, rows = with_source(result, options.lang)
    names = unique(column.name for column in columns)
    types = [_TYPES.get(column.type, "VARCHAR") for column in columns]
    about = {"title": result.title.get(options.lang), "data_release": result.release, "made_by": "ipcli"}
    count = 0

    def fields() -> Any:
        nonlocal count
        for row in rows:
            count += 1
            yield [
                None
                if value is None
                else json.dumps(plain(value), ensure_ascii=False)
                if kind == "VARCHAR[]"
                else marked(text(value))
                if kind == "VARCHAR"
                else text(value)
                for kind, value in zip(types, row, strict=True)
            ]

    write_parquet(list(zip(names, types, strict=True)), fields(), out, about)
    return count
