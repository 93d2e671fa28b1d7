"""Which language the program speaks to people in. Data formats are not affected."""

from __future__ import annotations

import os


def language(asked: str | None = None) -> str:
    """Return "zh" or "en": what was asked for, else IPCLI_LANG, else the locale.

    A locale that names no language (unset, C, POSIX) means Chinese, the language of the data.
    """
    for value in (asked, os.environ.get("IPCLI_LANG")):
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            tongue = value.split(".")[0].split("_")[0]
            return "zh" if tongue in ("C", "POSIX", "zh") else "en"
    return "zh"
