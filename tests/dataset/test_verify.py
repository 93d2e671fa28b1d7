"""Verifying a copy of a document: known by hash or by content, every citation at its place, every numeral told."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from tables_at_hand import (
    EXAMPLE_TEXT,
    SOURCES,
    example_database,
    ipcli,
    shipped_database,
    two_cities_database,
)

from ipcli.dataset import verify
from ipcli.dataset.verify import Document, read_document
from ipcli.db.engine import Database
from ipcli.errors import UsageError

TEXT = EXAMPLE_TEXT.read_text(encoding="utf-8")


def run(path: Path, *args: str, db: Path | None = None) -> tuple[int, list[dict[str, str]], str]:
    """Exit code, rows and messages of `ipcli verify`."""
    finished = ipcli("verify", path, "--db", db or example_database(), "-f", "csv", *args)
    return finished.returncode, list(csv.DictReader(io.StringIO(finished.stdout))), finished.stderr


def copy(folder: Path, text: str) -> Path:
    path = folder / "copy.txt"
    path.write_text(text, encoding="utf-8")
    return path


def replaced(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def test_true_copy_holds_and_uncited_numerals_have_their_reason() -> None:
    code, rows, err = run(EXAMPLE_TEXT)
    assert code == 0
    assert "WC-001" in err and "by its hash" in err and "0 failed" in err
    assert {row["status"] for row in rows} == {"uncited"}
    assert {(row["printed"], row["expected"]) for row in rows} >= {("2021", "date"), ("一", "idiom")}
    assert all(row["reason"] for row in rows)


def test_changed_copy_is_known_by_content_and_every_difference_found(tmp_path: Path) -> None:
    code, rows, err = run(copy(tmp_path, replaced("120亿元", "121亿元") + "全市新增就业9000人。\n"))
    assert code == 1
    assert "by content" in err and "%" in err and "Traceback" not in err
    failed = {(row["item"], row["fact_id"]): row for row in rows if row["status"] == "failed"}
    citation = failed["citation", "WOB-0001"]
    assert citation["printed"] == "产业规模达到121亿元"
    assert citation["expected"] == "产业规模达到120亿元"
    # A numeral that is neither cited nor in the ledger fails too.
    assert failed["numeral", ""]["printed"] == "9000"
    assert failed["numeral", ""]["reason"] == "cited by no row, and not in the ledger"
    assert set(failed) == {("citation", "WOB-0001"), ("numeral", "WOB-0001"), ("numeral", "")}


def test_shifted_offsets_say_where_the_phrase_stands_instead(tmp_path: Path) -> None:
    code, rows, _ = run(copy(tmp_path, replaced("桐湖区做大做强", "在桐湖区做大做强")))
    assert code == 1
    moved = next(row for row in rows if row["fact_id"] == "WOB-0002" and row["item"] == "citation")
    assert moved["reason"] == "the phrase stands at 3:37-44"
    assert not [row for row in rows if row["status"] == "failed" and row["para_no"] not in ("3",)]


def test_line_ends_mark_and_encoding_of_a_copy_do_not_matter_to_offsets(tmp_path: Path) -> None:
    path = tmp_path / "copy.txt"
    for data in (
        TEXT.replace("\n", "\r\n\r\n").encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("gb18030"),
    ):
        path.write_bytes(data)
        code, _, err = run(path)
        assert code == 0 and "by content" in err


def test_phrase_that_does_not_read_as_its_row_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPCLI_LANG", "en")
    document = read_document(EXAMPLE_TEXT)
    with Database.open(example_database()) as db:
        (citation,) = (one for one in verify.read_citations(db, "WC-001") if one.fact_id == "WOB-0003")
    assert verify.check_figures([citation]) == (1, [])
    read, faults = verify.check_figures([citation._replace(comparator="ge")])
    assert read == 1
    assert faults[0][9:] == ("ge 150 亿元", "the phrase reads gt 150 亿元")
    assert document.at((1, 0, 99, 3)) is None


def test_phrase_over_a_page_break_is_joined() -> None:
    document = Document("x", "", ("  规模达到 ", "　", "120亿元，其后"))
    assert document.at((1, 4, 3, 5)) == "达到120亿元"
    assert document.find("达到120亿元") == (1, 4, 3, 5)
    assert document.find("120亿元") == (3, 0, 3, 5)
    assert document.find("没有") is None


def test_source_without_offsets_is_verified_by_its_phrases(tmp_path: Path) -> None:
    text = "全年风电装备产业规模160亿元，\n修订后2021年为118亿元。桐湖海上风机项目8月投产。\n"
    code, rows, err = run(copy(tmp_path, text))
    assert code == 0 and "WC-002" in err and "3/3 (100%)" in err
    assert {row["status"] for row in rows} == {"unaccounted"}
    code, rows, _ = run(copy(tmp_path, text.replace("8月", "9月")), "--source", "WC-002")
    assert code == 1
    assert {row["fact_id"] for row in rows if row["status"] == "failed"} == {"WMI-0002", "WPS-0002"}


def test_unknown_text_is_listed_as_candidates(tmp_path: Path) -> None:
    text = (
        "2024年，桐湖風電產業規模超過1.2萬億元。\n"
        "石洲区渔业企业400余家，第3次入选；力争到2025-2027年新增2-3个基地\n"
        "其中数字渔场达到50万套\n"
    )
    code, rows, err = run(copy(tmp_path, text))
    assert code == 0 and "no known source: listing its" in err
    read = {row["as_reported"]: row for row in rows}
    first = read["超過1.2萬億元"]
    assert (first["comparator"], first["value"], first["unit"]) == ("gt", "1.2", "万亿元")
    assert (first["value_std"], first["unit_std"]) == ("12000", "亿元")
    assert (first["district"], first["industry"]) == ("桐湖区", "风电装备")
    assert (first["year"], first["year_basis"]) == ("2024", "printed")
    assert text.split("\n")[0][int(first["char_start"]) : int(first["char_end"])] == "超過1.2萬億元"
    assert (read["400余家"]["comparator"], read["400余家"]["district"]) == ("excess", "石洲区")
    assert read["3"]["comparator"] == ""  # an ordinal: listed, not read
    assert (read["2-3个"]["lower"], read["2-3个"]["upper"], read["2-3个"]["year"]) == ("2", "3", "2027")
    # Nothing nearer: the district and industry last spoken of, and no year made up.
    last = read["达到50万套"]
    assert (last["district"], last["industry"], last["year_basis"]) == ("石洲区", "智慧渔业", "none")
    assert all(len(row["context"]) <= 30 for row in rows)


@pytest.mark.slow
def test_candidates_go_to_every_format_and_to_files(tmp_path: Path) -> None:
    path, db = copy(tmp_path, "鹿鸣市高新片区投资30亿元。\n"), two_cities_database()
    for name in ("candidates.csv", "candidates.json", "candidates.txt"):
        assert ipcli("verify", path, "--db", db, "-o", tmp_path / name).returncode == 0
        assert "30亿元" in (tmp_path / name).read_text(encoding="utf-8")
    (row,) = json.loads((tmp_path / "candidates.json").read_text(encoding="utf-8"))
    assert (row["value"], row["district"]) == (30, "高新片区")
    _, rows, _ = run(path, "--city", "鹿鸣", db=db)
    assert rows[0]["district"] == "高新片区"


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"\x00\x01\x02", "is no text in"), (b"\xff\xfe\x00", "is no text in"), (None, "cannot read")],
)
def test_what_is_no_text_is_refused(
    data: bytes | None, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPCLI_LANG", "en")
    path = tmp_path / "x.bin"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(UsageError, match=message):
        read_document(path)


@pytest.mark.slow
def test_unrelated_text_with_a_few_cited_phrases_is_no_source(tmp_path: Path) -> None:
    _, _, err = run(copy(tmp_path, "数字渔场规模为百亿级。8月投产。“2+1”产业体系。2021年10月开工。\n"))
    assert "no known source" in err
    code, _, err = run(EXAMPLE_TEXT, "--source", "WC-404")
    assert code == 2 and "there is no source" in err


def test_founding_document_holds() -> None:
    found = sorted(SOURCES.glob("*.txt"))
    if not found:
        pytest.skip("no source text at hand")
    code, rows, err = run(found[0], db=shipped_database())
    assert code == 0 and "by its hash" in err
    assert rows and all(row["status"] == "uncited" and row["reason"] for row in rows)
