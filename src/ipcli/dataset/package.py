"""`datapackage.json`: tables described as Data Package 2.0 has it, so that other programs know what they read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from ipcli.db.engine import type_of
from ipcli.model import Text, parse_label, parse_text

# Returns columns of a list of DuckDB's (`Database.catalogue`).
Ask = Callable[..., Sequence[tuple[Any, ...]]]

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


class Release(NamedTuple):
    """Facts about the data: cities, number, date, and whether it is the compilation that comes with the program."""

    cities: Sequence[str]
    number: str
    date: str
    ours: bool


class Field(NamedTuple):
    """One column: its DuckDB type and its comment (`中文 | English: meaning`)."""

    name: str
    type: str
    comment: str | None


class Rule(NamedTuple):
    """One constraint on `columns` of the table; a foreign key refers to the columns `others` of `table`."""

    kind: str
    columns: list[str]
    table: str | None
    others: list[str]


class Relation(NamedTuple):
    """One table or view. What is derived from tables has no rules."""

    schema: str
    name: str
    comment: str | None
    fields: list[Field]
    rules: list[Rule]


def list_relations(ask: Ask) -> list[Relation]:
    """Return the tables and views of the schemas `main` and `core`, in the order they were made."""
    made = [
        *ask("tables", "schema_name", "table_oid", "table_name", "comment"),
        *ask("views", "schema_name", "view_oid", "view_name", "comment"),
    ]
    relations = {
        (schema, name): Relation(schema, name, comment, [], [])
        for schema, _oid, name, comment in sorted(made, key=itemgetter(0, 1))
        if schema in ("main", "core")
    }
    columns = ask(
        "columns", "schema_name", "table_name", "column_index", "column_name", "data_type", "comment"
    )
    for schema, name, _index, *field in sorted(columns, key=itemgetter(2)):
        if (schema, name) in relations:
            relations[schema, name].fields.append(Field(*field))
    rules = ask(
        "constraints", "schema_name", "table_name", "constraint_index", "constraint_type",
        "constraint_column_names", "referenced_table", "referenced_column_names",
    )  # fmt: skip
    for schema, name, _index, *rule in sorted(rules, key=itemgetter(2)):
        if (schema, name) in relations:
            relations[schema, name].rules.append(Rule(*rule))
    return list(relations.values())


def describe(
    release: Release,
    sources: Iterable[tuple[str, str | None]],
    resources: list[dict[str, Any]],
    lang: str | None,
    sources_path: str,
) -> str:
    """Return the descriptor as the text of a file.

    `sources` are (title, URL), of which there may be many: then the table at `sources_path` stands for all. `lang` is zh
    or en, None for both.
    """
    documents: list[dict[str, str]] = []
    for title, url in sources:
        if len(documents) == _MANY:
            documents = [{"title": _write(Text("全部来源文件", "All documents"), lang), "path": sources_path}]
            break
        path = {"path": url} if url and url.startswith(("http://", "https://")) else {}
        documents.append({"title": title, **path})
    ours = {"licenses": [_LICENCE], "contributors": [_AUTHORS]} if release.ours else {}
    descriptor = {
        "$schema": _PROFILES + "datapackage.json",
        "name": "ipcli-data",
        "title": f"{_write(_TITLE, lang)}: {'、'.join(release.cities)}",
        "description": _write(_ABOUT, lang),
        "version": release.number,
        "created": f"{release.date}T00:00:00Z",
        **ours,
        "keywords": ["industrial policy", "industry", "city", "targets", "investment", *release.cities],
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
        **measure_file(file),
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": schema,
    }


def measure_file(file: Path) -> dict[str, Any]:
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
