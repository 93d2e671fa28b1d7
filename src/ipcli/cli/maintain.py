"""Commands for those who keep the data: `build`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ipcli import paths
from ipcli.cli.options import refuse


def build(
    tables: Annotated[
        str | None, typer.Option(help="表所在文件夹，默认为仓库的 data/tables | folder of the CSV tables")
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="写到的 .duckdb 文件 | the .duckdb file to write")
    ] = None,
) -> None:
    """由 CSV 表重建数据库与名称索引 | Build the database and its names index from the CSV tables."""
    from ipcli.dataset.build import build as run

    own = paths.data() / "tables"
    if tables is None and not own.is_dir():
        refuse("请用 --tables 指明表所在文件夹", "tell the folder of tables with --tables")
    if output is None and tables is not None:
        refuse("用了 --tables 就请用 -o 指明输出文件", "with --tables, tell the file to write with -o")
    target = Path(output) if output else paths.data() / "industry.duckdb"
    if target.suffix != ".duckdb":
        refuse(f"输出文件应以 .duckdb 结尾：{target}", f"the file to write must end in .duckdb: {target}")
    built = run(Path(tables) if tables else own, target)
    counts = ", ".join(f"{name} {count}" for name, count in built.rows.items() if count)
    typer.echo(f"{built.database}: {counts}", err=True)
