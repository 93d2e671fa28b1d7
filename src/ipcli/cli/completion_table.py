"""The table that completion reads: every command with its options, taken from the program itself."""

from __future__ import annotations

import os
from typing import Any

from typer.core import TyperArgument, TyperOption

from ipcli.cli import options
from ipcli.cli.help import Command, help_option
from ipcli.cli.install import SHELLS
from ipcli.cli.sql import extra_options
from ipcli.output import formats

# What the values of options and arguments are, by name; other options take text, or what their metavar lists.
_TAKES = {
    **dict.fromkeys(("output", "db", "sources", "against", "text", "file", "with", "old", "new"), "file"),
    **dict.fromkeys(("tables", "sql_dir", "folder"), "folder"),
    **dict.fromkeys(("columns", "sort"), "columns"),
    "city": "cities",
    "view": "views",
    "words": "names",
    "ids": "ids",
}
# The names of queries and of things, where an argument is just a NAME.
_NAMES = {"show": "names", "query show": "query", "query new": ""}


def table() -> dict[str, Any]:
    """Commands -> title, options, arguments; the options all lookups share; those of the program."""
    both = []
    for lang in ("zh", "en"):
        before = os.environ.get("IPCLI_LANG")
        os.environ["IPCLI_LANG"] = lang
        try:
            both.append(_table())
        finally:
            if before is None:
                del os.environ["IPCLI_LANG"]
            else:
                os.environ["IPCLI_LANG"] = before
    merged = _merged(both[0], both[1])
    assert isinstance(merged, dict)
    return merged


class _Said(str):
    """A text in one language."""


def _table() -> dict[str, Any]:
    from ipcli.cli.app import BUILT, COMMANDS, Group

    group = Group()
    commands: dict[str, Any] = {}
    for name in sorted({*BUILT, *COMMANDS}):
        command = group.get_command(None, name)
        commands[name] = _entry(name, _title(command), command.params)
        for part, inner in sorted(getattr(command, "commands", {}).items()):
            commands[f"{name} {part}"] = _entry(f"{name} {part}", _title(inner), inner.params)
        if getattr(command, "commands", None):
            commands[name] |= {"arguments": [sorted(command.commands)], "most": 1}
    top = {
        "--help": _top("显示帮助", "Show the help", None),
        "--install-completion": _top("安装补全", "Install completion", list(SHELLS)),
        "--lang": _top("界面语言", "Language", list(options.LANGUAGES)),
        "--show-completion": _top("显示补全脚本", "Print the completion script", list(SHELLS)),
        "--version": _top("版本", "Version", None),
    }
    return {
        "commands": commands,
        "own": _options(extra_options()),
        "shared": _options([*options.shared(city=True, grade=True), help_option()]),
        "top": top,
    }


def _title(command: Any) -> _Said:
    return _Said(command.page.title if isinstance(command, Command) else command.title)


def _top(zh: str, en: str, takes: Any) -> dict[str, Any]:
    return {"help": _Said(zh if os.environ["IPCLI_LANG"] == "zh" else en), "takes": takes}


def _entry(name: str, title: str, params: list[Any]) -> dict[str, Any]:
    arguments: list[Any] = []
    for param in params:
        if isinstance(param, TyperArgument):
            kind = _NAMES.get(name) if param.name == "name" else None
            if name == "chart" and param.name == "what":
                from ipcli.cli.chart import KINDS

                arguments.append(list(KINDS))
            elif name == "help":
                from ipcli.cli.app import BUILT, COMMANDS
                from ipcli.cli.topics import TOPICS

                # What is a command too is offered as one.
                arguments += [[topic for topic in TOPICS if topic not in (*BUILT, *COMMANDS)], "commands"]
            else:
                arguments.append(kind if kind is not None else _TAKES.get(str(param.name), ""))
    takes = [param.nargs for param in params if isinstance(param, TyperArgument)]
    return {
        "title": title,
        "options": _options(params),
        "arguments": [kind for place, kind in enumerate(arguments) if kind and kind not in arguments[:place]],
        # How many there may be; None for any number.
        "most": None if -1 in takes else sum(takes),
    }


def _options(params: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for param in params:
        if isinstance(param, TyperOption):
            entry = {"takes": _takes(param), "many": bool(param.multiple), "help": _Said(param.help or "")}
            for name in param.opts:
                found[name] = entry
    return found


def _takes(param: Any) -> Any:
    """None for a flag; a list of choices, "view.column", file, folder, columns, or "" for any text."""
    if param.is_flag:
        return None
    if getattr(param, "reference", None):
        return param.reference
    if "--format" in param.opts:
        return formats.names()
    if param.name in _TAKES:
        return _TAKES[param.name]
    choices = (param.metavar or "").split("|")
    return choices if len(choices) > 1 else ""


def _merged(zh: Any, en: Any) -> Any:
    """Two tables as one, with texts as pairs."""
    if isinstance(zh, _Said):
        return [zh, en]
    if isinstance(zh, dict):
        return {key: _merged(zh[key], en[key]) for key in zh}
    return zh
