"""Commands for those who keep the data, or take all of it: `build`, `check`, `verify`, `diff`, `export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ipcli import api, errors, paths
from ipcli.cli.app import command
from ipcli.cli.options import Db, Listing, write
from ipcli.errors import UsageError
from ipcli.i18n import N_, _, language
from ipcli.output.stream import tell

_Tables = Annotated[
    str | None,
    typer.Option("--tables", metavar="DIR", help=N_("Folder of the CSV tables, data/tables unless told")),
]


@command(
    "build",
    N_("Build the database from the CSV tables"),
    about=N_("In a clone and without options it renews datapackage.json too."),
)
def build(
    tables: _Tables = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help=N_("The .duckdb file to write"))
    ] = None,
) -> int:
    """Build a database and say what it holds."""
    from ipcli.dataset.build import build as run

    own = paths.data() / "tables"
    whole = tables is None and output is None
    if tables is None and not own.is_dir():
        raise UsageError(_("tell the folder of tables with --tables"))
    if output is None and tables is not None:
        raise UsageError(_("with --tables, tell the file to write with -o"))
    target = Path(output) if output else paths.data() / "industry.duckdb"
    if target.suffix != ".duckdb":
        raise UsageError(_("the file to write must end in .duckdb: {target}").format(target=target))
    built = run(Path(tables) if tables else own, target, paths.data() / "datapackage.json" if whole else None)
    counts = ", ".join(f"{name} {count}" for name, count in built.rows.items() if count)
    tell(f"{built.database}: {counts}")
    return errors.OK


@command("check", N_("Check the data; exit code 1 if there are errors"))
def check(
    db: Db = None,
    text: Annotated[
        list[str] | None,
        typer.Option("--text", metavar="FILE", help=N_("Copy of a source, to check offsets; repeatable")),
    ] = None,
    tables: Annotated[
        str | None, typer.Option("--tables", metavar="DIR", help=N_("Rebuild from these tables and compare"))
    ] = None,
    against: Annotated[
        str | None, typer.Option("--against", metavar="FILE", help=N_("Last release: no fact vanishes"))
    ] = None,
    *,
    output: Listing,
) -> int:
    """Print what the checks find."""
    from ipcli.dataset.check import Context
    from ipcli.dataset.check import check as run

    context = Context.open(paths.database(db), text or (), tables, against)
    outcome = run(context)
    write(outcome.to_result(context.db.release), output)
    wrong = outcome.count("error")
    message = _("{checks} of {every} checks run: {errors} errors, {warnings} warnings").format(
        checks=outcome.checks,
        every=outcome.checks + len(outcome.skipped),
        errors=wrong,
        warnings=outcome.count("warning"),
    )
    if outcome.skipped:
        message += _("; not run: {names}").format(names=", ".join(outcome.skipped))
    tell(message)
    return errors.QUERY_FAILED if wrong else errors.OK


@command(
    "verify",
    N_("Verify a source's citations, or list a new text's numerals"),
    about=N_("Lists what fails, and the numerals that no row cites; exit code 1 if anything fails."),
    usage=N_("FILE [OPTIONS]"),
)
def verify(
    file: Annotated[str, typer.Argument(metavar="FILE", help=N_("Text file"))],
    db: Db = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="ID", help=N_("Verify against this source"))
    ] = None,
    city: Annotated[
        str | None, typer.Option("--city", metavar="TEXT", help=N_("New text: names of this city only"))
    ] = None,
    *,
    output: Listing,
) -> int:
    """Print which citations fail."""
    from ipcli.dataset import verify as verifying

    document = verifying.read_document(Path(file))
    database = api.open(db).database
    match = verifying.find_source(document, database, source)
    if match is None:
        from ipcli.dataset.candidates import list_candidates

        count = write(list_candidates(document, database, city), output)
        tell(_("{file} is no known source: listing its {count} numerals").format(file=file, count=count))
        return errors.OK
    report = verifying.verify(document, match, database)
    write(report.to_result(database.release), output)
    about, counts = report.describe()
    tell(f"{file}: {about}")
    tell(counts)
    return errors.QUERY_FAILED if report.failed else errors.OK


@command(
    "diff",
    N_("Facts added, changed, deprecated, vanished between two databases"),
    usage=N_("OLD.duckdb NEW.duckdb [OPTIONS]"),
)
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD.duckdb", help=N_("The older database"))],
    new: Annotated[str, typer.Argument(metavar="NEW.duckdb", help=N_("The newer database"))],
    *,
    output: Listing,
) -> int:
    """Print the facts that differ."""
    from ipcli.dataset.diff import diff as run

    result, counts = run(*(api.open(file, any_release=True).database for file in (old, new)))
    write(result, output)
    tell(counts)
    return errors.OK


@command(
    "export",
    N_("Export the data as CSV, Parquet and a data package"),
    about=N_(
        "Each view, and with --all each table, in a CSV and a Parquet file; datapackage.json (Data Package 2.0) tells"
        " columns, keys, sources, licence and hashes. Column names and values do not depend on the language."
    ),
    usage=N_("DIR [OPTIONS]"),
)
def export(
    folder: Annotated[str, typer.Argument(metavar="DIR", help=N_("A folder, new or empty"))],
    all: Annotated[bool, typer.Option("--all", help=N_("The normalised tables too"))] = False,
    force: Annotated[bool, typer.Option("--force", help=N_("Replace an earlier export in it"))] = False,
    db: Db = None,
) -> int:
    """Write the data into a folder and say what went into it."""
    from ipcli.dataset.package import export as run

    rows = run(api.open(db).database, Path(folder), core=all, lang=language(), force=force)
    message = _("{folder}: {tables} tables, {rows} rows, each as CSV and Parquet, and datapackage.json")
    tell(message.format(folder=folder, tables=len(rows), rows=sum(rows.values())))
    return errors.OK
