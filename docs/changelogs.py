"""A hook of the site: changelogs that lie in the repository get a page each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

_ROOT = Path(__file__).parent.parent


def _read_pages() -> dict[str, str]:
    """Return the text of each changelog by the name of its page."""
    return {
        f"{path.relative_to(_ROOT).as_posix().replace('/', '-').lower()}": path.read_text(encoding="utf-8")
        for folder in (_ROOT, _ROOT / "data")
        for path in sorted(folder.glob("*CHANGELOG*.md"))
    }


def on_config(config: Any) -> Any:
    """Name the pages in the navigation, if there are any."""
    if pages := list(_read_pages()):
        config.nav.append({"Changes": pages})
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages."""
    for name, text in _read_pages().items():
        files.append(File.generated(config, name, content=text))
    return files
