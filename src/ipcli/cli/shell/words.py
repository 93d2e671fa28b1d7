"""The words of SQL that completion offers, and those that are no names."""

from __future__ import annotations

_KEYWORDS = """
select from where group by order having limit offset join left right full inner cross on using and or not in is null
like ilike between case when then else end as with recursive union all distinct exists except intersect exclude replace
values pivot unpivot describe summarize show tables explain analyze asc desc nulls first last over partition qualify
window true false cast filter
"""
_FUNCTIONS = """
count sum avg min max median round coalesce concat list array_agg string_agg unnest len length contains regexp_matches
regexp_replace substr upper lower trim strftime row_number rank any_value list_contains
"""
_RESERVED = """
all analyze and any array as asc both case cast check collate column constraint create default desc describe distinct do
else end except false fetch for foreign from group having in initially intersect into is join lateral leading limit not
null offset on only or order pivot placing primary qualify references returning select show some summarize symmetric
table then to trailing true union unique unpivot using variadic when where window with
"""

KEYWORDS = tuple(_KEYWORDS.split())
FUNCTIONS = tuple(_FUNCTIONS.split())
# A column or view of such a name must be quoted.
RESERVED = frozenset(_RESERVED.split())
