"""`ipcli export DIR`: the database as a folder of CSV and Parquet files, described as a data package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ipcli import paths
from ipcli.cli.annotated import Db, Lang
from ipcli.i18n import _, language


def export(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="新的或空的文件夹 | A folder, new or empty")],
    everything: Annotated[
        bool, typer.Option("--all", help="规范化的核心表也导出 | The normalised tables too")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="替换先前的导出 | Replace an earlier export in it")
    ] = False,
    db: Db = None,
    lang: Lang = None,
) -> None:
    """把数据导出为 CSV、Parquet 与数据包描述 | Export the data as CSV, Parquet and a data package.

    每个视图各有一个 CSV 与一个 Parquet 文件，--all 时每张核心表也有；
    datapackage.json（Data Package 2.0）说明各列、键、来源、许可与哈希。
    列名与取值不随语言变。
    | Each view, and with --all each table, in a CSV and a Parquet file; datapackage.json (Data Package 2.0) tells
    columns, keys, sources, licence and hashes. Column names and values do not depend on the language.
    """
    from ipcli.dataset.export import export as run
    from ipcli.db.engine import Database

    database = Database.open(paths.database(db))
    rows = run(database, Path(folder), core=everything, lang=language(lang), force=force)
    message = _("{folder}: {tables} tables, {rows} rows, each as CSV and Parquet, and datapackage.json")
    typer.echo(message.format(folder=folder, tables=len(rows), rows=sum(rows.values())), err=True)
