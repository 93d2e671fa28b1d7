from __future__ import annotations

from pathlib import Path

import pytest

from ipcli import paths


def test_a_clone_has_data_and_lookups_in_its_root() -> None:
    root = Path(paths.__file__).resolve().parent.parent.parent
    assert paths.data() == root / "data"
    assert paths.queries() == root / "sql"


def test_a_real_install_has_them_in_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "site-packages" / "ipcli")
    assert paths.data() == tmp_path / "site-packages" / "ipcli" / "data"
    assert paths.queries() == tmp_path / "site-packages" / "ipcli" / "sql"


def test_a_src_folder_without_the_project_file_is_no_clone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "src" / "ipcli")
    assert paths.queries() == tmp_path / "src" / "ipcli" / "sql"


def test_database_is_the_option_then_the_environment_then_the_shipped_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IPCLI_DB", "env.duckdb")
    assert paths.database("option.duckdb") == Path("option.duckdb")
    assert paths.database() == Path("env.duckdb")
    monkeypatch.delenv("IPCLI_DB")
    assert paths.database() == paths.data() / "industry.duckdb"
