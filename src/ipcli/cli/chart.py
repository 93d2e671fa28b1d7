"""`ipcli chart`: bars in the terminal or as a picture; everywhere else their values as rows."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any, TextIO

from typer.core import TyperArgument

from ipcli import paths
from ipcli.cli import catch_signals, umbrellas
from ipcli.cli import lookup as lookups
from ipcli.cli.deliver import deliver
from ipcli.cli.help import Command
from ipcli.cli.options import Output, option, refuse
from ipcli.cli.values import resolved
from ipcli.i18n import _, listed
from ipcli.model import Param, Query, Result, Text
from ipcli.output import formats
from ipcli.output.formats import Options
from ipcli.query import catalog

if TYPE_CHECKING:
    from ipcli.output.bars import Bar

# What can be counted, and the view it is counted in; investments add up besides.
_COUNTED = (
    "alignments",
    "carriers",
    "honours",
    "indicators",
    "milestones",
    "organisations",
    "projects",
    "targets",
)
KINDS = ("investments", *_COUNTED)
_GROUPS = {
    "district": Text("区市", "district"),
    "industry": Text("产业", "industry"),
    "tier": Text("层级", "tier"),
    "track": Text("细分赛道", "sub-track"),
    "status": Text("状态", "status"),
    "year": Text("年份", "year"),
}
_BY = tuple(_GROUPS)
# By what some of them cannot be grouped.
_MISSING = {
    "alignments": ("status", "year"),
    "indicators": ("status",),
    "investments": ("year",),
    "targets": ("status",),
}


def chart() -> Command:
    """The command `ipcli chart`."""
    query = _query("targets", "district")
    what = "|".join(KINDS)
    more = [
        TyperArgument(
            param_decls=["what"],
            metavar="WHAT",
            required=True,
            help=_("What: {listed}").format(listed=what),
        ),
        option("by", _by_help(), metavar="|".join(_BY), default="district"),
    ]
    built = lookups.build(query, more, _run)
    built.page = built.page._replace(usage=_("WHAT [OPTIONS]"))
    return built


def _by_help() -> str:
    """What --by does, and what cannot be grouped by what."""
    without = [(name, [what for what, missing in _MISSING.items() if name in missing]) for name in _BY]
    parts = [
        _("no {name} of {kinds}").format(name=name, kinds=listed(kinds)) for name, kinds in without if kinds
    ]
    return "; ".join([_("Group by"), *parts])


def _query(what: str, by: str) -> Query:
    """The numbers of bars: how many rows of a view, or the floor of investments."""
    text = (paths.queries() / "totals.sql").read_text(encoding="utf-8") if what == "investments" else ""
    places = Text("区市，含其功能区，可多次", "District with its zones, repeatable")
    industries = Text("产业，可多次", "Industry, repeatable")
    filters = (
        Param("district", "text", places, True, "districts.district"),
        Param("industry", "text", industries, True, "industries.industry"),
    )
    column = by
    if by == "year":
        column = {"targets": "due_year", "indicators": "year"}.get(what, "year(date)")
    sql = (
        f"SELECT coalesce(CAST({column} AS VARCHAR), '{_none(by).zh}') AS name, count(*) AS n,"
        " list_sort(list(DISTINCT source_id || coalesce('#' || para_no, ''))) AS cites"
        f" FROM {what} WHERE city = $city AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))"
        " AND ($industry IS NULL OR industry = ANY($industry)) AND ($grade IS NULL OR grade = ANY($grade))"
        " GROUP BY 1 ORDER BY " + ("name" if by == "year" else "n DESC, name")
    )
    labels = {"name": catalog.parse_label("名称 | Name"), "n": catalog.parse_label("条数 | Count")}
    show: tuple[str, ...] = ()
    if what == "investments":
        totals = catalog.parse(text, "totals")
        sql, labels, show = totals.sql, dict(totals.labels), totals.show
    return Query(
        name="chart",
        title=Text("条形图", "Bar charts"),
        params=filters,
        sql=sql,
        path="chart",
        sql_line=1,
        about=Text(
            "投资为下限合计，总盘子逐个列出、从不相加；其余为条数。-o x.svg 得到图片，管道中得到数据。",
            "Investments are floors, with umbrella sums one by one and never added; the rest are counts. -o x.svg makes"
            " a picture, a pipe gets the data.",
        ),
        examples=(
            "ipcli chart investments --by district",
            "ipcli chart targets --by industry -o targets.svg",
            "ipcli chart milestones --by year --district 即墨",
        ),
        show=show,
        labels=labels,
    )


def _none(by: str) -> Text:
    """What is in no group."""
    return Text("年份不详", "no year") if by == "year" else Text("未归类", "none stated")


def _title(what: str, by: str) -> Text:
    """What the bars are, and of which groups."""
    group = _GROUPS[by]
    if what == "investments":
        return Text(
            f"投资下限合计（亿元），按{group.zh}",
            f"Investments by {group.en}: sums of lower bounds, CNY 100 mn",
        )
    subject = catalog.read(paths.queries() / f"{what}.sql").title
    return Text(f"{subject.zh}（条），按{group.zh}", f"{subject.en}, number by {group.en}")


def _run(values: dict[str, Any]) -> int:
    what, by = values["what"], values["by"] or "district"
    if what not in KINDS:
        kinds = ", ".join(KINDS)
        refuse(_("there is no chart of {what}; there are {listed}").format(what=what, listed=kinds))
    possible = [name for name in _BY if name not in _MISSING.get(what, ())]
    if by not in possible:
        groups = ", ".join(possible)
        refuse(
            _("--by of chart {what} is one of {listed}, not {by}").format(what=what, listed=groups, by=by),
        )
    output = Output.parse(values)
    from ipcli.db.engine import Database

    catch_signals()
    database = Database.open(paths.database(values["db"]))
    query = _query(what, by)
    bound = {param.name: lookups.converted(param, values.get(param.name)) for param in query.params}
    known = lookups.names(database, values["city"])
    for param in query.params:
        if param.values and bound[param.name] is not None:
            bound[param.name] = [resolved(known, query, param, typed) for typed in bound[param.name]]
    bound |= {
        "city": known.city,
        "grade": lookups.grades(values["grade"]),
        "by": by,
        "tier": None,
        "year": None,
    }
    result = database.run(
        query.sql,
        bound,
        columns=output.columns or None,
        sort=output.sort,
        limit=output.limit,
        labels={**known.labels, **query.labels},
        title=_title(what, by),
        show=query.show,
    )
    if not formats.plain(output.format):
        words = database.words(output.lang, known.city)
        result.title = lookups.titled(query._replace(title=result.title), bound, words)
        result.columns = tuple(
            words.dress(column._replace(name=by) if column.name == "name" else column)
            for column in result.columns
        )
        result.show = tuple(by if name == "name" else name for name in result.show)
    if output.format not in ("table", "svg") or output.columns is not None or output.vertical:
        return deliver(result, output)

    def draw(result: Result, out: TextIO, options: Options) -> int:
        return _draw(result, out, options, what, by, svg=output.format == "svg")

    return deliver(result, output, draw)


def _draw(result: Result, out: TextIO, options: Options, what: str, by: str, *, svg: bool) -> int:
    """Draw the bars; returns how many there are."""
    # Late: it loads Rich.
    from ipcli.output import bars as drawing
    from ipcli.output.page import documents
    from ipcli.output.svg import frame

    places = {column.name: place for place, column in enumerate(result.columns)}
    name_place = 0
    reads = result.columns[name_place].reads or str
    rows = list(result.rows)
    lang = options.lang
    none = _none(by)
    found = []
    marks, sources = documents(result, rows, lang)
    for row, mark in zip(rows, marks, strict=True):
        name = none.get(lang) if row[name_place] == none.zh else reads(row[name_place])
        if what == "investments":
            found.append(_money(name, {column: row[place] for column, place in places.items()}, mark, lang))
        else:
            found.append(drawing.Bar(name, row[places["n"]], str(row[places["n"]]), mark))
    below = [
        Text(
            f"-f csv 列出每条的段落 · 数据 {result.release}",
            f"-f csv lists the paragraphs · data {result.release}",
        ).get(lang),
        *sources,
    ]
    title = result.title.get(lang)
    if what == "investments":
        below[:0] = _legend([{column: row[place] for column, place in places.items()} for row in rows], lang)
    if not svg:
        drawing.draw(found, title, below, out, width=options.width, color=options.color)
        return len(rows)
    drawn = StringIO()
    drawing.draw(found, "", below, drawn, width=100, color=True)
    out.write(frame(drawn.getvalue(), title))
    return len(rows)


def _money(name: str, row: dict[str, Any], mark: str, lang: str) -> Bar:
    """The floor of a group as a bar; umbrella sums stand behind it one by one, then the sources."""
    from ipcli.output.bars import Bar

    floor = row["floor_yi"]
    # The bar is the lower bound of what was printed as "about": say what was printed too.
    about = f"≈{row['nominal_yi']:g}" if row["approximate"] and row["nominal_yi"] is not None else ""
    each = f"* {umbrellas.listed(row['umbrellas_yi'], lang)}" if row["umbrellas"] else ""
    return Bar(
        name, floor, "" if floor is None else f"{floor:g}", " ".join(filter(None, (about, each, mark)))
    )


def _legend(rows: list[dict[str, Any]], lang: str) -> list[str]:
    """What the signs mean that stand behind the bars."""
    found = []
    if any(row["umbrellas"] for row in rows):
        found.append(
            Text(
                "* 总盘子：园区或一批项目的合计，逐个列出；不与项目相加，也不相互相加",
                "* umbrella sums, totals of a park or a batch, one by one: not to be added to projects or to each other",
            )
        )
    if any(row["approximate"] for row in rows):
        found.append(
            Text(
                "≈ 其中有印作“约”的数：条长按舍入的下界，≈ 后为所印之和",
                "≈ some is printed as “about”: bars add the lower bound of its rounding, ≈ the figures as printed",
            )
        )
    return [text.get(lang) for text in found]
