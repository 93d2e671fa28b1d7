"""Rows that the database prints are the rows that Python prints, to the byte. `--limit` has Python print them."""

from __future__ import annotations

import io

import pytest

from cli.test_shipped import ask
from ipcli import formats, paths
from ipcli.engine import Database
from ipcli.model import Lines

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
MANY = 2500


def many(statement: str) -> str:
    return f"SELECT t.* FROM ({statement}) AS t, range({MANY}) ORDER BY ALL"


@pytest.mark.parametrize("more", [[], ["--null", "N/A"], ["--null", 'a,"b"'], ["--no-header"]], ids=str)
@pytest.mark.parametrize("kind", TYPES)
def test_both_ways_print_the_same(kind: str, more: list[str]) -> None:
    for name in ("csv", "tsv", "jsonl", "json") if not more else ("csv", "tsv"):
        printed = ask("sql", many(TYPES[kind]), "-f", name, *more)
        assert printed.stdout == ask("sql", many(TYPES[kind]), "-f", name, "--limit", "100000", *more).stdout
        assert (printed.returncode, printed.stderr) == (0, "")


@pytest.mark.parametrize(
    "statement",
    [
        f'SELECT 1 AS a, 2 AS a, \'x\' AS "a b", 3 AS "q""\'q" FROM range({MANY})',
        f"SELECT range AS n, hash(range) % 1000 AS h FROM range({MANY * 3}) ORDER BY h, n DESC",
        f"WITH a AS (FROM range({MANY})) SELECT range AS n, NULL AS nothing FROM a -- a comment",
        f"PIVOT (SELECT range AS n, 'k' || range % 3 AS k FROM range({MANY})) ON k IN ('k0', 'k1') USING count(*)"
        " GROUP BY n ORDER BY n",
    ],
)
@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_names_and_order_stay(statement: str, name: str) -> None:
    printed = ask("sql", statement, "-f", name)
    assert printed.stdout == ask("sql", statement, "-f", name, "--limit", "100000").stdout
    assert printed.stdout.count("\n") >= MANY


def test_columns_and_sort_hold() -> None:
    statement = f"SELECT range AS n, range % 7 AS m, 'x' || range AS t FROM range({MANY})"
    args = ["sql", statement, "--columns", "t,m,t", "--sort", "-m"]
    assert ask(*args).stdout == ask(*args, "--limit", "100000").stdout


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_built_in_queries_too(kind: str) -> None:
    query = (
        "SELECT f.*, CAST(CASE WHEN n % 2 = 0 THEN 'a,b' ELSE 'c' END AS ENUM ('a,b', 'c')) AS e"
        f" FROM facts AS f, range({MANY // 100}) AS r(n) WHERE city = $city ORDER BY n, fact_id"
    )
    printed = []
    with Database.open(paths.database()) as database:
        for lines in (Lines(kind), None):
            result = database.run(query, {"city": "青岛市"}, lines=lines)
            assert (result.lines is None) == (lines is None)
            out = io.StringIO(newline="")
            printed.append((formats.load(kind).write(result, out, formats.Options()), out.getvalue()))
    assert printed[0] == printed[1]


def test_what_is_wrong_is_told_as_ever() -> None:
    late = f"SELECT CASE WHEN range < {MANY} THEN '1' ELSE 'a' END AS x FROM range({MANY * 2})"
    run = ask("sql", f"SELECT CAST(x AS INTEGER) FROM ({late})")
    assert run.returncode == 1
    assert run.stderr == ask("sql", f"SELECT CAST(x AS INTEGER) FROM ({late})", "--limit", "100000").stderr
    assert "Traceback" not in run.stderr
