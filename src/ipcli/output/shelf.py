"""Rows that are read more than once, however many there are: the first in memory, the rest on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Generic, TypeVar

from ipcli.model import Row

T = TypeVar("T")
# So many rows stay in memory, and so many are read and written at once.
_KEPT = 20_000
_BATCH = 1000


class Shelf:
    """Rows, read from a stream once, to be iterated as often as one likes."""

    def __init__(self, rows: Iterator[Row]) -> None:
        """Read them all. OSError if the disk is full."""
        self._kept = list(islice(rows, _KEPT))
        self._size = len(self._kept)
        self._file: Any = None
        while batch := list(islice(rows, _BATCH)):
            # Late: few results are so long.
            import pickle
            import tempfile

            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="ipcli-")  # noqa: SIM115 - goes with the shelf
            pickle.dump(batch, self._file, pickle.HIGHEST_PROTOCOL)
            self._size += len(batch)

    def __len__(self) -> int:
        """How many rows there are."""
        return self._size

    def __iter__(self) -> Iterator[Row]:
        """The rows from the first; one reader at a time."""
        yield from self._kept
        if self._file is not None:
            import pickle

            self._file.seek(0)
            left = self._size - len(self._kept)
            while left > 0:
                batch: list[Row] = pickle.load(self._file)
                left -= len(batch)
                yield from batch


class Each(Generic[T]):
    """What a function makes of each row, made anew at each reading."""

    def __init__(self, rows: Iterable[Row], size: int, make: Callable[[Row], T]) -> None:
        """See the class; `size` is how many rows there are."""
        self._rows = rows
        self._size = size
        self._make = make

    def __len__(self) -> int:
        """How many there are."""
        return self._size

    def __iter__(self) -> Iterator[T]:
        """Them, from the first."""
        return map(self._make, self._rows)
