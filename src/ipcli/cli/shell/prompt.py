"""The line editor: the only file that imports prompt_toolkit, and it is imported only at a terminal."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import has_focus
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.output import ColorDepth, create_output

from ipcli.cli.shell import history
from ipcli.cli.shell.candidate import Candidate
from ipcli.cli.shell.interactive import MORE, PROMPT
from ipcli.cli.shell.splitter import complete


def reader(candidates: Callable[[str, int], Iterable[Candidate]], *, color: bool) -> Callable[[], str]:
    """What reads one submission; `candidates` completes a text at a place. It raises KeyboardInterrupt, EOFError."""
    # The terminal is never probed.
    os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
    session: PromptSession[str] = PromptSession(
        PROMPT,
        multiline=True,
        prompt_continuation=MORE,
        lexer=_lexer() if color else None,
        completer=_Completer(candidates),
        complete_while_typing=False,
        history=_history(),
        key_bindings=_keys(),
        enable_suspend=True,
        color_depth=None if color else ColorDepth.DEPTH_1_BIT,
        # With stdout in a file the line is edited on stderr.
        output=create_output(always_prefer_tty=True),
    )
    return session.prompt


def _lexer() -> PygmentsLexer:
    from pygments.lexers.sql import SqlLexer  # type: ignore[import-untyped]

    return PygmentsLexer(SqlLexer)


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter", filter=has_focus(DEFAULT_BUFFER))
    def _enter(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state is not None and buffer.complete_state.current_completion is not None:
            buffer.complete_state = None
        elif complete(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    @keys.add("escape", "enter", filter=has_focus(DEFAULT_BUFFER))
    def _alt_enter(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    return keys


def _history() -> History:
    path = history.file()
    return InMemoryHistory() if path is None else _File(path)


class _File(FileHistory):
    """A history that a full disk or a folder that has gone cannot turn into an error."""

    def load_history_strings(self) -> Iterable[str]:
        """The newest first."""
        try:
            return list(super().load_history_strings())
        except OSError:
            return []

    def store_string(self, string: str) -> None:
        """Append one entry."""
        with suppress(OSError):
            super().store_string(string)


class _Completer(Completer):
    def __init__(self, candidates: Callable[[str, int], Iterable[Candidate]]) -> None:
        self._candidates = candidates

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """The candidates as the line editor wants them; whatever goes wrong, there are none."""
        try:
            found = list(self._candidates(document.text, document.cursor_position))
        except Exception:
            if os.environ.get("IPCLI_DEBUG") == "1":
                raise
            return
        for candidate in found:
            yield Completion(
                candidate.text, candidate.start - document.cursor_position, display_meta=candidate.about
            )
