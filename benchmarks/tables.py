"""The same answers in the two usual ways to store them: a row an answer, and a JSON document a sheet."""

import json
from collections.abc import Iterator

import numpy as np
from django.db import connection

from surveys import queries
from surveys.models import Campaign

CHUNK = 10_000  # sheets written at a time
# PostgreSQL's binary COPY: each row the number of its fields, each field its length and its value.
ANSWER = np.dtype(
    [
        ("fields", ">i2"),
        *(
            part
            for name in ("unit", "panel", "item", "value")
            for part in ((f"{name}_length", ">i4"), (name, ">i2"))
        ),
    ]
)
HEADER, TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        if cursor.description:
            cursor.fetchall()


def _sheets(
    campaign: Campaign,
) -> Iterator[tuple[int, int, "np.ndarray[tuple[int, int], np.dtype[np.uint8]]"]]:
    units = {unit.id: number for number, unit in enumerate(queries.campaign_units(campaign))}
    for panel, unit, block in queries.answer_blocks(campaign):
        sheets = np.frombuffer(block, np.uint8).reshape(-1, campaign.codec.width)
        for start in range(0, len(sheets), CHUNK):
            yield units[unit], list(type(panel)).index(panel), sheets[start : start + CHUNK]


def fill_rows(campaign: Campaign) -> None:
    blocks = list(_sheets(campaign))  # the connection cannot read while it copies
    _execute("DROP TABLE IF EXISTS bench_answer")
    _execute("CREATE TABLE bench_answer (unit smallint, panel smallint, item smallint, value smallint)")
    with connection.cursor() as cursor, cursor.copy("COPY bench_answer FROM STDIN (FORMAT binary)") as copy:
        copy.write(HEADER)
        for unit, panel, sheets in blocks:
            rows = np.zeros(sheets.size, ANSWER)
            rows["fields"] = 4
            for name in ("unit", "panel", "item", "value"):
                rows[f"{name}_length"] = 2
            rows["unit"], rows["panel"], rows["value"] = unit, panel, sheets.ravel()
            rows["item"] = np.tile(np.arange(sheets.shape[1]), len(sheets))
            copy.write(rows.tobytes())
        copy.write(TRAILER)
    _execute("VACUUM ANALYZE bench_answer")


def count_rows(_: Campaign) -> None:
    """(c) The counts of the floor, from a row an answer."""
    _execute("SELECT unit, panel, item, value, count(*) FROM bench_answer GROUP BY unit, panel, item, value")


def fill_jsonb(campaign: Campaign) -> None:
    blocks = list(_sheets(campaign))
    names = [field.id for field in campaign.codec.fields]
    _execute("DROP TABLE IF EXISTS bench_sheet")
    _execute("CREATE TABLE bench_sheet (unit smallint, panel smallint, answers jsonb)")
    with connection.cursor() as cursor, cursor.copy("COPY bench_sheet FROM STDIN") as copy:
        for unit, panel, sheets in blocks:
            for row in sheets.tolist():
                copy.write_row((unit, panel, json.dumps(dict(zip(names, row, strict=True)))))
    _execute("VACUUM ANALYZE bench_sheet")


def count_jsonb(_: Campaign) -> None:
    """(d) The same from a document a sheet."""
    _execute(
        "SELECT unit, panel, key, value, count(*) FROM bench_sheet, jsonb_each_text(answers)"
        " GROUP BY unit, panel, key, value"
    )
