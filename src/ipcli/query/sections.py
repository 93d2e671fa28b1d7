"""What people call the sections of facts: `ipcli 即墨 投资` asks for the investments of 即墨."""

from __future__ import annotations

_WORDS = {
    "actual": "指标 数据 现状 实际 indicator indicators actual actuals figure figures",
    "alignment": "布局 产业布局 alignment alignments",
    "capacity": "产能 capacity capacities",
    "carrier": "园区 产业园 载体 基地 平台 集群 park parks carrier carriers base bases",
    "forecast": "预测 预计 forecast forecasts",
    "honour": "荣誉 称号 honour honours honor honors",
    "investment": "投资 投资项目 investment investments",
    "mechanism": "机制 mechanism mechanisms",
    "milestone": "里程碑 节点 milestone milestones",
    "organisation": "机构 企业 公司 organisation organisations organization organizations company companies firm firms",
    "plan": "计划 规划 plan plans",
    "policy_document": "政策 文件 政策文件 policy policies",
    "project": "项目 project projects",
    "system": "体系 system systems",
    # A target comes with what has become of it.
    "target": "目标 结果 target targets outcome outcomes",
}
_SECTIONS = {word: section for section, words in _WORDS.items() for word in words.split()}


def section_of(word: str) -> str | None:
    """Return the section that a word means, or None."""
    return _SECTIONS.get(word.casefold())
