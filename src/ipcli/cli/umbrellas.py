"""Umbrella sums (totals of a park or a batch) as people may read them: one by one, never as one sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ipcli.model import Text

# More than these are told by their number and the largest.
_FEW = 3


def listed(stated: Sequence[str], lang: str, reads: Callable[[str], str] | None = None) -> str:
    """`530+、82 亿元`: figures in signs, the largest first, a common unit once; of many, how many and the largest."""
    shown = stated if len(stated) <= _FEW else stated[:1]
    figures, _, units = zip(*(text.rpartition(" ") for text in shown), strict=True)
    said: list[str] = list(shown)
    if len(set(units)) == 1 and all(figures):
        said = [*figures[:-1], shown[-1]]
    if reads is not None:
        said = [reads(text) if " " in text else text for text in said]
    if shown is not stated:
        count = len(stated)
        return Text(f"{count} 个，最大 {said[0]}", f"{count}, the largest {said[0]}").get(lang)
    return ("、" if lang == "zh" else ", ").join(said)
