"""Find how a text is encoded: in UTF-8, UTF-16, GB18030 or Big5."""

from __future__ import annotations

import codecs
from typing import BinaryIO

_CHUNK = 1 << 20
# Bytes that tell GB18030 and Big5 apart, and how much less odd (from 0 to 1) Big5 must look.
_SAMPLE, _CLEARLY = 1 << 16, 0.1
# Big5 as it is written: with the characters that Windows adds.
_BIG5 = "cp950"


def find_encoding(file: BinaryIO) -> str | None:
    """Return the codec of a text that `file` holds from its beginning; None if it is no text."""
    head = file.read(_SAMPLE)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        guesses = ["utf-16"]
    elif b"\0" in head:
        # Text without a mark: the zero bytes of its ASCII characters tell the order.
        guesses = ["utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"]
    elif _decodes(file, "utf-8-sig"):
        return "utf-8-sig"
    else:
        guesses = [_BIG5, "gb18030"] if _looks_like_big5(head) else ["gb18030", _BIG5]
    return next((guess for guess in guesses if _decodes(file, guess)), None)


def name_encoding(codec: str) -> str | None:
    """Return what people call the encoding that was guessed; None for UTF-8, which is no guess."""
    return {"utf-8-sig": None, _BIG5: "Big5"}.get(codec, codec.upper())


def _looks_like_big5(sample: bytes) -> bool:
    # Late: UTF-8 does not need it.
    from charset_normalizer import from_bytes

    if len(sample) == _SAMPLE:
        # Up to the end of a line: half a character at the end would be an error.
        sample = sample[: sample.rfind(b"\n") + 1]
    matches = from_bytes(sample, cp_isolation=["gb18030", _BIG5], threshold=1.0, preemptive_behaviour=False)
    oddness = {match.encoding: match.chaos for match in matches}
    return _BIG5 in oddness and oddness.get("gb18030", 1.0) - oddness[_BIG5] > _CLEARLY


def _decodes(file: BinaryIO, encoding: str) -> bool:
    """Return whether the whole file is text in this encoding; no text has NUL characters."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            if "\0" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
