"""Rows as Parquet, by a DuckDB of its own in memory: the one that answers queries is locked and writes nothing.

This one is closed to all but the folders of the texts and of what is made of them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from ipcli.db import bulk
from ipcli.db.library import duckdb
from ipcli.errors import QueryFailed

_MEMORY = "256MB"


def about(title: str, release: str) -> dict[str, str]:
    """What a file of ours tells of itself in its metadata."""
    return {"title": title, "data_release": release, "made_by": "ipcli"}


def copy_options(about: Mapping[str, str]) -> str:
    """The options of COPY for such a file, with `about` in its metadata."""
    metadata = ", ".join(f"{key}: '{_literal(value)}'" for key, value in about.items())
    return f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{metadata}}}"


def write_parquet(
    columns: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[str | None]],
    out: Any,
    about: Mapping[str, str],
) -> None:
    """Write rows of texts as columns of (name, SQL type) to the binary stream `out`.

    `about` goes into the file's own metadata. Lists are JSON texts. Rows and file are kept on disk in between, in a
    private folder that goes away. OSError if the disk is full, QueryFailed if a value does not fit its type.
    """
    with tempfile.TemporaryDirectory(prefix="ipcli-") as folder:
        target = os.path.join(folder, "out.parquet")
        staged = [(f"c{place}", "VARCHAR") for place in range(len(columns))]
        # A mark before each text tells one that is empty from NULL.
        marked = ([None if text is None else "=" + text for text in row] for row in rows)
        with bulk.staged(Path(folder), staged, marked) as source:
            _copy(source, columns, Path(target), about, [folder], marked=True)
        with open(target, "rb") as made:
            shutil.copyfileobj(made, out)


def convert(
    columns: Sequence[tuple[str, str]], lines: Path, target: Path, about: Mapping[str, str], scratch: Path
) -> None:
    """Write to the file `target` what stands in a CSV file of ours, with a header, as columns of (name, SQL type).

    What is empty is NULL, lists are JSON texts. `scratch` is a folder for what does not fit in memory. Errors as above.
    """
    staged = [(f"c{place}", "VARCHAR") for place in range(len(columns))]
    _copy(
        bulk.reading(lines, staged, header=True),
        columns,
        target,
        about,
        [str(scratch), str(lines.parent), str(target.parent)],
    )


def _copy(
    source: str,
    columns: Sequence[tuple[str, str]],
    target: Path,
    about: Mapping[str, str],
    folders: Sequence[str],
    *,
    marked: bool = False,
) -> None:
    """From texts to typed columns, on a connection of its own; `marked` texts have a mark before them.

    It may use the `folders`, of which the first is for what does not fit in memory.
    """
    casts = ", ".join(
        f'{_cast(f"substr(c{place}, 2)" if marked else f"c{place}", kind)} AS "{name.replace(chr(34), chr(34) * 2)}"'
        for place, (name, kind) in enumerate(columns)
    )
    allowed = ", ".join(f"'{_literal(folder)}'" for folder in folders)
    connection = duckdb.connect(":memory:", config={"memory_limit": _MEMORY, "threads": 1})
    try:
        _run(
            connection,
            f"SET temp_directory='{_literal(folders[0])}';"
            f"SET allowed_directories=[{allowed}];"
            "SET enable_external_access=false;SET lock_configuration=true;"
            f" COPY (SELECT {casts} FROM {source}) TO '{_literal(str(target))}' ({copy_options(about)})",
        )
    except duckdb.IOException as error:
        raise OSError(None, str(error).splitlines()[0]) from error
    except duckdb.Error as error:
        raise QueryFailed(str(error).splitlines()[0]) from error
    finally:
        connection.close()


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


def _cast(column: str, kind: str) -> str:
    if kind == "VARCHAR":
        return column
    return f"from_json({column}, '[\"VARCHAR\"]')" if kind == "VARCHAR[]" else f"CAST({column} AS {kind})"


def _literal(path: str) -> str:
    return path.replace("'", "''")
