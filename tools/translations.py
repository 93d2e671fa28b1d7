"""Renew the catalogue of messages: `python tools/translations.py`; with `--check`, tell what is stale or untranslated.

Messages are read from the source, their Chinese stands in the `.po`, and the program reads the `.mo`.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "ipcli"
PO = PACKAGE / "locale" / "zh_CN" / "LC_MESSAGES" / "ipcli.po"
KEYWORDS = {"_": None, "N_": None, "translate": None, "ngettext": (1, 2)}


def renewed() -> Catalog:
    """Return the catalogue of the `.po` with exactly the messages of the source."""
    template = Catalog(charset="utf-8")
    for _file, _line, message, comments, context in extract_from_dir(
        str(PACKAGE), [("**.py", "python")], keywords=KEYWORDS
    ):
        template.add(message, auto_comments=comments, context=context)
    with PO.open("rb") as file:
        catalogue = read_po(file, locale="zh_CN")
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    # The header holds no clock: the same messages give the same file.
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    catalogue.project, catalogue.version, catalogue.last_translator = "ipcli", "", "the ipcli authors"
    return catalogue


def faults(catalogue: Catalog) -> list[str]:
    """Return what is untranslated, and placeholders that a translation has and its message lacks."""
    found = []
    for message in catalogue:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        texts = [string or "" for string in strings]
        if not all(texts):
            found.append(f"untranslated: {ids[0]}")
        known = "".join(ids)
        for name in _placeholders("".join(texts)):
            if name not in _placeholders(known):
                found.append(f"{ids[0]}: {{{name}}} is no placeholder of it")
    return found


def _placeholders(text: str) -> set[str]:
    from string import Formatter

    try:
        return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}
    except ValueError:
        # A message without placeholders may hold braces of its own.
        return set()


def text(catalogue: Catalog) -> bytes:
    """Return the `.po` as it is written: sorted, without places in the source, which change with every line."""
    out = io.BytesIO()
    write_po(out, catalogue, width=100, no_location=True, omit_header=False, sort_output=True)
    return out.getvalue()


def main(args: list[str]) -> int:
    """Renew both files, or with `--check` compare; return the exit code."""
    catalogue = renewed()
    wrong = faults(catalogue)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    files = {PO: text(catalogue), PO.with_suffix(".mo"): compiled.getvalue()}
    for path, content in files.items():
        if args == ["--check"]:
            if not path.is_file() or path.read_bytes() != content:
                wrong.append(f"stale: {path.name}")
        else:
            path.write_bytes(content)
    print(*wrong, sep="\n", end="\n" * bool(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
