"""Inspect the unique keys of the database: those without which one agreement, request or notice could be there twice.

They are dropped without a trace in any row, so `archive verify` looks for each of them.
"""

from collections.abc import Iterator

from sqlalchemy import Inspector, Table, UniqueConstraint, inspect
from sqlalchemy.orm import Session

from flows.language import translate as _
from flows.register import (  # noqa: F401 - every table stands in the metadata once its module is imported
    account_schema,
    archive_schema,
    batch_schema,
    history_schema,
    listing_schema,
    pending_schema,
    review_schema,
    signing_schema,
    workplace_schema,
)
from flows.register.schema import Base

_Key = tuple[tuple[str, ...], bool]
"""The columns, in the order of their names, and whether the key counts for some rows only."""


def faults_of_unique_keys(session: Session) -> Iterator[str]:
    """Yield the unique keys that the database lacks, or that count for fewer rows than they should."""
    wanted = {table.name: keys for table in Base.metadata.sorted_tables if (keys := _wanted(table))}
    inspector = inspect(session.connection())
    there = sorted(wanted.keys() & set(inspector.get_table_names()))
    found = _found(inspector, there)
    for table in there:
        for columns, _partial in sorted(wanted[table] - found[table]):
            fault = _("the unique key over {columns} of {table} was taken away or weakened")
            yield fault.format(columns=", ".join(columns), table=table)


def _wanted(table: Table) -> set[_Key]:
    found: set[_Key] = set()
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            found.add((tuple(sorted(column.name for column in constraint.columns)), False))
    for index in table.indexes:
        if index.unique:
            partial = index.dialect_options["sqlite"]["where"] is not None
            found.add((tuple(sorted(column.name for column in index.columns)), partial))
    return found


def _found(inspector: Inspector, tables: list[str]) -> dict[str, set[_Key]]:
    found: dict[str, set[_Key]] = {table: set() for table in tables}
    for (_schema, table), constraints in inspector.get_multi_unique_constraints(filter_names=tables).items():
        found[table] |= {(tuple(sorted(one["column_names"])), False) for one in constraints}
    for (_schema, table), indexes in inspector.get_multi_indexes(filter_names=tables).items():
        for index in indexes:
            if index["unique"]:
                partial = any(name.endswith("_where") for name in index.get("dialect_options", {}))
                found[table].add((tuple(sorted(str(name) for name in index["column_names"])), partial))
    return found
