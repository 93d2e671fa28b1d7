"""A result as people read it, in texts: which columns, what cells say, which notes and sources stand underneath."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from ipcli.i18n import N_, translate
from ipcli.model import Column, Result, Row
from ipcli.output.cells import text_of
from ipcli.output.formats import Options
from ipcli.output.sources import CITATION, Entry, Footnotes

# The first columns of a lookup always stay; later ones give way on a narrow terminal, save those without which a figure
# would mislead or there would be no figure: an umbrella's sum, a target without its year, what is stated, what is computed.
_KEPT = 3
_TELLING = (
    "is_umbrella", "subject", "indicator", "aim", "stated", "other_stated", "dated", "due_year", "due_date", "target",
    "outcome", "baseline_stated", "amount_stated", "outcome_stated", "basis", "verdict", "state", "status", "stance",
    "stances", "named_of", "part_items",
)  # fmt: skip
# Columns that qualify a row: their texts stand under a table.
_REMARKS = ("note", "verdict_reason", "related")
# Columns that many rows share: a mark behind them would not tell of which row it is.
_SHARED = ("section", "district", "industry", "tier", "tier_policy", "kind", "type", "rank")
# The column that sets some rows apart, which come last.
_APART = "is_umbrella"
# What a verdict or a state is -> its style.
_TONES = {
    "green": ("met", "reached_early", "held", "投产", "投运", "竣工", "首批并网", "试产", "已发布"),
    "red": ("not_met",),
    "yellow": ("no_outcome", "reached_late", "indeterminate"),
    "cyan": ("on_track", "在建", "主体基本完工", "推进"),
}
TONE_OF = {code: style for style, codes in _TONES.items() for code in codes}
TONED = ("verdict", "state", "status")
# Columns whose values are counted under the rows, if there are at most so many.
_COUNTED, _FEW = ("verdict", "state"), 5

Cells = tuple[str | None, ...]


class Field(NamedTuple):
    """A column: its heading, its unit if it has one, the name of the column, and how its cells behave.

    `right` aligns to the right; `whole` cells (numbers, dates) are never wrapped; `marks` are the
    numbers that point to the sources. A `spare` column may be left out where there is no room for it, and so may one that
    says the same in all rows because that was `asked` for. `strong` cells head what stands beside them; `listed` ones are
    lists, an item a line. `tones` are the styles of certain texts.
    """

    label: str
    unit: str | None = None
    name: str = ""
    right: bool = False
    whole: bool = False
    marks: bool = False
    spare: bool = False
    asked: bool = False
    strong: bool = False
    listed: bool = False
    tones: Mapping[str, str] = {}

    @property
    def heading(self) -> str:
        """Return the label with its unit."""
        return f"{self.label} {self.unit}" if self.unit else self.label


class Page(NamedTuple):
    """Fields and rows of texts (None is NULL), and what stands around them.

    `summary` are the parts of the line under the rows; `more` tells how many columns are `hidden`, of one and
    of several. `lead` are labelled lines above the rows. `remarks` are marks that stand in cells, and what they say.
    `apart` is the number of the row from which on rows are set apart, and under which heading.
    """

    fields: tuple[Field, ...]
    rows: list[Cells]
    summary: tuple[str, ...] = ()
    more: tuple[str, str] = ("", "")
    hidden: int = 0
    remarks: tuple[tuple[str, str], ...] = ()
    sources_title: str = ""
    sources: tuple[Entry, ...] = ()
    legend: tuple[str, ...] = ()
    lead: tuple[tuple[str, str], ...] = ()
    apart: tuple[int, str] | None = None

    def footer(self, *, hint: bool = False) -> tuple[str, ...]:
        """Return the parts of the line under the rows: how many, which release; with `hint`, how many columns are hidden."""
        hidden = (self.more[self.hidden != 1].format(count=self.hidden),) if self.hidden and hint else ()
        return (
            (*self.summary[:-1], *hidden, *self.summary[-1:])
            if len(self.summary) > 1
            else (
                *self.summary,
                *hidden,
            )
        )

    def select(self, places: Iterable[int]) -> Page:
        """Return the page with these of its fields."""
        chosen = list(places)
        left = [field for place, field in enumerate(self.fields) if place not in chosen]
        return self._replace(
            fields=tuple(self.fields[place] for place in chosen),
            rows=[tuple(row[place] for place in chosen) for row in self.rows],
            # Of no rows, other columns would say nothing either.
            hidden=self.hidden
            + len(list(field for field in left if self.rows and not field.asked and field.name != _APART)),
        )

    def set_apart(self) -> Page:
        """Return the page without the column that sets rows apart, where these have a heading in its place."""
        places = [place for place, field in enumerate(self.fields) if field.name != _APART]
        return self if self.apart is None else self.select(places)

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


def build(result: Result, options: Options) -> Page:
    """Gather the rows of `result`, look up their sources and return both as a page."""
    lang = options.lang
    rows = list(result.rows)
    footnotes = Footnotes(result, rows, lang)
    folded = footnotes.folded
    own = bool(result.show) and not result.chosen
    remarked = {column.name for column in result.columns} & set(_REMARKS) if own and options.notes else set()
    shown = _choose_columns(result, folded | remarked, options.with_source)
    if rows and not result.chosen:
        # A column in which nothing is known says nothing; the footer counts it.
        shown = [i for i in shown if any(row[i] not in (None, []) for row in rows)] or shown
    fields = [
        _field(result, i, rows, lang, spare=not result.chosen and _is_spare(result, place, i))
        for place, i in enumerate(shown)
    ]
    cells: list[Cells] = [tuple(_cell(row[i], lang, result.columns[i].reads) for i in shown) for row in rows]
    remarks: dict[str, str] = {}
    if remarked:
        cells = [
            _mark_cells(texts, fields, _read_remarks(result.columns, row, lang), remarks)
            for row, texts in zip(rows, cells, strict=True)
        ]
    if folded:
        fields.append(Field(translate("Source", lang), marks=True))
        cells = [(*texts, footnotes.marks(row)) for texts, row in zip(cells, rows, strict=True)]
    represented = folded | remarked | ({"grade"} if folded else set())
    # Of no rows, other columns would say nothing either.
    hidden = len(rows) and sum(
        i not in shown and column.name not in represented for i, column in enumerate(result.columns)
    )
    total = translate(N_("{total} row") if len(rows) == 1 else N_("{total} rows"), lang)
    release = translate("data {release}", lang).format(release=result.release)
    page = Page(
        tuple(fields),
        cells,
        (total.format(total=len(rows)), *((release,) if result.release else ())),
        (
            translate("{count} more column: --columns all or -f csv", lang),
            translate("{count} more columns: --columns all or -f csv", lang),
        ),
        hidden,
        tuple((mark, text) for text, mark in remarks.items()),
        translate("Sources", lang),
        footnotes.entries() if options.sources else (),
        footnotes.legend if options.sources else (),
        tuple(
            (line.label, " ".join(filter(None, (line.text, footnotes.mark_cites(line.cites)))))
            for line in result.lead
        ),
        _find_apart(result, rows, lang) if own else None,
    )
    total, *rest = page.summary
    return page._replace(summary=(total + _count_states(page, lang), *rest))


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


def _is_spare(result: Result, order: int, place: int) -> bool:
    """Return whether a column, the `order`th that is shown, may be left out where there is no room."""
    name = result.columns[place].name
    # Beside a figure the industry is context.
    if order and name == "industry" and "stated" in result.show:
        return True
    return order >= _KEPT and name not in ("as_reported", *_TELLING)


def _field(result: Result, place: int, rows: list[Row], lang: str, *, spare: bool) -> Field:
    column = result.columns[place]
    label = column.label.text.get(lang) or column.name
    if column.name == "as_reported":
        label = translate("As printed", lang)
    numeric = column.type in ("number", "integer")
    reads = column.reads or str
    return Field(
        label,
        f"({column.label.unit})" if column.label.unit else None,
        column.name,
        right=numeric,
        whole=numeric or column.type in ("boolean", "date"),
        spare=spare,
        asked=not result.chosen and column.name in result.asked and _is_redundant(rows, place, column.name),
        tones={reads(code): style for code, style in TONE_OF.items()} if column.name in TONED else {},
    )


def _is_redundant(rows: list[Row], place: int, name: str) -> bool:
    """Return whether a column tells nothing, as all rows say the same; verdicts and states always tell something."""
    return name not in TONED and len({str(row[place]) for row in rows}) == 1


def _cell(value: Any, lang: str, reads: Callable[[str], str] | None) -> str | None:
    if value is None or value == []:
        return None
    if isinstance(value, bool):
        return translate(N_("yes") if value else N_("no"), lang)
    if isinstance(value, float):
        # Fifteen digits are what a double holds for sure: 0.1 + 0.2 is 0.3 to people.
        value = float(f"{value:.15g}")
    return text_of(value, lang, reads)


def _read_remarks(columns: tuple[Column, ...], row: Row, lang: str) -> list[str]:
    """Return what qualifies a row."""
    remarks = []
    for column, value in zip(columns, row, strict=True):
        if column.name in _REMARKS and value not in (None, []):
            text = text_of(value, lang, column.reads)
            if column.name == "related":
                text = "; ".join(value) if isinstance(value, list) else text
                text = translate("related: {text}", lang).format(text=text)
            remarks.append(text)
    return list(dict.fromkeys(remarks))


def _mark_cells(cells: Cells, fields: list[Field], remarks: list[str], known: dict[str, str]) -> Cells:
    """Return the cells of a row with the marks of its remarks behind the first that tells which row it is.

    `known` are the marks of all remarks so far; new ones are added.
    """
    if not remarks:
        return cells
    marks = ",".join(
        sorted((known.setdefault(text, _letters(len(known))) for text in remarks), key=_sort_letters)
    )
    filled = [i for i, cell in enumerate(cells) if cell and not fields[i].right and not fields[i].spare]
    own = [i for i in filled if fields[i].name not in _SHARED and not fields[i].asked]
    place = next(iter(own or filled[::-1]), 0)
    return tuple(f"{cell or ''} {marks}".lstrip() if i == place else cell for i, cell in enumerate(cells))


def _letters(number: int) -> str:
    """Return a, b, ... z, aa, ab, ... for 0, 1, ..."""
    rest, letter = divmod(number, 26)
    return (_letters(rest - 1) if rest else "") + chr(ord("a") + letter)


def _sort_letters(mark: str) -> tuple[int, str]:
    return len(mark), mark


def _count_states(page: Page, lang: str) -> str:
    """Return the end of the summary, such as ": met 3; not met 1": rows of each verdict or state, the most frequent first.

    Empty if a cell is, or if there is one state or more than `_FEW`.
    """
    place = next((i for i, field in enumerate(page.fields) if field.name in _COUNTED), None)
    if place is None:
        return ""
    counts = Counter(row[place] for row in page.rows)
    if not 1 < len(counts) <= _FEW or None in counts:
        return ""
    return translate(": ", lang) + translate("; ", lang).join(
        f"{state} {n}" for state, n in counts.most_common()
    )


def _find_apart(result: Result, rows: list[Row], lang: str) -> tuple[int, str] | None:
    """Return where the rows begin that are set apart, and their heading; None if they are not in one piece."""
    place = next((i for i, column in enumerate(result.columns) if column.name == _APART), None)
    if (
        place is None
        or _APART not in result.show
        or any(a[place] and not b[place] for a, b in pairwise(rows))
    ):
        return None
    count = sum(bool(row[place]) for row in rows)
    heading = translate(N_("{count} umbrella sums, to be added neither to projects nor to each other"), lang)
    return len(rows) - count, heading.format(count=count) if count else ""
