"""What maintenance commands find, as a Result, so that every output format serves them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ipcli.db.engine import Database
from ipcli.model import Column, Label, Result, Row, Text

Spec = tuple[str, str, str, str]  # name, type, heading in Chinese, in English


def table(specs: Sequence[Spec], rows: Iterable[Row], title: Text, release: str = "") -> Result:
    """Rows under columns; none of them cites a source."""
    columns = tuple(Column(name, kind, Label(Text(zh, en))) for name, kind, zh, en in specs)
    return Result(columns, iter(rows), lambda _ids: {}, title=title, release=release)


def fetch(db: Database, sql: str, **values: object) -> list[Row]:
    """All rows of a statement."""
    return list(db.run(sql, values).rows)
