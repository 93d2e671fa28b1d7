"""Tests of the data: what a query can say is a SQL file of `data/checks`, the rest is in Python here.

A check in Python is a function of a Context that yields a Finding for each row that offends. `_CHECKS` lists them.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from ipcli import paths
from ipcli.dataset import diff, verify
from ipcli.dataset.build import FIGURES, build, derive_figures
from ipcli.dataset.tables import list_relations
from ipcli.db import quote_name, scratch
from ipcli.db.engine import Database, catalogue
from ipcli.errors import DatabaseError, DataFault, QueryFailed, UsageError
from ipcli.i18n import N_, _, language
from ipcli.model import Column, Result, Row, Text, parse_label, parse_text

COLUMNS = (
    Column("check", "text", parse_label("检查 | Check")),
    Column("level", "text", parse_label("级别 | Level")),
    Column("status", "text", parse_label("结果 | Status")),
    Column("fact_id", "text", parse_label("编号 | Fact")),
    Column("detail", "text", parse_label("详情 | Detail")),
    Column("title", "text", parse_label("内容 | What it says")),
)
LEVELS = ("error", "warning")
_HEADER = re.compile(r"--\s*(?P<key>title|level):\s*(?P<value>.*\S)\s*$")
# What is wrong comes first.
_ORDER = ("error", "warning", "skipped", "passed")
# Tables whose rows begin with the key of another table's row.
_OF_OTHERS = ("alias", "conflict", "deprecation", "numeral", "target_outcome")


class Finding(NamedTuple):
    """One row that offends: the fact (or other id) it has, what is wrong, with which citation and column."""

    fact: str | None
    detail: str
    ordinal: int = 1
    column: str = ""


@dataclass
class Context:
    """Everything that checks read: the database, and texts, tables and an earlier release to compare it with.

    `origin` are the tables the database was built from, to say in which line of which a finding stands.
    """

    db: Database
    documents: Sequence[verify.Document] = ()
    tables: Path | None = None
    against: Database | None = None
    origin: Path | None = None

    @classmethod
    def open(
        cls, db: Path, texts: Iterable[str] = (), tables: str | None = None, against: str | None = None
    ) -> Context:
        """Return the context of these files and this folder of tables; DatabaseError, UsageError."""
        database = Database.open(db)
        if tables is not None and not Path(tables).is_dir():
            raise UsageError(_("there is no folder of tables {tables}").format(tables=tables))
        own = paths.data() / "tables"
        shipped = Path(database.path) == paths.data() / "industry.duckdb"
        return cls(
            database,
            [verify.read_document(Path(name)) for name in texts],
            Path(tables) if tables else None,
            Database.open(against, any_release=True) if against else None,
            own if shipped and own.is_dir() else None,
        )


class Check(NamedTuple):
    """One check: `run` yields what offends; `needs` names the option without which it cannot run."""

    name: str
    title: str
    level: str
    run: Callable[[Context], Iterator[Finding]]
    needs: str | None = None


@dataclass(slots=True)
class Outcome:
    """Results of the checks: a row for each that passed or was skipped, and for each finding."""

    rows: list[Row] = field(default_factory=list)
    checks: int = 0
    skipped: list[str] = field(default_factory=list)

    def count(self, level: str) -> int:
        """Return how many findings of a level there are."""
        return sum(row[1:3] == (level, "failed") for row in self.rows)

    def to_result(self, release: str) -> Result:
        """Return the rows as a result to print."""
        title = Text("数据检查", "Checks of the data")
        return Result(COLUMNS, iter(self.rows), lambda _ids: {}, title=title, release=release)


def check(context: Context) -> Outcome:
    """Run every check; those that need what the context lacks are skipped."""
    outcome = Outcome()
    lines = _read_lines(context.origin or context.tables)
    given = {"--text": context.documents, "--tables": context.tables, "--against": context.against}
    for one in list_checks():
        title = _(one.title)
        if one.needs and not given[one.needs]:
            reason = _("needs {needs}").format(needs=one.needs)
            outcome.skipped.append(f"{one.name} ({one.needs})")
            outcome.rows.append((one.name, one.level, "skipped", None, reason, title))
            continue
        outcome.checks += 1
        findings = find_faults(one, context)
        if not findings:
            outcome.rows.append((one.name, one.level, "passed", None, None, title))
        for finding in findings:
            # FILE:LINE: COLUMN: as far as the tables are at hand and tell.
            line = lines.get((finding.fact or "", finding.ordinal))
            place = "".join(f"{part}: " for part in (line, finding.column) if line and part)
            detail = place + finding.detail
            outcome.rows.append((one.name, one.level, "failed", finding.fact, detail, title))
    outcome.rows.sort(key=lambda row: _ORDER.index(row[1] if row[2] == "failed" else row[2]))
    return outcome


def find_faults(one: Check, context: Context) -> list[Finding]:
    """Return all findings; that a check cannot run (an older database lacks what it reads) is one itself."""
    try:
        return list(one.run(context))
    except (DatabaseError, QueryFailed) as error:
        return [Finding(None, str(error))]


def list_checks() -> list[Check]:
    """Return every check: those that are files, by name, then those in Python."""
    return [*map(read_sql_check, sorted((paths.data() / "checks").glob("*.sql"))), *_CHECKS]


def read_sql_check(path: Path) -> Check:
    """Return the check in a file; UsageError if its header lacks a title or a level."""
    sql = path.read_text(encoding="utf-8")
    header = {m["key"]: m["value"] for m in map(_HEADER.match, sql.splitlines()) if m}
    if "title" not in header or header.get("level") not in LEVELS:
        raise UsageError(_("{path}: lacks -- title: or -- level: error|warning").format(path=path))

    def run(context: Context) -> Iterator[Finding]:
        result = context.db.run(sql)
        names = [column.name for column in result.columns]
        for row in result.rows:
            values = dict(zip(names, row, strict=True))
            # The column `fact_id` names the fact, the others say why.
            fact = values.pop("fact_id", None)
            detail = ", ".join(f"{name} = {value}" for name, value in values.items() if value is not None)
            yield Finding(None if fact is None else str(fact), detail, values.get("ordinal") or 1)

    title = parse_text(header["title"]).get(language())
    return Check(path.stem, title, header["level"], run)


def _read_lines(tables: Path | None) -> dict[tuple[str, int], str]:
    """Return FILE:LINE by (key, ordinal of the citation), of the rows of these tables."""
    lines: dict[tuple[str, int], str] = {}
    for path in sorted(tables.glob("*.csv")) if tables else ():
        if path.stem in _OF_OTHERS:
            continue
        try:
            reader = csv.reader(io.StringIO(paths.read(path).decode("utf-8-sig"), newline=""))
            cited = next(reader, [])[:2] == ["fact_id", "ordinal"]
            line = reader.line_num + 1
            for row in reader:
                if row:
                    ordinal = int(row[1]) if cited and row[1].isdecimal() else 1
                    lines.setdefault((row[0], ordinal), f"{path.name}:{line}")
                line = reader.line_num + 1
        except (OSError, UnicodeDecodeError, csv.Error):
            continue  # The rebuild says what is wrong with it.
    return lines


def _check_rules(context: Context) -> Iterator[Finding]:
    """Find rules of the schema that the database does not have; those it has, DuckDB has enforced."""
    columns = (
        "schema_name", "table_name", "constraint_type", "constraint_column_names", "referenced_table",
        "referenced_column_names",
    )  # fmt: skip
    with duckdb.connect() as memory:
        memory.execute((paths.data() / "schema.sql").read_text(encoding="utf-8"))
        wanted = catalogue(memory, "constraints", *columns)
    rules = context.db.catalogue("constraints", *columns)
    for schema, table, kind, own, *_others in sorted(rule for rule in wanted if rule not in rules):
        yield Finding(None, f"{schema}.{table}: {kind} ({', '.join(own)})")


def _check_figures(context: Context) -> Iterator[Finding]:
    """Find phrases that do not read as comparator, value and unit of their row."""
    _count, rows = verify.check_figures(verify.read_citations(context.db))
    for _status, _item, fact, ordinal, *_place, printed, expected, reason in rows:
        yield Finding(fact, f"{printed}: {reason}; {expected}", ordinal, "as_reported")


def _check_bounds(context: Context) -> Iterator[Finding]:
    """Find bounds and standard values that are not what comparator, value and unit make them."""
    names = [name for name, _type in FIGURES]
    sql = f"SELECT fact_id, comparator, value, unit, {', '.join(names)} FROM core.observation"
    for fact, comparator, value, unit, *stored in context.db.run(sql).rows:
        lower, upper = stored[:2]
        computed = derive_figures(comparator, value, unit, lower, upper)
        for name, is_, should in zip(names, stored, computed, strict=True):
            if not _equal(is_, should):
                message = _("{name} = {value}, should be {wanted}")
                yield Finding(fact, message.format(name=name, value=is_, wanted=should), column=name)


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other)
    return bool(one == other)


def _check_texts(context: Context) -> Iterator[Finding]:
    """Find citations that do not hold in the text of their source."""
    for document in context.documents:
        match = verify.find_source(document, context.db)
        if match is None:
            yield Finding(None, _("{name}: no known source").format(name=document.name))
            continue
        for row in verify.verify(document, match, context.db).rows:
            status, item, fact, ordinal, para_no, start, *_rest, printed, expected, reason = row
            if status == "failed":
                detail = f"{match.source_id} {para_no}:{start} {item}: {printed} / {expected}: {reason}"
                yield Finding(fact, detail, ordinal or 1, "as_reported" if item == "figure" else "char_start")


def _check_rebuild(context: Context) -> Iterator[Finding]:
    """Find tables and views whose rows differ from those of a rebuild."""
    assert context.tables is not None
    with scratch() as folder:
        try:
            built = build(context.tables, Path(folder) / "again.duckdb")
        except DataFault as error:
            yield from (Finding(None, line) for line in str(error).splitlines())
            return
        with Database.open(built.database) as again:
            yield from _compare(context.db, again)


def _compare(db: Database, again: Database) -> Iterator[Finding]:
    here, there = ({relation[:2] for relation in list_relations(side.catalogue)} for side in (db, again))
    for schema, name in sorted(here ^ there):
        yield Finding(None, f"{schema}.{name}: " + _("on one side only"))
    for schema, name in sorted(here & there):
        sql = f"FROM {schema}.{quote_name(name)}"
        ours, theirs = (Counter(map(repr, side.run(sql).rows)) for side in (db, again))
        more, less = ours - theirs, theirs - ours
        if more or less:
            counts = _("{total} rows only here, {total2} only in the rebuild")
            counts = counts.format(total=more.total(), total2=less.total())
            sample = next(iter(more or less))
            yield Finding(None, f"{schema}.{name}: {counts}: {sample[:200]}")


def _check_vanished(context: Context) -> Iterator[Finding]:
    assert context.against is not None
    yield from (Finding(*row) for row in diff.find_vanished(context.against, context.db))


_CHECKS = (
    Check("keys", N_("Keys, enums and references hold"), "error", _check_rules),
    Check("figures", N_("Phrases read again give the same comparator, value and unit"), "error", _check_figures),
    Check("bounds", N_("Comparator, bounds and standard values cohere"), "error", _check_bounds),
    Check("texts", N_("Citations hold in the text"), "error", _check_texts, "--text"),
    Check("rebuild", N_("A rebuild gives the same rows"), "error", _check_rebuild, "--tables"),
    Check("vanished", N_("No fact vanishes without a deprecation row"), "error", _check_vanished, "--against"),
)  # fmt: skip
