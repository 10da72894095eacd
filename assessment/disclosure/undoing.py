"""Which stated numbers would undo a bound, and which of them have to stay back.

Means and shares outside 5 to 95 are stated as bounds. Where a released cell is exactly made up of others (a region
of its units, the organization of a question's levels, a dimension of its items), one bound among exact numbers
follows from them by subtraction. Then one more number of that sum stays back.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from assessment.disclosure.cells import Cell, CutCell, PanelCell, UnitCell
from assessment.disclosure.membership import Tree
from assessment.disclosure.panel import Part
from assessment.stats.layout import Panel

Number = TypeVar("Number", bound=Hashable)


@dataclass(frozen=True)
class Sum(Generic[Number]):
    """A number that is the (weighted) sum of others, with nobody left over."""

    whole: Number
    parts: tuple[Number, ...]

    @property
    def numbers(self) -> tuple[Number, ...]:
        return (self.whole, *self.parts)


def sums_of(tree: Tree, panel: Panel, part: Part) -> list[Sum[Cell]]:
    """Sums among the shown cells of one statistic. Where people are left over there is none."""
    found: dict[Cell, list[UnitCell]] = defaultdict(list)
    for unit in sorted(part.shown.units):
        parent = int(tree.parent[unit])
        region = int(part.regions[parent]) if parent >= 0 else -1
        found[PanelCell(panel) if region < 0 else UnitCell(panel, region)].append(UnitCell(panel, unit))
    questions: dict[int, list[CutCell]] = defaultdict(list)
    for question, level in sorted(part.shown.levels):
        questions[question].append(CutCell(panel, question, level))
    everything: list[Sum[Cell]] = [Sum(whole, tuple(units)) for whole, units in found.items()]
    everybody: Cell = PanelCell(panel)
    everything += [Sum(everybody, tuple(levels)) for levels in questions.values()]
    return [
        one
        for one in everything
        if people_of(part, one.whole) == sum(people_of(part, cell) for cell in one.parts)
        and (part.shown.organization or not isinstance(one.whole, PanelCell))
    ]


def people_of(part: Part, cell: Cell) -> int:
    match cell:
        case PanelCell():
            return part.counted.organization
        case UnitCell(_, unit):
            return int(part.counted.units[unit])
        case CutCell(_, question, level):
            return part.counted.levels[question, level]


def solved(sums: Sequence[Sum[Number]], unknown: Collection[Number]) -> frozenset[Number]:
    """Unknown numbers that follow from the others. No two sums share more than one number and they form no
    circle, so that solving one sum after the other finds everything that linear algebra does.
    """
    left = set(unknown)
    while one := next((one for one in sums if _count(one, left) == 1), None):
        left.discard(_the_unknown(one, left))
    return frozenset(unknown) - left


def kept_back(
    sums: Sequence[Sum[Number]],
    bounds: Collection[Number],
    withheld: Collection[Number],
    people: Mapping[Number, int],
    spared: Collection[Number],
) -> frozenset[Number]:
    """Choose numbers to keep back so that no bound can be solved.

    `withheld` ones are unknown too, but for another reason: the auditor proved that to solve them isolates nobody.
    Kept back is one that no other sum would give away, then the one of the fewest people; `spared` ones only where
    nothing else is left.
    """
    within: dict[Number, list[Sum[Number]]] = defaultdict(list)
    for one in sums:
        for number in one.numbers:
            within[number].append(one)
    protected = set(bounds)
    hidden, waiting = {*bounds, *withheld}, deque(sums)
    while waiting:
        one = waiting.popleft()
        if _count(one, hidden) != 1 or _the_unknown(one, hidden) not in protected:
            continue
        order = {number: place for place, number in enumerate(one.parts)}
        chosen = min(
            (number for number in one.numbers if number not in hidden),
            key=lambda number: (
                number in spared,
                any(not _count(other, hidden) for other in within[number] if other is not one),
                people[number],
                order.get(number, -1),
            ),
        )
        hidden.add(chosen)
        protected.add(chosen)
        waiting.extend(within[chosen])
    return frozenset(protected) - frozenset(bounds)


def _count(one: Sum[Number], unknown: Collection[Number]) -> int:
    return sum(number in unknown for number in one.numbers)


def _the_unknown(one: Sum[Number], unknown: Collection[Number]) -> Number:
    return next(number for number in one.numbers if number in unknown)
