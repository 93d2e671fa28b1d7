"""Verdicts on targets: what the check `verdicts` lets dates and bounds say, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from tables_at_hand import ROOT

VIEWS, CHECK = (
    (ROOT / "data" / name).read_text(encoding="utf-8") for name in ("views.sql", "checks/verdicts.sql")
)
UNSETTLED = {"on_track", "not_due", "indeterminate"}
VERDICTS = {*UNSETTLED, "met", "not_met", "reached_early", "reached_late"}
TABLES = """
CREATE SCHEMA core;
CREATE TABLE core.release AS SELECT DATE '2026-06-30' AS released_on;
CREATE TABLE core.indicator (indicator_id VARCHAR, direction VARCHAR);
CREATE TABLE core.observation (
  fact_id VARCHAR, kind VARCHAR, year INTEGER, comparator VARCHAR, lower DOUBLE, upper DOUBLE, lower_std DOUBLE,
  upper_std DOUBLE, lower_inclusive BOOLEAN, upper_inclusive BOOLEAN, indicator_id VARCHAR, unit VARCHAR,
  period_start DATE, period_end DATE, subject VARCHAR, region_id VARCHAR, industry_id VARCHAR, per VARCHAR, filter VARCHAR);
CREATE TABLE core.milestone (
  fact_id VARCHAR, status VARCHAR, due_date DATE, due_precision VARCHAR, met_date DATE, met_precision VARCHAR,
  reported_by BOOLEAN);
CREATE TABLE core.target_outcome (
  target_id VARCHAR, outcome_id VARCHAR, verdict VARCHAR, comparability VARCHAR, basis VARCHAR, formula VARCHAR,
  derived_value DOUBLE, note VARCHAR);
"""
Values = dict[str, object]


def figure(
    year: int | None, comparator: str, lower: float | None, upper: float | None, way: str = "up"
) -> Values:
    """A target; `way` is where better lies."""
    return {
        "kind": "target", "year": year, "comparator": comparator, "lower": lower, "upper": upper,
        "lower_std": lower, "upper_std": upper, "lower_inclusive": comparator not in ("gt", "excess"),
        "upper_inclusive": comparator not in ("lt", "excess", "magnitude"), "indicator_id": way,
    }  # fmt: skip


def actual(year: int | None, lower: float, upper: float | None, comparator: str = "eq") -> Values:
    return figure(year, comparator, lower, upper) | {"kind": "actual", "indicator_id": None}


def due(day: str | None, precision: str = "day") -> Values:
    return {"status": "due", "due_date": day, "due_precision": precision, "reported_by": False}


def came(day: str | None, precision: str = "day", reported: bool = False) -> Values:
    return {"status": "met", "met_date": day, "met_precision": precision, "reported_by": reported}


TARGET = figure(2025, "gt", 50, None)
CASES = {
    "missed": (TARGET, actual(2025, 45, 45), {"not_met"}),
    "just not more than": (TARGET, actual(2025, 50, 50), {"not_met"}),
    "passed": (TARGET, actual(2025, 51, 51), {"met"}),
    "more than, both": (figure(2025, "gt", 1, None), actual(2025, 1, None, "gt"), {"met"}),
    "a number is a floor where more is better": (figure(2025, "eq", 30, 30), actual(2025, 40, 40), {"met"}),
    "exactly": (figure(2025, "eq", 30, 30), actual(2025, 30, 30), {"met"}),
    "more than the floor": (figure(2025, "ge", 50, None), actual(2025, 50, None, "gt"), {"met"}),
    "around it": (figure(2025, "ge", 50, None), actual(2025, 45, 55, "approx"), {"indeterminate"}),
    "a magnitude": (figure(2025, "magnitude", 1000, 10000), actual(2025, 400, 410, "excess"), {"not_met"}),
    "less is better": (figure(2025, "eq", 5, 5, "down"), actual(2025, 4, 4), {"met"}),
    "neither is better": (figure(2025, "between", 2, 3, "none"), actual(2025, 4, 4), {"not_met"}),
    "a later year's target passed before": (figure(2027, "eq", 40, 40), actual(2025, 42, 42), {"reached_early"}),
    "a later year's target not yet": (figure(2027, "eq", 40, 40), actual(2025, 20, 20), UNSETTLED),
    "an earlier year, and the time is over": (figure(2025, "eq", 40, 40), actual(2024, 20, 20), {"indeterminate"}),
    "a later figure passes": (TARGET, actual(2026, 60, 60), {"reached_late", "indeterminate"}),
    "a later figure does not": (TARGET, actual(2026, 40, 40), {"indeterminate"}),
    "a target without a year": (figure(None, "eq", 40, 40), actual(2025, 60, 60), {"on_track", "indeterminate"}),
    "an outcome without a year": (TARGET, actual(None, 60, 60), {"indeterminate"}),
    "no number": (figure(2025, "qualitative", None, None), actual(2025, 60, 60), {"indeterminate"}),
    "another place": (TARGET, actual(2025, 60, 60) | {"region_id": "elsewhere"}, {"indeterminate"}),
    "not quite the same": (TARGET, actual(2025, 60, 60), {"indeterminate"}, "partial"),
    "not the same, in a later year": (figure(2027, "gt", 50, None), actual(2025, 60, 60), UNSETTLED, "proxy"),
    "in time": (due("2025-03-01", "month"), came("2025-03-20"), {"met"}),
    "late": (due("2025-03-01", "month"), came("2025-06-01", "month"), {"reached_late"}),
    "early": (due("2025-03-01", "month"), came("2025-02-28"), {"reached_early"}),
    "in the leap month": (due("2024-02-01", "month"), came("2024-02-29"), {"met"}),
    "within the year, on which day is not known": (
        due("2025-03-01", "month"), came("2025-01-01", "year"), {"indeterminate"},
    ),
    "reported after the day": (
        due("2025-03-01", "month"), came("2025-06-06", reported=True), {"reached_late", "indeterminate"},
    ),
    "reported before the day": (due("2025-03-01", "month"), came("2025-03-05", reported=True), {"met"}),
    "no date was told, and it came": (due(None), came("2025-06-01"), {"met"}),
    "it came, nobody says when": (due("2025-03-01", "month"), came(None), {"indeterminate"}),
    "still to come": (due("2027-03-01", "month"), due("2027-06-01", "month"), UNSETTLED),
    "due on the day of the release": (due("2026-06-30"), due("2027-06-01"), UNSETTLED),
    "due the day before": (due("2026-06-29"), due("2027-06-01"), {"indeterminate"}),
}  # fmt: skip


def insert(con: duckdb.DuckDBPyConnection, values: Values) -> None:
    table = "observation" if "kind" in values else "milestone" if "status" in values else "target_outcome"
    marks = ", ".join("?" * len(values))
    con.execute(f"INSERT INTO core.{table} ({', '.join(values)}) VALUES ({marks})", list(values.values()))


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables that the check reads, empty but for what ways there are."""
    with duckdb.connect() as con:
        con.execute(TABLES + VIEWS[: VIEWS.index("CREATE VIEW")])
        con.execute("INSERT INTO core.indicator VALUES ('up', 'up'), ('down', 'down'), ('none', 'none')")
        yield con


def test_check_allows_the_verdicts_that_dates_and_bounds_allow(con: duckdb.DuckDBPyConnection) -> None:
    for name, (target, outcome, _allowed, *comparability) in CASES.items():
        insert(con, target | {"fact_id": name})
        if "indicator_id" in outcome:
            outcome = outcome | {"indicator_id": target["indicator_id"]}
        insert(con, outcome | {"fact_id": f"{name}, outcome"})
        for verdict in VERDICTS:
            pair = {"target_id": name, "outcome_id": f"{name}, outcome", "verdict": verdict}
            insert(con, pair | {"comparability": (comparability or ["same"])[0]})
    allowed = {name: set(VERDICTS) for name in CASES}
    for name, _outcome, verdict, should_be, *_ in con.execute(CHECK).fetchall():
        assert set(should_be.split(" / ")) == CASES[name][2]
        allowed[name].remove(verdict)
    assert allowed == {name: case[2] for name, case in CASES.items()}


def test_formula_is_computed_again(con: duckdb.DuckDBPyConnection) -> None:
    insert(con, figure(2025, "ge", 5, None) | {"fact_id": "t", "unit": "%"})
    formulas = {"10.35 万辆 ÷ 45 万辆": 23, "10.35 ÷ 45": 24, "8 亿元 × 20": 160, "约一半": 7}
    for number, (formula, value) in enumerate(formulas.items()):
        outcome = actual(2025, 1, 1) | {"fact_id": f"o{number}", "indicator_id": "up"}
        insert(con, outcome)
        pair = {"target_id": "t", "outcome_id": f"o{number}", "verdict": "met", "comparability": "same"}
        insert(con, pair | {"formula": formula, "derived_value": value})
    assert [row[1] for row in con.execute(CHECK).fetchall()] == ["o1"]
