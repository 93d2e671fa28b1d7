"""What became of a target: which verdicts the two dates and the two figures allow.

Met and not met are said only of the same thing in the same period, by comparing bounds; early and late by
dates. What the data cannot settle is indeterminate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

MET, NOT_MET = "met", "not_met"
EARLY, LATE = "reached_early", "reached_late"
ON_TRACK, NOT_DUE, INDETERMINATE = "on_track", "not_due", "indeterminate"

SETTLED = frozenset([MET, NOT_MET, EARLY, LATE])


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a figure says of a number, in the standard unit; None is open."""

    comparator: str
    lower: float | None
    upper: float | None
    lower_inclusive: bool | None = True
    upper_inclusive: bool | None = True


@dataclass(frozen=True, slots=True)
class Statement:
    """One side of an outcome: a figure (`bounds`) or an event (none), and when.

    `first` and `last` are the first and last possible day, None where it is not known. `came` is false for
    what is still to come. `claim` says what is measured, and where; `subject` the same in printed words.
    """

    first: date | None
    last: date | None
    came: bool
    bounds: Bounds | None = None
    direction: str = "none"
    claim: tuple[object, ...] = ()
    subject: str | None = None
    unit: str | None = None


def period(day: date | None, precision: str | None) -> tuple[date | None, date | None]:
    """The first and last day of a date that is known to the day, the month or the year."""
    if day is None:
        return None, None
    if precision == "year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    if precision == "month":
        following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return day.replace(day=1), following - timedelta(days=1)
    return day, day


def allowed(target: Statement, outcome: Statement, comparability: str, as_of: date) -> frozenset[str]:
    """The verdicts that hold for a target and an outcome, as of a day."""
    open_ = _while_open(target, as_of)
    if not outcome.came or comparability != "same":
        return open_
    if target.bounds is None:
        return _event(target, outcome, open_)
    if outcome.bounds is None or target.claim != outcome.claim:
        return open_
    reached = passes(target.bounds, outcome.bounds, target.direction)
    if None in (target.last, outcome.last) or reached is None:
        return open_
    if (target.first, target.last) == (outcome.first, outcome.last):
        return frozenset([MET if reached else NOT_MET])
    if outcome.last < target.last:  # type: ignore[operator]
        return frozenset([EARLY]) if reached else open_
    return frozenset([LATE, INDETERMINATE]) if reached else frozenset([INDETERMINATE])


def _while_open(target: Statement, as_of: date) -> frozenset[str]:
    """What may be said before anything is settled: that it is to come, or that it cannot be told."""
    if target.last is not None and target.last >= as_of:
        return frozenset([ON_TRACK, NOT_DUE, INDETERMINATE])
    return frozenset([ON_TRACK, INDETERMINATE] if target.last is None else [INDETERMINATE])


def _event(target: Statement, outcome: Statement, open_: frozenset[str]) -> frozenset[str]:
    """An event that was due: by when it came."""
    if target.last is None:
        return frozenset([MET])  # no date was told, and it came
    if outcome.last is None:
        return open_ | {INDETERMINATE}
    if target.first is not None and outcome.last < target.first:
        return frozenset([EARLY])
    if outcome.last <= target.last:
        return frozenset([MET])
    if outcome.first is None:  # reported after the day: it may have come before
        return frozenset([LATE, INDETERMINATE])
    return frozenset([LATE]) if outcome.first > target.last else frozenset([INDETERMINATE])


def passes(target: Bounds, outcome: Bounds, direction: str) -> bool | None:
    """Whether a figure reaches a target for certain (True), misses it for certain (False), or either.

    A target that is stated as a number is a floor where more is better, a ceiling where less is.
    """
    floor, floor_in = target.lower, target.lower_inclusive is not False
    ceiling, ceiling_in = target.upper, target.upper_inclusive is not False
    if target.comparator not in ("lt", "le") and direction == "up":
        ceiling = None
    if target.comparator not in ("gt", "ge") and direction == "down":
        floor = None
    sides = []
    if floor is not None:
        sides.append(_above(floor, floor_in, outcome))
    if ceiling is not None:
        mirrored = Bounds(
            outcome.comparator,
            None if outcome.upper is None else -outcome.upper,
            None if outcome.lower is None else -outcome.lower,
            outcome.upper_inclusive,
            outcome.lower_inclusive,
        )
        sides.append(_above(-ceiling, ceiling_in, mirrored))
    if not sides:
        return None
    return False if False in sides else None if None in sides else True


def _above(floor: float, inclusive: bool, outcome: Bounds) -> bool | None:
    """Whether an outcome lies above a floor: for certain, for certain not, or either."""
    if outcome.lower is not None and (
        outcome.lower > floor or (outcome.lower == floor and (inclusive or outcome.lower_inclusive is False))
    ):
        return True
    if outcome.upper is not None and (
        outcome.upper < floor
        or (outcome.upper == floor and not (inclusive and outcome.upper_inclusive is not False))
    ):
        return False
    return None
