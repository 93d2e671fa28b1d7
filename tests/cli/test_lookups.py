"""Lookups as users run them: as processes."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from conftest import House, Run, environment, make_database, some
from terminal import shown

posix = pytest.mark.skipif(os.name != "posix", reason="signals, devices and shells of POSIX")


def projects(process: subprocess.CompletedProcess[str]) -> list[str]:
    assert process.returncode == 0, process.stderr
    return [row["project"] for row in csv.DictReader(io.StringIO(process.stdout))]


def test_a_lookup_to_a_pipe_is_csv(ipcli: Run) -> None:
    process = ipcli("investments", "--district", "东湖区")
    assert process.stderr == ""
    lines = process.stdout.splitlines()
    assert lines[0].startswith("project,district,industry,amount_yi,")
    assert lines[1].startswith(
        '"[red]算力[/red]岛, ""一期""",东湖区,人工智能,11.1,11.1,2026,false,,,SRC-2,4,'
    )
    assert lines[2].startswith("飞艇工厂,东湖区,低空经济,130,130,2025,false,甲; 乙,2025-03-01,SRC-1,3,")


@pytest.mark.parametrize(
    ("args", "found"),
    some(
        [
            ([], 3),
            (["--umbrella"], 4),
            (["--district", "東湖"], 2),
            (["--district", "ＤＯＮＧＨＵ"], 2),
            (["--district", "西岭", "--district", "东湖"], 3),
            (["--district", "高新"], 0),
            (["--industry", "dkjj"], 2),
            (["--min", "100"], 2),
            (["--min", "100.5"], 1),
            (["--year", "2025", "--year", "2026"], 2),
            (["--since", "2025-03-01"], 1),
            (["--since", "2025-03"], 1),
            (["--since", "2025"], 1),
            (["--since", "2025-04"], 0),
            (["--grade", "A"], 2),
            (["--grade", "b", "--umbrella"], 3),
            (["--grade", "C", "--umbrella"], 4),
            (["--city", "yunshan"], 3),
        ],
        4,
    ),
)
def test_options_filter(ipcli: Run, args: list[str], found: int) -> None:
    assert len(projects(ipcli("investments", *args))) == found


@pytest.mark.parametrize(
    ("args", "says"),
    some(
        [
            (["--district", "dong"], 'district "dong" is ambiguous: 东港区, 东湖区'),
            (["--district", "东胡"], "did you mean 东湖区"),
            (["--industry", "zzz"], 'unknown industry "zzz"'),
            (["--city", "nowhere"], 'unknown city "nowhere"'),
            (["--min", "many"], "--min must be a number, not many"),
            (["--min", "nan"], "--min must be a number, not nan"),
            (["--year", "20.5"], "--year must be an integer, not 20.5"),
            (["--year", "99999999999999999999"], "--year"),
            (["--since", "2025-02-30"], "--since must be a date"),
            (["--since", "2025-13"], "--since must be a date"),
            (["--grade", "D"], "--grade is A, B or C, not D"),
            (["--limit", "-1"], "--limit must be a whole number from 0, not -1"),
            (["--limit", "x"], "--limit"),
            (
                ["--columns", "project,nothing"],
                "no column nothing; columns: project (Project), district (District)",
            ),
            (["--columns", ""], "--columns has an empty column name"),
            (["--sort", "nothing"], "no column nothing"),
            (["--sort", "-"], "--sort has an empty column name"),
            (["-f", "word"], "unknown format word; known: csv, "),
            (["-o", "x.unknown"], "choose one with -f"),
            (["-o", "x"], "choose one with -f"),
            (["-f", "csv", "-o", "x.json"], "-f csv contradicts the extension of x.json"),
            (["--lang", "de"], "--lang is zh or en, not de"),
            (["--distric", "东湖"], "did you mean --district"),
            (["--min"], "option --min requires a value"),
            (["东湖"], "东湖"),
        ],
        6,
    ),
)
def test_what_makes_no_sense_is_one_line_and_exit_2(
    ipcli: Run, tmp_path: Path, args: list[str], says: str
) -> None:
    process = ipcli("investments", *args)
    assert (process.returncode, process.stdout) == (2, "")
    assert process.stderr.startswith("ipcli: ") and process.stderr.count("\n") == 1
    assert says in process.stderr
    assert list(tmp_path.iterdir()) == []


def test_choices_and_defaults(ipcli: Run) -> None:
    assert ipcli("totals").stdout.splitlines()[1] == "东港区,500"
    assert ipcli("totals", "--by", "industry").stdout.splitlines()[1] == "人工智能,11.1"
    process = ipcli("totals", "--by", "year")
    assert (process.returncode, process.stderr) == (2, "ipcli: --by is one of district, industry, not year\n")


def test_a_shared_option_the_query_does_not_use_is_no_option_of_it(ipcli: Run) -> None:
    assert ipcli("totals", "--grade", "A").returncode == 2
    assert ipcli("many", "--city", "x").returncode == 2


def test_columns_sort_and_their_order(ipcli: Run) -> None:
    process = ipcli("investments", "--umbrella", "--columns", "year,project", "--sort", "-year,project")
    rows = list(csv.reader(io.StringIO(process.stdout)))
    assert rows[0] == ["year", "project"]
    assert [row[0] for row in rows[1:]] == ["2026", "2025", "2025", ""]


def test_sorting_uses_the_querys_own_expression(ipcli: Run) -> None:
    process = ipcli("investments", "--sort", "-amount_yi", "--columns", "project")
    assert [name[-2:] for name in projects(process)] == ["工厂", "物馆", '期"']


def test_columns_all_prints_every_column_in_tables_too(ipcli: Run) -> None:
    few = ipcli("investments", "-f", "table", COLUMNS="400")
    every = ipcli("investments", "-f", "table", "--columns", "all", COLUMNS="400")
    assert "is_umbrella" not in few.stdout
    assert "is_umbrella" in every.stdout


def test_a_limit_that_cuts_says_how_to_get_all(ipcli: Run) -> None:
    process = ipcli("investments", "--limit", "2", "--district", "东湖", "--industry", "ai", "--limit=1")
    assert process.stderr == ""
    process = ipcli("investments", "--limit", "1", "--district", "东湖")
    assert len(projects(process)) == 1
    assert "only the first row; all: ipcli investments --district 东湖\n" in process.stderr
    assert ipcli("investments", "--limit", "3").stderr == ""
    nothing = ipcli("investments", "--limit", "0")
    assert nothing.stdout.count("\n") == 1 and "all: ipcli investments" in nothing.stderr


def test_no_header_and_null(ipcli: Run) -> None:
    process = ipcli(
        "investments", "--columns", "amount_yi,year", "--district", "西岭", "--no-header", "--null", "NULL"
    )
    assert process.stdout == "NULL,NULL\n"


def test_with_source(ipcli: Run) -> None:
    process = ipcli("investments", "--district", "西岭", "--with-source", "-f", "json")
    assert json.loads(process.stdout)[0]["source_title"] == "政府工作报告"


def test_no_rows_is_a_header_and_exit_status_tells(ipcli: Run) -> None:
    process = ipcli("investments", "--district", "高新")
    assert (process.returncode, process.stdout.count("\n"), process.stderr) == (0, 1, "")
    assert ipcli("investments", "--district", "高新", "--exit-status").returncode == 1
    assert ipcli("investments", "--exit-status").returncode == 0
    assert ipcli("investments", "--district", "高新", "-f", "json").stdout.strip() == "[]"


def test_markup_in_data_is_data(ipcli: Run) -> None:
    assert "[red]算力[/red]岛" in ipcli("investments", "-f", "table").stdout


def test_the_table_heads_columns_in_the_language_asked_for(ipcli: Run) -> None:
    assert "Investment" in ipcli("investments", "-f", "table").stdout
    chinese = ipcli("investments", "-f", "table", "--lang", "zh").stdout
    assert "总投资" in chinese and "亿元" in chinese
    assert ipcli("investments", "--lang", "zh").stdout.startswith("project,")


def test_a_failing_query_exits_1(ipcli: Run) -> None:
    process = ipcli("fails")
    assert (process.returncode, process.stdout, process.stderr.count("\n")) == (1, "", 1)


def test_a_bad_query_file_exits_2_and_names_the_line(ipcli: Run, house: House) -> None:
    process = ipcli("broken")
    assert process.returncode == 2
    assert f"{house.sql / 'broken.sql'}:2: unknown key parm" in process.stderr


# --- databases


def test_a_database_of_0_1_0_is_to_be_built_again(ipcli: Run, tmp_path: Path) -> None:
    old = tmp_path / "old.duckdb"
    make_database(old)
    with duckdb.connect(str(old)) as connection:
        connection.execute("DROP TABLE core.spelling; DROP TABLE core.character")
    for args in (
        ["investments"],
        ["sql", "FROM sources"],
        ["show", "东湖"],
        ["find", "东湖"],
        ["东湖"],
        ["schema"],
    ):
        process = ipcli(*args, "--db", old)
        assert (process.returncode, process.stdout) == (3, ""), args
        assert (
            process.stderr
            == f"ipcli: {old} is of an older release of ipcli: build it again with ipcli build\n"
        )


# --- files


def test_a_files_extension_tells_its_format(ipcli: Run, tmp_path: Path) -> None:
    process = ipcli("investments", "-o", "x.json", "--columns", "project")
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")
    assert len(json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))) == 3
    assert ipcli("investments", "-o", "x.data", "-f", "csv").returncode == 0
    assert (tmp_path / "x.data").read_bytes().startswith(b"project,")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.data", "x.json"]


def test_a_dash_is_stdout(ipcli: Run) -> None:
    assert len(projects(ipcli("investments", "-o", "-"))) == 3


@posix
def test_a_file_is_replaced_only_when_all_is_written(ipcli: Run, tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    target.write_text("old")
    target.chmod(0o640)
    (tmp_path / "link.csv").symlink_to(target)
    assert ipcli("fails", "-o", "x.csv").returncode == 1
    assert target.read_text() == "old"
    assert ipcli("investments", "-o", "link.csv").returncode == 0
    assert target.read_text(encoding="utf-8").startswith("project,")
    assert target.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "link.csv").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.csv", "x.csv"]


@posix
def test_output_that_cannot_be_written_exits_5(ipcli: Run, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for args in (["-o", "no/such/folder/x.csv"], ["-o", "/proc/x.csv"], ["-o", "folder.csv"]):
        process = ipcli("investments", *args)
        assert (process.returncode, process.stderr.count("\n")) == (5, 1), process.stderr
    if Path("/dev/full").exists():
        process = ipcli("investments", "-o", "/dev/full", "-f", "csv")
        assert (process.returncode, process.stderr.count("\n")) == (5, 1), process.stderr


def shell(house: House, command: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """A shell line in which `ipcli` is the program."""
    line = f'ipcli() {{ "{sys.executable}" -m ipcli "$@"; }}; {command}'
    return subprocess.run(
        ["bash", "-c", line],
        env=environment(house, **env),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
    )


@posix
@pytest.mark.parametrize(
    "command", some(["many", "--help", "many -f json", "investments", "many --rows 3000 -f table"], 2)
)
def test_a_broken_pipe_is_silent_and_0(house: House, tmp_path: Path, command: str) -> None:
    process = shell(house, f"ipcli {command} | head -1; exit ${{PIPESTATUS[0]}}", tmp_path)
    assert (process.returncode, process.stderr) == (0, "")
    assert process.stdout.count("\n") == 1
    unread = shell(house, f"ipcli {command} | true; exit ${{PIPESTATUS[0]}}", tmp_path)
    assert (unread.returncode, unread.stderr) == (0, "")


# --- consoles


def test_consoles_that_lack_characters_get_escapes(ipcli: Run) -> None:
    for coding in ("ascii", "gbk"):
        for args in (["--umbrella"], ["--umbrella", "-f", "table"], ["--district", "东胡"], ["--help"]):
            process = ipcli("investments", *args, PYTHONIOENCODING=coding, IPCLI_LANG="zh")
            assert process.returncode == (2 if "东胡" in args else 0), process.stderr
            assert "Traceback" not in process.stderr
            if args == ["--umbrella"]:
                assert "\\U0001f6a2" in process.stdout
                assert coding == "ascii" or "飞艇工厂" in process.stdout


@posix
def test_the_c_locale_prints_and_reads_chinese(ipcli: Run) -> None:
    process = ipcli("investments", "--district", "东湖", LC_ALL="C", IPCLI_LANG="")
    assert len(projects(process)) == 2
    assert "未知的" in ipcli("investments", "--district", "东胡", LC_ALL="C", IPCLI_LANG="").stderr


@posix
def test_what_is_typed_is_utf8_whatever_the_locale(ipcli: Run, tmp_path: Path) -> None:
    bare = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    args = ["investments", "--district", "东湖", "-o", "投资.csv"]
    assert ipcli(*args, **bare).returncode == 0
    assert (tmp_path / "投资.csv").read_text(encoding="utf-8").count("\n") == 3
    for args in (["find", "\udcff"], ["sql", "SELECT '\udcff'"], ["sql", "SELECT $x", "--param", "x=\udcff"]):
        process = ipcli(*args)
        assert (process.returncode, process.stderr) == (2, "ipcli: an argument is no text in UTF-8\n")


def test_a_console_that_lacks_chinese_is_spoken_to_in_english_even_if_chinese_is_asked_for(
    ipcli: Run, tmp_path: Path
) -> None:
    wrong = ("investments", "--district", "foo")
    bare = {"LC_ALL": "C", "IPCLI_LANG": ""}
    for asked in ((), ("--lang", "zh")):
        assert "unknown district" in ipcli(*wrong, *asked, PYTHONIOENCODING="ascii", **bare).stderr
        assert "未知的区市" in ipcli(*wrong, *asked, PYTHONIOENCODING="gbk", **bare).stderr
    # Files are in UTF-8.
    assert ipcli("investments", "-o", "x.md", PYTHONIOENCODING="ascii", **bare).returncode == 0
    assert "| 总投资" in (tmp_path / "x.md").read_text(encoding="utf-8")


@posix
def test_a_terminal_gets_a_table_and_hints(house: House) -> None:
    def printed(args: str) -> str:
        line = f"{sys.executable} -m ipcli {args}; echo exit code $?"
        text = shown(line, **environment(house))
        assert text.endswith("exit code 0\n")
        return text

    table = printed("investments")
    assert "----" in table and "飞艇工厂" in table
    assert printed("investments -f csv").startswith("project,district")
    assert "no rows match" in printed("investments --district 高新 -f csv")


# --- signals


@posix
@pytest.mark.parametrize(("number", "code"), some([(signal.SIGTERM, 143), (signal.SIGINT, 130)], 1))
def test_signals_stop_a_running_query(house: House, tmp_path: Path, number: int, code: int) -> None:
    target = tmp_path / "x.csv"
    process = subprocess.Popen(
        [sys.executable, "-m", "ipcli", "many", "--rows", "4000000000", "-o", str(target)],
        env=environment(house),
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 20
    while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    _, stderr = process.communicate(timeout=20)
    assert (process.returncode, stderr) == (code, b"")
    assert list(tmp_path.iterdir()) == []


@posix
@pytest.mark.parametrize(("number", "code"), some([(signal.SIGINT, 130), (signal.SIGTERM, 143)], 1))
def test_signals_stop_a_query_before_its_first_row(house: House, number: int, code: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ipcli", "slow"], env=environment(house), stdout=-1, stderr=-1
    )
    time.sleep(1.5)
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout, stderr) == (code, b"", b"")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (
            ("investments", "--district", "低空经济"),
            '"低空经济" is not a district but an industry: use --industry 低空经济',
        ),
        (
            ("investments", "--industry", "donghu"),
            '"donghu" is not an industry but a district: use --district 东湖区',
        ),
        (("investments", "东湖", "AI"), "did you mean --district 东湖 --industry AI?"),
        (("investments", "nothing"), "nothing"),
        (("investments", "--due", "2025"), "no such option: --due: did you mean --year?"),
    ],
)
def test_a_name_in_the_wrong_place_is_told_where_it_belongs(
    ipcli: Run, args: tuple[str, ...], says: str
) -> None:
    run = ipcli(*args, IPCLI_LANG="en")
    assert (run.returncode, run.stdout) == (2, "")
    assert says in run.stderr and run.stderr.count("\n") == 1


def test_a_table_of_no_rows_does_not_offer_more_columns(ipcli: Run) -> None:
    some, none = (ipcli("investments", "--min", least, "-f", "table").stdout for least in ("1", "99999"))
    assert "more columns" in some
    assert "more column" not in none and "0 rows" in none
