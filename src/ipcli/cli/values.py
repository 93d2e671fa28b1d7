"""Values of options that name things: what they stand for, and what a name of another kind is an option of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipcli import paths
from ipcli.cli.options import refuse
from ipcli.errors import UsageError
from ipcli.i18n import _, language
from ipcli.model import Param, Query, Text

if TYPE_CHECKING:
    from ipcli.query.names import Names

# What carries a name, by the option that takes it.
_KINDS = {
    "district": ("districts.district", Text("区市", "a district")),
    "industry": ("industries.industry", Text("产业", "an industry")),
    "track": ("tracks.track", Text("细分赛道", "a sub-track")),
    "tier": ("industries.tier", Text("层级", "a tier")),
    "organisation": ("organisations.name", Text("机构", "an organisation")),
    "project": ("projects.name", Text("项目", "a project")),
    "carrier": ("carriers.name", Text("载体", "a carrier")),
}


def resolved(names: Names, query: Query, param: Param, typed: str) -> str:
    """The value that was typed for a parameter; UsageError that tells its kind if it is a name of another one."""
    assert param.values is not None
    try:
        return names.resolve(param.values, typed)
    except UsageError as error:
        if not any(names.match([param.values], typed)):
            _of_another_kind(names, query, param.values, typed)
            view = param.values.partition(".")[0]
            # Nothing is near, and there are too many to list here.
            if str(error).endswith((typed, f'{typed}"')) and (paths.queries() / f"{view}.sql").exists():
                refuse(_("{error} (ipcli {view} lists them)").format(error=error, view=view))
        raise


def _of_another_kind(names: Names, query: Query, values: str, typed: str) -> None:
    """Raise what else the word names, and the option for that."""
    options = {other.values: other.name for other in query.params if other.values}
    # A query may take its values from a view of its own.
    options |= {other.name: other.name for other in query.params if other.values}
    own = _noun(names, values)
    for kind, (reference, noun) in _KINDS.items():
        exact, _begun = names.match([reference], typed)
        for name in exact.get(reference, ()):
            fault = _('"{typed}" is not {own} but {noun}').format(
                typed=typed, own=own.get(language()), noun=noun.get(language())
            )
            option = options.get(reference) or options.get(kind)
            if option is None:
                refuse(_("{fault}; all that concerns it: ipcli {name}").format(fault=fault, name=name))
            refuse(_("{fault}: use --{option} {name}").format(fault=fault, option=option, name=name))


def _noun(names: Names, values: str) -> Text:
    """What a parameter with these values names, with its article."""
    # Late: most commands resolve nothing.
    from ipcli.query.names import kind_of

    kind = kind_of(values)
    if kind in _KINDS:
        return _KINDS[kind][1]
    text = names.labels[kind].text if kind in names.labels else Text(kind, kind)
    return Text(text.zh, f"{'an' if text.en[:1].lower() in 'aeiou' else 'a'} {text.en.lower()}")
