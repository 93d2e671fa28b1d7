"""The build: the committed database is what the tables say, and a fault in a table is told in full."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from tables_at_hand import ROOT, TABLES

from ipcli.dataset.build import build
from ipcli.errors import DataFault, OutputError


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table of a database: its rows, sorted. It is read from a copy: the process may have it open otherwise."""
    with TemporaryDirectory() as folder, duckdb.connect(shutil.copy(path, folder), read_only=True) as con:
        names = con.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema IN ('core', 'main')"
        ).fetchall()
        return {
            f"{schema}.{name}": sorted(con.execute(f'FROM {schema}."{name}"').fetchall(), key=repr)
            for schema, name in names
        }


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A copy of the shipped tables to spoil."""
    return Path(shutil.copytree(TABLES, tmp_path / "tables"))


def test_rebuild_gives_the_committed_rows_and_description(tables: Path, tmp_path: Path) -> None:
    descriptor = tmp_path / "datapackage.json"
    built = build(tables, tmp_path / "again.duckdb", descriptor)
    assert descriptor.read_bytes() == (ROOT / "data" / "datapackage.json").read_bytes(), "run `ipcli build`"
    assert contents(built.database) == contents(ROOT / "data" / "industry.duckdb")


@pytest.mark.slow
def test_build_leaves_nothing_but_the_database(tables: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    build(tables, out / "x.duckdb")
    assert sorted(os.listdir(out)) == ["x.duckdb"]


def test_file_stays_small_and_every_column_is_described(shipped: duckdb.DuckDBPyConnection) -> None:
    assert (ROOT / "data" / "industry.duckdb").stat().st_size < 6 * 2**20
    bare = shipped.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND coalesce(comment, '') = ''"
    ).fetchall()
    assert bare == []
    assert shipped.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE coalesce(comment, '') = ''"
    ).fetchone() == (0,)


def replaced(old: str, new: str) -> Callable[[bytes], bytes]:
    def spoil(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return spoil


# Those that KINDS does not have, and one for each stage of a build.
FAULTS = {
    "changed digit": ("observation", replaced("gt,400,亿元", "gt,401,亿元"), "does not read as"),
    "comparator that is not printed": ("observation", replaced("gt,400,亿元", "ge,400,亿元"), "does not read as"),
    "unit that is not printed": ("observation", replaced("gt,400,亿元", "gt,400,万元"), "does not read as"),
    "bound that is not printed": ("observation", replaced(",亿元,1000,10000,", ",亿元,100,1000,"), "not read as magnitude"),
    "bad enum": ("honour", replaced(",held,", ",had,"), "fails"),
    "missing column": ("honour", replaced("fact_id,region_id,", "fact_id,"), "region_id: the column is missing"),
    "GBK": ("honour", lambda data: data.decode().encode("gbk", "replace"), "honour.csv:2: title: not UTF-8 (byte 0x"),
    "truncated": ("observation", lambda data: data[: len(data) // 2], "is the file complete?"),
    "truncated at a field": ("honour", lambda data: data[: data.rindex(b",")], "evidence: "),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_told_with_file_and_line_and_the_old_database_stays(
    fault: str, tables: Path, tmp_path: Path
) -> None:
    table, spoil, expected = FAULTS[fault]
    path = tables / f"{table}.csv"
    path.write_bytes(spoil(path.read_bytes()))
    output = tmp_path / "x.duckdb"
    output.write_bytes(b"the old one")
    with pytest.raises(DataFault) as caught:
        build(tables, output)
    assert expected in str(caught.value)
    assert all(line.split(":")[1].isdigit() for line in str(caught.value).splitlines())
    assert output.read_bytes() == b"the old one"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["tables", "x.duckdb"]


def test_faults_of_every_kind_are_told_together_and_none_twice(tables: Path, tmp_path: Path) -> None:
    """An unreadable table hides neither the others' faults nor makes any: keys into it are not looked up."""

    def spoil(table: str, old: str, new: str) -> None:
        path = tables / f"{table}.csv"
        path.write_bytes(replaced(old, new)(path.read_bytes()))

    spoil("observation", "gt,400,亿元", "gt,401,亿元")  # a phrase
    spoil("indicator", "amount,up,false,,\n", "amount,up,false,chain_output,\n")  # a circle
    spoil("milestone", ",met,", ",,")  # an empty field
    (tables / "wishes.csv").write_text("a\n")
    (tables / "conflict.csv").unlink()
    industry = tables / "industry.csv"
    lines = industry.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace("人工智能".encode(), "人工智能".encode("gbk"))
    lines[4] = lines[4][:-1].replace(b",", b"\xff,", 1) + b"\n"
    industry.write_bytes(b"".join(lines))
    with pytest.raises(DataFault) as caught:
        build(tables, tmp_path / "x.duckdb")
    told = str(caught.value).splitlines()
    assert len(told) == len(set(told))
    spoilt = {"observation", "indicator", "milestone", "industry", "wishes", "conflict"}
    assert {line.split(".csv:")[0] for line in told} == spoilt
    assert "industry.csv:3: name: not UTF-8 (byte 0xc8)" in told
    assert "industry.csv:5: industry_id: not UTF-8 (byte 0xff)" in told
    assert not [line for line in told if "not in industry.csv" in line]


def planted(table: str, row: int, column: str, value: str) -> Callable[[Path], tuple[str, int, str]]:
    """A field of a table changed; what is called with the folder says where that is."""

    def plant(folder: Path) -> tuple[str, int, str]:
        path = folder / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            header, *body = csv.reader(file)
        body[row][header.index(column)] = value
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *body])
        # A field may hold line ends: its line is the one its row begins on.
        line = 2 + row + sum(field.count("\n") for fields in body[:row] for field in fields)
        return path.name, line, column

    return plant


def raw(
    table: str, line: int, column: str, spoil: Callable[[bytes], bytes]
) -> Callable[[Path], tuple[str, int, str]]:
    """The bytes of a line of a table changed."""

    def plant(folder: Path) -> tuple[str, int, str]:
        path = folder / f"{table}.csv"
        lines = path.read_bytes().splitlines(keepends=True)
        lines[line - 1] = spoil(lines[line - 1])
        path.write_bytes(b"".join(lines))
        return path.name, line, column

    return plant


def removed(table: str) -> Callable[[Path], tuple[str, int, str]]:
    def plant(folder: Path) -> tuple[str, int, str]:
        (folder / f"{table}.csv").unlink()
        return f"{table}.csv", 1, ""

    return plant


# Kind of fault -> how it is planted, and what is said of it where it stands. Those that make a table unreadable have it to
# themselves.
KINDS: dict[str, tuple[Callable[[Path], tuple[str, int, str]], str]] = {
    "encoding": (raw("honour", 2, "title", lambda line: line.decode().encode("gbk")), "not UTF-8 (byte 0x"),
    "NUL": (raw("mechanism", 3, "region_id", lambda line: line.replace(b",", b",\0", 1)), "a NUL character"),
    "quote left open": (
        raw("conflict", 3, "about", lambda line: line.replace(b",", b',"', 2).replace(b',"', b",", 1)),
        "not well-formed CSV",
    ),
    "text after a quote": (
        raw("system", 2, "code", lambda line: line.replace(b",10+1,", b',"10"+1,')),
        "not well-formed CSV",
    ),
    "missing column": (
        raw("organisation", 1, "kind", lambda line: line.replace(b",kind,", b",")),
        "the column is missing",
    ),
    "unknown column": (
        raw("declared", 1, "colour", lambda line: line.replace(b"fact_id,", b"fact_id,colour,")),
        "unknown column",
    ),
    "too few fields": (
        raw("carrier", 2, "evidence", lambda line: line[: line.rindex(b",")] + b"\n"),
        "fields, the header has",
    ),
    "missing table": (removed("numeral"), "the table is missing"),
    "unknown key": (planted("alignment", 0, "industry_id", "ind-none"), "not in industry.csv: ind-none"),
    "circle of parents": (
        planted("indicator", 1, "growth_of", "industry_scale"),
        "its parents form a circle",
    ),
    "circle over several": (
        planted("region", 3, "parent_id", "qingdao-laoshan"),
        "its parents form a circle",
    ),
    "the circle's other row": (
        planted("region", 4, "parent_id", "qingdao-licang"),
        "its parents form a circle",
    ),
    "no such parent": (planted("region", 1, "parent_id", "nowhere"), "not in region.csv: nowhere"),
    "duplicate": (planted("project_status", 1, "fact_id", "PST-0001"), "duplicate: PST-0001"),
    "overlong phrase": (planted("milestone", 1, "as_reported", "长" * 31), "fails "),
    "bad enum": (planted("milestone", 2, "status", "had"), "fails "),
    "empty where it must not be": (planted("milestone", 3, "title", ""), "must not be empty"),
    "number with comma": (planted("observation", 0, "value", "1,793"), "not a number: 1,793"),
    "no number": (planted("observation", 1, "value", "nan"), "not a number: nan"),
    "no whole number": (planted("observation", 2, "year", "2024.5"), "not a whole number: 2024.5"),
    "whole number of another script": (planted("observation", 3, "para_no", "３"), "not a whole number: ３"),
    "no boolean": (planted("project", 0, "is_umbrella", "yes"), "not true or false: yes"),
    "impossible date": (
        planted("source", 0, "published_to", "2025-02-30"),
        "not a date (2025-01-31): 2025-02-30",
    ),
    "date of another form": (
        planted("source", 1, "published_from", "14.1.2025"),
        "not a date (2025-01-31): 14.1.2025",
    ),
    "figure that is not in its phrase": (
        planted("observation", 5, "as_reported", "产业规模"),
        "does not read as",
    ),
}


@pytest.mark.slow
def test_every_kind_of_fault_is_told_in_one_build_with_file_line_and_column(
    tables: Path, tmp_path: Path
) -> None:
    places = {kind: plant(tables) for kind, (plant, _) in KINDS.items()}
    with pytest.raises(DataFault) as caught:
        build(tables, tmp_path / "x.duckdb")
    told = str(caught.value).splitlines()
    for kind, (file, line, column) in places.items():
        where = f"{file}:{line}:" + (f" {column}:" if column else "")
        found = [entry for entry in told if entry.startswith(where) and KINDS[kind][1] in entry]
        assert len(found) == 1, (kind, where, [entry for entry in told if entry.startswith(file)])
    assert len(told) == len(set(told))


@pytest.mark.slow
def test_parent_that_does_not_exist_is_no_circle(tables: Path, tmp_path: Path) -> None:
    path = tables / "region.csv"
    path.write_bytes(replaced("district,qingdao,", "district,nowhere,")(path.read_bytes()))
    with pytest.raises(DataFault) as caught:
        build(tables, tmp_path / "x.duckdb")
    assert "parent_id: not in region.csv: nowhere" in str(caught.value)
    assert "circle" not in str(caught.value)


AWKWARD = ['"quoted"', "a,b", "两\n行", "a\rb", "a\r\nb", "\\N", "NULL", " x ", "'", "🚢", "=1+1", "\\", "\t"]


@pytest.mark.slow
def test_text_of_every_kind_arrives_as_it_stands(tables: Path, tmp_path: Path) -> None:
    path = tables / "honour.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *body = csv.reader(file)
    place = header.index("note")
    for number, note in enumerate(AWKWARD):
        row = [*body[0]]
        row[0], row[place] = f"HON-9{number:03}", note
        body.append(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows([header, *body])
    built = build(tables, tmp_path / "x.duckdb")
    with duckdb.connect(str(built.database), read_only=True) as con:
        notes = con.execute(
            "SELECT note FROM core.honour WHERE fact_id >= 'HON-9000' ORDER BY fact_id"
        ).fetchall()
    assert [note for (note,) in notes] == AWKWARD


@pytest.mark.slow
def test_a_hundred_thousand_facts_are_built(tables: Path, tmp_path: Path) -> None:
    path = tables / "observation.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *body = csv.reader(file)
    simple = next(row for row in body if row[header.index("comparator")] == "eq")
    many = [[f"OBS-X{number:06}", *simple[1:]] for number in range(100_000)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *body, *many])
    built = build(tables, tmp_path / "x.duckdb")
    assert built.rows["observation"] == len(body) + len(many)


@pytest.mark.slow
def test_line_numbers_count_lines_not_rows(tables: Path, tmp_path: Path) -> None:
    path = tables / "honour.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("“获批”，日期未印", '"两\n行"')
    lines[2] = lines[2].replace(",held,", ",had,")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(DataFault, match=r"honour\.csv:4:"):
        build(tables, tmp_path / "x.duckdb")


def test_output_that_cannot_be_written(tables: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        build(tables, tmp_path / "nowhere" / "x.duckdb")
    with pytest.raises(OutputError):
        build(tables, tmp_path)


@pytest.mark.slow
def test_content_hash_follows_the_content(tables: Path, tmp_path: Path) -> None:
    first = build(tables, tmp_path / "a.duckdb").content_hash
    assert build(tables, tmp_path / "b.duckdb").content_hash == first
    path = tables / "honour.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert build(tables, tmp_path / "c.duckdb").content_hash == first
    path.write_bytes(path.read_bytes().replace("省级,held".encode(), "市级,held".encode(), 1))
    assert build(tables, tmp_path / "d.duckdb").content_hash != first
    assert hashlib.sha256().digest_size * 2 == len(first)
