"""Data tests that must read phrases, texts, tables or another release; those a query can say are SQL files.

A check is a function of a Context that gives a Finding for each row that offends. `CHECKS` lists them.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from ipcli import paths
from ipcli.dataset import diff, phrases, verdicts, verify
from ipcli.dataset.build import FIGURES, build, figures_of
from ipcli.dataset.memory import Memory
from ipcli.dataset.passages import Document
from ipcli.dataset.results import fetch
from ipcli.db import quote_name
from ipcli.db.engine import Database
from ipcli.errors import DataFault
from ipcli.i18n import _
from ipcli.model import Text


class Finding(NamedTuple):
    """A row that offends: the fact (or other id) it has, what is wrong, with which citation and column."""

    fact: str | None
    detail: str
    ordinal: int = 1
    column: str = ""


@dataclass(slots=True)
class Context:
    """What is checked, and what it is checked against: texts, tables, an earlier release."""

    db: Database
    documents: Sequence[Document] = ()
    tables: Path | None = None
    against: Database | None = None
    # The tables the database was built from, to say in which line of which a finding stands.
    origin: Path | None = None
    # Statements read once for several checks.
    citations: list[verify.Citation] = field(default_factory=list)

    def all_citations(self) -> list[verify.Citation]:
        """Every citation of the database."""
        if not self.citations:
            self.citations = verify.citations_of(self.db)
        return self.citations


class PythonCheck(NamedTuple):
    """A check in Python. `needs` names the option without which it cannot run."""

    title: Text
    run: Callable[[Context], Iterator[Finding]]
    needs: str | None = None


def _keys(context: Context) -> Iterator[Finding]:
    """The keys, enums and checks of the schema, of a database that may have been made without them."""
    with Memory() as memory:
        memory.execute((paths.data() / "schema.sql").read_text(encoding="utf-8"))
        rules = memory.execute(
            "SELECT table_name, constraint_type, expression, constraint_column_names, referenced_table, "
            "referenced_column_names FROM duckdb_constraints() WHERE schema_name = 'core' ORDER BY ALL"
        ).fetchall()
        columns = memory.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'core' ORDER BY ALL"
        ).fetchall()
    there = {(table, column) for table, columns in _columns(context.db).items() for column in columns}
    for table, column in columns:
        if (table, column) not in there:
            yield Finding(None, f"core.{table}: " + _("there is no column {column}").format(column=column))
    needed: dict[str, list[str]] = defaultdict(list)
    for table, kind, expression, own, other, other_columns in rules:
        if not all((table, column) in there for column in own):
            continue
        if kind == "NOT NULL":
            needed[table] += own
        else:
            sql = _offending(table, kind, expression, own, other, other_columns)
            for (row,) in fetch(context.db, sql):
                yield Finding(None, f"core.{table}: {kind} {expression or ', '.join(own)}: {row}")
    for table, required in needed.items():
        empty = ", ".join(f"CASE WHEN t.\"{column}\" IS NULL THEN '{column}' END" for column in required)
        any_empty = " OR ".join(f't."{column}" IS NULL' for column in required)
        for empty_columns, row in fetch(
            context.db, f"SELECT concat_ws(', ', {empty}), {_ROW} FROM core.\"{table}\" t WHERE {any_empty}"
        ):
            yield Finding(None, f"core.{table}: NOT NULL {empty_columns}: {row}")


_ROW = "left(t::VARCHAR, 200)"


def _offending(
    table: str, kind: str, expression: str, own: list[str], other: str, other_columns: list[str]
) -> str:
    """A query for the rows that break one constraint."""
    listed = ", ".join(f't."{column}"' for column in own)
    rows = f'SELECT {_ROW} FROM core."{table}" t WHERE'
    if kind == "CHECK":
        return f"{rows} NOT ({expression})"
    if kind == "FOREIGN KEY":
        match = " AND ".join(f't."{a}" = o."{b}"' for a, b in zip(own, other_columns, strict=True))
        return (
            f'{rows} t."{own[0]}" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM core."{other}" o WHERE {match})'
        )
    filled = " AND ".join(f't."{column}" IS NOT NULL' for column in own)
    return f"{rows} {filled} QUALIFY count(*) OVER (PARTITION BY {listed}) > 1"


def _cited(context: Context) -> Iterator[Finding]:
    """Every statement has a citation that is shown, of a source that is known."""
    for table, columns in sorted(_columns(context.db).items()):
        if table in ("citation", "cited", "shown"):
            continue
        key = "fact_id" if "fact_id" in columns else f"{table}_id"
        if "as_reported" in columns and key in columns and "evidence" in columns:
            for (fact,) in fetch(
                context.db,
                f"SELECT {quote_name(key)} FROM core.{quote_name(table)}"
                f" WHERE {quote_name(key)} NOT IN (SELECT fact_id FROM core.shown)",
            ):
                yield Finding(fact, f"core.{table}")


def _columns(db: Database) -> dict[str, list[str]]:
    """Table or view of core -> its columns."""
    found: dict[str, list[str]] = defaultdict(list)
    for schema, table, column in db.catalogue("columns", "schema_name", "table_name", "column_name"):
        if schema == "core":
            found[table].append(column)
    return found


def _figures(context: Context) -> Iterator[Finding]:
    figures = [verify.Figure(*row) for row in fetch(context.db, verify.FIGURES)]
    _, rows = verify.figure_faults(figures, context.all_citations())
    for _, _, fact, ordinal, *_, printed, expected, reason in rows:
        yield Finding(fact, f"{printed}: {reason}; {expected}", ordinal, "as_reported")


def _bounds(context: Context) -> Iterator[Finding]:
    """Bounds and standard values are what comparator, value and unit make them."""
    names = [name for name, _ in FIGURES]
    for fact, comparator, value, unit, *stored in fetch(
        context.db, f"SELECT fact_id, comparator, value, unit, {', '.join(names)} FROM core.observation"
    ):
        lower, upper = stored[:2]
        computed = figures_of(comparator, value, unit, lower, upper)
        for name, is_, should in zip(names, stored, computed, strict=True):
            if not _equal(is_, should):
                yield Finding(
                    fact,
                    _("{name} = {value}, should be {wanted}").format(name=name, value=is_, wanted=should),
                    column=name,
                )
        if not _coherent(comparator, lower, upper):
            yield Finding(fact, f"{comparator} [{lower}, {upper}]")


def _coherent(comparator: str, lower: float | None, upper: float | None) -> bool:
    """Whether the bounds are of the kind that the comparator has; a magnitude spans one power of ten."""
    if comparator == "qualitative":
        return lower is None and upper is None
    if comparator == "magnitude":
        return (
            lower is not None
            and upper is not None
            and lower > 0
            and math.log10(lower) == round(math.log10(lower))
            and upper == lower * 10
        )
    if comparator == "between":
        return lower is not None and upper is not None and lower < upper
    return True


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other)
    return bool(one == other)


def _verdicts(context: Context) -> Iterator[Finding]:
    """Verdicts follow from dates and bounds; that the subjects are the same is for people to say."""
    (released,) = fetch(context.db, "SELECT max(released_on) FROM core.release")[0]
    statements = {**_figure_statements(context.db), **_events(context.db)}
    for target_id, outcome_id, verdict, comparability, formula, derived, note in fetch(
        context.db,
        "SELECT target_id, outcome_id, verdict, comparability, formula, derived_value, note "
        "FROM core.target_outcome",
    ):
        target, outcome = statements.get(target_id), statements.get(outcome_id)
        if target is None or outcome is None:
            yield Finding(target_id, f"{outcome_id}: " + _("no such target or outcome"))
            continue
        if derived is not None:
            computed = _computed(formula or "", target.unit)
            if computed is not None and abs(computed - derived) > _half_unit(derived):
                yield Finding(
                    target_id,
                    _("{formula} = {computed:.6g}, not {derived:g}").format(
                        formula=formula, computed=computed, derived=derived
                    ),
                )
            number = phrases.standard(derived, target.unit)[0]
            bounds = verdicts.Bounds("eq", number, number)
            outcome = replace(outcome, bounds=bounds, claim=target.claim)
        holds = verdicts.allowed(target, outcome, comparability, released)
        if verdict not in holds:
            listed = ", ".join(sorted(holds))
            yield Finding(
                target_id,
                _("{outcome_id}: {verdict}, should be {wanted}").format(
                    outcome_id=outcome_id, verdict=verdict, wanted=listed
                ),
            )
        elif verdict in verdicts.SETTLED and note is None and target.subject != outcome.subject:
            shown = f"{outcome_id}: {target.subject} / {outcome.subject}: "
            yield Finding(
                target_id,
                shown + _("subjects differ: say in a note why they are one"),
            )


def _figure_statements(db: Database) -> dict[str, verdicts.Statement]:
    """Figures by their ids, as verdicts are computed from them."""
    found = {}
    for row in fetch(
        db,
        "SELECT fact_id, kind, coalesce(period_start, make_date(year, 1, 1)), "
        "coalesce(period_end, make_date(year, 12, 31)), comparator, lower_std, upper_std, lower_inclusive, "
        "upper_inclusive, direction, subject, unit, region_id, indicator_id, industry_id, per, filter "
        "FROM core.observation JOIN core.indicator USING (indicator_id)",
    ):
        fact, kind, first, last, *bounds, direction, subject, unit = row[:12]
        found[fact] = verdicts.Statement(
            first, last, kind == "actual", verdicts.Bounds(*bounds), direction, row[12:], subject, unit
        )
    return found


def _events(db: Database) -> dict[str, verdicts.Statement]:
    """Milestones by their ids. One known from a report alone came by that day: since when is not known."""
    found = {}
    for fact, status, due, due_precision, met, met_precision, reported_by in fetch(
        db,
        "SELECT fact_id, status, due_date, due_precision, met_date, met_precision, reported_by "
        "FROM core.milestone",
    ):
        came = status == "met"
        first, last = verdicts.period(*((met, met_precision) if came else (due, due_precision)))
        found[fact] = verdicts.Statement(None if reported_by else first, last, came)
    return found


_FORMULA = re.compile(r"[^0-9÷/×*]*([0-9.]+)[^0-9÷/×*]*([÷/×*])[^0-9÷/×*]*([0-9.]+)[^0-9÷/×*]*")


def _computed(formula: str, unit: str | None) -> float | None:
    """What a formula of two numbers gives (10.35 万辆 ÷ 45 万辆, in %); None if it is of another form."""
    match = _FORMULA.fullmatch(formula)
    if match is None:
        return None
    one, other = float(match[1]), float(match[3])
    if match[2] in "×*":
        return one * other
    return one / other * (100 if unit == "%" else 1) if other else None


def _half_unit(value: float) -> float:
    """Half a unit of the last decimal: how far rounding goes."""
    return 0.5 * 10.0 ** -len(f"{value:.15g}".partition(".")[2]) + 1e-9


def _texts(context: Context) -> Iterator[Finding]:
    for document in context.documents:
        match = verify.identify(document, context.db)
        if match is None:
            yield Finding(None, _("{name}: no known source").format(name=document.name))
            continue
        for row in verify.verify(document, match, context.db).rows:
            status, item, fact, ordinal, para_no, start, *_rest, printed, expected, reason = row
            if status == "failed":
                detail = f"{match.source_id} {para_no}:{start} {item}: {printed} / {expected}: {reason}"
                yield Finding(fact, detail, ordinal or 1, "as_reported" if item == "figure" else "char_start")


def _rebuild(context: Context) -> Iterator[Finding]:
    assert context.tables is not None
    with tempfile.TemporaryDirectory() as folder:
        try:
            built = build(context.tables, Path(folder) / "again.duckdb")
        except DataFault as error:
            for line in str(error).splitlines():
                yield Finding(None, line)
            return
        with Database.open(built.database) as again:
            yield from _differences(context.db, again)


def _differences(db: Database, again: Database) -> Iterator[Finding]:
    here, there = (
        {row for row in side.catalogue("columns", "schema_name", "table_name") if row[0] in ("core", "main")}
        for side in (db, again)
    )
    for schema, name in sorted(here | there):
        if (schema, name) not in here or (schema, name) not in there:
            yield Finding(None, f"{schema}.{name}: " + _("on one side only"))
            continue
        ours, theirs = (
            Counter(map(repr, fetch(side, f"FROM {schema}.{quote_name(name)}"))) for side in (db, again)
        )
        more, less = ours - theirs, theirs - ours
        if more or less:
            counts = _("{total} rows only here, {total2} only in the rebuild").format(
                total=more.total(), total2=less.total()
            )
            sample = next(iter(more or less))
            yield Finding(None, f"{schema}.{name}: {counts}: {sample[:200]}")


def _vanished(context: Context) -> Iterator[Finding]:
    assert context.against is not None
    yield from (Finding(*row) for row in diff.vanished(context.against, context.db))


CHECKS = {
    "keys": PythonCheck(Text("键、取值与引用成立", "Keys, enums and references hold"), _keys),
    "cited": PythonCheck(Text("每条陈述都有引证", "Every statement has a citation"), _cited),
    "figures": PythonCheck(
        Text("短语重读得到同样的数字", "Phrases read again give the same comparator, value and unit"),
        _figures,
    ),
    "bounds": PythonCheck(
        Text("比较词、上下限与标准值一致", "Comparator, bounds and standard values cohere"), _bounds
    ),
    "verdicts": PythonCheck(Text("目标结论可以重算", "Verdicts on targets recompute"), _verdicts),
    "texts": PythonCheck(Text("引证与原文相符", "Citations hold in the text"), _texts, "--text"),
    "rebuild": PythonCheck(Text("重建得到同样的行", "A rebuild gives the same rows"), _rebuild, "--tables"),
    "vanished": PythonCheck(
        Text("没有事实不声不响地消失", "No fact vanishes without a deprecation row"), _vanished, "--against"
    ),
}
