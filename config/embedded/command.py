"""What a bare `manage.py` command needs before it runs on the local PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from config.embedded import server
from config.embedded.place import PORT, ROOT, USER, local_cluster

WITHOUT_DATABASE = {"help", "version", "check", "collectstatic", "compilemessages", "makemessages", "test"}
WITH_ITS_OWN_SCHEMA = {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "flush", "dbshell"}


def prepare(arguments: list[str]) -> None:
    """Let the server run, and let a new database have its tables. The server stays up afterwards."""
    words = [word for word in arguments[1:] if not word.startswith("-")]
    command = words[0] if words else "help"
    if command in WITHOUT_DATABASE or {"--help", "-h", "--version"} & set(arguments):
        return
    try:
        hold = server.hold(local_cluster(os.environ.get("LATITUDE_MODE") or "local"))
    except server.EmbeddedError as error:
        sys.exit(f"latitude: {error}")
    if command not in WITH_ITS_OWN_SCHEMA:
        migrate_a_new_database(hold.cluster.socket_dir)


def migrate_a_new_database(host: Path) -> None:
    """Under a lock: of two first commands at the same time one makes the tables and the other waits.

    That it is done is noted on the database itself, so that a migration killed half-way is done again.
    """
    with psycopg.connect(
        host=str(host), port=PORT, user=USER, dbname="latitude", autocommit=True
    ) as connection:
        if _migrated(connection):
            return
        connection.execute("SELECT pg_advisory_lock(1)")
        if not _migrated(connection):
            command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
            subprocess.run(command, check=True)  # noqa: S603
            connection.execute("COMMENT ON DATABASE latitude IS 'migrated'")


def _migrated(connection: psycopg.Connection) -> bool:
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    return row == ("migrated",)
