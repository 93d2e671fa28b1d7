"""What Typer finds wrong with a command line, in the language of the user: its own messages are English only."""

from __future__ import annotations

import re
import sys

from typer._click.exceptions import BadParameter, ClickException, MissingParameter, NoSuchOption

from ipcli.errors import DatabaseError, UsageError
from ipcli.i18n import _, language
from ipcli.model import Text

# Its messages, and how they read in Chinese.
_ZH = tuple(
    (re.compile(pattern), zh)
    for pattern, zh in (
        (r"Got unexpected extra argument\(s\) \((.*)\)", r"多余的参数：\1"),
        (r"No such command [\"'](.*)[\"']\.", r"没有命令 \1"),
        (r"Option '(.*)' requires an argument\.", r"选项 \1 需要一个值"),
        (r"Option '(.*)' requires (\d+) arguments\.", r"选项 \1 需要 \2 个值"),
        (r"Option '(.*)' does not take a value\.", r"选项 \1 不带值"),
        (r"(.*) is not a valid (?:int|integer)\.", r"应为整数，不是 \1"),
        (r"(.*) is not a valid (?:float|number)\.", r"应为数字，不是 \1"),
        (r"(.*) is not a valid boolean\..*", r"应为真或假，不是 \1"),
        (r"(.*) is not one of (.*)\.", r"应为 \2 之一，不是 \1"),
    )
)
_EXTRA = re.compile(r"Got unexpected extra argument\(s\) \((.*)\)")
# A year is that of a fact in some lookups, the one by which it is due in others.
_SAME = {"--year": "due", "--due": "year"}


def told(error: ClickException) -> str:
    """The message of an error, on one line."""
    text = " ".join(error.format_message().split())
    if isinstance(error, NoSuchOption):
        from ipcli.cli.complete import has_option

        name = error.option_name
        if error.ctx is not None and error.ctx.parent is None and has_option(name):
            zh = f"选项 {name} 写在命令或名称之后：ipcli 命令|名称 {name} …"
            return Text(zh, f"{name} goes after the command or name: ipcli COMMAND|NAME {name} ...").get(
                language()
            )
        near = _namesake(error) or ", ".join(sorted(error.possibilities or ()))
        zh = f"没有选项 {name}" + (f"。您是不是要找：{near}？" if near else "")
        en = f"no such option: {name}" + (f": did you mean {near}?" if near else "")
        return Text(zh, en).get(language())
    extra = _EXTRA.fullmatch(text)
    ctx = getattr(error, "ctx", None)
    if extra and ctx is not None and ctx.info_name == "show":
        # A card is of one thing; where several meet is asked by names alone.
        names = f"ipcli {ctx.params.get('name') or ''} {extra[1]}"
        zh = f"show 只要一个名称；同时涉及几个的：{names}"
        return Text(zh, f"show takes one name; where several meet: {names}").get(language())
    if extra and (options := _meant(error, extra[1].split())):
        return _("unexpected arguments: {extra}: did you mean {options}?").format(
            extra=extra[1], options=options
        )
    if language() != "zh":
        return text
    if isinstance(error, MissingParameter):
        kind = "参数" if error.param is None or error.param.param_type_name == "argument" else "选项"
        return f"缺少{kind} {_hint(error)}".rstrip()
    message = " ".join(error.message.split())
    zh = next((known.expand(form) for pattern, form in _ZH if (known := pattern.fullmatch(message))), message)
    return f"{_hint(error)} 的值不对：{zh}" if isinstance(error, BadParameter) else zh


def _namesake(error: NoSuchOption) -> str:
    """The option that a command has for the same thing; nothing if there is none."""
    name = _SAME.get(error.option_name)
    known = [] if error.ctx is None else [param.name for param in error.ctx.command.params]
    return f"--{name}" if name in known else ""


def _meant(error: ClickException, words: list[str]) -> str:
    """The options that words without one may be values of; nothing if one of them is no name."""
    # Late: it is wanted only where a command line fails.
    from ipcli.cli.complete import names_of

    ctx = getattr(error, "ctx", None)
    references = {
        reference: param.name
        for param in (ctx.command.params if ctx is not None else ())
        if (reference := getattr(param, "reference", None))
    }
    found = []
    try:
        names = names_of(sys.argv[1:])
        for word in words:
            exact, _begun = names.match(references, word)
            reference = next(iter(exact), None)
            if reference is None:
                return ""
            found.append(f"--{references[reference]} {word}")
    except (DatabaseError, UsageError):
        return ""
    return " ".join(found)


def _hint(error: BadParameter) -> str:
    """What the parameter is called on the command line."""
    hint = error.param_hint
    if hint is None and error.param is not None:
        hint = error.param.get_error_hint(error.ctx)  # type: ignore[arg-type]
    joined = hint if isinstance(hint, str) else " / ".join(hint or ())
    return joined.replace("'", "")
