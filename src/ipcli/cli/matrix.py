"""`ipcli matrix`: districts by industries, for the eye; everywhere else the cells as rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TextIO

from ipcli import api, paths
from ipcli.cli.app import command
from ipcli.cli.options import City, Db, Grade, Output, deliver
from ipcli.i18n import translate
from ipcli.model import Column, Label, Lead, Query, Result, Text
from ipcli.output.cells import STANCES, list_umbrellas
from ipcli.output.formats import Options
from ipcli.output.stream import writable
from ipcli.query import catalog

# Stance -> its sign in Chinese, and in letters; from the strongest on. The last are of a stance without a class.
SIGNS = dict(zip((*STANCES, None), zip("先突强提聚培超布支有", "LBSUFCRYPx", strict=True), strict=True))
# Formats that people look at get a matrix, the others its cells as rows.
_GRIDS = ("html", "md", "svg", "table")
_PICTURE = 120

Order = tuple[list[str], list[str]]


@cache
def _read_query() -> Query:
    return catalog.read(paths.queries() / "matrix.sql")


@command("matrix", query=_read_query)
def matrix(output: Output, grade: Grade = None, city: City = None, db: Db = None, **given: Any) -> int:
    """Write the cells: as a matrix where people look at them."""
    request = api.Request.make(_read_query(), {**given, "grade": grade}, output.shape)
    data = api.open(db, city)
    result = data.lookup(request)
    if output.format not in _GRIDS or not output.drawn:
        return deliver(result, output)
    districts = data.rows("SELECT district FROM districts WHERE city = $city")
    industries = data.rows("SELECT industry FROM industries WHERE city = $city")
    order = [name for (name,) in districts], [name for (name,) in industries]
    by = request.values["by"]
    if output.format in ("html", "md"):
        return deliver(_tabulate(result, order, by, output.shape.lang), output)

    def draw(result: Result, out: TextIO, options: Options) -> int:
        if output.format == "table":
            return _draw(result, out, options, order, by)
        from ipcli.output.pictures import write_svg

        coloured = options._replace(width=options.width or _PICTURE, color=True)
        title = result.title.get(options.lang)
        return write_svg(lambda stream: _draw(result, stream, coloured, order, by), title, out)

    return deliver(result, output, draw)


class _Grid:
    """The rows of a result as cells, how the names of both axes read, in the order of the data, and the margins.

    A name may be None: what a document ties to no industry. ("all", None) is the margin of the whole.
    """

    def __init__(self, result: Result, order: Order, by: str, lang: str) -> None:
        """Read the rows. What the data has beyond districts, such as rows of the whole city, stands first."""
        self.by, self.lang = by, lang
        names = [column.name for column in result.columns]
        self.records = [dict(zip(names, row, strict=True)) for row in result.rows]
        self.cells = {(record["district"], record["industry"]): record for record in self.records}
        self.totals = _add_up(self.records, by, order[0])
        reads = {column.name: column.reads or str for column in result.columns}
        self.districts, self.industries = (
            {
                name: reads[axis](name) if name else translate("none stated", lang)
                for name in _sort_names({record[axis] for record in self.records}, known)
            }
            for axis, known in zip(("district", "industry"), order, strict=True)
        )

    def write_cells(
        self, stance: Callable[[str | None], str], umbrellas: Callable[[list[str]], str], gap: str = ""
    ) -> dict[tuple[str, str], str]:
        """Return (district, industry) -> text: a figure, or a stance and how many bets. `gap` stands between the two."""
        cells = {}
        for place, record in self.cells.items():
            count, floor = record["n"], record["floor_yi"]
            if self.by == "targets":
                parts = [str(count)]
            elif self.by == "investments":
                parts = ["" if floor is None else f"{floor:g}"]
                parts += [umbrellas(record["umbrellas_yi"])] if record["umbrellas"] else []
            else:
                parts = [stance(record["stance_class"]), str(count) if count > 1 else ""]
            cells[place] = gap.join(filter(None, parts)) or "?"
        return cells

    def describe_signs(self, letters: bool) -> str:
        """Return what the signs in the cells mean."""
        if self.by == "targets":
            return translate("numbers: targets", self.lang)
        if self.by == "investments":
            text = translate("numbers: floors of investments (CNY 100 mn)", self.lang)
            umbrella = translate(
                "; * has umbrella sums besides (ipcli totals lists each), never added", self.lang
            )
            return text + umbrella * any(record["umbrellas"] for record in self.records)
        words = translate(
            "lead|break through|strengthen|upgrade|focus|cultivate|frontier|lay out|support", self.lang
        )
        *signs, unclassed = (pair[letters] for pair in SIGNS.values())
        rest = translate(
            "{sign} without a verb; a cell has the strongest verb, then how many bets; margins count districts, industries",
            self.lang,
        )
        pairs = map(" ".join, zip(signs, words.split("|"), strict=True))
        return "  ".join([*pairs, rest.format(sign=unclassed)])


def _sort_names(found: set[Any], known: list[str]) -> list[Any]:
    """Return the names found: unknown ones, then those of `known` in order, then None."""
    others = sorted(found - {None, *known})
    return others + [name for name in known if name in found] + [None] * (None in found)


def _add_up(records: list[dict[str, Any]], by: str, districts: list[str]) -> dict[tuple[str, Any], str]:
    """Return the margins by axis and name: what is counted, or the floor of investments, * with umbrellas.

    Of bets the districts of an industry and the industries of a district are counted: the city is no district, and
    what no document ties to an industry is none.
    """
    sums: dict[tuple[str, Any], float] = {}
    umbrellas: set[tuple[str, Any]] = set()
    for record in records:
        value = {"alignments": 1, "targets": record["n"], "investments": record["floor_yi"]}[by]
        counts = {"district": record["industry"] is not None, "industry": record["district"] in districts}
        counts["all"] = all(counts.values())
        for key in (("district", record["district"]), ("industry", record["industry"]), ("all", None)):
            sums[key] = sums.get(key, 0) + (value or 0) * (by != "alignments" or counts[key[0]])
            if record["umbrellas"]:
                umbrellas.add(key)
    # Where umbrellas are all there is, a nought would read as no money.
    return {
        key: ("" if not value and key in umbrellas else f"{round(value, 4):g}") + "*" * (key in umbrellas)
        for key, value in sums.items()
    }


def _tabulate(result: Result, order: Order, by: str, lang: str) -> Result:
    """Return the matrix as a table with a row for each district, its cells in words."""
    grid = _Grid(result, order, by, lang)
    columns = {column.name: column for column in result.columns}
    heads = (
        columns["district"],
        *(Column(title, "text", Label(Text(title, title))) for title in grid.industries.values()),
        Column("all", "text", Label(Text(translate("all", "zh"), "all"))),
        Column("cites", "list", Label(Text(translate("Cited", "zh"), "Cited"))),
    )
    reads = columns["stance_class"].reads or str
    yes = {"zh": "有", "en": "yes"}[lang]
    cells = grid.write_cells(
        lambda stance: yes if stance is None else reads(stance),
        lambda each: f"* {list_umbrellas(each, lang)}",
        " ",
    )
    rows = []
    for district in grid.districts:
        places = [(district, name) for name in grid.industries]
        cites = [cite for place in places if place in cells for cite in grid.cells[place]["cites"]]
        texts = map(cells.get, places)
        rows.append((district, *texts, grid.totals["district", district], list(dict.fromkeys(cites))))
    if by == "alignments":
        legend = translate("the strongest verb, then how many bets; “all” counts industries", lang)
    else:
        legend = grid.describe_signs(False)
    table = Result(heads, iter(rows), result.sources, title=result.title, release=result.release)
    table.put = result.put
    table.lead = (Lead(translate("Legend", lang), legend),)
    return table


def _draw(result: Result, out: TextIO, options: Options, order: Order, by: str) -> int:
    """Draw the cells; return how many there are."""
    # Late: the help needs no pictures.
    from ipcli.output.pictures import Totals, draw_matrix
    from ipcli.output.sources import number_documents

    lang = options.lang
    grid = _Grid(result, order, by, lang)
    # A console that lacks Chinese gets letters.
    letters = lang != "zh" or writable("先·", getattr(out, "encoding", None) or "utf-8") != "先·"
    cells = grid.write_cells(lambda stance: SIGNS[stance][letters], lambda _each: "*")
    heads = grid.industries
    below = []
    if lang != "zh":
        # Small letters: the signs are capitals.
        heads = {name: chr(ord("a") + place) for place, name in enumerate(grid.industries)}
        below.append("  ".join(f"{heads[name]} {word}" for name, word in grid.industries.items()))
    again = translate("{count} cells: -f csv lists where each is printed; data {release}", lang)
    below += [
        grid.describe_signs(letters),
        again.format(count=len(grid.records), release=result.release),
        *number_documents(
            result, [tuple(record.values()) for record in grid.records], lang, listed=options.sources
        )[1],
    ]
    margins = [grid.totals["industry", name] for name in heads]
    # As wide as the widest cell, and a heading of two lines at least.
    widest = max(map(len, [*cells.values(), *margins]))
    draw_matrix(
        list(grid.districts.values()),
        list(heads.values()),
        {
            (grid.districts[row], heads[column]): (
                text,
                (grid.cells[row, column]["stance_class"] or "") if by == "alignments" else "figure",
            )
            for (row, column), text in cells.items()
        },
        Totals(
            translate("all", lang),
            [grid.totals["district", name] for name in grid.districts],
            margins,
            grid.totals["all", None],
        ),
        below,
        out,
        width=options.width,
        color=options.color,
        signs={stance: pair[letters] for stance, pair in SIGNS.items() if stance}
        if by == "alignments"
        else {},
        size=max(3 if lang != "zh" else 4, widest),
    )
    return len(grid.records)
