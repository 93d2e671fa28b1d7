"""The few shapes that pass between the rooms: Query, Param, Column, Result. No logic lives here but what reads a label."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from typing import Any, NamedTuple, Protocol

Row = tuple[Any, ...]
_UNIT = re.compile(r"(.*?)[（(]([^（）()]*)[）)]")


class Text(NamedTuple):
    """A text in the two languages of the program."""

    zh: str
    en: str

    def get(self, lang: str) -> str:
        """Return the text in `lang` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en


_NO_TITLE = Text("", "")


class Label(NamedTuple):
    """How a column is headed for people: name in two languages, unit, what it means (`中文 | English`)."""

    text: Text
    unit: str | None = None
    meaning: str = ""

    def meant(self, lang: str) -> str:
        """Return what the column means in `lang`; a meaning that is written in one language only serves both."""
        zh, bar, en = self.meaning.partition(" | ")
        return en if bar and lang != "zh" else zh


def parse_text(text: str) -> Text:
    """Return `中文 | English` as a Text; without ` | ` both are the whole text."""
    zh, bar, en = text.strip().partition(" | ")
    return Text(zh.strip(), en.strip() if bar else zh)


def parse_label(text: str) -> Label:
    """Return `中文（单位）：含义 | English: what it means` as a Label; without ` | ` both languages are the whole text.

    Where the Chinese half has no meaning, the English one serves both.
    """
    zh, bar, rest = text.strip().partition(" | ")
    if not bar:
        return Label(Text(zh, zh))
    zh, sense = (part.strip() for part in (*zh.split("：", 1), "")[:2])
    en, meaning = (part.strip() for part in (*rest.split(":", 1), "")[:2])
    if sense:
        meaning = f"{sense} | {meaning or en}"
    unit = _UNIT.fullmatch(zh)
    if unit:
        return Label(Text(unit[1].strip(), en), unit[2].strip(), meaning)
    return Label(Text(zh, en), None, meaning)


class Help(Protocol):
    """The help of an option; it may be read from a file when it is asked for."""

    def get(self, lang: str) -> str:
        """Return the help in `lang` ("zh" or "en")."""


class Param(NamedTuple):
    """One parameter of a query: `--name` on the command line, `$name` in its SQL.

    `type` is text, integer, number, date or flag; `many` binds a list. `values` is the "view.column" whose
    values it takes (names resolve against it), `choices` a closed list given in the header. `also` is another name of
    the option.
    """

    name: str
    type: str
    help: Help
    many: bool = False
    values: str | None = None
    choices: tuple[str, ...] = ()
    default: Any = None
    also: str = ""


class Notice(NamedTuple):
    """What a query leaves out when parameter `param` is given, or always ("*").

    `text` tells it: {n} in it is the one value of `sql`, a count or words. Of 0, NULL or nothing, nothing is told.
    """

    param: str
    sql: str
    text: Text


class Query(NamedTuple):
    """A `.sql` file: its header, and its one SELECT."""

    name: str
    title: Text
    params: tuple[Param, ...]
    sql: str
    path: str
    sql_line: int
    about: Text = _NO_TITLE
    examples: tuple[str, ...] = ()
    show: tuple[str, ...] = ()
    order: Mapping[str, str] = {}
    labels: Mapping[str, Label] = {}
    notices: tuple[Notice, ...] = ()


class Column(NamedTuple):
    """A column of a result. `type` is text, number, integer, boolean, date or list (of text).

    `reads`, if any, tells what a value reads as for people; formats for machines leave values as they are.
    """

    name: str
    type: str
    label: Label
    reads: Callable[[str], str] | None = None


class Source(NamedTuple):
    """A document, as people cite it."""

    source_id: str
    title: str
    publisher: str | None
    published_from: str | None
    published_to: str | None
    grade: str
    url: str | None = None


class Form(NamedTuple):
    """How rows become a data format: `copy` is what the library's COPY is told, `style` how values are expressed.

    A style is text (of one field), json or typed. `null` stands for NULL in text; `about` goes into the file's metadata.
    """

    copy: str
    style: str
    header: bool = True
    null: str = ""
    excel: bool = False
    about: Mapping[str, str] = {}


class Lead(NamedTuple):
    """A line above the rows: a label, what it says, and the citations (`SRC-001#26`) it rests on."""

    label: str
    text: str
    cites: tuple[str, ...] = ()


class Result:
    """Columns, a stream of rows (read once), and how to look up the sources they cite.

    `show` names the columns a table prints unless the user chose (`chosen`); data formats print all.
    `sources` maps source ids to documents when called (it may query the database).
    `release` names the data release, e.g. "2026.1 (2026-11-23)". `notices` are lines for people, beside the rows.
    `lead` are lines that people read above the rows. `asked` are columns of which one value was asked for.
    `copy`, if there is any, writes the rows to a stream in a data format, and returns their number; `rows` is not read
    then. It is gone when `rows` is set. `keep`, if there is any, has the database keep the rows, so that they can be
    read twice. `put`, if there is any, writes rows that the program has put together by way of the database of the
    result (columns, rows, form, stream), and returns their number. `drawing` gives a context in which the time-out of the
    statement holds for all that is done with the rows. `more` tells afterwards whether a limit left rows out.
    """

    __slots__ = (
        "_rows",
        "asked",
        "chosen",
        "columns",
        "copy",
        "drawing",
        "keep",
        "lead",
        "more",
        "notices",
        "put",
        "release",
        "show",
        "sources",
        "title",
    )

    def __init__(
        self,
        columns: tuple[Column, ...],
        rows: Iterator[Row],
        sources: Callable[[list[str]], dict[str, Source]],
        show: tuple[str, ...] = (),
        chosen: bool = False,
        title: Text = _NO_TITLE,
        release: str = "",
        notices: tuple[str, ...] = (),
    ) -> None:
        """See the class."""
        self.columns = columns
        self.rows = rows
        self.sources = sources
        self.show = show
        self.chosen = chosen
        self.title = title
        self.release = release
        self.notices = notices
        self.lead: tuple[Lead, ...] = ()
        self.asked: frozenset[str] = frozenset()
        self.copy: Callable[[Form, Any], int] | None = None
        self.keep: Callable[[], None] | None = None
        self.put: Callable[[Sequence[Column], Iterable[Row], Form, Any], int] | None = None
        self.drawing: Callable[[], AbstractContextManager[None]] = nullcontext
        self.more = False

    @property
    def rows(self) -> Iterator[Row]:
        """Return the stream of rows."""
        return self._rows

    @rows.setter
    def rows(self, rows: Iterator[Row]) -> None:
        """Replace the stream of rows; the library can no longer copy the result itself."""
        self._rows = rows
        self.copy = None

    def peek(self) -> Row | None:
        """Return the first row, which stays in the stream; None if there is none."""
        if self.keep is not None:
            self.keep()
        first = next(self._rows, None)
        if first is not None:
            self._rows = chain([first], self._rows)
        return first
