"""Runs every test of the data over a database: SQL files from `data/checks`, and those in Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ipcli import catalog, paths
from ipcli.dataset.checks import CHECKS, Context, Finding
from ipcli.dataset.results import Spec, table
from ipcli.engine import Database
from ipcli.errors import QueryFailed, UsageError
from ipcli.i18n import language
from ipcli.model import Result, Row, Text

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

    def result(self, release: str) -> Result:
        """As a result to print."""
        return table(COLUMNS, self.rows, Text("数据检查", "Checks of the data"), release)


def read(path: Path) -> SqlCheck:
    """Read a check; UsageError if its header lacks a title or a level."""
    sql = path.read_text(encoding="utf-8")
    found = {m["key"]: m["value"] for m in map(_HEADER.match, sql.splitlines()) if m}
    if "title" not in found or found.get("level") not in LEVELS:
        message = Text(
            f"{path}：缺少 -- title: 或 -- level: error|warning",
            f"{path}: lacks -- title: or -- level: error|warning",
        )
        raise UsageError(message.get(language()))
    return SqlCheck(path.stem, catalog.parse_text(found["title"]), found["level"], sql)


def sql_checks() -> list[SqlCheck]:
    """Every check that is a file, by name."""
    return [read(path) for path in sorted((paths.data() / "checks").glob("*.sql"))]


def check(context: Context) -> Outcome:
    """Run every check; those that need what the context lacks are left out, and say so."""
    outcome = Outcome()
    lang = language()
    for sql_check in sql_checks():
        _, title, level, _ = sql_check
        _add(outcome, sql_check.name, level, title.get(lang), list(_run(sql_check, context.db)))
    given = {"--text": context.documents, "--tables": context.tables, "--against": context.against}
    for name, python_check in CHECKS.items():
        title = python_check.title
        if python_check.needs and not given[python_check.needs]:
            reason = Text(f"需要 {python_check.needs}", f"needs {python_check.needs}").get(lang)
            outcome.skipped.append(f"{name} ({python_check.needs})")
            outcome.rows.append((name, "error", "skipped", None, reason, title.get(lang)))
        else:
            _add(outcome, name, "error", title.get(lang), _guarded(python_check.run, context))
    # What is wrong first, then what is right.
    order = {"error": 0, "warning": 1, "skipped": 2, "passed": 3}
    outcome.rows.sort(key=lambda row: order[row[2] if row[2] != "failed" else row[1]])
    return outcome


def _add(outcome: Outcome, name: str, level: str, title: str, findings: list[Finding]) -> None:
    outcome.checks += 1
    if not findings:
        outcome.rows.append((name, level, "passed", None, None, title))
    elif level == "error":
        outcome.errors += len(findings)
    else:
        outcome.warnings += len(findings)
    outcome.rows += [(name, level, "failed", fact, detail, title) for fact, detail in findings]


def _run(sql_check: SqlCheck, db: Database) -> Iterator[Finding]:
    """The findings of a SQL check; a query that fails is one (an older database lacks its tables)."""
    try:
        result = db.run(sql_check.sql)
        names = [column.name for column in result.columns]
        for row in result.rows:
            values = dict(zip(names, row, strict=True))
            fact = values.pop("fact_id", None)
            detail = ", ".join(f"{name} = {value}" for name, value in values.items() if value is not None)
            yield (None if fact is None else str(fact)), detail
    except QueryFailed as error:
        yield None, str(error)


def _guarded(run: Callable[[Context], Iterable[Finding]], context: Context) -> list[Finding]:
    try:
        return list(run(context))
    except QueryFailed as error:
        return [(None, str(error))]
