"""Files of the repository that follow from the program and the data: `ipcli build` renews them in a clone."""

from __future__ import annotations

from pathlib import Path

from ipcli import __version__
from ipcli.cli.man import PAGES, page
from ipcli.cli.options import destination
from ipcli.dataset.citation import citation


def renew(database: Path, root: Path) -> None:
    """Write `CITATION.cff` and the manual pages into the repository at `root`. OutputError."""
    for path, text in written(database).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        with destination(str(root / path), binary=False) as out:
            out.write(text)


def written(database: Path) -> dict[str, str]:
    """Path in the repository -> the text it must have."""
    from ipcli.db.engine import Database

    with Database.open(database) as opened:
        rows = opened.run("SELECT release, CAST(released_on AS VARCHAR) FROM main.release").rows
        number, date = next(rows)
    files = {"CITATION.cff": citation(__version__, number, date)}
    return files | {f"man/{path}": page(lang) for lang, path in PAGES.items()}
