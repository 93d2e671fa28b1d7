"""What lookups of the shipped data look like on screens of all widths: notes, sources, signs, lines."""

from __future__ import annotations

import io
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ipcli import api, paths
from ipcli.output.formats import Options
from ipcli.output.formats.table import draw
from ipcli.output.page import Page, build
from ipcli.query import catalog
from terminal import shown

LOOKUPS = sorted(path.stem for path in paths.queries().glob("*.sql"))
# Two cells wide in many Chinese terminals, one in others.
AMBIGUOUS = "—·°≥≤≈×…–─█→"


@cache
def opened() -> api.Data:
    return api.open()


@cache
def page(name: str, lang: str = "zh", **given: Any) -> Page:
    query = catalog.read(paths.queries() / f"{name}.sql")
    request = api.Request.make(
        query,
        {key: list(v) if isinstance(v, tuple) else v for key, v in given.items()},
        api.Shape(lang=lang, plain=False),
    )
    return build(opened().lookup(request), Options(lang=lang))


def drawn(what: Page, **options: Any) -> str:
    out = io.StringIO()
    draw(what, out, Options(**options))
    return out.getvalue()


def look_up(name: str, lang: str) -> Page:
    given = {"series": {"indicator": "产业规模"}, "find": {"district": ["崂山区"]}}.get(name, {})
    return page(name, lang, **{key: tuple(v) if isinstance(v, list) else v for key, v in given.items()})


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", LOOKUPS)
def test_a_wider_window_takes_no_more_lines(name: str, lang: str) -> None:
    what = look_up(name, lang)
    heights = [len(drawn(what, width=width, lang=lang).splitlines()) for width in range(80, 161, 5)]
    assert heights == sorted(heights, reverse=True)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["targets", "investments", "matrix", "districts", "sources"])
def test_no_sign_of_ours_is_of_ambiguous_width(name: str, lang: str) -> None:
    what = look_up(name, lang)
    # Without what the data print: a figure and a title stand as printed.
    ours = drawn(what._replace(rows=[tuple(None for _ in row) for row in what.rows], remarks=(), sources=()))
    assert not set(AMBIGUOUS) & set(ours)


def test_what_qualifies_a_row_stands_under_the_table() -> None:
    what = page("targets", district=("即墨区",), due=("2025",))
    assert "note" not in {field.name for field in what.fields}
    marks = [mark for mark, _text in what.remarks]
    assert marks == [chr(ord("a") + n) for n in range(len(marks))] and len(marks) > 3
    texts = [text for _mark, text in what.remarks]
    assert len(set(texts)) == len(texts) and any(text.startswith("相关：") for text in texts)
    place = [field.name for field in what.fields].index("subject")
    assert all((row[place] or "").rpartition(" ")[2].split(",")[0] in marks for row in what.rows)
    query = catalog.read(paths.queries() / "targets.sql")
    request = api.Request.make(query, {}, api.Shape(plain=False))
    assert not build(opened().lookup(request), Options(notes=False, sources=False)).remarks


def test_projects_stand_before_umbrella_sums_however_they_are_sorted() -> None:
    query = catalog.read(paths.queries() / "investments.sql")
    shape = api.Shape(sort=[("amount_yi", True)], plain=False)
    what = build(opened().lookup(api.Request.make(query, {}, shape)), Options())
    assert what.apart is not None
    at, heading = what.apart
    place = [field.name for field in what.fields].index("is_umbrella")
    assert [row[place] for row in what.rows] == ["否"] * at + ["是"] * (len(what.rows) - at)
    assert f"-- {heading} --" in drawn(what, width=100)


def test_what_was_asked_for_gives_room_to_the_rest() -> None:
    what = page("targets", district=("即墨区",), due=("2025",))
    assert drawn(what, width=80).lstrip().startswith("对象") and drawn(what, width=160).startswith("区市")


def test_verdicts_have_colours_and_are_counted() -> None:
    what = page("targets", district=("即墨区",), due=("2025",))
    text = drawn(what, width=100, color=True)
    assert "\x1b[31m未达\x1b[0m" in text and "\x1b[33m到期未见结果\x1b[0m" in text
    assert what.summary[0].startswith(f"共 {len(what.rows)} 行：") and "未达" in what.summary[0]


@pytest.mark.parametrize(
    ("figure", "english"),
    [
        ("42.2 万辆", "422,000 vehicles"),
        ("47 亿元", "CNY 4.7 bn"),
        ("1.43 万亿元", "CNY 1.43 trn"),
        (">400 亿元", ">CNY 40 bn"),
        (">=30 个", ">=30"),
        ("100-1000 亿元", "CNY 10-100 bn"),
        ("530+ 亿元", "CNY 53+ bn"),
        ("~20 万平方米", "~200,000 m²"),
        ("238 万千瓦", "2,380 MW"),
        (">45 万辆 (2024)", ">450,000 vehicles (2024)"),
        ("<=150 万元", "<=CNY 1.5 mn"),
        ("2 亿片", "200 mn pieces"),
        ("23.0 %", "23.0 %"),
        ("13 未知单位", "13 未知单位"),
    ],
)
def test_english_figures_read_as_english(figure: str, english: str) -> None:
    reads = opened().words("en").reader("stated")
    assert reads is not None and reads(figure) == english


def test_what_is_taller_than_the_screen_goes_through_a_pager(tmp_path: Path) -> None:
    pager = f"{sys.executable} -c 'import sys; print(\"PAGED\", len(sys.stdin.read()))'"
    tall, short = "ipcli investments --no-notes", "ipcli districts --industry 低空经济"
    assert "PAGED" in shown(tall, PAGER=pager, IPCLI_PAGER=pager)
    assert "PAGED" not in shown(short, IPCLI_PAGER=pager)
    assert "PAGED" in shown(f"{short} --pager", IPCLI_PAGER=pager)
    assert "PAGED" not in shown(f"{tall} --no-pager", IPCLI_PAGER=pager)
    assert "PAGED" not in shown(f"{tall} | cat", IPCLI_PAGER=pager)
    assert "PAGED" not in shown(f"{tall} -f csv", IPCLI_PAGER=pager)
    assert "PAGED" not in shown(tall, PAGER=pager, IPCLI_PAGER="")
    gone = shown(tall, IPCLI_PAGER="no-such-pager")
    assert "no-such-pager" in gone and "奇瑞" in gone
