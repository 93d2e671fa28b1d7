"""What completion finds, and what it finds it among."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ipcli.db.sandbox import View, ViewColumn
from ipcli.model import Param


class Candidate(NamedTuple):
    """What may replace the text from `start` to the cursor, and what is said about it."""

    text: str
    start: int
    about: str = ""


class World(NamedTuple):
    """What there is to complete with; the functions are called when they are needed.

    For something typed, `values` gives the values of columns, `indexed` those that options take, and
    `resolving` those of a "view.column". `options` gives the options of a query, each with its parameter if it is one.
    """

    views: Sequence[View]
    values: Callable[[str, Iterable[tuple[View, ViewColumn]]], list[str]]
    indexed: Callable[[str, Iterable[tuple[View, ViewColumn]]], list[str]]
    resolving: Callable[[str, str], list[str]]
    dots: Sequence[tuple[str, str]]
    queries: Callable[[], list[str]]
    options: Callable[[str], list[tuple[str, Param | None]]]


def fits(name: str, heading: str, typed: str) -> bool:
    """Whether a name may be meant: by its beginning, and for Chinese by what its heading has."""
    if name.casefold().startswith(typed.casefold()):
        return True
    return not typed.isascii() and typed in heading
