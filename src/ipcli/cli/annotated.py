"""Options that the commands written as plain functions share."""

from __future__ import annotations

from typing import Annotated

import typer

Format = Annotated[
    str | None, typer.Option("--format", "-f", metavar="FORMAT", help="输出格式 | Output format")
]
Out = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="写入文件，格式由扩展名定 | Write to a file"),
]
NoHeader = Annotated[bool, typer.Option("--no-header", help="不要表头 | No header line")]
Vertical = Annotated[bool, typer.Option("--vertical", help="每条记录一段 | Tables as one block a record")]
Db = Annotated[
    str | None,
    typer.Option("--db", metavar="FILE", help="数据库文件（或 IPCLI_DB） | Database file (or IPCLI_DB)"),
]
Lang = Annotated[
    str | None,
    typer.Option("--lang", metavar="zh|en", help="界面语言 | Language of help, headings, messages"),
]
