"""Where statements and dot commands end."""

from __future__ import annotations

import pytest

from ipcli.cli.shell.split import complete, split


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (" \n\n", []),
        (";;\n ; ", []),
        ("-- nothing\n", []),
        ("/* nothing ; */", []),
        ("select 1", ["select 1"]),
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
    ("text", "whether"),
    [
        ("  \n", True),
        (".schema x", True),
        ("select 1; -- done", True),
        ("select 1;\n", True),
        ("select 1；", True),
        (".schema\nselect 1;", True),
        ("select 1", False),
        ("select ';", False),
        ("select '；", False),
        ("select $$;", False),
        ("select 1 -- ;", False),
        ("select 1; /* ;", False),
        ("select 1; select 2", False),
        ("-- only a comment", False),
        (".schema\nselect 1", False),
    ],
)
def test_complete(text: str, whether: bool) -> None:
    assert complete(text) is whether
