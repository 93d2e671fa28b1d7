"""The environment variables the program reads, for help pages; a test compares them with the source."""

from __future__ import annotations

from ipcli.model import Text

ENVIRONMENT = (
    ("IPCLI_DB", Text("数据库文件，同 --db", "the database file, as --db")),
    (
        "IPCLI_LANG",
        Text(
            "界面语言，同 --lang；zh… 为中文，其余为英文",
            "language of messages, as --lang: zh... means Chinese, all others English",
        ),
    ),
    (
        "IPCLI_SQL_PATH",
        Text(
            "自己的 .sql 文件夹，以冒号分隔（Windows 为分号）",
            "folders of own .sql files, separated by colons (semicolons on Windows)",
        ),
    ),
    (
        "IPCLI_PAGER",
        Text("终端上的表格用它分页；为空则不分页", "the pager of tables on a terminal; set to nothing, none"),
    ),
    (
        "IPCLI_DEBUG",
        Text("为 1 时显示内部错误的回溯", "1 shows the traceback of an internal error"),
    ),
    (
        "LC_ALL, LC_MESSAGES, LANG",
        Text(
            "没有 --lang 与 IPCLI_LANG 时由此定语言；未设、C 与 POSIX 为中文，写不出中文的终端则为英文",
            "tell the language where --lang and IPCLI_LANG do not; unset, C and POSIX mean Chinese, or English on a "
            "console that lacks it",
        ),
    ),
    ("NO_COLOR", Text("不为空则不用颜色", "not empty: no colours")),
    (
        "FORCE_COLOR",
        Text("不为空也不为 0 则总用颜色", "neither empty nor 0: colours wherever the output goes"),
    ),
    ("TERM", Text("dumb：不用颜色，shell 为逐行输入", "dumb: no colours, and a plain prompt in the shell")),
    ("COLUMNS", Text("表格与帮助的宽度（列数）", "the width of tables and help, in cells")),
    ("PAGER", Text("--pager 所用，默认 less", "what --pager uses, less unless told")),
    ("LESS", Text("less 的选项，默认 FRX", "options of less, FRX unless told")),
    (
        "XDG_CONFIG_HOME",
        Text(
            "其下 ipcli/sql 为自己的查询，fish 的补全脚本也在其下；默认 ~/.config",
            "holds ipcli/sql, own queries, and the completion script of fish; ~/.config unless told",
        ),
    ),
    (
        "XDG_DATA_HOME",
        Text(
            "其下 ipcli 为补全脚本；默认 ~/.local/share",
            "holds ipcli, the scripts of completion; ~/.local/share unless told",
        ),
    ),
    (
        "XDG_STATE_HOME",
        Text(
            "其下 ipcli 为 shell 的历史；默认 ~/.local/state",
            "holds ipcli, the history of the shell; ~/.local/state unless told",
        ),
    ),
    (
        "SHELL, ZDOTDIR",
        Text(
            "--install-completion 为哪个 shell 安装，zsh 的 .zshrc 在何处",
            "for which shell --install-completion works, and where the .zshrc of zsh is",
        ),
    ),
    (
        "PROMPT_TOOLKIT_NO_CPR",
        Text(
            "为 1（默认）时 shell 不询问光标位置",
            "1, unless told: the shell does not ask the terminal where the cursor is",
        ),
    ),
    (
        "TMPDIR",
        Text(
            "内存放不下的与写 Parquet、XLSX 时的临时文件放在哪里，默认 /tmp",
            "where files in passing go: what does not fit in memory, Parquet and XLSX being written; /tmp unless told",
        ),
    ),
)
