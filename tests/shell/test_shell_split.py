"""Where statements and dot commands end."""

from __future__ import annotations

import pytest

from ipcli.cli.shell import complete, split


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (" \n\n", []),
        (";;\n ; ", []),
        ("-- nothing\n", []),
        ("select 1; select 2;", ["select 1;", "select 2;"]),
        ("select\n1\n;\nselect 2", ["select\n1\n;", "select 2"]),
        ("select ';' as a;select 2", ["select ';' as a;", "select 2"]),
        ("select 'it''s;' as a;", ["select 'it''s;' as a;"]),
        ('select 1 as ";";', ['select 1 as ";";']),
        ("select $$;$$; select $a$ ; $$ ; $a$", ["select $$;$$;", "select $a$ ; $$ ; $a$"]),
        ("select 1 -- ;\n, 2; -- ;", ["select 1 -- ;\n, 2;"]),
        ("select 1 /* ; /* ; */ ; */;", ["select 1 /* ; /* ; */ ; */;"]),
        ("select e'\\';' as a;", ["select e'\\';' as a;"]),
        (".schema\n.help\nselect 1", [".schema", ".help", "select 1"]),
        ("select 1; .output it's.csv\nselect 2", ["select 1;", ".output it's.csv", "select 2"]),
        ("select 1\n.5\n", ["select 1\n.5"]),
        ("select '\n.help\n';", ["select '\n.help\n';"]),
        ("/*\n.schema\n*/\n.help", [".help"]),
        ("-- a comment\n.help\n", [".help"]),
        ("select 'open;\n", ["select 'open;"]),
        ("select '\u2028.x' as a;", ["select '\u2028.x' as a;"]),
    ],
)
def test_split(text: str, found: list[str]) -> None:
    assert split(text, last=True)[0] == found


@pytest.mark.parametrize(
    "text",
    ["  \n", ".schema x", "select 1; -- done", "select 1;\n", "select 1；", ".schema\nselect 1;"],
)
def test_enter_runs_what_is_complete(text: str) -> None:
    assert complete(text)


@pytest.mark.parametrize(
    "text",
    [
        "select 1",
        "select ';",
        "select '；",
        "select $$;",
        "select 1 -- ;",
        "select 1; /* ;",
        "-- a comment",
        ".help\nselect",
    ],
)
def test_enter_goes_on_with_the_rest(text: str) -> None:
    assert not complete(text)
