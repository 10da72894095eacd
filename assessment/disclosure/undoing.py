"""Which stated numbers would undo a bound, and which of them have to stay back.

Means and shares outside 5 to 95 are stated as bounds. Where a released cell is exactly made up of others (a region
of its units, the organization of a question's levels, a dimension of its items), one bound among exact numbers
follows from them by subtraction. Then one more number of that sum stays back. Those who are in none of the parts are
one more part, which nobody states: its mean would follow too.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from assessment.disclosure.cells import Cell, CutCell, PanelCell, UnitCell
from assessment.disclosure.membership import Tree
from assessment.disclosure.panel import Part
from assessment.stats.layout import Panel

Number = TypeVar("Number", bound=Hashable)


@dataclass(frozen=True)
class Sum(Generic[Number]):
    """A number that is the (weighted) sum of others; people left over are one of these."""

    whole: Number
    parts: tuple[Number, ...]

    @property
    def numbers(self) -> tuple[Number, ...]:
        return (self.whole, *self.parts)


def sums_of(tree: Tree, panel: Panel, part: Part) -> list[Sum[Cell]]:
    """The shown cells of one statistic, each with those that it is divided into. People may be left over."""
    if not part.shown.organization:
        return []
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
    return [*everything, *(Sum(everybody, tuple(levels)) for levels in questions.values())]


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
    unstated: Collection[Number],
    people: Mapping[Number, int],
    *,
    spared: Collection[Number] = (),
) -> frozenset[Number]:
    """Choose numbers to keep back so that no bound can be solved, nor pressed against its end.

    Bounds do not protect each other: two stores of which everybody agrees are each told as "95 or more", and a sum of
    both that is exact says 100 of each. So a bound has to stay open even to somebody who knew all others. Which
    numbers stay back follows from where the bounds are, and from no answer else.
    `unstated` ones are unknown too and cannot be kept back, but may be solved: the auditor proved that this isolates
    nobody. Among the bounds may be numbers that nobody states.
    Kept back is one that no other sum would give away, then the one of the fewest people; `spared` ones only where
    nothing else is left.
    """
    within: dict[Number, list[Sum[Number]]] = defaultdict(list)
    for one in sums:
        for number in one.numbers:
            within[number].append(one)
    order = {number: place for place, number in enumerate(within)}
    hidden = set(unstated)
    kept: set[Number] = set()

    def cost(number: Number, unknown: Collection[Number]) -> tuple[bool, bool, int, int]:
        given_away = any(not _count(one, unknown) for one in within[number])
        return number in spared, given_away, people[number], order[number]

    for bound in (number for number in within if number in bounds):
        while telling := _telling(bound, within, hidden, bounds):
            chosen = min(telling, key=partial(cost, unknown={bound, *hidden}))
            hidden.add(chosen)
            kept.add(chosen)
    return frozenset(kept)


def _telling(
    bound: Number,
    within: Mapping[Number, Sequence[Sum[Number]]],
    hidden: Collection[Number],
    bounds: Collection[Number],
) -> list[Number]:
    """Exact numbers by which a bound would follow, were all other bounds known; empty where it does not."""
    for used in _ways(bound, within, hidden, None):
        known = (number for one in used for number in one.numbers if number != bound and number not in hidden)
        if exact := [number for number in known if number not in bounds]:
            return exact
    return []


def _ways(
    number: Number,
    within: Mapping[Number, Sequence[Sum[Number]]],
    hidden: Collection[Number],
    through: Sum[Number] | None,
) -> Iterator[list[Sum[Number]]]:
    """The sums by which an unknown number follows, the nearest first. They form no circle, so this ends."""
    for one in within[number]:
        if one is through:
            continue
        used = [one]
        for other in one.numbers:
            if other != number and other in hidden:
                way = next(_ways(other, within, hidden, one), None)
                if way is None:
                    break
                used += way
        else:
            yield used


def _count(one: Sum[Number], unknown: Collection[Number]) -> int:
    return sum(number in unknown for number in one.numbers)


def _the_unknown(one: Sum[Number], unknown: Collection[Number]) -> Number:
    return next(number for number in one.numbers if number in unknown)
