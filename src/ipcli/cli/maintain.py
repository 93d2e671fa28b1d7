"""Commands for those who keep the data: `build`, `check`, `verify`, `diff`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ipcli import errors, paths
from ipcli.cli import catch_signals
from ipcli.cli.annotated import Db, Format, Lang, NoHeader, Out, Vertical
from ipcli.cli.options import Output, destination, refuse
from ipcli.i18n import _
from ipcli.output import formats

if TYPE_CHECKING:
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
    """由 CSV 表重建数据库与名称索引 | Build the database and its names index from the CSV tables.

    在仓库中不带选项时，也更新 datapackage.json。 | In a clone and without options it renews datapackage.json too.
    """
    from ipcli.dataset.build import build as run

    # Not before: imports that are interrupted may take the signal for something else.
    catch_signals()
    own = paths.data() / "tables"
    descriptor = paths.data() / "datapackage.json" if tables is None and output is None else None
    if tables is None and not own.is_dir():
        refuse(_("tell the folder of tables with --tables"))
    if output is None and tables is not None:
        refuse(_("with --tables, tell the file to write with -o"))
    target = Path(output) if output else paths.data() / "industry.duckdb"
    if target.suffix != ".duckdb":
        refuse(_("the file to write must end in .duckdb: {target}").format(target=target))
    built = run(Path(tables) if tables else own, target, descriptor)
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
    from ipcli.dataset.check import Context
    from ipcli.dataset.check import check as run

    catch_signals()
    context = Context.open(paths.database(db), text or (), tables, against)
    outcome = run(context)
    _write(outcome.to_result(context.db.release), wanted)
    wrong = outcome.count("error")
    message = _("{checks} of {every} checks run: {errors} errors, {warnings} warnings").format(
        checks=outcome.checks,
        every=outcome.checks + len(outcome.skipped),
        errors=wrong,
        warnings=outcome.count("warning"),
    )
    if outcome.skipped:
        message += _("; not run: {names}").format(names=", ".join(outcome.skipped))
    typer.echo(message, err=True)
    if wrong:
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
    from ipcli.dataset import verify as verifying
    from ipcli.dataset.documents import read_document
    from ipcli.db.engine import Database

    catch_signals()
    document = read_document(Path(file))
    database = Database.open(paths.database(db))
    match = verifying.find_source(document, database, source)
    if match is None:
        from ipcli.dataset.candidates import list_candidates

        count = _write(list_candidates(document, database, city), wanted)
        message = _("{file} is no known source: listing its {count} numerals")
        typer.echo(message.format(file=file, count=count), err=True)
        return
    report = verifying.verify(document, match, database)
    _write(report.to_result(database.release), wanted)
    source, counts = report.describe()
    typer.echo(f"{file}: {source}", err=True)
    typer.echo(counts, err=True)
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
    from ipcli.dataset.diff import diff as run
    from ipcli.db.engine import Database

    catch_signals()
    result, counts = run(Database.open(old), Database.open(new))
    _write(result, wanted)
    typer.echo(counts, err=True)


def _output(name: str | None, path: str | None, no_header: bool, vertical: bool, lang: str | None) -> Output:
    """The output options of a lookup, as far as these commands have them."""
    given = {"format": name, "output": path, "no_header": no_header, "vertical": vertical, "lang": lang}
    others = dict.fromkeys(Output._fields)
    return Output.parse({**others, **given})


def _write(result: Result, output: Output) -> int:
    writer = formats.load(output.format)
    with destination(output.path, binary=writer.BINARY, utf8=output.utf8) as out:
        return writer.write(result, out, output.options(out))
