"""Runs every test of the data over a database: SQL files from `data/checks`, and those in Python."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ipcli import paths
from ipcli.dataset.checks import CHECKS, Context, Finding
from ipcli.dataset.results import Spec, table
from ipcli.db.engine import Database
from ipcli.errors import QueryFailed, UsageError
from ipcli.i18n import _, language
from ipcli.model import Result, Row, Text
from ipcli.query import catalog

COLUMNS: tuple[Spec, ...] = (
    ("check", "text", "检查", "Check"),
    ("level", "text", "级别", "Level"),
    ("status", "text", "结果", "Status"),
    ("fact_id", "text", "编号", "Fact"),
    ("detail", "text", "详情", "Detail"),
    ("title", "text", "内容", "What it says"),
)
LEVELS = ("error", "warning")
_HEADER = re.compile(r"--\s*(?P<key>title|level):\s*(?P<value>.*\S)\s*$")


class SqlCheck(NamedTuple):
    """One file of `data/checks`: its query gives the rows that offend."""

    name: str
    title: Text
    level: str
    sql: str


@dataclass(slots=True)
class Outcome:
    """What the checks found: a row for each check that passed or was left out, and for each finding."""

    rows: list[Row] = field(default_factory=list)
    checks: int = 0
    errors: int = 0
    warnings: int = 0
    skipped: list[str] = field(default_factory=list)
    lines: Mapping[tuple[str, int], str] = field(default_factory=dict)

    def place(self, finding: Finding) -> str:
        """`FILE:LINE: COLUMN: ` of a finding, as far as the tables are at hand and tell."""
        if finding.fact is None:
            return ""
        line = self.lines.get((finding.fact, finding.ordinal))
        return "" if line is None else f"{line}: {finding.column}: " if finding.column else f"{line}: "

    def result(self, release: str) -> Result:
        """As a result to print."""
        return table(COLUMNS, self.rows, Text("数据检查", "Checks of the data"), release)


def read(path: Path) -> SqlCheck:
    """Read a check; UsageError if its header lacks a title or a level."""
    sql = path.read_text(encoding="utf-8")
    found = {m["key"]: m["value"] for m in map(_HEADER.match, sql.splitlines()) if m}
    if "title" not in found or found.get("level") not in LEVELS:
        message = _("{path}: lacks -- title: or -- level: error|warning").format(path=path)
        raise UsageError(message)
    return SqlCheck(path.stem, catalog.parse_text(found["title"]), found["level"], sql)


def sql_checks() -> list[SqlCheck]:
    """Every check that is a file, by name."""
    return [read(path) for path in sorted((paths.data() / "checks").glob("*.sql"))]


def check(context: Context) -> Outcome:
    """Run every check; those that need what the context lacks are left out, and say so."""
    outcome = Outcome(lines=_lines(context.origin or context.tables))
    lang = language()
    for file in sql_checks():
        _add(outcome, file.name, file.level, file.title.get(lang), _run(file.sql, context.db))
    for name, own in CHECKS.items():
        title = own.title.get(lang)
        if own.needs and not _given(context, own.needs):
            reason = _("needs {needs}").format(needs=own.needs)
            outcome.skipped.append(f"{name} ({own.needs})")
            outcome.rows.append((name, "error", "skipped", None, reason, title))
        else:
            _add(outcome, name, "error", title, _guarded(own.run(context)))
    # What is wrong first, then what is right.
    order = {"error": 0, "warning": 1, "skipped": 2, "passed": 3}
    outcome.rows.sort(key=lambda row: order[row[2] if row[2] != "failed" else row[1]])
    return outcome


def findings(name: str, context: Context) -> list[Finding]:
    """What one check finds."""
    if name in CHECKS:
        return _guarded(CHECKS[name].run(context))
    return _run(read(paths.data() / "checks" / f"{name}.sql").sql, context.db)


def _given(context: Context, option: str) -> bool:
    return bool(
        {"--text": context.documents, "--tables": context.tables, "--against": context.against}[option]
    )


def _add(outcome: Outcome, name: str, level: str, title: str, findings: list[Finding]) -> None:
    outcome.checks += 1
    if not findings:
        outcome.rows.append((name, level, "passed", None, None, title))
    elif level == "error":
        outcome.errors += len(findings)
    else:
        outcome.warnings += len(findings)
    for finding in findings:
        detail = outcome.place(finding) + finding.detail
        outcome.rows.append((name, level, "failed", finding.fact, detail, title))


def _run(sql: str, db: Database) -> list[Finding]:
    return _guarded(_offending(sql, db))


def _offending(sql: str, db: Database) -> Iterator[Finding]:
    """The rows of a SQL check as findings: the column `fact_id` names the fact, the others tell why."""
    result = db.run(sql)
    names = [column.name for column in result.columns]
    for row in result.rows:
        values = dict(zip(names, row, strict=True))
        fact = values.pop("fact_id", None)
        detail = ", ".join(f"{name} = {value}" for name, value in values.items() if value is not None)
        yield Finding(None if fact is None else str(fact), detail, values.get("ordinal") or 1)


def _guarded(found: Iterable[Finding]) -> list[Finding]:
    """All findings; that a check cannot run (an older database lacks what it reads) is one itself."""
    try:
        return list(found)
    except QueryFailed as error:
        return [Finding(None, str(error))]


def _lines(tables: Path | None) -> dict[tuple[str, int], str]:
    """(key, ordinal of the citation) -> FILE:LINE, of the rows of these tables."""
    if tables is None:
        return {}
    found: dict[tuple[str, int], str] = {}
    for path in sorted(tables.glob("*.csv")):
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file)
                header = next(reader, [])
                line = reader.line_num + 1
                cited = header[:2] == ["fact_id", "ordinal"]
                for row in reader:
                    if row and (cited or path.stem not in _SAY_NO_FACT):
                        ordinal = int(row[1]) if cited and row[1].isdecimal() else 1
                        found.setdefault((row[0], ordinal), f"{path.name}:{line}")
                    line = reader.line_num + 1
        except (OSError, UnicodeDecodeError, csv.Error):
            continue  # the rebuild tells what is wrong with it
    return found


# Tables whose rows begin with the key of another table's row.
_SAY_NO_FACT = ("alias", "conflict", "deprecation", "numeral", "target_outcome")
