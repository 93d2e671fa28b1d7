"""What the SQL of a query says about its parameters: which there are, which its conditions declare.

`one_of($status, status)` declares the option `--status`: a list of values of that column, explained by its comment.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ipcli.i18n import N_
from ipcli.model import Param
from ipcli.query.labels import ColumnHelp, MessageHelp

# Bound by the shared options --city and --grade; a query need not declare them.
SHARED = frozenset({"city", "grade"})
# What may hide a `$name` or a `;`: strings, quoted names, dollar-quoted strings, comments.
_SQL = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|--[^\n]*|/\*.*?\*/"
    r"|\$(?P<name>[A-Za-z_]\w*)|(?P<end>;)",
    re.DOTALL,
)

# What declares a parameter outside of strings and comments: a macro of the database, or $min and $max. The view whose
# values it takes is the one after the last FROM.
_DECLARING = re.compile(
    r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|\bFROM\s+(?P<view>[a-z_]\w*)|\$(?P<bound>min|max)\b"
    r"|\b(?P<macro>one_of|placed|says)\(\s*\$(?P<name>[a-z]\w*)\s*,(?:\s*(?:\w+\.)?(?P<column>\w+)\s*[,)])?",
    re.DOTALL,
)
_INTEGERS = ("year", "due")
# Names of the system are the same in all views, though not all stand in each.
_EVERYWHERE = {
    "industry": "industries.industry",
    "organisation": "organisations.name",
    "tier": "industries.tier",
    "track": "tracks.track",
}
# Where other names are taken from if a query reads no view of their kind.
_ELSEWHERE = {
    "district": "districts.district",
    "indicator": "indicators.indicator",
    "subject": "indicators.subject",
}
# A condition on a parameter, true where the parameter is not given; and what tells where it ends.
_CONDITION = re.compile(r"AND\s+(?:(?:one_of|placed|says)\(\s*\$(\w+)\s*,|\(\s*\$(\w+)\s+IS\s+NULL\s+OR\s)")
_ENDS = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|(?P<open>\()|(?P<close>\))")


_SAYS = MessageHelp(N_("Text contains"))
_BOUNDS = {
    "min": MessageHelp(N_("At least, by lower bound")),
    "max": MessageHelp(N_("At most, by lower bound")),
}
_MANY, _PLACED = N_("{name}, repeatable"), N_("{name} with its zones, repeatable")


def parameters(sql: str) -> dict[str, int]:
    """Return the `$name`s outside of strings and comments, with the line (from 1) each is first on."""
    found: dict[str, int] = {}
    for match in _SQL.finditer(sql):
        if match["name"]:
            found.setdefault(match["name"], sql.count("\n", 0, match.start()) + 1)
    return found


def body_end(sql: str) -> int:
    """Return where the first statement ends: at its semicolon, or with the text."""
    return next((match.start() for match in _SQL.finditer(sql) if match["end"]), len(sql))


def declare_params(sql: str) -> dict[str, Param]:
    """Return the parameters that the conditions of a statement declare, by name."""
    found: dict[str, Param] = {}
    view = ""
    for match in _DECLARING.finditer(sql):
        name = match["name"] or match["bound"]
        if match["view"]:
            view = match["view"]
        elif match["bound"]:
            found.setdefault(name, Param(name, "number", _BOUNDS[name]))
        elif match["macro"] == "says":
            found.setdefault(name, Param(name, "text", _SAYS))
        elif name and name not in SHARED:
            found.setdefault(
                name, _declare_list(sql, view, name, match["column"] or name, match["macro"] == "placed")
            )
    return found


def _declare_list(sql: str, view: str, name: str, column: str, placed: bool) -> Param:
    """Return a repeatable parameter with the values of a column."""
    own = view != "facts" and not re.search(rf"\b{view} AS \(", sql)
    help_ = ColumnHelp(view if own else "facts", column, _PLACED if placed else _MANY)
    if name in _INTEGERS:
        return Param(name, "integer", help_, True)
    if name == "section":
        from ipcli.query.kinds import list_sections

        return Param(name, "text", help_, True, choices=tuple(kind.kind for kind in list_sections()))
    values = _EVERYWHERE.get(name) or (f"{view}.{column}" if own else _ELSEWHERE.get(name))
    return Param(name, "text", help_, True, values)


def without(sql: str, absent: Collection[str]) -> str:
    """Return the SQL of a built-in lookup without its conditions on `absent` parameters, such as `AND one_of($name, …)`.

    They are true, and planning a dozen of them costs more than reading the rows. Whatever else names a parameter stays.
    """
    kept, end = [], 0
    for match in _CONDITION.finditer(sql):
        if (match[1] or match[2]) not in absent or match.start() < end:
            continue
        depth = 0
        for mark in _ENDS.finditer(sql, match.start()):
            depth += (mark["open"] is not None) - (mark["close"] is not None)
            if mark["close"] and not depth:
                kept.append(sql[end : match.start()])
                end = mark.end()
                break
    return "".join([*kept, sql[end:]])
