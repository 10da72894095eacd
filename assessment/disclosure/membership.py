"""Who answered, as counts only: the sole thing that the choice of cells may look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer]


@dataclass(frozen=True)
class Tree:
    """The organization's units by index; `parents[u]` is None for a top unit, of which there may be several.

    The organization itself is the implicit root. A unit's cell means its whole subtree, and people may
    sit in inner units. ValueError for a parent that does not exist or a circle.
    """

    parents: tuple[int | None, ...]
    order: tuple[int, ...] = field(init=False, repr=False, compare=False)
    depth: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        children: list[list[int]] = [[] for _ in self.parents]
        tops: list[int] = []
        for unit, parent in enumerate(self.parents):
            if parent is None:
                tops.append(unit)
            elif 0 <= parent < len(self.parents):
                children[parent].append(unit)
            else:
                raise ValueError(f"Unit {unit} has parent {parent}, which does not exist.")
        order, depth = list(tops), [0] * len(self.parents)
        for unit in order:
            for child in children[unit]:
                depth[child] = depth[unit] + 1
                order.append(child)
        if len(order) != len(self.parents):
            raise ValueError("The units are not a tree: there is a circle of parents.")
        object.__setattr__(self, "order", tuple(order))
        object.__setattr__(self, "depth", tuple(depth))

    def __len__(self) -> int:
        return len(self.parents)

    def tops(self) -> frozenset[int]:
        return frozenset(unit for unit, parent in enumerate(self.parents) if parent is None)


@dataclass(frozen=True, eq=False)
class Membership:
    """Who of one panel answered, for each observed combination of unit and background answers.

    Parameters
    ----------
    units : int array, shape (c,)
        Index in the tree of the unit the people belong to (not its ancestors).
    levels : int array, shape (c, q)
        Background answers 1..m; 0 = no answer.
    respondents : int array, shape (c,)
        People with that combination, at least 0. A combination may occur in several rows.
    answered : int array, shape (c, s)
        Of them, those with a valid value of each statistic ("don't know" and no answer are missing).
    statistics : tuple of str
        Names of the s columns of `answered`; unique.

    Raises
    ------
    ValueError
        Shapes that do not fit, negative counts, or more answers than respondents.
    """

    units: Ints
    levels: Ints
    respondents: Ints
    answered: Ints
    statistics: tuple[str, ...]

    def __post_init__(self) -> None:
        rows = len(self.units)
        if self.units.shape != (rows,) or self.respondents.shape != (rows,):
            raise ValueError("units and respondents must be one-dimensional and of one length.")
        if self.levels.ndim != 2 or len(self.levels) != rows:  # noqa: PLR2004
            raise ValueError("levels must have one row a combination and one column a question.")
        if self.answered.shape != (rows, len(self.statistics)):
            raise ValueError("answered must have one row a combination and one column a statistic.")
        if len(set(self.statistics)) != len(self.statistics):
            raise ValueError("A statistic is named twice.")
        for array in (self.units, self.levels, self.respondents, self.answered):
            if not np.issubdtype(array.dtype, np.integer):
                raise ValueError("A membership holds whole numbers only.")
            if array.size and int(array.min()) < 0:
                raise ValueError("A membership holds no negative numbers.")
        if self.answered.size and bool((self.answered > self.respondents[:, None]).any()):
            raise ValueError("More people answered a statistic than there are respondents.")

    @property
    def questions(self) -> int:
        return int(self.levels.shape[1])

    @classmethod
    def empty(cls, questions: int, statistics: tuple[str, ...]) -> "Membership":
        return cls(
            units=np.zeros(0, np.int32),
            levels=np.zeros((0, questions), np.int16),
            respondents=np.zeros(0, np.int32),
            answered=np.zeros((0, len(statistics)), np.int32),
            statistics=statistics,
        )

    @classmethod
    def of_people(
        cls, units: Ints, levels: Ints, answered: NDArray[np.bool_], statistics: tuple[str, ...]
    ) -> "Membership":
        """Count people, one row a person: units (n,), levels (n, q), answered (n, s).

        Rows in sorted order, as an AnswerBlock has them, are counted fastest; any order is right.
        """
        runs = _starts_of_runs(units, levels)
        if not len(units):
            return cls.empty(int(levels.shape[1]), statistics)
        return cls(
            units=units[runs].astype(np.int32),
            levels=levels[runs].astype(np.int16),
            respondents=np.diff(np.append(runs, len(units))).astype(np.int32),
            answered=np.add.reduceat(answered, runs, axis=0, dtype=np.int32),
            statistics=statistics,
        ).compact()

    def compact(self) -> "Membership":
        """The same people with every combination in one row, sorted; rows without people are dropped."""
        keys = np.column_stack([self.units, self.levels])
        order = np.lexsort(keys.T[::-1])
        order = order[self.respondents[order] > 0]
        if not len(order):
            return Membership.empty(self.questions, self.statistics)
        units, levels = self.units[order], self.levels[order]
        runs = _starts_of_runs(units, levels)
        return Membership(
            units=units[runs].astype(np.int32),
            levels=levels[runs].astype(np.int16),
            respondents=np.add.reduceat(self.respondents[order], runs, dtype=np.int32),
            answered=np.add.reduceat(self.answered[order], runs, axis=0, dtype=np.int32),
            statistics=self.statistics,
        )

    def __add__(self, other: "Membership") -> "Membership":
        """Two disjoint sets of people counted together. ValueError for other questions or statistics."""
        if self.statistics != other.statistics or self.questions != other.questions:
            raise ValueError("Only memberships of the same questions and statistics can be added.")
        return Membership.concatenate([self, other])

    @classmethod
    def concatenate(cls, parts: Sequence["Membership"]) -> "Membership":
        """Any number of disjoint sets of people (one a unit block, say) counted together."""
        first = parts[0]
        for part in parts:
            if part.statistics != first.statistics or part.questions != first.questions:
                raise ValueError("Only memberships of the same questions and statistics can be added.")
        return cls(
            units=np.concatenate([part.units for part in parts]),
            levels=np.concatenate([part.levels for part in parts]),
            respondents=np.concatenate([part.respondents for part in parts]),
            answered=np.concatenate([part.answered for part in parts]),
            statistics=first.statistics,
        ).compact()

    def counts(self, statistic: str | None) -> NDArray[np.int64]:
        """People a combination who answered a statistic; None for all respondents. KeyError if unknown."""
        if statistic is None:
            return self.respondents.astype(np.int64)
        try:
            column = self.statistics.index(statistic)
        except ValueError:
            raise KeyError(statistic) from None
        return self.answered[:, column].astype(np.int64)

    def check_against(self, tree: Tree) -> None:
        """ValueError where a unit is not in the tree."""
        if self.units.size and int(self.units.max()) >= len(tree):
            raise ValueError(f"Unit {int(self.units.max())} is not in the tree of {len(tree)}.")

    def cell_counts(self, tree: Tree, counts: Ints) -> "CellCounts":
        """People in every cell, released or not; `counts` is one number a combination."""
        units = np.zeros(len(tree), np.int64)
        np.add.at(units, self.units, counts)
        for unit in reversed(tree.order):
            parent = tree.parents[unit]
            if parent is not None:
                units[parent] += units[unit]
        levels = [np.bincount(column, weights=counts).astype(np.int64) for column in self.levels.T]
        return CellCounts(
            organization=int(counts.sum()),
            units=units,
            levels={
                (question, level): int(people)
                for question, table in enumerate(levels)
                for level, people in enumerate(table)
                if level and people
            },
        )


@dataclass(frozen=True)
class CellCounts:
    """People in each cell; a level that nobody chose is absent."""

    organization: int
    units: NDArray[np.int64]
    levels: Mapping[tuple[int, int], int]


def _starts_of_runs(units: Ints, levels: Ints) -> NDArray[np.intp]:
    """Positions where the combination differs from the row above; the first row always."""
    if not len(units):
        return np.zeros(0, np.intp)
    changed = np.ones(len(units), bool)
    changed[1:] = units[1:] != units[:-1]
    if levels.shape[1]:
        changed[1:] |= (levels[1:] != levels[:-1]).any(axis=1)
    return np.flatnonzero(changed)
