"""A page as HTML that needs nothing else: sorts by a click, fits a phone, prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import escape

from ipcli import __version__
from ipcli.output.cells import FIGURE, visible, width_of
from ipcli.output.shapes import Field, Note, Page

# Columns whose cells take so few cells of a terminal are not broken; tables of more columns than that are set tighter.
_SHORT, _MANY = 12, 10

_STYLE = """
:root { color-scheme: light dark; --line: #d0d7de; --quiet: #57606a; --head: #f6f8fa; --link: #0969da; --page: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3d444d; --quiet: #9198a1; --head: #21262d; --link: #4493f8; --page: #0d1117; }
}
body { margin: 1.5rem auto; max-width: 80rem; padding: 0 1rem; background: var(--page);
  font: 15px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.3rem; } h2 { font-size: 1rem; margin-top: 1.5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; min-width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top; }
th { background: var(--head); white-space: nowrap; }
th button { all: unset; cursor: pointer; } th button:focus-visible { outline: 2px solid var(--link); }
th[aria-sort=ascending] button::after { content: " ▲"; } th[aria-sort=descending] button::after { content: " ▼"; }
td.right, th.right { text-align: right; } td.right, .whole { white-space: nowrap; font-variant-numeric: tabular-nums; }
.many th { white-space: normal; min-width: 4em; }
.many td, .many th { padding: .35rem .4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; } dt { color: var(--quiet); } dd { margin: 0; }
td.null, .quiet { color: var(--quiet); } a { color: var(--link); overflow-wrap: anywhere; }
ul { padding-left: 1.2rem; }
@media (max-width: 40rem) {
  thead { display: none; } tr { display: block; border-bottom: 2px solid var(--line); padding: .4rem 0; }
  td, td.right, td.whole, .many td { display: flex; gap: .8rem; border: 0; padding: .1rem 0; }
  td, td.right, td.whole { text-align: left; white-space: normal; }
  td::before { content: attr(data-label); flex: 0 0 7rem; color: var(--quiet); }
  td.null { display: none; }
}
@media print { body { max-width: none; } thead { display: table-header-group; } }
"""
# Numbers sort by value, texts as the language has them; what is not known stays at the end.
_SCRIPT = """
for (const [place, head] of [...document.querySelectorAll("th")].entries()) {
  head.querySelector("button")?.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of document.querySelectorAll("th")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = document.querySelector("tbody"), number = head.classList.contains("right");
    const value = row => {
      const cell = row.cells[place];
      return cell.classList.contains("null") ? null : number ? parseFloat(cell.textContent) : cell.textContent;
    };
    const rows = [...body.rows].map(row => [value(row), row]);
    rows.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      const order = number ? a - b : a.localeCompare(b, document.documentElement.lang);
      return down ? -order : order;
    });
    body.append(...rows.map(([, row]) => row));
  });
}
"""


def lines(page: Page, title: str, *, lang: str, header: bool = True, null: str = "—") -> Iterator[str]:
    """The lines of the file."""
    yield f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta name="generator" content="ipcli {__version__}">'
    yield f"<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{_text(title)}</h1>"
    if page.lead:
        listed = "".join(f"<dt>{_text(label)}</dt><dd>{_text(text)}</dd>" for label, text in page.lead)
        yield f"<dl>{listed}</dl>"
    fields = [_kept(field, [row[place] for row in page.rows]) for place, field in enumerate(page.fields)]
    many = ' class="many"' if len(fields) > _MANY else ""
    yield f'<div class="scroll"><table{many}>'
    if header:
        yield f"<thead><tr>{''.join(_head(field) for field in fields)}</tr></thead>"
    yield "<tbody>"
    for row in page.rows:
        cells = zip(fields, row, strict=True)
        yield f"<tr>{''.join(_cell(field, cell, null) for field, cell in cells)}</tr>"
    yield f'</tbody></table></div>\n<p class="quiet">{_text(page.footer())}</p>'
    if page.notes:
        yield f"<h2>{_text(page.notes_title)}</h2>\n<ul>"
        for note in page.notes:
            yield f"<li>{_note(note)}</li>"
        yield "</ul>"
    for legend in page.legend:
        yield f'<p class="quiet">{_text(legend)}</p>'
    yield f"<script>{_SCRIPT}</script>\n</body>\n</html>"


def _kept(field: Field, cells: list[str | None]) -> Field:
    """The field; where all its cells are short, none of them breaks."""
    short = all(cell is None or ("\n" not in cell and width_of(cell) <= _SHORT) for cell in cells)
    return replace(field, whole=True) if short else field


def _head(field: Field) -> str:
    unit = f' <span class="quiet">{_text(field.unit)}</span>' if field.unit else ""
    kind = ' class="right"' if field.right else ""
    return f'<th scope="col"{kind}><button>{_text(field.label)}</button>{unit}</th>'


def _cell(field: Field, cell: str | None, null: str) -> str:
    kinds = [
        name
        for name, holds in (
            ("right", field.right),
            ("whole", field.whole and not field.right),
            ("null", cell is None),
        )
        if holds
    ]
    kind = f' class="{" ".join(kinds)}"' if kinds else ""
    text = null if cell is None else "<br>".join(map(_figures, cell.splitlines()))
    if field.marks and cell is not None:
        # A mark such as [6-8] would break at its hyphen.
        text = " ".join(f'<span class="whole">{_text(mark)}</span>' for mark in cell.split())
    label = f"{field.label} {field.unit}" if field.unit else field.label
    return f'<td{kind} data-label="{_text(label)}">{text}</td>'


def _figures(text: str) -> str:
    """The text, its figures kept together with their units."""
    parts, end = [], 0
    for figure in FIGURE.finditer(text):
        parts += [_text(text[end : figure.start()]), f'<span class="whole">{_text(figure[0])}</span>']
        end = figure.end()
    return "".join([*parts, _text(text[end:])])


def _note(note: Note) -> str:
    places = " ".join(" ".join(filter(None, reference)) for reference in note.references)
    heading = _text(note.heading)
    # Only addresses of the web become links: what else a document's address says stays text.
    if note.url and note.url.startswith(("http://", "https://")):
        heading = f'<a href="{_text(note.url)}" rel="noreferrer">{heading}</a>'
    return f"{_text(places)} {heading}"


def _text(text: str) -> str:
    return escape(visible(text))
