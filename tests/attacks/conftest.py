"""The arena: a folder with planted secrets, the program as a process in it, and the question what it left behind."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from conftest import House, environment

TOKEN = "5ecret-t0ken-of-the-arena"


@dataclass
class Arena:
    """Runs the program in a folder with secrets and asserts after each run that nothing was told, made or changed."""

    house: House
    folder: Path
    db: Path
    listener: socket.socket
    variables: dict[str, str] = field(default_factory=dict)

    def filled(self, text: str) -> str:
        """`text` with the places of the arena filled in."""
        return text.format(
            db=self.db, folder=self.folder, secret="planted", token=TOKEN, port=self.listener.getsockname()[1]
        )

    def run(
        self,
        *args: str,
        stdin: bytes | None = None,
        codes: set[int],
        tells_paths: bool = False,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run `ipcli *args`; the exit code must be one of `codes`. `tells_paths`: messages may name own files."""
        before = self.state()
        process = subprocess.run(
            [sys.executable, "-m", "ipcli", *args],
            env=environment(
                self.house, IPCLI_DB=str(self.db), HOME=str(self.folder / "home"), IPCLI_ATTACK=TOKEN
            )
            | self.variables,
            cwd=self.folder,
            input=stdin or b"",
            capture_output=True,
            # What is to be stopped would take minutes.
            timeout=60,
        )
        told = (process.stdout + process.stderr).decode("utf-8", "replace")
        assert process.returncode in codes, told[-2000:]
        assert TOKEN not in told
        assert "Traceback" not in told and "internal error" not in told
        if not tells_paths:
            assert str(self.folder) not in process.stdout.decode("utf-8", "replace")
            assert str(self.db) not in told
        assert self.state() == before
        self.listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            self.listener.accept()
        return process

    def state(self) -> dict[str, str]:
        """Every file of the arena with its hash, and what temporary folders of ours there are."""
        found = {}
        for path in sorted([*self.folder.rglob("*"), *self.db.parent.rglob("*")]):
            if path.is_symlink():
                found[str(path)] = "-> " + os.readlink(path)
            elif path.is_file():
                found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
            else:
                found[str(path)] = "there"
        return found


@pytest.fixture
def arena(house: House, tmp_path: Path) -> Iterator[Arena]:
    folder, store = tmp_path / "folder", tmp_path / "store"
    (folder / "home").mkdir(parents=True)
    (folder / "tmp").mkdir()
    store.mkdir()
    db = store / "industry.duckdb"
    shutil.copyfile(house.db, db)
    (folder / "planted.txt").write_text(TOKEN)
    (folder / "planted.csv").write_text(f"secret\n{TOKEN}\n")
    (folder / "planted.json").write_text(f'[{{"secret": "{TOKEN}"}}]')
    (folder / "planted.duckdb_extension").write_bytes(b"\x7fELF" + bytes(600))
    duckdb.sql(f"SELECT '{TOKEN}' AS secret").write_parquet(str(folder / "planted.parquet"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield Arena(house, folder, db, listener, {"TMPDIR": str(folder / "tmp")})
