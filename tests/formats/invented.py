"""An invented result with everything that could upset a format. None of it is true."""

from __future__ import annotations

import datetime
import io
from typing import Any

from ipcli.model import Column, Label, Result, Row, Source, Text
from ipcli.output import formats
from ipcli.output.formats import Options

COLUMNS = (
    Column("fact_id", "text", Label(Text("编号", "Fact"))),
    Column("project", "text", Label(Text("项目", "Project"))),
    Column("district", "text", Label(Text("区市", "District"))),
    Column("amount_yi", "number", Label(Text("总投资", "Total investment"), "亿元")),
    Column("jobs", "integer", Label(Text("岗位", "Jobs"), "个")),
    Column("tracks", "list", Label(Text("赛道", "Tracks"))),
    Column("opened", "date", Label(Text("投产日期", "Opened"))),
    Column("is_umbrella", "boolean", Label(Text("总盘子", "Umbrella"))),
    Column("remark", "text", Label(Text("说明", "Remark"))),
    Column("source_id", "text", Label(Text("来源", "Source"))),
    Column("para_no", "integer", Label(Text("段", "Paragraph"))),
    Column("as_reported", "text", Label(Text("原文", "As printed"))),
    Column("evidence", "text", Label(Text("证据", "Evidence"))),
    Column("grade", "text", Label(Text("等级", "Grade"))),
    Column("n_sources", "integer", Label(Text("来源数", "Sources"))),
)

SHOW = ("project", "district", "amount_yi", "jobs", "tracks", "opened", "is_umbrella", "remark")

ROWS: list[Row] = [
    (
        "INV-0001", "云帆低空飞行器总装基地", "甲岛区", 130.0, 1200, ["低空经济", "航空器材"],
        datetime.date(2025, 3, 1), False, "一期已经开工，二期等待用地；" * 4,
        "SRC-001", 26, "总投资130亿元", "offsets", "A", 2,
    ),
    (
        "INV-0002", "[red]不是标记[/red]", "乙山区", 11.1, None, ["集成电路"],
        None, False, 'He said "ready", then left\n第二行', "SRC-001", 12, "约11.1亿元", "phrase", "A", 1,
    ),
    (
        "INV-0003", "🚀火箭园", "丙海新区", None, 30, [],
        datetime.date(2024, 12, 31), None, "", "SRC-002", None, "百亿级", "figure", "C", 1,
    ),
    (
        "INV-0004", "=SUM(A1),危险;值", "丁即市", 0.30000000000000004, -5, ["a,b", "c;d", "e\"f"],
        None, True, "a\tb \x1b[31mred\x1b[0m back\\slash\rcr", "SRC-003", 7, "逾0.3亿元", "offsets", "B", 1,
    ),
    (
        "INV-0005", None, "甲岛区", 100000.0, 0, None,
        datetime.date(2026, 1, 1), True, "园区总盘子 Smart manufacturing and new-energy vehicles of the bay",
        "SRC-001", 26, "总投资10万亿元", "offsets", "A", 1,
    ),
]  # fmt: skip

SOURCES = {
    "SRC-001": Source(
        "SRC-001",
        "甲岛区产业规划（2025—2027年）",
        "甲岛区人民政府",
        "2025-01-16",
        "2025-03-31",
        "A",
        "https://example.org/a",
    ),
    "SRC-002": Source("SRC-002", "《虚构早报》转载：火箭园开园", None, "2024-12-31", "2024-12-31", "C"),
    "SRC-003": Source(
        "SRC-003", "丁即市工作报告", "丁即日报", "2025-02-01", None, "B", "https://example.org/c"
    ),
}


def look_up(ids: list[str]) -> dict[str, Source]:
    return {source: SOURCES[source] for source in ids if source in SOURCES}


def result(rows: list[Row] | None = None, **changes: Any) -> Result:
    """The invented rows, one statement each."""
    fields: dict[str, Any] = {
        "columns": COLUMNS,
        "rows": iter(ROWS if rows is None else rows),
        "sources": look_up,
        "show": SHOW,
        "title": Text("投资", "Investments"),
        "release": "2026.1 (2026-11-23)",
    }
    return Result(**(fields | changes))


def summed() -> Result:
    """Aggregated rows, each with a list of citations."""
    columns = (
        Column("district", "text", Label(Text("区市", "District"))),
        Column("floor_yi", "number", Label(Text("下限合计", "Sum of floors"), "亿元")),
        Column("cites", "list", Label(Text("来源", "Sources"))),
    )
    rows: list[Row] = [
        ("甲岛区", 230.0, ["SRC-001#27", "SRC-001#26", "SRC-002#"]),
        ("乙山区", None, []),
        ("丁即市", 11.0, ["SRC-003#7", "SRC-001#26", "SRC-999#1"]),
        ("丙海新区", 1.5, None),
    ]
    return result(rows, columns=columns, show=("district", "floor_yi", "cites"))


def wide() -> Result:
    """A row a district with long lists, as `districts` has."""
    tracks = [
        "低空物流",
        "航空发动机",
        "集成电路制造",
        "人形机器人",
        "生物制造",
        "深海装备",
        "量子计算",
        "氢能储运",
    ]
    columns = (
        Column("district", "text", Label(Text("区市", "District"))),
        Column("industries", "list", Label(Text("产业", "Industries"))),
        Column("tracks", "list", Label(Text("赛道", "Tracks"))),
        Column("local_names", "list", Label(Text("本地叫法", "Local names"))),
        Column("floor_yi", "number", Label(Text("投资下限合计", "Investment floor"), "亿元")),
        Column("projects", "integer", Label(Text("项目数", "Projects"))),
        Column("cites", "list", Label(Text("来源", "Sources"))),
    )
    rows: list[Row] = [
        (
            name,
            ["人工智能", "低空经济", "新能源汽车", "高端装备"][: 2 + i % 3],
            tracks[: 3 + i],
            ["智造新城", "“飞行谷”"][: i % 3],
            [530.5, None, 1200.0][i % 3],
            3 * i,
            [f"SRC-00{1 + j % 3}#{j + 9 * i}" for j in range(2 + 2 * i)],
        )
        for i, name in enumerate(["甲岛区", "乙山区", "丙海新区", "丁即市"])
    ]
    return result(rows, columns=columns, show=())


def written(name: str, what: Result | None = None, **options: Any) -> bytes:
    """What a format writes of a result, the usual one unless told."""
    writer = formats.load(name)
    out: Any = io.BytesIO() if writer.BINARY else io.StringIO(newline="")
    count = writer.write(what or result(), out, Options(**options))
    assert what is not None or count == len(ROWS)
    value = out.getvalue()
    return value if isinstance(value, bytes) else value.encode()
