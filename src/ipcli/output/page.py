"""A result as people read it, in texts: which columns, what cells say, which sources stand underneath."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ipcli.i18n import N_, translate
from ipcli.model import Column, Result
from ipcli.output.cells import text_of
from ipcli.output.formats import Options
from ipcli.output.sources import CITATION, Footnotes, Note

# The first columns of a lookup always stay; later ones give way on a narrow terminal, save those without which a figure
# would mislead or there would be no figure: an umbrella's sum, a target without its year, what is stated, what is computed.
_KEPT = 4
_TELLING = ("is_umbrella", "due_year", "verdict", "stated", "target", "outcome", "basis")

Cells = tuple[str | None, ...]


class Field(NamedTuple):
    """A column: its heading, its unit if it has one, the name of the column, and how its cells behave.

    `right` aligns to the right; `whole` cells (numbers, dates) are never wrapped; `marks` are the
    numbers that point to the notes. A `spare` column may be left out where there is no room for it. `strong` cells
    head what stands beside them; `listed` ones are lists, an item a line.
    """

    label: str
    unit: str | None = None
    name: str = ""
    right: bool = False
    whole: bool = False
    marks: bool = False
    spare: bool = False
    strong: bool = False
    listed: bool = False

    @property
    def heading(self) -> str:
        """Return the label with its unit."""
        return f"{self.label} {self.unit}" if self.unit else self.label


class Page(NamedTuple):
    """Fields and rows of texts (None is NULL), and what stands around them.

    `summary` are the parts of the line under the rows; `more` tells how many columns are `hidden`, of one and
    of several. `lead` are labelled lines above the rows.
    """

    fields: tuple[Field, ...]
    rows: list[Cells]
    summary: tuple[str, ...] = ()
    more: tuple[str, str] = ("", "")
    hidden: int = 0
    notes_title: str = ""
    notes: tuple[Note, ...] = ()
    legend: tuple[str, ...] = ()
    lead: tuple[tuple[str, str], ...] = ()

    def footer(self, *, hint: bool = False) -> str:
        """Return the line under the rows: how many, which release; with `hint`, how many columns are not shown."""
        hidden = (self.more[self.hidden != 1].format(count=self.hidden),) if self.hidden and hint else ()
        return " · ".join((*self.summary[:1], *hidden, *self.summary[1:]))

    def without_last_spare(self) -> Page | None:
        """Return the page without its last spare column; None if none is left."""
        last = max((i for i, field in enumerate(self.fields) if field.spare), default=None)
        if last is None:
            return None
        return self._replace(
            fields=self.fields[:last] + self.fields[last + 1 :],
            rows=[row[:last] + row[last + 1 :] for row in self.rows],
            hidden=self.hidden + 1,
        )

    def rewrite_texts(self, rewrite: Callable[[str], str]) -> Page:
        """Return the page with each of its texts replaced by what `rewrite` makes of it."""
        page: Page = _rewrite(self, rewrite)
        return page


def _rewrite(value: Any, rewrite: Callable[[str], str]) -> Any:
    """Return a value with each of the texts in it replaced."""
    if isinstance(value, str):
        return rewrite(value)
    if isinstance(value, (tuple, list)):
        items = [_rewrite(item, rewrite) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    return value


def build(result: Result, options: Options, *, urls: bool = False) -> Page:
    """Gather the rows of `result`, look up their sources and return both as a page; `urls`: with their addresses."""
    lang = options.lang
    rows = list(result.rows)
    footnotes = Footnotes(result, rows, lang)
    folded = footnotes.folded
    shown = _choose_columns(result, folded, options.with_source)
    if rows and not result.chosen:
        # A column in which nothing is known says nothing; the footer counts it.
        shown = [i for i in shown if any(row[i] not in (None, []) for row in rows)] or shown
    fields = [
        _field(result.columns[i], lang, spare=not result.chosen and place >= _KEPT)
        for place, i in enumerate(shown)
    ]
    cells: list[Cells] = [tuple(_cell(row[i], lang, result.columns[i].reads) for i in shown) for row in rows]
    if folded:
        fields.append(Field(translate("Source", lang), marks=True))
        cells = [(*texts, footnotes.marks(row)) for texts, row in zip(cells, rows, strict=True)]
    represented = folded | ({"grade"} if folded else set())
    # Of no rows, other columns would say nothing either.
    hidden = len(rows) and sum(
        i not in shown and column.name not in represented for i, column in enumerate(result.columns)
    )
    total = translate(N_("{total} row") if len(rows) == 1 else N_("{total} rows"), lang)
    release = translate("data {release}", lang).format(release=result.release)
    return Page(
        tuple(fields),
        cells,
        (total.format(total=len(rows)), *((release,) if result.release else ())),
        (
            translate("{count} more column: --columns all or -f csv", lang),
            translate("{count} more columns: --columns all or -f csv", lang),
        ),
        hidden,
        translate("Sources", lang),
        footnotes.notes(urls or options.with_source),
        footnotes.legend,
        tuple(
            (line.label, " ".join(filter(None, (line.text, footnotes.mark_cites(line.cites)))))
            for line in result.lead
        ),
    )


def _choose_columns(result: Result, folded: set[str], with_source: bool) -> list[int]:
    """Return the places of the columns to print: those chosen, else `show`, else all that is no citation."""
    names = [column.name for column in result.columns]
    if result.chosen:
        return [i for i, name in enumerate(names) if name not in folded]
    shown = [names.index(name) for name in result.show if name in names and name not in folded]
    if not shown:
        shown = [i for i, name in enumerate(names) if not folded or name not in CITATION]
    if with_source and "as_reported" in names and names.index("as_reported") not in shown:
        shown.append(names.index("as_reported"))
    return shown


def _field(column: Column, lang: str, *, spare: bool) -> Field:
    label = column.label.text.get(lang) or column.name
    if column.name == "as_reported":
        label = translate("As printed", lang)
    numeric = column.type in ("number", "integer")
    return Field(
        label,
        f"({column.label.unit})" if column.label.unit else None,
        column.name,
        right=numeric,
        whole=numeric or column.type in ("boolean", "date"),
        spare=spare and column.name not in ("as_reported", *_TELLING),
    )


def _cell(value: Any, lang: str, reads: Callable[[str], str] | None) -> str | None:
    if value is None or value == []:
        return None
    if isinstance(value, bool):
        return translate(N_("yes") if value else N_("no"), lang)
    if isinstance(value, float):
        # Fifteen digits are what a double holds for sure: 0.1 + 0.2 is 0.3 to people.
        value = float(f"{value:.15g}")
    return text_of(value, lang, reads)
