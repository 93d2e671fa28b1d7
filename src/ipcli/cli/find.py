"""`ipcli find 崂山 人工智能`, and the same by bare names: everything where the names meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from typer.core import TyperArgument

from ipcli import paths
from ipcli.cli import catch_signals, empty, ids, sections
from ipcli.cli import lookup as lookups
from ipcli.cli.deliver import deliver
from ipcli.cli.help import Command
from ipcli.cli.options import Output, refuse
from ipcli.errors import UsageError
from ipcli.i18n import _, did_you_mean
from ipcli.model import Lead, Query, Text
from ipcli.output import formats
from ipcli.query import catalog

if TYPE_CHECKING:
    from ipcli.db.engine import Database
    from ipcli.query.names import Names

# Which meaning of a word goes first: 集成电路 is a sub-track, 低空经济 an industry.
_FIRST = ("district", "industry", "track", "tier")
# Things that carry a name of their own; a word may name several of them at once.
_THINGS = ("organisation", "project", "carrier")
# Who refuses the words that find nothing, given names that are like them.
Refusal = Callable[[list[str]], NoReturn]


def find(refused: Refusal | None = None) -> Command:
    """The command `ipcli find`; `refused` tells of bare words that are neither command nor name nor in the text."""
    query = catalog.read(paths.queries() / "find.sql")
    words = TyperArgument(
        param_decls=["words"],
        nargs=-1,
        metavar="NAME...",
        help=_("Names, or words of the text"),
    )
    built = lookups.build(query, [words], lambda values: _run(query, values, refused))
    usage = _("NAME... [OPTIONS]")
    built.page = built.page._replace(usage=usage)
    return built


def is_name(words: list[str]) -> bool:
    """Whether the first word, which is no command, names something, by the index of the database that is asked."""
    return bool(_tried(words, lambda names: names.meanings(_references(), words[0])))


def near(words: list[str]) -> list[str]:
    """Names like a first word that is neither command nor name."""
    return list(_tried(words, lambda names: names.near(_references(), words[0])))


def _tried(words: list[str], ask: Callable[[Names], Iterable[str]]) -> Iterable[str]:
    """What the names index says; nothing where there is none, or several cities and none told."""
    from ipcli.cli.complete import index_of

    try:
        return ask(index_of(words))
    except (OSError, UsageError):
        return ()


def understood(names: Names, words: Iterable[str]) -> dict[str, list[str]]:
    """Parameter -> values: what each word names; those that name nothing are looked up in the text.

    A word for a section asks for it, unless it is the whole name of something but an indicator.
    """
    references = _references()
    bound: dict[str, list[str]] = {}
    for word in words:
        exact, begun = (
            {_parameter(ref): found for ref, found in told.items()} for told in names.told(references, word)
        )
        section = sections.called(word)
        if section is not None and set(exact) <= {"indicator"}:
            bound.setdefault("section", []).append(section)
            continue
        if not word.isascii():
            # What only begins an indicator is in the text too: 大模型 is more than 大模型数.
            begun.pop("indicator", None)
        meanings = exact or begun
        things = {kind: found for kind, found in meanings.items() if kind in _THINGS}
        chosen = next((kind for kind in _FIRST if kind in meanings), None)
        if chosen is not None:
            bound.setdefault(chosen, []).extend(meanings[chosen])
        elif things or meanings:
            for kind, found in (things or meanings).items():
                bound.setdefault(kind, []).extend(found)
        else:
            bound.setdefault("search", []).append(word)
    return bound


def _run(query: Query, values: dict[str, Any], refused: Refusal | None) -> int:
    output = Output.parse(values)
    words = [word.strip() for word in values["words"]]
    filters = [param.name for param in query.params]
    if not any(words) and not any(values[name] for name in filters):
        refuse(_("give a name: ipcli find 崂山 人工智能"))
    if refused is not None:
        ids.refused(words)
    from ipcli.db.engine import Database

    catch_signals()
    database = Database.open(paths.database(values["db"]))
    names = lookups.names(database, values["city"])
    bound = understood(names, words)
    result = lookups.answer(database, query, _with(values, bound), output)
    first = result.peek()
    if first is None and "section" in bound and len(bound) > 1:
        # 崂山 has no 项目 of its own, but figures that count them.
        del bound["section"]
        bound.setdefault("search", []).extend(word for word in words if sections.called(word))
        result = lookups.answer(database, query, _with(values, bound), output)
        first = result.peek()
    if first is None and words:
        ids.refused(words)
        options = {name: values[name] for name in (*filters, "grade")}
        without = _with(values | dict.fromkeys(options), bound)
        said = empty.filtered(database, query, without, options, words, output)
        if said is not None:
            refuse(said)
        _nothing(names, words, bound, refused)
    if not formats.plain(output.format):
        result.lead = (*_read(database, names, words, output.lang), *result.lead)
    if output.format == "table" and output.columns is None and not output.vertical and not output.sort:
        from ipcli.output import card as _card

        return deliver(result, output, _card.write)
    return deliver(result, output)


def _read(database: Database, names: Names, words: list[str], lang: str) -> Iterator[Lead]:
    """What words stand for that is not called so: dkjj, 低空经济."""
    spoken = database.words(lang, names.city)
    for word in words:
        found = understood(names, [word])
        named = [
            (kind, name)
            for kind, those in found.items()
            if kind not in ("search", "section")
            for name in those
        ]
        if named and not any(word.casefold() in name.casefold() for _, name in named):
            yield Lead(word, Text("、", ", ").get(lang).join(spoken.word(kind, name) for kind, name in named))


def _with(values: dict[str, Any], bound: dict[str, list[str]]) -> dict[str, Any]:
    """The options, and what the words add to them."""
    return values | {name: [*(values[name] or ()), *found] for name, found in bound.items()}


def _nothing(
    names: Names, words: list[str], bound: dict[str, list[str]], refused: Refusal | None
) -> NoReturn:
    """Refuse words that never meet, with what is like those that name nothing."""
    unknown = bound.get("search", [])
    near = [name for word in unknown for name in names.near(_references(), word)][:5]
    if refused is not None and len(words) == len(unknown) == 1:
        refused(near)
    listed = " ".join(words)
    if len(words) == 1 and not unknown:
        refuse(
            _('there is no fact about "{listed}"; what it is: ipcli show {listed}').format(listed=listed),
        )
    refuse(did_you_mean(_('there is no fact where these meet: "{words}"').format(words=listed), near))


def _references() -> list[str]:
    """The "view.column" of each option that takes names."""
    query = catalog.read(paths.queries() / "find.sql")
    return [param.values for param in query.params if param.values]


def _parameter(reference: str) -> str:
    from ipcli.query.names import kind_of

    return kind_of(reference)
