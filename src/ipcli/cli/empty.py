"""Why an answer is empty, where the reason is an option and not what was asked about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ipcli.cli import lookup as lookups
from ipcli.cli.options import Output
from ipcli.i18n import ngettext
from ipcli.model import Query

if TYPE_CHECKING:
    from ipcli.db.engine import Database


def filtered(
    database: Database,
    query: Query,
    values: Mapping[str, Any],
    options: Mapping[str, Any],
    about: Iterable[str],
    output: Output,
) -> str | None:
    """What there is without the `options` (those that are set) where nothing is left; None if that is nothing either.

    `values` are those of the query without the options; `about` is what was asked about.
    """
    told = [
        f"--{name.replace('_', '-')} {value}"
        for name, given in options.items()
        for value in (given if isinstance(given, list | tuple) else [given] if given else ())
    ]
    count = (
        len(list(lookups.answer(database, query, values, output._replace(limit=None)).rows)) if told else 0
    )
    if not count:
        return None
    name, joined = " ".join(about), " ".join(told)
    message = ngettext(
        'there is {count} fact for "{name}", but not with {joined}',
        'there are {count} facts for "{name}", but none with {joined}',
        count,
    )
    return message.format(count=count, name=name, joined=joined)
