"""Statements at random over all functions and types, at odd sizes: no accepted one ends the process by a signal.

IPCLI_CRASH_SECONDS says how long (45 unless told); IPCLI_SEED begins another series.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial

import duckdb
import pytest

from conftest import House, environment
from ipcli.db import statements

BATCH = 200
SECONDS = float(os.environ.get("IPCLI_CRASH_SECONDS", "45"))
SEED = int(os.environ.get("IPCLI_SEED", "1"))
# Runs the statements of its input as `ipcli sql` does, and prints a dot before each. What takes too long ends with
# the process, as in the program, and the rest is for the next one. Errors of any kind are no crashes.
CHILD = """
import itertools, json, os, sys
from ipcli.errors import LimitReached
from ipcli.db.sandbox import Sandbox, limit_process
limit_process()
sandbox = Sandbox.load(sys.argv[1])
for sql in json.load(sys.stdin):
    print(".", flush=True)
    try:
        for row in itertools.islice(sandbox.run(sql, timeout=1).rows, 2000):
            str(row)
    except LimitReached:
        os._exit(0)
    except Exception:
        pass
os._exit(0)
"""
NUMBERS = "0 1 -1 2 7 127 -128 255 32767 65535 65536 2147483647 -2147483648 4294967295 9223372036854775807 -9223372036854775808"
REALS = f"{NUMBERS} 18446744073709551615 {2**127 - 1} -{2**127} {'9' * 38} 0.5 -0.0 1e-320 1e308 -1e308 nan inf -inf"
MOMENTS = "1970-01-01 0001-01-01 9999-12-31 2024-02-29 infinity -infinity epoch 5881580-07-10 290309-12-22~(BC) 1677-09-22 2262-04-11"
DEEP = [f"repeat('{a}', {n}) || '1' || repeat('{z}', {n})" for n in (300, 100_000) for a, z in ("[]", ('{"a":', "}"), "()")]  # fmt: skip
TEXTS = [
    *("repeat('a', 100000)", "repeat('é🚢', 3000)", "repeat('a,', 30000)", "repeat('%', 5000)", "chr(0)", "E'\\n\\x01'", *DEEP),
    *(f"'{text}'" for text in (
        "", " ", "a", "b", "abc", "崂山🚢", "e\u0301", "%", "_%_", "\\", "(a|b)*", "(((((a*)*)*)*)*)*$", "[[:alpha:]", "(?P<x>.)",
        "$", "$.a", "$[0]", "$..*", "/a/0", "$[#-1]", "1", "-1", "1e999", "0x1F", "2024-02-30", "%Y-%m-%d %H:%M:%S.%f %j %U %z %Z", "%%", "%g%n",
        "year", "isodow", "epoch", "timezone", "millennium", "UTC", "Asia/Shanghai", "zh", "md5", "{:d}{}{:>99}", "%s %d", "%99999999d", "%*d", "{:99999}",
        "[1, [2, null]]", "{\"a\": [1, {\"b\": null}]}", "SELECT 1", "<a>&amp;</a>", "http://a.b/c?d=e#f", "YWI=", "ff", "101",
        "POINT(1 2)", "POLYGON((0 0,1 1,1 0,0 0))", "i", "g", "c", "all", "ASC", "DESC", "NULLS FIRST",
    )),
]  # fmt: skip
SCALARS = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"), NUMBERS),
    **dict.fromkeys(("HUGEINT", "UHUGEINT", "FLOAT", "DOUBLE", "BIGNUM", "DECIMAL", "DECIMAL(38,0)", "DECIMAL(38,37)", "DECIMAL(4,1)"), REALS),
    **dict.fromkeys(("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), MOMENTS),
    **dict.fromkeys(("TIME", "TIME WITH TIME ZONE", "TIME_NS"), "00:00:00 24:00:00 23:59:59.999999 12:00:00+15:59 12:00:00-15:59"),
    "INTERVAL": "0 1~month -1~day 2147483647~months -2147483648~days 9223372036854775807~microseconds 178956970~years",
    "BOOLEAN": "true false", "UUID": f"{'0' * 32} {'f' * 32}", "BIT": f"0 1 101 {'10' * 500}", "GEOMETRY": "POINT(1~2) POINT~EMPTY POLYGON((0~0,1~1,1~0,0~0))",
    "BLOB": "a \\x00 \\xFF\\xFE\\x80 \\x01\\x02\\x00\\x00\\x00\\xFF\\xFF\\xFF\\xFF", "JSON": 'null 1 "a" [] {} [[1,2],[3]] {"a":{"b":[1,null]}} 1e999',
}  # fmt: skip
SHAPES = [
    "SELECT <f> AS x", "SELECT <f> FROM <t>", "SELECT <f> FROM <t> GROUP BY a", "SELECT <f>, <f> FROM <t> WHERE <f> IS NOT NULL ORDER BY 1 DESC LIMIT <v>",
    "SELECT <f> OVER (PARTITION BY b ORDER BY a ROWS BETWEEN <v> PRECEDING AND <v> FOLLOWING) FROM <t>", "SELECT DISTINCT ON (a) <f>, a FROM <t> ORDER BY <v>",
    "SELECT <f> OVER (ORDER BY a RANGE BETWEEN <v> PRECEDING AND <v> FOLLOWING EXCLUDE TIES) FROM <t>", "FROM range(3) r(a), (SELECT <v> AS b) WHERE <f>",
    "SELECT TRY_CAST(<f> AS <y>), (<v>)::<y>[], TRY_CAST([<v>] AS <y>[2]) FROM <t>", "SELECT CAST(<v> AS <y>), TRY(<f>)", "SUMMARIZE SELECT <f> AS x FROM <t>",
    "SELECT (<v>)[<v>:<v>:<v>], [<v>, <f>][<v>], <v> BETWEEN <v> AND <v>, <v> LIKE <v> ESCAPE <v>, <v> IN (<v>, <v>)", "FROM <t> UNION SELECT <v>, <v>",
    "SELECT CASE WHEN a = <v> THEN <f> ELSE <v> END, a AT TIME ZONE <v>, extract(<v> FROM b) FROM <t>", "FROM <t> AS l ASOF JOIN <t> AS r ON l.b = r.b AND l.a >= r.a",
    "PIVOT (FROM <t>) ON a IN (<v>, <v>) USING <f>", "SELECT <f> FROM <t> GROUP BY GROUPING SETS ((a), (b), ()) HAVING <v> IS NULL", "FROM <t> LIMIT <v> OFFSET <v>",
    "FROM <s>(<v>)", "FROM <s>(<v>, <v>)", "FROM <s>(<v>, <v>, <v>) LIMIT 9", "SELECT unnest(<v>, recursive := true), <f> FROM <t>", "FROM <t> USING SAMPLE <v>",
    "SELECT <f> FILTER (a IS NOT NULL), <n>(DISTINCT a ORDER BY b DESC, <v>) FROM <t>", "SELECT [<f> for x in <v> if x = <v>]", "SELECT {'a': <f>, 'b': <v>}.a, MAP {<v>: <f>}",
    "WITH RECURSIVE w(a, b) AS (FROM <t> UNION ALL SELECT <f>, a FROM w LIMIT 50) FROM w", "FROM <t> AS l JOIN <t> AS r ON l.a = r.a ORDER BY ALL", "EXPLAIN ANALYZE SELECT <f> FROM <t>",
    "SELECT TRY_CAST((<d>)::JSON AS <y>), TRY_CAST([(<d>)::JSON] AS <y>[])",
]  # fmt: skip
FUNCTIONS = """
SELECT lower(function_name), parameter_types, varargs FROM duckdb_functions()
WHERE function_type IN ('scalar', 'aggregate', 'macro', 'window') AND function_name NOT SIMILAR TO 'icu_collate_[a-y].*' ORDER BY ALL
"""
GENERIC = {"ANY", "T", "K", "V", "ANY[]", "T[]", "T[][]", "K[]", "V[]"}
NESTED = {
    "STRUCT": ["{'k': <>}"], "TUPLE": ["ROW(<>)"], "UNION": ["union_value(u := <>)"], "MAP(K, V)": ["MAP {<>: NULL}"],
    "MAP(VARCHAR, VARCHAR)": ["MAP {'k': <>}"], "LAMBDA": ["lambda x: x", "lambda x, y: x = y", "lambda x: <>"],
}  # fmt: skip
OTHERS = ["NULL", "a", "b", "[]", "MAP {}", "range(5000)", "[" * 90 + "1" + "]" * 90, "{'k': <>}", "ROW(<>)", "union_value(u := <>)"]  # fmt: skip


class Maker(random.Random):
    """Makes statements, each of the library's own functions as likely as another."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.functions: dict[str, list[list[str]]] = {}
        for name, types, more in duckdb.sql(FUNCTIONS).fetchall():
            with suppress(statements.Refused):
                statements.check({"function_name": name})
                given = [type_ or "ANY" for type_ in types] + [more] * self.randrange(4) * bool(more)
                self.functions.setdefault(name, []).append(given)
        self.fill = {"f": self.call, "v": self.value, "t": self.table}
        known = {"y": [*SCALARS, *sorted(statements._TYPES)], "n": [*self.functions], "d": DEEP}
        for mark, among in {**known, "s": sorted(statements._TABLE_FUNCTIONS)}.items():
            self.fill[mark] = partial(self.choice, among)

    def value(self, type_: str = "ANY", depth: int = 1) -> str:
        """A value of a type, often; a column, NULL, a call or a value of another type at times."""
        dice = self.random()
        if type_ == "LAMBDA" or dice < 0.08 or type_ in NESTED:
            return self.choice(NESTED.get(type_, OTHERS)).replace("<>", self.call(0) if depth else "1")
        if dice < 0.14 and depth:
            return self.call(depth - 1)
        if type_.endswith("]"):
            item, size = type_[: type_.rindex("[")], self.choice([0, 1, 2, 3, 3, 3, 40])
            items = ", ".join(self.value(item, 0) for _ in range(size))
            return f"[{items}]" if type_.endswith("[]") else f"array_value({items})"
        if type_ == "VARCHAR" or dice < 0.18:
            return self.choice(TEXTS)
        type_ = type_ if type_ in SCALARS and dice < 0.97 else self.choice([*SCALARS])
        return f"TRY_CAST('{self.choice(SCALARS[type_].split()).replace('~', ' ')}' AS {type_})"

    def call(self, depth: int = 1) -> str:
        """A call of any function, with values for its parameters."""
        name, same = self.choice([*self.functions]), self.choice([*SCALARS])
        types = self.choice(self.functions[name])
        given = [self.value(re.sub("ANY|[TKV]", same, t) if t in GENERIC else t, depth) for t in types]
        return f'"{name}"({", ".join(given)})'

    def table(self) -> str:
        """A table with two columns, of one row, two or many."""
        row, other = (f"{self.value(depth=0)}, {self.value(depth=0)}" for _ in range(2))
        many = f"(SELECT if(n % 3 = 0, NULL, n), {self.value(depth=0)} FROM range(3000) r(n))"
        return self.choice([f"(VALUES ({row}))", f"(VALUES ({row}), ({other}))", many]) + " t(a, b)"

    def statement(self) -> str:
        """Any statement; the first shapes, which are one call, more often."""
        return re.sub("<(.)>", lambda mark: self.fill[mark[1]](), self.choice([*SHAPES, *SHAPES[:3] * 6]))


@pytest.mark.slow
def test_no_statement_ends_the_process(house: House) -> None:
    maker, tried, found = Maker(SEED), 0, []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        left = [maker.statement() for _ in range(BATCH)]
        while left:
            pipes = {"input": json.dumps(left).encode(), "capture_output": True, "timeout": 600}
            run = subprocess.run([sys.executable, "-c", CHILD, house.db], env=environment(house), **pipes)
            reached = len(run.stdout.split())
            # 4: a statement that took too long and could not be interrupted.
            assert reached and (run.returncode <= 0 or run.returncode == 4), run.stderr[-2000:]
            found += [(run.returncode, left[reached - 1])] * (run.returncode < 0)
            tried, left = tried + reached, left[reached:]
    assert not found, tried
