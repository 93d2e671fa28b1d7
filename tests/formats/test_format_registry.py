"""Formats are found by listing the package, and cost nothing they do not need."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ipcli.errors import UsageError
from ipcli.output import formats


def test_formats_are_the_files_of_the_package() -> None:
    names = formats.names()
    assert {"csv", "json", "jsonl", "table", "tsv"} <= set(names)
    assert names == sorted(names)
    assert not [name for name in names if name.startswith("_")]


@pytest.mark.parametrize("name", formats.names())
def test_every_format_keeps_the_interface(name: str) -> None:
    module = formats.load(name)
    assert isinstance(module.BINARY, bool)
    assert callable(module.write)
    assert module.ABOUT.zh and module.ABOUT.en.isascii()
    assert all(extension.startswith(".") and extension.islower() for extension in module.EXTENSIONS)


def test_extensions_belong_to_one_format_each() -> None:
    claimed = [extension for name in formats.names() for extension in formats.load(name).EXTENSIONS]
    assert len(claimed) == len(set(claimed))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("x.csv", "csv"),
        ("/tmp/目标.JSON", "json"),
        ("x.ndjson", "jsonl"),
        ("x.tab", "tsv"),
        ("x.txt", "table"),
        ("x.csv.unknown", None),
        ("csv", None),
    ],
)
def test_by_extension(path: str, name: str | None) -> None:
    assert formats.by_extension(path) == name


@pytest.mark.parametrize("name", ["nope", "_values", "__init__", "", "../csv"])
def test_unknown_formats_list_the_known(name: str) -> None:
    with pytest.raises(UsageError, match=r"csv, .*json.*table"):
        formats.load(name)


def test_data_formats_import_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from ipcli.output import formats\n"
        "[formats.load(name) for name in formats.names()]\n"
        "formats.by_extension('x.txt')\n"
        "print([m for m in ('rich', 'typer', 'duckdb', '_duckdb') if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
