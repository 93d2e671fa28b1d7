from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from conftest import HASH, House, make_database
from ipcli.db import engine
from ipcli.db.engine import Database
from ipcli.errors import DatabaseError, LimitReached, QueryFailed, UsageError

SLOW = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range % 7 = 3"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPCLI_LANG", "en")


@pytest.fixture
def db(house: House) -> Iterator[Database]:
    with Database.open(house.db) as database:
        yield database


def test_tells_release_hash_and_cities(db: Database) -> None:
    assert (db.release, db.content_hash, db.cities) == ("2026.1 (2026-01-02)", HASH, ["云山市"])


def test_columns_have_types(db: Database) -> None:
    result = db.run(
        "SELECT 'a' AS t, 1.5::DOUBLE AS n, 1.5::DECIMAL(5, 2) AS m, 1::INTEGER AS i, 1::HUGEINT AS h,"
        " true AS b, DATE '2025-01-02' AS d, ['x'] AS l, [1.5]::DECIMAL(3, 1)[] AS k, 'a'::ENUM('a') AS e"
    )
    assert {column.name: column.type for column in result.columns} == {
        "t": "text", "n": "number", "m": "number", "i": "integer", "h": "integer", "b": "boolean",
        "d": "date", "l": "list", "k": "list", "e": "text",
    }  # fmt: skip
    assert len(list(result.rows)) == 1


def test_binds_what_the_statement_names_and_leaves_out_the_rest(db: Database) -> None:
    sql = "SELECT project FROM investments WHERE ($district IS NULL OR district = ANY($district)) ORDER BY 1"
    values = {"district": ["西岭区"], "other": 1}
    assert list(db.run(sql, values).rows) == [("膠卷博物馆",)]
    assert len(list(db.run(sql, {"district": None}).rows)) == 4
    with pytest.raises(UsageError, match=r"\$district"):
        db.run(sql, {})


def test_columns_are_chosen_and_ordered_and_unknown_ones_list_the_known(db: Database) -> None:
    sql = "SELECT i AS a, i + 1 AS b, i + 2 AS c FROM range(2) t(i)"
    result = db.run(sql, columns=["c", "a"], show=("a", "gone"))
    assert [column.name for column in result.columns] == ["c", "a"]
    assert list(result.rows) == [(2, 0), (3, 1)]
    assert result.chosen and result.show == ("a",)
    with pytest.raises(UsageError, match="no column d; columns: a, b, c"):
        db.run(sql, columns=["d"])
    with pytest.raises(UsageError, match="no column d; columns: a, b, c"):
        db.run(sql, sort=[("d", False)])


def test_sorts_with_nulls_last_both_ways_and_keeps_the_order_of_ties(db: Database) -> None:
    sql = "SELECT * FROM (VALUES (1, 'c'), (NULL, 'b'), (2, 'z'), (2, 'a')) t(n, s)"
    assert [row[1] for row in db.run(sql, sort=[("n", False)]).rows] == ["c", "z", "a", "b"]
    assert [row[1] for row in db.run(sql, sort=[("n", True)]).rows] == ["z", "a", "c", "b"]
    assert [row[1] for row in db.run(sql, sort=[("n", True), ("s", False)]).rows] == ["a", "z", "c", "b"]


def test_sorts_by_the_expression_the_query_gives_for_a_column(db: Database) -> None:
    sql = "SELECT project, amount_yi, lower_yi FROM investments WHERE NOT is_umbrella -- no semicolon"
    result = db.run(
        sql,
        sort=[("amount_yi", True)],
        order={"amount_yi": "coalesce(lower_yi, amount_yi)"},
        columns=["amount_yi"],
    )
    assert list(result.rows) == [(130.0,), (None,), (11.1,)]


@pytest.mark.parametrize("sort", [[], [("n", False)]])
@pytest.mark.parametrize("limit", [0, 1, 2000, 4001])
def test_limit_is_exact(db: Database, limit: int, sort: list[tuple[str, bool]]) -> None:
    rows = list(db.run("SELECT range AS n FROM range(10000)", limit=limit, sort=sort).rows)
    assert rows == [(n,) for n in range(limit)]


def test_rows_stream_in_order_over_many_batches(db: Database) -> None:
    rows = db.run("SELECT range AS n FROM range(12345)").rows
    assert [n for (n,) in rows] == list(range(12345))


def test_sources_can_be_looked_up_while_rows_stream(db: Database) -> None:
    rows = db.run("SELECT range AS n FROM range(9999)").rows
    assert next(rows) == (0,)
    sources = db.sources(["SRC-1", "nowhere"])
    assert sources["SRC-1"].title == "云山日报专题"
    assert sources["SRC-1"].published_from == "2025-01-01"
    assert list(sources) == ["SRC-1"]
    assert len(list(rows)) == 9998


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM nowhere",
        "SELECT nothing FROM investments",
        "SELEC 1",
        "SELECT 1 +",
        "SELECT CAST('x' AS INTEGER)",
        "SELECT error('line one\n\nline two')",
    ],
)
def test_a_failing_query_is_one_line(db: Database, sql: str) -> None:
    with pytest.raises((QueryFailed, DatabaseError)) as caught:
        list(db.run(sql).rows)
    assert "\n" not in str(caught.value)


def test_a_long_value_does_not_flood_the_message(db: Database) -> None:
    with pytest.raises((QueryFailed, DatabaseError), match="xxx…") as caught:
        list(db.run("SELECT CAST($value AS INTEGER)", {"value": "x" * 100_000}).rows)
    assert len(str(caught.value)) < 2100


def test_an_error_amid_the_rows_comes_out(db: Database) -> None:
    sql = "SELECT CASE WHEN range = 150000 THEN error('late') ELSE range END AS n FROM range(200000)"
    with pytest.raises(QueryFailed, match="late"):
        list(db.run(sql).rows)


def test_a_timeout_stops_the_query(db: Database) -> None:
    with pytest.raises(LimitReached, match=r"0\.3 seconds"):
        list(db.run(SLOW, timeout=0.3).rows)
    assert list(db.run("SELECT 1").rows) == [(1,)]


def test_a_timeout_holds_while_rows_are_read(db: Database) -> None:
    rows = db.run("SELECT range AS n FROM range(1000000000)", timeout=0.3).rows
    with pytest.raises(LimitReached):
        for _ in rows:
            pass


def test_too_little_memory_is_a_limit(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MEMORY", "20MB")
    with Database.open(house.db) as database, pytest.raises(LimitReached, match="memory"):
        list(database.run("SELECT list(range::VARCHAR || 'padding') FROM range(5000000)").rows)


def test_python_variables_cannot_be_read(db: Database) -> None:
    local_rows = duckdb.sql("SELECT 1 AS n")
    with pytest.raises((QueryFailed, DatabaseError)):
        db.run("SELECT * FROM local_rows")
    del local_rows


def test_another_thread_may_open_it_too(house: House, db: Database) -> None:
    found = []

    def read() -> None:
        with Database.open(house.db) as other:
            found.append(other.content_hash)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert found == [HASH]


def _refused(path: Path) -> str:
    with pytest.raises(DatabaseError) as caught, Database.open(path):
        pass
    message = str(caught.value)
    assert "\n" not in message and str(path) in message
    return message


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    assert "--db" in _refused(tmp_path / "gone.duckdb")
    assert "folder" in _refused(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"just text\n" * 900, b"PAR1" + bytes(5000) + b"PAR1", bytes(20000)]
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.duckdb"
    path.write_bytes(content)
    assert "is not a DuckDB database file" in _refused(path)


def test_a_truncated_and_a_damaged_file(tmp_path: Path, house: House) -> None:
    path, content = tmp_path / "x.duckdb", bytearray(house.db.read_bytes())
    path.write_bytes(content[:20000])
    assert "damaged" in _refused(path)
    for place in range(12288, len(content), 64):
        content[place] ^= 255
    path.write_bytes(content)
    assert "damaged" in _refused(path)


@pytest.mark.parametrize(
    "statements",
    [
        "CREATE TABLE t (i INTEGER)",
        "CREATE TABLE release (i INTEGER)",
        "CREATE TABLE release (city VARCHAR, release VARCHAR, released_on DATE, content_hash VARCHAR)",
    ],
)
def test_a_database_that_is_not_ours(tmp_path: Path, statements: str) -> None:
    path = tmp_path / "x.duckdb"
    make_database(path, statements)
    assert "not an ipcli database" in _refused(path)
