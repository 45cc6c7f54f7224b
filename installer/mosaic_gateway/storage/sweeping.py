"""Removes rows that nobody needs any more, some at a time, so that others can write, too."""

from sqlalchemy import ColumnElement, Connection, Table, delete, select

MOST = 1000
"""Rows in one transaction: some milliseconds."""


def sweep(connection: Connection, table: Table, condition: ColumnElement[bool]) -> bool:
    """Remove up to `MOST` rows of a table with a single key; returns whether there may be more."""
    (key,) = table.primary_key.columns
    some = select(key).where(condition).limit(MOST)
    return connection.execute(delete(table).where(key.in_(some))).rowcount == MOST
