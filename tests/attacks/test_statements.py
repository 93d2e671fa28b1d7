"""Each attack of the arsenal as a statement of `ipcli sql`."""

from __future__ import annotations

import pytest

from attacks.arsenal import DEEP, FAILED_FAMILIES, HARMLESS, LIMIT_FAMILIES, REFUSED_FAMILIES
from attacks.conftest import Arena
from conftest import some


def attacks(families: dict[str, list[str]], quick: int = 1) -> list[object]:
    """All attacks of the families; those after the first `quick` of each in the slow tier."""
    return [
        param
        for family, statements in families.items()
        for param in some(statements, quick, ids=lambda sql, family=family: f"{family}: {sql[:60]}")
    ]


@pytest.mark.parametrize("sql", attacks(REFUSED_FAMILIES, 1))
def test_refused_in_one_line(arena: Arena, sql: str) -> None:
    process = arena.run("sql", arena.filled(sql), codes={2})
    assert process.stdout == b""
    assert process.stderr.startswith(b"ipcli: ") and process.stderr.count(b"\n") == 1


@pytest.mark.parametrize("sql", attacks(FAILED_FAMILIES))
def test_nothing_of_the_kind(arena: Arena, sql: str) -> None:
    assert arena.run("sql", arena.filled(sql), codes={1, 2}).stdout == b""


@pytest.mark.parametrize("sql", attacks(LIMIT_FAMILIES))
def test_limits_hold(arena: Arena, sql: str) -> None:
    arena.run("sql", "--timeout", "1", arena.filled(sql), codes={4})


@pytest.mark.parametrize("sql", attacks({"harmless": HARMLESS}, 3))
def test_harmless_statements_work(arena: Arena, sql: str) -> None:
    assert arena.run("sql", arena.filled(sql), codes={0}).stdout


@pytest.mark.slow
@pytest.mark.parametrize("n", [300, 900, 20_000])
@pytest.mark.parametrize("shape", DEEP)
def test_deep_statements_end_cleanly(arena: Arena, shape: str, n: int) -> None:
    sql = eval(DEEP[shape], {"n": n})
    arena.run("sql", "-", "--timeout", "3", stdin=sql.encode(), codes={0, 1, 2, 4})


@pytest.mark.parametrize("brackets", ["[]", "()"])
def test_brackets_nest_so_deep_and_no_deeper(arena: Arena, brackets: str) -> None:
    opening, closing = brackets
    for depth, code in ((250, 0), (251, 2)):
        arena.run("sql", f"SELECT {opening * depth}1{closing * depth} AS x", codes={code})


def test_a_statement_that_is_too_long(arena: Arena) -> None:
    sql = "SELECT '" + "x" * 1_100_000 + "'"
    arena.run("sql", "-", stdin=sql.encode(), codes={2})
    arena.run("sql", "-", stdin=b"SELECT 1 \0; DROP VIEW investments", codes={2})
    arena.run("sql", "-", stdin=b"SELECT '\xff\xfe'", codes={2})
