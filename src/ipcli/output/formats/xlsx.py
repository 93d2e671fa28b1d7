"""XLSX: typed cells in one pass, a sheet of the cited sources, a sheet that says what the columns are."""

from __future__ import annotations

import datetime
import decimal
import shutil
import sys
import tempfile
from typing import Any

from ipcli.errors import LimitReached
from ipcli.model import Column, Result, Text
from ipcli.output.formats import Options
from ipcli.output.sources import Collector, with_source
from ipcli.output.values import text

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
# What goes to paper beside the columns that a table shows.
_PRINTED = ("source_id", "para_no", "cites")
_A4 = 9
# The largest number of spreadsheets; with the sixteen digits it is written in, a larger one may be infinite.
_LARGEST = 9.99999999999999e307
# Columns are as wide as these first rows want, within bounds.
_MEASURED = 500
_NARROW, _WIDE = 6, 48
# Columns of dates that come as text.
_DAYS = ("published_from", "published_to")


def write(result: Result, out: Any, options: Options) -> int:
    """Stream `result` to the binary stream `out`; returns the number of rows. LimitReached beyond a sheet's rows."""
    # Late: naming the format must not cost the library, nor Rich, which knows how wide a text is.
    import xlsxwriter  # type: ignore[import-untyped]

    # A workbook is an archive whose end tells what is in it: it is made apart, so that what goes wrong with `out`
    # is an OSError like any other and not the archive's own trouble.
    with tempfile.TemporaryDirectory(prefix="ipcli-") as folder, tempfile.TemporaryFile(dir=folder) as made:
        try:
            count = _workbook(xlsxwriter, result, made, options, folder)
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


def _workbook(xlsxwriter: Any, result: Result, out: Any, options: Options, folder: str) -> int:
    """Write the workbook to a file that can be sought in, rows waiting in `folder`; returns how many there were."""
    collector = Collector(result)
    columns, rows = result.columns, result.rows
    if options.with_source:
        columns, rows = with_source(result, options.lang)
    order = _order(result, columns)
    columns = tuple(columns[place] for place in order)
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
        },
    )
    title = result.title.get(options.lang) or "ipcli"
    book.set_properties({"title": title, "comments": result.release, "author": "ipcli"})
    sheet = _Sheet(book, Text("数据", "Data").get(options.lang), columns, options)
    count = 0
    for row in rows:
        count += 1
        if count + sheet.first > _ROWS:
            limit = Text(
                f"XLSX 一张表最多 {_ROWS} 行：请用 CSV 或 --limit",
                f"a sheet of XLSX holds {_ROWS} rows at most: use CSV or --limit",
            )
            raise LimitReached(limit.get(options.lang))
        sheet.write([row[place] for place in order])
    paper = sum(column.name in (*result.show, *_PRINTED) for column in columns)
    paper = 0 if result.chosen or not result.show or paper == len(columns) else paper
    foot = f"&L{title.replace('&', '&&')}&C{result.release}&R&P / &N"
    sheet.close(paper, foot)
    _sources(book, collector, options, foot)
    _about(book, result, columns, title, paper, options)
    book.close()
    if sheet.cut:
        message = Text(
            f"{sheet.cut} 个单元格超过 {_CELL} 字，已截断并以 … 结尾",
            f"{sheet.cut} cells are longer than {_CELL} characters: cut, and end in …",
        )
        print(f"ipcli: {message.get(options.lang)}", file=sys.stderr)
    return count


def _order(result: Result, columns: tuple[Column, ...]) -> list[int]:
    """The places of the columns: those a table shows first, then where a row is printed, as people look there first."""
    names = [column.name for column in columns]
    if result.chosen:
        return list(range(len(names)))
    wanted = (*result.show, *_PRINTED) if result.show else ()
    first = [names.index(name) for name in wanted if name in names]
    first = list(dict.fromkeys(first))
    return first + [place for place in range(len(names)) if place not in first]


class _Sheet:
    """A sheet with headings, filled row by row."""

    def __init__(self, book: Any, name: str, columns: tuple[Column, ...], options: Options) -> None:
        from ipcli.output.cells import width_of

        self._width_of = width_of
        self._sheet = book.add_worksheet(name)
        self._columns = columns
        self._options = options
        self._date = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        self._time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top"})
        # Indented, for text that follows a column of numbers would touch them.
        self._wrap = book.add_format({"text_wrap": True, "valign": "top", "align": "left", "indent": 1})
        # Excel shows TRUE and FALSE whatever the format; others show 1 and 0 without one.
        yes, no = ("是", "否") if options.lang == "zh" else ("TRUE", "FALSE")
        self._truth = book.add_format({"num_format": f'"{yes}";"{yes}";"{no}"', "valign": "top"})
        self._plain = book.add_format({"valign": "top"})
        head = {"bold": True, "bg_color": "#E7EEF7", "valign": "top", "text_wrap": True}
        left, right = (
            book.add_format(head | align) for align in ({"align": "left", "indent": 1}, {"align": "right"})
        )
        self._widths = [0] * len(columns)
        self._row = 0
        self.cut = 0
        self.first = int(options.header)
        if options.header:
            for place, column in enumerate(columns):
                label = heading(column, options.lang)
                self._sheet.write_string(0, place, label, right if _is_right(column) else left)
                # With room for the button of the filter.
                self._widths[place] = width_of(label) + 2
            self._sheet.freeze_panes(1, 0)
            self._row = 1

    def write(self, values: list[Any]) -> None:
        """Write one row; NULL is an empty cell."""
        for place, (column, value) in enumerate(zip(self._columns, values, strict=True)):
            if value is not None and value != []:
                shown = self._cell(place, column, value)
                if self._row <= _MEASURED:
                    self._widths[place] = max(self._widths[place], self._width_of(shown))
        self._row += 1

    def close(self, paper: int, foot: str) -> None:
        """Set what the library writes at the end: widths, filters, and how it prints: the first `paper` columns (0: all)."""
        self._sheet.set_landscape()
        self._sheet.set_paper(_A4)
        self._sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_footer(foot)
        if self._options.header:
            self._sheet.repeat_rows(0)
        if paper and self._row:
            self._sheet.print_area(0, 0, self._row - 1, paper - 1)
        for place, width in enumerate(self._widths):
            self._sheet.set_column(place, place, min(max(width + 2, _NARROW), _WIDE))
        if self._options.header and self._row > 1:
            self._sheet.autofilter(0, 0, self._row - 1, len(self._columns) - 1)

    def _cell(self, place: int, column: Column, value: Any) -> str:
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
            return "2025-01-01"
        else:
            shown = self._read(column, value)
            if len(shown) > _CELL:
                shown = shown[: _CELL - 1] + "…"
                self.cut += 1
            sheet.write_string(row, place, shown, self._wrap)
            return max(shown.split("\n"), key=self._width_of)
        return str(value)

    def _read(self, column: Column, value: Any) -> str:
        """A value as people read it."""
        reads = column.reads or str
        if isinstance(value, list):
            value = [reads(item) if isinstance(item, str) else item for item in value]
        elif isinstance(value, str):
            value = reads(value)
        return text(value, separator="、" if self._options.lang == "zh" else ", ")


def heading(column: Column, lang: str) -> str:
    """The heading of a column with its unit."""
    label = column.label.text.get(lang) or column.name
    if not column.label.unit:
        return label
    return f"{label}（{column.label.unit}）" if lang == "zh" else f"{label} ({column.label.unit})"


def _is_right(column: Column) -> bool:
    """Whether the cells of a column stand on the right, as numbers, dates and truths do; so should its heading."""
    return column.type in ("number", "integer", "date", "boolean") or column.name in _DAYS


def _day(value: Any) -> Any:
    """A date that came as text; anything else as it is."""
    try:
        return datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def _calculable(value: int | float | decimal.Decimal) -> bool:
    """Whether a spreadsheet holds the number as it is."""
    if isinstance(value, int):
        return abs(value) <= _EXACT
    if isinstance(value, decimal.Decimal):
        return value.is_finite() and len(value.as_tuple().digits) <= 15
    return abs(value) <= _LARGEST


def _sources(book: Any, collector: Collector, options: Options, foot: str) -> None:
    """The sheet of the documents that were cited."""
    result = collector.result()
    if not result.columns:
        return
    sheet = _Sheet(
        book, Text("来源", "Sources").get(options.lang), result.columns, options._replace(header=True)
    )
    for row in result.rows:
        sheet.write(list(row))
    sheet.close(0, foot)


def _about(
    book: Any, result: Result, columns: tuple[Column, ...], title: str, paper: int, options: Options
) -> None:
    """The sheet that says what this is, which release, and what the columns mean."""
    from ipcli.output.cells import width_of

    lang = options.lang
    sheet = book.add_worksheet(Text("说明", "About").get(lang))
    bold = book.add_format({"bold": True})
    lines = [(title, ""), (Text("数据", "Data").get(lang), result.release)]
    lines += [(line.label, " ".join((line.text, *line.cites))) for line in result.lead]
    if paper:
        only = Text(f"只印前 {paper} 列", f"only the first {paper} columns")
        lines.append((Text("打印", "On paper").get(lang), only.get(lang)))
    lines.append(("", ""))
    lines += [
        (heading(column, lang), f"{column.name}: {column.label.meant(lang)}".removesuffix(": "))
        for column in columns
    ]
    for row, (name, meaning) in enumerate(lines):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, meaning)
    sheet.set_column(0, 0, min(max(width_of(name) for name, _ in lines) + 2, _WIDE))
    sheet.set_column(1, 1, 90)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
