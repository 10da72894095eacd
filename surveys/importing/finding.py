"""What a file would change: its rows against what is stored. Worked out before the yes and again at storing,
so that a worker that was killed goes on where it was: what it has stored is unchanged now.

Units and people have a file each; here is what both read and count with.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from surveys.importing.columns import Column
from surveys.importing.faults import Faults, Wrong
from surveys.importing.reading import Row
from surveys.paths import is_path, is_too_long, tidy_path

SAMPLE = 8
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Sheet:
    """Rows with the meaning of their columns."""

    headings: tuple[str, ...]
    mapping: tuple[Column, ...]
    rows: Iterable[Row]

    def at(self, column: Column) -> int | None:
        return self.mapping.index(column) if column in self.mapping else None

    def heading(self, column: Column) -> str:
        at = self.at(column)
        return "" if at is None else self.headings[at]

    def unit_of(self, cells: list[str]) -> str:
        """The path, or the levels of it side by side; empty levels at the end are left away."""
        levels = [cells[at] for at, column in enumerate(self.mapping) if column is Column.UNIT and cells[at]]
        return tidy_path("/".join(levels))

    def cell(self, cells: list[str], column: Column) -> str:
        at = self.at(column)
        return "" if at is None else cells[at]


@dataclass
class Found:
    """Counts, and a few examples of each kind, as the page shows them."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: int = 0
    new_units: list[str] = field(default_factory=list)
    examples: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def show(self, kind: str, example: dict[str, str]) -> None:
        shown = self.examples.setdefault(kind, [])
        if len(shown) < SAMPLE:
            shown.append(example)


def path_of(sheet: Sheet, row: int, cells: list[str], faults: Faults) -> str | None:
    path, heading = sheet.unit_of(cells), sheet.heading(Column.UNIT)
    if not path:
        faults.add(Wrong.NO_UNIT, row, heading)
    elif not is_path(path):
        faults.add(Wrong.PATH, row, heading, path)
    elif is_too_long(path):
        faults.add(Wrong.LONG_PATH, row, heading, path)
    else:
        return path
    return None
