"""The data package: `datapackage.json`, which describes tables as Data Package 2.0 has it, and the export of a database.

An export is a folder with each table as CSV and Parquet. Its rows stream through a locked database, as for every
lookup: a file from elsewhere may hold views that would read other files.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

from ipcli import paths
from ipcli.dataset.tables import Field, Relation, list_relations
from ipcli.db import quote_name
from ipcli.db.engine import Database, type_of
from ipcli.errors import DatabaseError, OutputError, UsageError
from ipcli.i18n import _, why
from ipcli.model import Row, Text, parse_label, parse_text
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
_PROFILES = "https://datapackage.org/profiles/2.0/"
# The compilation that comes with the program; what others build is theirs.
_TITLE = Text("产业体系数据", "Data of industrial systems")
_ABOUT = Text(
    "每个数字都有出处：文件、段落与至多 30 字的原文短语。事实不受著作权保护；文件属其发布者，本数据不含其文本。",
    "Every figure carries its citation: document, paragraph, and a phrase of at most 30 characters. Facts are "
    "facts; the documents belong to their publishers, and their text is not in the data.",
)
_LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 International",
}
_AUTHORS = {"title": "the ipcli authors", "roles": ["compiler"]}
# If there are more documents than these, the table that lists them stands for all.
_MANY = 1000


def export(database: Database, folder: Path, *, core: bool, lang: str, force: bool) -> dict[str, int]:
    """Write the flat views of a database into `folder`, and with `core` its tables too; return the rows of each.

    The folder is new or empty, or with `force` one that holds an earlier export, which is replaced. Files get their
    names when all are complete; if anything fails, what was there stays. UsageError, OutputError.
    """
    relations = {
        f"{_FOLDERS[relation.schema]}/{relation.name}": relation
        for relation in list_relations(database.catalogue)
        if relation.schema == "main" or (core and relation.rules)
    }
    for relation in relations.values():
        if not _NAME.fullmatch(relation.name):
            message = _("{path}: the table name {name!r} makes no file name")
            raise DatabaseError(message.format(path=database.path, name=relation.name))

    def read(sql: str) -> list[Row]:
        return list(database.run(sql).rows)

    rows: dict[str, int] = {}
    files = {f"{stem}.{kind}" for stem in relations for kind in ("csv", "parquet")}
    try:
        with _scratch(folder, files, force) as scratch:
            resources = []
            for stem, relation in relations.items():
                (scratch / stem).parent.mkdir(exist_ok=True)
                rows[stem], resource = _write_table(database, relation, scratch, stem, lang)
                resources.append(resource)
            text = describe(read, resources, lang, "views/sources.csv", ours=_is_shipped(database))
            (scratch / DESCRIPTOR).write_text(text, encoding="utf-8", newline="\n")
            _place(scratch, folder, files)
    except OSError as error:
        message = _("cannot write to {folder}: {reason}")
        raise OutputError(message.format(folder=folder, reason=why(error))) from error
    return rows


def _write_table(
    database: Database, relation: Relation, scratch: Path, stem: str, lang: str
) -> tuple[int, dict[str, Any]]:
    """Write one table as CSV and as Parquet; return its number of rows and its entry in datapackage.json."""
    lines, twin = scratch / f"{stem}.csv", scratch / f"{stem}.parquet"
    sql = f"FROM {relation.schema}.{quote_name(relation.name)}"
    for file in (lines, twin):
        result = database.run(sql, title=parse_text(relation.comment or ""))
        with file.open("wb") as out:
            count = formats.load(file.suffix[1:]).write(result, cast(TextIO, out), formats.Options(lang=lang))
    prefix = "" if relation.schema == "main" else f"{relation.schema}."
    resource = describe_table(relation, f"{stem}.csv", lines, lang, delimiter=_SEPARATOR, prefix=prefix)
    return count, {**resource, _PARQUET: {"path": f"{stem}.parquet", **_measure_file(twin)}}


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
        resources = json.loads(paths.read(folder / DESCRIPTOR))["resources"]
        named = [path for entry in resources for path in (entry["path"], entry[_PARQUET]["path"])]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {path for path in named if isinstance(path, str) and _OURS.fullmatch(path)}


def describe(
    read: Callable[[str], list[Row]],
    resources: list[dict[str, Any]],
    lang: str | None,
    sources_path: str,
    *,
    ours: bool,
) -> str:
    """Return the descriptor as the text of a file.

    `read` returns the rows of a statement on the database. Of many documents the table at `sources_path` stands for all.
    `lang` is zh or en, None for both; `ours` tells that this is the compilation that comes with the program.
    """
    release = read("SELECT city, release, CAST(released_on AS VARCHAR) FROM main.release ORDER BY city")
    cities = [city for city, _number, _date in release]
    documents = [
        {"title": title, **({"path": url} if url and url.startswith(("http://", "https://")) else {})}
        for title, url in read(f"SELECT title, url FROM main.sources ORDER BY source_id LIMIT {_MANY + 1}")
    ]
    if len(documents) > _MANY:
        documents = [{"title": _write(Text("全部来源文件", "All documents"), lang), "path": sources_path}]
    descriptor = {
        "$schema": _PROFILES + "datapackage.json",
        "name": "ipcli-data",
        "title": f"{_write(_TITLE, lang)}: {'、'.join(cities)}",
        "description": _write(_ABOUT, lang),
        "version": release[0][1],
        "created": f"{release[0][2]}T00:00:00Z",
        **({"licenses": [_LICENCE], "contributors": [_AUTHORS]} if ours else {}),
        "keywords": ["industrial policy", "industry", "city", "targets", "investment", *cities],
        **({"sources": documents} if documents else {}),
        "resources": resources,
    }
    return json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n"


def describe_table(
    relation: Relation, path: str, file: Path, lang: str | None, *, delimiter: str, prefix: str = ""
) -> dict[str, Any]:
    """Return the resource of a table in CSV: `file` is where it lies, `path` what the descriptor calls it.

    `delimiter` stands between the items of lists. Resources have the names of their tables, with `prefix` before them.
    """
    schema: dict[str, Any] = {
        "$schema": _PROFILES + "tableschema.json",
        "fields": [_describe_field(field, lang, delimiter) for field in relation.fields],
        "missingValues": [""],
    }
    references = []
    for rule in relation.rules:
        if rule.kind == "PRIMARY KEY":
            schema["primaryKey"] = rule.columns
        elif rule.kind == "FOREIGN KEY":
            # A table's reference to itself names no resource.
            other = {} if rule.table == relation.name else {"resource": f"{prefix}{rule.table}"}
            references.append({"fields": rule.columns, "reference": {**other, "fields": rule.others}})
    if references:
        schema["foreignKeys"] = references
    return {
        "$schema": _PROFILES + "dataresource.json",
        "name": prefix + relation.name,
        "type": "table",
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **({"title": _write(parse_text(relation.comment), lang)} if relation.comment else {}),
        **_measure_file(file),
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": schema,
    }


def _measure_file(file: Path) -> dict[str, Any]:
    """Return size and hash of a file."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256")
    return {"bytes": file.stat().st_size, "hash": f"sha256:{digest.hexdigest()}"}


def _describe_field(field: Field, lang: str | None, delimiter: str) -> dict[str, Any]:
    kind = type_of(field.type)
    label = parse_label(field.comment or "")
    title = label.text
    if label.unit:
        title = Text(f"{title.zh}（{label.unit}）", f"{title.en} ({label.unit})")
    return {
        "name": field.name,
        "type": "string" if kind == "text" else kind,
        **({"delimiter": delimiter, "itemType": "string"} if kind == "list" else {}),
        **({"title": _write(title, lang)} if field.comment else {}),
        **({"description": label.meaning} if label.meaning else {}),
    }


def _write(text: Text, lang: str | None) -> str:
    """Return a text in one language, or in both."""
    if lang is not None:
        return text.get(lang)
    return text.zh if text.zh == text.en else f"{text.zh} | {text.en}"
