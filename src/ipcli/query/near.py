"""Find names like what was typed, where nothing is called so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

# 绿 is typed lv, lü, lyu or lu; the database has lu, and for 女 nu.
_UMLAUT = re.compile(r"(?<=[ln])[vü]|(?<=l)yu")
# Latin words shorter than this are in too many others for that to tell anything.
_TELLING = 4
# How alike they must be, of 100. Of two characters one is no likeness; what only sounds alike must sound nearly the same.
_LIKE, _LIKE_LATIN, _LIKE_BEGUN, _LIKE_SOUND = 60, 75, 85, 90
# So long is what names are known by that skip some of its characters; and what may be left out of a name, or added.
_SHORT, _ADDED = 5, frozenset("市区县省的股份有限责任公司集团")
# Longer names are nobody's slip of the pen; so many names are offered.
_LONGEST, _MANY, _FEW = 80, 5, 3
# Of 100: two names with six letters of ten in common, or with one of two Chinese characters; one name within the other.
_ALIKE, _ALIKE_CHINESE, _WITHIN = 60, 50, 75


def sound(text: str) -> str:
    """Return pinyin as the database spells it."""
    return _UMLAUT.sub("u", text)


def likely(wanted: str, keys: Iterable[str]) -> list[str]:
    """Return the written names that what was typed is a part of; else those that it shortens or adds a common word to.

    国家高端智能化家用电器创新中心 is called 家电创新中心, 青岛市集成电路产业园 without its 市.
    """
    if len(wanted) < (_TELLING if wanted.isascii() else 2):
        return []
    keys = list(keys)
    found = [key for key in keys if wanted in key]
    if wanted.isascii() or found:
        return found
    if len(wanted) >= _SHORT:
        found = [key for key in keys if key[-1:] == wanted[-1] and _is_within(wanted, key)]
    return found or [
        key
        for key in keys
        if len(key) > 2 and _is_within(key, wanted) and {*Counter(wanted) - Counter(key)} <= _ADDED
    ]


def _is_within(short: str, long: str) -> bool:
    """Tell whether all characters of one text stand in another one, in their order."""
    rest = iter(long)
    return all(character in rest for character in short)


def nearest_names(
    wanted: str, keys: Mapping[str, Iterable[str]], sounds: Callable[[str], list[str]]
) -> list[str]:
    """Return names that contain what was typed (or are in it), and names spelt like it, the likest first.

    `keys` maps a spelling to its names. Where none is like it, what is Chinese is compared by its `sounds`: 蓬辉, 鹏辉.
    """
    if not wanted:
        return []
    latin = [key for key in keys if key.isascii()]
    chinese = [key for key in keys if not key.isascii()]
    if wanted.isascii():
        found = _find_latin(sound(wanted), latin)
    else:
        found = [key for key in keys if len(key) > 1 and (wanted in key or key in wanted)]
        found += _close(wanted, chinese, _LIKE)
        found = found or _begun_like(wanted, chinese)
        for heard in () if found else sounds(wanted):
            found += [key for key in latin if len(heard) >= _TELLING and key.startswith(heard)]
            found += _close(heard, latin, _LIKE_SOUND)
        if not found and len(wanted) == 2:
            # 即黑, 即墨: one of two characters is all that a short name can have in common.
            found = [key for key in keys if len(key) == 2 and any(map(str.__eq__, key, wanted))]
    return list(dict.fromkeys(name for key in found for name in keys[key]))[:_MANY]


def _find_latin(heard: str, latin: list[str]) -> list[str]:
    """Return the keys that are like a Latin word: any two have letters in common, so they must be much alike."""
    found = _close(heard, latin, _LIKE_LATIN)
    for key in latin:
        if min(len(key), len(heard)) >= _TELLING and (heard in key or key in heard) and key not in found:
            found.append(key)
    return found or _begun_like(heard, latin)


def _close(wanted: str, keys: Iterable[str], least: float) -> list[str]:
    """Return the keys that are at least so much alike, the likest first."""
    # Late: it is wanted only where nothing is called so.
    from rapidfuzz import fuzz, process

    found = process.extract_iter(wanted, list(keys), scorer=fuzz.ratio, score_cutoff=least)
    ranked = sorted(((score, key) for key, score, _place in found), reverse=True)
    return [key for _score, key in ranked[:_MANY]]


def _begun_like(wanted: str, keys: Iterable[str]) -> list[str]:
    """Return the keys that begin like what was typed, the likest first: long names are typed in part."""
    length = len(wanted)
    # Short beginnings are in too many names for that to tell anything.
    cuts: tuple[int, ...] = (length - 1, length, length + 1) if length > _TELLING else ()
    if not cuts and length > 2 and not wanted.isascii():
        cuts = (length,)
    begun: dict[str, list[str]] = {}
    for key in keys:
        if not wanted.isascii() or key.startswith(wanted[0]):
            for cut in cuts:
                begun.setdefault(key[:cut], []).append(key)
    close = _close(wanted, begun, _LIKE_BEGUN if wanted.isascii() else _LIKE)
    return [key for part in close for key in begun[part]]


def nearest(typed: str, known: Iterable[str]) -> list[str]:
    """Return the names that are most like `typed`, the likest first; upper and lower case make no difference.

    If `known` is a mapping, its values are other names of its keys (headings of columns), and as good.
    """
    if not typed or len(typed) > _LONGEST:
        return []
    others = known if isinstance(known, Mapping) else {}
    scores = {name: max(_likeness(typed, name), _likeness(typed, others.get(name, ""))) for name in known}
    least = _ALIKE if typed.isascii() else _ALIKE_CHINESE
    near = [name for name in scores if scores[name] >= least]
    return sorted(near, key=lambda name: -scores[name])[:_FEW]


def _likeness(typed: str, name: str) -> float:
    """Return how much two names are alike, from 0 to 100."""
    # Late: it is wanted only where something fails.
    from rapidfuzz import fuzz

    short, long = sorted((typed.casefold(), name.casefold()), key=len)
    likeness = fuzz.ratio(short, long)
    # Two Latin letters are in too many names for that to tell anything.
    telling = len(short) >= (3 if short.isascii() else 1)
    return max(likeness, _WITHIN + likeness / 4) if telling and short in long else likeness
