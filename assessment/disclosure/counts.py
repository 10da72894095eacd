"""How many people are in each cell, for all statistics of a membership in one pass."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assessment.disclosure.membership import Ints, Membership, Tree

BLOCK = 16_384


@dataclass(frozen=True, eq=False)
class CellCounts:
    """People in each cell: `own` sit in the unit itself, `units` in its subtree; empty levels are absent."""

    organization: int
    own: NDArray[np.int64]
    units: NDArray[np.int64]
    levels: Mapping[tuple[int, int], int]


class Counted:
    """A membership's people by cell and statistic. ValueError where a unit is not in the tree."""

    def __init__(self, tree: Tree, membership: Membership) -> None:
        membership.check_against(tree)
        self.statistics = (None, *membership.statistics)
        width = len(self.statistics)
        self.own = np.zeros((len(tree), width), np.int64)
        most = int(membership.levels.max(initial=0)) + 1
        self.levels = np.zeros((membership.questions, most, width), np.int64)
        for start in range(0, len(membership.units), BLOCK):
            rows = slice(start, start + BLOCK)
            people = np.column_stack([membership.respondents[rows], membership.answered[rows]])
            self._add(membership.units[rows], membership.levels[rows], people.astype(np.float64))
        self.units = tree.subtree_sums(self.own)

    def _add(self, units: Ints, levels: Ints, people: NDArray[np.float64]) -> None:
        order = np.argsort(units, kind="stable")
        starts = np.flatnonzero(np.diff(units[order], prepend=-1))
        self.own[units[order][starts]] += np.add.reduceat(people[order], starts, axis=0).astype(np.int64)
        for question, column in enumerate(levels.T):
            chosen = (np.arange(self.levels.shape[1])[:, None] == column).astype(np.float64)
            self.levels[question] += np.rint(chosen @ people).astype(np.int64)

    def of(self, statistic: str | None) -> CellCounts:
        """One statistic's cells; None for all respondents. KeyError if unknown."""
        if statistic not in self.statistics:
            raise KeyError(statistic)
        at = self.statistics.index(statistic)
        questions, levels = np.nonzero(self.levels[:, :, at])
        return CellCounts(
            organization=int(self.own[:, at].sum()),
            own=self.own[:, at],
            units=self.units[:, at],
            levels={
                (question, level): int(self.levels[question, level, at])
                for question, level in zip(questions.tolist(), levels.tolist(), strict=True)
                if level
            },
        )
