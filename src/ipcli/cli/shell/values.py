"""The values that completion offers for what is typed: Chinese, pinyin, English, whatever is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ipcli.db.spellings import Spellings
from ipcli.errors import IpcliError, UsageError
from ipcli.query.names import Names, kind_of

if TYPE_CHECKING:
    from ipcli.db.sandbox import Sandbox, View, ViewColumn

# Columns with more values than this are not for picking from a list.
_MANY = 2000
_SECONDS = 1.0


class Values:
    """The values of columns: those that names have, else those of the database; looked up once."""

    def __init__(self, database: Sandbox, city: str | None) -> None:
        """`city` is that of --city; nothing is read yet."""
        self._database = database
        self._city = city
        self._offers: Names | None = None
        self._apart = False
        self._known: dict[tuple[str, str], list[str]] = {}

    def matching(self, typed: str, columns: Iterable[tuple[View, ViewColumn]]) -> list[str]:
        """The values of these columns that `typed` may stand for, the best first."""
        known = dict.fromkeys(value for view, column in columns for value in self._of(view, column))
        return self._names().matching(known, typed)

    def indexed(self, typed: str, columns: Iterable[tuple[View, ViewColumn]]) -> list[str]:
        """The same of those columns alone that options take values from."""
        known = dict.fromkeys(
            value for view, column in columns for value in self._listed(f"{view.name}.{column.name}") or ()
        )
        return self._names().matching(known, typed)

    def resolving(self, reference: str, typed: str) -> list[str]:
        """The same for the "view.column" that a parameter takes its values from."""
        return self._names().matching(self._listed(reference) or [], typed, kind_of(reference))

    def _of(self, view: View, column: ViewColumn) -> list[str]:
        place = (view.name, column.name)
        if place not in self._known:
            found = self._listed(".".join(place))
            self._known[place] = self._distinct(view, column) if found is None else found
        return self._known[place]

    def _names(self) -> Names:
        if self._offers is None:
            known = Spellings(self._database)
            try:
                self._offers = Names(known, self._city)
            except UsageError:
                # Several cities, and none is told: what the columns hold is offered all the same.
                self._offers, self._apart = Names(known, self._database.cities[0]), True
        return self._offers

    def _listed(self, reference: str) -> list[str] | None:
        """Return the values of "view.column" if it has names of the one city."""
        names = self._names()
        return None if self._apart else names.of(reference)

    def _distinct(self, view: View, column: ViewColumn) -> list[str]:
        name, source = _quoted(column.name), _quoted(view.name)
        if column.type not in ("VARCHAR", "VARCHAR[]"):
            return []
        value = f"unnest({name})" if column.type.endswith("[]") else name
        sql = f"SELECT v FROM (SELECT DISTINCT {value} AS v FROM {source}) WHERE v IS NOT NULL ORDER BY v"
        try:
            rows = list(self._database.run(sql, limit=_MANY + 1, timeout=_SECONDS).rows)
        except IpcliError:
            return []
        return [row[0] for row in rows] if len(rows) <= _MANY else []


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
