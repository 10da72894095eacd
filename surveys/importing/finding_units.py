"""What a file of units would change in the tree."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surveys.importing.columns import Column
from surveys.importing.faults import Faults, Wrong
from surveys.importing.finding import Found, Progress, Sheet, path_of
from surveys.models import Organization, Unit
from surveys.paths import parent_of

LONGEST_COUNT = 7


@dataclass
class UnitChanges:
    found: Found
    upsert: list[Unit]


def units(organization: Organization, sheet: Sheet, faults: Faults, progress: Progress) -> UnitChanges:
    """Rows against the tree by path. A parent without a row is made; a column that is not there leaves its counts."""
    known = {unit.path: unit for unit in Unit.objects.filter(organization=organization)}
    found, rows, upsert = Found(), dict[str, int](), dict[str, Unit]()
    for number, (row, cells) in enumerate(sheet.rows, start=1):
        progress(number)
        path = path_of(sheet, row, cells, faults)
        if path in rows:
            faults.add(Wrong.SAME_UNIT, row, sheet.heading(Column.UNIT), path, rows[path])
        if path is None or path in rows:
            continue
        rows[path] = row
        _count_unit(
            organization, path, _counts(sheet, row, cells, faults), known=known, found=found, upsert=upsert
        )
    for path in list(rows):
        _make_parents(organization, path, known, found, upsert)
    found.left_out = len(known.keys() - rows.keys() - {path for above in rows for path in _above(above)})
    for path, unit in upsert.items():
        unit.parent_id = known[parent_of(path)].id if parent_of(path) else None
    ordered = sorted(upsert.values(), key=lambda unit: unit.path.count("/"))
    return UnitChanges(found, ordered)


def _count_unit(
    organization: Organization,
    path: str,
    counts: Mapping[str, int | None],
    *,
    known: dict[str, Unit],
    found: Found,
    upsert: dict[str, Unit],
) -> None:
    unit = known.get(path)
    if unit is None:
        known[path] = upsert[path] = _new_unit(organization, path, counts)
        found.added += 1
        found.show("added", {"unit": path, **_written(counts)})
        return
    before = {name: getattr(unit, name) for name in counts}
    if before == counts:
        found.unchanged += 1
        return
    for name, count in counts.items():
        setattr(unit, name, count)
    upsert[path] = unit
    found.changed += 1
    found.show("changed", {"unit": path, **_written(counts), **_written(before, "was_")})


def _written(counts: Mapping[str, int | None], before: str = "") -> dict[str, str]:
    return {before + name: "?" if count is None else str(count) for name, count in counts.items()}


def _new_unit(organization: Organization, path: str, counts: Mapping[str, int | None]) -> Unit:
    unit = Unit(organization=organization, path=path, name=path.rpartition("/")[2])
    unit.frontline_headcount = unit.executive_headcount = 0
    for name, count in counts.items():
        setattr(unit, name, count)
    return unit


def _above(path: str) -> Iterator[str]:
    while path := parent_of(path):
        yield path


def _make_parents(
    organization: Organization, path: str, known: dict[str, Unit], found: Found, upsert: dict[str, Unit]
) -> None:
    for above in _above(path):
        if above not in known:
            known[above] = upsert[above] = _new_unit(organization, above, {})
            found.added += 1
            found.new_units.append(above)


def _counts(sheet: Sheet, row: int, cells: list[str], faults: Faults) -> dict[str, int | None]:
    """Of the columns that are there; blank is unknown."""
    counts: dict[str, int | None] = {}
    for column, name in (
        (Column.FRONTLINE, "frontline_headcount"),
        (Column.EXECUTIVE, "executive_headcount"),
    ):
        if column in sheet.mapping:
            text = sheet.cell(cells, column)
            right = text.isascii() and text.isdigit() and len(text) <= LONGEST_COUNT
            if text and not right:
                faults.add(Wrong.COUNT, row, sheet.heading(column), text)
            counts[name] = int(text) if right else None
    return counts
