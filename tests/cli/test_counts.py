"""Lookups that count the same thing agree: zones count for their district, and what is tied to no industry is none."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from cli.test_shipped import ask
from ipcli import api, paths
from ipcli.query import catalog
from ipcli.query.words import list_sections

NONE = "未归类"
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def data() -> api.Data:
    return api.open()


def look(data: api.Data, name: str, **given: Any) -> Rows:
    query = catalog.read(paths.queries() / f"{name}.sql")
    result = data.lookup(api.Request.make(query, given, api.Shape()))
    names = [column.name for column in result.columns]
    return [dict(zip(names, row, strict=True)) for row in result.rows]


def bars(*args: str) -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in csv.DictReader(io.StringIO(ask("chart", *args, "-f", "csv").stdout))}


def districts_of(rows: Rows, city: str) -> dict[str, set[str]]:
    """Industry -> the districts of cells that have bets."""
    found: dict[str, set[str]] = {}
    for row in rows:
        if row["industry"] not in (None, NONE) and row["district"] != city and not row.get("within"):
            found.setdefault(row["industry"], set()).add(row["district"])
    return found


def test_districts_that_bet_on_an_industry_are_as_many_in_all_lookups(data: api.Data) -> None:
    industries = {row["industry"]: row for row in look(data, "industries")}
    matrix = districts_of(look(data, "matrix"), data.city)
    coverage = districts_of([row for row in look(data, "coverage") if row["alignments"]], data.city)
    everywhere = look(data, "districts")
    for industry, row in industries.items():
        asked = {
            each["district"] for each in look(data, "districts", industry=[industry]) if not each["within"]
        }
        listed = {
            each["district"]
            for each in everywhere
            if not each["within"] and industry in (each["industries"] or ())
        }
        assert asked == listed == matrix.get(industry, set()) == coverage.get(industry, set()), industry
        assert row["districts"] == len(asked), industry
        assert not asked & set(row["districts_active"] or ()), industry


def test_the_margins_of_the_matrix_count_districts_and_industries(data: api.Data) -> None:
    lines = [line.split() for line in ask("matrix", "-f", "table", COLUMNS="100").stdout.splitlines()]
    (sums,) = (line for line in lines if line and line[0] == "计" and line[-1].isdecimal())
    known = {row["industry"]: row["districts"] for row in look(data, "industries")}
    assert [int(number) for number in sums[1 : 1 + len(known)]] == list(known.values())
    for row in look(data, "districts"):
        # The zones within a district have no row of their own.
        line = next((line for line in lines if line and line[0] == row["district"]), None)
        assert line is None if row["within"] else line and int(line[-1]) == len(row["industries"] or ())


def counted(data: api.Data, **given: Any) -> Counter[str]:
    """How many rows each lookup of facts has."""
    return Counter({view: len(look(data, view, **given)) for view in dict.fromkeys(views())})


def views() -> Iterator[str]:
    return (kind.view for kind in list_sections() if kind.view)


def test_facts_of_a_place_are_as_many_in_all_lookups(data: api.Data) -> None:
    view_of = {kind.kind: kind.view for kind in list_sections()}
    heads = {row["district"]: row for row in look(data, "districts")}
    cells: dict[str, Counter[str]] = {}
    for row in look(data, "coverage"):
        cells.setdefault(row["district"], Counter()).update(
            {view: row[view] for view in dict.fromkeys(views()) if view in row}
        )
    for district, head in heads.items():
        listed = counted(data, district=[district])
        found = Counter(view_of[row["section"]] for row in look(data, "find", district=[district]))
        assert {view: found[view] for view in listed} == dict(listed), district
        assert {view: listed[view] for view in cells[district]} == dict(cells[district]), district
        assert (head["projects"], head["targets"]) == (listed["projects"], listed["targets"]), district
        for by in ("alignments", "targets"):
            assert sum(row["n"] for row in look(data, "matrix", by=by, district=[district])) == listed[by]


@pytest.mark.parametrize("what", ["alignments", "targets", "projects"])
def test_bars_are_as_long_as_lists(data: api.Data, what: str) -> None:
    lists = {row["district"]: row for row in look(data, "districts") if not row["within"]}
    by_district = {name: int(row["n"]) for name, row in bars(what, "--by", "district").items()}
    assert {name: len(look(data, what, district=[name])) for name in lists if name in by_district} == {
        name: count for name, count in by_district.items() if name != data.city
    }
    for name, row in bars(what, "--by", "industry").items():
        rows = look(data, what) if name == NONE else look(data, what, industry=[name])
        assert int(row["n"]) == sum(name != NONE or not each["industry"] for each in rows), name


def test_money_is_the_same_in_all_lookups(data: api.Data) -> None:
    def floor(rows: Rows, key: str, name: str) -> float:
        return sum(row["floor_yi"] or 0 for row in rows if row[key] == name)

    totals, ranked, cells = (
        look(data, "totals"),
        look(data, "ranking"),
        look(data, "matrix", by="investments"),
    )
    drawn = bars("investments", "--by", "district")
    for row in look(data, "districts"):
        name, known = row["district"], row["investment_floor_yi"] or 0
        listed = [
            each["lower_yi"] or each["amount_yi"] or 0
            for each in look(data, "investments", district=[name], umbrella="none")
        ]
        assert round(sum(listed), 4) == pytest.approx(known), name
        if not row["within"]:
            assert floor(totals, "name", name) == pytest.approx(known), name
            assert floor(ranked, "name", name) == pytest.approx(known), name
            assert floor(cells, "district", name) == pytest.approx(known), name
            assert float(drawn.get(name, {}).get("floor_yi") or 0) == pytest.approx(known), name
        assert floor(look(data, "totals", district=[name])[:1], "name", name) == pytest.approx(known), name
    by_industry = look(data, "totals", by="industry")
    for row in look(data, "industries"):
        assert floor(by_industry, "name", row["industry"]) == pytest.approx(row["investment_floor_yi"] or 0)


def test_tracks_are_as_many_in_all_lookups(data: api.Data) -> None:
    tracks = Counter(row["industry"] for row in look(data, "tracks"))
    assert {
        row["industry"]: row["named_tracks"] for row in look(data, "industries") if row["named_tracks"]
    } == tracks
    within = {row["district"]: row["within"] for row in look(data, "districts")}
    for row in look(data, "tracks"):
        bets = look(data, "alignments", track=[row["track"]])
        homes = {within.get(bet["district"]) or bet["district"] for bet in bets} - {data.city}
        assert row["districts"] == len(homes), row["track"]
