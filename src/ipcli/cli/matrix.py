"""`ipcli matrix`: districts by industries, for the eye; everywhere else the cells as rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TextIO

from ipcli import api, paths
from ipcli.cli.command import Command, make_for_query
from ipcli.cli.deliver import deliver
from ipcli.cli.options import Output
from ipcli.i18n import N_, _, translate
from ipcli.model import Column, Label, Lead, Query, Result, Text
from ipcli.output.cells import STANCES, list_umbrellas
from ipcli.output.formats import Options
from ipcli.query import catalog

# Stance -> its sign in Chinese, and in letters; from the strongest on.
SIGNS = dict(zip(STANCES, zip("先突强提聚培超布支", "LBSUFCRYP", strict=True), strict=True))
_NONE = N_("none stated")
# The signs of a stance without a class.
_UNCLASSED = ("有", "x")
# Formats that people look at get a matrix, the others its cells as rows.
_GRIDS = ("html", "md", "svg", "table")
_PICTURE = 120


def matrix() -> Command:
    """Return the command `ipcli matrix`."""
    query = catalog.read(paths.queries() / "matrix.sql")
    return make_for_query(query, lambda **values: _answer(query, **values))


def _answer(query: Query, output: Output, db: str | None, city: str | None, **given: Any) -> int:
    request = api.Request.make(query, given, output.shape)
    data = api.open(db, city)
    result = data.lookup(request)
    if output.format not in _GRIDS or not output.drawn:
        return deliver(result, output, inputs=[db])
    districts = data.rows("SELECT district FROM districts WHERE city = $city")
    industries = data.rows("SELECT industry FROM industries WHERE city = $city")
    order = [name for (name,) in districts], [name for (name,) in industries]
    by = request.values["by"]
    if output.format in ("html", "md"):
        return deliver(_grid(result, order, by, output.lang), output, inputs=[db])

    def draw(result: Result, out: TextIO, options: Options) -> int:
        if output.format == "table":
            return _draw(result, out, options, order, by)
        from ipcli.output.pictures import write_svg

        coloured = options._replace(width=options.width or _PICTURE, color=True)
        title = result.title.get(options.lang)
        return write_svg(lambda stream: _draw(result, stream, coloured, order, by), title, out)

    return deliver(result, output, draw, [db])


def _grid(result: Result, order: tuple[list[str], list[str]], by: str, lang: str) -> Result:
    """Return the matrix as a table with a row for each district, its cells in words."""
    records = _records(result)
    reads = {column.name: column.reads or str for column in result.columns}
    head = next(column for column in result.columns if column.name == "district")
    names = _sort_names((record["industry"] for record in records), order[1])
    none = translate(_NONE, lang)
    heads = [reads["industry"](name) if name else none for name in names]
    columns = (
        head,
        *(Column(title, "text", Label(Text(title, title))) for title in heads),
        Column("all", "text", Label(Text(translate("all", "zh"), "all"))),
        Column("cites", "list", Label(Text(translate("Cited", "zh"), "Cited"))),
    )
    cells = {(record["district"], record["industry"]): record for record in records}
    totals = _totals(records, by)
    rows = []
    for district in _sort_names((record["district"] for record in records), order[0]):
        found = [cells.get((district, name)) for name in names]
        texts = [None if record is None else _describe(record, by, lang, reads) for record in found]
        cites = [cite for record in found if record for cite in record["cites"]]
        rows.append((district, *texts, totals["district", district], list(dict.fromkeys(cites))))
    if by == "alignments":
        legend = translate("the strongest verb, then how many bets; “all” counts cells", lang)
    else:
        legend = _legend(by, letters=False, umbrellas=any(record["umbrellas"] for record in records))
    grid = Result(columns, iter(rows), result.sources, title=result.title, release=result.release)
    grid.put = result.put
    grid.lead = (Lead(translate("Legend", lang), legend),)
    return grid


def _describe(record: dict[str, Any], by: str, lang: str, reads: dict[str, Callable[[str], str]]) -> str:
    """Return a cell in words, for where there is room for them."""
    if by == "targets":
        return str(record["n"])
    if by == "investments":
        floor = "" if record["floor_yi"] is None else f"{record['floor_yi']:g}"
        each = list_umbrellas(record["umbrellas_yi"], lang) if record["umbrellas"] else ""
        return " ".join(filter(None, (floor, f"* {each}" if each else ""))) or "?"
    stance, count = record["stance_class"], record["n"]
    verb = {"zh": "有", "en": "yes"}[lang] if stance is None else reads["stance_class"](stance)
    return f"{verb} {count}" if count > 1 else verb


def _records(result: Result) -> list[dict[str, Any]]:
    names = [column.name for column in result.columns]
    return [dict(zip(names, row, strict=True)) for row in result.rows]


def _draw(result: Result, out: TextIO, options: Options, order: tuple[list[str], list[str]], by: str) -> int:
    """Draw the cells; return how many there are."""
    # Late: the help needs no pictures.
    from ipcli.output.pictures import Totals, draw_matrix
    from ipcli.output.sources import number_documents

    reads = {column.name: column.reads or str for column in result.columns}
    none = _(_NONE)
    records = _records(result)
    found = [tuple(record.values()) for record in records]
    # What the data has beyond districts, such as rows of the whole city, stands first.
    rows = _sort_names((record["district"] for record in records), order[0])
    columns = _sort_names((record["industry"] for record in records), order[1])
    # A console that lacks Chinese gets letters.
    letters = options.lang != "zh" or not _writable("先·", out)
    cells = {(r["district"], r["industry"]): _cell(r, by, letters) for r in records}
    names = {name: reads["district"](name) if name else none for name in rows}
    heads = {name: reads["industry"](name) if name else none for name in columns}
    below = []
    if options.lang != "zh":
        # Small letters: the signs are capitals.
        marks = {name: chr(ord("a") + place) for place, name in enumerate(columns)}
        below.append("  ".join(f"{marks[name]} {heads[name]}" for name in columns))
        heads = marks
    totals = _totals(records, by)
    again = _("{count} cells: -f csv lists where each is printed · data {release}")
    below += [
        _legend(by, letters, any(record["umbrellas"] for record in records)),
        again.format(count=len(records), release=result.release),
        *number_documents(result, found, options.lang)[1],
    ]
    # As wide as the widest cell, and a heading of two lines at least.
    least = 3 if options.lang != "zh" else 4
    widest = max(
        [*(len(sign) for sign, _ in cells.values()), *(len(totals["industry", name]) for name in columns)]
    )
    draw_matrix(
        [names[name] for name in rows],
        [heads[name] for name in columns],
        {(names[row], heads[column]): cell for (row, column), cell in cells.items()},
        Totals(
            _("all"),
            [totals["district", name] for name in rows],
            [totals["industry", name] for name in columns],
            totals["all", None],
        ),
        below,
        out,
        width=options.width,
        color=options.color,
        size=max(least, widest),
    )
    return len(found)


def _sort_names(found: Any, known: list[str]) -> list[Any]:
    """Return the names found, each once: unknown ones, then those of `known` in order, then None."""
    names = set(found)
    others = sorted(name for name in names if name is not None and name not in known)
    return others + [name for name in known if name in names] + ([None] if None in names else [])


def _cell(record: dict[str, Any], by: str, letters: bool) -> tuple[str, str]:
    """Return the sign of a cell and what it is: a figure or a stance."""
    if by == "investments":
        floor, umbrella = record["floor_yi"], record["umbrellas"]
        return ("" if floor is None else f"{floor:g}") + "*" * bool(umbrella) or "?", "figure"
    if by == "targets":
        return str(record["n"]), "figure"
    zh, letter = SIGNS.get(record["stance_class"], _UNCLASSED)
    count = record["n"]
    return (letter if letters else zh) + (str(count) if count > 1 else ""), record["stance_class"] or ""


def _totals(records: list[dict[str, Any]], by: str) -> dict[tuple[str, Any], str]:
    """Return the margins by axis and name: cells or targets counted, or the floor of investments, * with umbrellas.

    ("all", None) is the margin of the whole.
    """
    sums: dict[tuple[str, Any], float] = {}
    umbrellas: set[tuple[str, Any]] = set()
    for record in records:
        value = {"alignments": 1, "targets": record["n"], "investments": record["floor_yi"]}[by]
        for key in (("district", record["district"]), ("industry", record["industry"]), ("all", None)):
            sums[key] = sums.get(key, 0) + (value or 0)
            if record["umbrellas"]:
                umbrellas.add(key)
    # Where umbrellas are all there is, a nought would read as no money.
    return {
        key: ("" if not value and key in umbrellas else f"{round(value, 4):g}") + "*" * (key in umbrellas)
        for key, value in sums.items()
    }


def _legend(by: str, letters: bool, umbrellas: bool) -> str:
    if by == "targets":
        return _("numbers: targets")
    if by == "investments":
        text = _("numbers: floors of investments (CNY 100 mn)")
        umbrella = _("; * has umbrella sums besides (ipcli totals lists each), never added")
        return text + umbrella * umbrellas
    words = _("lead|break through|strengthen|upgrade|focus|cultivate|frontier|lay out|support").split("|")
    signs = [
        f"{letter if letters else zh} {word}"
        for (zh, letter), word in zip(SIGNS.values(), words, strict=True)
    ]
    rest = _(
        "{sign} without a verb; a cell has the strongest verb, then how many bets; margins count cells"
    ).format(sign=_UNCLASSED[letters])
    return "  ".join([*signs, rest])


def _writable(text: str, out: TextIO) -> bool:
    try:
        text.encode(getattr(out, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
