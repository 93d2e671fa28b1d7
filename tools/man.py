"""Write the manual pages from the help of the installed command: `python tools/man.py`; with `--check`, compare them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from ipcli import __version__

ROOT = Path(__file__).resolve().parent.parent
IPCLI = Path(sys.executable).with_name("ipcli")
# `man/` has the layout of a folder of manual pages.
PAGES = {"en": ROOT / "man" / "man1" / "ipcli.1", "zh": ROOT / "man" / "zh_CN" / "man1" / "ipcli.1"}
# What no help page says: language -> heading of the manual, name, paragraphs, and the headings of the sections.
TEXTS = {
    "en": (
        "ipcli Manual",
        "query a city's industrial system, every figure with its source",
        (
            "ipcli answers questions on a city's industrial system: plans, projects, targets and what became of them, every "
            "figure with the document and paragraph that print it. The data are in one file that comes along; it works "
            "offline.",
            "What is no command is a name: names in full, in short, in English and in pinyin are known.",
            "To a terminal it prints a table, to a pipe CSV; -o writes a file, whose extension tells the format.",
        ),
        "Each lookup has options of its own besides: see ipcli COMMAND --help.",
        (
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "LOOKUPS",
            "OTHER COMMANDS",
            "OPTIONS OF LOOKUPS",
            "EXIT STATUS",
            "ENVIRONMENT",
            "EXAMPLES",
            "SEE ALSO",
        ),
    ),
    "zh": (
        "ipcli 手册",
        "查询城市的产业体系，每个数字都有出处",
        (
            "ipcli 查询一个城市的产业体系：规划、项目、目标与结果，每个数字都附印出它的文件与段落。"
            "数据在随附的一个文件里，不联网。",
            "第一个词不是命令时当作名称：名称的全称、简称、拼音与首字母都认得。",
            "到终端为表格，到管道为 CSV；-o 写入文件，格式由扩展名定。",
        ),
        "各查询另有自己的选项，见 ipcli COMMAND --help。",
        ("名称", "概要", "说明", "查询", "其他命令", "查询的选项", "退出码", "环境变量", "示例", "另见"),
    ),
}
EXAMPLES = (
    "ipcli districts --industry 低空经济",
    "ipcli 崂山 人工智能",
    "ipcli targets --due 2025 -o targets.xlsx",
    "ipcli cite OBS-0042",
    "ipcli sql \"from targets where industry = '绿色能源'\"",
    "ipcli export --all qingdao",
)
# Else a page has typographer's hyphens and quotes, which no shell understands.
SIGNS = str.maketrans({"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti"})
_WIDE = "[\u3000-\u9fff\uff00-\uffef]"


def write_page(lang: str) -> str:
    """Return the manual page in "zh" or "en"."""
    manual, name, paragraphs, more, headings = TEXTS[lang]
    lookups, commands, codes, _options = read_sections(lang, "--help")
    own, options, _examples = read_sections(lang, "targets", "--help")
    shared = [row for row in own if row[0].split()[0] in ("--grade", "--city")]
    variables, *_rest = read_sections(lang, "help", "environment")
    forms = ("COMMAND [OPTIONS]", "NAME... [OPTIONS]", "help [TOPIC|COMMAND]")
    bodies: tuple[Iterable[str], ...] = (
        ("ipcli \\- " + escape(name),),
        (line for form in forms for line in (".B ipcli", escape(form), ".br")),
        (line for text in paragraphs for line in (".PP", escape(text))),
        list_rows(lookups),
        list_rows(commands),
        (".PP", escape(more), *list_rows(options + shared)),
        list_rows(codes),
        list_rows(variables),
        (line for command in EXAMPLES for line in (".PP", ".nf", escape(command), ".fi")),
        (escape("ipcli help, ipcli help data, ipcli help sql"),),
    )
    # The version alone: a page that told the day would differ from day to day.
    lines = [
        "'\\\" -*- coding: UTF-8 -*-",
        '.\\" Written by tools/man.py.',
        f'.TH IPCLI 1 "" "ipcli {__version__}" "{manual}"',
    ]
    for heading, body in zip(headings, bodies, strict=True):
        lines += [f".SH {heading}", *body]
    return "\n".join(lines) + "\n"


def read_sections(lang: str, *args: str) -> list[list[tuple[str, str]]]:
    """Return the sections of a help page that list something: rows of a name and its meaning."""
    env = {**os.environ, "IPCLI_LANG": lang, "COLUMNS": "100", "LC_ALL": "C.UTF-8"}
    page = subprocess.run([IPCLI, *args], env=env, capture_output=True, encoding="utf-8", check=True).stdout
    sections: list[list[tuple[str, str]]] = []
    for line in page.splitlines():
        if re.fullmatch(r"\S.*[:：]", line):
            sections.append([])
        elif sections and re.match(r"  \S", line):
            name, _gap, meaning = line.strip().partition("  ")
            sections[-1].append((name, meaning.strip()))
        elif sections and sections[-1] and line.startswith("   "):
            name, meaning = sections[-1][-1]
            sections[-1][-1] = (name, join(meaning, line.strip()))
    return sections


def join(text: str, rest: str) -> str:
    """Return a text that went on in a second line, with a blank between them where words have one."""
    blank = bool(text) and not (re.match(_WIDE, text[-1]) and re.match(_WIDE, rest))
    return text + " " * (blank and not re.search("[，。、；：（“]$", text)) + rest


def list_rows(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the lines of a list of words and their meanings."""
    for word, meaning in rows:
        yield from (".TP", f".B {escape(word)}", escape(meaning))


def escape(text: str) -> str:
    """Return a text in which roff finds no macro and no escape, and whose signs stay those of a keyboard."""
    text = text.translate(SIGNS)
    return "\\&" + text if text.startswith((".", "'")) else text


def main(args: list[str]) -> int:
    """Write both pages, or with `--check` compare them; return the exit code."""
    stale = []
    for lang, path in PAGES.items():
        text = write_page(lang)
        if args != ["--check"]:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(f"stale: {path.relative_to(ROOT)}")
    print(*stale, sep="\n", end="\n" * bool(stale), file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
