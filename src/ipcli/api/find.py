"""Everything where names meet: from words to the parameters of `sql/find.sql`, and its answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from ipcli import paths
from ipcli.api import Data, Request, explain_empty
from ipcli.api.cite import refuse_ids
from ipcli.errors import UsageError
from ipcli.i18n import _, did_you_mean, join_names, translate
from ipcli.model import Lead, Query, Result
from ipcli.query import catalog
from ipcli.query.names import kind_of
from ipcli.query.words import find_section, list_names

if TYPE_CHECKING:
    from ipcli.query.names import Names


class NoSuchName(UsageError):
    """A single word that names nothing and is in no text; `near` are names like it."""

    def __init__(self, message: str, near: list[str]) -> None:
        """Take the message, and names that are like the word."""
        super().__init__(message)
        self.near = near


@cache
def query() -> Query:
    """Return the query behind `find`, `show` and bare names."""
    return catalog.read(paths.queries() / "find.sql")


def references() -> list[str]:
    """Return the "view.column" of each kind of thing that carries a name."""
    return [kind.reference for kind in list_names()]


def understand(names: Names, words: Iterable[str]) -> dict[str, list[str]]:
    """Return parameter -> values for the words; a word that names nothing is a text search (`search`).

    A word for a section selects the section, unless it is also the full name of a thing that is no indicator.
    """
    values: dict[str, list[str]] = {}
    for word in words:
        exact, begun = (
            {kind_of(ref): found for ref, found in meanings.items()}
            for meanings in names.match(references(), word)
        )
        section = find_section(word)
        if section is not None and set(exact) <= {"indicator"}:
            values.setdefault("section", []).append(section)
            continue
        if not word.isascii():
            # What only begins an indicator is in the text too: 大模型 is more than 大模型数.
            begun.pop("indicator", None)
        meanings = exact or begun
        # 集成电路 is a sub-track before it is anything else; but a word may name several things at once.
        named = [kind for kind in list_names() if kind.kind in meanings]
        if not named:
            values.setdefault("search", []).append(word)
        if named and named[0].place is None:
            named = named[:1]
        for kind in named:
            if len(named) == 1 or kind.place is not None:
                values.setdefault(kind.kind, []).extend(meanings[kind.kind])
    return values


def find(data: Data, words: Sequence[str], request: Request) -> Result:
    """Return the facts that match all words and all values of `request`.

    If nothing matches a section word together with other words, that word is searched in the text instead. A word
    that no text has is read again, as a part of a name or as names run together.
    Raises UsageError if nothing matches, and its subclass NoSuchName for a single word that names nothing.
    """
    meant = understand(data.names, words)
    result = data.lookup(_with(request, meant))
    if result.peek() is None and "section" in meant and len(meant) > 1:
        # 崂山 has no 项目 of its own, but figures that count them.
        del meant["section"]
        meant.setdefault("search", []).extend(word for word in words if find_section(word))
        result = data.lookup(_with(request, meant))
    if result.peek() is None and "search" in meant:
        read = [part for word in words for part in _read_again(data.names, word)]
        again = data.lookup(_with(request, understand(data.names, read)))
        if again.peek() is not None:
            words, result = read, again
    if result.peek() is None and words:
        refuse_ids(words)
        options = {**request.values, "grade": request.grade[-1] if request.grade else None}
        without = request._replace(values=dict.fromkeys(request.values), grade=None)
        reason = explain_empty(data, _with(without, meant), options, " ".join(words))
        if reason is not None:
            raise UsageError(reason)
        _refuse_nothing(data.names, words, meant)
    if not request.shape.plain:
        result.lead = (*_read_as(data, words, request.shape.lang), *result.lead)
    for word in words if request.shape.plain else ():
        # Letters that begin a name may be meant as something else: info, Information technology.
        if word.isascii() and data.names.match(references(), word)[1]:
            found = understand(data.names, [word]).values()
            result.notices += (f"{word} -> {join_names(dict.fromkeys(chain(*found)))}",)
    return result


def _read_again(names: Names, word: str) -> list[str]:
    """Return what a word that is in no text may stand for: a likely name, or the names that are run together in it."""
    if "search" not in understand(names, [word]):
        return [word]
    likely = names.meanings(references(), word).values()
    return next(iter(likely), None) or names.split(references(), word) or [word]


def _with(request: Request, meant: Mapping[str, list[str]]) -> Request:
    values: dict[str, Any] = dict(request.values)
    for name, found in meant.items():
        values[name] = [*(values.get(name) or ()), *found]
    return request._replace(values=values)


def _read_as(data: Data, words: Iterable[str], lang: str) -> Iterator[Lead]:
    """Yield a line for each word that was read as a different name: dkjj was read as 低空经济."""
    spoken = data.words(lang)
    for word in words:
        named = [
            (kind, name)
            for kind, found in understand(data.names, [word]).items()
            if kind not in ("search", "section")
            for name in found
        ]
        if named and not any(word.casefold() in name.casefold() for _kind, name in named):
            comma = translate(", ", lang)
            yield Lead(word, comma.join(spoken.word(kind, name) for kind, name in named))


def _refuse_nothing(names: Names, words: Sequence[str], meant: Mapping[str, list[str]]) -> None:
    """Raise the error for words that no fact matches; it suggests names similar to the unknown words."""
    unknown = meant.get("search", [])
    near = [name for word in unknown for name in names.near(references(), word)][:5]
    joined = " ".join(words)
    if len(words) == 1 and not unknown:
        raise UsageError(
            _('there is no fact about "{name}"; what it is: ipcli show {name}').format(name=joined)
        )
    message = did_you_mean(_('there is no fact where these meet: "{words}"').format(words=joined), near)
    raise NoSuchName(message, near) if len(words) == len(unknown) == 1 else UsageError(message)
