"""Umbrella sums (totals of a park or a batch) as people may read them: one by one, never as one sum."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from ipcli.db.statements import tokens
from ipcli.model import Text

# More than these are told by their number and the largest.
_FEW = 3


def listed(stated: Sequence[str], lang: str) -> str:
    """`530+、82`: figures in signs, the largest first; of many, how many and the largest."""
    if len(stated) > _FEW:
        return Text(f"{len(stated)} 个，最大 {stated[0]}", f"{len(stated)}, the largest {stated[0]}").get(
            lang
        )
    return ("、" if lang == "zh" else ", ").join(stated)


def summed(sql: str, columns: Callable[[], Mapping[str, Iterable[str]]]) -> Text | None:
    """What to tell of a statement that adds money without a word about umbrella sums; None if nothing.

    `columns` gives view -> columns, and is called only where the statement adds money.
    """
    words = [token.text.strip('"').lower() for token in tokens(sql) if token.kind not in ("space", "comment")]
    if "is_umbrella" in words or "sum" not in words:
        return None
    added = _within_sums(words)
    for view, known in columns().items() if added else ():
        if view.lower() in words and "is_umbrella" in known and added & set(known):
            return Text(
                f"{view} 中有总盘子（园区或一批项目的合计），已与其中的项目一并相加：用 WHERE NOT is_umbrella 去掉",
                f"{view} has umbrella sums (totals of a park or a batch), added here to their own parts:"
                " leave them out with WHERE NOT is_umbrella",
            )
    return None


def _within_sums(words: Sequence[str]) -> set[str]:
    """The columns of money in the brackets of sum()."""
    found = set()
    depth = 0
    for before, word in pairwise(words):
        if depth:
            depth += (word == "(") - (word == ")")
            if word.endswith("_yi"):
                found.add(word)
        elif before == "sum" and word == "(":
            depth = 1
    return found
