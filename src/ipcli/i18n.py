"""Which language the program speaks to people in. Data formats are not affected."""

from __future__ import annotations

import errno
import os
import sys

_WHY = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许",
    errno.EISDIR: "是文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已经存在",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "文件系统只读",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EMFILE: "打开的文件太多",
    errno.EIO: "读写出错",
    errno.EPIPE: "管道已断",
}


def language(asked: str | None = None) -> str:
    """Return "zh" or "en": what is wished, save that a console that lacks Chinese is spoken to in English."""
    return wished(asked) if all(map(_writes, (sys.stdout, sys.stderr))) else "en"


def wished(asked: str | None = None) -> str:
    """Return "zh" or "en": what was asked for, else IPCLI_LANG, else the locale; for what goes into files.

    A locale that names no language (unset, C, POSIX) means Chinese, the language of the data.
    """
    for value in (asked, os.environ.get("IPCLI_LANG")):
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    value = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "zh")
    return "zh" if value.split(".")[0].split("_")[0] in ("C", "POSIX", "zh") else "en"


def _writes(stream: object) -> bool:
    """Whether Chinese can be printed there, rather than escapes."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    if encoding == "utf-8":
        return True
    try:
        "中文".encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def why(error: Exception) -> str:
    """The reason of an error of the system, in the user's language where it is a common one."""
    reason = getattr(error, "strerror", None) or str(error)
    if language() != "zh":
        return reason
    return _WHY.get(getattr(error, "errno", None) or 0, reason)
