"""What the pages show is what the program prints. UPDATE_DOCS=1 writes it anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import CONSOLE, PAGES, PHOTO, PICTURE, READMES, ROOT, held, language, with_consoles
from rich.cells import cell_len

from conftest import some
from terminal import shown

WITH_COMMANDS = [page for page in PAGES if CONSOLE.search(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", some([*READMES, *WITH_COMMANDS], len(READMES), ids=lambda page: page.stem))
def test_pages_show_what_the_program_prints(page: Path, tmp_path: Path) -> None:
    fresh = with_consoles(page, tmp_path)
    for wrong in ("internal error", "Traceback", "not found", str(ROOT), str(tmp_path)):
        assert wrong not in fresh
    held(page, fresh)


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.stem)
def test_readmes_have_the_five_tasks_and_two_commands(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    shown_commands = re.findall(
        r"^\$ (?:ipcli )(\S+)", "".join(block for _, block in CONSOLE.findall(text)), re.MULTILINE
    )
    assert {"targets", "show", "investments", "sql", "outcomes"} <= set(shown_commands)
    # .ci/run takes the two commands from the README; all other commands are in blocks that run.
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert [len(block.splitlines()) for block in blocks] == [1, 1]
    english = READMES[0].read_text(encoding="utf-8")
    assert blocks == re.findall(r"^```sh\n(.*?)^```$", english, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.stem)
def test_pictures_are_what_the_program_draws(page: Path, tmp_path: Path) -> None:
    found = PICTURE.findall(page.read_text(encoding="utf-8"))
    assert found
    for command, file in found:
        made = tmp_path / Path(file).name
        assert "code 0" in shown(f"{command} -o {made}; echo code $?", IPCLI_LANG=language(page))
        held(ROOT / file, made.read_bytes())


def test_pictures_of_other_programs_are_of_the_commands_under_them() -> None:
    """`docs/screenshots.sh` has each of the commands on a line of its own, in the language of the page."""
    script = (ROOT / "docs" / "screenshots.sh").read_text(encoding="utf-8")
    made = {
        picture: (lang, command)
        for lang, command, picture in re.findall(
            r"^export IPCLI_LANG=(\w+)\n(ipcli .+)\n\w+ .+ (\S+\.png)$", script, re.MULTILINE
        )
    }
    found = {
        picture: (language(page), command)
        for page in [*READMES, *PAGES]
        for command, picture in PHOTO.findall(page.read_text(encoding="utf-8"))
    }
    assert found == made
    assert sorted(made) == sorted(path.name for path in (ROOT / "docs" / "pictures").glob("*.png"))


@pytest.mark.parametrize(
    ("name", "screens"), [("README.md", 2), ("README.zh-CN.md", 2), ("CONTRIBUTING.md", 1)]
)
def test_what_is_read_first_is_short(name: str, screens: int) -> None:
    """In terminals of 100 x 40; a picture is as high as the page lets it be."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    heights = [1 if line.startswith("![") else max(1, -(-cell_len(line) // 100)) for line in lines]
    assert sum(heights) <= 40 * screens


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.stem)
def test_pictures_of_the_readmes_have_the_width_of_the_page(page: Path) -> None:
    """In the cells of a table they are too small to be read."""
    lines = page.read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("![") for line in lines) == 2
    assert not [line for line in lines if "![" in line and not line.startswith("![")]
