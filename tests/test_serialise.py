"""Rows as the database serialises them, for lookups and for people's SQL: every type, order, limits, and what goes wrong."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from cli.test_shipped import IPCLI, ask
from conftest import some
from ipcli import paths
from ipcli.db import engine
from ipcli.db.engine import Database
from ipcli.db.sandbox import Sandbox
from ipcli.errors import LimitReached, QueryFailed
from ipcli.output import formats
from ipcli.output.cells import text_of

MANY = 10_000
# A statement; its fields in CSV; its values in JSON.
TYPES: dict[str, tuple[str, list[str], list[Any]]] = {
    "text": (
        "SELECT unnest(['', 'a', NULL, 'a,b', 'a\tb', 'say \"x\"', 'cr\rx', 'lf\nx',"
        " '亿元', '🚀', '\\', '\x7f', chr(0)]) AS x",
        ["", "a", "", "a,b", "a\tb", 'say "x"', "cr\rx", "lf\nx", "亿元", "🚀", "\\", "\x7f", "\x00"],
        ["", "a", None, "a,b", "a\tb", 'say "x"', "cr\rx", "lf\nx", "亿元", "🚀", "\\", "\x7f", "\x00"],
    ),
    "double": (
        "SELECT unnest([0.0, -0.0, 130, 11.1, 0.1 + 0.2, 1e15, 9007199254740992, 1e16, 1e-7, 1.7976931348623157e308,"
        " 'inf'::DOUBLE, 'nan'::DOUBLE, NULL]::DOUBLE[]) AS x",
        ["0", "0", "130", "11.1", "0.3", "1000000000000000", "9007199254740992", "1e+16", "1e-07",
         "1.7976931348623157e+308", "inf", "nan", ""],
        [0, 0, 130, 11.1, 0.3, 1e15, 9007199254740992, 1e16, 1e-7, 1.7976931348623157e308, None, None, None],
    ),
    "float": ("SELECT unnest([0.1, 3, 'nan'::FLOAT, NULL]::FLOAT[]) AS x", ["0.1", "3", "nan", ""], [0.1, 3, None, None]),
    "decimal": ("SELECT unnest([1.50, -3, 100, NULL]::DECIMAL(9,2)[]) AS x", ["1.5", "-3", "100", ""], [1.5, -3, 100, None]),
    "whole": (
        "SELECT unnest([-2, 170141183460469231731687303715884105727, NULL]::HUGEINT[]) AS x",
        ["-2", "170141183460469231731687303715884105727", ""],
        [-2, 170141183460469231731687303715884105727, None],
    ),
    "boolean": ("SELECT unnest([true, false, NULL]) AS x", ["true", "false", ""], [True, False, None]),
    "date": (
        "SELECT unnest([DATE '2025-03-01', DATE '0001-01-01', NULL]) AS x",
        ["2025-03-01", "0001-01-01", ""],
        ["2025-03-01", "0001-01-01", None],
    ),
    "time": ("SELECT TIMESTAMP '2025-01-02 03:04:05.5' AS x", ["2025-01-02 03:04:05.5"], ["2025-01-02 03:04:05.5"]),
    "interval": ("SELECT INTERVAL 3 DAY AS x", ["3 days"], ["3 days"]),
    "list": (
        "SELECT unnest([['a', 'b;c'], [], NULL, ['x', NULL]]) AS x",
        ["a; b;c", "", "", "x; "],
        [["a", "b;c"], [], None, ["x", None]],
    ),
    "list of numbers": ("SELECT [1.0, 'nan'::DOUBLE, NULL]::DOUBLE[] AS x", ["1; nan; "], [[1, None, None]]),
    "struct": ("SELECT {'a': 1} AS x", ["{'a': 1}"], [{"a": 1}]),
    "enum": ("SELECT 'a,b'::ENUM ('a,b') AS x", ["a,b"], ["a,b"]),
    "nothing": ("SELECT 1 AS x WHERE false", [], []),
}  # fmt: skip


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPCLI_LANG", "en")


def written(sql: str, name: str, *, limit: int | None = None, sandbox: bool = False, **options: Any) -> bytes:
    """Return what a format makes of a statement."""
    with (Sandbox.load if sandbox else Database.open)(paths.database()) as database:
        result = database.run(sql, limit=limit)
        assert result.copy is not None
        out: Any = io.BytesIO()
        count = formats.load(name).write(result, out, formats.Options(**options))
        assert limit is None or (count, result.more) == (limit, True)
        return bytes(out.getvalue())


@pytest.mark.parametrize("sandbox", [False, True])
@pytest.mark.parametrize("kind", TYPES)
def test_every_type_is_written_as_it_is_read(kind: str, sandbox: bool) -> None:
    sql, fields, values = TYPES[kind]
    text = io.StringIO(written(sql, "csv", sandbox=sandbox).decode(), newline="")
    assert list(csv.reader(text, strict=True)) == [["x"], *([field] for field in fields)]
    assert [row["x"] for row in json.loads(written(sql, "json", sandbox=sandbox))] == values
    lines = written(sql, "jsonl", sandbox=sandbox).decode().split("\n")[:-1]
    assert [json.loads(line)["x"] for line in lines] == values


@pytest.mark.parametrize("kind", TYPES)
def test_parquet_holds_the_same_rows(kind: str, tmp_path: Path) -> None:
    # It has no whole numbers of 128 bits.
    sql = TYPES[kind][0].replace("170141183460469231731687303715884105727", "7")
    (tmp_path / "x.parquet").write_bytes(written(sql, "parquet"))
    found = duckdb.sql(f"SELECT x::VARCHAR FROM read_parquet('{tmp_path}/x.parquet')").fetchall()
    assert found == duckdb.sql(f"SELECT x::VARCHAR FROM ({sql})").fetchall()


# Values of every type of the library, at their ends.
VALUES = [
    "true", "(-128)::TINYINT", "65535::USMALLINT", "4294967295::UINTEGER", "18446744073709551615::UBIGINT",
    "(-9223372036854775808)::BIGINT", "170141183460469231731687303715884105727::HUGEINT",
    "340282366920938463463374607431768211455::UHUGEINT", "0.1::FLOAT", "3.4028235e38::FLOAT", "16777217::FLOAT",
    "5e-324::DOUBLE", "1e16::DOUBLE", "'nan'::DOUBLE", "'-inf'::FLOAT", "1.50::DECIMAL(4,2)",
    "12345678901234567890123456789012345.678::DECIMAL(38,3)", "(-0.05)::DECIMAL(18,2)", "'a,\"b\n'",
    "'\\xFF\\x00a'::BLOB", "'0101'::BIT", "'550E8400-e29b-41d4-a716-446655440000'::UUID", "'b'::ENUM ('a', 'b')",
    "'{\"a\": 1}'::JSON", "DATE '0044-01-01 (BC)'", "DATE 'infinity'", "DATE '290000-01-01'", "DATE '9999-12-31'",
    "TIME '24:00:00'", "TIME '01:02:03.000004'", "'24:00:00+15:59'::TIMETZ", "TIMESTAMP '2020-01-02 03:04:05.678901'",
    "TIMESTAMP '-infinity'", "TIMESTAMP '290000-01-01'", "TIMESTAMP_S '2020-01-02 03:04:05'",
    "TIMESTAMP_MS '2020-01-02 03:04:05.678'", "TIMESTAMP_NS '2020-01-02 03:04:05.678901234'",
    "TIMESTAMPTZ '2020-01-02 03:04:05+08'", "TIMESTAMPTZ 'infinity'", "INTERVAL 2147483647 MONTH",
    "to_days(2147483647)", "to_years(100000000)", "INTERVAL '1 year 2 days 03:04:05.678'", "[1, NULL, 2.5]",
    "[TIMESTAMP_NS '2020-01-02 03:04:05.678901234']", "['x'::BLOB]", "[[1], NULL]", "[]", "array_value(1, 2)",
    "{'a': 0.1::FLOAT, 'b': DATE '2020-01-01'}", "[{'a': 'x'}]", "map(['k'], [INTERVAL 3 DAY])", "union_value(a := 1)",
    "NULL", "'崂山'",
]  # fmt: skip
ODD = ("FLOAT", "DOUBLE", "DECIMAL")


@pytest.mark.parametrize("value", VALUES)
def test_data_formats_give_a_value_as_the_library_does(value: str, tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        kind, text = connection.execute(
            f"SELECT typeof(x), x::VARCHAR FROM (SELECT {value} AS x)"
        ).fetchall()[0]
        for name, options in (("csv", "HEADER"), ("json", "ARRAY true"), ("parquet", "FORMAT parquet")):
            connection.execute(f"COPY (SELECT {value} AS x) TO '{tmp_path}/its.{name}' ({options})")
        (tmp_path / "ours.parquet").write_bytes(written(f"SELECT {value} AS x", "parquet"))
        its, ours = (
            connection.execute(f"SELECT typeof(x), x::VARCHAR FROM '{tmp_path}/{one}.parquet'").fetchall()[0]
            for one in ("its", "ours")
        )
    assert ours == its or kind == '"NULL"'
    found = json.loads(written(f"SELECT {value} AS x", "json"))
    if not kind.startswith(("FLOAT", "DOUBLE")):
        assert found == json.loads((tmp_path / "its.json").read_text())
    ((_head,), (field,)) = csv.reader(
        io.StringIO(written(f"SELECT {value} AS x", "csv").decode(), newline="")
    )
    if not kind.endswith("]") and not kind.startswith(ODD):
        assert field == (text or "")


@pytest.mark.parametrize("value", VALUES)
def test_formats_for_people_give_a_value_as_its_text(value: str) -> None:
    with duckdb.connect() as connection:
        kind, text = connection.execute(
            f"SELECT typeof(x), x::VARCHAR FROM (SELECT {value} AS x)"
        ).fetchall()[0]
    if kind.startswith(ODD):
        text = ask("sql", f"SELECT {value} AS x", "-f", "csv", "--no-header").stdout.strip()
    with Database.open(paths.database()) as database:
        ((cell,),) = database.run(f"SELECT {value} AS x").rows
        shown = text_of(cell, "en")
        sheet = io.BytesIO()
        formats.load("xlsx").write(database.run(f"SELECT {value} AS x"), sheet, formats.Options(lang="en"))
        for name in ("table", "md", "html"):
            formats.load(name).write(
                database.run(f"SELECT {value} AS x"), io.StringIO(), formats.Options(lang="en")
            )
    if not kind.endswith("]"):
        assert shown == (text or "")
    read = openpyxl.load_workbook(sheet).worksheets[0]["A2"].value
    if isinstance(read, str):
        assert read.replace("_x000D_", "") == shown
    elif isinstance(read, date):
        assert f"{read:%Y-%m-%d %H:%M:%S}".startswith(shown.partition(".")[0])
    else:
        assert read is None or float(read) == float({"true": "1"}.get(shown, shown))


def test_whole_numbers_beyond_64_bits_are_told_in_parquet(tmp_path: Path) -> None:
    sql = "SELECT sum(range) AS a, 1::HUGEINT << 70 AS b FROM range(3)"
    with Database.open(paths.database()) as database:
        result = database.run(sql, columns=["b", "a"])
        assert result.copy is not None
        with (tmp_path / "x.parquet").open("wb") as file:
            formats.load("parquet").write(result, file, formats.Options())
    found = duckdb.sql(f"SELECT typeof(a), a, typeof(b), b FROM '{tmp_path}/x.parquet'").fetchall()
    assert found == [("BIGINT", 3, "DOUBLE", 2.0**70)]
    assert len(result.notices) == 1 and result.notices[0].startswith("b: ")


@pytest.mark.parametrize("limit", [None, 1])
def test_what_json_has_no_number_for_is_null_and_told(limit: int | None) -> None:
    sql = (
        "SELECT 'nan'::DOUBLE AS a, {'x': 'inf'::FLOAT, 'y': 'NaN, \\\"-Infinity\\'} AS b,"
        " map(['NaN'], ['-inf'::DOUBLE]) AS c, [1.5, 'nan'::DOUBLE] AS d,"
        " repeat('NaN', range::INT * 300000) AS e FROM range(3)"
    )
    out = io.BytesIO()
    with Database.open(paths.database()) as database:
        result = database.run(sql, limit=limit)
        formats.load("json").write(result, out, formats.Options())
    rows = json.loads(out.getvalue(), parse_constant=lambda name: pytest.fail(name))
    assert rows[0] == {
        "a": None, "b": {"x": None, "y": 'NaN, \\"-Infinity\\'}, "c": {"NaN": None}, "d": [1.5, None], "e": ""
    }  # fmt: skip
    assert [row["e"] for row in rows] == ["NaN" * (300_000 * number) for number in range(limit or 3)]
    assert result.notices == (f"{4 * (limit or 3)} numbers are NaN or infinite, for which JSON has null",)


def test_null_has_a_text_and_an_empty_line_is_none() -> None:
    sql = "SELECT unnest([NULL, '', 'N/A']) AS a"
    assert written(sql, "csv", header=False) == b'""\n""\nN/A\n'
    assert written(f"SELECT a, a AS b FROM ({sql})", "csv", null='N,"A"') == (
        b'a,b\n"N,""A""","N,""A"""\n,\nN/A,N/A\n'
    )


def test_what_a_spreadsheet_calculates_gets_an_apostrophe() -> None:
    sql = "SELECT '=1' AS \"=a\", ['+x', 'y'] AS l, -1 AS n, NULL AS e"
    assert written(sql, "csv", excel=True, null="-") == "\ufeff'=a,l,n,e\r\n'=1,'+x; y,-1,-\r\n".encode()


def test_columns_of_one_name_are_told_apart() -> None:
    assert written('SELECT 1 AS a, 2 AS a, 3 AS "q""q"', "jsonl") == b'{"a":1,"a_1":2,"q\\"q":3}\n'


@pytest.mark.parametrize("sandbox", [False, True])
@pytest.mark.parametrize("limit", [0, 1, 2000, MANY - 1])
def test_a_limit_is_exact_and_tells_of_more(limit: int, sandbox: bool) -> None:
    sql = f"SELECT range AS n FROM range({MANY}) ORDER BY hash(range)"
    rows = written(sql, "csv", header=False).splitlines()
    assert written(sql, "csv", header=False, limit=limit, sandbox=sandbox).splitlines() == rows[:limit]


def test_a_limit_leaves_nothing_for_the_next_statement_to_see() -> None:
    with Sandbox.load(paths.database()) as database:
        before = [view.name for view in database.views()]
        result = database.run("FROM facts", limit=3)
        formats.load("csv").write(result, io.StringIO(), formats.Options())
        assert [view.name for view in database.views()] == before


@pytest.mark.parametrize("name", some(["csv", "json", "tsv", "jsonl"], 1))
def test_statements_that_people_write_are_written_so_too(name: str) -> None:
    statement = (
        f"PIVOT (SELECT range AS n, 'k' || range % 3 AS k FROM range({MANY})) ON k IN ('k0', 'k1') USING count(*)"
        " GROUP BY n ORDER BY n -- a comment"
    )
    run = ask("sql", statement, "--columns", "k1,n,k1", "--sort", "-n", "-f", name)
    assert run.returncode == 0 and run.stdout.count("\n") >= MANY
    assert "9999" in "".join(run.stdout.split("\n")[:3])
    for sql in (
        "SHOW TABLES",
        "DESCRIBE facts",
        "SUMMARIZE sources",
        "EXPLAIN SELECT 1",
        "VALUES (1)",
        "FROM range(3)",
    ):
        run = ask("sql", sql, "-f", name)
        assert run.returncode == 0 and run.stdout.count("\n") >= (1 if name == "jsonl" else 2)


def test_rows_that_were_looked_at_are_written_once() -> None:
    with Database.open(paths.database()) as database:
        result = database.run("SELECT random() AS x FROM range(3)")
        first = result.peek()
        assert first is not None and result.copy is not None
        out = io.StringIO()
        assert formats.load("csv").write(result, out, formats.Options(header=False)) == 3
        assert float(out.getvalue().split("\n")[0]) == first[0]


def test_an_error_amid_the_rows_is_told_and_no_success() -> None:
    late = f"SELECT CASE WHEN range < {MANY * 50} THEN '1' ELSE 'a' END AS x FROM range({MANY * 100})"
    run = ask("sql", f"SELECT CAST(x AS INTEGER) AS n FROM ({late})")
    assert run.returncode == 1 and "Traceback" not in run.stderr and "'a'" in run.stderr
    with Database.open(paths.database()) as database, pytest.raises(QueryFailed):
        formats.load("csv").write(database.run("SELECT error('x')"), io.StringIO(), formats.Options())


def test_what_goes_wrong_with_the_stream_comes_out_as_it_is() -> None:
    class Full(io.RawIOBase):
        def write(self, content: Any) -> int:
            raise OSError(28, "No space left on device")

    with Database.open(paths.database()) as database:
        with pytest.raises(OSError, match="No space"):
            formats.load("csv").write(database.run("FROM range(1000000)"), Full(), formats.Options())  # type: ignore[arg-type]
        assert list(database.run("SELECT 1").rows) == [(1,)]


def test_a_sort_that_does_not_fit_in_memory_is_told_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(engine, "MEMORY", "40MB")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    statement = "SELECT repeat(md5(range::VARCHAR), 6) AS t FROM range(500000) ORDER BY t"
    with Database.open(paths.database()) as database, pytest.raises(LimitReached):
        formats.load("csv").write(database.run(statement), io.StringIO(), formats.Options())
    assert list(tmp_path.iterdir()) == []


def test_a_console_of_another_encoding_gets_its_own_characters() -> None:
    out = io.TextIOWrapper(io.BytesIO(), "gb18030", newline="")
    with Database.open(paths.database()) as database:
        formats.load("csv").write(
            database.run("SELECT '亿元' AS a FROM range(50000)"), out, formats.Options()
        )
    out.flush()
    assert out.buffer.getvalue() == ("a\n" + "亿元\n" * 50_000).encode("gb18030")  # type: ignore[attr-defined]


@pytest.mark.slow
def test_many_rows_take_little_memory(tmp_path: Path) -> None:
    code = (
        "import resource, subprocess, sys\n"
        "run = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
        "print(run.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)\n"
    )
    sql = "SELECT range AS a, 'name ' || range AS b, range * 1.5::DOUBLE AS c, range % 7 AS d, 'x' AS e FROM range(5000000)"
    run = subprocess.run(
        [sys.executable, "-c", code, IPCLI, "sql", sql, "--timeout", "100"], capture_output=True, text=True
    )
    code_of_run, megabytes = map(int, run.stdout.split())
    assert code_of_run == 0 and megabytes < 400
