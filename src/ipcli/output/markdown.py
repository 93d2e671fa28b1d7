"""A page as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipcli.output.cells import visible, width_of
from ipcli.output.shapes import Field, Note, Page

# What Markdown would take for markup of its own.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|~#])")


def lines(page: Page, *, header: bool = True, null: str = "—") -> Iterator[str]:
    """The lines of a table as GitHub reads it, and the sources as a list."""

    def rows() -> Iterator[list[str]]:
        return ([null if cell is None else _escaped(cell) for cell in row] for row in page.rows)

    for label, text in page.lead:
        yield f"- **{_escaped(label)}** {_escaped(text)}"
    if page.lead:
        yield ""
    heads = [_heading(field) for field in page.fields]
    sizes = [max(3, width_of(head)) for head in heads]
    for row in rows():
        sizes = [max(size, width_of(cell)) for size, cell in zip(sizes, row, strict=True)]
    if header:
        yield _row(heads, sizes, page.fields)
    else:
        # A table of GitHub's has a heading, be it empty.
        yield _row([""] * len(heads), sizes, page.fields)
    rules = [
        "-" * (size - 1) + ":" if field.right else "-" * size
        for size, field in zip(sizes, page.fields, strict=True)
    ]
    yield f"| {' | '.join(rules)} |"
    for row in rows():
        yield _row(row, sizes, page.fields)
    yield ""
    yield _escaped(page.footer())
    if page.notes:
        yield f"\n**{page.notes_title}**\n"
        for note in page.notes:
            yield f"- {_note(note)}"
    for legend in page.legend:
        yield f"\n{_escaped(legend)}"


def _row(cells: list[str], sizes: list[int], fields: tuple[Field, ...]) -> str:
    padded = [
        " " * (size - width_of(cell)) + cell if field.right else cell + " " * (size - width_of(cell))
        for cell, size, field in zip(cells, sizes, fields, strict=True)
    ]
    return f"| {' | '.join(padded)} |"


def _heading(field: Field) -> str:
    return _escaped(f"{field.label} {field.unit}" if field.unit else field.label)


def _note(note: Note) -> str:
    places = " ".join(" ".join(filter(None, reference)) for reference in note.references)
    link = f" <{note.url}>" if note.url else ""
    return f"{_escaped(places)} {_escaped(note.heading)}{link}".strip()


def _escaped(text: str) -> str:
    text = "<br>".join(_MARKUP.sub(r"\\\1", visible(line)) for line in text.splitlines())
    return text or " "
