"""The command `ipcli shell`: which loop runs, and what the session begins with."""

from __future__ import annotations

import gc
import os
import sys
from typing import Any

from ipcli import errors
from ipcli.cli.help import Command, HelpPage, made
from ipcli.cli.options import Output, shared
from ipcli.cli.shell.session import UNSET, Session, say, terminal
from ipcli.cli.sql import extra_options, sandbox, seconds
from ipcli.i18n import language
from ipcli.model import Text


def shell() -> Command:
    """The command."""
    lang = language()
    kept = ("format", "city", "db", "lang")
    options = [option for option in shared(city=True, grade=False) if option.name in kept]
    page = HelpPage(
        title=Text("交互式 SQL：补全、高亮、历史", "SQL at a prompt: completion, colours, history").get(lang),
        about=Text(
            "语句与 ipcli sql 相同：只读，不能读写文件、联网、改设置。分号结束语句；.help 列出命令。"
            "标准输入不是终端时逐条运行，遇错即停。",
            "Statements are those of ipcli sql: read-only, without files, network or settings. A semicolon ends a"
            " statement; .help lists the commands. Where standard input is no terminal, statements are run one after"
            " the other, and the first error ends it.",
        ).get(lang),
        examples=(
            "ipcli shell",
            "ipcli shell --with mine=clients.csv",
            "ipcli shell < questions.sql > answers.csv",
        ),
    )
    return made("shell", [*extra_options(), *options], _shell, page)


def _shell(values: dict[str, Any]) -> int:
    # What cannot be right fails before the database is opened.
    Output.parse({**UNSET, "format": values["format"]})
    timeout = seconds(values["timeout"])
    database = sandbox(values["db"], values["with"])
    # Switched off at the start for the sake of short commands; a session may last.
    gc.enable()
    session = Session(database, values["city"], timeout, values["format"])
    if not terminal(sys.stdin):
        from ipcli.cli.shell import script

        script.run(session)
        return errors.OK
    session.interactive = True
    _at_terminal(session)
    return errors.OK


def _at_terminal(session: Session) -> None:
    from ipcli.cli.shell import interactive
    from ipcli.output.terminal import look

    where = ", ".join(session.database.cities)
    release = session.database.release
    say(
        f"ipcli · {where} · 数据 {release}\n分号结束语句 · Tab 补全 · .help 帮助 · Ctrl-D 离开",
        f"ipcli · {where} · data {release}\n; ends a statement · Tab completes · .help · Ctrl-D leaves",
    )
    dumb = os.environ.get("TERM", "").lower() in ("dumb", "unknown")
    out = next((stream for stream in (sys.stdout, sys.stderr) if terminal(stream)), None)
    if dumb or out is None:
        sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
        interactive.run(session, interactive.plain)
        return
    # Late: the line editor takes a while to load.
    from ipcli.cli.shell import prompt, world

    interactive.run(session, prompt.reader(world.candidates(session), color=look(out).color))
