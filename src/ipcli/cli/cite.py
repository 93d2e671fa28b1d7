"""`ipcli cite ID...`: where a fact is printed, and the document as a reference list gives it."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

from typer.core import TyperArgument

from ipcli import errors, paths, references
from ipcli.cli import catch_signals
from ipcli.cli.help import Command, HelpPage, made
from ipcli.cli.options import destination, option, refuse, shared
from ipcli.i18n import language
from ipcli.model import Text
from ipcli.references import STYLES, Document

_CITATIONS = """
SELECT source_id, fact_id, para_no, as_reported, evidence FROM main.citations
WHERE upper(fact_id) = ANY($ids) OR upper(source_id) = ANY($sources) ORDER BY source_id, para_no, fact_id
"""
_SOURCES = """
SELECT source_id, title, kind, publisher, published_from, published_to, url FROM main.sources
WHERE source_id = ANY($sources) OR upper(source_id) = ANY($ids) ORDER BY source_id
"""
# Words of a CSV header that may come along when ids are piped in.
_HEADINGS = {"FACT_ID", "SOURCE_ID", "TARGET_FACT_ID", "OUTCOME_FACT_ID"}


class Place(NamedTuple):
    """Where a fact is printed in its document: the paragraph is None where no text is at hand."""

    source_id: str
    fact_id: str
    para_no: int | None
    as_reported: str
    evidence: str


def cite() -> Command:
    """The command `ipcli cite`."""
    lang = language()
    kept = {"output", "db", "lang"}
    style = option(
        "style",
        Text(
            "著录格式：GB/T 7714-2015、APA 7、CSL-JSON；默认随界面语言",
            "GB/T 7714-2015, APA 7 or CSL-JSON; by default as the language has it",
        ),
        short="-f",
        metavar="|".join(STYLES),
    )
    # What the format is elsewhere is the style here.
    style.opts.append("--format")
    page = HelpPage(
        title=Text("出处：印在哪里，怎样著录", "Where it is printed, and how to cite it").get(lang),
        about=Text(
            "每个来源一条参考文献，其下是各事实的段落与原文短语。引用日期等资料中没有的不写。",
            "One reference a document, and under it paragraph and phrase of each fact. What is not known, such as the"
            " day of access, is left out.",
        ).get(lang),
        usage=Text("ID... [选项]", "ID... [OPTIONS]").get(lang),
        own=frozenset({"ids", "style", "help"}),
        examples=(
            "ipcli cite OBS-0042",
            "ipcli cite OBS-0042 SRC-020 --style apa",
            "ipcli targets --district 崂山 --columns fact_id | ipcli cite - --style json -o refs.json",
        ),
    )
    return made(
        "cite",
        [
            TyperArgument(
                param_decls=["ids"],
                nargs=-1,
                metavar="ID...",
                help=Text(
                    "事实或来源的编号，- 从标准输入读取", "Ids of facts or sources, - for standard input"
                ).get(lang),
            ),
            style,
            *(param for param in shared(city=False, grade=False) if param.name in kept),
        ],
        _cite,
        page,
    )


def _cite(values: dict[str, Any]) -> int:
    style = values["style"] or ("gbt7714" if language(values["lang"]) == "zh" else "apa")
    if style not in STYLES:
        listed = ", ".join(STYLES)
        refuse(f"--style 应为 {listed} 之一，不是 {style}", f"--style is one of {listed}, not {style}")
    wanted = _ids(values["ids"])
    from ipcli.engine import Database

    catch_signals()
    database = Database.open(paths.database(values["db"]))
    ids = [name.upper() for name in wanted]
    found = [Place(*row) for row in database.run(_CITATIONS, {"ids": ids, "sources": []}).rows]
    sources = sorted({place.source_id for place in found})
    documents = [Document(*row) for row in database.run(_SOURCES, {"ids": ids, "sources": sources}).rows]
    known = {place.fact_id.upper() for place in found} | {
        document.source_id.upper() for document in documents
    }
    unknown = [name for name in wanted if name.upper() not in known]
    if unknown:
        _unknown(database, unknown)
    text = _json(documents, found) if style == "json" else _listed(documents, found, style)
    with destination(values["output"] or None, binary=False) as out:
        out.write(text)
    return errors.OK


def _ids(given: tuple[str, ...]) -> list[str]:
    """The ids in the order given, each once; those of standard input for `-`."""
    found: list[str] = []
    for text in given:
        if text != "-":
            found.append(text.strip())
            continue
        if sys.stdin is None:
            refuse("标准输入已关闭", "standard input is closed")
        words = sys.stdin.buffer.read().decode("utf-8-sig", "replace").replace(",", " ").split()
        found += [word for word in words if word.upper() not in _HEADINGS]
    if not found:
        refuse(
            "请给出编号：ipcli cite OBS-0042（见各查询的 fact_id、source_id 列）",
            "give an id: ipcli cite OBS-0042 (the columns fact_id, source_id have them)",
        )
    return list(dict.fromkeys(found))


def _unknown(database: Any, names: list[str]) -> None:
    """Refuse ids that nobody knows, with the nearest."""
    from difflib import get_close_matches

    rows = database.run("SELECT fact_id FROM main.citations UNION SELECT source_id FROM main.sources").rows
    near = get_close_matches(names[0].upper(), [row[0] for row in rows], n=3, cutoff=0.7)
    listed = ", ".join(names)
    zh, en = f"没有编号 {listed}", f"no such id: {listed}"
    if near:
        zh, en = f"{zh}。您是不是要找：{'、'.join(near)}？", f"{en}: did you mean {', '.join(near)}?"
    refuse(zh, en)


def _listed(documents: list[Document], places: list[Place], style: str) -> str:
    """The references, numbered, with the places of the facts underneath."""
    write = references.gbt7714 if style == "gbt7714" else references.apa
    lines = []
    for number, document in enumerate(documents, 1):
        lines.append(f"[{number}] {write(document)}")
        lines += [f"    {_place(place)}" for place in places if place.source_id == document.source_id]
    return "\n".join(lines) + "\n"


def _place(place: Place) -> str:
    """`OBS-0042 第51段“…”`."""
    zh, en = "", ""
    if place.para_no is not None:
        zh, en = f"第{place.para_no}段", f"para. {place.para_no} "
    return f"{place.fact_id} {Text(zh, en).get(language())}“{place.as_reported}”"


def _json(documents: list[Document], places: list[Place]) -> str:
    # Late: help imports this module too.
    import json

    items = []
    for document in documents:
        notes = [_place(place) for place in places if place.source_id == document.source_id]
        items.append(references.csl(document, "; ".join(notes) or None))
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"
