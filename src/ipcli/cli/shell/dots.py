"""The dot commands of the shell, one function each."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import typer
from typer._click.exceptions import ClickException

from ipcli.cli import query as queries
from ipcli.cli import sql as adhoc
from ipcli.cli.help import Command, show
from ipcli.cli.options import refuse
from ipcli.cli.shell.session import LONGEST, Leave, Session, same_file, say, terminal
from ipcli.errors import UsageError
from ipcli.i18n import _, did_you_mean, language
from ipcli.model import Column, Label, Query, Result, Text
from ipcli.output import formats
from ipcli.query import catalog

if TYPE_CHECKING:
    from ipcli.cli.options import Output

# Options of a lookup that belong to the session.
_OF_SESSION = ("db", "lang", "with")


class Dot(NamedTuple):
    """A dot command: what it takes after its name, what it does, and its function."""

    takes: Text
    about: Text
    run: Callable[[Session, list[str]], None]
    most: int = 0


def run(session: Session, line: str) -> None:
    """Run a line that begins with a dot. UsageError for what is unknown or malformed."""
    words = arguments(line)
    dot = DOTS.get(words[0])
    if dot is None:
        _unknown(words[0])
    if 0 <= dot.most < len(words) - 1:
        usage = f"{words[0]} {dot.takes.get(language())}".strip()
        refuse(_("too many arguments for {words}: {usage}").format(words=words[0], usage=usage))
    dot.run(session, words[1:])


def arguments(line: str) -> list[str]:
    """The words of a line, quotes as in a shell; a semicolon at its end is habit, not meant."""
    try:
        return shlex.split(line.rstrip().rstrip(";；")) or [""]
    except ValueError:
        refuse(_("a quote is not closed"))


def run_command(read: Query, answer: Callable[[dict[str, Any]], int] = lambda values: 0) -> Command:
    """The options of `.run` for a query, as a command that calls `answer` with their values."""
    from ipcli.cli import lookup as lookups

    timeout = [option for option in adhoc.extra_options() if option.name == "timeout"]
    built = lookups.build(read, timeout, answer)
    built.params = [param for param in built.params if param.name not in _OF_SESSION]
    return built


def _help(_session: Session, _words: list[str]) -> None:
    from ipcli.output.cells import width_of

    lang = language()
    rows = [(f"{name} {dot.takes.get(lang)}".rstrip(), dot.about.get(lang)) for name, dot in DOTS.items()]
    column = max(width_of(name) for name, _ in rows) + 2
    show("\n".join(f"  {name}{' ' * (column - width_of(name))}{about}" for name, about in rows))
    show("\n" + _KEYS.get(lang))


def _tables(session: Session, _words: list[str]) -> None:
    _list(session, adhoc.views(session.database))


def _schema(session: Session, words: list[str]) -> None:
    if words:
        _list(session, adhoc.columns(session.database, words[0]))
        return
    rows = []
    for view in session.database.views():
        for column in view.columns:
            label = catalog.parse_label(column.meaning) if column.meaning else Label(Text("", ""))
            rows.append((view.name, column.name, column.type, label.text.get(language()) or None, label.unit))
    heads = {"view": "视图", "column": "列", "type": "类型", "label": "名称", "unit": "单位"}
    _list(session, _result(heads, rows))


def _queries(session: Session, _words: list[str]) -> None:
    own = {str(path) for path in queries.files()}
    rows = []
    for path in queries.files(built_in=True):
        try:
            title = catalog.read(path).title.get(language())
        except UsageError as error:
            title = str(error)
        rows.append((path.stem, title, str(path) if str(path) in own else None))
    _list(session, _result({"name": "名称", "title": "标题", "file": "文件"}, rows))


def _run(session: Session, words: list[str]) -> None:
    if not words:
        refuse(_("write .run NAME [OPTIONS] (.queries lists them)"))
    read = catalog.read(queries.find(words[0]))
    command = run_command(read, lambda values: _answer(session, read, values))
    try:
        with command.make_context(f".run {words[0]}", words[1:]) as context:
            command.invoke(context)
    except typer.Exit:
        pass
    except ClickException as error:
        text = " ".join(error.format_message().split())
        refuse(text)


def _answer(session: Session, read: Query, values: dict[str, Any]) -> int:
    from ipcli.cli import lookup as lookups

    output: Output = session.target(**values)
    timeout = session.timeout if values["timeout"] is None else adhoc.seconds(values["timeout"])
    values = {**values, "city": values.get("city") or session.city}
    started = time.monotonic()
    session.database.origin = (read.path, read.sql_line)
    try:
        result = lookups.answer(session.database, read, values, output, timeout)
        session.write(result, output, started)
    finally:
        session.database.origin = None
    return 0


def _format(session: Session, words: list[str]) -> None:
    known = ", ".join(formats.names())
    if not words:
        now = session.target().format
        show(_("format: {now}; known: {known}").format(now=now, known=known))
        return
    name = words[0]
    if name not in formats.names():
        refuse(_("unknown format {name}; known: {known}").format(name=name, known=known))
    if session.output is None and formats.load(name).BINARY and terminal(sys.stdout):
        refuse(
            _("{name} cannot go to a terminal: choose .output FILE first").format(name=name),
        )
    session.format = name
    by_path = formats.by_extension(session.output) if session.output else None
    if by_path not in (None, name):
        say(
            _("the extension of {output} says {by_path}; {name} is for other output").format(
                output=session.output, by_path=by_path, name=name
            ),
        )


def _output(session: Session, words: list[str]) -> None:
    if not words:
        session.redirect(None)
        if session.format and formats.load(session.format).BINARY and terminal(sys.stdout):
            session.format = None
        return
    path = os.path.expanduser(words[0])
    if same_file(path, session.database.path):
        refuse(_("{path} is the database that is open").format(path=path))
    if os.path.isdir(path):
        refuse(_("{path} is a folder").format(path=path))
    folder = os.path.dirname(path)
    if folder and not os.path.isdir(folder):
        refuse(_("there is no folder {folder}").format(folder=folder))
    if formats.by_extension(path) is None and session.format is None:
        known = ", ".join(formats.names())
        refuse(
            _("the extension of {path} tells no format: choose one with .format first: {known}").format(
                path=path, known=known
            ),
        )
    session.redirect(path)


def _timing(session: Session, words: list[str]) -> None:
    if words not in (["on"], ["off"]):
        refuse(_("write .timing on or .timing off"))
    session.timing = words == ["on"]


def _quit(_session: Session, _words: list[str]) -> None:
    raise Leave


def _list(session: Session, result: Result) -> None:
    session.write(result, session.target(listing=True), time.monotonic())


def _result(heads: dict[str, str], rows: Sequence[tuple[Any, ...]]) -> Result:
    """A result of texts; `heads` is column -> Chinese heading."""
    return Result(
        columns=tuple(Column(name, "text", Label(Text(zh, name.capitalize()))) for name, zh in heads.items()),
        rows=iter(rows),
        sources=lambda ids: {},
    )


def _unknown(name: str) -> NoReturn:
    from difflib import get_close_matches

    near = get_close_matches(name, list(DOTS), cutoff=0.5)
    message = did_you_mean(_("no such command: {name}").format(name=name), near)
    refuse(f"{message} (.help lists them)")


_NOTHING = Text("", "")
DOTS: dict[str, Dot] = {
    ".help": Dot(_NOTHING, Text("显示本页", "this page"), _help),
    ".tables": Dot(_NOTHING, Text("有哪些视图", "the views there are"), _tables),
    ".schema": Dot(
        Text("[视图]", "[VIEW]"), Text("视图的列", "the columns of a view, or of all"), _schema, 1
    ),
    ".queries": Dot(_NOTHING, Text("有哪些查询", "the queries there are"), _queries),
    ".run": Dot(
        Text("名称 [--选项]", "NAME [--OPTIONS]"),
        Text("运行一个查询；.run 名称 --help", "run a query; .run NAME --help tells its options"),
        _run,
        -1,
    ),
    ".format": Dot(
        Text("[名称]", "[NAME]"),
        Text("输出格式；不带名称则显示", "the output format; alone: tell it"),
        _format,
        1,
    ),
    ".output": Dot(
        Text("[文件]", "[FILE]"),
        Text("结果写入文件；不带文件则回到屏幕", "write results to a file; alone: to stdout again"),
        _output,
        1,
    ),
    ".timing": Dot(Text("on|off", "on|off"), Text("显示用时", "tell how long a statement took"), _timing, 1),
    ".quit": Dot(_NOTHING, Text("离开（.exit、Ctrl-D）", "leave (.exit, Ctrl-D)"), _quit),
    ".exit": Dot(_NOTHING, Text("离开", "leave"), _quit),
}
_KEYS = Text(
    "分号结束语句，Enter 执行；Alt+Enter 总是执行。Tab 补全：引号中可输入汉字或拼音。\n"
    f"Ctrl-C 取消查询或清除输入，Ctrl-D 离开。终端上最多显示 {LONGEST} 行。",
    "A semicolon ends a statement and Enter runs it; Alt+Enter runs it in any case. Tab completes:\n"
    "within quotes type Chinese or pinyin. Ctrl-C cancels the query or clears the line, Ctrl-D\n"
    f"leaves. A terminal gets {LONGEST} rows at most.",
)
