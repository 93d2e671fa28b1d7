"""Rows that the database prints are the rows that Python prints, to the byte. `--limit` has Python print them."""

from __future__ import annotations

import pytest

from cli.test_shipped import ask

TYPES = {
    "text": "SELECT unnest(['', 'a', NULL, 'a,b', 'a\tb', 'say \"x\"', 'cr\rx', 'lf\nx', '亿元', '🚀', 'back\\slash',"
    " ' a ', '/', '\x7f'])",
    "text beside": "SELECT unnest(['', NULL, 'x']) AS a, unnest([NULL, 'y;z', '=1+1']) AS b",
    "double": "SELECT unnest([0.0, -0.0, 130, 11.1, 0.1 + 0.2, 1e15, 9007199254740992, 9007199254740994, 1e16, 1e22, 1e-5,"
    " 1e-7, -5.5, 123456789.125, 1.7976931348623157e308, 5e-324, 'inf'::DOUBLE, '-inf'::DOUBLE, 'nan'::DOUBLE, NULL]::DOUBLE[])",
    "float": "SELECT unnest([0.1, 1.5, 3, NULL, 1e10]::FLOAT[])",
    "decimal": "SELECT unnest([1.50, 0.05, -3, NULL, 100.00]::DECIMAL(9,2)[])",
    "wide decimal": "SELECT unnest([1.50, 12345678901234567890.5, NULL]::DECIMAL(38,2)[])",
    "whole decimal": "SELECT unnest([100, 0, NULL]::DECIMAL(9,0)[])",
    "whole": "SELECT 1::TINYINT, -2::SMALLINT, 3::INTEGER, 9223372036854775807,"
    " 170141183460469231731687303715884105727::HUGEINT, 255::UTINYINT, NULL::UBIGINT",
    "boolean": "SELECT unnest([true, false, NULL])",
    "date": "SELECT unnest(['2025-03-01'::DATE, '0001-01-01'::DATE, NULL])",
    "list": "SELECT unnest([['a', 'b;c'], [], NULL, ['x\"y', NULL, 'z,w'], ['']])",
    "enum": "SELECT unnest(['a,b', 'c']::ENUM('a,b', 'c')[])",
    "other": "SELECT TIMESTAMP '2025-01-02 03:04:05.5' AS t, INTERVAL 3 DAY AS i, {'a': 1} AS s, '\\xAA'::BLOB AS b,"
    " [1, 2] AS l",
    "same names": 'SELECT 1 AS a, 2 AS a, \'x\' AS "a b", 3 AS "q""\'q"',
    "order": "SELECT range AS n, hash(range) % 1000 AS h FROM range(7000) ORDER BY h, n DESC",
    "nothing": "SELECT 1 AS a, 'x' AS b WHERE false",
}


@pytest.mark.parametrize("more", [[], ["--null", "N/A"], ["--null", 'a,"b"'], ["--no-header"]], ids=str)
@pytest.mark.parametrize("kind", TYPES)
def test_both_ways_print_the_same(kind: str, more: list[str]) -> None:
    for name in ("csv", "tsv", "jsonl", "json") if not more else ("csv", "tsv"):
        printed = ask("sql", TYPES[kind], "-f", name, *more)
        assert printed.stdout == ask("sql", TYPES[kind], "-f", name, "--limit", "100000", *more).stdout, name
        assert (printed.returncode, printed.stderr) == (0, "")


@pytest.mark.parametrize("name", ["csv", "jsonl", "json"])
@pytest.mark.parametrize("lookup", ["targets", "districts", "sources", "conflicts", "series", "ranking"])
def test_lookups_too(lookup: str, name: str) -> None:
    printed = ask(lookup, "-f", name)
    assert printed.stdout == ask(lookup, "-f", name, "--limit", "100000").stdout
    assert printed.stdout.count("\n") > 2


def test_columns_and_sort_hold() -> None:
    args = ["targets", "--columns", "value,fact_id,value", "--sort", "-value"]
    assert ask(*args).stdout == ask(*args, "--limit", "100000").stdout


def test_what_is_wrong_is_told_as_ever() -> None:
    run = ask("sql", "SELECT nothing FROM targets")
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == ask("sql", "SELECT nothing FROM targets", "--limit", "5").stderr
