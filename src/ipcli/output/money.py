"""Umbrella sums (totals of a park or a batch) as people may read them, and the stances in their order."""

from __future__ import annotations

from collections.abc import Sequence

from ipcli.i18n import N_, translate

# More than these are told by their number and the largest.
_FEW = 3
# From the strongest on.
STANCES = (
    "lead", "breakthrough", "strengthen", "upgrade", "focus", "cultivate", "frontier", "layout", "support",
)  # fmt: skip


def list_umbrellas(stated: Sequence[str], lang: str) -> str:
    """Return figures in signs, the largest first (`530+, 82`); of many, how many and the largest.

    Never their sum: whether they overlap, no document says.
    """
    if len(stated) > _FEW:
        text = translate(N_("{count}, the largest {largest}"), lang)
        return text.format(count=len(stated), largest=stated[0])
    return translate(N_(", "), lang).join(stated)
