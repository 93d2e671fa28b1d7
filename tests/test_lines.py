"""Rows that the database prints are the rows that Python prints, to the byte."""

from __future__ import annotations

import io
from pathlib import Path

import duckdb
import pytest

from cli.test_shipped import ask
from conftest import some
from ipcli import paths
from ipcli.db import engine
from ipcli.db.engine import Database
from ipcli.db.sandbox import Sandbox
from ipcli.errors import LimitReached
from ipcli.model import Lines
from ipcli.output import formats

TYPES = {
    "text": "SELECT unnest(['', 'a', NULL, 'a,b', 'a\tb', 'say \"x\"', 'cr\rx', 'lf\nx', '亿元', '🚀', 'back\\slash',"
    " ' a ', '/', '\x7f'])",
    "text beside": "SELECT unnest(['', NULL, 'x']) AS a, unnest([NULL, 'y;z', '=1+1']) AS b",
    "double": "SELECT unnest([0.0, -0.0, 130, 11.1, 0.1 + 0.2, 1e15, 9007199254740992, 9007199254740994, 1e16, 1e22, 1e-5,"
    " 1e-7, -5.5, 123456789.125, 1.7976931348623157e308, 5e-324, 'inf'::DOUBLE, '-inf'::DOUBLE,"
    " 'nan'::DOUBLE, NULL]::DOUBLE[])",
    "float": "SELECT unnest([0.1, 1.5, 3, NULL, 1e10]::FLOAT[])",
    "decimal": "SELECT unnest([1.50, 0.05, -3, NULL, 100.00]::DECIMAL(9,2)[])",
    "wide decimal": "SELECT unnest([1.50, 12345678901234567890.5, NULL]::DECIMAL(38,2)[])",
    "whole decimal": "SELECT unnest([100, 0, NULL]::DECIMAL(9,0)[])",
    "whole": "SELECT 1::TINYINT, -2::SMALLINT, 3::INTEGER, 9223372036854775807,"
    " 170141183460469231731687303715884105727::HUGEINT, 255::UTINYINT, NULL::UBIGINT",
    "boolean": "SELECT unnest([true, false, NULL])",
    "date": "SELECT unnest(['2025-03-01'::DATE, '0001-01-01'::DATE, NULL])",
    "list": "SELECT unnest([['a', 'b;c'], [], NULL, ['x\"y', NULL, 'z,w'], ['']])",
    "other": "SELECT TIMESTAMP '2025-01-02 03:04:05.5' AS t, INTERVAL 3 DAY AS i, {'a': 1} AS s, '\\xAA'::BLOB AS b,"
    " [1, 2] AS l",
    "nothing": "SELECT 1 AS a, 'x' AS b WHERE false",
}


# Only a result of many rows is printed by the database.
MANY = 2100


def many(statement: str) -> str:
    return f"SELECT t.* FROM ({statement}) AS t, range({MANY}) ORDER BY ALL"


def written(statement: str, name: str, null: str = "", *, lines: bool) -> tuple[int, bytes]:
    """What a format makes of a statement, with rows that the database prints or that Python prints."""
    kind = "jsonl" if name == "json" else name
    with Database.open(paths.database()) as database:
        result = database.run(statement, {"city": "青岛市"}, lines=Lines(kind, null) if lines else None)
        assert (result.printed is not None) <= lines
        binary = io.BytesIO()
        out = binary if formats.load(name).BINARY else io.TextIOWrapper(binary, "utf-8", newline="")
        count = formats.load(name).write(result, out, formats.Options(null=null))  # type: ignore[arg-type]
        out.flush()
        return count, binary.getvalue()


@pytest.fixture(params=["pumped", pytest.param("fetched", marks=pytest.mark.slow)], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Rows are pumped past Python, or, where the process has the file open already, fetched."""
    if request.param == "fetched":
        connect = engine.connect
        monkeypatch.setattr(engine, "connect", lambda *args: (connect(*args)[0], False))
    return str(request.param)


@pytest.mark.parametrize("kind", some(TYPES, 3))
def test_both_ways_print_the_same(kind: str) -> None:
    statement = many(TYPES[kind])
    for name in ("csv", "tsv", "jsonl", "json"):
        for null in ("", "N/A", 'a,"b"') if name in ("csv", "tsv") else ("",):
            printed = written(statement, name, null, lines=True)
            assert printed == written(statement, name, null, lines=False)


@pytest.mark.parametrize("kind", some(sorted(TYPES.keys() - {"nothing"}), 2))
def test_parquet_too(kind: str, tmp_path: Path) -> None:
    # It has no whole numbers of 128 bits.
    statement = many(TYPES[kind].replace("170141183460469231731687303715884105727", "0"))
    read = []
    for lines in (True, False):
        count, content = written(statement, "parquet", lines=lines)
        file = tmp_path / f"{lines}.parquet"
        file.write_bytes(content)
        source = f"read_parquet('{file}')"
        read.append(
            (
                count,
                duckdb.sql(f"DESCRIBE FROM {source}").fetchall(),
                [str(row) for row in duckdb.sql(f"FROM {source}").fetchall()],
                duckdb.sql(f"SELECT key, value FROM parquet_kv_metadata('{file}') ORDER BY ALL").fetchall(),
            )
        )
    assert read[0] == read[1]
    assert read[0][0] >= MANY


@pytest.mark.parametrize(
    "statement",
    [
        f'SELECT 1 AS a, 2 AS b, \'x\' AS "a b", 3 AS "q""\'q" FROM range({MANY})',
        f"SELECT range AS n, hash(range) % 1000 AS h FROM range({MANY * 3}) ORDER BY h, n DESC",
        f"WITH a AS (FROM range({MANY})) SELECT range AS n, NULL AS nothing FROM a -- a comment",
        f"SELECT f.*, CAST(CASE WHEN n % 2 = 0 THEN 'a,b' ELSE 'c' END AS ENUM ('a,b', 'c')) AS e"
        f" FROM facts AS f, range({MANY // 100}) AS r(n) WHERE city = $city ORDER BY n, fact_id",
    ],
)
@pytest.mark.parametrize("name", ["csv", "json"])
def test_names_and_order_stay(statement: str, name: str) -> None:
    printed = written(statement, name, lines=True)
    assert printed == written(statement, name, lines=False)
    assert printed[0] >= MANY


def test_a_sort_that_does_not_fit_in_memory_is_told_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(engine, "_MEMORY", "40MB")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    statement = "SELECT repeat(md5(range::VARCHAR), 6) AS t FROM range(500000) ORDER BY t"
    with Database.open(paths.database()) as database, pytest.raises(LimitReached):
        result = database.run(statement, lines=Lines("csv"))
        assert result.printed is not None
        list(result.printed.chunks)
    assert list(tmp_path.iterdir()) == []


def test_giving_up_amid_many_rows_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with Database.open(paths.database()) as database:
        result = database.run("FROM range(100000000)", lines=Lines("csv"))
        assert result.printed is not None and next(result.printed.chunks).startswith(b"0\n1\n")
        result.printed.close()
        assert list(database.run("SELECT 1").rows) == [(1,)]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("again", [0, 100])
def test_a_sandbox_runs_a_slow_statement_once_and_none_loses_rows(
    monkeypatch: pytest.MonkeyPatch, again: float
) -> None:
    monkeypatch.setattr(engine, "_AGAIN", again)
    with Sandbox.load(paths.database()) as database:
        result = database.run(f"FROM range({4 * MANY})", lines=Lines("csv"))
        assert (result.printed is not None) == bool(again)
        out = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="")
        assert formats.load("csv").write(result, out, formats.Options()) == 4 * MANY


@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_statements_that_people_write_are_printed_so_too(name: str) -> None:
    statement = (
        f"PIVOT (SELECT range AS n, 'k' || range % 3 AS k FROM range({MANY})) ON k IN ('k0', 'k1') USING count(*)"
        " GROUP BY n ORDER BY n"
    )
    for asked in (
        [statement, "--columns", "k1,n,k1", "--sort", "-n"],
        [f"SELECT range AS a, 2 AS a FROM range({MANY})"],
    ):
        printed = ask("sql", *asked, "-f", name)
        assert printed.stdout == ask("sql", *asked, "-f", name, "--limit", "100000").stdout
        assert printed.stdout.count("\n") >= MANY


def test_what_is_wrong_is_told_as_ever() -> None:
    late = f"SELECT CASE WHEN range < {MANY} THEN '1' ELSE 'a' END AS x FROM range({MANY * 2})"
    run = ask("sql", f"SELECT CAST(x AS INTEGER) FROM ({late})")
    assert run.returncode == 1
    assert run.stderr == ask("sql", f"SELECT CAST(x AS INTEGER) FROM ({late})", "--limit", "100000").stderr
    assert "Traceback" not in run.stderr
