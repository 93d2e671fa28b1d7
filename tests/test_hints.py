from __future__ import annotations

import pytest

from ipcli.db import hints
from ipcli.db.hints import Failure

COLUMNS = {
    "targets": {
        "district": "区市",
        "industry": "产业",
        "value": "数值",
        "value_std": "标准值",
        "due_year": "目标年",
    },
    "sources": {"source_id": "来源", "title": "标题", "publisher": "发布者"},
}


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPCLI_LANG", "en")


def cells(text: str) -> int:
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


@pytest.mark.parametrize(
    ("sql", "start", "length"),
    [
        ("select 区 from targets", 7, 1),
        ("select '中文字', nope from t", 14, 4),
        ("select\n  '中文',\n  nope\nfrom t", 17, 4),
        ("\tselect bad", 8, 3),
        ("select " + "'汉字', " * 60 + "nope, " + "x, " * 200, 7 + 6 * 60, 4),
    ],
)
def test_marks_stand_under_what_they_mark(sql: str, start: int, length: int) -> None:
    line, carets = hints.marked(sql, start, length).split("\n")
    word = sql[start : start + length]
    assert carets.strip() == "^" * cells(word)
    assert cells(line[: line.index(word)]) == carets.index("^")
    assert cells(line) <= 110


def test_the_line_is_numbered_if_there_are_several() -> None:
    assert hints.marked("select\n  nope", 9, 4) == "  2 |   nope\n        ^^^^"


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
    assert f"there is no column {name}" in hint.text
    assert (f"did you mean {near}" in hint.text) if near else ("columns: district, industry" in hint.text)
    assert "source_id" not in hint.text


def test_a_column_after_a_dot_is_marked_itself() -> None:
    failure = Failure('Table "t" does not have a column named "valu"\n\nCandidate bindings: x', 29)
    hint = hints.explain(failure, "select 1 from targets t where t.valu > 1", lambda: COLUMNS)
    assert hint.text.splitlines()[0] == "there is no column valu: did you mean value, value_std?"


def test_unknown_views_get_the_nearest() -> None:
    failure = Failure("Table with name", 14, "MISSING_ENTRY", "Table", "target", ("targets", "pg_tables"))
    hint = hints.explain(failure, "select * from target", lambda: COLUMNS)
    assert hint.text.startswith("there is no view or table target: did you mean targets?\n")
    assert hint.line == 1


@pytest.mark.parametrize(
    ("sql", "position", "says", "marked"),
    [
        ("select * form targets", 14, "did you mean FROM", "form"),
        ("selec 1", 0, "did you mean SELECT", "selec"),
        ("select 1 from t wher x", 21, "did you mean WHERE", "wher"),
        ("select * from t order value", 22, "order wants BY", "value"),
        ("select 1 +", 10, "not complete", ""),
        ("select 'abc", 7, "a quote is not closed", "'"),
        ("select ) from t", 7, 'at or near ")"', ")"),
        ("select (1", 8, "not complete", "1"),
    ],
)
def test_syntax_errors(sql: str, position: int, says: str, marked: str) -> None:
    hint = hints.explain(Failure("syntax error", position, "SYNTAX_ERROR"), sql, dict)
    head, line, carets = hint.text.split("\n")
    assert says in head
    assert line[carets.index("^") : len(carets)] == marked


def test_positions_are_bytes() -> None:
    sql = "select '中文', nope from targets"
    failure = Failure("x", len("select '中文', ".encode()), "COLUMN_NOT_FOUND", name="nope")
    _, line, carets = hints.explain(failure, sql, lambda: COLUMNS).text.split("\n")
    assert cells(line[: line.index("nope")]) == carets.index("^")


def test_control_characters_and_long_names_are_not_repeated() -> None:
    hint = hints.explain(Failure("x" * 9000 + "\x1b[31m", 0), "select \x1b[31m", dict)
    assert "\x1b" not in hint.text and len(hint.text) < 700
    failure = Failure("x", 7, "COLUMN_NOT_FOUND", name="y" * 100_000)
    assert len(hints.explain(failure, "select " + "y" * 100_000, lambda: COLUMNS).text) < 800


def test_messages_are_in_the_users_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPCLI_LANG", "zh")
    hint = hints.full_width("select 1；", "；", ";", 8)
    assert hint.text.splitlines() == [
        "SQL 中有全角标点 ；（U+FF1B）：请改为半角 ;",
        "  select 1；",
        "          ^^",
    ]


@pytest.mark.parametrize(
    ("sql", "message", "says"),
    [
        (
            "select 1 from targets join sources using (district)",
            'Column "district" does not exist on right side of join!',
            "there is no column district in sources; sources has source_id, title, publisher",
        ),
        (
            "select 1 from sources s join targets t on s.district = t.district",
            'Table "s" does not have a column named "district"',
            "there is no column district in sources; sources has source_id, title, publisher",
        ),
        # What all the tables have is missing from something else: it is not offered in its own place.
        (
            "with a as (select value from targets) select district from a",
            'Referenced column "district" not found in FROM clause!',
            "there is no column district: did you mean industry?",
        ),
    ],
)
def test_a_column_that_only_some_tables_have_is_told_with_the_table_that_lacks_it(
    sql: str, message: str, says: str
) -> None:
    hint = hints.explain(Failure(message, 0, "COLUMN_NOT_FOUND"), sql, lambda: COLUMNS)
    assert hint.text.splitlines()[0] == says
