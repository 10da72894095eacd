"""What an attacker can take of a running site: dump, rows with their transactions, table files, log files."""

import re
import subprocess
from pathlib import Path

from django.conf import settings
from django.db import connection

from config.embedded import local_cluster, server
from tests.attacker import Evidence, Logged, Row

TABLES = """
SELECT c.oid::regclass::text, pg_relation_filepath(c.oid), pg_relation_filepath(t.oid)
FROM pg_class c LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
WHERE c.relnamespace IN ('public'::regnamespace, 'pgmq'::regnamespace) AND c.relkind = 'r' ORDER BY 1
"""


def position() -> int:
    """Where the write-ahead log is now, in bytes since the server was made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
        return int(cursor.fetchone()[0])


def take(moment: str, since: int, **logs: str) -> Evidence:
    """Everything at once. Raw files only of the local server: a site's own lie elsewhere."""
    files: dict[str, bytes] = {}
    texts = {"dump": dump(), **logs}
    rows: list[Row] = []
    logged: list[Logged] = []
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")  # what is in memory goes to the files
        cursor.execute(TABLES)
        tables = cursor.fetchall()
        for table, *_paths in tables:
            cursor.execute(f"SELECT xmin::text::bigint, ctid::text, t::text FROM {table} AS t")
            for xmin, place, text in cursor.fetchall():
                page, item = map(int, place.strip("()").split(","))
                rows.append(Row(table, xmin, page, item, text))
    if not settings.DATABASE_URL:
        data = local_cluster("test").data
        for table, heap, toast in tables:
            files[f"file of {table}"] = file(data, heap)
            if toast:
                files[f"long values of {table}"] = file(data, toast)
        files["write-ahead log"] = write_ahead_log(since)
        logged = changes(since, {heap.rpartition("/")[2]: table for table, heap, _ in tables})
        texts["server log"] = (data / "server.log").read_text("utf-8", "replace")
    return Evidence(moment, rows, files, texts, logged)


def file(data: Path, relative: str) -> bytes:
    path = data / relative
    return path.read_bytes() if path.exists() else b""


def write_ahead_log(since: int) -> bytes:
    """From `since` to now, without the page headers that would cut a record in two."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting::int FROM pg_settings WHERE name = 'wal_segment_size'")
        size = int(cursor.fetchone()[0])
        until = position()
        names = []
        for start in range(since - since % size, until, size):
            cursor.execute("SELECT pg_walfile_name('0/0'::pg_lsn + %s::numeric)", [start + 1])
            names.append(cursor.fetchone()[0])
    folder = local_cluster("test").data / "pg_wal"
    whole = b"".join(
        (folder / name).read_bytes() if (folder / name).exists() else bytes(size) for name in names
    )
    begin = since % size
    end = begin + until - since
    page, short = 8192, 24
    pages = (whole[at + short : at + page] for at in range(begin - begin % page, end, page))
    return b"".join(pages)


CHANGE = re.compile(
    r"tx: +(?P<tx>\d+), lsn: (?P<high>[0-9A-F]+)/(?P<low>[0-9A-F]+).*desc: (?:INSERT|UPDATE|HOT_UPDATE|DELETE)\b"
    r".*?\b(?:new_)?off: (?P<item>\d+).*?blkref #0: rel \d+/\d+/(?P<file>\d+) blk (?P<page>\d+)"
)


def changes(since: int, tables: dict[str, str]) -> list[Logged]:
    """What PostgreSQL's own reader of the log says: which transaction wrote at which place of which table."""
    folder = local_cluster("test").data / "pg_wal"
    begin, end = (f"{at >> 32:X}/{at & 0xFFFFFFFF:X}" for at in (since, position()))
    done = subprocess.run(
        [server._binaries() / "pg_waldump", "--path", folder, "--start", begin, "--end", end],
        capture_output=True,
        check=False,  # it complains about the end, which lies in the middle of a record
        text=True,
    )
    return [
        Logged(
            tables[found["file"]],
            int(found["tx"]),
            (int(found["high"], 16) << 32) + int(found["low"], 16),
            int(found["page"]),
            int(found["item"]),
        )
        for found in CHANGE.finditer(done.stdout)
        if found["file"] in tables
    ]


def dump() -> str:
    database = connection.settings_dict
    done = subprocess.run(
        [
            server._binaries() / "pg_dump",
            *("--host", database["HOST"], "--port", database["PORT"] or "5432"),
            *("--username", database["USER"], "--no-password", database["NAME"]),
        ],
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()
