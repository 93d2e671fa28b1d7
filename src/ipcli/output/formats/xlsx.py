"""XLSX: typed cells in one pass, a sheet of the cited sources, a sheet that says what the columns are."""

from __future__ import annotations

import datetime
import decimal
import shutil
import tempfile
from collections.abc import Sequence
from typing import Any

from ipcli.db import scratch
from ipcli.errors import LimitReached
from ipcli.i18n import translate
from ipcli.model import Column, Result, Text
from ipcli.output.cells import text_of, width_of
from ipcli.output.formats import Options
from ipcli.output.sources import Collector, with_source
from ipcli.output.stream import say

ABOUT = Text(
    "Excel 工作簿：数字有类型，另有来源页与列说明页",
    "an Excel workbook: typed numbers, a sheet of sources, a sheet on the columns",
)
EXTENSIONS = (".xlsx",)
BINARY = True
PLAIN = False

_ROWS = 1_048_576
_CELL = 32_767
# Doubles, which is what a spreadsheet calculates with, hold whole numbers up to here.
_EXACT = 2**53
# The largest number of spreadsheets; with the sixteen digits it is written in, a larger one may be infinite.
_LARGEST = 9.99999999999999e307
# What goes to paper beside the columns that a table shows.
_PRINTED = ("source_id", "para_no", "cites")
_A4 = 9
# Columns are as wide as these first rows want, within bounds.
_MEASURED = 500
_NARROW, _WIDE = 6, 48
# Columns of dates that come as text.
_DAYS = ("published_from", "published_to")


def write(result: Result, out: Any, options: Options) -> int:
    """Stream `result` to the binary stream `out`; returns the number of rows. LimitReached beyond a sheet's rows."""
    # Late: naming the format must not cost the library.
    import xlsxwriter  # type: ignore[import-untyped]

    # A workbook is an archive whose end tells what is in it: it is made apart, so that what goes wrong with `out`
    # is an OSError like any other and not the archive's own trouble.
    with scratch() as folder, tempfile.TemporaryFile(dir=folder) as made:
        settings = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
        }
        try:
            count = _fill(xlsxwriter.Workbook(made, settings), result, options)
        except xlsxwriter.exceptions.FileCreateError as error:
            raise OSError(None, str(error)) from error
        except BaseException as error:
            # A signal: the archive ends itself when the last that knows it goes, and should find its file open.
            import traceback

            traceback.clear_frames(error.__traceback__)
            raise
        made.seek(0)
        shutil.copyfileobj(made, out)
    return count


def _fill(book: Any, result: Result, options: Options) -> int:
    """Write the sheets and close the workbook; returns how many rows there were."""
    lang = options.lang
    collector = Collector(result)
    columns, rows = result.columns, result.rows
    if options.with_source:
        columns, rows = with_source(result, lang)
    order = _order(result, columns)
    columns = tuple(columns[place] for place in order)
    title = result.title.get(lang) or "ipcli"
    book.set_properties({"title": title, "comments": result.release, "author": "ipcli"})
    foot = f"&L{title.replace('&', '&&')}&C{result.release}&R&P / &N"
    sheet = _Sheet(book, translate("Data", lang), columns, options, foot)
    count = 0
    for row in rows:
        count += 1
        if count + sheet.first > _ROWS:
            limit = translate("a sheet of XLSX holds {most} rows at most: use CSV or --limit", lang)
            raise LimitReached(limit.format(most=_ROWS))
        sheet.write([row[place] for place in order])
    # Only what a table shows goes to paper, unless the user chose the columns.
    paper = sum(column.name in (*result.show, *_PRINTED) for column in columns)
    paper = 0 if result.chosen or not result.show or paper == len(columns) else paper
    sheet.close(paper)
    sources = collector.result()
    if sources.columns:
        second = _Sheet(
            book, translate("Sources", lang), sources.columns, options._replace(header=True), foot
        )
        for row in sources.rows:
            second.write(row)
        second.close()
    _describe(book, result, columns, title, paper, lang)
    book.close()
    if sheet.cut:
        cut = translate("{count} cells are longer than {most} characters: cut, and end in …", lang)
        say(cut.format(count=sheet.cut, most=_CELL))
    return count


def _order(result: Result, columns: tuple[Column, ...]) -> list[int]:
    """Return the places of the columns: those a table shows, then where a row is printed, as people look there first."""
    names = [column.name for column in columns]
    wanted = (*result.show, *_PRINTED) if result.show and not result.chosen else ()
    return list(dict.fromkeys([*(names.index(name) for name in wanted if name in names), *range(len(names))]))


class _Sheet:
    """A sheet with headings, filled row by row."""

    def __init__(
        self, book: Any, name: str, columns: tuple[Column, ...], options: Options, foot: str
    ) -> None:
        self._sheet = book.add_worksheet(name)
        self._columns = columns
        self._lang = options.lang
        top = {"valign": "top"}
        self._date = book.add_format(top | {"num_format": "yyyy-mm-dd"})
        self._time = book.add_format(top | {"num_format": "yyyy-mm-dd hh:mm:ss"})
        # Indented, for text that follows a column of numbers would touch them.
        self._wrap = book.add_format(top | {"text_wrap": True, "align": "left", "indent": 1})
        # Excel shows TRUE and FALSE whatever the format; others show 1 and 0 without one.
        yes, no = ("是", "否") if options.lang == "zh" else ("TRUE", "FALSE")
        self._truth = book.add_format(top | {"num_format": f'"{yes}";"{yes}";"{no}"'})
        self._plain = book.add_format(top)
        self._widths = [0] * len(columns)
        self._row = self.first = int(options.header)
        self.cut = 0
        _prepare_paper(self._sheet)
        self._sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self._sheet.set_footer(foot)
        if options.header:
            head = top | {"bold": True, "bg_color": "#E7EEF7", "text_wrap": True}
            left = book.add_format(head | {"align": "left", "indent": 1})
            right = book.add_format(head | {"align": "right"})
            for place, column in enumerate(columns):
                label = _heading(column, options.lang)
                self._sheet.write_string(0, place, label, right if _is_right(column) else left)
                # With room for the button of the filter.
                self._widths[place] = width_of(label) + 2
            self._sheet.freeze_panes(1, 0)
            self._sheet.repeat_rows(0)

    def write(self, values: Sequence[Any]) -> None:
        """Write one row; NULL is an empty cell."""
        for place, (column, value) in enumerate(zip(self._columns, values, strict=True)):
            if value is not None and value != []:
                shown = self._write_cell(place, column, value)
                if self._row <= _MEASURED:
                    self._widths[place] = max(self._widths[place], width_of(shown))
        self._row += 1

    def close(self, paper: int = 0) -> None:
        """Set what the library writes at the end: widths, filters, and how many columns are printed (0: all)."""
        if paper and self._row:
            self._sheet.print_area(0, 0, self._row - 1, paper - 1)
        for place, width in enumerate(self._widths):
            self._sheet.set_column(place, place, min(max(width + 2, _NARROW), _WIDE))
        if self.first and self._row > 1:
            self._sheet.autofilter(0, 0, self._row - 1, len(self._columns) - 1)

    def _write_cell(self, place: int, column: Column, value: Any) -> str:
        """Write one cell, and return what it shows."""
        row, sheet = self._row, self._sheet
        if column.name in _DAYS:
            value = _day(value)
        if isinstance(value, bool):
            sheet.write_boolean(row, place, value, self._truth)
        elif isinstance(value, (int, float, decimal.Decimal)) and _calculable(value):
            sheet.write_number(row, place, value, self._plain)
        elif isinstance(value, datetime.datetime) and value.tzinfo is None and value.year >= 1900:
            sheet.write_datetime(row, place, value, self._time)
        elif type(value) is datetime.date and value.year >= 1900:
            sheet.write_datetime(row, place, value, self._date)
        else:
            shown = text_of(value, self._lang, column.reads)
            if len(shown) > _CELL:
                shown = shown[: _CELL - 1] + "…"
                self.cut += 1
            sheet.write_string(row, place, shown, self._wrap)
            return shown
        return str(value)


def _prepare_paper(sheet: Any) -> None:
    """Let a sheet be printed on A4 across, as wide as one page."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _heading(column: Column, lang: str) -> str:
    """Return the heading of a column with its unit."""
    label = column.label.text.get(lang) or column.name
    if not column.label.unit:
        return label
    return f"{label}（{column.label.unit}）" if lang == "zh" else f"{label} ({column.label.unit})"


def _is_right(column: Column) -> bool:
    """Return whether cells of a column stand on the right, as numbers, dates and truths do; so should its heading."""
    return column.type in ("number", "integer", "date", "boolean") or column.name in _DAYS


def _day(value: Any) -> Any:
    """Return a date that came as text as a date; anything else as it is."""
    try:
        return datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def _calculable(value: int | float | decimal.Decimal) -> bool:
    """Return whether a spreadsheet holds the number as it is."""
    if isinstance(value, int):
        return abs(value) <= _EXACT
    if isinstance(value, decimal.Decimal):
        return value.is_finite() and len(value.as_tuple().digits) <= 15
    return abs(value) <= _LARGEST


def _describe(
    book: Any, result: Result, columns: tuple[Column, ...], title: str, paper: int, lang: str
) -> None:
    """Add the sheet that says what this is, which release, and what the columns mean."""
    sheet = book.add_worksheet(translate("About", lang))
    bold = book.add_format({"bold": True})
    lines = [(title, ""), (translate("Data", lang), result.release)]
    lines += [(line.label, " ".join((line.text, *line.cites))) for line in result.lead]
    if paper:
        only = translate("only the first {count} columns", lang).format(count=paper)
        lines.append((translate("On paper", lang), only))
    lines.append(("", ""))
    for column in columns:
        meaning = column.label.meant(lang)
        lines.append((_heading(column, lang), f"{column.name}: {meaning}" if meaning else column.name))
    for row, (name, said) in enumerate(lines):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, said)
    sheet.set_column(0, 0, min(max(width_of(name) for name, _said in lines) + 2, _WIDE))
    sheet.set_column(1, 1, 90)
    _prepare_paper(sheet)
