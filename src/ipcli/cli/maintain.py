"""Commands for those who keep the data: `build`, `check`, `verify`, `diff`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ipcli import errors, paths
from ipcli.cli import catch_signals
from ipcli.cli.annotated import Db, Format, Lang, NoHeader, Out, Vertical
from ipcli.cli.options import Output, destination, refuse
from ipcli.i18n import _, language
from ipcli.model import Text
from ipcli.output import formats

if TYPE_CHECKING:
    from ipcli.dataset.verify import Report
    from ipcli.db.engine import Database
    from ipcli.model import Result


def build(
    tables: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="表所在文件夹，默认为仓库的 data/tables | Folder of the CSV tables"),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="写到的 .duckdb 文件 | The .duckdb file to write"
        ),
    ] = None,
    lang: Lang = None,
) -> None:
    """由 CSV 表重建数据库 | Build the database from the CSV tables.

    在仓库中不带选项时，也更新 datapackage.json、CITATION.cff 与手册页。 | In a clone and without options it renews
    datapackage.json, CITATION.cff and the manual pages too.
    """
    from ipcli.dataset.build import build as run

    # Not before: imports that are interrupted may take the signal for something else.
    catch_signals()
    own = paths.data() / "tables"
    whole = tables is None and output is None
    if tables is None and not own.is_dir():
        refuse(_("tell the folder of tables with --tables"))
    if output is None and tables is not None:
        refuse(_("with --tables, tell the file to write with -o"))
    target = Path(output) if output else paths.data() / "industry.duckdb"
    if target.suffix != ".duckdb":
        refuse(_("the file to write must end in .duckdb: {target}").format(target=target))
    built = run(Path(tables) if tables else own, target, paths.data() / "datapackage.json" if whole else None)
    if whole:
        from ipcli.cli.renew import renew

        renew(target, paths.data().parent)
    counts = ", ".join(f"{name} {count}" for name, count in built.rows.items() if count)
    typer.echo(f"{built.database}: {counts}", err=True)


def check(
    db: Db = None,
    text: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="来源文件的副本，核对偏移，可多次 | Copy of a source, repeatable"),
    ] = None,
    tables: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="由这些表重建并比较 | Rebuild from these tables and compare"),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="上一版数据库：事实不得消失 | Last release: no fact vanishes"),
    ] = None,
    output_format: Format = None,
    output: Out = None,
    no_header: NoHeader = False,
    vertical: Vertical = False,
    lang: Lang = None,
) -> None:
    """检查数据；有错误时退出码为 1 | Check the data; exit code 1 if there are errors."""
    wanted = _output(output_format, output, no_header, vertical, lang)
    from ipcli.dataset import passages
    from ipcli.dataset.check import check as run
    from ipcli.dataset.checks import Context
    from ipcli.db.engine import Database

    catch_signals()
    database = Database.open(paths.database(db))
    if tables is not None and not os.path.isdir(tables):
        refuse(_("there is no folder of tables {tables}").format(tables=tables))
    context = Context(
        database,
        [passages.read(Path(name)) for name in text or ()],
        Path(tables) if tables else None,
        Database.open(against, any_release=True) if against else None,
        _origin(database),
    )
    outcome = run(context)
    _write(outcome.result(database.release), wanted)
    every = outcome.checks + len(outcome.skipped)
    zh = f"共 {every} 项检查，做了 {outcome.checks} 项：{outcome.errors} 处错误，{outcome.warnings} 处警告"
    en = f"{outcome.checks} of {every} checks run: {outcome.errors} errors, {outcome.warnings} warnings"
    if outcome.skipped:
        listed = ", ".join(outcome.skipped)
        zh, en = f"{zh}；未做：{listed}", f"{en}; not run: {listed}"
    _narrate(zh, en)
    if outcome.errors:
        raise typer.Exit(errors.QUERY_FAILED)


def verify(
    file: Annotated[str, typer.Argument(metavar="FILE", help="文本文件 | Text file")],
    db: Db = None,
    source: Annotated[
        str | None,
        typer.Option(metavar="ID", help="按此来源核对，不作识别 | Verify against this source"),
    ] = None,
    city: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="新文件：只用此城市的名称 | New text: names of this city only"),
    ] = None,
    output_format: Format = None,
    output: Out = None,
    no_header: NoHeader = False,
    vertical: Vertical = False,
    lang: Lang = None,
) -> None:
    """用来源文件的副本核对引证；新文件则列出文中数字 | Verify a source's citations, or list a new text's numerals.

    列出未通过的引证与数字，以及没有行引用的数字；有未通过者退出码为 1。 | Lists what fails, and the
    numerals that no row cites; exit code 1 if anything fails.
    """
    wanted = _output(output_format, output, no_header, vertical, lang)
    from ipcli.dataset import candidates, passages
    from ipcli.dataset import verify as rooms
    from ipcli.db.engine import Database

    catch_signals()
    document = passages.read(Path(file))
    database = Database.open(paths.database(db))
    match = rooms.identify(document, database, source)
    if match is None:
        chosen = _city(database, city)
        count = _write(candidates.candidates(document, database, chosen), wanted)
        _narrate(
            f"{file} 不是已知来源：列出文中 {count} 处数字",
            f"{file} is no known source: listing its {count} numerals",
        )
        return
    report = rooms.verify(document, match, database)
    _write(report.result(database.release), wanted)
    _tell(file, report)
    if report.failed:
        raise typer.Exit(errors.QUERY_FAILED)


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD.duckdb", help="旧数据库 | The older database")],
    new: Annotated[str, typer.Argument(metavar="NEW.duckdb", help="新数据库 | The newer database")],
    output_format: Format = None,
    output: Out = None,
    no_header: NoHeader = False,
    vertical: Vertical = False,
    lang: Lang = None,
) -> None:
    """两版数据的差异：新增、改动、停用、消失的事实 | Facts added, changed, deprecated, vanished between two databases."""
    wanted = _output(output_format, output, no_header, vertical, lang)
    from collections import Counter

    from ipcli.dataset import diff as rooms
    from ipcli.db.engine import Database

    catch_signals()
    result = rooms.diff(Database.open(old, any_release=True), Database.open(new, any_release=True))
    rows = list(result.rows)
    counts = Counter(change for change, *_ in {row[:3] for row in rows})
    result.rows = iter(rows)
    _write(result, wanted)
    words = {"added": "新增", "changed": "改动", "deprecated": "停用", "vanished": "消失"}
    _narrate(
        "，".join(f"{word} {counts[change]}" for change, word in words.items()),
        ", ".join(f"{counts[change]} {change}" for change in words),
    )


def _output(name: str | None, path: str | None, no_header: bool, vertical: bool, lang: str | None) -> Output:
    """The output options of a lookup, as far as these commands have them."""
    given = {"format": name, "output": path, "no_header": no_header, "vertical": vertical, "lang": lang}
    others = dict.fromkeys(Output._fields)
    return Output.parse({**others, **given})


def _write(result: Result, output: Output) -> int:
    writer = formats.load(output.format)
    with destination(output.path, binary=writer.BINARY, utf8=output.utf8) as out:
        return writer.write(result, out, output.options(out))


def _tell(file: str, report: Report) -> None:
    """Which source it is and how that is known, and what was checked."""
    match = report.match
    if match.by_hash:
        _narrate(
            f"{file}：{match.source_id}《{match.title}》，哈希相符",
            f"{file}: {match.source_id} {match.title}, by its hash",
        )
    else:
        share = f"{match.found}/{match.of} ({100 * match.found / max(match.of, 1):.0f}%)"
        _narrate(
            f"{file}：{match.source_id}《{match.title}》，哈希不符，按内容识别：引用短语见于文中 {share}",
            f"{file}: {match.source_id} {match.title}, not by its hash but by content: "
            f"phrases cited that it holds {share}",
        )
    _narrate(
        f"引证 {report.citations} 条，重读数字 {report.figures} 条，文中数字 {report.numerals} 处；"
        f"未通过 {report.failed}，无行引用的数字 {report.uncited}",
        f"{report.citations} citations, {report.figures} figures read again, {report.numerals} numerals; "
        f"{report.failed} failed, {report.uncited} numerals cited by no row",
    )


def _origin(database: Database) -> Path | None:
    """The tables of the shipped database, where they are at hand (in a clone)."""
    own = paths.data() / "tables"
    shipped = paths.data() / "industry.duckdb"
    return own if own.is_dir() and Path(database.path) == shipped else None


def _city(database: Database, city: str | None) -> str | None:
    """The city an option names; None for all."""
    if city is None:
        return None
    from ipcli.cli.lookup import names

    return names(database, city).city


def _narrate(zh: str, en: str) -> None:
    typer.echo(Text(zh, en).get(language()), err=True)
