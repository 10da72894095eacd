"""Where: the units as a heat map, a table in the order of the tree or of one dimension's gap."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessment.renderers.saying import Said, said_estimate, said_gap
from assessment.report import Gap, Report, Unit, Verdict, Withheld, width
from assessment.wording import sign

FIRST = 200  # units on the page unless all are asked for
STEPS = (30.0, 20.0, 10.0)  # points at which a cell's colour deepens
NOT_SHOWN = Withheld("nothing_to_compare")


@dataclass(frozen=True)
class View:
    """`sort`: the id of a dimension, or nothing for the tree. `whole`: all units however many."""

    sort: str = ""
    whole: bool = False


def asked(query: Mapping[str, str]) -> View:
    return View(query.get("sort", ""), query.get("units") == "all")


@dataclass(frozen=True)
class Heat:
    """One unit in one dimension. `level`: the colour, which no gap has that may be none."""

    level: str
    gap: str
    verdict: str
    score: Said


@dataclass(frozen=True)
class Row:
    name: str
    within: str
    depth: int
    cells: tuple[Heat, ...]


@dataclass(frozen=True)
class Head:
    id: str
    title: str
    sorted: bool


@dataclass(frozen=True)
class Where:
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    view: View
    total: int


def where(report: Report, view: View) -> Where:
    names = [dimension.id for dimension in report.dimensions]
    sort = view.sort if view.sort in names else ""
    units = sorted(report.units, key=lambda unit: _order(unit, sort)) if sort else report.units
    shown = units if view.whole else units[:FIRST]
    heads = tuple(Head(one.id, one.title, one.id == sort) for one in report.dimensions)
    rows = tuple(_row(unit, names, flat=bool(sort)) for unit in shown)
    return Where(heads, rows, View(sort, view.whole), len(report.units))


def _order(unit: Unit, sort: str) -> tuple[int, float]:
    """Where executives are most optimistic first; without a gap last."""
    gap = unit.gap.get(sort, NOT_SHOWN)
    if isinstance(gap, Withheld):
        return 1, 0.0
    return 0, -width(gap) * sign(gap.value)


def _row(unit: Unit, names: list[str], *, flat: bool) -> Row:
    above = unit.path.rpartition("/")[0].replace("/", " / ")
    cells = tuple(_heat(unit, name) for name in names)
    return Row(unit.name, above if flat else "", 0 if flat else unit.depth, cells)


def _heat(unit: Unit, name: str) -> Heat:
    gap, score = unit.gap.get(name, NOT_SHOWN), said_estimate(unit.frontline.get(name, NOT_SHOWN))
    if isinstance(gap, Withheld):
        return Heat("", "", "", score)
    said = said_gap(gap)
    return Heat(level(gap), said.text, said.verdict, score)


def level(gap: Gap) -> str:
    match gap.verdict:
        case Verdict.CANNOT_TELL | Verdict.NO_CLEAR_GAP:
            return ""
        case Verdict.CLEAR | Verdict.LEANING:
            depth = sum(width(gap) >= step for step in STEPS)
            return f"{'warm' if sign(gap.value) > 0 else 'cool'}-{depth}"
