from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest

from ipcli.db import files as userfiles
from ipcli.errors import UsageError

TEXT = "district,客户\n东湖区,甲公司\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), None),
        (codecs.BOM_UTF8 + TEXT.encode(), None),
        (TEXT.encode("gbk"), "gb18030"),
        ((TEXT + "𠮷").encode("gb18030"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (b"a,b\r\n1,2\r\n", None),
    ],
)
def test_encodings_are_told_apart_and_decoded(tmp_path: Path, content: bytes, encoding: str | None) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with userfiles.opened([f"mine={path}"]) as (table,):
        assert table.encoding == encoding
        text = Path(table.path).read_bytes().decode("utf-8-sig")
        assert text == (content.decode(encoding or "utf-8-sig"))
        assert path.name not in os.path.basename(table.path)
    assert not os.path.exists(table.path)


@pytest.mark.parametrize(
    "content", [b"", b"\0\0\0\0", bytes(range(128, 256)), "é".encode("latin-1") * 3 + b"\xff"]
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"x\.csv"), userfiles.opened([f"mine={path}"]):
        pass


def test_a_character_on_the_edge_of_a_chunk_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(userfiles, "_CHUNK", 7)
    path = tmp_path / "x.csv"
    path.write_bytes(("汉字" * 100).encode("gbk"))
    with userfiles.opened([f"mine={path}"]) as (table,):
        assert Path(table.path).read_text(encoding="utf-8") == "汉字" * 100


def test_the_folder_goes_away_when_something_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    (tmp_path / "x.csv").write_text(TEXT)
    with pytest.raises(UsageError), userfiles.opened([f"a={tmp_path}/x.csv", f"A={tmp_path}/x.csv"]):
        pass
    assert list((tmp_path / "t").iterdir()) == []
