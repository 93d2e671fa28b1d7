"""The language that the program speaks to people, and its messages: English here, Chinese in `locale/`.

Data formats are not affected. `_()` translates a message when it is called; `N_()` marks one that is translated later.
"""

from __future__ import annotations

import errno
import gettext
import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_LOCALE = Path(__file__).resolve().parent / "locale"


def language() -> str:
    """Return "zh" or "en": what is wished, but English where the console cannot print Chinese."""
    return choose_language() if all(map(_writes, (sys.stdout, sys.stderr))) else "en"


def choose_language() -> str:
    """Return "zh" or "en": by IPCLI_LANG, else by the locale. Files are written in this one.

    A locale that names no language (unset, C, POSIX) means Chinese, the language of the data.
    """
    if wish := os.environ.get("IPCLI_LANG"):
        return "zh" if wish.lower().startswith("zh") else "en"
    value = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "zh")
    return "zh" if value.split(".")[0].split("_")[0] in ("C", "POSIX", "zh") else "en"


def _(message: str) -> str:
    """Return `message` in the language of the console."""
    return translate(message, language())


def N_(message: str) -> str:
    """Return `message` as it is: a mark for the catalogue of translations."""
    return message


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form of a message that goes with `count`, in the language of the console."""
    return _catalogue().ngettext(one, many, count) if language() == "zh" else one if count == 1 else many


def translate(message: str, lang: str) -> str:
    """Return `message` in `lang` ("zh" or "en")."""
    return _catalogue().gettext(message) if lang == "zh" else message


@cache
def _catalogue() -> gettext.NullTranslations:
    return gettext.translation("ipcli", _LOCALE, ["zh_CN"], fallback=True)


def join_names(names: Iterable[str]) -> str:
    """Join names as a list in a sentence."""
    return ("、" if language() == "zh" else ", ").join(names)


def did_you_mean(message: str, near: Iterable[str]) -> str:
    """Return `message` with the names that are like the one it cannot find, if there are any."""
    names = join_names(near)
    return _("{message}: did you mean {names}?").format(message=message, names=names) if names else message


# Only to mark them: Python takes these texts from the system, in English.
_REASONS = {
    errno.ENOENT: N_("No such file or directory"),
    errno.EACCES: N_("Permission denied"),
    errno.EPERM: N_("Operation not permitted"),
    errno.EISDIR: N_("Is a directory"),
    errno.ENOTDIR: N_("Not a directory"),
    errno.EEXIST: N_("File exists"),
    errno.ENOSPC: N_("No space left on device"),
    errno.EROFS: N_("Read-only file system"),
    errno.ENAMETOOLONG: N_("File name too long"),
    errno.EMFILE: N_("Too many open files"),
    errno.EIO: N_("Input/output error"),
    errno.EPIPE: N_("Broken pipe"),
}


def why(error: Exception) -> str:
    """Return the reason of an error of the system, in the user's language where it is a common one."""
    reason = getattr(error, "strerror", None) or str(error)
    return _(_REASONS[error.errno]) if isinstance(error, OSError) and error.errno in _REASONS else reason


def _writes(stream: object) -> bool:
    """Tell whether Chinese can be printed on `stream`, rather than escapes."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    if encoding == "utf-8":
        return True
    try:
        "中文".encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True
