"""`ipcli help`: topics that belong to no single command, and the help of each command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, NamedTuple

import typer

from ipcli.cli.annotated import Lang
from ipcli.cli.help import examples, page_width, pairs, show
from ipcli.cli.options import refuse
from ipcli.i18n import _, did_you_mean, language
from ipcli.model import Text
from ipcli.output import formats
from ipcli.output.cells import wrap
from ipcli.query.words import listed

Row = tuple[str, Text]


class Topic(NamedTuple):
    """What a topic says: paragraphs, then sections of rows (a word, what it means), then commands to try."""

    title: Text
    about: tuple[Text, ...]
    sections: tuple[tuple[Text, tuple[Row, ...]], ...] = ()
    examples: tuple[str, ...] = ()


def help_(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TOPIC|COMMAND]", help="专题或命令 | A topic, or a command"),
    ] = None,
    lang: Lang = None,
) -> None:
    """专题与命令的帮助 | Help on topics and commands.

    不带参数时列出专题。 | Without a word, the topics.
    """
    lang = language(lang)
    if not words:
        show(_contents(lang))
    elif len(words) == 1 and words[0] in TOPICS:
        show(text(TOPICS[words[0]](), lang))
    else:
        _command(words)


def text(topic: Topic, lang: str) -> str:
    """A topic as it is printed, as wide as the terminal."""
    width = page_width()
    lines = wrap(topic.title.get(lang), width)
    for paragraph in topic.about:
        lines += ["", *wrap(paragraph.get(lang), width)]
    for head, rows in topic.sections:
        lines += ["", f"{head.get(lang)}:", *pairs([(word, said.get(lang)) for word, said in rows], width)]
    return "\n".join([*lines, *examples(topic.examples, width)])


def _contents(lang: str) -> str:
    """The list of topics."""
    rows = [(name, topic().title.get(lang)) for name, topic in TOPICS.items()]
    more = Text(
        "ipcli help 专题；ipcli help 命令（同 ipcli 命令 --help）；ipcli --help 列出全部命令。",
        "ipcli help TOPIC; ipcli help COMMAND (as ipcli COMMAND --help); ipcli --help lists all commands.",
    )
    head = Text("专题", "Topics").get(lang)
    width = page_width()
    return "\n".join([f"{head}:", *pairs(rows, width), "", *wrap(more.get(lang), width)])


def _command(words: list[str]) -> None:
    """The help page of a command; UsageError with what is near if there is none."""
    from ipcli.cli import app

    known = app.Group().list_commands(None)
    if words[0] in known:
        raise typer.Exit(app.run([*words, "--help"]))
    from difflib import get_close_matches

    near = [name for name in (*TOPICS, *known) if words[0] and name.startswith(words[0])]
    near = near or get_close_matches(words[0], [*TOPICS, *known], cutoff=0.7)
    message = did_you_mean(_("no such topic or command: {name}").format(name=words[0]), near)
    refuse(_("{message} (topics: {topics})").format(message=message, topics=", ".join(TOPICS)))


def _exit_codes() -> Topic:
    from ipcli.cli.exit_codes import EXIT_CODES

    return Topic(
        Text("退出码", "Exit codes"),
        (
            Text(
                "标准输出只有数据，消息都在标准错误，一条一行。结果写到一半才出错时，退出码也不为 0。",
                "stdout is data, messages go to stderr, a line each. An error amid the rows makes the code non-zero too.",
            ),
        ),
        (
            (Text("退出码", "Codes"), EXIT_CODES),
            (
                Text("说明", "More"),
                (
                    (
                        "0",
                        Text(
                            "没有记录也是 0；管道提前关闭（| head）也是",
                            "no rows is 0 too, and so is a pipe that closes early (| head)",
                        ),
                    ),
                    (
                        "1",
                        Text(
                            "build、check、verify 发现错误时也是 1",
                            "also what build, check and verify end with if they find errors",
                        ),
                    ),
                ),
            ),
        ),
        ("ipcli outcomes --verdict not_met --exit-status -o late.csv || echo none",),
    )


def _formats() -> Topic:
    def rows() -> Iterator[Row]:
        for name in formats.names():
            module = formats.load(name)
            extensions = " ".join(module.EXTENSIONS)
            yield name, Text(f"{module.ABOUT.zh}（{extensions}）", f"{module.ABOUT.en} ({extensions})")

    return Topic(
        Text("输出格式", "Output formats"),
        (
            Text(
                "-f 选格式；-o 写入文件，格式由扩展名定，写完才换名。两者都没有时，终端上为 table，管道中为 csv。",
                "-f chooses one; -o writes a file, its extension tells the format, and it takes its name when it is "
                "complete. Without either it is table on a terminal and csv in a pipe.",
            ),
            Text(
                "csv、tsv、json、jsonl、parquet 的列名与取值不随 --lang 变；其余格式的表头与代码用界面语言。",
                "Column names and values of csv, tsv, json, jsonl and parquet do not depend on --lang; the others have "
                "headings and codes in the language of the user.",
            ),
        ),
        (
            (Text("格式", "Formats"), tuple(rows())),
            (
                Text("另见", "See also"),
                (
                    (
                        "--excel",
                        Text(
                            "CSV 供 Excel、WPS 直接打开：BOM、CRLF、防公式",
                            "CSV that Excel and WPS open: BOM, CR LF, no formulas",
                        ),
                    ),
                    (
                        "--columns A,B",
                        Text("选列与顺序；all 为全部", "which columns, in which order; all for every column"),
                    ),
                    (
                        "--sources FILE",
                        Text("把所引来源另写一个文件", "the cited documents, in a file of their own"),
                    ),
                    (
                        "ipcli export DIR",
                        Text(
                            "全部视图，CSV 与 Parquet；--all 连同核心表",
                            "all views at once, as CSV and Parquet; with --all the tables too",
                        ),
                    ),
                ),
            ),
        ),
        ("ipcli investments -o 投资.xlsx", "ipcli targets -f json | jq '.[0]'"),
    )


def _environment() -> Topic:
    from ipcli.cli.environment import ENVIRONMENT

    return Topic(
        Text("环境变量", "Environment variables"),
        (Text("选项先于变量。", "Options win over variables."),),
        ((Text("变量", "Variables"), ENVIRONMENT),),
        ("IPCLI_DB=my-city.duckdb ipcli districts", "IPCLI_LANG=en ipcli targets --district Laoshan"),
    )


def _sql() -> Topic:
    from ipcli.cli.sql import TIMEOUT

    return Topic(
        Text("自己写 SQL", "SQL of your own"),
        (
            Text(
                "方言是 DuckDB 的。只接受一条只读的语句：SELECT、WITH、FROM 开头、VALUES、DESCRIBE、SUMMARIZE、SHOW TABLES、"
                "PIVOT ... IN、UNPIVOT，或它们的 EXPLAIN。文件、网络、扩展与设置在语句运行之前已经锁上。",
                "The dialect is DuckDB's. One statement, and nothing but reading: SELECT, WITH, FROM first, VALUES, "
                "DESCRIBE, SUMMARIZE, SHOW TABLES, PIVOT ... IN, UNPIVOT, or EXPLAIN of such a one. Files, network, "
                "extensions and settings are locked before it runs.",
            ),
        ),
        (
            (
                Text("命令", "Commands"),
                (
                    ("ipcli schema", Text("有哪些视图", "which views there are")),
                    (
                        "ipcli schema VIEW",
                        Text(
                            "一个视图的列、含义与示例值", "columns of a view, what they mean, example values"
                        ),
                    ),
                    (
                        "ipcli sql SQL",
                        Text(
                            "运行一条语句；- 从标准输入，--file 从文件",
                            "run a statement; - from stdin, --file from a file",
                        ),
                    ),
                    (
                        "ipcli query show NAME",
                        Text("一个查询命令的 SQL，可照抄修改", "the SQL of a lookup, ready to change"),
                    ),
                    (
                        "ipcli query new NAME",
                        Text(
                            "自己的 .sql 文件：头部声明的参数成为选项",
                            "a .sql file of your own: what its header declares becomes options",
                        ),
                    ),
                    ("ipcli shell", Text("提示符，有补全与历史", "a prompt, with completion and history")),
                ),
            ),
            (
                Text("选项", "Options"),
                (
                    (
                        "--with NAME=FILE",
                        Text(
                            "把自己的 csv、xlsx、parquet、json 文件当作表，只开放这一个文件",
                            "a csv, xlsx, parquet or json file of yours as a table; that file and no other",
                        ),
                    ),
                    (
                        "--param K=V",
                        Text(
                            "语句中 $K 的值；可多次，同名多次为列表",
                            "the value of $K in the statement; several of one name are a list",
                        ),
                    ),
                    (
                        "--timeout SECONDS",
                        Text(
                            f"默认 {TIMEOUT:g} 秒；超过则退出码 4",
                            f"{TIMEOUT:g} unless told; beyond it, exit code 4",
                        ),
                    ),
                ),
            ),
        ),
        (
            "ipcli sql \"from targets where industry = '绿色能源'\"",
            "ipcli sql --with mine=clients.csv 'from mine join targets using (district)'",
            "ipcli sql --with mine=clients.csv 'from mine join spellings on spelling = lower(place)'",
            "ipcli sql --help",
        ),
    )


# The columns of codes that readers meet most, and what they are about.
_CODES = (
    ("comparator", Text("比较", "how a figure is stated")),
    ("modality", Text("语气", "how firmly")),
    ("verdict", Text("目标的结果", "what became of a target")),
    ("comparability", Text("目标与结果的可比性", "how comparable target and outcome are")),
    ("basis", Text("依据", "where a statement comes from")),
    ("evidence", Text("引证的凭据", "how strong a citation is")),
    ("year_basis", Text("年份的依据", "where a year comes from")),
)  # fmt: skip


def _data() -> Topic:
    codes = {column: tuple(words.items()) for column, words in listed().items()}
    return Topic(
        Text("数据：怎样读，怎样引用", "The data: how to read and to cite them"),
        (
            Text(
                "每一行都有出处：source_id、para_no、as_reported（至多 30 字的原文短语）、evidence、"
                "grade（A 官方，B 媒体，C 转载）、n_sources（独立来源数）。"
 "数字照文件所印：value 与 unit；lower、upper 是它所说的界；没有印出的年份留空。",
                "Every row has its citation: source_id, para_no, as_reported (the phrase as printed, at most 30 "
                "characters), evidence, grade (A official, B press, C reposts) and n_sources (independent documents). "
                "Figures are as printed: value and unit; lower and upper are the bounds they state; a year that is not "
                "printed is left empty.",
            ),
            Text(
                "is_umbrella 是园区或一批项目的总盘子，不与其中各项相加。目标从不改动；结果是另一行，由 outcomes 相连。",
                "is_umbrella marks the total of a park or a batch of projects, never added to its parts. A target is "
                "never edited; what became of it is another row, joined in outcomes.",
            ),
            Text(
                "数据有自己的版本号与更新记录，与程序的分开：ipcli --version 显示两者。"
                "汇编以 CC BY 4.0 许可，注明出处即可使用；事实不受著作权保护，文件属其发布者。",
                "The data have a release number and a changelog of their own, apart from the program's: ipcli --version "
                "tells both. The compilation is licensed CC BY 4.0: use it and name it. Facts are facts; the documents "
                "belong to their publishers.",
            ),
        ),
        (
            (
                Text("命令", "Commands"),
                (
                    ("ipcli schema", Text("全部视图；schema VIEW 说明各列", "all views; schema VIEW tells its columns")),
                    ("ipcli cite ID", Text("一个事实印在哪里，怎样著录", "where a fact is printed, as a reference")),
                    ("ipcli sources", Text("全部来源文件", "all documents")),
                    ("ipcli coverage", Text("知道什么，不知道什么", "what is known and what is not")),
                    ("ipcli conflicts", Text("来源互相矛盾之处", "where sources differ")),
                    ("ipcli export DIR", Text("全部视图（--all 连同核心表），附数据包描述",
                                              "all views (--all: the tables too), as a data package")),
                ),
            ),
            *((Text(f"{column}（{about.zh}）", f"{column} ({about.en})"), codes[column])
              for column, about in _CODES if column in codes),
        ),
    )  # fmt: skip


TOPICS: dict[str, Callable[[], Topic]] = {
    "data": _data,
    "environment": _environment,
    "exit-codes": _exit_codes,
    "formats": _formats,
    "sql": _sql,
}
