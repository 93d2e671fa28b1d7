"""What json and jsonl share: each row as one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ipcli.db.lines import unique
from ipcli.model import Result
from ipcli.output.formats import Options
from ipcli.output.sources import with_source
from ipcli.output.values import plain


def objects(result: Result, options: Options) -> Iterator[str]:
    """Each row as the text of a JSON object on one line, keys in column order."""
    columns, rows = result.columns, result.rows
    if options.with_source:
        columns, rows = with_source(result, options.lang)
    keys = unique(column.name for column in columns)
    encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False).encode
    for row in rows:
        values = [value if type(value) is str else plain(value) for value in row]
        yield encode(dict(zip(keys, values, strict=True)))
