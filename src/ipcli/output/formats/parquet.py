"""Parquet: columns under their own names, typed as far as results are."""

from __future__ import annotations

from typing import Any

from ipcli.db.lines import unique
from ipcli.model import Result, Text
from ipcli.output.formats import Options
from ipcli.output.sources import with_source
from ipcli.output.values import plain, text

ABOUT = Text("带类型的列，列名为英文", "typed columns under their English names")
EXTENSIONS = (".parquet",)
BINARY = True
PLAIN = True

_TYPES = {"number": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN", "date": "DATE", "list": "VARCHAR[]"}


def write(result: Result, out: Any, options: Options) -> int:
    """Write `result` to the binary stream `out`; returns the number of rows. Memory stays bounded."""
    if result.printed is not None:
        for chunk in result.printed.chunks:
            out.write(chunk)
        return result.printed.count
    # Late: it loads DuckDB.
    import json

    from ipcli.db.columnar import about, write_parquet

    columns, rows = result.columns, result.rows
    if options.with_source:
        columns, rows = with_source(result, options.lang)
    names = unique(column.name for column in columns)
    types = [_TYPES.get(column.type, "VARCHAR") for column in columns]
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
                else text(value)
                for kind, value in zip(types, row, strict=True)
            ]

    write_parquet(
        list(zip(names, types, strict=True)),
        fields(),
        out,
        about(result.title.get(options.lang), result.release),
    )
    return count
