"""Rows that the database has printed already, on their way to a stream of text."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from typing import TextIO


def pour(chunks: Iterable[bytes], out: TextIO) -> None:
    """Write chunks of UTF-8 to `out`: as they are where it takes UTF-8, else as text in its own encoding."""
    raw = getattr(out, "buffer", None)
    if raw is not None and codecs.lookup(out.encoding).name == "utf-8":
        out.flush()
        for chunk in chunks:
            raw.write(chunk)
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    for chunk in chunks:
        out.write(decoder.decode(chunk))
