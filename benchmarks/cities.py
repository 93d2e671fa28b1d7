"""Invented cities to measure on: the shipped tables many times over, with other figures, the same each time.

`python -m benchmarks.cities FOLDER --cities 300 --facts 1000` writes tables for `ipcli build --tables FOLDER`. That
takes a quarter of a second a city. Beyond some hundred cities `grown` is the bulk way: it copies the rows of the
views of a built database within it, and leaves the tables with their keys as they are.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from ipcli.dataset import phrases

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "data" / "tables"
# Tables of statements: their rows are the facts of a city.
FACTS = (
    "alignment", "carrier", "declared", "honour", "mechanism", "milestone", "observation", "organisation_role",
    "policy_document", "project", "project_party", "project_status", "system", "system_part", "track",
)  # fmt: skip
# One for all cities, or nothing that a lookup reads.
_SHARED = ("indicator", "release")
_EMPTY = ("deprecation", "disposition", "numeral")
_KEYS = re.compile(r"\w+_id|restates|reprint_of|replaced_by")
_DIGITS = re.compile(r"\d+")
# Copies made by one statement.
_AT_ONCE = 500

# Each copy of a city is a region, and has the spellings of the original.
_REGIONS = """
INSERT INTO core.region BY NAME SELECT g.* REPLACE (region_id || '-' || k AS region_id, city_id || '-' || k AS city_id,
  name || printf(' %05d', k) AS name, NULL AS adcode)
FROM core.region AS g, range(1, {copies}) AS r(k) WHERE level = 'city'
"""
_NAMES = """
INSERT INTO core.spelling BY NAME SELECT s.* REPLACE ({city} AS city, if(kind = 'city', {city}, name) AS name,
  if(kind = 'city', spelling || printf('%05d', k), spelling) AS spelling)
FROM core.spelling AS s, range(1, {copies}) AS r(k) WHERE kind <> 'city' OR how = 'name'
ORDER BY kind, city, spelling, name
"""

Row = dict[str, str]


def write(folder: Path, cities: int, facts: int, seed: int = 1) -> int:
    """Write the tables of `cities` cities with `facts` statements each into `folder`; returns how many those are.

    The first city is the shipped one with further figures. Facts of all cities lie mixed in the order of their ids.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shipped = {path.stem: _read(path) for path in sorted(TABLES.glob("*.csv"))}
    own = sum(len(shipped[name][1]) for name in FACTS)
    if facts < own:
        raise SystemExit(f"a city has {own} facts at least")
    for name, (columns, rows) in shipped.items():
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            if name in _SHARED:
                writer.writerows(rows)
            elif name not in _EMPTY:
                more = facts - own if name == "observation" else 0
                for city in range(cities):
                    chance = random.Random(f"{seed} {name} {city}")
                    writer.writerows(_of_city(name, rows, city, more, chance))
    return cities * facts


def name_of(number: int) -> str:
    """The name of a city that `write` makes."""
    return f"{number:05d}市" if number else "青岛市"


def name_of_copy(number: int) -> str:
    """The name of a copy of the first city that `grown` makes."""
    return f"青岛市 {number:05d}" if number else "青岛市"


def _read(path: Path) -> tuple[list[str], list[Row]]:
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        return list(reader.fieldnames or ()), rows


def _of_city(name: str, rows: list[Row], city: int, more: int, chance: random.Random) -> Iterator[Row]:
    """The rows of a table for one city, and `more` figures beyond those it has."""
    for row in rows:
        yield _renamed(name, _other_figure(row, chance) if name == "observation" and city else row, city)
    # A figure that others hang on (a baseline, a restatement) stays single.
    free = [row for row in rows if not row.get("baseline_id") and not row.get("restates")] if more else []
    for number in range(more):
        row = _other_figure(chance.choice(free), chance)
        yield _renamed(name, {**row, "fact_id": f"OBS-X{number:05d}", "is_umbrella": "false"}, city)


def _renamed(name: str, row: Row, city: int) -> Row:
    """A row with the keys of its city, and the city under its name."""
    if not city:
        return row
    found = {
        column: f"{value}-{city:05d}"
        if value and column != "indicator_id" and _KEYS.fullmatch(column)
        else value
        for column, value in row.items()
    }
    if name == "region":
        found["adcode"] = ""
        if row["level"] == "city":
            found |= {"name": name_of(city), "name_en": f"City {city}"}
    elif name == "alias" and row["name"] == "青岛市":
        found |= {"name": name_of(city), "alias": f"{row['alias']} {city}"}
    return found


def _other_figure(row: Row, chance: random.Random) -> Row:
    """The row with another number of as many digits, in value and phrase alike, if both then still agree."""
    value = row["value"]
    if value.isdecimal() and _DIGITS.findall(row["as_reported"]).count(value) == 1:
        other = str(chance.randint(10 ** (len(value) - 1), 10 ** len(value) - 1))
        phrase = re.sub(rf"(?<!\d){value}(?!\d)", other, row["as_reported"])
        bounds = (float(row[column]) if row[column] else None for column in ("lower", "upper"))
        if phrases.agrees(phrase, row["comparator"], float(other), row["unit"], *bounds):
            return {**row, "value": other, "as_reported": phrase}
    return row


def grown(built: Path, target: Path, times: int, *, views: Sequence[str] = (), apart: bool = True) -> None:
    """Make `target` of the database `built`, with the rows of its flat views so many times over.

    What else the build has made stays as it is. Each copy is a city of its own, or more of the same one (`apart` false).
    `views`: these alone are copied many times.
    """
    # Late: who only measures stays small, since what a process weighs counts for those that it starts.
    import duckdb

    shutil.copyfile(built, target)
    with duckdb.connect(str(target)) as con:
        con.execute("BEGIN")
        listed = "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'"
        for (view,) in con.execute(listed).fetchall():
            columns = [row[0] for row in con.execute(f'DESCRIBE main."{view}"').fetchall()]
            changed = ", ".join(f"{how} AS {name}" for name, how in _copied(apart).items() if name in columns)
            copies = times if changed and (not views or view in views) else 1
            con.execute(f'CREATE TEMP TABLE one AS FROM main."{view}"')
            for first in range(1, copies, _AT_ONCE):
                con.execute(
                    f'INSERT INTO main."{view}" SELECT s.* REPLACE ({changed}) FROM one AS s,'
                    f" range({first}, {min(first + _AT_ONCE, copies)}) AS r(k) ORDER BY k, city"
                )
            con.execute("DROP TABLE one")
        if apart:
            con.execute(
                _REGIONS.format(copies=times) + ";" + _NAMES.format(city=_copied(apart)["city"], copies=times)
            )
        con.execute("COMMIT")


def _copied(apart: bool) -> dict[str, str]:
    """Column -> what stands in it in copy `k`; the first copy is the original."""
    found = {"city": "CASE k WHEN 0 THEN city ELSE city || printf(' %05d', k) END"} if apart else {}
    found["cites"] = (
        "CASE k WHEN 0 THEN cites ELSE list_transform(cites, lambda x: replace(x, '#', '-' || k || '#')) END"
    )
    for name in ("fact_id", "target_fact_id", "outcome_fact_id", "source_id"):
        if apart or name == "fact_id":
            found[name] = f"CASE k WHEN 0 THEN {name} ELSE {name} || '-' || k END"
    return found if apart else {"fact_id": found["fact_id"], "city": "city"}


def main() -> None:
    """Write tables, or grow a database."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cities", description=__doc__)
    parser.add_argument("folder", type=Path, help="where tables are written, or the database that is made")
    parser.add_argument("--cities", type=int, default=300, help="how many, or how many copies")
    parser.add_argument("--facts", type=int, default=1000, help="statements a city")
    parser.add_argument(
        "--grow", type=Path, metavar="DATABASE", help="copy the views of this database instead"
    )
    parser.add_argument("--one", metavar="VIEW", help="of this view alone, and all of one city")
    args = parser.parse_args()
    if args.grow:
        grown(args.grow, args.folder, args.cities, views=[args.one] if args.one else [], apart=not args.one)
    else:
        print(f"{write(args.folder, args.cities, args.facts):,} facts")


if __name__ == "__main__":
    main()
