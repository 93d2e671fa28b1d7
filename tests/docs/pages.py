"""The pages people read, and what in them comes from the program: command blocks, generated parts, pictures."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from terminal import shown

ROOT = Path(__file__).parent.parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
# Pages that are read where they lie, beside the READMEs.
BESIDE = [ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md", "data/CHANGELOG.md")]

# ```console blocks: each line with "$ " is run, what stands under it is what a terminal shows. What is to fail has a
# word of it before.
CONSOLE = re.compile(r"(?:(<!-- fails -->)\n\n?)?^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# ```csv title="clients.csv": a file that the commands of the page find in their folder.
FILE = re.compile(r'^```\w+ title="([\w.-]+)"\n(.*?)^```$', re.DOTALL | re.MULTILINE)
PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
# A picture has the command that makes it for a caption: those the program draws itself, and those of other programs.
PICTURE = re.compile(r"!\[(ipcli [^\]]+)\]\(([^)]*pictures/[^)]+\.svg)\)")
# What a slow machine shows of its progress, and the terminal takes away again.
PROGRESS = re.compile(r"\x1b\[\?25l.*?\x1b\[1A\x1b\[2K", re.DOTALL)
PHOTO = re.compile(r"!\[([^\]]+)\]\([^)]*pictures/([^)]+\.png)\)")


def language(page: Path) -> str:
    """The language a page is written in."""
    return "zh" if page.stem.endswith("zh-CN") else "en"


def with_consoles(page: Path, folder: Path) -> str:
    """The page as it would be if its blocks were run now, one after the other, in `folder`."""
    text = page.read_text(encoding="utf-8")
    for name, content in FILE.findall(text):
        (folder / name).write_text(content, encoding="utf-8")

    def run(block: re.Match[str]) -> str:
        commands = re.findall(r"^\$ (.+(?:\n> .+)*)", block[2], re.MULTILINE)
        assert commands, block[0]
        parts, codes = [], []
        for command in commands:
            code = folder / ".code"
            output = shown(
                command.replace("\n> ", "\n") + f"\necho $? > '{code}'",
                folder=folder,
                IPCLI_LANG=language(page),
                HOME=str(folder),
                PAGER="cat",
            )
            output = PROGRESS.sub("", output)
            parts.append(f"$ {command}\n{output}" + ("\n" if output else ""))
            codes.append(int(code.read_text()))
            code.unlink()
        assert any(codes) == bool(block[1]), f"{codes}: {block[0]}"
        return block[0].partition("```console")[0] + "```console\n" + "".join(parts).rstrip("\n") + "\n```"

    return CONSOLE.sub(run, text)


def with_parts(page: Path, makers: dict[str, Callable[[], str]]) -> str:
    """The page as it would be if its generated parts were made now."""
    text = page.read_text(encoding="utf-8")
    return PART.sub(lambda part: f"{part[1]}\n{makers[part[2]]().strip()}\n\n{part[3]}", text)


def held(page: Path, fresh: str | bytes) -> None:
    """Fail if the page is not as it would be now; UPDATE_DOCS=1 writes it anew."""
    content = fresh.encode() if isinstance(fresh, str) else fresh
    if os.environ.get("UPDATE_DOCS") == "1":
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_bytes(content)
    if isinstance(fresh, str):
        assert page.read_text(encoding="utf-8") == fresh
    assert page.read_bytes() == content
