"""What a statement tells about the place of the cursor: which views it names, and what is wanted next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ipcli.cli.shell.words import KEYWORDS
from ipcli.db import statements
from ipcli.db.sandbox import View, ViewColumn
from ipcli.db.statements import Token

_BEFORE_VIEW = ("FROM", "JOIN", "DESCRIBE", "SUMMARIZE")
_NO_ALIAS = frozenset(word.upper() for word in KEYWORDS)
# What may stand between a column and a value that it is compared to or searched for.
_BETWEEN = ("=", "<", ">", "!", "~", "(", "[", ",")
_BETWEEN_WORDS = ("IN", "NOT", "LIKE", "ILIKE", "ANY")
_COMPARING = ("=", "<", ">", "!", "~", "IN", "LIKE", "ILIKE", "ANY")


class Scope:
    """The views that the statement at the cursor names, with its aliases for them."""

    def __init__(self, text: str, cursor: int, views: Sequence[View]) -> None:
        """Read the statement of `text` that `cursor` is in."""
        self._views = views
        by_name = {view.name.casefold(): view for view in views}
        self._named: dict[str, View] = {}
        self._aliases: dict[str, View] = {}
        tokens = [token for token in _statement(text, cursor) if token.kind not in ("space", "comment")]
        for place, token in enumerate(tokens):
            view = by_name.get(token.text.strip('"').casefold()) if token.kind in ("word", "quoted") else None
            if view is None:
                continue
            self._named[view.name] = self._aliases[view.name.casefold()] = view
            after = tokens[place + 1 : place + 3]
            if after and after[0].text.upper() == "AS":
                after = after[1:]
            if after and after[0].kind == "word" and after[0].text.upper() not in _NO_ALIAS:
                self._aliases.setdefault(after[0].text.casefold(), view)

    def named(self) -> Iterator[tuple[View, ViewColumn]]:
        """The columns of the views that are named."""
        yield from _columns(self._named.values())

    def all(self) -> Iterator[tuple[View, ViewColumn]]:
        """The columns of all views."""
        yield from _columns(self._views)

    def of(self, owner: str) -> Iterator[tuple[View, ViewColumn]]:
        """The columns of a view or alias; of all that are named if there is no such."""
        view = self._aliases.get(owner.casefold())
        yield from self.named() if view is None else _columns([view])

    def columns(self, name: str) -> list[tuple[View, ViewColumn]]:
        """The columns of that name: of the views that are named, else of all."""
        for among in (self.named(), self.all()):
            found = [place for place in among if place[1].name.casefold() == name.casefold()]
            if found:
                return found
        return []


def _columns(views: Iterable[View]) -> Iterator[tuple[View, ViewColumn]]:
    for view in views:
        for column in view.columns:
            yield view, column


def _statement(text: str, cursor: int) -> list[Token]:
    """The tokens of the statement that the cursor is in."""
    found: list[Token] = []
    for token in statements.tokens(text):
        if token.kind == "end":
            if token.start >= cursor:
                break
            found = []
        else:
            found.append(token)
    return found


def goes_on(token: Token) -> bool:
    """Whether a string, quoted name or comment has no end yet."""
    if token.kind == "comment":
        return token.text.startswith("--") or not token.text.endswith("*/")
    mark = token.text[0]
    # Doubled marks stand for themselves: an odd number of marks after the first closes it.
    return mark in "'\"" and token.text[1:].count(mark) % 2 == 0


def compared(tokens: Sequence[Token]) -> str | None:
    """The column that a value after these tokens is compared to; None if there is none to be seen."""
    for token in reversed(tokens):
        if token.kind in ("space", "comment", "text") or token.text in _BETWEEN:
            continue
        if token.kind == "word" and token.text.upper() in _BETWEEN_WORDS:
            continue
        return token.text.strip('"') if token.kind in ("word", "quoted") else None
    return None


def compares(meaningful: Sequence[Token]) -> bool:
    """Whether a value is wanted: after an operator, or in the list after IN."""
    for token in reversed(meaningful):
        if token.text.upper() in _COMPARING:
            return True
        if token.kind != "text" and token.text not in ("(", ","):
            return False
    return False


def wants_view(meaningful: Sequence[Token]) -> bool:
    """Whether a view is wanted: after FROM, JOIN and their like, and after a comma in FROM."""
    if not meaningful:
        return False
    if meaningful[-1].text.upper() in _BEFORE_VIEW:
        return True
    if meaningful[-1].text != ",":
        return False
    for token in reversed(meaningful[:-1]):
        if token.text.upper() == "FROM":
            return True
        if token.text in "()" or token.text.upper() in _NO_ALIAS - {"AS"}:
            return False
    return False
