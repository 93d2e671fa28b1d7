"""Many rows into DuckDB at once, by its own CSV reader: `executemany` takes minutes for 300,000 facts."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ipcli.db import quote_text
from ipcli.db.watch import Watch


def load(
    con: Any, folder: Path, table: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]
) -> None:
    """Make the temporary table `table` with these (column, type) and fill it with `rows`; None is NULL.

    The rows go through a file in `folder`. Values are text or numbers; text may hold anything but NUL.
    """
    path = folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        # All is quoted: no value is taken for something else, and quoted nothing is NULL.
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    types = ", ".join(f"{quote_text(column)}: {quote_text(kind)}" for column, kind in columns)
    with Watch(con.interrupt):
        con.execute(
            f'CREATE TEMP TABLE "{table}" AS FROM read_csv({quote_text(str(path))}, columns = {{{types}}}, '
            "header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', new_line = '\\n', "
            "nullstr = '', allow_quoted_nulls = true, parallel = false)",
        )
    path.unlink()
