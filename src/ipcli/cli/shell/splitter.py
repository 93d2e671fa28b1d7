"""What is typed or piped in, cut into statements and dot commands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipcli.db import statements

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_IDLE = ("space", "comment")
# The full-width semicolon ends a statement for people; what runs it then says what to write instead.
_ENDS = (";", "；")


class Splitter:
    """Takes text a line at a time and gives what is complete; strings, dollar quotes and comments are respected."""

    def __init__(self) -> None:
        """Nothing is pending yet."""
        self.pending = ""
        # Whether something other than blanks and comments is pending, or a comment that is not closed.
        self.begun = False
        # Where the last token begins: it alone may go on in the next line. And whether there is one before it.
        self._place = 0
        self._solid = False

    def feed(self, text: str) -> Iterator[str]:
        """The statements and dot commands that are complete with this text, whole lines of it."""
        for line in _LINES.findall(text):
            while line:
                if not self.begun and line.lstrip().startswith("."):
                    self._forget()
                    yield line.strip()
                    break
                self.pending += line
                end = self._end()
                if end is None:
                    break
                statement, line, begun = self.pending[:end].strip(), self.pending[end:], self._solid
                self._forget()
                if begun:
                    yield statement

    def rest(self) -> Iterator[str]:
        """The last statement, if it lacks its semicolon."""
        text, begun = self.pending.strip(), self.begun
        self._forget()
        if begun:
            yield text

    def _end(self) -> int | None:
        """Where the first statement ends; None if it is not complete."""
        start, last = self._place, None
        for token in statements.tokens(self.pending[start:]):
            if last is not None and last.kind not in _IDLE:
                self._solid = True
            if token.kind == "end":
                return start + token.start + 1
            self._place, last = start + token.start, token
        if last is not None:
            self.begun = self._solid or last.kind not in _IDLE or _open_comment(last.text)
        return None

    def _forget(self) -> None:
        """Begin anew."""
        self.pending = ""
        self._place, self._solid, self.begun = 0, False, False


def split(text: str) -> list[str]:
    """The statements and dot commands of a text, the last one with or without its semicolon."""
    splitter = Splitter()
    return [*splitter.feed(text), *splitter.rest()]


def complete(text: str) -> bool:
    """Whether Enter should submit `text`: it is blank, a dot command, or its last statement has its end."""
    stripped = text.strip()
    if not stripped or (stripped.startswith(".") and "\n" not in stripped):
        return True
    splitter = Splitter()
    found = list(splitter.feed(text))
    if splitter.begun:
        last = [token for token in statements.tokens(splitter.pending) if token.kind not in _IDLE]
        return bool(last) and last[-1].kind == "other" and last[-1].text in _ENDS
    return bool(found)


def _open_comment(text: str) -> bool:
    """Whether a token is a block comment that has no end; such comments nest."""
    if not text.startswith("/*"):
        return False
    depth = 0
    for mark in re.findall(r"/\*|\*/", text):
        depth += 1 if mark == "/*" else -1
    return depth > 0
