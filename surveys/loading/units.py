"""units.csv: the tree of the organization, and how many people work in each of its nodes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from surveys.instruments.instrument import Panel
from surveys.loading.problems import Faults
from surveys.loading.tables import opened_table
from surveys.paths import LONGEST_NAME, LONGEST_PATH, is_path, is_too_long, parent_of, tidy_path

UNITS = "units.csv"
HEADCOUNTS = {panel: f"{panel}_headcount" for panel in Panel}
LONGEST_COUNT = 7  # digits; ten million people in a unit are a slip of the pen

Counts = dict[Panel, int | None]


@dataclass(frozen=True)
class UnitRow:
    """People who work directly in a unit; None is unknown. A parent that was made has line 0."""

    path: str
    headcounts: Mapping[Panel, int | None]
    line: int


Units = dict[str, UnitRow]


def read_units(folder: Path, faults: Faults) -> Units | None:
    """Units by path, parents first; None where there are none. A parent without a row is made."""
    with opened_table(folder, UNITS, faults, ("path", *HEADCOUNTS.values())) as table:
        if table is None:
            return None
        before = faults.count
        units: Units = {}
        for line, cells in table.rows:
            row = dict(zip(table.header, cells, strict=True))
            path = tidy_path(row["path"])
            if fault := _wrong_path(path) or _taken(units.get(path)):
                faults.add(UNITS, line, f"{row['path']!r} {fault}", column="path")
            counts = {
                panel: _count(row[column], column, line, faults) for panel, column in HEADCOUNTS.items()
            }
            units.setdefault(path, UnitRow(path, counts, line))
    if not units:
        if faults.count == before:
            faults.add(UNITS, 2, "there is no unit; expected a row for each unit, at least one")
        return None
    return _with_parents(units)


def _wrong_path(path: str) -> str:
    if not is_path(path):
        return "is no path; expected names like North/Store 12"
    if is_too_long(path):
        return f"is too long; expected at most {LONGEST_NAME} letters a name, {LONGEST_PATH} in all"
    return ""


def _taken(before: UnitRow | None) -> str:
    return f"stands on line {before.line} already; expected each unit once" if before else ""


def _count(text: str, column: str, line: int, faults: Faults) -> int | None:
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_COUNT:
        return int(text)
    if text:
        expected = "a whole number like 120, or blank for unknown"
        faults.add(UNITS, line, f"{text!r} is no head count; expected {expected}", column=column)
    return None


def _with_parents(units: Units) -> Units:
    nobody = dict.fromkeys(Panel, 0)
    for path in list(units):
        while "/" in path:
            path = parent_of(path)  # noqa: PLW2901  # upwards, to the top
            units.setdefault(path, UnitRow(path, nobody, 0))
    return dict(sorted(units.items()))
