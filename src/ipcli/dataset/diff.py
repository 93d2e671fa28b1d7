"""Changes from one release to the next: facts added, changed, deprecated, vanished."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from ipcli.dataset.tables import DERIVED, list_relations
from ipcli.db import quote_name
from ipcli.db.engine import Database
from ipcli.i18n import _
from ipcli.model import Column, Result, Row, Text, parse_label

COLUMNS = (
    Column("change", "text", parse_label("变化 | Change")),
    Column("table", "text", parse_label("表 | Table")),
    Column("fact_id", "text", parse_label("编号 | Fact")),
    Column("column", "text", parse_label("列 | Column")),
    Column("old", "text", parse_label("原来 | Old")),
    Column("new", "text", parse_label("现在 | New")),
    Column("reason", "text", parse_label("理由 | Reason")),
)
# Tables of core whose rows do not state a fact but belong to one, or that say what changed.
_OF_FACTS = ("citation", "deprecation")
_ORDER = ("added", "changed", "deprecated", "vanished")


def diff(old: Database, new: Database) -> tuple[Result, str]:
    """Return one row a fact that was added, deprecated or has vanished, one a column that changed; and a line of counts.

    What facts refer to (regions, sources, organisations ...) is compared in the same way. A fact's
    further citations are its columns `citation 2`, `citation 3` ...
    """
    rows = sorted(_compare(old, new), key=lambda row: (_ORDER.index(row[0]), *map(str, row[1:4])))
    title = f"{old.release} → {new.release}"
    result = Result(COLUMNS, iter(rows), lambda _ids: {}, title=Text(title, title), release=new.release)
    counts = Counter(change for change, *_fact in {row[:3] for row in rows})
    line = _("{added} added, {changed} changed, {deprecated} deprecated, {vanished} vanished")
    return result, line.format(**{change: counts[change] for change in _ORDER})


def find_vanished(old: Database, new: Database) -> list[tuple[str, str]]:
    """Return (fact, kind) of the facts that stand in `old`, and in `new` neither stand nor are deprecated."""
    sql = "SELECT fact_id, kind FROM core.cited WHERE ordinal = 1 ORDER BY fact_id"
    there = {row[0] for row in new.run(sql).rows} | set(_read_deprecated(new))
    return [(fact, kind) for fact, kind in old.run(sql).rows if fact not in there]


def _read_deprecated(db: Database) -> dict[str, Row]:
    sql = "SELECT fact_id, replaced_by, reason FROM core.deprecation"
    return {row[0]: row for row in db.run(sql).rows}


def _compare(old: Database, new: Database) -> Iterator[Row]:
    before, after = _list_tables(old), _list_tables(new)
    gone = _read_deprecated(new)
    cited_before, cited_after = _read_citations(old), _read_citations(new)
    for name, (key, columns) in after.items():
        if not key or name in _OF_FACTS:
            continue
        _key, earlier_columns = before.get(name, ([], []))
        shared = [column for column in columns if column in earlier_columns]
        was = _read_rows(old, name, key, shared) if set(key) <= set(shared) else {}
        now = _read_rows(new, name, key, shared or columns)
        for fact in now.keys() - was.keys():
            yield ("added", name, fact, None, None, _summarise(now[fact]), None)
        for fact in was.keys() - now.keys():
            if fact in gone:
                _fact, replaced_by, reason = gone[fact]
                yield ("deprecated", name, fact, None, _summarise(was[fact]), replaced_by, reason)
            else:
                yield ("vanished", name, fact, None, _summarise(was[fact]), None, None)
        for fact in now.keys() & was.keys():
            earlier = {**was[fact], **cited_before.get(fact, {})}
            later = {**now[fact], **cited_after.get(fact, {})}
            changed = [c for c in {**earlier, **later} if earlier.get(c) != later.get(c)]
            # What is computed follows from the rest; if it alone has changed, so has the rule.
            own = [column for column in changed if column not in DERIVED.get(name, ())]
            for column in own or changed:
                old_text, new_text = _write(earlier.get(column)), _write(later.get(column))
                yield ("changed", name, fact, column, old_text, new_text, None)


def _list_tables(db: Database) -> dict[str, tuple[list[str], list[str]]]:
    """Return the primary key (empty if it has none) and the columns of each table of core."""
    return {
        relation.name: (
            [column for rule in relation.rules if rule.kind == "PRIMARY KEY" for column in rule.columns],
            [field.name for field in relation.fields],
        )
        for relation in list_relations(db.catalogue)
        if relation.schema == "core"
    }


def _read_rows(db: Database, name: str, key: list[str], columns: list[str]) -> dict[str, dict[str, Any]]:
    """Return each row as {column: value} by its key; keys of several columns are joined."""
    listed = ", ".join(map(quote_name, columns))
    found = {}
    for row in db.run(f"SELECT {listed} FROM core.{quote_name(name)}").rows:
        values = dict(zip(columns, row, strict=True))
        found[" ".join(str(values[column]) for column in key)] = values
    return found


def _read_citations(db: Database) -> dict[str, dict[str, str]]:
    """Return the further citations of each fact: {"citation 2": where and in which words}."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    sql = "SELECT fact_id, ordinal, source_id, para_no, char_start, as_reported FROM core.citation"
    for fact, ordinal, source, para, start, phrase in db.run(sql).rows:
        place = ":".join(str(part) for part in (source, para, start) if part is not None)
        found[fact][f"citation {ordinal}"] = f"{place} {phrase}"
    return found


def _summarise(row: dict[str, Any]) -> str | None:
    """Return in few words what a row is about."""
    for column in ("as_reported", "title", "name", "printed", "alias", "verdict", "about"):
        if row.get(column) is not None:
            return str(row[column])
    return None


def _write(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}"
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)
