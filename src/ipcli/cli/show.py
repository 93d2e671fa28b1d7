"""`ipcli show NAME`: one district, industry, organisation, park or project on one card."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from typer.core import TyperArgument

from ipcli import paths
from ipcli.cli import catch_signals, empty, ids, umbrellas
from ipcli.cli import lookup as lookups
from ipcli.cli.deliver import deliver
from ipcli.cli.help import Command
from ipcli.cli.matrix import STANCES
from ipcli.cli.options import Output, option, refuse
from ipcli.errors import UsageError
from ipcli.i18n import _, did_you_mean, language, listed
from ipcli.model import Lead, Query, Text
from ipcli.output import formats
from ipcli.query import catalog

if TYPE_CHECKING:
    from ipcli.db.engine import Database

_KINDS = ("district", "industry", "track", "tier", "organisation", "project", "carrier", "indicator")
_NOUNS = (
    Text("区市", "district"),
    Text("产业", "industry"),
    Text("细分赛道", "sub-track"),
    Text("层级", "tier"),
    Text("机构", "organisation"),
    Text("项目", "project"),
    Text("载体", "carrier"),
    Text("指标", "indicator"),
)
_WORDS = "SELECT en FROM words WHERE column_name = $kind AND value = $name AND (city IS NULL OR city = $city)"
_ALIASES = (
    "SELECT list(DISTINCT alias ORDER BY alias) FROM aliases"
    " WHERE city = $city AND kind = $kind AND name = $name AND alias <> $name AND form <> 'english'"
)
_CITES = "list(DISTINCT source_id || coalesce('#' || para_no, ''))"
# Floors of what is printed. Umbrellas are apart and one by one: their parts may be among the others, and of each other.
_MONEY = (
    "SELECT count(*), round(sum(coalesce(lower_yi, amount_yi)) FILTER (NOT is_umbrella), 4) AS floor_yi,"
    " list(regexp_replace(stated, ' 亿元$', '')"
    " ORDER BY coalesce(lower_yi, amount_yi) DESC NULLS LAST, fact_id) FILTER (is_umbrella) AS stated,"
    f" list_sort({_CITES}) FROM investments"
    " WHERE city = $city AND ($grade IS NULL OR grade = ANY($grade))"
    " AND ($kind = 'district' AND (district = $name OR within = $name)"
    " OR $kind = 'industry' AND industry = $name OR $kind = 'tier' AND tier = $name OR $kind = 'track' AND track = $name)"
    " GROUP BY is_umbrella ORDER BY is_umbrella"
)
_CARRIER = (
    f"SELECT carrier, {_CITES} FROM projects WHERE city = $city AND name = $name AND carrier IS NOT NULL"
    " AND ($grade IS NULL OR grade = ANY($grade)) GROUP BY carrier"
)
_LEVEL = "SELECT level, within, cites FROM districts WHERE city = $city AND district = $name"
# Each industry by the strongest word for it, as in the matrix.
_BETS = (
    "SELECT stance, list(industry ORDER BY industry), list_distinct(flatten(list(cites))) FROM (SELECT industry,"
    f" arg_min(stance_class, list_position($stances, stance_class)) AS stance, {_CITES} AS cites FROM alignments"
    " WHERE city = $city AND (district = $name OR within = $name) AND industry IS NOT NULL"
    " AND stance_class IS NOT NULL AND ($grade IS NULL OR grade = ANY($grade)) GROUP BY industry)"
    " GROUP BY stance ORDER BY list_position($stances, stance)"
)
_TIER = (
    f"SELECT tier, tier_policy, {_CITES} FROM industries WHERE city = $city AND industry = $name"
    " AND ($grade IS NULL OR grade = ANY($grade)) GROUP BY ALL"
)
# A sub-track may be all that is known of itself.
_TRACK = (
    f"SELECT industry, {_CITES} FROM tracks WHERE city = $city AND track = $name AND industry IS NOT NULL"
    " AND ($grade IS NULL OR grade = ANY($grade)) GROUP BY industry ORDER BY industry"
)


def show() -> Command:
    """The command `ipcli show`."""
    query = catalog.read(paths.queries() / "find.sql")
    more = [
        TyperArgument(param_decls=["name"], metavar="NAME", help=_("One name"), required=True),
        option(
            "kind",
            _("What the name is, if it may be several things"),
            metavar="|".join(_KINDS),
        ),
    ]
    bare = query.__class__(
        name="show",
        title=Text("一个对象的卡片", "One thing on a card"),
        params=(),
        sql=query.sql,
        path=query.path,
        sql_line=query.sql_line,
        about=Text(
            "区市、产业、赛道、机构、项目、园区等之一的全部事实，按类别排列，注明来源。",
            "All facts of one district, industry, track, organisation, project or park, by kind, with their sources.",
        ),
        examples=("ipcli show 崂山", "ipcli show 鹏辉能源", "ipcli show 集成电路 --kind track"),
    )
    built = lookups.build(bare, more, lambda values: _run(query, values))
    built.page = built.page._replace(usage=_("NAME [OPTIONS]"))
    return built


def _run(query: Query, values: dict[str, Any]) -> int:
    output = Output.parse(values)
    kind = values["kind"]
    if kind is not None and kind not in _KINDS:
        kinds = ", ".join(_KINDS)
        refuse(_("--kind is one of {listed}, not {kind}").format(listed=kinds, kind=kind))
    ids.refused([values["name"].strip()])
    from ipcli.db.engine import Database

    catch_signals()
    database = Database.open(paths.database(values["db"]))
    names = lookups.names(database, values["city"])
    from ipcli.query.names import kind_of

    references = {kind_of(param.values): param.values for param in query.params if param.values}
    bound: dict[str, Any] = {param.name: None for param in query.params}

    def in_text(typed: str) -> bool:
        """Whether the text of any fact has what was typed."""
        found = lookups.answer(database, query, bound | {"search": [typed], "city": values["city"]}, output)
        return next(found.rows, None) is not None

    chosen = _chosen(names, references, values["name"], kind, in_text)
    kind, name = chosen
    bound |= {kind: [name], "city": values["city"]}
    result = lookups.answer(database, query, bound | {"grade": values["grade"]}, output)
    first = result.peek()
    if first is None:
        options = {"grade": values["grade"]}
        said = empty.filtered(database, query, bound, options, [name], output)
        said = said or _alone(database, kind, name, names.city)
        result.notices += (said,)
    if not formats.plain(output.format):
        grade = lookups.grades(values["grade"])
        result.lead, result.title = _head(database, kind, name, names.city, grade, output.lang)
    if (
        output.format in ("svg", "table")
        and output.columns is None
        and not output.vertical
        and not output.sort
    ):
        from ipcli.output import card as _card

        return deliver(result, output, _card.write if output.format == "table" else _card.picture)
    return deliver(result, output)


def _chosen(
    names: Any, references: dict[str, str], typed: str, kind: str | None, in_text: Callable[[str], bool]
) -> tuple[str, str]:
    """The one thing that was meant: (kind, name). UsageError with the candidates where nobody can be asked."""
    from ipcli.query.names import kind_of

    wanted = {known: ref for known, ref in references.items() if kind in (None, known)}
    meanings = names.meanings(wanted.values(), typed)
    found = [(kind_of(ref), name) for ref, those in meanings.items() for name in those]
    # A name that is the whole of what was typed goes before those that begin so.
    exact = [entry for entry in found if entry[1] == typed]
    found = exact or found
    # What bears one name is one thing: a project and its park, a tier and the industry it consists of.
    kinds = {name: known for known, name in sorted(found, key=lambda entry: -_KINDS.index(entry[0]))}
    found = [entry for entry in found if kinds[entry[1]] == entry[0]]
    if not found:
        near = names.near(wanted.values(), typed)
        message = did_you_mean(_("there is no name {typed}").format(typed=typed), near)
        if in_text(typed):
            message = _("{message} (the text has it: ipcli find {typed})").format(
                message=message, typed=typed
            )
        refuse(message)
    if len(found) == 1:
        return found[0]
    lang = language()
    told = [names.told_as(name, _noun(known, lang) if lang == "zh" else known) for known, name in found]
    if sys.stdin is not None and sys.stdin.isatty() and sys.stdout is not None and sys.stdout.isatty():
        return found[_asked(told)]
    joined = "、".join(told) if lang == "zh" else ", ".join(told)
    refuse(_('"{typed}" is ambiguous: {joined}; --kind tells which').format(typed=typed, joined=joined))


def _asked(listed: list[str]) -> int:
    """Ask which of several things is meant."""
    for number, entry in enumerate(listed, 1):
        print(f"  {number}  {entry}", file=sys.stderr)
    question = _("Which one? 1–{count}: ").format(count=len(listed))
    while True:
        print(question, end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip()
        if not answer:
            raise UsageError(_("nothing was chosen"))
        if answer.isdecimal() and 1 <= int(answer) <= len(listed):
            return int(answer) - 1


def _noun(kind: str, lang: str) -> str:
    return _NOUNS[_KINDS.index(kind)].get(lang)


def _head(
    database: Database, kind: str, name: str, city: str, grade: list[str] | None, lang: str
) -> tuple[tuple[Lead, ...], Text]:
    """What stands at the top of the card: names, and the money with umbrellas apart; and the card's title."""
    values = {"kind": kind, "name": name, "city": city}
    graded = {**values, "grade": grade}
    noun = _noun(kind, lang)
    place: list[Lead] = []
    if kind == "district":
        noun, place = _district(database, name, city, grade, lang)
    if kind == "industry":
        words = database.words(lang, city)
        for tier, policy, cites in database.run(_TIER, graded).rows:
            parts = filter(None, (words.word("tier", tier), policy and words.word("tier_policy", policy)))
            place.append(Lead(_noun("tier", lang), " · ".join(parts), tuple(cites)))
    if kind == "track":
        place += [Lead(_noun("industry", lang), *told) for told in _of_track(database, graded, lang)]
    english = [row[0] for row in database.run(_WORDS, values).rows if row[0]]
    lines = [Lead(noun, " · ".join([name, *english[:1]]))]
    ((aliases,),) = database.run(_ALIASES, values).rows
    if aliases:
        separator = "、" if lang == "zh" else ", "
        lines.append(Lead(Text("别名", "aliases").get(lang), separator.join(aliases)))
    lines += place
    if kind == "project":
        for carrier, cites in database.run(_CARRIER, graded).rows:
            lines.append(Lead(Text("载体", "carrier").get(lang), carrier, tuple(cites)))
    # The city's own rows are those that no document gives to a district.
    whole = [Text("未分到区市的", "given to no district")] if (kind, name) == ("district", city) else []
    for count, floor, stated, cites in database.run(_MONEY, graded).rows:
        asides = list(whole)
        if stated is None:
            label = Text("投资", "investment")
            said = Text(f"{count} 项，无数值", f"{count}, without a value")
            if floor is not None:
                said = Text(
                    f"{count} 项，合计不低于 {floor:g} 亿元", f"{count}, at least {floor:g} × CNY 100 mn"
                )
        else:
            label = Text("总盘子", "umbrella sums")
            each = umbrellas.listed(stated, lang)
            said = Text(f"{each} 亿元", f"{each} × CNY 100 mn")
            asides.append(Text("从不与其他相加", "not to be added to others"))
        aside = ("，" if lang == "zh" else ", ").join(text.get(lang) for text in asides)
        if aside:
            aside = f"（{aside}）" if lang == "zh" else f" ({aside})"
        lines.append(Lead(label.get(lang), said.get(lang) + aside, tuple(cites)))
    return tuple(lines), Text(name, english[0] if english else name)


def _of_track(database: Database, graded: dict[str, Any], lang: str) -> list[tuple[str, tuple[str, ...]]]:
    """The industries that a sub-track is of, with what tells so."""
    words = database.words(lang, graded["city"])
    rows = database.run(_TRACK, graded).rows
    return [(words.word("industry", industry), tuple(cites)) for industry, cites in rows]


def _alone(database: Database, kind: str, name: str, city: str) -> str:
    """What a name is of which nothing else is recorded."""
    told = {"name": name, "city": city, "grade": None}
    lang = language()
    noun = _noun(kind, lang)
    if kind == "track":
        industries = listed(said for said, _cites in _of_track(database, told, lang))
        noun = _("{noun} of {industries}").format(noun=noun, industries=industries)
    return _("{name}: {noun}; nothing else is recorded").format(name=name, noun=noun)


def _district(
    database: Database, name: str, city: str, grade: list[str] | None, lang: str
) -> tuple[str, list[Lead]]:
    """What a place is called by its level; the district it is within, and its industries by stance."""
    words = database.words(lang, city)
    values = {"name": name, "city": city}
    # The city stands among its districts: the rows that are of all of it carry its name.
    level, within, cites = next(iter(database.run(_LEVEL, values).rows), ("city", None, ()))
    lines = []
    if within:
        label = Text("上级区市", "within").get(lang)
        lines.append(Lead(label, words.word("district", within), tuple(cites or ())))
    comma, semicolon, colon = ("、", "；", "：") if lang == "zh" else (", ", "; ", ": ")
    told: list[str] = []
    cited: dict[str, None] = {}
    bets = database.run(_BETS, {**values, "grade": grade, "stances": list(STANCES)})
    for stance, industries, found in bets.rows:
        names = comma.join(words.word("industry", industry) for industry in industries)
        told.append(words.word("stance_class", stance) + colon + names)
        cited |= dict.fromkeys(sorted(found))
    if told:
        lines.append(Lead(Text("产业", "industries").get(lang), semicolon.join(told), tuple(cited)))
    return words.word("level", level), lines
