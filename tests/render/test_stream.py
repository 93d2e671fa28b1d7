"""Files are written whole or not at all, never over an input; messages act on no terminal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ipcli import paths
from ipcli.errors import OutputError, UsageError
from ipcli.output.stream import destination, say


def test_a_file_takes_its_name_when_all_is_written(tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), destination(str(target), binary=False) as out:
        out.write("half")
        raise ZeroDivisionError
    assert target.read_text() == "old" and [path.name for path in tmp_path.iterdir()] == ["x.csv"]
    with destination(str(target), binary=False) as out:
        out.write("新")
        assert target.read_text() == "old"
    assert target.read_bytes() == "新".encode()


@pytest.mark.parametrize("way", ["itself", "a link", "a second name", "another spelling"])
def test_an_input_is_not_written_over(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "x.csv"
    source.write_text("input")
    target = tmp_path / "y.csv"
    if way == "a link":
        target.symlink_to(source)
    elif way == "a second name":
        os.link(source, target)
    else:
        target = source if way == "itself" else tmp_path / "." / "x.csv"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(paths, "INPUTS", {"gone.csv", "x.csv"})
    with pytest.raises(UsageError, match=r"y?\.csv"), destination(str(target), binary=True):
        pass
    assert source.read_text() == "input"
    with destination(str(tmp_path / "z.csv"), binary=True) as out:
        out.write(b"output")


def test_a_folder_that_is_not_there_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError), destination(str(tmp_path / "no" / "x.csv"), binary=False):
        pass


def test_messages_act_on_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say("there is no \x1b[31mx\r\u202ey\x9b")
    assert capsys.readouterr().err == "ipcli: there is no ·[31mx··y·\n"
