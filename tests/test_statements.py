from __future__ import annotations

import json

import duckdb
import pytest

from ipcli.db import statements
from ipcli.db.statements import Refused


@pytest.mark.parametrize(
    ("sql", "one"),
    [
        ("SELECT 1", "SELECT 1"),
        ("-- what for\nSELECT 1;", "-- what for\nSELECT 1"),
        ("SELECT 1 ; ; -- end\n/* x */ ;", "SELECT 1"),
        ("SELECT ';'", "SELECT ';'"),
        ("SELECT 'it''s;';", "SELECT 'it''s;'"),
        ("SELECT E'\\';';", "SELECT E'\\';'"),
        ("SELECT $$;$$;", "SELECT $$;$$"),
        ("SELECT $a$;$$;$a$;", "SELECT $a$;$$;$a$"),
        ('SELECT ";";', 'SELECT ";"'),
        ("SELECT 1 /* ; /* ; */ ; */;", "SELECT 1"),
        ("SELECT 1 -- ;", "SELECT 1"),
        ("SELECT 1; SELECT 2", "SELECT 1; SELECT 2"),
        ("selec 1", "selec 1"),
        ("区市", "区市"),
    ],
)
def test_semicolons_at_the_end_go_and_a_second_statement_stays_to_be_refused(sql: str, one: str) -> None:
    assert statements.read(sql)[:2] == ("", one)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'a''b', E'\\'', \"x\"\"y\", $1, $name, ?, 1.5e3, 区市 -- c\n/* /* */ */ FROM t;",
        "'open",
        '"open',
        "/* open",
        "$$open",
        "$a$open$b$",
        "",
    ],
)
def test_tokens_make_up_the_whole_text(sql: str) -> None:
    assert "".join(token.text for token in statements.tokens(sql)) == sql


@pytest.mark.parametrize(
    ("sql", "prefix", "body"),
    [
        ("EXPLAIN SELECT 1", "EXPLAIN ", "SELECT 1"),
        ("explain analyse SELECT 1", "EXPLAIN (ANALYZE) ", "SELECT 1"),
        ("EXPLAIN/**/ANALYZE/**/FROM t", "EXPLAIN (ANALYZE) ", "FROM t"),
        ("EXPLAIN (FORMAT json) FROM t", "EXPLAIN (FORMAT JSON) ", "FROM t"),
        ("-- c\nEXPLAIN (ANALYZE , FORMAT text) FROM t", "EXPLAIN (ANALYZE, FORMAT TEXT) ", "FROM t"),
        ("EXPLAIN (SELECT 1)", "EXPLAIN ", "(SELECT 1)"),
        ("EXPLAIN ANALYZE (SELECT 1)", "EXPLAIN (ANALYZE) ", "(SELECT 1)"),
    ],
)
def test_explain_is_taken_off(sql: str, prefix: str, body: str) -> None:
    assert statements.read(sql)[:2] == (prefix, body)


@pytest.mark.parametrize(
    "sql",
    [
        "EXPLAIN", "EXPLAIN ANALYZE;", "EXPLAIN (FORMAT yaml) FROM t", "EXPLAIN (ANALYZE, VERBOSE) FROM t",
        "EXPLAIN (ANALYZE", "COPY x TO y", " /* c */ drop table x", "PRAGMA x", "EXPLAIN EXPLAIN SELECT 1",
        "-- c\nset x = 1", "", " ; -- x", "SELECT '\0'", "SELECT " + "(" * 251 + "1",
    ],
)  # fmt: skip
def test_what_can_be_no_select_is_refused_before_it_is_parsed(sql: str) -> None:
    with pytest.raises(Refused):
        statements.read(sql)


@pytest.mark.parametrize(
    "part",
    [
        {"type": "COPY_QUERY_NODE"},
        {"type": "INSERT_QUERY_NODE"},
        {"type": "SOMETHING_NEW_NODE"},
        {"type": "SOMETHING_NEW"},
        {"class": "FUNCTION", "type": "FUNCTION", "function_name": "GETENV"},
        {"type": "TABLE_FUNCTION", "function": {"function_name": "Read_Text"}},
        {"type": "TABLE_FUNCTION"},
        {"type": "BASE_TABLE", "table_name": "x.csv"},
        {"type": "BASE_TABLE", "table_name": "DuckDB_Settings"},
        {"type": "BASE_TABLE", "table_name": "anything", "schema_name": "pg_catalog"},
        {"type": "SHOW_REF", "table_name": '"variables"'},
        {"class": "TYPE", "type": "TYPE", "type_name": "Variant", "children": []},
        {"class": "TYPE", "type": "TYPE", "type_name": "of_the_file", "children": []},
        {"id": "VARIANT", "type_info": {"type": "STRUCT_TYPE_INFO"}},
        {"id": "UNBOUND", "type_info": {"type": "UNBOUND_TYPE_INFO", "name": "of_the_file"}},
    ],
)
def test_what_nobody_has_thought_about_is_refused_wherever_it_stands(part: dict[str, object]) -> None:
    for tree in (
        part,
        {"a": [[{"b": part}]]},
        {"node": {"type": "SELECT_NODE", "x": {"class": "SUBQUERY", "y": part}}},
    ):
        with pytest.raises(Refused):
            statements.check(tree)


def test_values_are_no_statements() -> None:
    statements.check(
        {"class": "CONSTANT", "type": "VALUE_CONSTANT", "value": {"type": {"id": "VARCHAR"}, "value": "COPY"}}
    )


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT x::JSON, x::STRUCT(a INT[3], b MAP(VARCHAR, DECIMAL(3, 1))[]), TRY_CAST(x AS ENUM ('a')), DATE '2026-01-01'",
        'SELECT x::UNION(a TIMESTAMPTZ, b BIT), x::"integer", x::DOUBLE PRECISION, x::TIMESTAMP WITH TIME ZONE',
        "SELECT 'VARIANT', variant AS \"VARIANT\" FROM variant",
    ],
)
def test_the_other_types_are_accepted(sql: str) -> None:
    statements.check(tree(sql))


@pytest.mark.parametrize(
    ("type_", "near"),
    [
        ("VARIANT", ""),
        ("MAP(INT, STRUCT(a VARIANT[3][]))", ""),
        ("strin", "string"),
        ('JSON[]::"Variant"', ""),
    ],
)
def test_other_types_are_refused_and_told_what_may_be_meant(type_: str, near: str) -> None:
    with pytest.raises(Refused) as refused:
        statements.check(tree(f"SELECT x::{type_}"))
    assert near in str(refused.value)


def tree(sql: str) -> dict[str, object]:
    found = duckdb.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchall()[0][0]
    return json.loads(found)
