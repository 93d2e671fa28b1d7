"""`.sql` files as queries: the header comments say what the command is, the body is one SELECT.

A condition such as `one_of($status, status)` declares its option: a list of values of that column, explained by its
comment. The header declares what that cannot say.
Knows neither DuckDB nor Typer. Every fault is a UsageError that names file and line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any, NoReturn

from ipcli import paths
from ipcli.errors import UsageError
from ipcli.i18n import N_, _, why
from ipcli.model import Notice, Param, Query, Text, parse_label, parse_text
from ipcli.query.words import OptionHelp, list_sections

# Bound by the shared options --city and --grade; a query need not declare them.
SHARED = frozenset({"city", "grade"})
# Options every lookup has; a parameter of that name could not be told apart from them.
RESERVED = SHARED | {
    "columns", "db", "excel", "exit_status", "format", "help", "lang", "limit", "no_header", "no_notes", "no_pager",
    "no_sources", "null", "output", "pager", "sort", "sources", "sql_dir", "timeout", "vertical", "with", "with_source",
}  # fmt: skip

_ONCE = ("title", "show")
_KEYS = {*_ONCE, "about", "param", "example", "order", "column", "notice"}
_HEADER = re.compile(r"--\s*([A-Za-z_][\w-]*)\s*:\s*(.*)")
_PARAM = re.compile(
    r"(?P<name>[a-z][a-z0-9_]*)\s+(?P<type>text|integer|number|date|flag)(?P<many>\[\])?"
    r"(?:\s*=(?P<default>.*?))?(?P<rest>(?:\s+(?:values=\w+\.\w+|choices=\S+))*)",
    re.DOTALL,
)
_PARAM_FORM = "NAME TYPE[[]] [= DEFAULT] [values=view.column] [choices=a,b] | 中文 | English"
# What may hide a `$name` or a `;`: strings, quoted names, dollar-quoted strings, comments.
_SQL = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|--[^\n]*|/\*.*?\*/"
    r"|\$(?P<name>[A-Za-z_]\w*)|(?P<end>;)",
    re.DOTALL,
)
# What declares a parameter outside of strings and comments: a macro of the database, or $min, $max, $undated. The view whose
# values it takes is the one after the last FROM.
_DECLARING = re.compile(
    r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|\bFROM\s+(?P<view>[a-z_]\w*)|\$(?P<bound>min|max|undated)\b"
    r"|\b(?P<macro>one_of|placed|of_year|says)\(\s*\$(?P<name>[a-z]\w*)\s*,(?:\s*(?:\w+\.)?(?P<column>\w+)\s*[,)])?",
    re.DOTALL,
)
_INTEGERS = ("year", "due")
# Names of the system are the same in all views, though not all stand in each.
_EVERYWHERE = {
    "industry": "industries.industry",
    "organisation": "organisations.name",
    "tier": "industries.tier",
    "track": "tracks.track",
}
# Where other names are taken from if a query reads no view of their kind.
_ELSEWHERE = {
    "district": "districts.district",
    "indicator": "indicators.indicator",
    "subject": "indicators.subject",
}
# A condition on a parameter, true where the parameter is not given; and what tells where it ends.
_CONDITION = re.compile(r"AND\s+(?:(?:one_of|placed|of_year|says)\(\s*\$|\(\s*\$\w+\s+IS\s+NULL\s+OR\s)")
_ENDS = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|(?P<open>\()|(?P<close>\))")
_HELP = {
    "says": OptionHelp(N_("Text contains")),
    "min": OptionHelp(N_("At least, by lower bound")),
    "max": OptionHelp(N_("At most, by lower bound")),
    "undated": OptionHelp(N_("Those without a year; with --year, those too")),
}
_MANY, _PLACED = N_("{name}, repeatable"), N_("{name} with its zones, repeatable")


def list_queries(path: str | os.PathLike[str]) -> list[str]:
    """Return the names of the queries in a folder, sorted; no file is opened. A missing folder has none."""
    try:
        entries = os.listdir(path)
    except OSError:
        return []
    return sorted(entry[:-4] for entry in entries if entry.endswith(".sql") and not entry.startswith("."))


def read(path: str | os.PathLike[str]) -> Query:
    """Return the query in a `.sql` file; UsageError names the file and the line of what is wrong."""
    return _File(Path(path)).query()


def parse(text: str, name: str) -> Query:
    """Return the query in a text that has come from elsewhere; messages call it `name`."""
    return _File(Path(name), text).query()


def has_header(text: str) -> bool:
    """Tell whether a text begins as a `.sql` file of ours does: with a title, in its leading comments."""
    for line in text.splitlines():
        if not line.strip().startswith("--"):
            return False
        match = _HEADER.fullmatch(line.strip())
        if match:
            return match[1] == "title"
    return False


def parameters(sql: str) -> dict[str, int]:
    """Return the `$name`s outside of strings and comments, with the line (from 1) each is first on."""
    found: dict[str, int] = {}
    for match in _SQL.finditer(sql):
        if match["name"]:
            found.setdefault(match["name"], sql.count("\n", 0, match.start()) + 1)
    return found


def without(sql: str, absent: Set[str]) -> str:
    """Return the SQL of a built-in lookup without its conditions on `absent` parameters, such as `AND one_of($name, …)`.

    They are true where each of their parameters is NULL or an unset flag, and planning a dozen of them costs more than
    reading the rows. Whatever else names a parameter stays.
    """
    kept, end = [], 0
    for match in _CONDITION.finditer(sql):
        if match.start() < end:
            continue
        depth = 0
        for mark in _ENDS.finditer(sql, match.start()):
            depth += (mark["open"] is not None) - (mark["close"] is not None)
            if mark["close"] and not depth:
                if absent >= parameters(sql[match.start() : mark.end()]).keys():
                    kept.append(sql[end : match.start()])
                    end = mark.end()
                break
    return "".join([*kept, sql[end:]])


class _File:
    """One `.sql` file while it is read."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.path = path
        try:
            self.lines = (paths.read(path).decode("utf-8-sig") if text is None else text).splitlines()
        except OSError as error:
            raise UsageError(f"{path}: {why(error)}") from error
        except UnicodeDecodeError as error:
            self.fail(1, _("not UTF-8 text (byte {start})").format(start=error.start))

    def fail(self, line: int, message: str) -> NoReturn:
        """Raise what is wrong on a line."""
        raise UsageError(f"{self.path}:{line}: {message}")

    def query(self) -> Query:
        """Return header and body as a Query."""
        header: dict[str, list[tuple[int, str]]] = {key: [] for key in _KEYS}
        for line, key, value in self._entries():
            if key in _ONCE and header[key]:
                self.fail(line, _("{key} is given twice").format(key=key))
            header[key].append((line, value))
        if not header["title"]:
            self.fail(1, _("the header has no title"))
        params: dict[str, tuple[int, Param]] = {}
        for line, value in header["param"]:
            param = self._param(line, value)
            if param.name in params:
                self.fail(line, _("parameter {name} is declared twice").format(name=param.name))
            params[param.name] = line, param
        order, columns = self._columns("order", header["order"]), self._columns("column", header["column"])
        notices = [(line, self._notice(line, value)) for line, value in header["notice"]]
        sql, sql_line = self._body()
        bound = self._bound(sql, sql_line, params)
        for line, notice in notices:
            for name in (notice.param, *parameters(notice.sql)):
                if name not in bound and name not in SHARED and name != "*":
                    self.fail(line, _("parameter {name} is not declared").format(name=name))
        abouts = [parse_text(value) for _line, value in header["about"]]
        show = ",".join(value for _line, value in header["show"])
        return Query(
            name=self.path.stem,
            title=parse_text(header["title"][0][1]),
            params=tuple(bound.values()),
            sql=sql,
            path=str(self.path),
            sql_line=sql_line,
            about=Text("".join(text.zh for text in abouts), " ".join(text.en for text in abouts)),
            examples=tuple(value for _line, value in header["example"]),
            show=tuple(name.strip() for name in show.split(",") if name.strip()),
            order=order,
            labels={name: parse_label(text) for name, text in columns.items()},
            notices=tuple(notice for _line, notice in notices),
        )

    def _entries(self) -> Iterator[tuple[int, str, str]]:
        """Yield (line, key, value) of the header; stop at the body."""
        for line, text in enumerate(self.lines, start=1):
            text = text.strip()
            if text and not text.startswith("--"):
                return
            match = _HEADER.fullmatch(text)
            if not match:
                continue
            key, value = match[1], match[2].strip()
            if key not in _KEYS:
                known = ", ".join(sorted(_KEYS))
                self.fail(line, _("unknown key {key} (known: {known})").format(key=key, known=known))
            if not value:
                self.fail(line, _("{key} is empty").format(key=key))
            yield line, key, value

    def _param(self, line: int, value: str) -> Param:
        """Read `NAME TYPE[[]] [= DEFAULT] [values=view.column] [choices=a,b] | zh | en`."""
        spec, bar, help_text = value.partition(" | ")
        match = _PARAM.fullmatch(spec.strip())
        if not match or not bar:
            message = _("malformed param: {value} (must read {PARAM_FORM})")
            self.fail(line, message.format(value=value, PARAM_FORM=_PARAM_FORM))
        name, kind, many, text = match["name"], match["type"], bool(match["many"]), match["default"]
        if name in RESERVED:
            self._refuse_shared(line, name)
        given = dict(part.split("=", 1) for part in match["rest"].split())
        choices = tuple(given["choices"].split(",")) if "choices" in given else ()
        if kind == "flag" and (many or text is not None or given):
            self.fail(line, _("flag {name} takes no value").format(name=name))
        default: Any = False if kind == "flag" else None
        if text is not None:
            text = text.strip()
            try:
                default = {"integer": int, "number": float}.get(kind, str)(text)
            except ValueError:
                message = _("the default of {name} is no {kind}: {text}")
                self.fail(line, message.format(name=name, kind=kind, text=text))
        if choices and default is not None and str(default) not in choices:
            self.fail(line, _("the default of {name} is not among its choices").format(name=name))
        return Param(name, kind, parse_text(help_text), many, given.get("values"), choices, default)

    def _notice(self, line: int, value: str) -> Notice:
        """Read `PARAM SELECT … | zh | en`, or `* SELECT …`; the texts have {n} for the value."""
        name, _blank, rest = value.partition(" ")
        sql, zh, en = [*rest.rsplit(" | ", 2), "", ""][:3]
        if not sql.strip() or "{n}" not in zh or "{n}" not in en:
            form = "notice: PARAM SELECT count(*) … | 中文 {n} | English {n}"
            self.fail(line, _("must read {form}").format(form=form))
        return Notice(name, sql.strip(), Text(zh.strip(), en.strip()))

    def _columns(self, key: str, entries: list[tuple[int, str]]) -> dict[str, str]:
        """Read `order: NAME = EXPRESSION` or `column: NAME LABEL`; return name -> the rest."""
        found: dict[str, str] = {}
        for line, value in entries:
            name, _mark, rest = (part.strip() for part in value.partition("=" if key == "order" else " "))
            if not name.isidentifier() or not rest:
                form = "order: NAME = EXPRESSION" if key == "order" else "column: NAME LABEL"
                self.fail(line, _("must read {form}").format(form=form))
            if name in found:
                self.fail(line, _("{key}: {name} is given twice").format(key=key, name=name))
            found[name] = rest
        return found

    def _body(self) -> tuple[str, int]:
        """Return the one statement, without its semicolon, and the line it starts on."""
        texts = [text.strip() for text in self.lines]
        start = next((n for n, text in enumerate(texts) if text and not text.startswith("--")), None)
        if start is None:
            self.fail(max(len(self.lines), 1), _("there is no SQL statement"))
        sql = "\n".join(self.lines[start:]).rstrip()
        end = next((match.start() for match in _SQL.finditer(sql) if match["end"]), len(sql))
        if re.sub(r"--[^\n]*|/\*.*?\*/|[\s;]", "", sql[end:], flags=re.DOTALL):
            line = start + 1 + sql.count("\n", 0, end)
            self.fail(line, _("there is more than one statement"))
        return sql[:end], start + 1

    def _bound(self, sql: str, sql_line: int, params: dict[str, tuple[int, Param]]) -> dict[str, Param]:
        """Return the parameters in the order of their use: what is used is declared, what is declared is used."""
        used = parameters(sql)
        for name, (line, _param) in params.items():
            if name not in used:
                self.fail(line, _("parameter {name} is not used").format(name=name))
        known = _declare_params(sql) | {name: param for name, (_line, param) in params.items()}
        for name, line in used.items():
            if name in RESERVED - SHARED:
                self._refuse_shared(sql_line + line - 1, name)
            if name not in known and name not in SHARED:
                self.fail(sql_line + line - 1, _("parameter ${name} is not declared").format(name=name))
        if "due" in known and "year" not in known:
            # A year of rows that have no other one: each lookup that has years takes --year.
            known["due"] = known["due"]._replace(also="year")
        return {name: known[name] for name in used if name in known}

    def _refuse_shared(self, line: int, name: str) -> NoReturn:
        self.fail(line, _("parameter {name} has the name of a shared option").format(name=name))


def _declare_params(sql: str) -> dict[str, Param]:
    """Return the parameters that the conditions of a statement declare, by name."""
    found: dict[str, Param] = {}
    view = ""
    for match in _DECLARING.finditer(sql):
        name = match["name"] or match["bound"]
        if match["view"]:
            view = match["view"]
        elif match["bound"]:
            kind, default = ("flag", False) if name == "undated" else ("number", None)
            found.setdefault(name, Param(name, kind, _HELP[name], default=default))
        elif match["macro"] == "says":
            found.setdefault(name, Param(name, "text", _HELP["says"]))
        elif name and name not in SHARED:
            found.setdefault(
                name, _declare_list(sql, view, name, match["column"] or name, match["macro"] == "placed")
            )
    return found


def _declare_list(sql: str, view: str, name: str, column: str, placed: bool) -> Param:
    """Return a repeatable parameter with the values of a column."""
    own = view != "facts" and not re.search(rf"\b{view} AS \(", sql)
    help_ = OptionHelp(_PLACED if placed else _MANY, view if own else "facts", column)
    if name in _INTEGERS:
        return Param(name, "integer", help_, True)
    if name == "section":
        return Param(name, "text", help_, True, choices=tuple(kind.kind for kind in list_sections()))
    values = _EVERYWHERE.get(name) or (f"{view}.{column}" if own else _ELSEWHERE.get(name))
    return Param(name, "text", help_, True, values)
