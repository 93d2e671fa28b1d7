"""Where statements and dot commands end."""

from __future__ import annotations

import pytest

from ipcli.cli.shell.splitter import Splitter, complete, split


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
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
        (".tables", [".tables"]),
        (".tables\n.help\nselect 1", [".tables", ".help", "select 1"]),
        ("select 1; .tables\nselect 2", ["select 1;", ".tables", "select 2"]),
        ("select 1\n.5\n", ["select 1\n.5"]),
        ("select '\n.tables\n';", ["select '\n.tables\n';"]),
        ("/*\n.tables\n*/\n.help", [".help"]),
        ("-- a comment\n.help\n", [".help"]),
        ("select 'open;\n", ["select 'open;"]),
        ("select 1\r\n;", ["select 1\r\n;"]),
        ("select '\u2028.x' as a;", ["select '\u2028.x' as a;"]),
    ],
)
def test_split(text: str, found: list[str]) -> None:
    assert split(text) == found


def test_text_that_comes_a_character_at_a_time_is_cut_alike() -> None:
    text = "select 'a;''b' /* x;/*;*/ */, $$;$$ -- ;\n; select \"x;\"; select 3"
    splitter = Splitter()
    found = [statement for character in text for statement in splitter.feed(character)]
    assert [*found, *splitter.rest()] == split(text)


@pytest.mark.parametrize(
    ("text", "whether"),
    [
        ("", True),
        ("  \n", True),
        (".tables", True),
        (" .run x", True),
        ("select 1;", True),
        ("select 1; -- done", True),
        ("select 1;\n", True),
        ("select 1；", True),
        (".tables\nselect 1;", True),
        ("select 1", False),
        ("select ';", False),
        ("select '；", False),
        ("select $$;", False),
        ("select 1 -- ;", False),
        ("select 1; /* ;", False),
        ("select 1; select 2", False),
        ("-- only a comment", False),
        (".tables\nselect 1", False),
    ],
)
def test_complete(text: str, whether: bool) -> None:
    assert complete(text) is whether


def test_many_lines_take_no_long() -> None:
    splitter = Splitter()
    lines = ["select 1\n", *(f", 'line {number}'\n" for number in range(5000)), ";\n"]
    assert [len(found) for line in lines for found in splitter.feed(line)] == [sum(map(len, lines)) - 1]
