"""The judge of statements that people write: one statement, of a kind and with functions that `statements` accepts.

It parses on a connection of the program's own, for a database file may put its own functions in place of the library's.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ipcli.db import Watch, hints, statements
from ipcli.db.statements import Refused, Statement
from ipcli.i18n import _

# Seconds the parser may take; it cannot be interrupted, but left behind.
_PARSING = 5.0
# Statements nest deeper as JSON than the interpreter allows by default.
_DEPTH = 20_000


class Judge:
    """Judges statements, and what they use of what the database file defines."""

    def __init__(self, cursor: Any, defined: Callable[[], Mapping[str, Sequence[str]]]) -> None:
        """Parse on `cursor`. `defined` tells what the file defines: small name -> the SELECTs behind it."""
        self._cursor = cursor
        self._defined = defined
        self._definitions: Mapping[str, Sequence[str]] | None = None
        self._judged: set[str] = set()

    def accept(self, sql: str) -> str:
        """Return the one statement in `sql`, ready to run. Refused or QueryFailed says what is wrong with it."""
        statement = statements.read(sql)
        error = hints.find_full_width(statement.tokens, sql)
        if error:
            raise error
        self.judge(statement, sql)
        # What runs is what was judged: our own EXPLAIN before the very text.
        return statement.explain + statement.sql

    def judge(self, statement: Statement, whole: str) -> None:
        """Raise Refused for what is not accepted, QueryFailed for what cannot be parsed; `whole` is what people wrote."""
        tree = self._parse(statement.sql)
        if tree["error"]:
            if tree.get("error_type") == "not implemented" or "position" not in tree:
                _refuse_unparsed(statement, str(tree.get("error_message", "")))
            failure = hints.Failure.read(str(tree.get("error_message", "")), tree)
            if failure.position is not None:
                start = len(whole[: statement.start].encode())
                failure = failure._replace(position=failure.position + start)
            raise hints.explain(failure, whole)
        if len(tree["statements"]) != 1:
            raise Refused(_("there must be one statement"))
        self._judge_defined(statements.check(tree))

    def _judge_defined(self, names: set[str]) -> None:
        """Judge the definitions in the file that have these names, and those that they use in turn."""
        if names and self._definitions is None:
            self._definitions = self._defined()
        judged, left = set(self._judged), list(names)
        while left:
            name = left.pop()
            if name in judged:
                continue
            judged.add(name)
            for definition in (self._definitions or {}).get(name, ()):
                try:
                    tree = self._parse(definition)
                    if tree["error"]:
                        raise Refused(_("its definition cannot be read"))
                    left += statements.check(tree)
                except Refused as refusal:
                    message = _("{name} of the database: {reason}")
                    raise Refused(message.format(name=name, reason=refusal)) from None
        self._judged = judged

    def _parse(self, sql: str) -> dict[str, Any]:
        """Return a statement as the library parses it, or what it says is wrong."""
        with Watch(self._cursor.interrupt, _PARSING, hints.translate_error):
            self._cursor.execute("SELECT system.main.json_serialize_sql($sql)", {"sql": sql})
            text: str = self._cursor.fetchall()[0][0]
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(max(before, _DEPTH))
        try:
            tree: dict[str, Any] = json.loads(text)
        except RecursionError:
            raise Refused(_("the statement nests too deeply")) from None
        finally:
            sys.setrecursionlimit(before)
        return tree


def _refuse_unparsed(statement: Statement, message: str) -> None:
    """Refuse a statement that DuckDB does not serialise, though it may be valid SQL, if that is why."""
    if "CTE" in message and ("SELECT" in message or "DML" in message):
        raise Refused(_("read-only: WITH may hold SELECT only"))
    if "Only SELECT" not in message:
        return
    if any(token.text.upper().startswith("PIVOT") for token in statement.tokens if token.kind == "word"):
        raise Refused(_("PIVOT must list its values with IN: PIVOT … ON column IN ('a', 'b')"))
    raise Refused(_("read-only: only {ACCEPTED} are accepted").format(ACCEPTED=statements.ACCEPTED))
