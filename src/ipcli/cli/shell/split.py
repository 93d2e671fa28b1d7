"""Cut what is typed or piped in into statements and dot commands."""

from __future__ import annotations

from ipcli.db import statements
from ipcli.db.statements import Token


def split(text: str, *, last: bool = False) -> tuple[list[str], str]:
    """Return the statements and dot commands that `text` begins with, and the rest, which is not complete.

    With `last` nothing follows: the rest is a statement too, if there is anything in it.
    """
    found = []
    while (first := _first(text)) is not None:
        item, end = first
        text = text[end:]
        if item:
            found.append(item)
    if last and _meaningful(text):
        found.append(text.strip())
        text = ""
    return found, text


def complete(text: str) -> bool:
    """Tell whether Enter submits `text`: it is blank, a dot command, or its last statement has its end."""
    found, rest = split(text)
    # In an open quote or comment this semicolon is not read as one.
    tokens = _meaningful(rest + "\n;")
    if not tokens or tokens[-1].kind != "end":
        return False
    if len(tokens) == 1:
        return bool(found) or not text.strip()
    # A full-width semicolon ends nothing, but is meant to; the error tells what to write.
    return tokens[-2].text == "；"


def _first(text: str) -> tuple[str, int] | None:
    """Return the first statement or dot command and where it ends, or None if it is not complete."""
    begun = False
    for token in statements.tokens(text):
        if token.kind == "end":
            end = token.start + 1
            return (text[:end].strip() if begun else ""), end
        if token.kind in ("space", "comment"):
            continue
        if token.text == "." and not begun:
            line = text[token.start :].partition("\n")[0]
            return line.strip(), token.start + len(line)
        begun = True
    return None


def _meaningful(text: str) -> list[Token]:
    return [token for token in statements.tokens(text) if token.kind not in ("space", "comment")]
