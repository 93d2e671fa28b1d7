"""`ipcli cite`: ids in, references and places out."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from cli.test_shipped import IPCLI, ask


def test_a_fact_is_cited_with_its_place() -> None:
    run = ask("cite", "obs-0042")
    assert run.stdout.splitlines() == [
        "[1] 向“新”聚能，重塑城市产业版图[N]. 2025-01-16/2025-03-31.",
        "    OBS-0042 第51段“新能源汽车占比超过20%”",
    ]
    english = ask("cite", "OBS-0042", "--lang", "en").stdout
    assert "(2025, January 16–March 31)" in english and "OBS-0042 para. 51 “" in english


def test_all_its_sources_and_each_document_once() -> None:
    items = json.loads(ask("cite", "OBS-0011", "OBS-0012", "SRC-020", "--style", "json").stdout)
    assert [item["id"] for item in items] == ["SRC-001", "SRC-020"]
    assert "OBS-0011" in items[0]["note"] and "OBS-0012" in items[0]["note"] and "note" not in items[1]


@pytest.mark.slow
def test_the_format_is_the_style() -> None:
    wanted = ask("cite", "OBS-0042", "--style", "json").stdout
    assert wanted == ask("cite", "OBS-0042", "-f", "json").stdout
    assert wanted == ask("cite", "OBS-0042", "--format", "json").stdout


@pytest.mark.slow
def test_what_has_no_address_was_not_online() -> None:
    assert "/OL]" not in ask("cite", "SRC-002").stdout


def test_ids_come_from_a_pipe_and_go_to_a_file(tmp_path: Path) -> None:
    facts = ask("targets", "--district", "崂山", "--columns", "fact_id", "-f", "csv").stdout
    target = tmp_path / "refs.txt"
    run = subprocess.run([IPCLI, "cite", "-", "-o", target], input=facts.encode(), capture_output=True)
    assert (run.returncode, run.stdout) == (0, b"")
    text = target.read_text(encoding="utf-8")
    assert all(fact in text for fact in facts.split()[1:])


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("OBS-9042",), "did you mean"),
        ((), "give an id"),
        (("OBS-0042", "--style", "mla"), "--style is one of gbt7714, apa, json"),
        (("OBS-0042; DROP VIEW targets",), "no such id"),
    ],
)
def test_what_cannot_be_cited_is_one_line_and_exit_2(args: tuple[str, ...], says: str) -> None:
    run = ask("cite", *args, IPCLI_LANG="en")
    assert (run.returncode, run.stdout) == (2, "")
    assert says in run.stderr and run.stderr.count("\n") == 1
