"""Lists of people's own that write districts otherwise than the data does, and so would join nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipcli.db.statements import tokens
from ipcli.model import Text

if TYPE_CHECKING:
    from ipcli.db.sandbox import Sandbox

# Values that are looked at: enough to notice, quick in any file.
_LOOKED_AT = 1000
_MET = """
SELECT value, name FROM (SELECT DISTINCT {column} AS value FROM (FROM {table} LIMIT {limit}))
JOIN spellings ON kind = 'district' AND spelling = lower(value) WHERE name <> value ORDER BY value LIMIT 1
"""


def spelt(database: Sandbox, sql: str) -> Text | None:
    """What to tell of a join by district with a table of the user's own that has short names; None if nothing."""
    words = {token.text.strip('"').casefold() for token in tokens(sql) if token.kind in ("word", "quoted")}
    if not {"join", "district"} <= words or "spellings" in words:
        return None
    views = database.views()
    if not any(view.name == "spellings" for view in views):
        return None
    # What is brought along has no comment.
    for view in views:
        if view.meaning or view.name.casefold() not in words:
            continue
        for column in view.columns:
            if column.type != "VARCHAR" or column.name.casefold() not in words:
                continue
            met = _MET.format(column=_quoted(column.name), table=_quoted(view.name), limit=_LOOKED_AT)
            for value, name in database.run(met).rows:
                place = f"{view.name}.{column.name}"
                return Text(
                    f"{place} 中的“{value}”在视图里写作“{name}”，这样连接不上：请经由视图 spellings（ipcli help sql）",
                    f'{place}: "{value}" is written "{name}" in the views and joins nothing: join through the view'
                    " spellings (ipcli help sql)",
                )
    return None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
