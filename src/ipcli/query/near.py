"""Find the names that are like what somebody typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# Longer names are nobody's slip of the pen.
_LONGEST = 80
# Of 100: two names with six letters of ten in common, or with one of two Chinese characters; one name within the other.
_ALIKE, _ALIKE_CHINESE, _WITHIN = 60, 50, 75


def nearest(typed: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Return the names that are most like `typed`, the likest first; upper and lower case make no difference.

    If `known` is a mapping, its values are other names of its keys (headings of columns), and as good.
    """
    if not typed or len(typed) > _LONGEST:
        return []
    others = known if isinstance(known, Mapping) else {}
    scores = {name: max(_likeness(typed, name), _likeness(typed, others.get(name, ""))) for name in known}
    least = _ALIKE if typed.isascii() else _ALIKE_CHINESE
    near = [name for name in scores if scores[name] >= least]
    return sorted(near, key=lambda name: -scores[name])[:limit]


def _likeness(typed: str, name: str) -> float:
    """Return how much two names are alike, from 0 to 100."""
    # Late: it is wanted only where something fails.
    from rapidfuzz import fuzz

    short, long = sorted((typed.casefold(), name.casefold()), key=len)
    likeness = fuzz.ratio(short, long)
    # Two Latin letters are in too many names for that to tell anything.
    telling = len(short) >= (3 if short.isascii() else 1)
    return max(likeness, _WITHIN + likeness / 4) if telling and short in long else likeness
