"""One thing on one card: which thing a name means, and what stands at the top of its card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ipcli.api import Data, Request, explain_empty
from ipcli.api.cite import refuse_ids
from ipcli.api.find import query
from ipcli.errors import UsageError
from ipcli.i18n import N_, _, did_you_mean, join_names, language, translate
from ipcli.model import Lead, Result, Text
from ipcli.output.cells import STANCES, list_umbrellas
from ipcli.query.names import kind_of
from ipcli.query.words import list_names, read_kinds

_GRADED = "AND ($grade IS NULL OR grade = ANY($grade))"
_CITES = "list(DISTINCT source_id || coalesce('#' || para_no, ''))"
_ENGLISH = (
    "SELECT en FROM words WHERE column_name = $kind AND value = $name AND (city IS NULL OR city = $city)"
)
_ALIASES = (
    "SELECT list(DISTINCT alias ORDER BY alias) FROM aliases"
    " WHERE city = $city AND kind = $kind AND name = $name AND alias <> $name AND form <> 'english'"
)
# Sums of the lower bounds. Umbrella sums are listed one by one and never added: what they include may be
# counted in other rows already, or in another umbrella sum.
_MONEY = (
    "SELECT count(*), round(sum(coalesce(lower_yi, amount_yi)) FILTER (NOT is_umbrella), 4) AS floor_yi,"
    " list(stated_yi"
    " ORDER BY coalesce(lower_yi, amount_yi) DESC NULLS LAST, fact_id) FILTER (is_umbrella) AS stated,"
    f" list_sort({_CITES}) FROM investments WHERE city = $city {_GRADED}"
    " AND ($kind = 'district' AND (district = $name OR within = $name)"
    " OR $kind = 'industry' AND industry = $name OR $kind = 'tier' AND tier = $name OR $kind = 'track' AND track = $name)"
    " GROUP BY is_umbrella ORDER BY is_umbrella"
)
_LEVEL = "SELECT level, within, cites FROM districts WHERE city = $city AND district = $name"
# Each industry by the strongest word for it, as in the matrix.
_BETS = (
    "SELECT stance, list(industry ORDER BY industry), list_distinct(flatten(list(cites))) FROM (SELECT industry,"
    f" arg_min(stance_class, list_position($stances, stance_class)) AS stance, {_CITES} AS cites FROM alignments"
    " WHERE city = $city AND (district = $name OR within = $name) AND industry IS NOT NULL"
    f" AND stance_class IS NOT NULL {_GRADED} GROUP BY industry)"
    " GROUP BY stance ORDER BY list_position($stances, stance)"
)
# The industries of a sub-track; often nothing else is recorded about it.
_TRACK = (
    f"SELECT industry, {_CITES} FROM tracks WHERE city = $city AND track = $name AND industry IS NOT NULL"
    f" {_GRADED} GROUP BY industry ORDER BY industry"
)
# What a thing belongs to: the columns that tell it, and the rows of their values and where they are printed.
_BELONGS = {
    "industry": (
        ("tier", "tier_policy"),
        f"SELECT tier, tier_policy, {_CITES} FROM industries WHERE city = $city AND industry = $name"
        f" {_GRADED} GROUP BY ALL",
    ),
    "track": (("industry",), _TRACK),
    "project": (
        ("carrier",),
        f"SELECT carrier, {_CITES} FROM projects WHERE city = $city AND name = $name AND carrier IS NOT NULL"
        f" {_GRADED} GROUP BY carrier",
    ),
}


class Ambiguous(UsageError):
    """A name that several things bear: `candidates` are (kind, name)."""

    def __init__(self, message: str, candidates: list[tuple[str, str]], shown: list[str]) -> None:
        """Take the message, the candidates, and how they read."""
        super().__init__(message)
        self.candidates = candidates
        self.shown = shown


def choose(data: Data, typed: str, kind: str | None = None) -> tuple[str, str]:
    """Return the one thing that is meant, as (kind, name). UsageError for an unknown name, Ambiguous for several."""
    known = [each.kind for each in list_names()]
    if kind is not None and kind not in known:
        message = _("--kind is one of {kinds}, not {kind}").format(kinds=", ".join(known), kind=kind)
        raise UsageError(message)
    refuse_ids([typed.strip()])
    names = data.names
    wanted = [each.reference for each in list_names() if kind in (None, each.kind)]
    found = [
        (kind_of(ref), name) for ref, meanings in names.meanings(wanted, typed).items() for name in meanings
    ]
    # A name that is the whole of what was typed goes before those that begin so.
    found = [entry for entry in found if entry[1] == typed] or found
    # What bears one name is one thing: a project and its park, a tier and the industry it consists of.
    kinds_of = {name: kind for kind, name in sorted(found, key=lambda entry: -known.index(entry[0]))}
    found = [entry for entry in found if kinds_of[entry[1]] == entry[0]]
    if len(found) == 1:
        return found[0]
    if not found:
        message = did_you_mean(_("there is no name {typed}").format(typed=typed), names.near(wanted, typed))
        in_text = Request(query(), _only(search=[typed]))
        if data.lookup(in_text).peek() is not None:
            message = _("{message} (the text has it: ipcli find {typed})").format(
                message=message, typed=typed
            )
        raise UsageError(message)
    zh = language() == "zh"
    shown = [names.describe(name, _noun(kind, "zh") if zh else kind) for kind, name in found]
    message = _('"{typed}" is ambiguous: {names}; --kind tells which')
    raise Ambiguous(message.format(typed=typed, names=join_names(shown)), found, shown)


def show(data: Data, kind: str, name: str, request: Request) -> Result:
    """Return all facts of one thing, with the lines that stand at the top of its card."""
    asked = request._replace(query=query(), values=_only(**{kind: [name]}))
    result = data.lookup(asked)
    if result.peek() is None:
        options = {"grade": request.grade[-1] if request.grade else None}
        reason = explain_empty(data, asked._replace(grade=None), options, name)
        result.notices += (reason or _tell_alone(data, kind, name),)
    if not request.shape.plain:
        head = _Head(data, kind, name, request.grade, request.shape.lang)
        result.lead, result.title = tuple(head.lines()), head.title
    return result


def _only(**values: Any) -> dict[str, Any]:
    return {param.name: None for param in query().params} | values


def _tell_alone(data: Data, kind: str, name: str) -> str:
    """Return a line that says what kind of thing `name` is, for a name without any other record."""
    noun = _noun(kind, language())
    if kind == "track":
        words = data.words(language())
        industries = [words.word("industry", row[0]) for row in data.rows(_TRACK, name=name, grade=None)]
        noun = _("{noun} of {industries}").format(noun=noun, industries=join_names(industries))
    return _("{name}: {noun}; nothing else is recorded").format(name=name, noun=noun)


def _noun(kind: str, lang: str) -> str:
    return read_kinds()[kind].noun.get(lang)


class _Head:
    """The lines at the top of a card: names, what the thing belongs to, and the money with umbrellas apart."""

    def __init__(self, data: Data, kind: str, name: str, grade: list[str] | None, lang: str) -> None:
        self._data, self._kind, self._name, self._grade, self._lang = data, kind, name, grade, lang
        self._word = data.words(lang).word
        english = [row[0] for row in data.rows(_ENGLISH, kind=kind, name=name) if row[0]]
        self._names = [name, *english[:1]]
        self.title = Text(name, self._names[-1])

    def lines(self) -> Iterator[Lead]:
        """Yield the lines at the top of the card: kind and names, aliases, what the thing belongs to, money."""
        noun, place = _noun(self._kind, self._lang), list(self._belongs())
        if self._kind == "district":
            noun, place = self._district()
        yield Lead(noun, " · ".join(self._names))
        ((aliases,),) = self._data.rows(_ALIASES, kind=self._kind, name=self._name)
        if aliases:
            yield Lead(self._say(N_("aliases")), self._say(N_(", ")).join(aliases))
        yield from place
        yield from self._money()

    def _belongs(self) -> Iterator[Lead]:
        columns, sql = _BELONGS.get(self._kind, ((), ""))
        for *values, cites in self._rows(sql) if sql else ():
            words = [
                self._word(column, value) for column, value in zip(columns, values, strict=True) if value
            ]
            yield Lead(_noun(columns[0], self._lang), " · ".join(words), tuple(cites))

    def _district(self) -> tuple[str, list[Lead]]:
        """Return the word for the level of a place, lines on its parent and its industries by stance."""
        # The city stands among its districts: the rows that are of all of it carry its name.
        level, within, cites = next(self._data.rows(_LEVEL, name=self._name), ("city", None, ()))
        lines = []
        if within:
            lines.append(Lead(self._say(N_("within")), self._word("district", within), tuple(cites or ())))
        comma, colon = self._say(N_(", ")), self._say(N_(": "))
        stances: list[str] = []
        cited: dict[str, None] = {}
        for stance, industries, found in self._rows(_BETS, stances=list(STANCES)):
            names = comma.join(self._word("industry", industry) for industry in industries)
            stances.append(self._word("stance_class", stance) + colon + names)
            cited |= dict.fromkeys(sorted(found))
        if stances:
            text = self._say(N_("; ")).join(stances)
            lines.append(Lead(self._say(N_("industries")), text, tuple(cited)))
        return self._word("level", level), lines

    def _money(self) -> Iterator[Lead]:
        # The city's own rows are those that no document gives to a district.
        whole = self._kind == "district" and self._name == self._data.city
        for count, floor, stated, cites in self._rows(_MONEY, kind=self._kind):
            label = self._say(N_("investment") if stated is None else N_("umbrella sums"))
            notes = [self._say(N_("given to no district"))] if whole else []
            if stated is not None:
                text = self._say(N_("{each} × CNY 100 mn")).format(each=list_umbrellas(stated, self._lang))
                notes.append(self._say(N_("not to be added to others")))
            elif floor is None:
                text = self._say(N_("{count}, without a value")).format(count=count)
            else:
                text = self._say(N_("{count}, at least {floor:g} × CNY 100 mn"))
                text = text.format(count=count, floor=floor)
            if notes:
                text += self._say(N_(" ({notes})")).format(notes=self._say(N_(", ")).join(notes))
            yield Lead(label, text, tuple(cites))

    def _rows(self, sql: str, **values: Any) -> Iterator[Any]:
        return self._data.rows(sql, name=self._name, grade=self._grade, **values)

    def _say(self, message: str) -> str:
        return translate(message, self._lang)
