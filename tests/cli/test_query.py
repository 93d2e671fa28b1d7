"""Own queries: `ipcli query list|show|run|new|check`, as processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import House, Run, some

QUERY = """\
-- title: 我的 | Mine
-- about: 自己的。 | My own.
-- param: district text[] values=investments.district | 区市 | District
-- param: min number = 12 | 下限 | At least
-- example: ipcli query run mine --min 100
-- show: project
-- order: amount_yi = coalesce(lower_yi, amount_yi)
SELECT project, district, amount_yi, lower_yi FROM investments
WHERE city = $city AND ($district IS NULL OR district = ANY($district)) AND coalesce(lower_yi, amount_yi) >= $min
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "own"
    made.mkdir()
    (made / "mine.sql").write_text(QUERY, encoding="utf-8")
    return made


def test_its_parameters_are_real_options(ipcli: Run, folder: Path) -> None:
    run = ["query", "run", "--sql-dir", str(folder), "mine"]
    assert (
        ipcli(*run, "--columns", "project", "--sort", "-amount_yi").stdout
        == "project\n港口总盘🚢\n飞艇工厂\n膠卷博物馆\n"
    )
    assert (
        ipcli(*run, "--district", "東湖", "--min=100", "--columns", "project").stdout == "project\n飞艇工厂\n"
    )
    process = ipcli(*run, "--district", "东胡")
    assert process.returncode == 2 and "did you mean 东湖区" in process.stderr
    assert ipcli(*run, "--min", "many").returncode == 2
    assert ipcli(*run, "--nope").returncode == 2
    help_text = ipcli(*run, "--help").stdout
    for part in ("Usage: ipcli query run mine", "Mine", "My own.", "--district TEXT", "--min NUMBER", "--with NAME=FILE",
                 "--timeout SECONDS", "--sort", "ipcli query run mine --min 100"):  # fmt: skip
        assert part in help_text


@pytest.mark.parametrize(
    "place", some(["option after", "environment", "config", "option before", "equals"], 3)
)
def test_folders_come_from_the_option_the_environment_and_the_config(
    ipcli: Run, folder: Path, tmp_path: Path, place: str
) -> None:
    args, env = ["query", "run", "mine", "--columns", "project"], {"XDG_CONFIG_HOME": str(tmp_path / "none")}
    if place == "option after":
        args += ["--sql-dir", str(folder)]
    elif place == "option before":
        args[1:1] = ["--sql-dir", str(folder)]
    elif place == "equals":
        args.append(f"--sql-dir={folder}")
    elif place == "environment":
        env["IPCLI_SQL_PATH"] = f"{tmp_path}/gone:{folder}"
    else:
        (tmp_path / "config" / "ipcli").mkdir(parents=True)
        folder.rename(tmp_path / "config" / "ipcli" / "sql")
        env["XDG_CONFIG_HOME"] = str(tmp_path / "config")
    process = ipcli(*args, **env)
    assert process.stdout.count("\n") == 4, process.stderr


def test_the_nearest_folder_wins_and_built_in_lookups_come_last(
    ipcli: Run, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.sql").write_text("-- title: 别的 | Other\nSELECT 'other' AS x\n", encoding="utf-8")
    (other / "totals.sql").write_text("-- title: 盖 | Cover\nSELECT 'covered' AS x\n", encoding="utf-8")
    env = {"IPCLI_SQL_PATH": str(folder)}
    assert ipcli("query", "run", "mine", "--sql-dir", str(other), **env).stdout == "x\nother\n"
    assert ipcli("query", "run", "totals", "--sql-dir", str(other), **env).stdout == "x\ncovered\n"
    assert ipcli("totals", **env).stdout == ipcli("query", "run", "totals", **env).stdout


def test_list_show_and_what_is_not_there(ipcli: Run, folder: Path, house: House) -> None:
    env = {"IPCLI_SQL_PATH": str(folder)}
    (folder / "bad.sql").write_text("SELECT 1\n", encoding="utf-8")
    listed = ipcli("query", "list", **env).stdout.splitlines()
    assert listed[0] == "name,title,file" and f"mine,Mine,{folder}/mine.sql" in listed
    assert any(line.startswith("bad,") and "no title" in line for line in listed)
    assert "investments,Investment projects," in ipcli("query", "list", "--all", **env).stdout
    assert ipcli("query", "show", "mine", **env).stdout == QUERY
    assert ipcli("query", "show", "investments").stdout == (house.sql / "investments.sql").read_text(
        encoding="utf-8"
    )
    process = ipcli("query", "run", "min", **env)
    assert process.returncode == 2 and "did you mean mine" in process.stderr
    assert ipcli("query", "nope").returncode == 2
    assert "looked in" in ipcli("query", "list", XDG_CONFIG_HOME="/nowhere").stderr


def test_help_lists_commands_and_queries(ipcli: Run, folder: Path) -> None:
    text = ipcli("query").stdout
    assert text == ipcli("query", "--help").stdout
    for name in ("list", "show", "run"):
        assert f"\n  {name} " in text
    assert "mine" in ipcli("query", "run", "--sql-dir", str(folder)).stdout


def test_own_files_join_own_queries(ipcli: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_bytes("district,客户\n东湖区,甲\n".encode("gbk"))
    (folder / "join.sql").write_text(
        "-- title: 并 | Join\nSELECT 客户, project FROM mine JOIN investments USING (district) ORDER BY 2\n",
        encoding="utf-8",
    )
    run = ["query", "run", "--sql-dir", str(folder), "join"]
    assert ipcli(*run, "--with", "mine=c.csv").stdout.count("甲,") == 2
    process = ipcli(*run)
    assert process.returncode == 1 and process.stderr.startswith(
        f"ipcli: {folder}/join.sql:2: there is no view or table mine"
    )


def test_the_timeout_holds(ipcli: Run, folder: Path) -> None:
    (folder / "slow.sql").write_text(
        "-- title: 慢 | Slow\nSELECT count(*) FROM range(1000000000000)\n", encoding="utf-8"
    )
    assert ipcli("query", "run", "--sql-dir", str(folder), "slow", "--timeout", "0.3").returncode == 4


@pytest.mark.parametrize(
    ("text", "line", "says"),
    some(
        [
            ("-- title: A | A\n-- param: x text | a | b\nSELECT 1\n", 2, "parameter x is not used"),
            ("-- title: A | A\n\nSELECT 1,\n  $x\n", 4, "$x is not declared"),
            ("-- title: A | A\nSELECT 1;\nSELECT 2\n", 2, "more than one statement"),
            ("-- title: A | A\nCOPY investments TO 'x.csv'\n", 2, "a COPY statement is not accepted"),
            ("-- title: A | A\nDELETE FROM release\n", 2, "a DELETE statement is not accepted"),
            ("-- title: A | A\nFROM read_csv('x.csv')\n", 2, "read_csv() is not accepted"),
            (
                "-- title: A | A\n-- c\nSELECT\n  project,\n  nope\nFROM investments\n",
                5,
                "there is no column nope",
            ),
            ("-- title: A | A\nSELECT 1\n  form x\n", 3, "syntax error"),
            ("-- title: A | A\nSELECT '中'，\n 2\n", 2, "full-width"),
            ("-- titel: A | A\nSELECT 1\n", 1, "unknown key titel"),
        ],
        4,
    ),
)
def test_what_is_wrong_is_told_with_file_and_line(
    ipcli: Run, folder: Path, text: str, line: int, says: str
) -> None:
    path = folder / "bad.sql"
    path.write_text(text, encoding="utf-8")
    process = ipcli("query", "run", "--sql-dir", str(folder), "bad")
    assert process.returncode in (1, 2)
    assert process.stderr.startswith(f"ipcli: {path}:{line}: ") and says in process.stderr.splitlines()[0]


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("-- show: n, nope\n", "show: the result has no column nope"),
        ("-- column: nope 无 | None\n", "column: the result has no column nope"),
    ],
)
def test_a_header_that_names_no_column_of_the_result_is_told(
    ipcli: Run, folder: Path, head: str, says: str
) -> None:
    path = folder / "bad.sql"
    path.write_text(f"-- title: A | A\n{head}SELECT 1 AS n\n", encoding="utf-8")
    process = ipcli("query", "run", "--sql-dir", str(folder), "bad")
    assert (process.returncode, process.stderr) == (2, f"ipcli: {path}:2: {says}\n")
