"""Statements that are planned once a connection, for the few that a respondent waits for.

PostgreSQL planned a pass's way to its client in 0.2 ms and walked it in 0.04. And such a statement is its own health
check: Django would ask the server `SELECT 1` before it, with each request.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import OperationalError, connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper

Values = Sequence[Any] | Mapping[str, Any]


class Prepared(ServerBindingCursor):
    def execute(self, query: Any, params: Any = None, **_options: Any) -> Any:
        return super().execute(query, params, prepare=True)


def run(statement: str, values: Values) -> CursorWrapper:
    """The cursor, to be closed by whoever asked for it."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor: CursorWrapper = connection._prepare_cursor(Prepared(connection.connection))  # noqa: SLF001  # as Django's own cursor() does
    cursor.execute(statement, values)
    connection.health_check_done = True
    return cursor


def one(statement: str, values: Values) -> tuple[Any, ...] | None:
    """The first row of a reading statement. A connection that was dropped while nobody used it is replaced, once."""
    try:
        with run(statement, values) as cursor:
            return cursor.fetchone()
    except OperationalError:
        if connection.in_atomic_block or connection.connection is None or not connection.connection.closed:
            raise
        connection.close()
    with run(statement, values) as cursor:
        return cursor.fetchone()
