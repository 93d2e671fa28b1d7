"""Rows on a shelf: the same at each reading, few in memory or many on disk, and nothing is left behind."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from formats.invented import ROWS, result
from ipcli.output import formats
from ipcli.output import shelf as _shelf
from ipcli.output.formats import md
from ipcli.output.shelf import Shelf


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 57])
def test_rows_are_read_again_and_again(count: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(_shelf, "_KEPT", 10)
    monkeypatch.setattr(_shelf, "_BATCH", 7)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    rows = [(number, "亿元", None, ["a"]) for number in range(count)]
    shelf = Shelf(iter(rows))
    assert [list(shelf) for _ in range(3)] == [rows] * 3 and len(shelf) == count
    assert list(tmp_path.iterdir()) == []


def test_markdown_is_the_same_from_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    texts = []
    for kept in (10**6, 1):
        monkeypatch.setattr(_shelf, "_KEPT", kept)
        with open(tmp_path / "x.md", "w+", encoding="utf-8") as out:
            assert md.write(result(), out, formats.Options()) == len(ROWS)
            out.seek(0)
            texts.append(out.read())
    assert texts[0] == texts[1]
