"""Verdicts on targets: what dates and bounds allow, and nothing more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ipcli.dataset.verdicts import Bounds, Statement, allow_verdicts, expand_date, passes

AS_OF = date(2026, 6, 30)
OPEN = {"on_track", "not_due", "indeterminate"}


def figure(
    year: int | None, comparator: str, lower: float | None, upper: float | None, **more: object
) -> Statement:
    first, last = (date(year, 1, 1), date(year, 12, 31)) if year else (None, None)
    inclusive = comparator not in ("gt", "excess")
    bounds = Bounds(comparator, lower, upper, inclusive, comparator not in ("lt", "excess", "magnitude"))
    statement = Statement(first, last, False, bounds, "up", ("district", "indicator"))
    return replace(statement, **more)  # type: ignore[arg-type]


def actual(year: int | None, lower: float | None, upper: float | None, comparator: str = "eq") -> Statement:
    return figure(year, comparator, lower, upper, came=True)


def event(day: str | None, precision: str = "day", came: bool = False, reported: bool = False) -> Statement:
    first, last = expand_date(date.fromisoformat(day) if day else None, precision)
    return Statement(None if reported else first, last, came)


TARGET = figure(2025, "gt", 50, None)
CASES = {
    "missed": (TARGET, actual(2025, 45, 45), {"not_met"}),
    "just not more than": (TARGET, actual(2025, 50, 50), {"not_met"}),
    "passed": (TARGET, actual(2025, 51, 51), {"met"}),
    "a number is a floor where more is better": (figure(2025, "eq", 30, 30), actual(2025, 40, 40), {"met"}),
    "exactly": (figure(2025, "eq", 30, 30), actual(2025, 30, 30), {"met"}),
    "more than the floor": (figure(2025, "ge", 50, None), actual(2025, 50, None, "gt"), {"met"}),
    "around it": (figure(2025, "ge", 50, None), actual(2025, 45, 55, "approx"), {"indeterminate"}),
    "a magnitude": (figure(2025, "magnitude", 1000, 10000), actual(2025, 400, 410, "excess"), {"not_met"}),
    "less is better": (figure(2025, "eq", 5, 5, direction="down"), actual(2025, 4, 4), {"met"}),
    "neither is better": (figure(2025, "between", 2, 3, direction="none"), actual(2025, 4, 4), {"not_met"}),
    "a later year's target passed before": (figure(2027, "eq", 40, 40), actual(2025, 42, 42), {"reached_early"}),
    "a later year's target not yet": (figure(2027, "eq", 40, 40), actual(2025, 20, 20), OPEN),
    "an earlier year, and the time is over": (figure(2025, "eq", 40, 40), actual(2024, 20, 20), {"indeterminate"}),
    "a later figure passes": (TARGET, actual(2026, 60, 60), {"reached_late", "indeterminate"}),
    "a later figure does not": (TARGET, actual(2026, 40, 40), {"indeterminate"}),
    "a target without a year": (figure(None, "eq", 40, 40), actual(2025, 60, 60), {"on_track", "indeterminate"}),
    "an outcome without a year": (TARGET, actual(None, 60, 60), {"indeterminate"}),
    "no number": (figure(2025, "qualitative", None, None), actual(2025, 60, 60), {"indeterminate"}),
    "another indicator": (TARGET, replace(actual(2025, 60, 60), claim=("district", "other")), {"indeterminate"}),
    "in time": (event("2025-03-01", "month"), event("2025-03-20", came=True), {"met"}),
    "late": (event("2025-03-01", "month"), event("2025-06-01", "month", came=True), {"reached_late"}),
    "early": (event("2025-03-01", "month"), event("2025-02-28", came=True), {"reached_early"}),
    "within the year, on which day is not known": (
        event("2025-03-01", "month"), event("2025-01-01", "year", came=True), {"indeterminate"},
    ),
    "reported after the day": (
        event("2025-03-01", "month"), event("2025-06-06", came=True, reported=True), {"reached_late", "indeterminate"},
    ),
    "reported before the day": (
        event("2025-03-01", "month"), event("2025-03-05", came=True, reported=True), {"met"},
    ),
    "no date was told, and it came": (event(None), event("2025-06-01", came=True), {"met"}),
    "it came, nobody says when": (event("2025-03-01", "month"), event(None, came=True), {"indeterminate"}),
    "still to come": (event("2027-03-01", "month"), event("2027-06-01", "month"), OPEN),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_verdict(case: str) -> None:
    target, outcome, expected = CASES[case]
    assert allow_verdicts(target, outcome, "same", AS_OF) == expected


@pytest.mark.parametrize("comparability", ["partial", "proxy"])
def test_what_is_not_the_same_is_neither_met_nor_missed(comparability: str) -> None:
    assert allow_verdicts(TARGET, actual(2025, 60, 60), comparability, AS_OF) == {"indeterminate"}
    assert allow_verdicts(figure(2027, "gt", 50, None), actual(2025, 60, 60), comparability, AS_OF) == OPEN


def test_not_due_depends_on_the_day() -> None:
    target, outcome = figure(2027, "eq", 40, 40), actual(2025, 20, 20)
    assert "not_due" in allow_verdicts(target, outcome, "same", date(2027, 12, 31))
    assert allow_verdicts(target, outcome, "same", date(2028, 1, 1)) == {"indeterminate"}


def test_dates_span_their_precision() -> None:
    assert expand_date(date(2025, 12, 1), "month") == (date(2025, 12, 1), date(2025, 12, 31))
    assert expand_date(date(2024, 2, 1), "month")[1] == date(2024, 2, 29)
    assert expand_date(date(2025, 5, 1), "year") == (date(2025, 1, 1), date(2025, 12, 31))
    assert expand_date(None, None) == (None, None)
    assert passes(Bounds("gt", 1, None, False), Bounds("gt", 1, None, False), "up") is True
