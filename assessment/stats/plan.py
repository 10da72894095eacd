"""A layout compiled for counting: where every code, score and cross product has its place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, combinations
from math import lcm, prod
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from assessment.stats.layout import Column, Dimension, Kind, Layout

Ints = NDArray[np.int64]

MAX_MULTI = 8  # bits in a byte
MAX_OPTIONS = 250  # leaves room for "none" and "don't know" beside 255
MAX_SUM = 65_000  # a person's keyed sum is counted in 16 bits
JOINT_CELLS = 512  # columns are counted together while their joint codes are fewer than this


@dataclass(frozen=True)
class Group:
    """Columns counted as one joint code; `multi` columns stand alone, their bit mask is the code."""

    columns: tuple[int, ...]
    sizes: tuple[int, ...]
    multi: bool

    @property
    def cells(self) -> int:
        return prod(self.sizes)


@dataclass(frozen=True)
class Scored:
    """A dimension ready to be scored in whole numbers.

    An item's keyed value is (v - 1) on 0..m - 1, reversed m - v, times `factors` so that all items run
    from 0 to `unit`. A person's score is 100 * sum / (answered * unit). `answered` and `sums` list the
    cells (number answered, sum) of people who answered at least half of the items, in ascending order.
    """

    id: str
    columns: tuple[int, ...]
    factors: Ints
    unit: int
    headline: bool
    answered: Ints
    sums: Ints

    @property
    def top(self) -> int:
        """The largest sum a person can reach."""
        return self.unit * len(self.columns)

    @property
    def codes(self) -> int:
        """Joint codes answered * (top + 1) + sum, those under half included."""
        return (len(self.columns) + 1) * (self.top + 1)

    @property
    def kept(self) -> Ints:
        """The joint codes of the cells that make a score."""
        return self.answered * (self.top + 1) + self.sums

    @property
    def least(self) -> int:
        """The fewest answers that make a score: half of the items, rounded up."""
        return (len(self.columns) + 1) // 2

    @property
    def levels(self) -> int:
        """How many different numbers of answers make a score."""
        return len(self.columns) - self.least + 1

    def skipping(self, histograms: Ints) -> NDArray[np.float64]:
        """Sum over people of 1/answered - 1/items: how much a mean over some items strays from that of all."""
        strayed: NDArray[np.float64] = (histograms * (1.0 / self.answered - 1.0 / len(self.columns))).sum(
            axis=-1
        )
        return strayed

    def by_score(self, histograms: Ints) -> Ints:
        """People by `scores`: 2 of 4 and 3 of 6 are the same."""
        order, starts = self._runs
        return np.add.reduceat(histograms[..., order], starts, axis=-1, dtype=np.int64)

    @cached_property
    def scores(self) -> NDArray[np.float64]:
        """The different scores there are, ascending."""
        return np.unique(self.values)

    @cached_property
    def _runs(self) -> tuple[Ints, Ints]:
        """An order in which cells of one score stand together, and where each score begins."""
        order = np.argsort(self.values, kind="stable")
        return order, np.searchsorted(self.values[order], self.scores)

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """The score 0..100 of each cell."""
        return 100.0 * self.sums / (self.answered * self.unit)


@dataclass(frozen=True)
class Plan:
    """Positions in a tally's arrays. Build with `Plan.of`; two plans of equal layouts are equal.

    A column has options + 2 places: 0 no answer, 1..m the options, m + 1 don't know (for `multi`: the
    number who answered). A dimension has one place for each cell of `Scored`.
    """

    layout: Layout
    groups: tuple[Group, ...]
    dimensions: tuple[Scored, ...]
    places: tuple[int, ...]
    score_places: tuple[int, ...]
    background: tuple[int, ...]
    level_places: tuple[int, ...]

    @classmethod
    def of(cls, layout: Layout) -> "Plan":
        """Check the layout and compile it.

        Raises
        ------
        ValueError
            Where a column or dimension cannot be counted: the message names it.
        """
        _check(layout)
        background = tuple(i for i, c in enumerate(layout.columns) if c.kind is Kind.BACKGROUND)
        scored = tuple(_scored(layout, dimension) for dimension in layout.dimensions)
        return cls(
            layout=layout,
            groups=_groups(layout.columns),
            dimensions=scored,
            places=_starts(c.options + 2 for c in layout.columns),
            score_places=_starts(len(d.sums) for d in scored),
            background=background,
            level_places=_starts(layout.columns[i].options + 1 for i in background),
        )

    @cached_property
    def positions(self) -> dict[str, int]:
        return {column.id: position for position, column in enumerate(self.layout.columns)}

    @cached_property
    def dimension_numbers(self) -> dict[str, int]:
        return {dimension.id: number for number, dimension in enumerate(self.dimensions)}

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Headline dimensions, whose means are correlated because the same people answered, two at a time, and each
        of them with the outcome.
        """
        headline = [n for n, d in enumerate(self.dimensions) if d.headline]
        outcome = self.outcome
        return (*combinations(headline, 2), *((n, outcome) for n in headline if outcome is not None))

    @cached_property
    def outcome(self) -> int | None:
        """The dimension that the headline's should explain: the only one outside of it, None where that is not one."""
        others = [n for n, d in enumerate(self.dimensions) if not d.headline]
        return others[0] if len(others) == 1 else None

    def column_slice(self, position: int) -> slice:
        return slice(self.places[position], self.places[position + 1])

    def score_slice(self, number: int) -> slice:
        return slice(self.score_places[number], self.score_places[number + 1])

    def level_row(self, question: str, level: int) -> int:
        """Row of a cut: `level` 0 is no answer, 1..m the options. ValueError for what is not there."""
        position = self.position(question)
        if position not in self.background:
            raise ValueError(f"{question!r} is not a background question.")
        if not 0 <= level <= self.layout.columns[position].options:
            raise ValueError(f"{question!r} has no level {level}.")
        return self.level_places[self.background.index(position)] + level

    def position(self, column: str) -> int:
        try:
            return self.positions[column]
        except KeyError:
            raise ValueError(f"The sheet has no column {column!r}.") from None

    def dimension(self, name: str) -> int:
        try:
            return self.dimension_numbers[name]
        except KeyError:
            raise ValueError(f"The layout has no dimension {name!r}.") from None


def _starts(sizes: Iterable[int]) -> tuple[int, ...]:
    return tuple(accumulate(sizes, initial=0))


def _check(layout: Layout) -> None:
    names = [column.id for column in layout.columns] + [dimension.id for dimension in layout.dimensions]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"Used for more than one column or dimension: {', '.join(sorted(twice))}.")
    for column in layout.columns:
        _check_column(column)
    kinds = {column.id: column.kind for column in layout.columns}
    for dimension in layout.dimensions:
        if not dimension.columns or len(set(dimension.columns)) != len(dimension.columns):
            raise ValueError(f"Dimension {dimension.id!r} needs columns, each once.")
        for name in dimension.columns:
            if kinds.get(name) is not Kind.AGREE:
                raise ValueError(f"Dimension {dimension.id!r}: {name!r} is not an agree column.")


def _check_column(column: Column) -> None:
    match column.kind:
        case Kind.MULTI:
            legal = 1 <= column.options <= MAX_MULTI and not column.dont_know
        case Kind.AGREE:
            legal = 2 <= column.options <= MAX_OPTIONS  # noqa: PLR2004  a scale has two ends
        case Kind.BACKGROUND:
            legal = 1 <= column.options <= MAX_OPTIONS and not column.dont_know
        case Kind.LADDER | Kind.SCENARIO | Kind.CHOICE:
            legal = 1 <= column.options <= MAX_OPTIONS
        case _:
            assert_never(column.kind)
    if not legal:
        raise ValueError(f"Column {column.id!r} of kind {column.kind} cannot have {column.options} options.")


def _scored(layout: Layout, dimension: Dimension) -> Scored:
    columns = tuple(layout.offset(name) for name in dimension.columns)
    steps = [layout.columns[position].options - 1 for position in columns]
    unit = lcm(*steps)
    if unit * len(columns) > MAX_SUM:
        raise ValueError(f"Dimension {dimension.id!r} mixes too many scales to be summed.")
    least = (len(columns) + 1) // 2
    cells = [(n, s) for n in range(least, len(columns) + 1) for s in range(n * unit + 1)]
    answered, sums = np.array(cells, dtype=np.int64).T
    factors = np.array([unit // step for step in steps], dtype=np.int64)
    return Scored(dimension.id, columns, factors, unit, dimension.headline, answered, sums)


def _groups(columns: Sequence[Column]) -> tuple[Group, ...]:
    """Neighbouring columns of one role are counted together while their joint codes stay few.

    Background columns come in groups of their own, because a cut counts everything but them.
    """
    groups: list[Group] = []
    for position, column in enumerate(columns):
        if column.kind is Kind.MULTI:
            groups.append(Group((position,), (1 << column.options,), multi=True))
            continue
        size = column.options + 2
        last = groups[-1] if groups else None
        if last and _joins(last, column, size, columns):
            groups[-1] = Group((*last.columns, position), (*last.sizes, size), multi=False)
        else:
            groups.append(Group((position,), (size,), multi=False))
    return tuple(groups)


def _joins(group: Group, column: Column, size: int, columns: Sequence[Column]) -> bool:
    kind = columns[group.columns[0]].kind
    same_role = (kind is Kind.BACKGROUND) == (column.kind is Kind.BACKGROUND)
    return not group.multi and same_role and group.cells * size <= JOINT_CELLS
