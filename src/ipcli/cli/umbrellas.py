"""Umbrella sums (totals of a park or a batch) as people may read them: one by one, never as one sum."""

from __future__ import annotations

from collections.abc import Sequence

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
