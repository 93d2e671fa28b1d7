"""`ipcli export`: a folder of CSV and Parquet with a data package, complete or not there, and nothing else harmed."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tables_at_hand import ROOT, ipcli, two_cities_database

from conftest import House, Run

# The views of the invented installation.
VIEWS = {"words", "release", "sources", "aliases", "districts", "investments", "facts"}


def described(folder: Path) -> dict[str, dict[str, Any]]:
    """The resources of an export by name, each compared with its files."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    resources = {resource["name"]: resource for resource in package["resources"]}
    listed = {"datapackage.json"}
    for resource in resources.values():
        for entry in (resource, resource["ipcli:parquet"]):
            data = (folder / entry["path"]).read_bytes()
            assert entry["bytes"] == len(data)
            assert entry["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
            listed.add(entry["path"])
        with (folder / resource["path"]).open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == [field["name"] for field in resource["schema"]["fields"]]
    assert listed == {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return resources


def test_views_as_csv_and_parquet_with_a_description(ipcli: Run, house: House, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    run = ipcli("export", folder)
    assert (run.returncode, run.stdout) == (0, "")
    assert f"{folder}: 7 tables, 24 rows" in run.stderr
    resources = described(folder)
    assert set(resources) == VIEWS
    fields = {field["name"]: field for field in resources["investments"]["schema"]["fields"]}
    assert {name: fields[name]["type"] for name in ("amount_yi", "year", "is_umbrella", "tags", "seen")} == {
        "amount_yi": "number", "year": "integer", "is_umbrella": "boolean", "tags": "list", "seen": "date",
    }  # fmt: skip
    assert fields["amount_yi"]["title"] == "Investment (亿元)"
    assert fields["amount_yi"]["description"] == "total, as printed"
    # Parquet has the rows and the types of the database, CSV is what a lookup prints.
    with duckdb.connect(str(house.db), read_only=True) as con:
        for name in VIEWS:
            parquet = f"read_parquet('{folder}/views/{name}.parquet')"
            assert con.execute(f"FROM {parquet}").fetchall() == con.execute(f"FROM {name}").fetchall()
            assert [column[:2] for column in con.execute(f"DESCRIBE FROM {parquet}").fetchall()] == [
                column[:2] for column in con.execute(f"DESCRIBE {name}").fetchall()
            ]
    printed = ipcli("sql", "from investments", "-f", "csv").stdout
    assert (folder / "views" / "investments.csv").read_text(encoding="utf-8") == printed


@pytest.mark.slow
def test_a_folder_that_holds_anything_is_left_alone_unless_told(ipcli: Run, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    assert ipcli("export", folder).returncode == 0
    stale = folder / "views" / "gone.csv"
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"].append({"path": "views/gone.csv", "ipcli:parquet": {"path": "../../victim.csv"}})
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    for path in (stale, folder / "notes.txt", tmp_path / "victim.csv"):
        path.write_text("mine", encoding="utf-8")
    refused = ipcli("export", folder)
    assert refused.returncode == 2 and "not empty" in refused.stderr and "--force" in refused.stderr
    assert stale.exists()
    assert ipcli("export", folder, "--force").returncode == 0
    # What an earlier export wrote and this one does not is gone; what it did not write stays.
    assert not stale.exists()
    assert (folder / "notes.txt").exists() and (tmp_path / "victim.csv").exists()
    (folder / "notes.txt").unlink()
    described(folder)


def test_force_overwrites_no_file_that_is_not_an_exports(ipcli: Run, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "views").mkdir(parents=True)
    mine = folder / "views" / "facts.csv"
    mine.write_text("mine", encoding="utf-8")
    run = ipcli("export", folder, "--force")
    assert run.returncode == 2 and "facts.csv" in run.stderr and "no earlier export" in run.stderr
    assert [path.name for path in folder.rglob("*")] == ["views", "facts.csv"]
    assert mine.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["file"], 5),
        pytest.param(["nowhere/out"], 5, marks=pytest.mark.slow),
        pytest.param([], 2, marks=pytest.mark.slow),
        pytest.param(["out", "--lang", "fr"], 2, marks=pytest.mark.slow),
        pytest.param(["out", "--db", "nowhere.duckdb"], 3, marks=pytest.mark.slow),
    ],
)
def test_what_cannot_be_written_is_one_line_and_leaves_nothing(
    args: list[str], code: int, ipcli: Run, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    run = ipcli("export", *args)
    assert run.returncode == code
    assert run.stderr.count("\n") == 1 and run.stderr.startswith("ipcli: ")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def hostile(path: Path, view: str) -> Path:
    schema = (ROOT / "data" / "schema.sql").read_text(encoding="utf-8")
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE SCHEMA core;" + schema[schema.index("CREATE TABLE core.spelling") :])
        con.execute(
            "CREATE TABLE release AS SELECT 'x' AS city, '1' AS release, DATE '2026-01-01' AS released_on,"
            " 'h' AS content_hash;"
            "INSERT INTO core.spelling VALUES ('x', 'district', 'x', 'x', 'name', []);"
            "CREATE TABLE sources (source_id VARCHAR, title VARCHAR, url VARCHAR);" + view
        )
    return path


@pytest.mark.slow
def test_a_database_from_elsewhere_reads_and_writes_no_other_files(ipcli: Run, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    db = hostile(tmp_path / "a.duckdb", f"CREATE VIEW targets AS SELECT * FROM read_text('{secret}')")
    run = ipcli("export", "out", "--db", db)
    assert run.returncode in (1, 3) and not (tmp_path / "out").exists()
    db = hostile(tmp_path / "b.duckdb", 'CREATE TABLE "../../up" AS SELECT 1 AS n')
    run = ipcli("export", "out", "--db", db)
    assert run.returncode == 3 and "makes no file name" in run.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_many_documents_are_told_by_their_table_and_many_rows_stream(ipcli: Run, tmp_path: Path) -> None:
    db = hostile(
        tmp_path / "a.duckdb",
        "INSERT INTO sources SELECT 'S' || i, 't', 'ftp://x' FROM range(1001) t(i);"
        "CREATE TABLE targets AS SELECT i AS n, i / 7 AS part, '中, \"' || i AS text, ['a; b', '' || i] AS list,"
        " i % 3 = 0 AS odd FROM range(60000) t(i)",
    )
    assert ipcli("export", "out", "--db", db).returncode == 0
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    assert package["sources"] == [{"title": "All documents", "path": "views/sources.csv"}]
    assert "licenses" not in package and "contributors" not in package
    with duckdb.connect(str(db), read_only=True) as con:
        kept = con.execute("FROM targets").fetchall()
        assert con.execute(f"FROM '{tmp_path}/out/views/targets.parquet'").fetchall() == kept


@pytest.fixture(scope="module")
def frictionless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The validator of data packages, in an environment of its own."""
    venv = tmp_path_factory.mktemp("frictionless") / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    subprocess.run([venv / "bin" / "pip", "install", "-q", "frictionless>=5.18"], check=True)
    return venv / "bin" / "frictionless"


def validated(program: Path, descriptor: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, "validate", descriptor.name, "--json"],
        cwd=descriptor.parent,
        capture_output=True,
        encoding="utf-8",
    )


@pytest.mark.slow
def test_a_validator_accepts_the_tables_and_exports_and_finds_what_is_wrong(
    frictionless: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "all"
    assert ipcli("export", "--all", folder).returncode == 0
    assert ipcli("export", "--all", tmp_path / "two", "--db", two_cities_database()).returncode == 0
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("*.duckdb", "checks"))
    for place in (folder, tmp_path / "two", tmp_path / "data"):
        run = validated(frictionless, place / "datapackage.json")
        assert run.returncode == 0, run.stdout
        assert json.loads(run.stdout)["stats"]["tasks"] >= 29
    resources = described(folder)
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["licenses"][0]["name"] == "CC-BY-4.0" and package["version"] == "2026.2"
    assert len(package["sources"]) == 404
    schema = resources["core.observation"]["schema"]
    assert schema["primaryKey"] == ["fact_id"]
    assert {
        "fields": ["source_id"],
        "reference": {"resource": "core.source", "fields": ["source_id"]},
    } in schema["foreignKeys"]
    # Keys and hashes are really looked at.
    region = tmp_path / "data" / "tables" / "region.csv"
    text = region.read_text(encoding="utf-8")
    region.write_text(text.replace(",district,qingdao,370202", ",district,atlantis,370202"), encoding="utf-8")
    assert region.read_text(encoding="utf-8") != text
    errors = validated(frictionless, tmp_path / "data" / "datapackage.json").stdout
    for kind in ("hash-count", "foreign-key"):
        assert f'"type": "{kind}' in errors, kind


@pytest.mark.slow
def test_titles_are_in_the_language_of_the_user(tmp_path: Path) -> None:
    for lang, title in (("zh", "区市"), ("en", "District")):
        assert ipcli("export", tmp_path / lang, "--lang", lang).returncode == 0
        fields = described(tmp_path / lang)["targets"]["schema"]["fields"]
        assert title in [field["title"] for field in fields]
        assert [field["name"] for field in fields][:3] == ["fact_id", "district", "within"]


@pytest.mark.slow
def test_commands_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "howto" / "as-data.md").read_text(encoding="utf-8")
    shell, python = (re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL) for kind in ("sh", "python"))
    commands = [shlex.split(line.split("#")[0]) for block in shell for line in block.splitlines()]
    assert len(commands) >= 2 and len(python) == 1
    for program, *args in commands:
        assert program == "ipcli"
        assert ipcli(*args, cwd=tmp_path).returncode == 0
    monkeypatch.chdir(tmp_path)
    scope: dict[str, Any] = {}
    exec(python[0], scope)
    assert sum(n for _, n in scope["rows"]) == duckdb.sql("FROM 'qingdao/views/targets.csv'").shape[0]
    assert "2026.2" in page
    for path in re.findall(r"`qingdao/(\w+)/", page):
        assert (tmp_path / "qingdao" / path).is_dir()
