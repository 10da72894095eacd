"""Which stated numbers would undo a bound, and which of them have to stay back.

Means and shares outside 5 to 95 are stated as bounds. Where a released cell is exactly made up of others (a region
of its units, the organization of a question's levels, a dimension of its items), one bound among exact numbers
follows from them by subtraction. Then one more number of that sum stays back. Those who are in none of the parts are
one more part, which nobody states: its mean would follow too.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
    ends: Sequence[Collection[Number]] = (),
) -> frozenset[Number]:
    """Choose numbers to keep back so that no bound can be solved.

    `unstated` ones are unknown too and cannot be kept back, but may be solved: the auditor proved that this isolates
    nobody. Among the bounds may be numbers that nobody states. `ends` are those that lie at either end of the scale:
    several unknown parts which all do follow from their sum as one does. Kept back is a number that no other sum would
    give away, then the one of the fewest people; `spared` ones only where nothing else is left.
    """
    return _Search(sums, bounds, unstated, people, spared, ends).kept_back()


@dataclass
class _Search(Generic[Number]):
    """`followed` are unstated numbers that are known after all, each with the sum that tells it."""

    sums: Sequence[Sum[Number]]
    bounds: Collection[Number]
    unstated: Collection[Number]
    people: Mapping[Number, int]
    spared: Collection[Number]
    ends: Sequence[Collection[Number]]
    followed: dict[Number, Sum[Number]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.within: dict[Number, list[Sum[Number]]] = defaultdict(list)
        for one in self.sums:
            for number in one.numbers:
                self.within[number].append(one)
        self.protected = set(self.bounds)
        self.hidden = {*self.bounds, *self.unstated}
        self.waiting = deque(self.sums)

    def kept_back(self) -> frozenset[Number]:
        while self.waiting:
            one = self.waiting.popleft()
            unknown = [number for number in one.numbers if number in self.hidden]
            if len(unknown) == 1 and unknown[0] not in self.protected:
                self.hidden.discard(unknown[0])
                self.followed[unknown[0]] = one
                self.waiting.extend(self.within[unknown[0]])
            elif unknown and (len(unknown) == 1 or self._follow_together(one, unknown)):
                chosen = self._chosen(one)
                self.protected.add(chosen)
                self._hide(chosen)
        return frozenset(self.protected) - frozenset(self.bounds)

    def _follow_together(self, one: Sum[Number], unknown: Sequence[Number]) -> bool:
        alike = any(all(number in end for number in unknown) for end in self.ends)
        return alike and one.whole not in unknown and not self.protected.isdisjoint(unknown)

    def _hide(self, number: Number) -> None:
        """With it what followed from it is unknown again."""
        self.hidden.add(number)
        self.waiting.extend(self.within[number])
        for other in [other for other, one in self.followed.items() if number in one.numbers]:
            if self.followed.pop(other, None):
                self._hide(other)

    def _chosen(self, one: Sum[Number]) -> Number:
        order = {number: place for place, number in enumerate(one.parts)}
        telling = {one, *self.followed.values()}
        return min(
            self._stated(one),
            key=lambda number: (
                number in self.spared,
                any(not _count(other, self.hidden) for other in self.within[number] if other not in telling),
                self.people[number],
                order.get(number, -1),
            ),
        )

    def _stated(self, one: Sum[Number], besides: Number | None = None) -> Iterator[Number]:
        """The known numbers of a sum; in the place of an unstated one, those it followed from."""
        for number in one.numbers:
            if number == besides:
                continue
            if number in self.followed:
                yield from self._stated(self.followed[number], number)
            elif number not in self.hidden:
                yield number


def _count(one: Sum[Number], unknown: Collection[Number]) -> int:
    return sum(number in unknown for number in one.numbers)


def _the_unknown(one: Sum[Number], unknown: Collection[Number]) -> Number:
    return next(number for number in one.numbers if number in unknown)
