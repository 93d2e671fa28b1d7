"""`ipcli show NAME`: one district, industry, organisation, park or project on one card."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from typer.core import TyperArgument

from ipcli import catalog, paths
from ipcli.cli import catch_signals, lookups
from ipcli.cli.deliver import deliver
from ipcli.cli.help import Command
from ipcli.cli.options import Output, option, refuse
from ipcli.errors import UsageError
from ipcli.i18n import language
from ipcli.model import Query, Result, Text

if TYPE_CHECKING:
    from ipcli.engine import Database
    from ipcli.formats import Options

_KINDS = ("district", "industry", "track", "tier", "organisation", "project", "carrier", "indicator")
_WORDS = "SELECT en FROM words WHERE column_name = $kind AND value = $name AND (city IS NULL OR city = $city)"
_ALIASES = (
    "SELECT list(DISTINCT alias ORDER BY alias) FROM aliases"
    " WHERE city = $city AND kind = $kind AND name = $name AND alias <> $name AND form <> 'english'"
)
# Floors of what is printed; umbrellas are apart, for their parts may be among the others.
_MONEY = (
    "SELECT count(*) FILTER (NOT is_umbrella), sum(coalesce(lower_yi, amount_yi)) FILTER (NOT is_umbrella),"
    " count(*) FILTER (is_umbrella), sum(coalesce(lower_yi, amount_yi)) FILTER (is_umbrella) FROM investments"
    " WHERE city = $city AND ($kind = 'district' AND (district = $name OR within = $name)"
    " OR $kind = 'industry' AND industry = $name OR $kind = 'tier' AND tier = $name OR $kind = 'track' AND track = $name)"
)
_PROJECT = (
    "SELECT organisation, carrier, (SELECT list(concat_ws(' ', concat(s.phase, s.status),"
    " core.dated(s.status_date, s.status_precision)) ORDER BY s.phase NULLS FIRST, s.ordinal)"
    " FROM core.project_status s WHERE s.project_id = p.fact_id)"
    " FROM projects p WHERE city = $city AND name = $name"
)


def show() -> Command:
    """The command `ipcli show`."""
    query = catalog.read(paths.queries() / "find.sql")
    lang = language()
    more = [
        TyperArgument(
            param_decls=["name"], metavar="NAME", help=Text("一个名称", "One name").get(lang), required=True
        ),
        option(
            "kind",
            Text("名称的类别，有歧义时", "What the name is, if it may be several things"),
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
    built.page = built.page._replace(usage=Text("NAME [选项]", "NAME [OPTIONS]").get(lang))
    return built


def _run(query: Query, values: dict[str, Any]) -> int:
    output = Output.parse(values)
    kind = values["kind"]
    if kind is not None and kind not in _KINDS:
        listed = ", ".join(_KINDS)
        refuse(f"--kind 应为 {listed} 之一，不是 {kind}", f"--kind is one of {listed}, not {kind}")
    from ipcli.engine import Database

    catch_signals()
    database = Database.open(paths.database(values["db"]))
    names = lookups.names(database, values["city"])
    from ipcli.names import kind_of

    references = {kind_of(param.values): param.values for param in query.params if param.values}
    bound: dict[str, Any] = {param.name: None for param in query.params}

    def in_text(typed: str) -> bool:
        """Whether the text of any fact has what was typed."""
        found = lookups.answer(database, query, bound | {"search": [typed], "city": values["city"]}, output)
        return next(found.rows, None) is not None

    chosen = _chosen(names, references, values["name"], kind, in_text)
    kind, name = chosen
    bound |= {kind: [name], "city": values["city"], "grade": values["grade"]}
    result = lookups.answer(database, query, bound, output)
    if output.format == "table" and output.columns is None and not output.vertical and not output.sort:
        from ipcli.formats import _card

        head = _head(database, kind, name, names.city)
        draw: Callable[[Result, TextIO, Options], int] = partial(_card.write, head=head)
        return deliver(result, output, draw)
    return deliver(result, output)


def _chosen(
    names: Any, references: dict[str, str], typed: str, kind: str | None, in_text: Callable[[str], bool]
) -> tuple[str, str]:
    """The one thing that was meant: (kind, name). UsageError with the candidates where nobody can be asked."""
    from ipcli.names import kind_of

    wanted = {known: ref for known, ref in references.items() if kind in (None, known)}
    meanings = names.meanings(wanted.values(), typed)
    found = [(kind_of(ref), name) for ref, listed in meanings.items() for name in listed]
    # A name that is the whole of what was typed goes before those that begin so.
    exact = [entry for entry in found if entry[1] == typed]
    found = exact or found
    # What bears one name is one thing: a project and its park, a tier and the industry it consists of.
    kinds = {name: known for known, name in sorted(found, key=lambda entry: -_KINDS.index(entry[0]))}
    found = [entry for entry in found if kinds[entry[1]] == entry[0]]
    if not found:
        near = names.near(wanted.values(), typed)
        zh, en = f"没有名称 {typed}", f"there is no name {typed}"
        if near:
            zh, en = f"{zh}。您是不是要找：{'、'.join(near)}？", f"{en}: did you mean {', '.join(near)}?"
        if in_text(typed):
            zh, en = f"{zh}（文字中有：ipcli find {typed}）", f"{en} (the text has it: ipcli find {typed})"
        refuse(zh, en)
    if len(found) == 1:
        return found[0]
    listed = [f"{name}（{known}）" if language() == "zh" else f"{name} ({known})" for known, name in found]
    if sys.stdin is not None and sys.stdin.isatty() and sys.stdout is not None and sys.stdout.isatty():
        return found[_asked(listed)]
    joined = "、".join(listed) if language() == "zh" else ", ".join(listed)
    refuse(
        f"“{typed}”不止一个：{joined}；可用 --kind", f'"{typed}" is ambiguous: {joined}; --kind tells which'
    )


def _asked(listed: list[str]) -> int:
    """Ask which of several things is meant."""
    for number, entry in enumerate(listed, 1):
        print(f"  {number}  {entry}", file=sys.stderr)
    print(Text("哪一个？", "Which one? ").get(language()), end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().strip()
    if not answer.isdecimal() or not 1 <= int(answer) <= len(listed):
        raise UsageError(Text("没有选择", "nothing was chosen").get(language()))
    return int(answer) - 1


def _head(database: Database, kind: str, name: str, city: str) -> list[tuple[str, str]]:
    """What stands at the top of the card: names, and the money with umbrellas apart."""
    lang = language()
    values = {"kind": kind, "name": name, "city": city}
    kinds = Text(
        "区市|产业|细分赛道|层级|机构|项目|载体|指标",
        "district|industry|sub-track|tier|organisation|project|carrier|indicator",
    )
    noun = kinds.get(lang).split("|")[_KINDS.index(kind)]
    english = [row[0] for row in database.run(_WORDS, values).rows if row[0]]
    lines = [(noun, " · ".join([name, *english[:1]]))]
    ((aliases,),) = database.run(_ALIASES, values).rows
    if aliases:
        separator = "、" if lang == "zh" else ", "
        lines.append((Text("别名", "aliases").get(lang), separator.join(aliases)))
    if kind == "project":
        for organisations, carrier, statuses in database.run(_PROJECT, values).rows:
            for label, value in (
                (Text("机构", "organisation"), organisations),
                (Text("载体", "carrier"), carrier),
                (Text("进展", "statuses"), " → ".join(statuses or ())),
            ):
                if value:
                    lines.append((label.get(lang), value))
    ((count, floor, umbrellas, total),) = database.run(_MONEY, values).rows
    if count or umbrellas:
        parts = []
        if count:
            parts.append(
                Text(
                    f"{count} 项，合计不低于 {floor or 0:g} 亿元",
                    f"{count}, at least CNY {floor or 0:g} × 100 mn",
                ).get(lang)
            )
        if umbrellas:
            parts.append(
                Text(
                    f"总盘子 {umbrellas} 个，不低于 {total or 0:g} 亿元，不与其他相加",
                    f"umbrella sums: {umbrellas}, at least CNY {total or 0:g} × 100 mn, not to be added",
                ).get(lang)
            )
        lines.append(
            (Text("投资", "investment").get(lang), "；".join(parts) if lang == "zh" else "; ".join(parts))
        )
    return lines
