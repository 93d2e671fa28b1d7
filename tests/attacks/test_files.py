"""Attacks through what people bring along: `--with`, `.sql` files, parameters and the other options."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from attacks.conftest import TOKEN, Arena
from conftest import some
from workbooks import workbook

posix = pytest.mark.skipif(os.name != "posix", reason="links, devices and FIFOs of POSIX")
DATA = "district,n\n东湖区,1\n"

XXE = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{path}">]>
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="1"><si><t>&e;</t></si></sst>"""
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{("&" + a + ";") * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]><sst><si><t>&j;</t></si></sst>"
)


@pytest.mark.parametrize(
    "name",
    some(
        [
            'a"b', "a'b", "a;b", "a b", "a.b", "a AS SELECT 1; DROP VIEW investments; --", '"x"', "x(y)", "", " ", "$x",
            "1a", "main.x", "a\nb", "a-b",
        ],
        3,
    ),
)  # fmt: skip
def test_names_are_names(arena: Arena, name: str) -> None:
    (arena.folder / "mine.csv").write_text(DATA)
    arena.run("sql", "--with", f"{name}=mine.csv", "SELECT 1", codes={2})


@pytest.mark.parametrize("name", some(["INVESTMENTS", "release", "investments", "Sources"], 1))
def test_a_view_cannot_be_covered(arena: Arena, name: str) -> None:
    (arena.folder / "mine.csv").write_text(DATA)
    arena.run("sql", "--with", f"{name}=mine.csv", "SELECT 1", codes={2})


def test_names_of_the_library_stay_refused(arena: Arena) -> None:
    (arena.folder / "mine.csv").write_text(DATA)
    arena.run("sql", "--with", "duckdb_settings=mine.csv", "FROM duckdb_settings", codes={2})
    arena.run("sql", "--with", "pg_settings=mine.csv", "FROM pg_catalog.pg_settings", codes={2})


@pytest.mark.parametrize(
    "name",
    some(
        [
            "we'ird[1]*?.csv",
            '"quoted".csv',
            "semi;colon.csv",
            "{a,b}.csv",
            "$path.csv",
            "空 格.csv",
            "a\\b.csv",
            "%s.csv",
            "~.csv",
        ],
        3,
    ),
)
def test_a_path_is_that_file_and_nothing_else(arena: Arena, name: str) -> None:
    (arena.folder / name).write_text(DATA)
    process = arena.run("sql", "--with", f"mine={name}", "FROM mine", codes={0})
    assert process.stdout.decode() == DATA


@pytest.mark.parametrize(
    "path",
    some(
        [
            "*.csv", "plant?d.csv", "[p]lanted.csv", "{planted,x}.csv", "file:///etc/passwd.csv", "http://127.0.0.1/x.csv",
            "s3://bucket/x.parquet", "planted.csv') ; DROP VIEW investments; --.csv", "planted.csv\0.csv", "~/x.csv",
            "planted.txt.csv", "/dev/null", "/proc/self/environ", ".", "home", "planted", "planted.duckdb_extension",
        ],
        4,
    ),
)  # fmt: skip
def test_other_paths_are_refused(arena: Arena, path: str) -> None:
    if "\0" in path:
        pytest.skip("no argument of a process holds a NUL")
    arena.run("sql", "--with", f"mine={path}", "FROM mine", codes={2})


def test_only_the_file_that_was_named_can_be_read(arena: Arena) -> None:
    (arena.folder / "mine.csv").write_text(DATA)
    for sql in (
        "FROM 'mine.csv'",
        "FROM read_csv('mine.csv')",
        "FROM 'planted.csv'",
        "FROM read_text('planted.txt')",
    ):
        arena.run("sql", "--with", "mine=mine.csv", sql, codes={2})
    arena.run("sql", "--with", "mine=mine.csv", "COPY mine TO 'mine.csv'", codes={2})


@posix
@pytest.mark.parametrize("kind", some(["the database", "a device", "itself", "a folder", "nothing"], 3))
def test_links_that_lead_astray(arena: Arena, kind: str) -> None:
    link = arena.folder / "link.csv"
    target = {
        "the database": arena.db, "a device": Path("/dev/zero"), "a folder": arena.folder, "itself": link,
        "nothing": arena.folder / "gone",
    }[kind]  # fmt: skip
    link.symlink_to(target)
    arena.run("sql", "--with", "mine=link.csv", "FROM mine", codes={2})


@posix
def test_hard_links_and_fifos(arena: Arena) -> None:
    os.link(arena.db, arena.folder / "hard.csv")
    arena.run("sql", "--with", "mine=hard.csv", "FROM mine", codes={2})
    os.mkfifo(arena.folder / "fifo.csv")
    arena.run("sql", "--with", "mine=fifo.csv", "FROM mine", codes={2})


@posix
def test_a_link_to_a_file_is_followed_for_the_user_named_it(arena: Arena) -> None:
    (arena.folder / "mine.csv").write_text(DATA)
    (arena.folder / "link.csv").symlink_to("mine.csv")
    assert arena.run("sql", "--with", "mine=link.csv", "FROM mine", codes={0}).stdout.decode() == DATA


@pytest.mark.parametrize(
    ("name", "content"),
    some(
        [
            ("x.csv", b"\0" * 100), ("x.csv", bytes(range(128, 256)) * 9), ("x.csv", b""), ("x.csv", b"\xff\xfe\x00"),
            ("x.parquet", b"PAR1" + b"\xff" * 500 + b"PAR1"), ("x.parquet", b"PAR1\0\0\0\x7fPAR1"), ("x.parquet", b"x"),
            ("x.json", b'{"a":'), ("x.xlsx", b"PK\x03\x04"), ("x.xlsx", b"x" * 100),
        ],
        3,
    ),
)  # fmt: skip
def test_broken_files(arena: Arena, name: str, content: bytes) -> None:
    (arena.folder / name).write_bytes(content)
    process = arena.run("sql", "--with", f"mine={name}", "FROM mine", codes={2})
    assert name.encode() in process.stderr


def test_json_that_nests_deeply(arena: Arena) -> None:
    for name in ("deep.json", "deep.ndjson"):
        (arena.folder / name).write_text('["]]]\\"",' * 100_000 + "]" * 100_000)
        process = arena.run("sql", "--with", f"mine={name}", "FROM mine", codes={2})
        assert b"nests too deeply" in process.stderr
    (arena.folder / "flat.json").write_text('[{"a": "' + "[{" * 100_000 + '"}]')
    arena.run("sql", "--with", "mine=flat.json", "SELECT length(a) FROM mine", codes={0})
    (arena.folder / "open.json").write_text('["' + "x" * 10_000_000)
    arena.run("sql", "--with", "mine=open.json", "FROM mine", codes={2})


@pytest.mark.slow
def test_workbooks_that_reach_out_or_blow_up(arena: Arena) -> None:
    workbook(arena.folder / "xxe.xlsx", XXE.format(path=arena.folder / "planted.txt"))
    arena.run("sql", "--with", "mine=xxe.xlsx", "FROM mine", codes={0, 2})
    workbook(arena.folder / "laughs.xlsx", LAUGHS)
    arena.run("sql", "--with", "mine=laughs.xlsx", "FROM mine", codes={0, 2})
    workbook(arena.folder / "bomb.xlsx", "<sst><si><t>" + "0" * 600_000_000 + "</t></si></sst>")
    arena.run("sql", "--with", "mine=bomb.xlsx", "FROM mine", codes={2})
    workbook(arena.folder / "far.xlsx", "<sst/>", '<c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c>')
    arena.run("sql", "--with", "mine=far.xlsx", "FROM mine", codes={2})
    workbook(
        arena.folder / "rows.xlsx", "<sst/>", '</row><row r="99999999999"><c r="A99999999999"><v>1</v></c>'
    )
    arena.run("sql", "--with", "mine=rows.xlsx", "FROM mine", codes={2})
    arena.run("sql", "--with", "mine=bomb.xlsx#'; DROP VIEW investments", "FROM mine", codes={2})


@pytest.mark.slow
def test_a_workbook_that_lies_about_its_size(arena: Arena) -> None:
    path = arena.folder / "liar.xlsx"
    workbook(path, "<sst><si><t>" + "0" * 600_000_000 + "</t></si></sst>")
    content = path.read_bytes()
    size = (600_000_000 + len("<sst><si><t></t></si></sst>")).to_bytes(4, "little")
    assert content.count(size) == 2
    path.write_bytes(content.replace(size, (1000).to_bytes(4, "little")))
    arena.run("sql", "--with", "mine=liar.xlsx", "FROM mine", codes={0, 2, 4})


@pytest.mark.slow
def test_too_much_to_load_is_a_limit(arena: Arena) -> None:
    import duckdb

    duckdb.sql("SELECT repeat('x', 1000) || range AS x FROM range(3000000)").write_parquet(
        str(arena.folder / "big.parquet"), compression="zstd"
    )
    arena.run("sql", "--with", "mine=big.parquet", "FROM mine", codes={4})


@pytest.mark.parametrize(
    "value",
    some(
        [
            "1; DROP VIEW investments",
            "' OR 1=1 --",
            "(SELECT content FROM read_text('planted.txt'))",
            "$$",
            "{db}",
            "\\",
            "",
        ],
        3,
    ),
)
def test_values_stay_values(arena: Arena, value: str) -> None:
    process = arena.run("sql", "SELECT $v AS v", "--param", f"v={value}", "-f", "jsonl", codes={0})
    import json

    assert json.loads(process.stdout) == {"v": value}


@pytest.mark.parametrize(
    "args",
    some(
        [
            ["--sort", 'n"; DROP VIEW investments; --'],
            ["--sort", "-n) UNION SELECT 1 --"],
            ["--columns", "n; DROP VIEW investments"],
            ["--limit", "1; DROP VIEW investments"],
            ["--timeout", "1; DROP"],
            ["--timeout", "0"],
            ["--timeout", "-1"],
            ["--timeout", "nan"],
            ["--timeout", "inf"],
            ["--param", "=1"],
            ["--param", "v"],
            ["--param", "v=1"],
            ["--file", "planted.txt"],
            ["--sort", "n", "--columns", "content"],
        ],
        3,
    ),
)
def test_options_stay_options(arena: Arena, args: list[str]) -> None:
    arena.run("sql", "SELECT range AS n FROM range(3)", *args, codes={2})


HEADER = "-- title: 试 | Try\n"


@pytest.mark.parametrize(
    ("text", "codes"),
    some(
        [
            (HEADER + "COPY (SELECT 1) TO '{db}' (FORMAT csv, USE_TMP_FILE false)\n", {2}),
            (HEADER + "SELECT 1; DROP VIEW investments\n", {2}),
            (HEADER + "FROM read_text('planted.txt')\n", {2}),
            (
                HEADER
                + "-- order: n = (SELECT length(content) FROM read_text('planted.txt'))\nSELECT 1 AS n\n",
                {2},
            ),
            (HEADER + "-- order: n = n); DROP VIEW investments; --\nSELECT 1 AS n\n", {1, 2}),
            (HEADER + "-- order: n = getenv('IPCLI_ATTACK')\nSELECT 1 AS n\n", {2}),
            (
                HEADER + "-- param: x text values=duckdb_settings.value | 一 | one\nSELECT $x AS n\n",
                {0, 1, 2},
            ),
            (HEADER + '-- param: x text values=y".z | 一 | one\nSELECT $x AS n\n', {2}),
            (HEADER + "-- param: x text = getenv('IPCLI_ATTACK') | 一 | one\nSELECT $x AS n\n", {0}),
            (HEADER + "PRAGMA database_list\n", {2}),
            (HEADER + "SELECT getenv('IPCLI_ATTACK')\n", {2}),
        ],
        3,
    ),
)
def test_own_queries_are_as_locked(arena: Arena, text: str, codes: set[int]) -> None:
    folder = arena.folder / "queries"
    folder.mkdir()
    (folder / "bad.sql").write_text(text.replace("{db}", str(arena.db)), encoding="utf-8")
    for args in (["--sort", "n"], []):
        arena.run(
            "query",
            "run",
            "--sql-dir",
            "queries",
            "bad",
            *args,
            codes=codes | ({0} if "order" in text else set()),
        )
    if "param" not in text:
        arena.run("query", "run", "--sql-dir", "queries", "bad", "--sort", "n", codes=codes)
        arena.run("query", "check", "queries/bad.sql", codes={2})
    arena.run("sql", "--file", "queries/bad.sql", codes=codes | ({0} if "order" in text else set()))


@pytest.mark.parametrize(
    "name", some(["../planted", ".hidden", "../../etc/passwd", "/etc/passwd", "..", "planted.txt", "a/b"], 2)
)
def test_queries_are_found_in_their_folders_only(arena: Arena, name: str) -> None:
    (arena.folder / "queries").mkdir()
    (arena.folder / "queries" / ".hidden.sql").write_text(HEADER + f"SELECT '{TOKEN}'\n", encoding="utf-8")
    arena.run("query", "run", "--sql-dir", "queries", name, codes={2})
    arena.run("query", "show", "--sql-dir", "queries", name, codes={2})
    arena.run("query", "new", "--sql-dir", "queries", name, codes={2})


def test_a_new_query_takes_no_file_away(arena: Arena) -> None:
    (arena.folder / "queries").mkdir()
    (arena.folder / "queries" / "mine.sql").write_text(HEADER + "SELECT 1\n", encoding="utf-8")
    arena.run("query", "new", "--sql-dir", "queries", "mine", codes={2}, tells_paths=True)
    if os.name == "posix":
        (arena.folder / "queries" / "link.sql").symlink_to(arena.db)
        arena.run("query", "new", "--sql-dir", "queries", "link", codes={2}, tells_paths=True)


def test_sql_that_reads_itself_from_a_device(arena: Arena) -> None:
    arena.run("sql", "--file", "/dev/zero", codes={2})
    arena.run("sql", "--file", "planted.csv", codes={1, 2})


def test_the_output_may_not_be_the_database(arena: Arena) -> None:
    arena.run("sql", "SELECT 1", "-f", "csv", "-o", str(arena.db), codes={2}, tells_paths=True)


def test_terminal_escapes_in_messages_are_shown_not_sent(arena: Arena) -> None:
    process = arena.run("sql", "SELECT \x1b]0;owned\x07 FROM \x1b[31minvestments", codes={1, 2})
    assert b"\x1b" not in process.stderr and b"\x07" not in process.stderr
    process = arena.run("sql", 'SELECT 1 AS "\x1b[31m"', "-f", "table", codes={0})
    assert b"\x1b[31m" not in process.stdout
