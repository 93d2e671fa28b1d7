"""The line editor: highlighting, completion and history. Only this file imports prompt_toolkit."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition, completion_is_selected
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.output import create_output
from pygments.lexers.sql import SqlLexer  # type: ignore[import-untyped]

from ipcli.db import quote_name
from ipcli.errors import IpcliError

if TYPE_CHECKING:
    from ipcli.api.sql import Locked
    from ipcli.db.sandbox import View

_WORDS = """
all and any as asc avg between by case cast coalesce concat count cross desc describe distinct else end except exclude
exists explain false filter from full group having ilike in inner intersect is join last left length like limit
list_contains lower max median min not null nulls offset on or order outer over partition pivot qualify rank recursive
replace right round row_number select show string_agg substr sum summarize tables then true trim union unnest unpivot
upper using values when where window with
"""
_KEYWORDS = tuple(_WORDS.split())
_BEFORE_VIEW = re.compile(r"(\b(from|join|describe|summarize)|^\.schema)\s+\w*$", re.IGNORECASE)
# A value in an open quote, and the column that it is compared to or searched for in.
_VALUE = re.compile(
    r"""(\w+)"?\s*(?:[=,]|<>|!=|(?:\bNOT\s+)?\b(?:I?LIKE|IN\s*\())\s*(?:'(?:[^']|'')*'\s*,\s*)*'((?:[^']|'')*)$""",
    re.IGNORECASE,
)
# A list to pick from needs no more values than this, nor is asking for them worth more seconds.
_MANY, _SECONDS = 2000, 1.0


def make_reader(data: Locked, dots: Mapping[str, str], complete: Callable[[str], bool]) -> Callable[[], str]:
    """Return what reads one input. It raises KeyboardInterrupt and EOFError.

    `dots` are the dot commands and what they do; `complete` tells whether Enter submits a text.
    """
    # The terminal is never probed.
    os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
    keys = KeyBindings()

    @keys.add("enter", filter=completion_is_selected)
    def _accept(event: KeyPressEvent) -> None:
        event.current_buffer.complete_state = None

    prompt: PromptSession[str] = PromptSession(
        "ipcli> ",
        # Enter begins a new line until the input is complete.
        multiline=Condition(lambda: not complete(prompt.default_buffer.text)),
        prompt_continuation="  ...> ",
        lexer=PygmentsLexer(SqlLexer),
        completer=SqlCompleter(data, dots),
        complete_while_typing=False,
        history=_open_history(),
        key_bindings=keys,
        enable_suspend=True,
        # With stdout in a file the line is edited on stderr.
        output=create_output(always_prefer_tty=True),
    )

    def read() -> str:
        # asyncio, which the editor runs on, would take away the one by which `db` learns of Ctrl-C.
        descriptor = signal.set_wakeup_fd(-1)
        try:
            return prompt.prompt()
        finally:
            signal.set_wakeup_fd(descriptor, warn_on_full_buffer=False)

    return read


class _File(FileHistory):
    def store_string(self, string: str) -> None:
        """Append one entry; a full disk is no error."""
        with suppress(OSError, UnicodeError):
            super().store_string(string)


def _open_history() -> History:
    """Return the history in a file that nobody else can read, or in memory if that cannot be written."""
    path = platformdirs.user_state_path("ipcli") / "history"
    old = Path.home() / ".local" / "state" / "ipcli" / "history"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if sys.platform == "darwin" and old.exists() and not path.exists():
            # Where 0.1.0 had it.
            old.replace(path)
        path.open("ab").close()
        path.chmod(0o600)
    except OSError:
        return InMemoryHistory()
    return _File(path)


class SqlCompleter(Completer):
    """Complete keywords, views, columns, values in quotes, and dot commands."""

    def __init__(self, data: Locked, dots: Mapping[str, str]) -> None:
        """Read nothing yet: the first Tab does."""
        self._data = data
        self._dots = dots

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Yield what may complete the text before the cursor, the likeliest first; nothing if that cannot be read."""
        before, words = document.text_before_cursor, set(re.findall(r"\w+", document.text))
        # An odd number of quotes: one is open.
        value = _VALUE.search(before) if before.count("'") % 2 else None
        with suppress(IpcliError):
            # Those that the statement names go first.
            views = sorted(self._views, key=lambda view: view.name not in words)
            if value is not None:
                closing = "" if document.text_after_cursor.startswith("'") else "'"
                for found in self._match_values(views, value[1], value[2].replace("''", "'")):
                    yield Completion(found.replace("'", "''") + closing, -len(value[2]))
                return
            typed = re.findall(r"^\.\w*$|\w*$", before)[0]
            for name, about in self._list_after(before, views).items():
                begun = name.strip('"').casefold().startswith(typed.casefold())
                if (begun or (not typed.isascii() and typed in about)) and (name + about).isprintable():
                    text = name.upper() if typed.isupper() and name in _KEYWORDS else name
                    yield Completion(text, -len(typed), display_meta=about)

    def _match_values(self, views: list[View], name: str, typed: str) -> list[str]:
        """Return the values that `typed` may stand for, of the first column of that name."""
        places = [(view, one) for view in views for one in view.columns if one.name == name.casefold()]
        if not places or places[0][1].type not in ("VARCHAR", "VARCHAR[]"):
            return []
        view, column = places[0]
        value = quote_name(column.name) if column.type == "VARCHAR" else f"unnest({quote_name(column.name)})"
        sql = f"SELECT DISTINCT {value} AS v FROM {quote_name(view.name)} ORDER BY v"
        rows = list(self._data.sandbox.run(sql, limit=_MANY, timeout=_SECONDS).rows)
        known = [text for (text,) in rows if text and text.isprintable()]
        try:
            return list(self._data.names.complete(known, typed))
        except IpcliError:
            # Several cities, and none chosen.
            return [text for text in known if text.startswith(typed)]

    def _list_after(self, before: str, views: list[View]) -> Mapping[str, str]:
        """Return what may follow a text, with what it means: dot commands, views, or columns, keywords and views."""
        if re.fullmatch(r"\.\w*", before):
            return self._dots
        found: dict[str, str] = {}
        if not _BEFORE_VIEW.search(before):
            for name, about in ((one.name, one.heading) for view in views for one in view.columns):
                found.setdefault(_write_name(name), about)
            found |= dict.fromkeys(_KEYWORDS, "")
        return found | {_write_name(view.name): view.meaning.partition(" | ")[0] for view in views}

    @cached_property
    def _views(self) -> list[View]:
        return self._data.sandbox.views()


def _write_name(name: str) -> str:
    """Return a name as SQL reads it."""
    return name if name.isidentifier() and name.casefold() not in _KEYWORDS else quote_name(name)
