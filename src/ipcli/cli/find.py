"""`ipcli find 崂山 人工智能`, and the same by bare names: everything where the names meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ipcli import api
from ipcli.api import find as finding
from ipcli.api.cite import refuse_ids
from ipcli.cli.command import Command, argument, make_for_query
from ipcli.cli.deliver import deliver_card
from ipcli.cli.options import Output
from ipcli.errors import UsageError
from ipcli.i18n import N_, _, did_you_mean


def find(suggest: Callable[[str], list[str]] | None = None) -> Command:
    """Return the command `ipcli find`.

    `suggest` tells which commands are spelt like a word: where the words stand without a command, they may be a slip.
    """
    query = finding.query()
    words = argument("words", "NAME...", N_("Names, or words of the text"), many=True)

    def answer(
        words: list[str] | None, output: Output, db: str | None, city: str | None, **given: Any
    ) -> int:
        names = [word.strip() for word in words or ()]
        if not any(names) and not any(given[param.name] for param in query.params):
            raise UsageError(_("give a name: ipcli find 崂山 人工智能"))
        if suggest is not None:
            refuse_ids(names)
        request = api.Request.make(query, given, output.shape)
        data = api.open(db, city)
        if suggest is not None:
            _refuse_slip(data, names[0], suggest(names[0]))
        try:
            result = finding.find(data, names, request)
        except finding.NoSuchName as error:
            raise (_refusal(names[0], [*suggest(names[0]), *error.near]) if suggest else error) from None
        return deliver_card(result, output, inputs=[db])

    return make_for_query(query, answer, [words], _("NAME... [OPTIONS]"))


def _refuse_slip(data: api.Data, word: str, commands: list[str]) -> None:
    """Refuse a first word that is neither a command nor a name, but spelt like these commands. UsageError."""
    references = finding.references()
    if commands and not data.names.meanings(references, word):
        raise _refusal(word, [*commands, *data.names.near(references, word)])


def _refusal(word: str, near: list[str]) -> UsageError:
    message = did_you_mean(_("no such command or name: {name}").format(name=word), near)
    return UsageError(f"{message} (ipcli --help)")
