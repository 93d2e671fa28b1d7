"""Connections: to a database file or of our own, each locked; and the errors of the library as errors of ours.

Importing this module loads the library: import it late.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from ipcli.db import serialise
from ipcli.db.watch import Watch
from ipcli.errors import DatabaseError, LimitReached, QueryFailed
from ipcli.i18n import _
from ipcli.model import Row

if TYPE_CHECKING:
    import duckdb as duckdb
else:
    # The compiled module alone: its Python wrapper would cost a lookup a third of its time.
    try:
        import _duckdb as duckdb
    except ImportError:
        import duckdb

MEMORY = "1GB"
# A message of the library may print a value that was bound, however long.
_LONGEST_MESSAGE = 2000
# Without the last but one the library still lets a statement write over the database file itself, and over what it would
# put on the disk: hence nothing is put there.
_LOCKS = (
    f"SET allowed_paths=['{serialise.PATH}'];SET enable_external_access=false;"
    "SET disabled_filesystems='LocalFileSystem';SET lock_configuration=true"
)
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
}
if duckdb.__version__.startswith("1."):
    # It imports pandas, if that is installed, to look at each value it binds: half a second.
    sys.modules.setdefault("pandas", None)  # type: ignore[arg-type]
else:
    CONFIG["allow_extension_repositories"] = "forbidden"


def connect(
    path: str, prepare: Callable[[duckdb.DuckDBPyConnection], object], memory_limit: str, threads: int
) -> duckdb.DuckDBPyConnection:
    """Return a read-only connection to a database file, made ready by `prepare`.

    A file that this process has open already, and locked, stays as it is.
    """
    if os.path.isdir(path):
        raise DatabaseError(_("{path} is a folder, not a database").format(path=path))
    if not os.path.exists(path):
        raise DatabaseError(
            _("there is no database {path}: check --db or IPCLI_DB, or run ipcli build").format(path=path)
        )
    config = {**CONFIG, "memory_limit": memory_limit, "threads": threads}
    try:
        connection = duckdb.connect(path, read_only=True, config=config)
    except duckdb.Error as error:
        raise DatabaseError(cannot_open(path, str(error))) from error
    try:
        prepare(connection)
    except duckdb.Error as error:
        # The library gives one process one instance of a file: this one is open already, and locked.
        if any(word in str(error) for word in ("configuration has been locked", "disabled by configuration")):
            return connection
        connection.close()
        raise DatabaseError(cannot_open(path, str(error))) from error
    return connection


@cache
def memory() -> duckdb.DuckDBPyConnection:
    """Return a locked connection to an empty database in memory: no macro replaces a function there."""
    # Amid a call that nobody watches, the library makes a RuntimeError of any signal.
    with Watch(lambda: None):
        connection = duckdb.connect(":memory:", config={**CONFIG, "memory_limit": MEMORY, "threads": 1})
        lock(connection)
    return connection


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """Close a connection to all but the file system of `serialise`."""
    # Set this first: it fails if the connection is locked already.
    connection.execute("SET temp_directory=''")
    serialise.register(connection)
    connection.execute(_LOCKS)


def catalogue(connection: Any, kind: str, *columns: str) -> list[Row]:
    """Return the rows that `Database.catalogue` describes.

    The SQL uses the full name of the function, plain columns and no WHERE clause: a macro in the file could
    replace a shorter name, or an operator. So the rows are filtered in Python.
    """
    own = "" if kind == "constraints" else ", internal"
    listed = ", ".join(columns)
    rows = connection.execute(
        f"SELECT {listed}, database_name{own} FROM system.main.duckdb_{kind}()"
    ).fetchall()
    return [row[: len(columns)] for row in rows if row[len(columns)] != "system" and row[-1] is not True]


def translate_error(error: Exception, _text: str = "") -> Exception:
    """Return the ipcli error for an error of DuckDB or a MemoryError; any other error as it is."""
    if isinstance(error, MemoryError):
        return LimitReached(_("out of memory"))
    if not isinstance(error, duckdb.Error):
        return error
    text = shorten_message(str(error))
    if isinstance(error, duckdb.OutOfMemoryException):
        return LimitReached(
            _("out of memory: ask for less, or for -f csv or -o FILE.parquet ({text})").format(text=text)
        )
    if isinstance(error, duckdb.IOException) or type(error) is duckdb.Error:
        return DatabaseError(_("the database cannot be read: {text}").format(text=text))
    return QueryFailed(_("the query failed: {text}").format(text=text))


def shorten_message(text: str) -> str:
    """Return the first paragraph of a message on one line, without the drawing that points into the SQL, nor its excess."""
    text = " ".join(re.split(r"\n\s*\n|\nLINE \d", text.strip(), maxsplit=1)[0].split())
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + "…"


def cannot_open(path: str, message: str) -> str:
    """Return one line for why the library did not open a file, and what to do about it."""
    process = re.search(r"PID (\d+)", message)
    versions = re.search(r"version number (\d+), but we can only read\D+(\d+)", message)
    if "Could not set lock" in message or "Conflicting lock" in message:
        text = _(
            "the database {path} is being written by process {pid}: wait for it, or open a copy with --db"
        )
    elif not os.access(path, os.R_OK) or "Permission denied" in message:
        text = _("the database {path} may not be read: permission denied")
    elif versions and int(versions[1]) < int(versions[2]):
        text = _("the database {path} is of an older DuckDB version: make it again with ipcli build")
    elif "can only read" in message or "newer version" in message:
        text = _("the database {path} is of a newer DuckDB version: upgrade the duckdb package")
    elif "not a valid DuckDB" in message or os.path.getsize(path) == 0 or "sqlite" in message.lower():
        text = _("the database {path} is not a DuckDB database file: check --db or IPCLI_DB")
    else:
        text = _("the database {path} is damaged: get it again, or run ipcli build ({detail})")
    return text.format(path=path, pid=process[1] if process else "?", detail=shorten_message(message))
