"""The manual page, from what the program itself says: `ipcli build` writes it in a clone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ipcli import __version__, paths
from ipcli.cli.complete import commands
from ipcli.cli.environment import ENVIRONMENT
from ipcli.cli.exit_codes import EXIT_CODES
from ipcli.cli.options import shared
from ipcli.model import Text
from ipcli.query import catalog

# Language -> the page's place in `man/`, which has the layout of a folder of manual pages.
PAGES = {"en": "man1/ipcli.1", "zh": "zh_CN/man1/ipcli.1"}
_EXAMPLES = (
    "ipcli districts --industry 低空经济",
    "ipcli 崂山 人工智能",
    "ipcli targets --due 2025 -o targets.xlsx",
    "ipcli cite OBS-0042",
    "ipcli sql \"from targets where industry = '绿色能源'\"",
    "ipcli export --all qingdao",
)
# Else a page has typographer's hyphens and quotes, which no shell understands.
_SIGNS = str.maketrans({"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti"})
_ABOUT = (
    Text(
        "ipcli 查询一个城市的产业体系：规划、项目、目标与结果，每个数字都附印出它的文件与段落。"
        "数据在随附的一个文件里，不联网。",
        "ipcli answers questions on a city's industrial system: plans, projects, targets and what became of them, every "
        "figure with the document and paragraph that print it. The data are in one file that comes along; it works offline.",
    ),
    Text(
        "第一个词不是命令时当作名称：名称的全称、简称、拼音与首字母都认得。",
        "What is no command is a name: names in full, in short, in English and in pinyin are known.",
    ),
    Text(
        "到终端为表格，到管道为 CSV；-o 写入文件，格式由扩展名定。",
        "To a terminal it prints a table, to a pipe CSV; -o writes a file, whose extension tells the format.",
    ),
)


def page(lang: str) -> str:
    """The manual page in zh or en."""
    with _speaking(lang):
        # The version alone: a page that told the day would differ from day to day.
        lines = [
            "'\\\" -*- coding: UTF-8 -*-",
            '.\\" Written by `ipcli build`.',
            f'.TH IPCLI 1 "" "ipcli {__version__}" "{Text("ipcli 手册", "ipcli Manual").get(lang)}"',
        ]

        def section(zh: str, en: str) -> None:
            lines.append(f".SH {Text(zh, en).get(lang)}")

        section("名称", "NAME")
        name = Text(
            "查询城市的产业体系，每个数字都有出处",
            "query a city's industrial system, every figure with its source",
        )
        lines.append(f"ipcli \\- {_plain(name.get(lang))}")
        section("概要", "SYNOPSIS")
        for form in ("COMMAND [OPTIONS]", "NAME... [OPTIONS]", "help [TOPIC|COMMAND]"):
            lines += [".B ipcli", _plain(form), ".br"]
        section("说明", "DESCRIPTION")
        for paragraph in _ABOUT:
            lines += [".PP", _plain(paragraph.get(lang))]
        section("查询", "LOOKUPS")
        others = commands()
        # Some commands are made of a lookup: they are listed once.
        names = (name for name in catalog.folder(paths.queries()) if name not in others)
        queries = (catalog.read(paths.queries() / f"{name}.sql") for name in names)
        lines += _listed((query.name, query.title.get(lang)) for query in queries)
        section("其他命令", "OTHER COMMANDS")
        lines += _listed((name, entry["title"][lang == "en"]) for name, entry in others.items())
        section("查询的选项", "OPTIONS OF LOOKUPS")
        lines += [
            ".PP",
            Text("各查询另有自己的选项，见", "Each has options of its own besides: see").get(lang),
        ]
        lines += ['.BR "ipcli COMMAND \\-\\-help" .']
        lines += _listed(
            (" ".join(filter(None, (", ".join(option.opts), option.metavar))), option.help or "")
            for option in shared(city=True, grade=True)
        )
        section("退出码", "EXIT STATUS")
        lines += _listed((code, text.get(lang)) for code, text in EXIT_CODES)
        section("环境变量", "ENVIRONMENT")
        lines += _listed((name, text.get(lang)) for name, text in ENVIRONMENT)
        section("示例", "EXAMPLES")
        for example in _EXAMPLES:
            lines += [".PP", ".nf", _plain(example), ".fi"]
        section("另见", "SEE ALSO")
        lines.append(_plain("ipcli help, ipcli help data, ipcli help sql"))
    return "\n".join(lines) + "\n"


@contextmanager
def _speaking(lang: str) -> Iterator[None]:
    """Options describe themselves in the language of the environment."""
    before = os.environ.get("IPCLI_LANG")
    os.environ["IPCLI_LANG"] = lang
    try:
        yield
    finally:
        if before is None:
            del os.environ["IPCLI_LANG"]
        else:
            os.environ["IPCLI_LANG"] = before


def _listed(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for word, meaning in rows:
        yield from (".TP", f".B {_plain(word)}", _plain(meaning))


def _plain(text: str) -> str:
    """A text that no macro and no escape of roff is in, and whose signs stay those of a keyboard."""
    text = text.translate(_SIGNS)
    return "\\&" + text if text.startswith((".", "'")) else text
