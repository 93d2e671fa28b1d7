"""`ipcli cite`: ids in, references and places out."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from cli.test_shipped import IPCLI, ask
from conftest import some


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


def piped(text: str, *args: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"IPCLI_LANG": "zh"}
    return subprocess.run(
        [IPCLI, "cite", "-", *args], input=text, capture_output=True, encoding="utf-8", env=env
    )


def test_paragraphs_are_cited_as_the_output_prints_them() -> None:
    run = ask("cite", "SRC-001#52; SRC-001#51 src-1#51", "OBS-0042")
    # The fact tells its paragraph already.
    assert [line.strip()[:13] for line in run.stdout.splitlines()[1:]] == ["OBS-0042 第51段", "第52段"]
    assert json.loads(ask("cite", "SRC-001#52", "--style", "json").stdout)[0]["note"] == "第52段"


def test_zeros_may_be_left_out() -> None:
    assert ask("cite", "obs-8", "SRC-1").stdout == ask("cite", "OBS-0008", "SRC-001").stdout


@pytest.mark.parametrize("form", some(["json", "csv", "jsonl", "tsv"], 2))
def test_ids_are_picked_out_of_all_columns(form: str) -> None:
    told = ask("targets", "--district", "崂山", "-f", form).stdout
    facts = ask("targets", "--district", "崂山", "--columns", "fact_id", "-f", "csv").stdout
    cited = piped(told)
    # Besides, the paragraph of a base is picked out.
    assert cited.returncode == 0 and set(piped(facts).stdout.splitlines()) <= set(cited.stdout.splitlines())
    assert cited.stdout.count("OBS-") == len(facts.split()) - 1


def test_ids_of_any_shape_may_stand_on_lines_of_their_own() -> None:
    assert "ind-ai 第" in piped("fact_id\nind-ai\n").stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("district,value\n崂山区,3\n", "标准输入中没有编号"),
        ("".join(f"OBS-9{n:03}\n" for n in range(100)), "没有编号 OBS-9000, OBS-9001, OBS-9002… (100)。"),
    ],
)
def test_a_pipe_that_holds_no_known_id_is_one_short_line(text: str, says: str) -> None:
    run = piped(text)
    assert (run.returncode, run.stdout) == (2, "")
    assert says in run.stderr and run.stderr.count("\n") == 1 and len(run.stderr) < 100


def test_the_file_tells_the_style(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("refs.json", "refs.md", "refs")]
    for file, style in zip(files, ((), ("--style", "apa"), ("--style", "gbt7714")), strict=True):
        assert ask("cite", "OBS-0042", "-o", str(file), *style).returncode == 0
    assert json.loads(files[0].read_text(encoding="utf-8"))[0]["id"] == "SRC-001"
    assert "(2025, January" in files[1].read_text(encoding="utf-8")
    assert "[N]" in files[2].read_text(encoding="utf-8")


def test_ids_come_from_a_pipe_and_go_to_a_file(tmp_path: Path) -> None:
    facts = ask("targets", "--district", "崂山", "--columns", "fact_id", "-f", "csv").stdout
    target = tmp_path / "refs.txt"
    run = subprocess.run([IPCLI, "cite", "-", "-o", target], input=facts.encode(), capture_output=True)
    assert (run.returncode, run.stdout) == (0, b"")
    text = target.read_text(encoding="utf-8")
    assert all(fact in text for fact in facts.split()[1:])


@pytest.mark.parametrize(
    ("args", "says"),
    some(
        [
            (("OBS-9042",), "did you mean"),
            ((), "give an id"),
            (("OBS-0042", "--style", "mla"), "--style is one of gbt7714, apa, json"),
            (("SRC-999",), "no such id: SRC-999: did you mean SRC-0"),
            (("SRC-001#9999",), "did you mean SRC-001, "),
            (
                ("OBS-0042", "-o", "x.xlsx"),
                "references go to .txt, .md (text) or .json (CSL-JSON), not to x.xlsx",
            ),
            (("OBS-0042", "-o", "x.bib", "--style", "apa"), "references go to .txt"),
            (("OBS-0042", "-o", "x"), "references go to .txt"),
            (
                ("OBS-0042", "-o", "x.json", "--style", "apa"),
                "--style apa contradicts the extension of x.json",
            ),
            (("OBS-0042", "-o", "x.txt", "--style", "json"), "--style json contradicts"),
            (("OBS-0042; DROP VIEW targets",), "no such id"),
        ],
        5,
    ),
)
def test_what_cannot_be_cited_is_one_line_and_exit_2(args: tuple[str, ...], says: str) -> None:
    run = ask("cite", *args, IPCLI_LANG="en")
    assert (run.returncode, run.stdout) == (2, "")
    assert says in run.stderr and run.stderr.count("\n") == 1


def test_a_figure_or_words_find_the_facts_that_print_them() -> None:
    run = ask("cite", "350亿元")
    assert (run.returncode, run.stderr) == (0, "ipcli: 350亿元 -> OBS-0008、OBS-0009\n")
    assert run.stdout == ask("cite", "OBS-0008", "OBS-0009").stdout
    assert run.stdout == ask("cite", "350 亿元", "obs-8").stdout
    # A part of a longer number is another figure; what is printed 400億 is found too.
    assert "OBS-0008" not in ask("cite", "50亿元").stdout
    assert "400億" in ask("cite", "400亿元").stdout
    assert ask("cite", "oled").stderr.endswith("ALN-0002\n")
    assert json.loads(ask("cite", "350亿元", "--json").stdout)[0]["id"] == "SRC-001"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("火星", "没有编号 火星"),
        ("foo", "没有编号 foo"),
        ("OBS-99999", "没有编号 OBS-99999"),
        ("亿元", "多于 10 条"),
    ],
)
def test_what_nothing_prints_or_too_much_does_is_refused(typed: str, says: str) -> None:
    run = ask("cite", typed)
    assert (run.returncode, run.stdout) == (2, "") and says in run.stderr
