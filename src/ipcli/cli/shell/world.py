"""What there is to complete with in a session, gathered when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable

from ipcli.cli import query as queries
from ipcli.cli.shell import completion
from ipcli.cli.shell.candidate import Candidate, World
from ipcli.cli.shell.dots import DOTS, run_command
from ipcli.cli.shell.session import Session
from ipcli.cli.shell.values import Values
from ipcli.i18n import language
from ipcli.model import Param
from ipcli.query import catalog


def candidates(session: Session) -> Callable[[str, int], list[Candidate]]:
    """What completes a text at a place."""
    # The views of a locked database stay as they are.
    gathered: list[World] = []

    def complete(text: str, cursor: int) -> list[Candidate]:
        if not gathered:
            gathered.append(_world(session))
        return completion.candidates(text, cursor, gathered[0])

    return complete


def _world(session: Session) -> World:
    values = Values(session.database, session.city)
    return World(
        views=session.database.views(),
        values=values.matching,
        indexed=values.indexed,
        resolving=values.resolving,
        dots=[(name, dot.about.get(language())) for name, dot in DOTS.items()],
        queries=lambda: sorted(path.stem for path in queries.files(built_in=True)),
        options=_options,
    )


def _options(name: str) -> list[tuple[str, Param | None]]:
    """The options of `.run` for a query, each with its parameter if it is one."""
    read = catalog.read(queries.find(name))
    params = {param.name: param for param in read.params}
    return [
        (option, params.get(str(param.name))) for param in run_command(read).params for option in param.opts
    ]
