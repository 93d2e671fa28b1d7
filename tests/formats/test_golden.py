"""One expected file a format. UPDATE_GOLDEN=1 rewrites them; read the difference before you commit it."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest
from invented import result, summed

from ipcli.output import formats
from ipcli.output.formats import Options

GOLDEN = Path(__file__).parent.parent / "golden"
TEXTS = [name for name in formats.names() if not formats.load(name).BINARY]


@pytest.mark.parametrize("kind", ["statements", "sums"])
@pytest.mark.parametrize("name", TEXTS)
def test_golden(name: str, kind: str) -> None:
    module = formats.load(name)
    out = io.StringIO(newline="")
    what = result() if kind == "statements" else summed()
    count = module.write(what, out, Options(width=100))
    assert count == (5 if kind == "statements" else 4)
    path = GOLDEN / f"{kind}{module.EXTENSIONS[0]}"
    compare(out.getvalue(), path)


def compare(text: str, path: Path) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(text.encode())
    assert text == path.read_bytes().decode()


@pytest.mark.parametrize("kind", ["statements", "sums"])
def test_golden_workbook(kind: str) -> None:
    out: Any = io.BytesIO()
    formats.load("xlsx").write(result() if kind == "statements" else summed(), out, Options())
    with zipfile.ZipFile(out) as archive:
        # The cells; styles and the rest are the library's. A tag a line, so that a difference can be read.
        parts = {
            name: archive.read(name).decode()
            for name in sorted(archive.namelist())
            if "sheet" in name or "String" in name
        }
    text = "".join(
        f"== {name}\n{content.replace('><', '>' + chr(10) + '<')}\n" for name, content in parts.items()
    )
    compare(text, GOLDEN / f"{kind}.xlsx.txt")


@pytest.mark.parametrize("kind", ["statements", "sums"])
def test_golden_parquet(kind: str, tmp_path: Path) -> None:
    with (tmp_path / "x.parquet").open("wb") as out:
        formats.load("parquet").write(
            result() if kind == "statements" else summed(), cast(Any, out), Options()
        )
    con = duckdb.connect()
    con.execute(f"SET VARIABLE file = '{tmp_path / 'x.parquet'}'")
    schema = con.execute(
        "SELECT name, type, logical_type FROM parquet_schema(getvariable('file')) WHERE name <> 'duckdb_schema'"
    ).fetchall()
    about = con.execute(
        "SELECT decode(key), decode(value) FROM parquet_kv_metadata(getvariable('file'))"
    ).fetchall()
    rows = con.execute("FROM read_parquet(getvariable('file'))").fetchall()
    text = "\n".join(map(repr, [*schema, *sorted(about), *rows])) + "\n"
    compare(text, GOLDEN / f"{kind}.parquet.txt")
