"""No function of the library is accepted that nobody has looked at; a new version of it brings new ones."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ipcli.db import statements
from ipcli.db.statements import Refused

REVIEWED = set((Path(__file__).parent / "functions.txt").read_text(encoding="utf-8").splitlines())


def accepted(call: dict[str, object]) -> bool:
    try:
        statements.check(call)
    except Refused:
        return False
    return True


def names(*kinds: str) -> set[str]:
    rows = duckdb.sql("SELECT lower(function_name), function_type FROM duckdb_functions()").fetchall()
    return {name for name, kind in rows if kind in kinds}


def test_every_accepted_function_was_reviewed() -> None:
    found = {name for name in names("scalar", "aggregate", "macro") if accepted({"function_name": name})}
    assert found - REVIEWED == set()


@pytest.mark.parametrize("kind", ["table", "table_macro", "pragma"])
def test_table_functions_are_refused_unless_they_are_listed(kind: str) -> None:
    found = {
        name
        for name in names(kind)
        if accepted({"type": "TABLE_FUNCTION", "function": {"class": "FUNCTION", "function_name": name}})
    }
    assert found <= statements._TABLE_FUNCTIONS


def test_the_librarys_own_views_are_refused_unless_they_are_listed() -> None:
    rows = duckdb.sql("SELECT schema_name, view_name FROM duckdb_views() WHERE internal").fetchall()
    found = {
        name
        for schema, name in rows
        if schema != "information_schema"
        and accepted({"type": "BASE_TABLE", "table_name": name, "schema_name": schema})
    }
    assert found == {"duckdb_columns", "duckdb_tables", "duckdb_views", "sqlite_master", "sqlite_schema"} - (
        {"sqlite_schema"} - {name for _, name in rows}
    )


def test_all_types_may_be_cast_to_but_those_that_are_known_to_crash() -> None:
    rows = duckdb.sql("SELECT DISTINCT lower(type_name) FROM duckdb_types()").fetchall()
    known = {name for (name,) in rows} - {"variant", "parquet_variant", "type"}
    assert known - statements._TYPES == set()
