"""Documents as text: paragraphs, what stands at a citation's offsets, where a phrase stands.

Paragraphs are the non-empty lines, counted from 1; offsets are code points from 0, the end exclusive.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from ipcli.db.files import find_encoding
from ipcli.errors import UsageError
from ipcli.i18n import _, why

Span = tuple[int, int, int, int]  # para_no, char_start, para_end, char_end


@dataclass(frozen=True, slots=True)
class Document:
    """One copy of a document: its paragraphs, and the SHA-256 of the file it was read from."""

    name: str
    sha256: str
    paragraphs: tuple[str, ...]

    def at(self, span: Span) -> str | None:
        """Return the text at `span`, or None if it lies outside.

        Page breaks can split a phrase over paragraphs: the parts are stripped and joined.
        """
        first, start, last, end = span
        if not 1 <= first <= last <= len(self.paragraphs) or start < 0 or end < 0:
            return None
        if first == last:
            return self.paragraphs[first - 1][start:end]
        parts = [
            self.paragraphs[first - 1][start:],
            *self.paragraphs[first : last - 1],
            self.paragraphs[last - 1][:end],
        ]
        return "".join(part.strip() for part in parts)

    def find(self, phrase: str) -> Span | None:
        """Return where a phrase stands first, within a paragraph or over the break between several."""
        for number, paragraph in enumerate(self.paragraphs, start=1):
            start = paragraph.find(phrase)
            if start >= 0:
                return number, start, number, start + len(phrase)
        return self._find_broken(phrase)

    def _find_broken(self, phrase: str) -> Span | None:
        joined, places = [], []
        for number, paragraph in enumerate(self.paragraphs, start=1):
            lead = len(paragraph) - len(paragraph.lstrip())
            text = paragraph.strip()
            joined.append(text)
            places += [(number, lead + offset) for offset in range(len(text))]
        start = "".join(joined).find(phrase)
        if start < 0 or not phrase:
            return None
        (first, char_start), (last, char_end) = places[start], places[start + len(phrase) - 1]
        return first, char_start, last, char_end + 1


def read_document(path: Path) -> Document:
    """Return the text file at `path`. UsageError if it is no text."""
    try:
        data = path.read_bytes()
    except OSError as error:
        message = _("cannot read {path}: {reason}").format(path=path, reason=why(error))
        raise UsageError(message) from error
    encoding = find_encoding(io.BytesIO(data))
    if encoding is None:
        message = _("{path} is no text in UTF-8, GB18030, Big5 or UTF-16: save it as UTF-8")
        raise UsageError(message.format(path=path))
    lines = data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    paragraphs = tuple(line for line in lines if line.strip())
    return Document(str(path), hashlib.sha256(data).hexdigest(), paragraphs)
