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
Row = tuple[Any, ...]


database: Any = connection  # the stubs do not know PostgreSQL's own


class Prepared(ServerBindingCursor):
    def execute(self, query: Any, params: Any = None, **_options: Any) -> Any:
        return super().execute(query, params, prepare=True)  # type: ignore[misc]  # the stubs leave out psycopg's cursor


def changed(statement: str, values: Values) -> int:
    """How many rows a writing statement changed. By itself it is one transaction."""
    with _run(statement, values) as cursor:
        return int(cursor.rowcount)


def one(statement: str, values: Values) -> Row | None:
    """The first row of a reading statement. A connection that was dropped while nobody used it is replaced, once."""
    try:
        return _first(statement, values)
    except OperationalError:
        if database.in_atomic_block or database.connection is None or not database.connection.closed:
            raise
        database.close()
    return _first(statement, values)


def _first(statement: str, values: Values) -> Row | None:
    with _run(statement, values) as cursor:
        row: Row | None = cursor.fetchone()
    return row


def _run(statement: str, values: Values) -> CursorWrapper:
    """A cursor of its own each time: one that is used again would hold the last row and the last values until then."""
    database.ensure_connection()
    database.connection.prepare_threshold = 1  # Django forbids it; its own cursors never prepare anyway
    with database.wrap_database_errors:
        raw = Prepared(database.connection)  # type: ignore[call-arg]  # as above
        cursor: CursorWrapper = database._prepare_cursor(raw)  # noqa: SLF001  # as Django's own cursor() does
    cursor.execute(statement, values)
    database.health_check_done = True
    return cursor
