"""What a unit's lead reads of a released report: their unit and those under it. No number is here that it has not."""

from dataclasses import dataclass, replace

from assessment import wording
from assessment.renderers.lines import Line, dimension_line
from assessment.renderers.where import NOT_SHOWN, View, Where, where
from assessment.report import Dimension, Pair, Report, Unit, Withheld


@dataclass(frozen=True)
class UnitPage:
    """`why`: the reasons where nothing of the unit itself can be shown. `below`: what is shown of those under it."""

    name: str
    above: str
    lines: tuple[Line, ...]
    why: tuple[str, ...]
    below: Where | None


def unit_page(report: Report, path: str) -> UnitPage:
    own = next((unit for unit in report.units if unit.path == path), None)
    under = tuple(unit for unit in report.units if unit.path.startswith(f"{path}/"))
    above, _, name = path.rpartition("/")
    return UnitPage(
        name=name,
        above=above.replace("/", " / "),
        lines=tuple(_line(one, own) for one in report.dimensions) if own else (),
        why=() if own else _reasons(report, path),
        below=where(replace(report, units=under), View(whole=True)) if under else None,
    )


def _line(dimension: Dimension, unit: Unit) -> Line:
    """The unit's front line beside the belief that executives have of the whole."""
    pair = Pair(
        unit.frontline.get(dimension.id, NOT_SHOWN),
        dimension.pair.executive,
        unit.gap.get(dimension.id, NOT_SHOWN),
        None,
    )
    return dimension_line(replace(dimension, pair=pair))


def _reasons(report: Report, path: str) -> tuple[str, ...]:
    """As the document has them, each once; a unit that it does not name had nobody who answered."""
    cells = (one for one in report.withheld if one.cell.get("unit") == path)
    found = dict.fromkeys(
        wording.why_withheld(Withheld(one.reason)) for one in cells if one.cell.get("panel") == "frontline"
    )
    return tuple(found) or (wording.why_withheld(Withheld("small_group")),)
