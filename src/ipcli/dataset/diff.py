"""What changed from one release to the next: facts added, changed, deprecated, vanished."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from ipcli.dataset.results import Spec, fetch, table
from ipcli.dataset.tables import DERIVED
from ipcli.db import quote_name
from ipcli.db.engine import Database
from ipcli.model import Result, Row, Text

COLUMNS: tuple[Spec, ...] = (
    ("change", "text", "变化", "Change"),
    ("table", "text", "表", "Table"),
    ("fact_id", "text", "编号", "Fact"),
    ("column", "text", "列", "Column"),
    ("old", "text", "原来", "Old"),
    ("new", "text", "现在", "New"),
    ("reason", "text", "理由", "Reason"),
)
# Tables of core whose rows do not state a fact but belong to one, or that say what changed.
_OF_FACTS = ("citation", "deprecation")
_ORDER = ("added", "changed", "deprecated", "vanished")


def diff(old: Database, new: Database) -> Result:
    """One row a fact that was added, deprecated or has vanished; one a column that changed.

    What facts refer to (regions, sources, organisations ...) is compared in the same way. A fact's
    further citations are its columns `citation 2`, `citation 3` ...
    """
    rows = sorted(_rows(old, new), key=lambda row: (_ORDER.index(row[0]), *map(str, row[1:4])))
    title = Text(f"{old.release} → {new.release}", f"{old.release} → {new.release}")
    return table(COLUMNS, rows, title, new.release)


def vanished(old: Database, new: Database) -> list[tuple[str, str]]:
    """(fact, kind) of the facts that stand in `old` and in `new` neither stand nor are deprecated."""
    sql = "SELECT fact_id, kind FROM core.cited WHERE ordinal = 1 ORDER BY fact_id"
    there = {row[0] for row in fetch(new, sql)} | set(_deprecated(new))
    return [(fact, kind) for fact, kind in fetch(old, sql) if fact not in there]


def _deprecated(db: Database) -> dict[str, Row]:
    sql = "SELECT fact_id, replaced_by, reason FROM core.deprecation"
    return {row[0]: row for row in fetch(db, sql)}


def _rows(old: Database, new: Database) -> Iterator[Row]:
    keys, before, after = _keys(new), _columns(old), _columns(new)
    gone = _deprecated(new)
    cited_before, cited_after = _citations(old), _citations(new)
    for name, key in keys.items():
        if name in _OF_FACTS:
            continue
        shared = [column for column in after[name] if column in before.get(name, ())]
        was = _content(old, name, key, shared) if set(key) <= set(shared) else {}
        now = _content(new, name, key, shared or after[name])
        for fact in now.keys() - was.keys():
            yield ("added", name, fact, None, None, _shown(now[fact]), None)
        for fact in was.keys() - now.keys():
            if fact in gone:
                _, replaced_by, reason = gone[fact]
                yield ("deprecated", name, fact, None, _shown(was[fact]), replaced_by, reason)
            else:
                yield ("vanished", name, fact, None, _shown(was[fact]), None, None)
        for fact in now.keys() & was.keys():
            earlier = {**was[fact], **cited_before.get(fact, {})}
            later = {**now[fact], **cited_after.get(fact, {})}
            changed = [c for c in {**earlier, **later} if earlier.get(c) != later.get(c)]
            # What is computed follows from the rest; alone it tells that the rule has changed.
            own = [column for column in changed if column not in DERIVED.get(name, ())]
            for column in own or changed:
                old_text, new_text = _text(earlier.get(column)), _text(later.get(column))
                yield ("changed", name, fact, column, old_text, new_text, None)


def _keys(db: Database) -> dict[str, list[str]]:
    """Table of core -> its primary key, as the newer schema has it."""
    rows = db.catalogue(
        "constraints", "table_name", "constraint_column_names", "schema_name", "constraint_type"
    )
    return {
        name: list(columns)
        for name, columns, schema, kind in sorted(rows, key=lambda row: row[0])
        if (schema, kind) == ("core", "PRIMARY KEY")
    }


def _columns(db: Database) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    rows = db.catalogue("columns", "table_name", "column_index", "column_name", "schema_name")
    for name, _, column, schema in sorted(rows, key=lambda row: row[:2]):
        if schema == "core":
            found[name].append(column)
    return found


def _content(db: Database, name: str, key: list[str], columns: list[str]) -> dict[str, dict[str, Any]]:
    """Key -> the row, as {column: value}; keys of several columns are joined."""
    listed = ", ".join(map(quote_name, columns))
    found = {}
    for row in fetch(db, f"SELECT {listed} FROM core.{quote_name(name)}"):
        values = dict(zip(columns, row, strict=True))
        found[" ".join(str(values[column]) for column in key)] = values
    return found


def _citations(db: Database) -> dict[str, dict[str, str]]:
    """Fact -> {"citation 2": where and in which words}, of its further citations."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for fact, ordinal, source, para, start, phrase in fetch(
        db, "SELECT fact_id, ordinal, source_id, para_no, char_start, as_reported FROM core.citation"
    ):
        place = ":".join(str(part) for part in (source, para, start) if part is not None)
        found[fact][f"citation {ordinal}"] = f"{place} {phrase}"
    return found


def _shown(row: dict[str, Any]) -> str | None:
    """What a row is about, in few words."""
    for column in ("as_reported", "title", "name", "printed", "alias", "verdict", "about"):
        if row.get(column) is not None:
            return str(row[column])
    return None


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}"
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)
