"""Which means of a campaign stay back, because with them a mean that is stated as a bound could be worked out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from assessment.disclosure.cells import Cell, CutCell, PanelCell, UnitCell, Withheld
from assessment.disclosure.release import ReleasedTable
from assessment.disclosure.undoing import Sum, kept_back, sums_of
from assessment.disclosure.values import Exactly, bounded_mean
from assessment.snapshot.answered import CARELESS
from assessment.snapshot.gather import Gathered
from assessment.stats.layout import Panel
from assessment.stats.sample import Sample
from assessment.stats.tally import Tally

Number = tuple[Cell, str]
SCALE = 100.0


def without_careless(name: str) -> str:
    """What a panel's mean without the sheets that look careless is called among the numbers that stay back."""
    return f"careful:{name}"


@dataclass
class _Numbers:
    """Means, stated or not, with the people behind them and what they are made of."""

    known: dict[Number, tuple[int, float]] = field(default_factory=dict)
    unstated: set[Number] = field(default_factory=set)
    sums: list[Sum[Number]] = field(default_factory=list)

    def split(self, whole: Number, parts: Sequence[Number], rest: str) -> None:
        """Those who are left over are a part of their own, which nobody states."""
        people, mean = self.known[whole]
        left = people - sum(self.known[part][0] for part in parts)
        if left:
            total = people * mean - sum(n * one for n, one in (self.known[part] for part in parts))
            others = whole[0], f"{rest}:{whole[1]}"
            self.known[others] = left, min(SCALE, max(0.0, total / left))
            self.unstated.add(others)
            parts = [*parts, others]
        self.sums.append(Sum(whole, tuple(parts)))

    def kept_back(self, withheld: Collection[Number], spared: Collection[Number]) -> frozenset[Number]:
        bounds = {number for number, (_, mean) in self.known.items() if _bounded(mean)} - set(withheld)
        people = {number: n for number, (n, _) in self.known.items()}
        unstated = {*withheld, *self.unstated} - bounds
        return kept_back(self.sums, bounds, unstated, people, spared=spared)


def undoing(
    gathered: Gathered, table: ReleasedTable, rolled: Tally, samples: Mapping[tuple[Panel, str], Sample]
) -> frozenset[Number]:
    """Units, levels, items, what stands beside without careless sheets; a dimension of a whole panel only where nothing
    else is left.
    """
    numbers = _Numbers()
    withheld: set[Number] = set()
    for (panel, name), sample in samples.items():
        whole = PanelCell(panel), name
        numbers.known[whole] = sample.n, sample.mean or 0.0
        if sample.mean is None or isinstance(table.verdict(*whole), Withheld):
            withheld.add(whole)
    for dimension in gathered.layout.dimensions:
        for panel in Panel:
            items = tuple((PanelCell(panel), column) for column in dimension.columns)
            numbers.sums.append(Sum((PanelCell(panel), dimension.id), items))
        _Division(numbers, gathered, table, rolled, dimension.id).divide()
    spared = {(PanelCell(panel), dimension.id) for panel in Panel for dimension in gathered.layout.dimensions}
    return numbers.kept_back(withheld, spared)


@dataclass(frozen=True)
class _Division:
    """One dimension of each panel, divided into those whose sheets look careless and the others, and into cells."""

    numbers: _Numbers
    gathered: Gathered
    table: ReleasedTable
    rolled: Tally
    dimension: str

    def divide(self) -> None:
        for panel in Panel:
            everybody = self._of_cells(panel)
            self._by_care(panel, everybody)
            if panel is Panel.FRONTLINE:
                self._by_cells(everybody)

    def _of_cells(self, panel: Panel) -> Number:
        """Where cells are of other people than the panel's own number, theirs is between, and nobody states it."""
        whole, numbers = (PanelCell(panel), self.dimension), self.numbers
        together = self.rolled.sample(panel, self.dimension)
        if together.n == numbers.known[whole][0]:
            return whole
        inner = PanelCell(panel), f"cells:{self.dimension}"
        numbers.known[inner] = together.n, together.mean or 0.0
        numbers.unstated.add(inner)
        numbers.split(whole, [inner], "besides")
        return inner

    def _by_care(self, panel: Panel, everybody: Number) -> None:
        careful = self.gathered.careful.sample(panel, self.dimension)
        if careful.mean is None or isinstance(self.table.without(panel, self.dimension, CARELESS), Withheld):
            return
        beside = PanelCell(panel), without_careless(self.dimension)
        self.numbers.known[beside] = careful.n, careful.mean
        self.numbers.split(everybody, [beside], CARELESS)

    def _by_cells(self, everybody: Number) -> None:
        """Units within regions, and the levels of each question."""
        sums = sums_of(self.gathered.tree, Panel.FRONTLINE, self.table.parts[Panel.FRONTLINE, self.dimension])
        called: dict[Cell, Number] = {PanelCell(Panel.FRONTLINE): everybody}
        units = self.rolled.unit_sums(Panel.FRONTLINE, self.dimension)
        for cell in {cell for one in sums for cell in one.parts}:
            called[cell] = cell, self.dimension
            match cell:
                case UnitCell(_, unit):
                    n = int(units.n[unit])
                    self.numbers.known[called[cell]] = n, float(units.total[unit] / n)
                case CutCell(_, number, level):
                    question = self.gathered.campaign.background[number]
                    sample = self.rolled.cut(Panel.FRONTLINE, question, level, self.dimension)
                    self.numbers.known[called[cell]] = sample.n, sample.mean or 0.0
                case PanelCell():
                    pass
        for place, one in enumerate(sums):
            self.numbers.split(called[one.whole], [called[cell] for cell in one.parts], f"rest {place}")


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


def _bounded(mean: float) -> bool:
    return not isinstance(bounded_mean(mean), Exactly)
