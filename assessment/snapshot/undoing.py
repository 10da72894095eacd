"""Which means of a campaign stay back, because with them a mean that is stated as a bound could be worked out."""

from collections.abc import Mapping

from assessment.disclosure.cells import Cell, CutCell, PanelCell, UnitCell, Withheld
from assessment.disclosure.release import ReleasedTable
from assessment.disclosure.undoing import Sum, kept_back, people_of, sums_of
from assessment.disclosure.values import Exactly, bounded_mean
from assessment.snapshot.gather import Gathered
from assessment.stats.layout import Panel
from assessment.stats.sample import Sample
from assessment.stats.tally import Tally

Number = tuple[Cell, str]


def undoing(
    gathered: Gathered, table: ReleasedTable, rolled: Tally, samples: Mapping[tuple[Panel, str], Sample]
) -> frozenset[Number]:
    """Units, levels and items; a dimension of a whole panel only where nothing else is left."""
    sums: list[Sum[Number]] = []
    bounds: set[Number] = set()
    withheld: set[Number] = set()
    people: dict[Number, int] = {}
    for (panel, name), sample in samples.items():
        whole = PanelCell(panel), name
        people[whole] = sample.n
        if isinstance(table.verdict(*whole), Withheld):
            withheld.add(whole)
        elif _bounded(sample.mean):
            bounds.add(whole)
    for dimension in gathered.layout.dimensions:
        for panel in Panel:
            items = tuple((PanelCell(panel), column) for column in dimension.columns)
            sums.append(Sum((PanelCell(panel), dimension.id), items))
        found, means = _within(gathered, table, rolled, dimension.id)
        sums += [
            Sum((one.whole, dimension.id), tuple((cell, dimension.id) for cell in one.parts)) for one in found
        ]
        part = table.parts[Panel.FRONTLINE, dimension.id]
        people |= {(cell, dimension.id): people_of(part, cell) for cell in means}
        bounds |= {(cell, dimension.id) for cell, mean in means.items() if _bounded(mean)}
    spared = {(PanelCell(panel), dimension.id) for panel in Panel for dimension in gathered.layout.dimensions}
    return kept_back(sums, bounds, withheld, people, spared)


def beside_bounds(gathered: Gathered, dimensions: frozenset[str]) -> frozenset[Number]:
    """Everything but the panels' own means of these dimensions.

    What stays back beside a bound is chosen for one report. Another report of the same people might choose otherwise,
    and together they would tell; so a second one tells no parts where a bound is or was.
    """
    units = [UnitCell(Panel.FRONTLINE, unit) for unit in range(len(gathered.units))]
    questions = enumerate(gathered.campaign.background)
    options = {
        question: gathered.layout.columns[gathered.layout.offset(question)].options
        for _, question in questions
    }
    levels = [
        CutCell(Panel.FRONTLINE, number, level)
        for number, question in enumerate(gathered.campaign.background)
        for level in range(1, options[question] + 1)
    ]
    cells: list[Cell] = [*units, *levels]
    wanted = [dimension for dimension in gathered.layout.dimensions if dimension.id in dimensions]
    parts = {(cell, dimension.id) for dimension in wanted for cell in cells}
    items = {
        (PanelCell(panel), item) for dimension in wanted for item in dimension.columns for panel in Panel
    }
    return frozenset(parts | items)


def _within(
    gathered: Gathered, table: ReleasedTable, rolled: Tally, dimension: str
) -> tuple[list[Sum[Cell]], dict[Cell, float | None]]:
    """Sums of the front line's cells, and the means of their parts."""
    part = table.parts[Panel.FRONTLINE, dimension]
    sums = sums_of(gathered.tree, Panel.FRONTLINE, part)
    units = rolled.unit_sums(Panel.FRONTLINE, dimension)
    means: dict[Cell, float | None] = {}
    for cell in {cell for one in sums for cell in one.numbers}:
        match cell:
            case UnitCell(_, unit):
                means[cell] = float(units.total[unit] / units.n[unit])
            case CutCell(_, number, level):
                question = gathered.campaign.background[number]
                means[cell] = gathered.complete.cut(Panel.FRONTLINE, question, level, dimension).mean
            case PanelCell():
                pass
    return sums, means


def _bounded(mean: float | None) -> bool:
    return mean is None or not isinstance(bounded_mean(mean), Exactly)
