"""From what was typed for a query's parameters to the values that its SQL binds."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from ipcli import paths
from ipcli.errors import UsageError
from ipcli.i18n import _, language
from ipcli.model import Param, Query, Text
from ipcli.query.names import Names, UnknownName, choose, kind_of
from ipcli.query.words import find_codes, list_names, read_kinds

GRADES = "ABC"
# A year or a month in place of a day, and the options that then mean its last day.
_SPAN = re.compile(r"[0-9]{4}(-[0-9]{2})?")
_ENDS = ("--to", "--until", "--as-of")


def convert(query: Query, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a query's parameters, of their types, with defaults; None where nothing is given.

    Needs no database. UsageError for a value of the wrong type.
    """
    return {param.name: _convert(param, given.get(param.name)) for param in query.params}


def resolve(names: Names, query: Query, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with what was typed for names as the data write them. UsageError for what nobody knows."""
    resolved = dict(values)
    for param in query.params:
        value = values.get(param.name)
        if param.values and value is not None:
            many = isinstance(value, list)
            found = [_resolve(names, query, param, typed) for typed in (value if many else [value])]
            resolved[param.name] = found if many else found[0]
    return resolved


def grades(given: str | None) -> list[str] | None:
    """Return the grades that are at least as good as the one given; None if none is."""
    if given is None:
        return None
    grade = given.strip().upper()
    if len(grade) != 1 or grade not in GRADES:
        raise UsageError(_("--grade is A, B or C, not {given}").format(given=given))
    return list(GRADES[: GRADES.index(grade) + 1])


def _convert(param: Param, given: Any) -> Any:
    if param.type == "flag":
        return bool(given)
    if not param.many:
        return param.default if given is None else _value(param, given)
    texts = [given] if isinstance(given, str) else list(given or ())
    if not texts:
        return None if param.default is None else [param.default]
    return [_value(param, text) for text in texts]


def _value(param: Param, text: Any) -> Any:
    name = "--" + param.name.replace("_", "-")
    text = str(text)
    if param.choices and text not in param.choices:
        return _choice(name, param, text)
    if param.type == "text":
        return text
    if param.type == "date":
        return _date(name, text)
    try:
        value = int(text) if param.type == "integer" else float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value) and (param.type != "integer" or abs(value) < 2**63):
        return value
    if param.type == "integer":
        raise UsageError(_("{name} must be an integer, not {text}").format(name=name, text=text))
    raise UsageError(_("{name} must be a number, not {text}").format(name=name, text=text))


def _choice(name: str, param: Param, text: str) -> str:
    """Return the choice that a word for it means, as the output shows it in either language."""
    words = find_codes(param.name)
    chosen = choose(Text(name, name), text, {code: words.get(code, ()) for code in param.choices})
    if chosen is not None:
        return chosen
    choices = ", ".join(param.choices)
    raise UsageError(
        _("{name} is one of {choices}, not {text}").format(name=name, choices=choices, text=text)
    )


def _date(name: str, text: str) -> str:
    """Return a day; of a year or a month its first day, or its last where the option tells an end."""
    from datetime import date, timedelta

    year, month = (int(part) for part in (text[:4], text[5:7] or "0")) if _SPAN.fullmatch(text) else (0, 0)
    try:
        if not year:
            return date.fromisoformat(text).isoformat()
        if name not in _ENDS:
            return date(year, month or 1, 1).isoformat()
        # The first day of what follows, less one.
        following = date(year + 1, 1, 1) if month in (0, 12) else date(year, month + 1, 1)
        return (following - timedelta(days=1)).isoformat()
    except ValueError:
        message = _("{name} must be a date such as 2025-12-31, 2025-12 or 2025, not {text}")
        raise UsageError(message.format(name=name, text=text)) from None


def _resolve(names: Names, query: Query, param: Param, typed: str) -> str:
    """Return the value that was typed; UsageError that tells its kind if it is a name of another one."""
    assert param.values is not None
    try:
        return names.resolve(param.values, typed)
    except UsageError as error:
        if any(names.match([param.values], typed)):
            raise
        _refuse_another_kind(names, query, param.values, typed)
        view = param.values.partition(".")[0]
        if isinstance(error, UnknownName) and (paths.queries() / f"{view}.sql").exists():
            raise UsageError(_("{error} (ipcli {view} lists them)").format(error=error, view=view)) from None
        raise


def _refuse_another_kind(names: Names, query: Query, values: str, typed: str) -> None:
    """Raise what else the word names, and the option for that."""
    options = {other.values: other.name for other in query.params if other.values}
    # A query may take its values from a view of its own.
    options |= {other.name: other.name for other in query.params if other.values}
    for kind in list_names():
        exact, _begun = names.match([kind.reference], typed)
        for name in exact.get(kind.reference, ()):
            fault = _('"{typed}" is not {own} but {noun}').format(
                typed=typed, own=_noun(names, values), noun=_with_article(kind.noun)
            )
            option = options.get(kind.reference) or options.get(kind.kind)
            if option is None:
                message = _("{fault}; all that concerns it: ipcli {name}").format(fault=fault, name=name)
            else:
                message = _("{fault}: use --{option} {name}").format(fault=fault, option=option, name=name)
            raise UsageError(message) from None


def _noun(names: Names, values: str) -> str:
    """Return what a parameter with these values names, with its article."""
    kind = kind_of(values)
    known = read_kinds().get(kind)
    return _with_article(known.noun if known else names.noun(kind))


def _with_article(noun: Text) -> str:
    article = "an" if noun.en[:1].lower() in "aeiou" else "a"
    return noun.zh if language() == "zh" else f"{article} {noun.en.lower()}"
