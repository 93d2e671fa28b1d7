"""Own queries: `ipcli query list|show|run|new|check`, over `.sql` files in folders of people's own.

The built-in lookups are found too, after all own folders; in `ipcli NAME` they alone are.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from typer.core import TyperArgument, TyperGroup

from ipcli import errors, paths
from ipcli.cli import catch_signals
from ipcli.cli.deliver import deliver
from ipcli.cli.help import Command, HelpPage, help_option, show
from ipcli.cli.options import Output, lang_option, option, refuse, shared
from ipcli.cli.sql import extra_options, sandbox, seconds
from ipcli.errors import IpcliError, UsageError
from ipcli.i18n import N_, _, did_you_mean, language, why
from ipcli.model import Column, Label, Query, Result, Text
from ipcli.query import catalog

_FOLDERS = "ipcli.sql_dir"
_HEADS = Text("命令|选项|查询", "Commands|Options|Queries")
_SQL_DIR = N_("Folder of own .sql files, repeatable (or IPCLI_SQL_PATH)")
_TEMPLATE = """\
-- title: 标题 | Title
-- about: 一句话说明 | One sentence on what it tells
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: year integer | 目标年 | Target year
-- example: ipcli query run {name} --year 2027
SELECT district, industry, indicator, stated, due_year, source_id, para_no, as_reported, grade
FROM targets
WHERE city = $city
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($year IS NULL OR due_year = $year)
ORDER BY district, industry, indicator
"""


def query() -> Any:
    """The command `ipcli query`."""
    group = _Query(
        name="query",
        rich_markup_mode=None,
        add_help_option=False,
        invoke_without_command=True,
        callback=lambda **_: None,
        params=[option("sql_dir", _(_SQL_DIR), metavar="DIR", many=True), lang_option(), help_option()],
    )
    group.title = _("Own queries: .sql files")
    for build in (_list, _show, _run, _new, _check):
        command = build()
        group.add_command(command, command.name)
    return group


def find(name: str, folders: Sequence[str] = ()) -> Path:
    """The file of a query; own folders go before the built-in ones. UsageError with the nearest names."""
    known: list[str] = []
    for folder in (*paths.own_queries(folders), paths.queries()):
        found = catalog.folder(folder)
        if name in found:
            return folder / f"{name}.sql"
        known += found
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(set(known)), cutoff=0.5)
    message = did_you_mean(_("there is no query {name}").format(name=name), near)
    refuse(f"{message} (ipcli query list)")


def files(folders: Sequence[str] = (), *, built_in: bool = False) -> Iterator[Path]:
    """The files of all own queries, nearest folder first, a name once; the built-in ones only if asked for."""
    seen: set[str] = set()
    for folder in (*paths.own_queries(folders), *([paths.queries()] if built_in else [])):
        for name in catalog.folder(folder):
            if name not in seen:
                seen.add(name)
                yield folder / f"{name}.sql"


def command(read: Query) -> Command:
    """The command of an own query: its parameters as options, and --with and --timeout."""
    from ipcli.cli import lookup as lookups

    def run(values: dict[str, Any]) -> int:
        output = Output.parse(values)
        timeout = seconds(values["timeout"])
        for param in read.params:
            lookups.converted(param, values[param.name])
        database = sandbox(values["db"], values["with"])
        database.origin = (read.path, read.sql_line)
        return deliver(lookups.answer(database, read, values, output, timeout), output)

    return lookups.build(read, extra_options(), run)


class _Group(TyperGroup):
    """A group whose `--sql-dir` may stand anywhere, for it decides which commands there are."""

    title = ""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take --sql-dir out of the arguments, then go on."""
        rest, folders = _without_folders(args)
        ctx.meta.setdefault(_FOLDERS, []).extend(folders)
        return super().parse_args(ctx, rest)

    def invoke(self, ctx: Any) -> Any:
        """Run the command, or show the help if there is none."""
        if not ctx._protected_args and not ctx.args:
            show(ctx.get_help())
            return errors.OK
        return super().invoke(ctx)

    def page(self, ctx: Any, head: str, rows: list[tuple[str, str]]) -> str:
        """The help page with the commands under `head`."""
        page = HelpPage(
            title=self.title,
            usage=_("COMMAND [OPTIONS]"),
            sections=((head, tuple(rows)),),
        )
        return page.text(ctx.command_path, self.get_params(ctx), ctx)


class _Query(_Group):
    """`ipcli query`."""

    def get_help(self, ctx: Any) -> str:
        """The help page with a line for each command."""
        rows = [(name, _heading(found)) for name, found in self.commands.items()]
        return self.page(ctx, _HEADS.get(language()).split("|")[0], rows)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command the first argument names; UsageError with the known ones otherwise."""
        found = self.commands.get(args[0])
        if found is None:
            known = ", ".join(self.commands)
            refuse(
                _("no such command: query {args}; there are {known}").format(args=args[0], known=known),
            )
        return args[0], found, args[1:]


class _Runner(_Group):
    """`ipcli query run`: each query is a command."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of own queries."""
        return [path.stem for path in files(_folders(ctx))]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a query; UsageError if there is none, or its file is at fault."""
        return command(catalog.read(find(cmd_name, _folders(ctx))))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command the first argument names."""
        return args[0], self.get_command(ctx, args[0]), args[1:]

    def get_help(self, ctx: Any) -> str:
        """The help page with a line for each own query."""
        rows = [(path.stem, _title(path)) for path in files(_folders(ctx))]
        return self.page(ctx, _HEADS.get(language()).split("|")[2], rows)


def _run() -> Any:
    group = _Runner(
        name="run",
        rich_markup_mode=None,
        add_help_option=False,
        invoke_without_command=True,
        callback=lambda **_: None,
        params=[lang_option(), help_option()],
    )
    group.title = _("Run a query: ipcli query run NAME [OPTIONS]")
    return group


def _list() -> Command:
    kept = {"format", "output", "no_header", "null", "vertical", "lang"}
    options = [param for param in shared(city=False, grade=False) if param.name in kept]
    every = option("all", _("The built-in ones too"))
    return _command("list", Text("列出自己的查询", "List own queries"), [every, *options], _listed)


def _show() -> Command:
    name = TyperArgument(param_decls=["name"], metavar="NAME", required=True)
    title = Text(
        "显示一个查询的 SQL（可交给 ipcli sql -）", "Print the SQL of a query (ready for ipcli sql -)"
    )
    return _command("show", title, [name], _shown)


def _new() -> Command:
    name = TyperArgument(param_decls=["name"], metavar="NAME", required=True)
    source = option("from", _("Begin with this query"), metavar="NAME")
    return _command("new", Text("新建一个查询文件", "Make a new query file"), [name, source], _made)


def _check() -> Command:
    target = TyperArgument(param_decls=["file"], metavar="FILE...", nargs=-1, required=True)
    db = next(param for param in shared(city=False, grade=False) if param.name == "db")
    title = Text("检查 .sql 文件，指出文件与行", "Check .sql files, naming file and line")
    return _command("check", title, [target, db], _checked)


def _command(name: str, title: Text, params: list[Any], run: Any) -> Command:
    known = {param.name for param in params}
    lang = [] if "lang" in known else [lang_option()]
    built = _Plain(
        name=name,
        params=[*params, *lang, help_option()],
        add_help_option=False,
        rich_markup_mode=None,
    )
    built.run = run
    arguments = " ".join(param.metavar or "" for param in params if isinstance(param, TyperArgument))
    usage = _("{arguments} [OPTIONS]").format(arguments=arguments).strip()
    built.page = HelpPage(title=title.get(language()), usage=usage)
    return built


class _Plain(Command):
    """A command whose function gets the folders of --sql-dir beside its options."""

    run: Any

    def invoke(self, ctx: Any) -> Any:
        """Run it."""
        return self.run(_folders(ctx), ctx.params)


def _listed(folders: list[str], values: dict[str, Any]) -> int:
    rest = {"columns": None, "sort": None, "limit": None, "with_source": False, "exit_status": False}
    output = Output.parse({**rest, **values})
    built_in = paths.queries()
    rows = [
        (path.stem, _title(path), None if path.parent == built_in else str(path))
        for path in files(folders, built_in=values["all"])
    ]
    if not rows:
        searched = ", ".join(str(folder) for folder in paths.own_queries(folders))
        message = _("no own queries; looked in {searched} (ipcli query new NAME)").format(searched=searched)
        print(f"ipcli: {message}", file=sys.stderr)
    result = Result(
        columns=(
            Column("name", "text", Label(Text("名称", "Name"))),
            Column("title", "text", Label(Text("标题", "Title"))),
            Column("file", "text", Label(Text("文件", "File"))),
        ),
        rows=iter(rows),
        sources=lambda ids: {},
    )
    return deliver(result, output)


def _shown(folders: list[str], values: dict[str, Any]) -> int:
    path = find(values["name"], folders)
    catalog.read(path)
    show(path.read_text(encoding="utf-8-sig").rstrip("\n"))
    return errors.OK


def _made(folders: list[str], values: dict[str, Any]) -> int:
    name = values["name"]
    if not name.replace("-", "_").isidentifier():
        refuse(
            _("the name of a query has letters, digits, - and _ only, not {name}").format(name=name),
        )
    source = values["from"]
    text = find(source, folders).read_text(encoding="utf-8-sig") if source else _TEMPLATE.format(name=name)
    target = paths.own_queries(folders)[0] / f"{name}.sql"
    catch_signals()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "x", encoding="utf-8", newline="\n") as out:
            out.write(text)
    except FileExistsError:
        refuse(_("{target} exists already").format(target=target))
    except OSError as error:
        message = _("cannot write to {target}: {reason}").format(target=target, reason=why(error))
        raise errors.OutputError(message) from error
    show(str(target))
    return errors.OK


def _checked(_folders: list[str], values: dict[str, Any]) -> int:
    """Each file's faults on stderr, a line each; UsageError if there are any."""
    faults: list[str] = []
    found: list[Query] = []
    for file in values["file"]:
        try:
            found.append(catalog.read(file))
        except UsageError as error:
            faults.append(str(error))
    if found:
        database = sandbox(values["db"])
        for read in found:
            database.origin = (read.path, read.sql_line)
            try:
                faults += _faults(database, read)
            except IpcliError as error:
                faults.append(str(error))
    if faults:
        raise UsageError("\n".join(faults))
    files_ = "file" if len(found) == 1 else "files"
    good = _("{count} {files}, no faults").format(count=len(found), files=files_)
    print(f"ipcli: {good}", file=sys.stderr)
    return errors.OK


def _faults(database: Any, read: Query) -> list[str]:
    """What is wrong with a query that only the database can tell."""
    known = database.columns()
    faults = []
    for param in read.params:
        view, _dot, column = (param.values or "").partition(".")
        if param.values and column not in known.get(view, {}):
            text = _("parameter {name}: no column {values}").format(name=param.name, values=param.values)
            faults.append(f"{read.path}:{_line(read, param.name)}: {text}")
    bound = {param.name: param.default for param in read.params} | {"city": None, "grade": None}
    sort = [(name, False) for name in read.order]
    result = database.run(read.sql, bound, sort=sort, order=read.order, limit=0)
    columns = {column.name for column in result.columns}
    for key, names in (("show", read.show), ("column", tuple(read.labels))):
        for name in names:
            if name not in columns:
                text = _("{key}: the result has no column {name}").format(key=key, name=name)
                faults.append(f"{read.path}:{_line(read, key)}: {text}")
    return faults


def _line(read: Query, word: str) -> int:
    """The line of the header that has `word`."""
    lines = Path(read.path).read_text(encoding="utf-8-sig").splitlines()[: read.sql_line]
    return next((number for number, line in enumerate(lines, 1) if word in line.split(" | ")[0]), 1)


def _heading(found: Any) -> str:
    return str(found.page.title if isinstance(found, Command) else found.title)


def _title(path: Path) -> str:
    """The title of a query; what is wrong with a bad file, for one file must not hide the others."""
    try:
        return catalog.read(path).title.get(language())
    except UsageError as error:
        return str(error)


def _folders(ctx: Any) -> list[str]:
    return list(ctx.meta.get(_FOLDERS, []))


def _without_folders(args: list[str]) -> tuple[list[str], list[str]]:
    rest: list[str] = []
    folders: list[str] = []
    place = 0
    while place < len(args):
        arg = args[place]
        if arg == "--":
            return [*rest, *args[place:]], folders
        if arg == "--sql-dir":
            if place + 1 == len(args):
                _needs_folder()
            folders.append(args[place + 1])
            place += 1
        elif arg.startswith("--sql-dir="):
            folders.append(arg.partition("=")[2])
        else:
            rest.append(arg)
        place += 1
    return rest, [os.path.expanduser(folder) for folder in folders]


def _needs_folder() -> NoReturn:
    refuse(_("--sql-dir requires a folder"))
