"""What a migration may do while the release before it is at work: add, and nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, inspect


@dataclass(frozen=True)
class Tables:
    """The tables of a database: columns with type, whether they need a value, and what makes rows unique."""

    columns: dict[str, dict[str, tuple[str, bool]]]
    unique: dict[str, set[tuple[str, ...]]]


def tables_of(connection: Connection) -> Tables:
    """Read the tables of a database."""
    inspector = inspect(connection)
    columns: dict[str, dict[str, tuple[str, bool]]] = {}
    unique: dict[str, set[tuple[str, ...]]] = {}
    for table in inspector.get_table_names():
        columns[table] = {
            one["name"]: (str(one["type"]), not one["nullable"] and one["default"] is None and not one.get("computed"))
            for one in inspector.get_columns(table)
        }
        found: list[Sequence[str | None]] = [inspector.get_pk_constraint(table)["constrained_columns"]]
        found += [one["column_names"] for one in inspector.get_unique_constraints(table)]
        found += [one["column_names"] for one in inspector.get_indexes(table) if one["unique"]]
        unique[table] = {tuple(str(name) for name in names) for names in found if names}
    return Tables(columns, unique)


def what_breaks(before: Tables, after: Tables) -> Iterator[str]:
    """Yield what a program that knows the tables as they were before can no longer do with them."""
    for table, columns in before.columns.items():
        if table not in after.columns:
            yield f"{table} is gone"
            continue
        for name, (kind, required) in columns.items():
            now = after.columns[table].get(name)
            if now is None:
                yield f"{table}.{name} is gone"
            elif now[0] != kind:
                yield f"{table}.{name} is {now[0]} and was {kind}"
            elif now[1] and not required:
                yield f"{table}.{name} must have a value now"
        for name, (_kind, required) in after.columns[table].items():
            if name not in columns and required:
                yield f"{table}.{name} is new and must have a value"
        for names in after.unique[table] - before.unique[table]:
            yield f"{table} takes each {', '.join(names)} once now"
