"""Ids of facts and documents as people type them and as the output prints them: OBS-0042, obs-42, SRC-001#52."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ipcli.errors import UsageError
from ipcli.i18n import _
from ipcli.query.near import nearest

# In full, that is: GPT-4 is no id.
_ID = re.compile(r"[A-Za-z]{3}-[0-9]{3,}(?:#[0-9]+)?")
# In other text: not a part of a longer word. What is alone on its line may be of another shape: ind-ai.
_IN_TEXT = re.compile(
    rf"(?<![\w-]){_ID.pattern}(?![\w-])|^[^\S\n]*([A-Za-z]+-\w+)[^\S\n]*$", re.MULTILINE | re.ASCII
)
_BETWEEN = re.compile(r"[\s;,、]+")
_NUMBERED = re.compile(r"([A-Z]+-)([0-9]{1,9})(#[0-9]+)?")
# Ids have no more digits than that.
_DIGITS = 9
# So much of what is unknown tells enough.
_FEW, _LONG = 3, 40


def split_ids(text: str) -> list[str]:
    """Return what stands in an argument, which may be a list as the column `cites` prints it."""
    return [word for word in _BETWEEN.split(unicodedata.normalize("NFKC", text)) if word]


def pick_ids(text: str) -> list[str]:
    """Return the ids in a text, such as a CSV or JSON of any columns, in their order."""
    return [(found[1] or found[0]) for found in _IN_TEXT.finditer(text)]


def expand_id(name: str) -> list[str]:
    """Return what an id may be in full: as it is, else with zeros before its number."""
    name = name.upper()
    numbered = _NUMBERED.fullmatch(name)
    if numbered is None:
        return [name]
    head, digits, place = numbered.groups("")
    return [name, *(f"{head}{digits:0>{width}}{place}" for width in range(len(digits) + 1, _DIGITS + 1))]


def near_ids(name: str, known: list[str]) -> list[str]:
    """Return ids like one that nobody knows: of its own kind, if there are such."""
    name = name.upper().partition("#")[0]
    kind = name.partition("-")[0] + "-"
    alike = [one for one in known if one.upper().startswith(kind)] or known
    return nearest(name, alike)


def shorten_ids(names: list[str]) -> str:
    """Return ids as a message repeats them: the first few, and how many there are."""
    shown = ", ".join(name if len(name) <= _LONG else name[:_LONG] + "…" for name in names[:_FEW])
    return shown if len(names) <= _FEW else f"{shown}… ({len(names)})"


def refuse_ids(typed: Sequence[str]) -> None:
    """Refuse ids where names are asked for, and say what takes them. UsageError."""
    found = " ".join(word for word in typed if _ID.fullmatch(word))
    if found:
        raise UsageError(_("{found}: for where an id is printed, ipcli cite {found}").format(found=found))
