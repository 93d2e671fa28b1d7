"""`ipcli chart`: bars in the terminal or as a picture; everywhere else their values as rows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from ipcli import api, paths
from ipcli.cli.command import Command, argument, make_for_query, option
from ipcli.cli.deliver import deliver
from ipcli.cli.options import Output
from ipcli.errors import UsageError
from ipcli.i18n import N_, _, join_names, translate
from ipcli.model import Param, Query, Result, Text, parse_label
from ipcli.output.formats import Options
from ipcli.output.values import list_umbrellas
from ipcli.query import catalog, words

if TYPE_CHECKING:
    from ipcli.output.pictures import Bar


_GROUPS = ("district", "industry", "tier", "track", "status", "year")


def chart() -> Command:
    """Return the command `ipcli chart`."""
    counted = words.list_counted()
    what = argument("what", "WHAT", _("What: {kinds}").format(kinds="|".join(counted)))
    by = option("by", _describe_groups(), metavar="|".join(_GROUPS), default="district")
    return make_for_query(_query("targets", "district"), _answer, [what, by], _("WHAT [OPTIONS]"))


def _groups_of(kind: words.Kind) -> list[str]:
    """Return what a kind of fact can be grouped by."""
    return [name for name in _GROUPS if name in kind.groups or (name == "year" and kind.year)]


def _describe_groups() -> str:
    """Return what --by does, and what cannot be grouped by what."""
    counted = words.list_counted()
    parts = []
    for name in _GROUPS:
        without = [view for view, kind in counted.items() if name not in _groups_of(kind)]
        if without:
            parts.append(_("no {name} of {kinds}").format(name=name, kinds=join_names(without)))
    return "; ".join([_("Group by"), *parts])


def _query(what: str, by: str) -> Query:
    """Return the query for the numbers of bars: how many rows of a view, or the floor of investments."""
    filters = (
        Param(
            "district",
            "text",
            Text("区市，含其功能区，可多次", "District with its zones, repeatable"),
            True,
            "districts.district",
        ),
        Param("industry", "text", Text("产业，可多次", "Industry, repeatable"), True, "industries.industry"),
    )
    base = Query(
        name="chart",
        title=Text("条形图", "Bar charts"),
        params=filters,
        sql="",
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
    )
    if what == "investments":
        totals = catalog.read(paths.queries() / "totals.sql")
        # The groups and the year are values that totals.sql declares and a chart fixes or leaves out.
        fixed = tuple(param for param in totals.params if param.name in ("by", "tier", "year"))
        return base._replace(
            sql=totals.sql, labels=dict(totals.labels), show=totals.show, params=(*filters, *fixed)
        )
    column = words.list_counted()[what].year if by == "year" else by
    return base._replace(
        sql=f"SELECT coalesce(CAST({column} AS VARCHAR), '{_no_group(by).zh}') AS name, count(*) AS n,"
        " list_sort(list(DISTINCT source_id || coalesce('#' || para_no, ''))) AS cites"
        f" FROM {what} WHERE city = $city AND placed($district, district, within) AND one_of($industry, industry)"
        " AND one_of($grade, grade)"
        " GROUP BY 1 ORDER BY " + ("name" if by == "year" else "n DESC, name"),
        labels={"name": parse_label("名称 | Name"), "n": parse_label("条数 | Count")},
    )


def _no_group(by: str) -> Text:
    """Return the label of the bar for the rows that belong to no group."""
    return Text("年份不详", "no year") if by == "year" else Text("未归类", "none stated")


def _title(what: str, by: str) -> Text:
    """Return the title of the chart: what its bars measure, and by what they are grouped."""
    nouns = {"status": Text("状态", "status"), "year": Text("年份", "year")}
    group = nouns.get(by) or words.read_kinds()[by].noun
    if what == "investments":
        return Text(
            f"投资下限合计（亿元），按{group.zh}",
            f"Investments by {group.en}: sums of lower bounds, CNY 100 mn",
        )
    subject = catalog.read(paths.queries() / f"{what}.sql").title
    return Text(f"{subject.zh}（条），按{group.zh}", f"{subject.en}, number by {group.en}")


def _answer(what: str, by: str | None, output: Output, db: str | None, city: str | None, **given: Any) -> int:
    by = by or "district"
    counted = words.list_counted()
    if what not in counted:
        raise UsageError(
            _("there is no chart of {what}; there are {kinds}").format(what=what, kinds=", ".join(counted))
        )
    possible = _groups_of(counted[what])
    if by not in possible:
        raise UsageError(
            _("--by of chart {what} is one of {groups}, not {by}").format(
                what=what, groups=", ".join(possible), by=by
            )
        )
    query = _query(what, by)._replace(title=_title(what, by))
    request = api.Request.make(query, {**given, "by": by}, output.shape)
    data = api.open(db, city)
    result = data.lookup(request)
    if not request.shape.plain:
        # The groups read as the column does that they are of.
        head, *rest = result.columns
        dressed = data.words(output.lang).dress(head._replace(name=by))
        result.columns = (dressed, *rest)
        result.show = tuple(by if name == "name" else name for name in result.show)
    if output.format not in ("table", "svg") or output.columns is not None or output.vertical:
        return deliver(result, output, inputs=[db])
    draw = partial(_draw, what=what, by=by, svg=output.format == "svg")
    return deliver(result, output, draw, [db])


def _draw(result: Result, out: TextIO, options: Options, *, what: str, by: str, svg: bool) -> int:
    """Draw the bars; return how many there are."""
    # Late: it loads Rich.
    from ipcli.output.footnotes import documents
    from ipcli.output.pictures import Bar, draw_bars, write_svg

    reads = result.columns[0].reads or str
    lang = options.lang
    none = _no_group(by)
    names = [column.name for column in result.columns]
    rows = list(result.rows)
    records = [dict(zip(names, row, strict=True)) for row in rows]
    found = []
    marks, sources = documents(result, rows, lang)
    for row, record, mark in zip(rows, records, marks, strict=True):
        name = none.get(lang) if row[0] == none.zh else reads(row[0])
        if what == "investments":
            found.append(_money(name, record, mark, lang))
        else:
            found.append(Bar(name, record["n"], str(record["n"]), mark))
    release = translate(N_("-f csv lists the paragraphs · data {release}"), lang)
    below = [release.format(release=result.release), *sources]
    if what == "investments":
        below = [*_legend(records, lang), *below]
    title = result.title.get(lang)
    if svg:
        return write_svg(
            lambda stream: draw_bars(found, "", below, stream, width=100, color=True), title, out
        )
    return draw_bars(found, title, below, out, width=options.width, color=options.color)


def _money(name: str, row: dict[str, Any], mark: str, lang: str) -> Bar:
    """Return the floor of a group as a bar; umbrella sums stand behind it one by one, then the sources."""
    from ipcli.output.pictures import Bar

    floor = row["floor_yi"]
    # The bar is the lower bound of what was printed as "about": say what was printed too.
    about = f"≈{row['nominal_yi']:g}" if row["approximate"] and row["nominal_yi"] is not None else ""
    each = f"* {list_umbrellas(row['umbrellas_yi'], lang)}" if row["umbrellas"] else ""
    return Bar(
        name, floor, "" if floor is None else f"{floor:g}", " ".join(filter(None, (about, each, mark)))
    )


def _legend(rows: list[dict[str, Any]], lang: str) -> list[str]:
    """Return what the signs mean that stand behind the bars."""
    found = []
    if any(row["umbrellas"] for row in rows):
        found.append(
            N_(
                "* umbrella sums, totals of a park or a batch, one by one: not to be added to projects or to each other"
            )
        )
    if any(row["approximate"] for row in rows):
        found.append(
            N_(
                "≈ some is printed as “about”: bars add the lower bound of its rounding, ≈ the figures as printed"
            )
        )
    return [translate(text, lang) for text in found]
