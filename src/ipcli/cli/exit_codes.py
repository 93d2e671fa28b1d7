"""What the exit codes of `errors` mean, for help pages."""

from __future__ import annotations

from ipcli.model import Text

EXIT_CODES = (
    ("0", Text("完成", "done")),
    (
        "1",
        Text(
            "SQL 有误（语法、名称）或查询失败；--exit-status 时没有记录",
            "wrong SQL (syntax, names) or a failed query; no rows with --exit-status",
        ),
    ),
    ("2", Text("用法不对、未知的值，或语句被拒绝", "bad usage, an unknown value, or a refused statement")),
    ("3", Text("数据库打不开", "the database cannot be opened")),
    ("4", Text("超时或超限", "timeout or limit")),
    ("5", Text("输出写不了", "the output cannot be written")),
    ("130", Text("被 Ctrl-C 中断", "interrupted by Ctrl-C")),
    ("143", Text("被终止", "terminated")),
)
