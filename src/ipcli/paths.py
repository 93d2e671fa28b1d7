"""Where the shipped database, the lookups and the schema are."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from ipcli.i18n import _

# The files that this process has read, so that nothing is written over them.
INPUTS: set[str] = set()
# Bytes that a text may have: a table, a document, a query.
_LONGEST = 256 << 20
_PACKAGE = Path(__file__).resolve().parent


def _shipped() -> Path:
    """Return the folder that holds `data` and `sql`.

    A clone or an editable install has them in the repository's root, known by `src/ipcli` and
    `pyproject.toml`; a real install in the package itself. The root goes first: an editable install
    may leave a stale copy beside the package.
    """
    root = _PACKAGE.parent.parent
    if _PACKAGE.parent.name == "src" and (root / "pyproject.toml").is_file():
        return root
    return _PACKAGE


def read(file: str | os.PathLike[str], longest: int = _LONGEST) -> bytes:
    """Return the content of a file. OSError for a device or a pipe, which may never end, and for a file that is longer."""
    INPUTS.add(os.path.abspath(file))
    # A pipe that nobody writes to would not even open.
    with open(
        os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb"
    ) as opened:
        found = os.fstat(opened.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, _("not a regular file"), os.fspath(file))
        if found.st_size > longest:
            raise OSError(errno.EFBIG, _("too large"), os.fspath(file))
        return opened.read(longest)


def database(option: str | None = None) -> Path:
    """Return the path of the database to open: `option` (--db), else IPCLI_DB, else the shipped one."""
    chosen = option or os.environ.get("IPCLI_DB")
    return Path(chosen) if chosen else data() / "industry.duckdb"


def is_shipped(database: Path) -> bool:
    """Return whether a path is that of the shipped database."""
    return database == data() / "industry.duckdb"


def queries() -> Path:
    """Return the folder of built-in lookups, one `.sql` file each."""
    return _shipped() / "sql"


def own_queries(chosen: Iterable[str] = ()) -> list[Path]:
    """Return the folders of people's own queries, nearest first.

    Those `chosen` (--sql-dir), those of IPCLI_SQL_PATH, and `ipcli/sql` in the user's config folder.
    """
    listed = [part for part in os.environ.get("IPCLI_SQL_PATH", "").split(os.pathsep) if part]
    config = os.environ.get("XDG_CONFIG_HOME", "")
    if not os.path.isabs(config):
        config = os.path.join(os.path.expanduser("~"), ".config")
    return [Path(part) for part in (*chosen, *listed, os.path.join(config, "ipcli", "sql"))]


def data() -> Path:
    """Return the folder with the shipped database, `schema.sql` and `views.sql`."""
    return _shipped() / "data"
