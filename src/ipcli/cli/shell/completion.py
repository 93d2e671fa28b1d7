"""What may stand where the cursor is: keywords, views, columns and values of SQL; and dot commands.

Knows the grammar as far as tokens go, and no terminal: the prompt draws what is found here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ipcli.cli.shell import dot_completion
from ipcli.cli.shell.candidate import Candidate, World, fits
from ipcli.cli.shell.scope import Scope, compared, compares, goes_on, wants_view
from ipcli.cli.shell.words import FUNCTIONS, KEYWORDS, RESERVED
from ipcli.db import statements
from ipcli.db.sandbox import View, ViewColumn
from ipcli.db.statements import Token


def candidates(text: str, cursor: int, world: World) -> list[Candidate]:
    """What may complete `text` at `cursor`, the likeliest first."""
    before = text[:cursor]
    if before.lstrip().startswith(".") and "\n" not in before.lstrip():
        return list(dot_completion.candidates(before, world))
    return list(dict.fromkeys(_sql(text, cursor, world)))


def _sql(text: str, cursor: int, world: World) -> Iterator[Candidate]:
    tokens = list(statements.tokens(text[:cursor]))
    last = tokens[-1] if tokens else None
    scope = Scope(text, cursor, world.views)
    if last is None or last.kind in ("space", "end", "other"):
        yield from _name(tokens, "", cursor, scope, world)
    elif last.kind == "word" or (last.kind == "quoted" and goes_on(last)):
        yield from _name(tokens[:-1], last.text, last.start, scope, world)
    elif last.kind == "comment" and not goes_on(last):
        yield from _name(tokens, "", cursor, scope, world)
    elif last.kind == "text" and last.text.startswith("'") and goes_on(last):
        typed = last.text[1:].replace("''", "'")
        closing = "" if text[cursor : cursor + 1] == "'" else "'"
        for value in _values(tokens[:-1], typed, scope, world):
            yield Candidate("'" + value.replace("'", "''") + closing, last.start)


def _values(tokens: Sequence[Token], typed: str, scope: Scope, world: World) -> list[str]:
    """The values of the column that is compared to what is typed; where none is, of all that the index knows."""
    columns = scope.columns(compared(tokens) or "")
    return world.values(typed, columns) if columns else world.indexed(typed, [*scope.named()] or scope.all())


def _name(tokens: Sequence[Token], typed: str, start: int, scope: Scope, world: World) -> Iterator[Candidate]:
    """What may follow the tokens and begins with what is typed: after a dot, after FROM, or anywhere."""
    quoted, typed = typed.startswith('"'), typed.lstrip('"')
    before = [token for token in tokens if token.kind not in ("space", "comment")]
    if before and before[-1].text == ".":
        owner = before[-2].text.strip('"') if len(before) > 1 else ""
        yield from _columns(scope.of(owner), typed, start, quoted)
        return
    if wants_view(before):
        yield from _views(world.views, typed, start, quoted)
        return
    if not quoted and compares(before):
        # Not yet in quotes: it may become a value all the same.
        for value in world.values(typed, scope.columns(compared(tokens) or "")):
            yield Candidate("'" + value.replace("'", "''") + "'", start)
    yield from _columns(scope.named(), typed, start, quoted)
    if not quoted:
        yield from _words(typed, start)
    yield from _views(world.views, typed, start, quoted)
    if typed:
        yield from _columns(scope.all(), typed, start, quoted)


def _words(typed: str, start: int) -> Iterator[Candidate]:
    """Keywords and functions, in the case that is typed."""
    upper = typed.isupper()
    for word in (*KEYWORDS, *FUNCTIONS):
        if word.startswith(typed.lower()) and word != typed.lower():
            yield Candidate(word.upper() if upper and word in KEYWORDS else word, start)


def _views(views: Iterable[View], typed: str, start: int, quoted: bool) -> Iterator[Candidate]:
    for view in views:
        about = view.meaning.partition(" | ")[0]
        if fits(view.name, about, typed):
            yield Candidate(_called(view.name, quoted), start, about)


def _columns(
    columns: Iterable[tuple[View, ViewColumn]], typed: str, start: int, quoted: bool
) -> Iterator[Candidate]:
    for _, column in columns:
        heading = column.heading
        if fits(column.name, heading, typed):
            yield Candidate(_called(column.name, quoted), start, heading)


def _called(name: str, quoted: bool) -> str:
    """A name as SQL reads it."""
    if quoted or not re.fullmatch(r"[^\W\d]\w*", name) or name.casefold() in RESERVED:
        return '"' + name.replace('"', '""') + '"'
    return name
