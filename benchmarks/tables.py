"""The same answers in the usual ways to store them: a row an answer, narrow or as an application has it, and a JSON
document a sheet.
"""

import json
from collections.abc import Iterator

import numpy as np
from django.db import connection

from surveys import queries
from surveys.models import Campaign

CHUNK = 10_000  # sheets written at a time
# PostgreSQL's binary COPY: each row the number of its fields, each field its length and its value.
HEADER, TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
Columns = dict[str, tuple[str, "np.ndarray[tuple[int], np.dtype[np.int64]]"]]


def _copied(columns: Columns) -> bytes:
    """Rows as COPY takes them: of each column its type (`>i2`, `>i8`) and values."""
    parts = (
        [(f"{name}_length", ">i4") for name in columns],
        [(name, kind) for name, (kind, _) in columns.items()],
    )
    layout = np.dtype([("fields", ">i2"), *(part for pair in zip(*parts, strict=True) for part in pair)])
    rows = np.zeros(max(len(values) for _, values in columns.values()), layout)
    rows["fields"] = len(columns)
    for name, (kind, values) in columns.items():
        rows[f"{name}_length"], rows[name] = np.dtype(kind).itemsize, values
    return rows.tobytes()


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


def fill_narrow(campaign: Campaign) -> None:
    """Nothing but four small numbers in a row: less than any application stores."""
    blocks = list(_sheets(campaign))  # the connection cannot read while it copies
    _execute("DROP TABLE IF EXISTS bench_narrow")
    _execute("CREATE TABLE bench_narrow (unit smallint, panel smallint, item smallint, value smallint)")
    with connection.cursor() as cursor, cursor.copy("COPY bench_narrow FROM STDIN (FORMAT binary)") as copy:
        copy.write(HEADER)
        for unit, panel, sheets in blocks:
            items = np.tile(np.arange(sheets.shape[1]), len(sheets))
            one = {
                "unit": np.array([unit]),
                "panel": np.array([panel]),
                "item": items,
                "value": sheets.ravel().astype(np.int64),
            }
            copy.write(_copied({name: (">i2", values) for name, values in one.items()}))
        copy.write(TRAILER)
    _execute("VACUUM ANALYZE bench_narrow")


def count_narrow(_: Campaign) -> None:
    """(c) The counts of the floor, from the narrowest row an answer that there is."""
    _execute("SELECT unit, panel, item, value, count(*) FROM bench_narrow GROUP BY unit, panel, item, value")


def fill_rows(campaign: Campaign) -> None:
    """As an application's models have it: an answer has a key, its response and its question; the response has the
    unit and the panel. Without the indexes of the foreign keys, which counting everything does not read.
    """
    blocks = list(_sheets(campaign))
    _execute("DROP TABLE IF EXISTS bench_answer, bench_response")
    _execute("CREATE TABLE bench_response (id bigint PRIMARY KEY, unit bigint, panel smallint)")
    _execute("CREATE TABLE bench_answer (id bigint, response bigint, question bigint, value smallint)")
    kinds = {"id": ">i8", "unit": ">i8", "response": ">i8", "question": ">i8", "panel": ">i2", "value": ">i2"}
    for table in ("bench_response", "bench_answer"):
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
            copy.write(HEADER)
            first = 0
            for unit, panel, sheets in blocks:
                people, items = sheets.shape
                responses = np.arange(first, first + people)
                one = (
                    {"id": responses, "unit": np.array([unit]), "panel": np.array([panel])}
                    if table == "bench_response"
                    else {
                        "id": np.arange(first * items, (first + people) * items),
                        "response": np.repeat(responses, items),
                        "question": np.tile(np.arange(items), people),
                        "value": sheets.ravel().astype(np.int64),
                    }
                )
                copy.write(_copied({name: (kinds[name], values) for name, values in one.items()}))
                first += people
            copy.write(TRAILER)
    _execute("ALTER TABLE bench_answer ADD PRIMARY KEY (id)")
    _execute("VACUUM ANALYZE bench_response, bench_answer")


def count_rows(_: Campaign) -> None:
    """(c) The same from the rows of an application."""
    _execute(
        "SELECT unit, panel, question, value, count(*) FROM bench_answer JOIN bench_response ON response ="
        " bench_response.id GROUP BY unit, panel, question, value"
    )


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
