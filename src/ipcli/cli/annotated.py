"""Options that the commands written as plain functions share."""

from __future__ import annotations

from typing import Annotated

import typer

Format = Annotated[
    str | None, typer.Option("--format", "-f", metavar="FORMAT", help="输出格式 | output format")
]
Out = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="写入文件，格式由扩展名定 | write to a file"),
]
NoHeader = Annotated[bool, typer.Option("--no-header", help="不要表头 | no header line")]
Vertical = Annotated[bool, typer.Option("--vertical", help="每条记录一段 | tables as one block a record")]
Db = Annotated[
    str | None,
    typer.Option("--db", metavar="FILE", help="数据库文件（或 IPCLI_DB） | database file (or IPCLI_DB)"),
]
Lang = Annotated[str | None, typer.Option("--lang", metavar="zh|en", help="界面语言 | language of messages")]
