"""Verdicts on targets: which ones two dates and two figures allow, and which verdicts of the data they do not allow.

Met and not met are said only of the same thing in the same period, by comparing bounds; early and late by
dates. What the data cannot settle is indeterminate.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from ipcli.dataset import phrases
from ipcli.db.engine import Database
from ipcli.i18n import _

MET, NOT_MET = "met", "not_met"
EARLY, LATE = "reached_early", "reached_late"
ON_TRACK, NOT_DUE, INDETERMINATE = "on_track", "not_due", "indeterminate"

SETTLED = frozenset([MET, NOT_MET, EARLY, LATE])


@dataclass(frozen=True, slots=True)
class Bounds:
    """Range in which a figure puts a number, in the standard unit; None is open."""

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


def expand_date(day: date | None, precision: str | None) -> tuple[date | None, date | None]:
    """Return the first and last day of a date that is known to the day, the month or the year."""
    if day is None:
        return None, None
    if precision == "year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    if precision == "month":
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    return day, day


def allow_verdicts(target: Statement, outcome: Statement, comparability: str, as_of: date) -> frozenset[str]:
    """Return the verdicts that hold for a target and an outcome, as of a day."""
    open_ = _allow_open(target, as_of)
    if not outcome.came or comparability != "same":
        return open_
    if target.bounds is None:
        return _allow_event(target, outcome, open_)
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


def _allow_open(target: Statement, as_of: date) -> frozenset[str]:
    """Return what may be said before anything is settled: that it is to come, or that nobody knows."""
    if target.last is not None and target.last >= as_of:
        return frozenset([ON_TRACK, NOT_DUE, INDETERMINATE])
    return frozenset([ON_TRACK, INDETERMINATE] if target.last is None else [INDETERMINATE])


def _allow_event(target: Statement, outcome: Statement, open_: frozenset[str]) -> frozenset[str]:
    """Return the verdicts on an event that was due, by the day on which it came."""
    if target.last is None:
        return frozenset([MET])  # No date was set, and it came.
    if outcome.last is None:
        return open_ | {INDETERMINATE}
    if target.first is not None and outcome.last < target.first:
        return frozenset([EARLY])
    if outcome.last <= target.last:
        return frozenset([MET])
    if outcome.first is None:  # Reported after the day: it may have come before.
        return frozenset([LATE, INDETERMINATE])
    return frozenset([LATE]) if outcome.first > target.last else frozenset([INDETERMINATE])


def passes(target: Bounds, outcome: Bounds, direction: str) -> bool | None:
    """Return True if a figure reaches a target for certain, False if it misses it for certain, None if either may be.

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
    """Return whether an outcome lies above a floor, None if it may lie on either side."""
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


def find_faults(db: Database) -> Iterator[tuple[str, str]]:
    """Yield (target, message) for each recorded verdict that dates, bounds or formula do not support.

    Also yields outcomes with unknown ids, and settled verdicts where target and outcome are worded
    differently and no note explains why they are the same.
    """
    ((released,),) = db.run("SELECT max(released_on) FROM core.release").rows
    statements = {**_read_figures(db), **_read_events(db)}
    for target_id, outcome_id, verdict, comparability, formula, derived, note in db.run(
        "SELECT target_id, outcome_id, verdict, comparability, formula, derived_value, note "
        "FROM core.target_outcome"
    ).rows:
        target, outcome = statements.get(target_id), statements.get(outcome_id)
        if target is None or outcome is None:
            yield target_id, f"{outcome_id}: " + _("no such target or outcome")
            continue
        if derived is not None:
            computed = _compute(formula or "", target.unit)
            if computed is not None and abs(computed - derived) > _half_unit(derived):
                message = _("{formula} = {computed:.6g}, not {derived:g}")
                yield target_id, message.format(formula=formula, computed=computed, derived=derived)
            number = phrases.standardise(derived, target.unit)[0]
            outcome = replace(outcome, bounds=Bounds("eq", number, number), claim=target.claim)
        holds = allow_verdicts(target, outcome, comparability, released)
        if verdict not in holds:
            message = _("{outcome_id}: {verdict}, should be {wanted}")
            wanted = ", ".join(sorted(holds))
            yield target_id, message.format(outcome_id=outcome_id, verdict=verdict, wanted=wanted)
        elif verdict in SETTLED and note is None and target.subject != outcome.subject:
            pair = f"{outcome_id}: {target.subject} / {outcome.subject}: "
            yield target_id, pair + _("subjects differ: say in a note why they are one")


def _read_figures(db: Database) -> dict[str, Statement]:
    """Return the figures by their ids."""
    statements = {}
    for fact, first, last, came, direction, subject, unit, *rest in db.run(
        "SELECT fact_id, coalesce(period_start, make_date(year, 1, 1)), "
        "coalesce(period_end, make_date(year, 12, 31)), kind = 'actual', direction, subject, unit, "
        "comparator, lower_std, upper_std, lower_inclusive, upper_inclusive, "
        "region_id, indicator_id, industry_id, per, filter "
        "FROM core.observation JOIN core.indicator USING (indicator_id)"
    ).rows:
        bounds, claim = Bounds(*rest[:5]), tuple(rest[5:])
        statements[fact] = Statement(first, last, came, bounds, direction, claim, subject, unit)
    return statements


def _read_events(db: Database) -> dict[str, Statement]:
    """Return the milestones by their ids. One known from a report alone came by that day, nobody knows since when."""
    statements = {}
    for fact, status, due, due_precision, met, met_precision, reported_by in db.run(
        "SELECT fact_id, status, due_date, due_precision, met_date, met_precision, reported_by "
        "FROM core.milestone"
    ).rows:
        came = status == "met"
        first, last = expand_date(*((met, met_precision) if came else (due, due_precision)))
        statements[fact] = Statement(None if reported_by else first, last, came)
    return statements


_FORMULA = re.compile(r"[^0-9÷/×*]*([0-9.]+)[^0-9÷/×*]*([÷/×*])[^0-9÷/×*]*([0-9.]+)[^0-9÷/×*]*")


def _compute(formula: str, unit: str | None) -> float | None:
    """Return what a formula of two numbers gives (10.35 万辆 ÷ 45 万辆, in %), None if it is of another form."""
    match = _FORMULA.fullmatch(formula)
    if match is None:
        return None
    one, other = float(match[1]), float(match[3])
    if match[2] in "×*":
        return one * other
    return one / other * (100 if unit == "%" else 1) if other else None


def _half_unit(value: float) -> float:
    """Return half a unit of the last decimal, which is how far rounding goes."""
    return 0.5 * 10.0 ** -len(f"{value:.15g}".partition(".")[2]) + 1e-9
