"""Export of a database to a folder: each table as CSV and Parquet, and the data package that describes them.

Rows stream through a locked database, as for every lookup: a file from elsewhere may hold views that would read other
files.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

from ipcli import paths
from ipcli.dataset import package
from ipcli.dataset.package import Relation
from ipcli.db import quote_name
from ipcli.db.engine import Database
from ipcli.errors import DatabaseError, OutputError, UsageError
from ipcli.i18n import _, why
from ipcli.model import parse_text
from ipcli.output import formats

DESCRIPTOR = "datapackage.json"
# The folder of each schema's files.
_FOLDERS = {"main": "views", "core": "core"}
# Where a resource describes its twin in Parquet; the standard knows one file a resource.
_PARQUET = "ipcli:parquet"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_OURS = re.compile(r"(?:views|core)/[a-z][a-z0-9_]*\.(?:csv|parquet)")
_SEPARATOR = "; "
_SCRATCH = ".ipcli-"


def export(database: Database, folder: Path, *, core: bool, lang: str, force: bool) -> dict[str, int]:
    """Write the flat views of a database into `folder`, and with `core` its tables too; return the rows of each.

    The folder is new or empty, or with `force` one that holds an earlier export, which is replaced. Files get their
    names when all are complete; if anything fails, what was there stays. UsageError, OutputError.
    """
    relations = {
        f"{_FOLDERS[relation.schema]}/{relation.name}": relation
        for relation in package.list_relations(database.catalogue)
        if relation.schema == "main" or (core and relation.rules)
    }
    for relation in relations.values():
        if not _NAME.fullmatch(relation.name):
            message = _("{path}: the table name {name!r} makes no file name")
            raise DatabaseError(message.format(path=database.path, name=relation.name))
    rows: dict[str, int] = {}
    files = {f"{stem}.{kind}" for stem in relations for kind in ("csv", "parquet")}
    try:
        with _scratch(folder, files, force) as scratch:
            resources = []
            for stem, relation in relations.items():
                (scratch / stem).parent.mkdir(exist_ok=True)
                rows[stem], resource = _write_table(database, relation, scratch, stem, lang)
                resources.append(resource)
            sources = database.run("SELECT title, url FROM main.sources ORDER BY source_id").rows
            text = package.describe(_release(database), sources, resources, lang, "views/sources.csv")
            (scratch / DESCRIPTOR).write_text(text, encoding="utf-8", newline="\n")
            _place(scratch, folder, files)
    except OSError as error:
        message = _("cannot write to {folder}: {reason}")
        raise OutputError(message.format(folder=folder, reason=why(error))) from error
    return rows


def _write_table(
    database: Database, relation: Relation, scratch: Path, stem: str, lang: str
) -> tuple[int, dict[str, Any]]:
    """Write one table in both formats; return the number of its rows, and its resource."""
    lines, twin = scratch / f"{stem}.csv", scratch / f"{stem}.parquet"
    sql = f"FROM {relation.schema}.{quote_name(relation.name)}"
    for file in (lines, twin):
        result = database.run(sql, title=parse_text(relation.comment or ""))
        with file.open("wb") as out:
            count = formats.load(file.suffix[1:]).write(result, cast(TextIO, out), formats.Options(lang=lang))
    prefix = "" if relation.schema == "main" else f"{relation.schema}."
    resource = package.describe_table(
        relation, f"{stem}.csv", lines, lang, delimiter=_SEPARATOR, prefix=prefix
    )
    return count, {**resource, _PARQUET: {"path": f"{stem}.parquet", **package.measure_file(twin)}}


def _release(database: Database) -> package.Release:
    rows = database.run("SELECT DISTINCT release, CAST(released_on AS VARCHAR) FROM main.release").rows
    number, date = next(rows)
    return package.Release(database.cities, number, date, _is_shipped(database))


def _is_shipped(database: Database) -> bool:
    """Return whether the content is that of the database that comes with the program."""
    try:
        with Database.open(paths.data() / "industry.duckdb") as shipped:
            return shipped.content_hash == database.content_hash
    except DatabaseError:
        return False


@contextmanager
def _scratch(folder: Path, files: set[str], force: bool) -> Iterator[Path]:
    """Give a scratch folder within `folder`, which is made if it is not there; all goes away if anything fails.

    `files` are to be in it.
    """
    made = not folder.exists()
    if made:
        folder.mkdir()
    else:
        _refuse_to_overwrite(folder, files, force)
    scratch = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=folder))
    try:
        yield scratch
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        if made and not os.listdir(folder):
            folder.rmdir()
        raise
    shutil.rmtree(scratch)


def _refuse_to_overwrite(folder: Path, files: set[str], force: bool) -> None:
    """Raise a UsageError if the folder holds anything, or with `force`, a file that no earlier export put there."""
    if not force and any(not entry.name.startswith(_SCRATCH) for entry in os.scandir(folder)):
        message = _(
            "the folder {folder} is not empty: choose another, or replace an earlier export in it "
            "with --force"
        )
        raise UsageError(message.format(folder=folder))
    earlier = _list_earlier(folder)
    for name in sorted(files - earlier if earlier else {*files, DESCRIPTOR}):
        if os.path.lexists(folder / name):
            message = _("{name} is of no earlier export: --force does not overwrite it")
            raise UsageError(message.format(name=folder / name))


def _place(scratch: Path, folder: Path, files: set[str]) -> None:
    """Give the files of the scratch folder their names in `folder`, the descriptor last.

    Files of an earlier export that this one does not have are removed, and nothing else is.
    """
    earlier = _list_earlier(folder)
    for name in sorted(files):
        (folder / name).parent.mkdir(exist_ok=True)
        os.replace(scratch / name, folder / name)
    for name in sorted(earlier - files):
        (folder / name).unlink(missing_ok=True)
    os.replace(scratch / DESCRIPTOR, folder / DESCRIPTOR)


def _list_earlier(folder: Path) -> set[str]:
    """Return the files that the descriptor of an earlier export names; none if it is not one of ours."""
    try:
        resources = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))["resources"]
        named = [path for entry in resources for path in (entry["path"], entry[_PARQUET]["path"])]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {path for path in named if isinstance(path, str) and _OURS.fullmatch(path)}
