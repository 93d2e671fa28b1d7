"""The tables and views of a database as its own catalogue tells them: columns, comments, keys and rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

# Tells the columns of a list of the library's (`Database.catalogue`).
Ask = Callable[..., Sequence[tuple[Any, ...]]]

_RULE = (
    "schema_name", "table_name", "constraint_type", "expression", "constraint_column_names", "referenced_table",
    "referenced_column_names",
)  # fmt: skip
_ONE_OF = re.compile(r"\(\"?(\w+)\"? IN \(('(?:[^']|'')*'(?:, '(?:[^']|'')*')*)\)\)")
_LIKE = re.compile(r"regexp_full_match\(\"?(\w+)\"?, '((?:[^']|'')*)'\)")


class Field(NamedTuple):
    """A column: its DuckDB type, its comment (`中文 | English: meaning`), and what its values must be."""

    name: str
    type: str
    comment: str
    required: bool = False
    unique: bool = False
    choices: tuple[str, ...] = ()
    pattern: str | None = None


class Reference(NamedTuple):
    """A foreign key: columns here, and the columns of the table they refer to."""

    columns: tuple[str, ...]
    table: str
    others: tuple[str, ...]


class Relation(NamedTuple):
    """A table or a view. `declared` is true for a table that has rules, false for what is derived from tables."""

    schema: str
    name: str
    comment: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    references: tuple[Reference, ...] = ()
    declared: bool = False

    def without(self, columns: set[str]) -> Relation:
        """The relation as it is without some columns, which are part of no key."""
        return self._replace(fields=tuple(field for field in self.fields if field.name not in columns))


def relations(ask: Ask) -> list[Relation]:
    """All tables and views of the schemas `main` and `core`, in the order they were made."""
    found: dict[tuple[str, str], Relation] = {}
    made = [
        *ask("tables", "schema_name", "table_oid", "table_name", "comment"),
        *ask("views", "schema_name", "view_oid", "view_name", "comment"),
    ]
    for schema, _, name, comment in sorted(row for row in made if row[0] in ("main", "core")):
        found[schema, name] = Relation(schema, name, comment or "", ())
    columns_of = ask(
        "columns", "schema_name", "table_name", "column_index", "column_name", "data_type", "comment"
    )
    for schema, name, _, column, kind, meaning in sorted(columns_of, key=lambda row: row[2]):
        if (schema, name) in found:
            relation = found[schema, name]
            fields = (*relation.fields, Field(column, kind, meaning or ""))
            found[schema, name] = relation._replace(fields=fields)
    rules = ask("constraints", "table_oid", "constraint_index", *_RULE)
    for _, _, schema, name, kind, expression, columns, other, others in sorted(
        rules, key=lambda row: row[:2]
    ):
        if (schema, name) in found:
            rule = (kind, expression or "", tuple(columns), other, tuple(others))
            found[schema, name] = _ruled(found[schema, name], *rule)
    return list(found.values())


def _ruled(
    relation: Relation,
    kind: str,
    expression: str,
    columns: tuple[str, ...],
    other: str | None,
    others: tuple[str, ...],
) -> Relation:
    """A relation with one rule more; what a check says is kept where it is a list of values or a pattern."""
    relation = relation._replace(declared=True)
    if kind == "PRIMARY KEY":
        return relation._replace(key=columns)
    if kind == "FOREIGN KEY":
        return relation._replace(references=(*relation.references, Reference(columns, other or "", others)))
    if kind == "UNIQUE" and len(columns) > 1:
        return relation._replace(unique=(*relation.unique, columns))
    choices, pattern = _ONE_OF.fullmatch(expression), _LIKE.fullmatch(expression)
    fields = []
    for field in relation.fields:
        if columns != (field.name,):
            fields.append(field)
        elif kind == "NOT NULL":
            fields.append(field._replace(required=True))
        elif kind == "UNIQUE":
            fields.append(field._replace(unique=True))
        elif choices:
            listed = re.findall(r"'((?:[^']|'')*)'", choices[2])
            fields.append(field._replace(choices=tuple(value.replace("''", "'") for value in listed)))
        elif pattern:
            fields.append(field._replace(pattern=pattern[2].replace("''", "'")))
        else:
            fields.append(field)
    return relation._replace(fields=tuple(fields))
