"""A small invented city: its database and lookups, and the program installed around them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from ipcli.dataset import spellings

PACKAGE = Path(__file__).parent.parent / "src" / "ipcli"
# The environment's name for the folder that the workers of one run share.
SHARED = "TESTS_SHARED_FOLDER"
CITY = "云山市"
HASH = "c0ffee"

MACROS = """
CREATE MACRO one_of(wanted, value) AS (wanted IS NULL OR value = ANY(wanted));
CREATE MACRO placed(wanted, district, within) AS
  (wanted IS NULL OR district = ANY(wanted) OR within = ANY(wanted));
CREATE MACRO says(words, text) AS (words IS NULL OR contains(lower(text), lower(words)));
"""
TABLES = (
    MACROS
    + """
CREATE TABLE release (city VARCHAR, release VARCHAR, released_on DATE, content_hash VARCHAR);
CREATE TABLE sources (city VARCHAR, source_id VARCHAR, title VARCHAR, publisher VARCHAR,
  published_from DATE, published_to DATE, grade VARCHAR, url VARCHAR);
CREATE TABLE aliases (city VARCHAR, kind VARCHAR, name VARCHAR, alias VARCHAR, form VARCHAR DEFAULT 'short');
CREATE TABLE words (city VARCHAR, column_name VARCHAR, value VARCHAR, zh VARCHAR, en VARCHAR);
CREATE TABLE districts (city VARCHAR, district VARCHAR, district_en VARCHAR, level VARCHAR);
CREATE SCHEMA core;
CREATE TABLE core.investment (city VARCHAR, project VARCHAR, district VARCHAR, industry VARCHAR,
  amount_yi DOUBLE, lower_yi DOUBLE, year INTEGER, is_umbrella BOOLEAN, tags VARCHAR[], seen DATE,
  source_id VARCHAR, para_no INTEGER, as_reported VARCHAR, evidence VARCHAR, grade VARCHAR,
  n_sources INTEGER);
CREATE VIEW investments AS SELECT * FROM core.investment;
CREATE VIEW facts AS
  SELECT 'investment' AS section, project AS fact_id, city, district, NULL::VARCHAR AS within, NULL::VARCHAR AS tier,
         industry, NULL::VARCHAR AS track, project AS item, NULL::VARCHAR AS detail, amount_yi || ' 亿元' AS stated,
         amount_yi AS value, '亿元' AS unit, 'eq' AS comparator,
         year::VARCHAR AS dated, NULL::VARCHAR AS status, NULL::VARCHAR AS per, NULL::VARCHAR AS filter,
         NULL::VARCHAR AS outcome, NULL::VARCHAR AS outcome_dated, NULL::VARCHAR AS outcome_basis, NULL::VARCHAR[] AS cites,
         [project] AS names, 5 AS place, lower_yi AS lower, NULL::DOUBLE AS upper, is_umbrella, amount_yi AS addable_yi,
         NULL::VARCHAR AS note, source_id, para_no, as_reported, evidence, grade, n_sources FROM core.investment;
COMMENT ON COLUMN districts.district IS '区市 | District: where';
COMMENT ON COLUMN investments.amount_yi IS '总投资（亿元） | Investment: total, as printed';
INSERT INTO release VALUES ('云山市', '2026.1', DATE '2026-01-02', 'c0ffee');
INSERT INTO sources VALUES
  ('云山市', 'SRC-1', '云山日报专题', '云山日报', DATE '2025-01-01', DATE '2025-02-01', 'B', 'https://example.org/1'),
  ('云山市', 'SRC-2', '政府工作报告', '云山市政府', DATE '2025-01-05', DATE '2025-01-05', 'A', NULL);
INSERT INTO districts VALUES
  ('云山市', '东湖区', 'Donghu', 'district'), ('云山市', '东港区', 'Donggang', 'district'),
  ('云山市', '西岭区', 'Xiling', 'district'), ('云山市', '高新区', 'Gaoxin', 'zone');
INSERT INTO core.investment VALUES
  ('云山市', '飞艇工厂', '东湖区', '低空经济', 130, 130, 2025, false, ['甲', '乙'], DATE '2025-03-01',
   'SRC-1', 3, '总投资130亿元', 'offsets', 'B', 1),
  ('云山市', '[red]算力[/red]岛, "一期"', '东湖区', '人工智能', 11.1, 11.1, 2026, false, NULL, NULL,
   'SRC-2', 4, '11.1亿元', 'phrase', 'A', 2),
  ('云山市', '膠卷博物馆', '西岭区', '低空经济', NULL, 100, NULL, false, [], NULL,
   'SRC-2', 9, '百亿级', 'figure', 'A', 1),
  ('云山市', '港口总盘🚢', '东港区', '海洋装备', 500, 500, 2025, true, ['丙'], NULL,
   'SRC-1', 12, '500亿元', 'offsets', 'C', 1);
INSERT INTO aliases (city, kind, name, alias) VALUES
  ('云山市', 'district', '东湖区', '东湖'), ('云山市', 'district', '东湖区', 'donghu'),
  ('云山市', 'district', '东港区', 'donggang'), ('云山市', 'district', '西岭区', '西岭'),
  ('云山市', 'district', '高新区', '高新'), ('云山市', 'industry', '人工智能', 'AI'),
  ('云山市', 'industry', '低空经济', 'dikongjingji'), ('云山市', 'industry', '低空经济', 'dkjj'),
  ('云山市', 'city', '云山市', 'yunshan');
"""
)

# The columns of it that hold names.
REFERENCES = ("districts.district", "investments.district", "investments.industry")

LOOKUPS = {
    "investments": """\
-- title: 投资项目 | Investment projects
-- about: 每个项目一行。 | One row a project.
-- param: district text[] values=investments.district | 区市，可多次 | District, repeatable
-- param: industry text[] values=investments.industry | 产业，可多次 | Industry, repeatable
-- param: min number | 下限（亿元） | At least (100 million yuan)
-- param: year integer[] | 年份 | Year
-- param: since date | 起始日 | Seen since
-- param: umbrella flag | 也列出总盘子 | Include umbrella sums
-- example: ipcli investments --district 东湖
-- show: project, district, amount_yi
-- order: amount_yi = coalesce(lower_yi, amount_yi)
-- column: project 项目 | Project: its name
SELECT project, district, industry, amount_yi, lower_yi, year, is_umbrella, tags, seen,
       source_id, para_no, as_reported, evidence, grade, n_sources
FROM investments
WHERE city = $city AND ($grade IS NULL OR grade = ANY($grade))
  AND ($district IS NULL OR district = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($min IS NULL OR coalesce(lower_yi, amount_yi) >= $min)
  AND ($since IS NULL OR seen >= CAST($since AS DATE))
  AND ($year IS NULL OR year = ANY($year))
  AND ($umbrella OR NOT is_umbrella)
ORDER BY project
""",
    "totals": """\
-- title: 合计 | Totals
-- param: by text = district choices=district,industry | 按什么汇总 | Group by
SELECT CASE $by WHEN 'district' THEN district ELSE industry END AS name, sum(amount_yi) AS total_yi
FROM investments WHERE city = $city GROUP BY 1 ORDER BY 1
""",
    "many": """\
-- title: 很多行 | Many rows
-- param: rows integer = 200000 | 行数 | Rows
SELECT i AS n, 'x' || i AS text FROM range($rows) t(i)
""",
    "slow": """\
-- title: 慢 | Slow
SELECT count(*) AS n FROM range(10000000) a, range(10000000) b WHERE a.range * b.range % 7 = 3
""",
    "broken": "-- title: 坏 | Broken\n-- parm: x text | 一 | one\nSELECT 1\n",
    "fails": "-- title: 出错 | Fails\nSELECT CAST(project AS INTEGER) AS n FROM investments\n",
}


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of what is built once for all workers."""
    # In the background of a script Ctrl-C is ignored, and so it would be in the processes that tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):
        folder = tempfile.mkdtemp(prefix="ipcli-test-")
        os.environ[SHARED] = folder
        # Without it each of a thousand processes would compile the program again.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def some(values: Iterable[object], quick: int, *, ids: Callable[[object], str] | None = None) -> list[object]:
    """Parameters of a test, of which the first few run by default and the rest in the slow tier."""
    return [
        pytest.param(
            *(value if isinstance(value, tuple) else (value,)),
            id=None if ids is None else ids(value),
            marks=() if place < quick else pytest.mark.slow,
        )
        for place, value in enumerate(values)
    ]


@dataclass(frozen=True)
class House:
    """The invented installation: the folder to import from, and what lies in it."""

    site: Path
    db: Path
    sql: Path


def make_database(path: Path, statements: str | None = None) -> None:
    """Make a database with these statements; by default that of the invented city, with the spellings of its names."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(statements or TABLES)
        if statements is None:
            schema = (PACKAGE.parent.parent / "data" / "schema.sql").read_text(encoding="utf-8")
            connection.execute(schema[schema.index("CREATE TABLE core.spelling") :])
            spellings.write(connection, path.parent, REFERENCES)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The package copied as a real install has it, with the invented data and lookups inside."""
    site = tmp_path_factory.mktemp("site")
    package = site / "ipcli"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "data", "sql"))
    (package / "data").mkdir()
    (package / "sql").mkdir()
    db = package / "data" / "industry.duckdb"
    make_database(db)
    # The lookup behind bare names.
    shutil.copy(PACKAGE.parent.parent / "sql" / "find.sql", package / "sql")
    shutil.copy(PACKAGE.parent.parent / "data" / "kinds.csv", package / "data")
    for name, text in LOOKUPS.items():
        (package / "sql" / f"{name}.sql").write_text(text, encoding="utf-8")
    return House(site, db, package / "sql")


Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(house: House, **extra: str) -> dict[str, str]:
    """The environment of a process that imports the invented installation."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("IPCLI_", "LC_", "LANG", "PYTHON"))}
    kept |= {"PYTHONPATH": str(house.site), "LC_ALL": "C.UTF-8", "IPCLI_LANG": "en", "COLUMNS": "100"}
    return kept | extra


@pytest.fixture
def ipcli(house: House, tmp_path: Path) -> Run:
    """Run the program as a process and return what it did; keywords become environment variables."""

    def run(*args: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ipcli", *map(str, args)],
            env=environment(house, **env),
            cwd=tmp_path,
            capture_output=True,
            encoding=env.get("PYTHONIOENCODING", "utf-8"),
            timeout=60,
        )

    return run


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """A copy of the committed database, read-only: one process has a file open with one configuration only."""
    path = PACKAGE.parent.parent / "data" / "industry.duckdb"
    return duckdb.connect(str(shutil.copy(path, tmp_path_factory.mktemp("shipped"))), read_only=True)
