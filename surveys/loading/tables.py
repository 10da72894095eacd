"""CSV as spreadsheets write it: UTF-8 with or without a BOM, any line ends, line breaks inside quotes."""

import csv
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveys.loading.problems import Faults

Row = tuple[int, list[str]]
"""The line a row begins on, and as many cells as the header has."""

OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class Table:
    name: str
    header: list[str]
    rows: Iterator[Row]


@contextmanager
def opened_table(
    folder: Path,
    name: str,
    faults: Faults,
    required: Collection[str],
    allowed: Collection[str] | None = None,
) -> Iterator[Table | None]:
    """A table with at least the required columns; None where there is none, with the reason in `faults`.

    Each column that is not in `allowed` is a fault; None allows the required ones only.
    """
    if not _is_text(folder / name, name, faults):
        yield None
        return
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        header = _header(reader, name, faults)
        if header is None or not _has_columns(header, name, faults, required, allowed):
            yield None
        else:
            yield Table(name, header, _rows(reader, name, len(header), faults))


def _is_text(path: Path, name: str, faults: Faults) -> bool:
    """Looked at line by line before anything is parsed, so that the message can name the line."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    line.decode()
                except UnicodeDecodeError:
                    what = "is not UTF-8 here"
                else:
                    what = "has a NUL character" if b"\0" in line else ""
                if what:
                    advice = "expected a UTF-8 text (in a spreadsheet: save as “CSV UTF-8”)"
                    faults.add(name, number, f"{what}; {advice}")
                    return False
    except FileNotFoundError:
        faults.add(name, 0, "there is no such file; expected it in the folder that was named")
        return False
    except OSError as error:
        faults.add(name, 0, f"cannot be read ({error.strerror}); expected a CSV file")
        return False
    return True


def _header(reader: Any, name: str, faults: Faults) -> list[str] | None:
    try:
        header = [cell.strip() for cell in next(reader, [])]
    except csv.Error as error:
        faults.add(name, 1, f"is not CSV ({error}); expected comma-separated column names")
        return None
    if not any(header):
        faults.add(name, 1, "is empty; expected column names, separated by commas")
        return None
    for separator, called in OTHER_SEPARATORS.items():
        if len(header) == 1 and separator in header[0]:
            faults.add(name, 1, f"is separated by {called}; expected commas between the columns")
            return None
    return header


def _has_columns(
    header: list[str],
    name: str,
    faults: Faults,
    required: Collection[str],
    allowed: Collection[str] | None,
) -> bool:
    """False where a required column is missing. Other faults let reading go on, to find more of them."""
    known = required if allowed is None else allowed
    for at, column in enumerate(header):
        if column in header[:at]:
            faults.add(name, 1, "stands twice; expected each column once", column=column)
        elif not column:
            faults.add(name, 1, f"column {at + 1} has no name; expected one of {', '.join(known)}")
        elif column not in known:
            faults.add(name, 1, f"is not a known column; expected one of {', '.join(known)}", column=column)
    missing = [column for column in required if column not in header]
    for column in missing:
        faults.add(name, 1, f"is missing; expected the columns {', '.join(required)}", column=column)
    return not missing


def _rows(reader: Any, name: str, width: int, faults: Faults) -> Iterator[Row]:
    """Lines without a single letter are what spreadsheets leave at the end: they are passed over."""
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.add(name, line, f"is not CSV ({error}); expected comma-separated cells")
            continue
        if len(cells) == width:
            if any(cell and not cell.isspace() for cell in cells):
                yield line, cells
        elif any(cell.strip() for cell in cells):
            faults.add(name, line, f"has {len(cells)} cells; expected {width}, as in the header")
