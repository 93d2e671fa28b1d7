"""Errors that teach: what the library says about a statement, as one line, what is near, and the place marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ipcli.db.statements import SYSTEM, Token, tokens
from ipcli.i18n import language
from ipcli.model import Text

# view -> column -> how it is headed in Chinese
Columns = Mapping[str, Mapping[str, str]]

# fmt: off
_KEYWORDS = [
    "all", "and", "as", "asc", "between", "by", "case", "cross", "desc", "describe", "distinct", "else", "end",
    "except", "exclude", "exists", "explain", "from", "full", "group", "having", "in", "inner", "intersect", "is",
    "join", "left", "like", "limit", "not", "null", "offset", "on", "or", "order", "outer", "over", "partition",
    "pivot", "qualify", "recursive", "right", "select", "show", "summarize", "then", "union", "unpivot", "using",
    "values", "when", "where", "with",
]
# fmt: on
_WIDEST = 100
# Longer names are nobody's slip of the pen, and messages do not repeat them.
_LONGEST_NAME = 80
_LONGEST_MESSAGE = 400
# Of a table with more columns than these the first are shown.
_FEW_COLUMNS = 12
_NO_COLUMN = re.compile(
    r'(?:Table "(?P<table>[^"]*)" does not have a column named "(?P<name>[^"]+)"'
    r'|Column "(?P<using>[^"]+)" (?:in \w+ list not found|does not exist on)'
    r'|Referenced column "(?P<column>[^"]+)" )'
)


class Failure(NamedTuple):
    """What the library found wrong; `position` counts bytes of the statement, None if it told none."""

    message: str
    position: int | None = None
    subtype: str = ""
    kind: str = ""
    name: str = ""
    candidates: tuple[str, ...] = ()


class Hint(NamedTuple):
    """A message for people: a line, and under it the line of SQL with the place marked, if it is known.

    `line` is the number of that line.
    """

    text: str
    line: int | None = None


def explain(failure: Failure, sql: str, columns: Callable[[], Columns]) -> Hint:
    """The message for a failure of `sql`; `columns` is called where near names may help."""
    start = None if failure.position is None else _characters(sql, failure.position)
    length = _length(sql, start)
    found = _NO_COLUMN.search(failure.message)
    if found or failure.subtype == "COLUMN_NOT_FOUND":
        name = failure.name or (found and (found["name"] or found["using"] or found["column"])) or ""
        if found and found["table"] is not None and start is not None:
            start, length = _after_dot(sql, start)
        told = (found and found["table"]) or ""
        known = columns()
        named = _mentioned(sql, known)
        if told in named:
            named = {told: named[told]}
        # A name that is right somewhere is sought where it is not.
        text = _lacking(name, named) or _no_column(name, named or known, failure.candidates)
    elif failure.subtype == "MISSING_ENTRY" and failure.kind == "Table":
        candidates = [name for name in failure.candidates if not name.startswith(SYSTEM)]
        text = _no_view(failure.name, [*columns(), *candidates])
        start, length = _named(sql, start, failure.name) or (start, length)
    elif failure.subtype == "MISSING_ENTRY" and "unction" in failure.kind:
        near = [candidate.partition("(")[0] for candidate in failure.candidates]
        text = _unknown(Text("函数", "function"), failure.name, near)
    elif failure.subtype == "SYNTAX_ERROR":
        hint = _syntax(sql, start)
        if hint is None:
            text = Text(f"语法错误：{_first(failure.message)}", _first(failure.message))
        else:
            text, start, length = hint
    else:
        text = Text(f"查询失败：{_first(failure.message)}", f"the query failed: {_first(failure.message)}")
    return _hint(text, sql, start, length)


def full_width(sql: str, mark: str, half: str, place: int) -> Hint:
    """The message for a full-width mark in SQL."""
    shown = "空格" if half == " " else f" {half}"
    text = Text(
        f"SQL 中有全角标点 {mark}（U+{ord(mark):04X}）：请改为半角{shown}",
        f"full-width punctuation {mark} (U+{ord(mark):04X}) in the SQL: write "
        + ("a plain space" if half == " " else half),
    )
    return _hint(text, sql, place, 1)


def marked(sql: str, start: int, length: int = 1) -> str:
    """The line of `sql` that holds the character `start`, and a line of carets under `length` characters."""
    start = min(start, len(sql))
    first = sql.rfind("\n", 0, start) + 1
    last = sql.find("\n", start)
    line = sql[first : len(sql) if last < 0 else last]
    number = sql.count("\n", 0, first) + 1
    at = start - first
    before, here = line[:at], line[at : at + max(1, length)]
    after = line[at + len(here) :]
    # Only what may be shown is looked at closer: a line may be very long.
    clipped = len(before) > _WIDEST
    before, here, after = (_plain(part) for part in (before[-_WIDEST:], here[:_WIDEST], after[:_WIDEST]))
    if clipped or _cells(before) > _WIDEST // 2:
        while _cells(before) > _WIDEST // 2 - 1:
            before = before[1:]
        before = "…" + before
    room = _WIDEST - _cells(before)
    if _cells(here + after) > room:
        cut = here + after
        while cut and _cells(cut) > room - 1:
            cut = cut[:-1]
        here, after = here[: len(cut)], cut[len(here) :] + "…"
    head = f"  {number} | " if "\n" in sql.strip() else "  "
    carets = "^" * max(1, _cells(here))
    return f"{head}{before}{here}{after}".rstrip() + f"\n{' ' * (len(head) + _cells(before))}{carets}"


def nearest(name: str, known: Mapping[str, str], limit: int = 3) -> list[str]:
    """The names most like `name`, by their spelling or by their Chinese headings (name -> heading)."""
    import difflib

    if len(name) > _LONGEST_NAME:
        return []
    wanted = name.casefold()
    scores: list[tuple[float, str]] = []
    for candidate, heading in known.items():
        spelt = difflib.SequenceMatcher(None, wanted, candidate.casefold()).ratio()
        headed = difflib.SequenceMatcher(None, wanted, heading.casefold()).ratio() if heading else 0.0
        if heading and (wanted in heading or (len(heading) > 1 and heading in wanted)):
            headed = max(headed, 0.75)
        scores.append((max(spelt, headed), candidate))
    best = sorted((score for score in scores if score[0] >= 0.5), key=lambda score: -score[0])
    return [candidate for _, candidate in best[:limit]]


def _hint(text: Text, sql: str, start: int | None, length: int) -> Hint:
    if start is None:
        return Hint(text.get(language()))
    return Hint(f"{text.get(language())}\n{marked(sql, start, length)}", sql.count("\n", 0, start) + 1)


def _no_column(name: str, views: Columns, candidates: Iterable[str]) -> Text:
    known = {column: heading for columns in views.values() for column, heading in columns.items()}
    known.pop(name, None)
    near = nearest(name, known) or [candidate for candidate in candidates if candidate in known][:3]
    shown = [f"{column}（{known[column]}）" if known.get(column) else column for column in near]
    text = _unknown(Text("列", "column"), name, near, shown)
    if not near and known and len(known) <= 60:
        listed = ", ".join(known)
        return Text(f"{text.zh}；可用的列：{listed}", f"{text.en}; columns: {listed}")
    return text


def _lacking(name: str, views: Columns) -> Text | None:
    """Which of the tables have no such column, and what the first of them has; None where none has it, or all have."""
    without = [view for view, columns in views.items() if name.casefold() not in map(str.casefold, columns)]
    if len(without) in (0, len(views)):
        return None
    shown = ", ".join(list(views[without[0]])[:_FEW_COLUMNS])
    if len(views[without[0]]) > _FEW_COLUMNS:
        shown += ", …"
    return Text(
        f"{'、'.join(without)} 中没有列 {name}；{without[0]} 的列：{shown}",
        f"there is no column {name} in {' or '.join(without)}; {without[0]} has {shown}",
    )


def _no_view(name: str, known: Iterable[str]) -> Text:
    near = nearest(name, dict.fromkeys(known, ""))
    text = _unknown(Text("视图或表", "view or table"), name, near)
    if not near:
        return Text(f"{text.zh}（ipcli schema 列出全部）", f"{text.en} (ipcli schema lists them)")
    return text


def _unknown(noun: Text, name: str, near: Iterable[str], shown: Iterable[str] | None = None) -> Text:
    near = list(near)
    if len(name) > _LONGEST_NAME:
        name = name[:_LONGEST_NAME] + "…"
    zh, en = f"没有{noun.zh} {name}", f"there is no {noun.en} {name}"
    if near:
        zh = f"{zh}。您是不是要找：{'、'.join(shown or near)}？"
        en = f"{en}: did you mean {', '.join(near)}?"
    return Text(zh, en)


def _mentioned(sql: str, columns: Columns) -> Columns:
    """The views that the statement names, with their columns."""
    words = {token.text.strip('"').casefold() for token in tokens(sql) if token.kind in ("word", "quoted")}
    return {view: columns[view] for view in columns if view.casefold() in words}


def _syntax(sql: str, start: int | None) -> tuple[Text, int, int] | None:
    """What a syntax error may be, and its place: a misspelt keyword at or before it, or a missing BY."""
    import difflib

    if start is None:
        return None
    found = [token for token in tokens(sql) if token.kind not in ("space", "comment")]
    at = next((i for i, token in enumerate(found) if token.start + len(token.text) > start), len(found))
    here = found[at : at + 1]
    before = found[max(at - 1, 0) : at]
    if (
        before
        and before[0].text.lower() in ("order", "group", "partition")
        and here
        and here[0].text.lower() != "by"
    ):
        word = before[0].text
        text = Text(f"语法错误：{word} 之后应为 BY", f"syntax error: {word} wants BY after it")
        return text, here[0].start, len(here[0].text)
    for token in [*before, *here]:
        if token.kind == "word" and len(token.text) < 20 and token.text.lower() not in _KEYWORDS:
            near = difflib.get_close_matches(token.text.lower(), _KEYWORDS, n=1, cutoff=0.75)
            if near:
                text = Text(
                    f"语法错误：“{token.text}”是不是 {near[0].upper()}？",
                    f'syntax error: did you mean {near[0].upper()} for "{token.text}"?',
                )
                return text, token.start, len(token.text)
    if not here:
        text = Text("语法错误：语句没有写完", "syntax error: the statement is not complete")
        return text, len(sql), 1
    return _near(here[0], last=here[0] is found[-1])


def _near(token: Token, *, last: bool) -> tuple[Text, int, int]:
    if token.kind in ("text", "quoted") and (len(token.text) < 2 or token.text[-1] != token.text[0]):
        text = Text("语法错误：引号没有闭合", "syntax error: a quote is not closed")
        return text, token.start, 1
    shown = token.text[:30]
    text = Text(
        f"“{shown}”附近有语法错误" + ("，或语句没有写完" if last else ""),
        f'syntax error at or near "{shown}"' + (", or the statement is not complete" if last else ""),
    )
    return text, token.start, len(token.text)


def _characters(sql: str, position: int) -> int:
    """A position in bytes as one in characters."""
    return len(sql.encode("utf-8", "surrogatepass")[:position].decode("utf-8", "ignore"))


def _length(sql: str, start: int | None) -> int:
    if start is None:
        return 0
    token = next((token for token in tokens(sql) if token.start == start), None)
    return len(token.text.partition("\n")[0]) if token else 1


def _after_dot(sql: str, start: int) -> tuple[int, int]:
    """The last name of a dotted one that begins at `start`."""
    place, length = start, _length(sql, start)
    found = [token for token in tokens(sql) if token.start >= start]
    for left, right in zip(found[::2], found[1::2], strict=False):
        place, length = left.start, len(left.text)
        if right.text != ".":
            break
    else:
        if len(found) % 2:
            place, length = found[-1].start, len(found[-1].text)
    return place, length


def _named(sql: str, start: int | None, name: str) -> tuple[int, int] | None:
    """The token `name` at or after `start`: the library points at the schema before it."""
    for token in tokens(sql):
        if start is not None and token.start >= start and token.text.strip('"').casefold() == name.casefold():
            return token.start, len(token.text)
    return None


def _first(text: str) -> str:
    """The first paragraph of a message on one line."""
    text = " ".join(re.split(r"\n\s*\n|\n\t|\nLINE \d|\nCandidate", text.strip(), maxsplit=1)[0].split())
    text = _plain(text)
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + "…"


def _plain(text: str) -> str:
    """Without what would move the marks: tabs as blanks, control characters as dots."""
    return "".join(" " if c == "\t" else c if c.isprintable() or c == "　" else "·" for c in text)


def _cells(text: str) -> int:
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
