from __future__ import annotations

import json

import duckdb
import pytest
from rich.cells import cell_len

from ipcli.db import hints
from ipcli.db.hints import Failure
from ipcli.db.statements import tokens
from ipcli.errors import DatabaseError, LimitReached, QueryFailed

COLUMNS = {
    "targets": dict(district="区市", industry="产业", value="数值", value_std="标准值", due_year="目标年"),
    "sources": {"source_id": "来源", "title": "标题", "publisher": "发布者"},
}


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPCLI_LANG", "en")


@pytest.mark.parametrize(
    ("sql", "start", "word"),
    [
        ("select 区 from targets", 7, "区"),
        ("select '中文字', nope from t", 14, "nope"),
        ("select\n  '中文',\n  nope\nfrom t", 17, "nope"),
        ("\tselect bad.name", 8, "bad.name"),
        ("select " + "'汉字', " * 60 + "nope, " + "x, " * 200, 7 + 6 * 60, "nope"),
        ("select 1 +", 10, ""),
    ],
)
def test_marks_stand_under_what_they_mark(sql: str, start: int, word: str) -> None:
    hint = hints.explain(Failure("x", len(sql[:start].encode())), sql, dict)
    _, line, carets = str(hint).split("\n")
    assert carets.strip() == "^" * max(1, cell_len(word))
    assert cell_len(line[: line.index(word) if word else len(line)]) == carets.index("^")
    assert cell_len(line) <= 110 and hint.line == sql.count("\n", 0, start) + 1


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("区", "district"),
        ("区县", "district"),
        ("distrct", "district"),
        ("valu", "value"),
        ("年", "due_year"),
        ("zzzzzz", ""),
    ],
)
def test_unknown_columns_get_the_nearest_by_name_or_heading(name: str, near: str) -> None:
    failure = Failure("Referenced column", 7, "COLUMN_NOT_FOUND", name=name)
    hint = hints.explain(failure, f"select {name} from targets", lambda: COLUMNS)
    assert f"there is no column {name}" in str(hint)
    assert (f"did you mean {near}" in str(hint)) if near else ("columns: district, industry" in str(hint))
    assert "source_id" not in str(hint)


def test_a_column_after_a_dot_is_marked_itself() -> None:
    failure = Failure('Table "t" does not have a column named "valu"\n\nCandidate bindings: x', 29)
    hint = hints.explain(failure, "select 1 from targets t where t.valu > 1", lambda: COLUMNS)
    assert str(hint).splitlines()[0] == "there is no column valu: did you mean value, value_std?"


def test_control_characters_and_long_names_are_not_repeated() -> None:
    hint = hints.explain(Failure("x" * 9000 + "\x1b[31m", 0), "select \x1b[31m", dict)
    assert "\x1b" not in str(hint) and len(str(hint)) < 700
    failure = Failure("x", 7, "COLUMN_NOT_FOUND", name="y" * 100_000)
    assert len(str(hints.explain(failure, "select " + "y" * 100_000, lambda: COLUMNS))) < 800


def test_messages_are_in_the_users_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPCLI_LANG", "zh")
    hint = hints.find_full_width(tokens("select 1；"), "select 1；")
    assert hint and str(hint).splitlines() == [
        "SQL 中有全角标点 ；（U+FF1B）：请改为半角 ;",
        "  select 1；",
        "          ^^",
    ]


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("select a，b", "，"), ("where d = “x”", "“"), ("select　1", "　"), ("select '；' -- ，\n, \"（\"", None),
        ("select 区市 from 表", None),
    ],
)  # fmt: skip
def test_full_width_marks_outside_of_strings_are_found(sql: str, found: str | None) -> None:
    hint = hints.find_full_width(tokens(sql), sql)
    assert (hint and str(hint).split()[2]) == (found.strip() or "(U+3000)" if found else None)


@pytest.mark.parametrize(
    ("sql", "message", "says"),
    [
        # The name is right for another table, so that nothing near it is offered.
        (
            "select 1 from targets join sources using (district)",
            'Column "district" does not exist on right side of join!',
            'the query failed: Column "district" does not exist on right side of join!',
        ),
        (
            "select 1 from sources s join targets t on s.district = t.district",
            'Table "s" does not have a column named "district"\n\nCandidate bindings: : "title"',
            'the query failed: Table "s" does not have a column named "district"',
        ),
        (
            "with a as (select value from targets) select district from a",
            'Referenced column "district" not found in FROM clause!\nCandidate bindings: "value"',
            'the query failed: Referenced column "district" not found in FROM clause! Candidate bindings: "value"',
        ),
    ],
)
def test_a_column_that_only_some_tables_have_is_told_with_the_table_that_lacks_it(
    sql: str, message: str, says: str
) -> None:
    hint = hints.explain(Failure(message, 0, "COLUMN_NOT_FOUND"), sql, lambda: COLUMNS)
    assert str(hint).splitlines()[0] == says


@pytest.mark.parametrize(
    ("kind", "message", "ours", "says"),
    [
        (
            duckdb.IOException,
            "Could not read enough bytes from file",
            DatabaseError,
            "cannot be read: Could not read",
        ),
        (
            duckdb.Error,
            "Corrupt database file: computed checksum 1",
            DatabaseError,
            "cannot be read: Corrupt",
        ),
        (duckdb.InternalException, "Memory allocation failure", LimitReached, "out of memory"),
        (duckdb.InternalException, "Attempted to access", QueryFailed, "failed: Attempted to access"),
    ],
)
def test_the_kind_of_an_error_is_told_without_its_stack(
    kind: type[duckdb.Error], message: str, ours: type[Exception], says: str
) -> None:
    details = {"exception_type": "X", "exception_message": message, "stack_trace": "/x.so(_ZN6duckdb)\n/y.so"}
    error = kind(f"X Error: {json.dumps(details)}\nThis error signals an assertion failure")
    for found in (hints.explain_error(error, "select 1", "select 1"), hints.translate_error(error)):
        assert type(found) is ours and says in str(found) and "_ZN6" not in str(found)
