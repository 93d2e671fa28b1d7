"""Invented cities to measure on: the shipped tables many times over, with other figures, the same each time.

`python -m benchmarks.cities FOLDER --cities 300 --facts 1000` writes tables for `ipcli build --tables FOLDER`.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
from collections.abc import Iterator
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
        column: f"{value}-{city:05d}" if value and column != "indicator_id" and _KEYS.fullmatch(column) else value
        for column, value in row.items()
    }
    if name == "region":
        found["adcode"] = ""
        if row["level"] == "city":
            found |= {"name": f"{city:05d}市", "name_en": f"City {city}"}
    elif name == "alias" and row["name"] == "青岛市":
        found |= {"name": f"{city:05d}市", "alias": f"{row['alias']} {city}"}
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


def main() -> None:
    """Write, and tell how many."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cities", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cities", type=int, default=300)
    parser.add_argument("--facts", type=int, default=1000, help="statements a city")
    args = parser.parse_args()
    print(f"{write(args.folder, args.cities, args.facts):,} facts")


if __name__ == "__main__":
    main()
