"""`ipcli chart`: bars in the terminal or as a picture; everywhere else their values as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from ipcli import api, paths
from ipcli.cli.app import command
from ipcli.cli.options import City, Db, Grade, Output, deliver
from ipcli.errors import UsageError
from ipcli.i18n import N_, _, join_names, translate
from ipcli.model import Param, Query, Result, Text, parse_label
from ipcli.output.cells import list_umbrellas
from ipcli.output.formats import Options
from ipcli.query import catalog, words

if TYPE_CHECKING:
    from ipcli.output.pictures import Bar

_GROUPS = ("district", "industry", "tier", "track", "status", "year")
# Column -> what its sign behind the bars means.
_LEGEND = {
    "umbrellas": N_(
        "* umbrella sums, totals of a park or a batch, one by one: not to be added to projects or to each other"
    ),
    "approximate": N_(
        "~ some is printed as “about”: bars add the lower bound of its rounding, ~ the figures as printed"
    ),
}
_FILTERS = (
    Param(
        "district",
        "text",
        Text("区市，含其功能区，可多次", "District with its zones, repeatable"),
        True,
        "districts.district",
    ),
    Param("industry", "text", Text("产业，可多次", "Industry, repeatable"), True, "industries.industry"),
)


def _list_groups(kind: words.Kind) -> list[str]:
    """Return what a kind of fact can be grouped by."""
    return [name for name in _GROUPS if name in kind.groups or (name == "year" and kind.year)]


def _describe_groups() -> str:
    """Return what --by does, and what cannot be grouped by what."""
    counted = words.list_counted()
    parts = [_("Group by")]
    for name in _GROUPS:
        without = [view for view, kind in counted.items() if name not in _list_groups(kind)]
        if without:
            parts.append(_("no {name} of {kinds}").format(name=name, kinds=join_names(without)))
    return _("{text} (default {default})").format(text="; ".join(parts), default="district")


def _make_query(what: str, by: str) -> Query:
    """Return the query behind the bars, a row for each group of `by`: how many rows of the view `what`, or for
    "investments" the sum of lower bounds.
    """
    base = Query("chart", _write_title(what, by), _FILTERS, sql="", path="chart", sql_line=1)
    if what == "investments":
        totals = catalog.read(paths.queries() / "totals.sql")
        # What else totals.sql declares, a chart fixes or leaves out.
        own = {param.name for param in _FILTERS}
        fixed = (param for param in totals.params if param.name not in own)
        # A bar for the total would dwarf the others.
        return base._replace(
            sql=f"FROM (\n{totals.sql}\n) WHERE name <> '合计'",
            labels=totals.labels,
            show=totals.show,
            params=(*_FILTERS, *fixed),
        )
    column = {
        "year": words.list_counted()[what].year,
        "district": "counts_for($district, district, within)",
    }.get(by, by)
    return base._replace(
        sql=f"SELECT coalesce(CAST({column} AS VARCHAR), '{_label_none(by).zh}') AS name, count(*) AS n,"
        " list_sort(list(DISTINCT source_id || coalesce('#' || para_no, ''))) AS cites"
        f" FROM {what} WHERE city = $city AND placed($district, district, within) AND one_of($industry, industry)"
        " AND one_of($grade, grade)"
        " GROUP BY 1 ORDER BY " + ("name" if by == "year" else "n DESC, name"),
        labels={"name": parse_label("名称 | Name"), "n": parse_label("条数 | Count")},
    )


def _label_none(by: str) -> Text:
    """Return the label of the bar for the rows that belong to no group."""
    return Text("年份不详", "no year") if by == "year" else Text("未归类", "none stated")


def _write_title(what: str, by: str) -> Text:
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


@command(
    "chart",
    N_("Bar charts"),
    about=N_(
        "Investments are floors, with umbrella sums one by one and never added; the rest are counts. -o x.svg makes"
        " a picture, a pipe gets the data."
    ),
    usage=N_("WHAT [OPTIONS]"),
    examples=(
        "ipcli chart investments --by district",
        "ipcli chart targets --by industry -o targets.svg",
        "ipcli chart milestones --by year --district 即墨",
    ),
    query=lambda: _make_query("targets", "district"),
)
def chart(
    what: Annotated[
        str,
        typer.Argument(metavar="WHAT", help=_("What: {kinds}").format(kinds="|".join(words.list_counted()))),
    ],
    by: Annotated[
        str | None, typer.Option("--by", metavar="|".join(_GROUPS), help=_describe_groups())
    ] = None,
    *,
    output: Output,
    grade: Grade = None,
    city: City = None,
    db: Db = None,
    **given: Any,
) -> int:
    """Write a number for each group: as bars where people look at them."""
    by = by or "district"
    counted = words.list_counted()
    if what not in counted:
        raise UsageError(
            _("there is no chart of {what}; there are {kinds}").format(what=what, kinds=", ".join(counted))
        )
    possible = _list_groups(counted[what])
    if by not in possible:
        raise UsageError(
            _("--by of chart {what} is one of {groups}, not {by}").format(
                what=what, groups=", ".join(possible), by=by
            )
        )
    request = api.Request.make(_make_query(what, by), {**given, "grade": grade, "by": by}, output.shape)
    data = api.open(db, city)
    result = data.lookup(request)
    if not output.shape.plain:
        # The groups read as the column does that they are of.
        head, *rest = result.columns
        result.columns = (data.words(output.shape.lang).dress(head._replace(name=by)), *rest)
        result.show = tuple(by if name == "name" else name for name in result.show)
    if output.format not in ("table", "svg") or output.shape.columns is not None or output.style.vertical:
        return deliver(result, output)

    def draw(result: Result, out: TextIO, options: Options) -> int:
        # Late: the help needs no pictures.
        from ipcli.output.pictures import draw_bars, write_svg

        bars, below = _read_bars(result, what, by, options)
        title = result.title.get(options.lang)
        if output.format == "svg":
            return write_svg(
                lambda stream: draw_bars(bars, "", below, stream, width=100, color=True, fine=True),
                title,
                out,
            )
        return draw_bars(bars, title, below, out, width=options.width, color=options.color)

    return deliver(result, output, draw)


def _read_bars(result: Result, what: str, by: str, options: Options) -> tuple[list[Bar], list[str]]:
    """Return the bars of a result, and the lines below them: what signs mean, and the documents."""
    from ipcli.output.pictures import Bar
    from ipcli.output.sources import number_documents

    lang = options.lang
    reads = result.columns[0].reads or str
    none = _label_none(by)
    names = [column.name for column in result.columns]
    rows = list(result.rows)
    records = [dict(zip(names, row, strict=True)) for row in rows]
    bars = []
    marks, sources = number_documents(result, rows, lang, listed=options.sources)
    for row, record, mark in zip(rows, records, marks, strict=True):
        name = none.get(lang) if row[0] == none.zh else reads(row[0])
        if what != "investments":
            bars.append(Bar(name, record["n"], str(record["n"]), mark))
            continue
        floor = record["floor_yi"]
        # The bar is the lower bound of what was printed as "about": say what was printed too.
        nominal = record["nominal_yi"] if record["approximate"] else None
        about = "" if nominal is None else f"~{nominal:g}"
        each = f"* {list_umbrellas(record['umbrellas_yi'], lang)}" if record["umbrellas"] else ""
        note = " ".join(filter(None, (about, each, mark)))
        bars.append(Bar(name, floor, "" if floor is None else f"{floor:g}", note))
    release = translate(N_("-f csv lists the paragraphs; data {release}"), lang)
    below = [translate(text, lang) for sign, text in _LEGEND.items() if any(r.get(sign) for r in records)]
    return bars, [*below, release.format(release=result.release), *sources]
