"""`ipcli export DIR`: the database as a folder of CSV and Parquet files, described as a data package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ipcli import paths
from ipcli.cli.annotated import Db, Lang
from ipcli.errors import DatabaseError
from ipcli.i18n import language
from ipcli.model import Text


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
    lang = language(lang)
    from ipcli.dataset.export import export as run
    from ipcli.db.engine import Database

    database = Database.open(paths.database(db))
    rows = run(
        database, Path(folder), core=everything, lang=lang, ours=_ours(database.content_hash),
        force=force,
    )  # fmt: skip
    count = sum(rows.values())
    zh = f"{folder}：{len(rows)} 张表，{count} 行，各有 CSV 与 Parquet，另有 datapackage.json"
    en = f"{folder}: {len(rows)} tables, {count} rows, each as CSV and Parquet, and datapackage.json"
    typer.echo(Text(zh, en).get(lang), err=True)


def _ours(content_hash: str) -> bool:
    """Whether this content is that of the database that comes with the program."""
    from ipcli.db.engine import Database

    try:
        return Database.open(paths.data() / "industry.duckdb").content_hash == content_hash
    except DatabaseError:
        return False
