"""`datapackage.json`: tables described as Data Package 2.0 has it, so that other programs know what they read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ipcli.dataset.relations import Field, Relation
from ipcli.db.engine import type_of
from ipcli.model import Text
from ipcli.query import catalog

_PROFILES = "https://datapackage.org/profiles/2.0/"
_TYPES = {
    "text": "string",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
    "list": "list",
}
# The compilation that comes with the program; what others build is theirs.
TITLE = Text("产业体系数据", "Data of industrial systems")
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 International",
}
AUTHORS = "the ipcli authors"
# More documents than these are told by the table that lists them.
_MANY = 1000


class Release(NamedTuple):
    """Which data it is: cities, number, date, and whether it is the compilation that comes with the program."""

    cities: Sequence[str]
    number: str
    date: str
    ours: bool


def package(
    release: Release,
    sources: Iterable[tuple[str, str | None]],
    resources: list[dict[str, Any]],
    lang: str | None,
    listed: str,
) -> dict[str, Any]:
    """The descriptor. `sources` are (title, URL), of which there may be many: then `listed`, a path, stands for all.

    `lang` is zh or en, None for both.
    """
    cities = "、".join(release.cities)
    about = Text(
        "每个数字都有出处：文件、段落与至多 30 字的原文短语。事实不受著作权保护；文件属其发布者，本数据不含其文本。",
        "Every figure carries its citation: document, paragraph, and a phrase of at most 30 characters. Facts are "
        "facts; the documents belong to their publishers, and their text is not in the data.",
    )
    known: list[dict[str, str]] = []
    for title, url in sources:
        if len(known) == _MANY:
            known = [{"title": _said(Text("全部来源文件", "All documents"), lang), "path": listed}]
            break
        path = {"path": url} if url and url.startswith(("http://", "https://")) else {}
        known.append({"title": title, **path})
    return {
        "$schema": _PROFILES + "datapackage.json",
        "name": "ipcli-data",
        "title": f"{_said(TITLE, lang)}: {cities}",
        "description": _said(about, lang),
        "version": release.number,
        "created": f"{release.date}T00:00:00Z",
        **(
            {"licenses": [LICENCE], "contributors": [{"title": AUTHORS, "roles": ["compiler"]}]}
            if release.ours
            else {}
        ),
        "keywords": ["industrial policy", "industry", "city", "targets", "investment", *release.cities],
        **({"sources": known} if known else {}),
        "resources": resources,
    }


def resource(
    relation: Relation,
    path: str,
    file: Path,
    lang: str | None,
    *,
    delimiter: str,
    named: Callable[[str, str], str],
) -> dict[str, Any]:
    """The resource that is a table in CSV: `file` is where it lies, `path` what the descriptor calls it.

    `delimiter` stands between the items of lists; `named` gives the name of the resource for (schema, table).
    """
    schema: dict[str, Any] = {
        "$schema": _PROFILES + "tableschema.json",
        "fields": [_field(field, lang, delimiter) for field in relation.fields],
        "missingValues": [""],
    }
    if relation.key:
        schema["primaryKey"] = list(relation.key)
    if relation.unique:
        schema["uniqueKeys"] = [list(columns) for columns in relation.unique]
    if relation.references:
        schema["foreignKeys"] = [
            {
                "fields": list(reference.columns),
                "reference": {
                    # A table's reference to itself names no resource.
                    **(
                        {"resource": named(relation.schema, reference.table)}
                        if reference.table != relation.name
                        else {}
                    ),
                    "fields": list(reference.others),
                },
            }
            for reference in relation.references
        ]
    return {
        "$schema": _PROFILES + "dataresource.json",
        "name": named(relation.schema, relation.name),
        "type": "table",
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **({"title": _said(catalog.parse_text(relation.comment), lang)} if relation.comment else {}),
        **fingerprint(file),
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": schema,
    }


def fingerprint(file: Path) -> dict[str, Any]:
    """Size and hash of a file."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256")
    return {"bytes": file.stat().st_size, "hash": f"sha256:{digest.hexdigest()}"}


def dumped(descriptor: Mapping[str, Any]) -> str:
    """A descriptor as the text of a file."""
    return json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n"


def _field(field: Field, lang: str | None, delimiter: str) -> dict[str, Any]:
    kind = _TYPES[type_of(field.type)]
    label = catalog.parse_label(field.comment)
    title = label.text
    if label.unit:
        title = Text(f"{title.zh}（{label.unit}）", f"{title.en} ({label.unit})")
    rules: dict[str, Any] = {}
    if field.required:
        rules["required"] = True
    if field.unique:
        rules["unique"] = True
    if field.choices:
        rules["enum"] = list(field.choices)
    if field.pattern:
        rules["pattern"] = field.pattern
    return {
        "name": field.name,
        "type": kind,
        **({"delimiter": delimiter, "itemType": "string"} if kind == "list" else {}),
        **({"title": _said(title, lang)} if field.comment else {}),
        **({"description": label.meaning} if label.meaning else {}),
        **({"constraints": rules} if rules else {}),
    }


def _said(text: Text, lang: str | None) -> str:
    if lang is not None:
        return text.get(lang)
    return text.zh if text.zh == text.en else f"{text.zh} | {text.en}"
