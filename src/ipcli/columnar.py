"""Rows as Parquet, by a DuckDB of its own in memory: the one that answers queries is locked and writes nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipcli import bulk
from ipcli.errors import QueryFailed

if TYPE_CHECKING:
    import duckdb
else:
    # As in the engine: the wrapper in Python costs more than all else here.
    try:
        import _duckdb as duckdb
    except ImportError:
        import duckdb

_MEMORY = "256MB"
# Begins texts that are empty, and those that begin with it.
_MARK = "\x1a"


def write_parquet(
    columns: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[str | None]],
    out: Any,
    about: Mapping[str, str],
) -> None:
    """Write rows of texts as columns of (name, SQL type) to the binary stream `out`.

    `about` goes into the file's own metadata. Lists are JSON texts, texts are `marked`. Rows and file are kept on
    disk in between, in a private folder that goes away. OSError if the disk is full, QueryFailed if a value does
    not fit its type.
    """
    with tempfile.TemporaryDirectory(prefix="ipcli-") as folder:
        target = os.path.join(folder, "out.parquet")
        staged = [(f"c{place}", "VARCHAR") for place in range(len(columns))]
        with bulk.staged(Path(folder), staged, rows) as source:
            casts = ", ".join(
                f'{_cast(f"c{place}", kind)} AS "{name.replace(chr(34), chr(34) * 2)}"'
                for place, (name, kind) in enumerate(columns)
            )
            metadata = ", ".join(f"{key}: '{_literal(value)}'" for key, value in about.items())
            connection = duckdb.connect(":memory:", config={"memory_limit": _MEMORY, "threads": 1})
            try:
                copy = (
                    f"SET temp_directory='{_literal(folder)}';"
                    f" COPY (SELECT {casts} FROM {source}) TO '{_literal(target)}' (FORMAT parquet, COMPRESSION zstd,"
                    f" KV_METADATA {{{metadata}}})"
                )
                _run(connection, copy)
            except duckdb.IOException as error:
                raise OSError(None, str(error).splitlines()[0]) from error
            except duckdb.Error as error:
                raise QueryFailed(str(error).splitlines()[0]) from error
            finally:
                connection.close()
        with open(target, "rb") as made:
            shutil.copyfileobj(made, out)


def _run(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Run a statement on a worker thread: amid a call, the library makes a RuntimeError of any signal."""
    with ThreadPoolExecutor(1) as worker:
        running = worker.submit(connection.execute, statement)
        try:
            running.result()
        except BaseException:
            while not running.done():
                connection.interrupt()
                wait([running], 0.05)
            raise


def marked(text: str) -> str:
    """A text as a field of `write_parquet`: nothing in a field is NULL, so an empty text needs a mark."""
    return text if text and text[0] != _MARK else _MARK + text


def _cast(column: str, kind: str) -> str:
    if kind == "VARCHAR":
        return f"CASE WHEN starts_with({column}, '{_MARK}') THEN {column}[2:] ELSE {column} END"
    return f"from_json({column}, '[\"VARCHAR\"]')" if kind == "VARCHAR[]" else f"CAST({column} AS {kind})"


def _literal(path: str) -> str:
    return path.replace("'", "''")
