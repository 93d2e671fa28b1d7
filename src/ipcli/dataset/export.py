"""A database as a folder of files: each table as CSV and Parquet, and the data package that describes them.

Rows stream through a locked database, as those of every lookup do: a file that came from elsewhere may hold views that
would read other files.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

from ipcli.dataset import package
from ipcli.dataset.relations import Relation, relations
from ipcli.db import quote_name
from ipcli.db.engine import Database
from ipcli.errors import DatabaseError, OutputError, UsageError
from ipcli.i18n import _
from ipcli.model import Text
from ipcli.output import formats
from ipcli.query import catalog

DESCRIPTOR = "datapackage.json"
# The folder of each schema's files.
FOLDERS = {"main": "views", "core": "core"}
# Where a resource tells of its twin in Parquet; the standard knows one file a resource.
PARQUET = "ipcli:parquet"
_OURS = re.compile(r"(?:views|core)/[a-z][a-z0-9_]*\.(?:csv|parquet)")
_SEPARATOR = "; "
_SCRATCH = ".ipcli-"


def export(
    database: Database, folder: Path, *, core: bool, lang: str, ours: bool, force: bool
) -> dict[str, int]:
    """Write the flat views of a database into `folder`, and with `core` its tables too; returns the rows of each.

    The folder is new or empty, or with `force` one that holds an earlier export, which is replaced. Files get their
    names when all are complete. `ours` says that it is the compilation that comes with the program. UsageError,
    OutputError; what was there stays then.
    """
    chosen = [
        relation
        for relation in relations(database.catalogue)
        if relation.schema == "main" or (core and relation.declared)
    ]
    for relation in chosen:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", relation.name):
            raise DatabaseError(
                _("{path}: the table name {name!r} makes no file name").format(
                    path=database.path, name=relation.name
                )
            )
    rows: dict[str, int] = {}
    fresh = {f"{_stem(relation)}.{kind}" for relation in chosen for kind in ("csv", "parquet")}
    try:
        with _folder(folder, fresh, force) as scratch:
            resources = []
            for relation in chosen:
                (scratch / FOLDERS[relation.schema]).mkdir(exist_ok=True)
                resources.append(_written(database, relation, scratch, lang, rows))
            descriptor = package.package(
                _release(database, ours), _sources(database), resources, lang, "views/sources.csv"
            )
            (scratch / DESCRIPTOR).write_text(package.dumped(descriptor), encoding="utf-8", newline="\n")
            _place(scratch, folder, fresh)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            _("cannot write to {folder}: {reason}").format(folder=folder, reason=reason)
        ) from error
    return rows


def _written(
    database: Database, relation: Relation, scratch: Path, lang: str, rows: dict[str, int]
) -> dict[str, Any]:
    """Write one table in both formats; returns its resource."""
    stem = _stem(relation)
    lines, twin = scratch / f"{stem}.csv", scratch / f"{stem}.parquet"
    sql = f"FROM {relation.schema}.{quote_name(relation.name)}"
    title = catalog.parse_text(relation.comment).get(lang)
    rows[stem] = _write(database, sql, title, lines)
    _write(database, sql, title, twin)
    resource = package.resource(
        relation,
        f"{stem}.csv",
        lines,
        lang,
        delimiter=_SEPARATOR,
        named=lambda schema, name: name if schema == "main" else f"{schema}.{name}",
    )
    return {**resource, PARQUET: {"path": f"{stem}.parquet", **package.fingerprint(twin)}}


def _stem(relation: Relation) -> str:
    return f"{FOLDERS[relation.schema]}/{relation.name}"


def _write(database: Database, sql: str, title: str, file: Path) -> int:
    """Write the rows of a statement as every lookup does; returns their number."""
    writer = formats.load(file.suffix.removeprefix("."))
    result = database.run(sql, title=Text(title, title))
    with file.open("wb") as out:
        return writer.write(result, cast(TextIO, out), formats.Options())


def _release(database: Database, ours: bool) -> package.Release:
    rows = database.run("SELECT DISTINCT release, CAST(released_on AS VARCHAR) FROM main.release").rows
    number, date = next(rows)
    return package.Release(database.cities, number, date, ours)


def _sources(database: Database) -> Iterator[tuple[str, str | None]]:
    rows = database.run("SELECT title, url FROM main.sources ORDER BY source_id").rows
    return ((title, url) for title, url in rows)


@contextmanager
def _folder(folder: Path, fresh: set[str], force: bool) -> Iterator[Path]:
    """A scratch folder within `folder`, which is made if it is not there; all goes away if anything fails.

    `fresh` are the files that are to be in it.
    """
    made = not folder.exists()
    if made:
        folder.mkdir()
    else:
        _may_write(folder, fresh, force)
    scratch = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=folder))
    try:
        yield scratch
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        if made and not os.listdir(folder):
            folder.rmdir()
        raise
    shutil.rmtree(scratch)


def _may_write(folder: Path, fresh: set[str], force: bool) -> None:
    """UsageError if the folder holds anything, or with `force`, a file in the way that no earlier export put there."""
    if not force and any(not entry.name.startswith(_SCRATCH) for entry in os.scandir(folder)):
        raise UsageError(
            _(
                "the folder {folder} is not empty: choose another, or replace an earlier export in it "
                "with --force"
            ).format(folder=folder)
        )
    earlier = _listed(folder / DESCRIPTOR)
    foreign = fresh - earlier if earlier else {*fresh, DESCRIPTOR}
    for name in sorted(foreign):
        if os.path.lexists(folder / name):
            raise UsageError(
                _("{name} is of no earlier export: --force does not overwrite it").format(name=folder / name)
            )


def _place(scratch: Path, folder: Path, fresh: set[str]) -> None:
    """Give the files of the scratch folder their names in `folder`, the descriptor last.

    Files of an earlier export that this one has not are removed, and nothing else is.
    """
    earlier = _listed(folder / DESCRIPTOR)
    for name in sorted(fresh):
        (folder / name).parent.mkdir(exist_ok=True)
        os.replace(scratch / name, folder / name)
    for name in sorted(earlier - fresh):
        (folder / name).unlink(missing_ok=True)
    os.replace(scratch / DESCRIPTOR, folder / DESCRIPTOR)


def _listed(descriptor: Path) -> set[str]:
    """The files that the data package of an earlier export names; none if it is not one of ours."""
    try:
        resources = json.loads(descriptor.read_text(encoding="utf-8"))["resources"]
        named: Iterable[Any] = [
            path for entry in resources for path in (entry["path"], entry[PARQUET]["path"])
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {path for path in named if isinstance(path, str) and _OURS.fullmatch(path)}
