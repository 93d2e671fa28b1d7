"""`ipcli sql` and `ipcli schema` as users run them: as processes."""

from __future__ import annotations

import csv
import io
import json
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from conftest import House, Run, environment, some
from faults.processes import ENDED_BY, posix, signalled
from workbooks import workbook

CSV = 'district,客户,额度\n东湖区,甲公司,"1,200"\n西岭区,乙公司,30.5\n'


def rows(process: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    assert process.returncode == 0, process.stderr
    return [json.loads(line) for line in process.stdout.splitlines()]


@pytest.mark.parametrize(
    ("sql", "said"),
    some(
        [
            ("SELECT 1 AS n", "n\n1\n"),
            ("FROM (VALUES (1, 'a')) t(n, s)", "n,s\n1,a\n"),
            ("VALUES (1)", "col0\n1\n"),
            ("WITH a AS (SELECT 1 AS n) FROM a;", "n\n1\n"),
            ("TABLE totals_ -- none", None),
            ("SELECT count(*) AS n FROM investments -- 全部\n;\n", "n\n4\n"),
            (
                "PIVOT (SELECT district, 1 AS n FROM districts) ON district IN ('东湖区') USING sum(n)",
                "东湖区\n1\n",
            ),
            ("UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b", "name,value\na,1\nb,2\n"),
        ],
        4,
    ),
)
def test_one_select_like_statement(ipcli: Run, sql: str, said: str | None) -> None:
    process = ipcli("sql", sql)
    assert (process.stdout or None) == said
    assert process.returncode == (1 if said is None else 0)


def test_from_standard_input_and_from_a_file(house: House, ipcli: Run, tmp_path: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "ipcli", "sql", "-"],
        env=environment(house),
        input=b"\xef\xbb\xbfSELECT '\xe5\x8c\xba' AS n;\r\n",
        capture_output=True,
    )
    assert process.stdout.decode() == "n\n区\n"
    (tmp_path / "q.sql").write_text("SELECT 2 AS n", encoding="utf-8")
    assert ipcli("sql", "--file", "q.sql").stdout == "n\n2\n"
    for args in ([], ["SELECT 1", "--file", "q.sql"], ["--file", "gone.sql"]):
        process = ipcli("sql", *args)
        assert (process.returncode, process.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("sql", "params", "said"),
    some(
        [
            ("SELECT count(*) AS n FROM investments WHERE year = $y", ["y=2025"], 2),
            ("SELECT count(*) AS n FROM investments WHERE year = ANY($y)", ["y=2025", "y=2026"], 3),
            ("SELECT count(*) AS n FROM investments WHERE year = ANY($y)", ["y=2026"], 1),
            ("SELECT count(*) AS n FROM investments WHERE district IN $d", ["d=东湖区", "d=东港区"], 3),
            ("SELECT count(*) AS n FROM investments WHERE amount_yi > $m", ["m=11.5"], 2),
            ("SELECT count(*) AS n FROM investments WHERE is_umbrella = $u", ["u=true"], 1),
            ("SELECT count(*) AS n FROM investments WHERE seen >= $d", ["d=2025-03-01"], 1),
            ("SELECT $x + 1 AS n", ["x=2"], 3),
            ("SELECT $x AS n", ["x=007"], "007"),
            ("SELECT $x || $x AS n", ["x=1"], "11"),
            ("SELECT typeof($x::DATE) AS n", ["x=2025-01-01"], "DATE"),
            ("SELECT count(*) AS n FROM range($n)", ["n=3"], 3),
            ("SELECT 1 AS n LIMIT $n", ["n=1"], 1),
            ("SELECT $a = $b AS n", ["a=x=y", "b=x=y"], True),
            ("SELECT ? AS n", ["1=x"], "x"),
            (
                "SELECT count(*) AS n FROM investments WHERE city = $city AND ($grade IS NULL OR grade = $grade)",
                [],
                4,
            ),
            ("SELECT $city AS n", ["city=x"], "x"),
        ],
        4,
    ),
)
def test_the_statement_tells_the_types_of_parameters(
    ipcli: Run, sql: str, params: list[str], said: object
) -> None:
    args = [arg for param in params for arg in ("--param", param)]
    assert rows(ipcli("sql", sql, *args, "-f", "jsonl")) == [{"n": said}]


@pytest.mark.parametrize(
    ("sql", "params", "says"),
    some(
        [
            ("SELECT $a, $b", ["a=1"], "missing parameters: --param b=…"),
            ("SELECT $a", ["a=1", "b=1", "c=1"], "the statement has no parameter b, c; it has $a"),
            ("SELECT 1", ["a=1"], "the statement has no parameter a"),
            ("SELECT 1", ["a"], "--param must read NAME=VALUE, not a"),
        ],
        2,
    ),
)
def test_missing_and_excess_parameters_are_named(ipcli: Run, sql: str, params: list[str], says: str) -> None:
    process = ipcli("sql", sql, *(arg for param in params for arg in ("--param", param)))
    assert (process.returncode, process.stdout, process.stderr) == (2, "", f"ipcli: {says}\n")


def test_a_value_of_the_wrong_type_is_told(ipcli: Run) -> None:
    process = ipcli("sql", "SELECT * FROM investments WHERE year = $y", "--param", "y=soon")
    assert process.returncode == 1 and "'soon'" in process.stderr


def test_a_header_gives_defaults_and_resolves_names(house: House, ipcli: Run, tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text(
        (house.sql / "investments.sql").read_text(encoding="utf-8"), encoding="utf-8"
    )
    assert ipcli("sql", "--file", "q.sql").stdout == ipcli("investments").stdout
    args = [f"--param={param}" for param in ("district=東湖", "umbrella=true", "min=12", "year=2025")]
    found = rows(ipcli("sql", "--file", "q.sql", *args, "-f", "jsonl"))
    assert [row["project"] for row in found] == ["飞艇工厂"]
    process = ipcli("sql", "--file", "q.sql", "--param", "district=东胡")
    assert process.returncode == 2 and "did you mean 东湖区" in process.stderr
    for wrong in ("nope=1", "umbrella=maybe", "min=many"):
        assert ipcli("sql", "--file", "q.sql", "--param", wrong).returncode == 2


def test_all_output_options_of_the_lookups(ipcli: Run, tmp_path: Path) -> None:
    sql = "SELECT project, amount_yi, source_id, para_no FROM investments"
    assert (
        ipcli("sql", sql, "--columns", "amount_yi", "--sort", "-amount_yi", "--limit", "1").stdout
        == "amount_yi\n500\n"
    )
    assert "all: ipcli sql" in ipcli("sql", sql, "--limit", "1").stderr
    assert ipcli("sql", sql, "--no-header", "--null", "?", "--sort", "amount_yi").stdout.endswith(
        "膠卷博物馆,?,SRC-2,9\n"
    )
    table = ipcli("sql", sql, "-f", "table").stdout
    assert "云山日报专题" in table and "Investment" in table
    assert "source_title" in ipcli("sql", sql, "--with-source").stdout
    assert ipcli("sql", f"{sql} WHERE false", "--exit-status").returncode == 1
    assert ipcli("sql", sql, "-o", "x.json").returncode == 0
    assert len(json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))) == 4
    assert ipcli("sql", "DESCRIBE investments", "--sort", "column_name").returncode == 0
    assert ipcli("sql", "EXPLAIN SELECT 1", "--sort", "x").returncode == 2


@pytest.mark.parametrize(
    ("sql", "says", "mark"),
    some(
        [
            ("select * form investments", "syntax error at or near", "investments"),
            ("select 亿 from investments", "there is no column 亿: did you mean amount_yi", "亿"),
            ("select * from investment", "did you mean investments", "investment"),
            ("select 1；", "full-width punctuation ；", "；"),
            ("select * from investments where district = “东湖区”", "full-width punctuation “", "“"),
            ("select '中文', distrct from investments", "did you mean district", "distrct"),
            ("select * from core.investmnt", "did you mean investment", "core.investmnt"),
            ("select lenth('x')", "Did you mean", "lenth('x')"),
        ],
        4,
    ),
)
def test_errors_teach_and_point_at_the_place(ipcli: Run, sql: str, says: str, mark: str) -> None:
    process = ipcli("sql", sql)
    head, line, carets = process.stderr.rstrip("\n").split("\n")
    assert process.returncode == 1 and head.startswith("ipcli: ") and says in head
    assert line.endswith(sql)
    assert cell_len(line[: line.index(mark)]) == carets.index("^")


def test_the_timeout_holds_and_is_told(ipcli: Run) -> None:
    process = ipcli("sql", "select count(*) from range(1000000000000)", "--timeout", "0.5")
    assert (process.returncode, process.stderr) == (
        4,
        "ipcli: the query took more than 0.5 seconds and was stopped\n",
    )


def test_a_statement_that_cannot_be_interrupted_is_left_behind(ipcli: Run) -> None:
    # It would take minutes, and a process of the tests has one.
    sql = "SELECT levenshtein(repeat('a', 300000), repeat('b', 300000))"
    assert ipcli("sql", sql, "--timeout", "0.5").returncode == 4


def test_a_table_that_does_not_fit_in_memory_is_a_limit(ipcli: Run) -> None:
    process = ipcli("sql", "SELECT repeat('x', 1000000) FROM range(100000)", "-f", "table", "--timeout", "60")
    assert (process.returncode, process.stderr.count("\n")) == (4, 1)


# --- own files


@pytest.mark.parametrize("encoding", some(["utf-8-sig", "gbk", "utf-8", "gb18030", "utf-16"], 2))
def test_a_csv_joins_with_the_views(ipcli: Run, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "clients.csv").write_bytes(CSV.replace("\n", "\r\n").encode(encoding))
    process = ipcli(
        "sql", "--with", "mine=clients.csv", "select m.*, project from mine m join investments using (district) order by 4",
        "-f", "jsonl",
    )  # fmt: skip
    found = rows(process)
    assert [row["project"] for row in found if row["客户"] == "乙公司"] == ["膠卷博物馆"]
    assert len(found) == 3
    said = {"gbk": "GB18030", "gb18030": "GB18030", "utf-16": "UTF-16"}.get(encoding)
    assert process.stderr == (f"ipcli: clients.csv was read as {said}\n" if said else "")


def test_other_kinds_of_files(ipcli: Run, tmp_path: Path) -> None:
    import duckdb

    duckdb.sql("SELECT '东湖区' AS district, 5 AS n").write_parquet(str(tmp_path / "a.parquet"))
    (tmp_path / "a.tsv").write_text("district\tn\n东湖区\t5\n", encoding="utf-8")
    (tmp_path / "a.json").write_text('[{"district": "东湖区", "n": 5}]', encoding="utf-8")
    (tmp_path / "a.jsonl").write_text('{"district": "东湖区", "n": 5}\n', encoding="utf-8")
    (tmp_path / "a.CSV").write_text("district;n\n东湖区;5\n", encoding="utf-8")
    names = ("a.parquet", "a.tsv", "a.json", "a.jsonl", "a.CSV")
    args = [arg for number, name in enumerate(names) for arg in ("--with", f"t{number}={name}")]
    sql = " UNION ALL ".join(f"SELECT district, n FROM t{number}" for number in range(len(names)))
    found = rows(ipcli("sql", *args, sql, "-f", "jsonl"))
    assert found == [{"district": "东湖区", "n": 5}] * len(names)


def test_a_workbook(ipcli: Run, tmp_path: Path) -> None:
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in ("区市", "数"))
    workbook(tmp_path / "a.xlsx", "<sst/>", cells)
    for spec in ("a.xlsx", "a.xlsx#S"):
        found = rows(ipcli("sql", "--with", f"mine={spec}", "FROM mine", "-f", "jsonl"))
        assert found == [{"区市": "区市", "数": "数"}]
    process = ipcli("sql", "--with", "mine=a.xlsx#T", "FROM mine")
    assert process.returncode == 2 and "it has S" in process.stderr


def test_files_that_cannot_be_brought_along_are_told(ipcli: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CSV, encoding="utf-8")
    for spec, says in [
        ("mine", "NAME=FILE"),
        ("mine=", "NAME=FILE"),
        ("mine=gone.csv", "gone.csv"),
        ("mine=a.doc", "it reads .csv"),
        ("investments=a.csv", "there is a view of that name"),
        ("my-file=a.csv", "letters, digits and underscores"),
    ]:
        process = ipcli("sql", "--with", spec, "SELECT 1")
        assert (process.returncode, process.stderr.count("\n")) == (2, 1)
        assert says in process.stderr


# --- schema


def test_schema_lists_the_views(ipcli: Run) -> None:
    found = {row["view"]: row for row in csv.DictReader(io.StringIO(ipcli("schema").stdout))}
    assert found["investments"]["rows"] == "4" and found["districts"]["columns"] == "4"


def test_schema_of_a_view_tells_types_meanings_and_examples(ipcli: Run) -> None:
    found = {row["column"]: row for row in rows(ipcli("schema", "investments", "-f", "jsonl"))}
    assert found["amount_yi"] == {
        "column": "amount_yi", "type": "DOUBLE", "label": "Investment", "unit": "亿元", "meaning": "total, as printed",
        "examples": [11.1, 130, 500],
    }  # fmt: skip
    assert found["district"]["examples"] == ["东湖区", "东港区", "西岭区"]
    assert ipcli("schema", "INVESTMENTS").returncode == 0


def test_schema_as_json_tells_everything_at_once(ipcli: Run) -> None:
    found = {row["view"]: row for row in json.loads(ipcli("schema", "-f", "json").stdout)}
    assert found["investments"]["rows"] == 4
    assert [column["column"] for column in found["release"]["columns"]][:2] == ["city", "release"]


def test_schema_of_what_is_not_there_and_of_an_own_file(ipcli: Run, tmp_path: Path) -> None:
    process = ipcli("schema", "investment")
    assert process.returncode == 2 and "did you mean investments" in process.stderr
    (tmp_path / "a.csv").write_text(CSV, encoding="utf-8")
    assert "客户,VARCHAR" in ipcli("schema", "mine", "--with", "mine=a.csv").stdout
    assert "mine,2,3" in ipcli("schema", "--with", "mine=a.csv").stdout


# --- signals


SLOW = "select count(*) from range(1000000000000)"


@posix
@pytest.mark.parametrize("wait", some([0.05, 0.3, 0.0, 1.0], 2))
def test_ctrl_c_ends_it(house: House, tmp_path: Path, wait: float) -> None:
    (tmp_path / "a.csv").write_text(CSV, encoding="utf-8")
    args = ["sql", "--with", f"mine={tmp_path}/a.csv", SLOW]
    run = signalled([*args], signal.SIGINT, wait, tmp_path, **environment(house))
    assert run.returncode in ENDED_BY[signal.SIGINT] and run.stderr == b""


@posix
@pytest.mark.slow
def test_ctrl_c_at_fifty_random_moments(house: House, tmp_path: Path) -> None:
    moments = random.Random(8)
    for _ in range(50):
        wait = moments.uniform(0, 0.6)
        run = signalled(["sql", SLOW], signal.SIGINT, wait, tmp_path, **environment(house))
        assert (run.returncode in ENDED_BY[signal.SIGINT], run.stderr) == (True, b""), wait
