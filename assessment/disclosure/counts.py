"""How many people are in each cell, for all statistics of a membership in one pass."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.totals import Totals

BLOCK = 16_384


@dataclass(frozen=True, eq=False)
class CellCounts:
    """People in each cell: `own` sit in the unit itself, `units` in its subtree; empty levels are absent."""

    organization: int
    own: NDArray[np.int64]
    units: NDArray[np.int64]
    levels: Mapping[tuple[int, int], int]


class Counted:
    """A membership's people by cell and statistic, those without a row included.

    ValueError where a unit is not in the tree, or there are more people in the rows than there are at all.
    """

    def __init__(self, tree: Tree, membership: Membership) -> None:
        membership.check_against(tree)
        self.statistics = (None, *membership.statistics)
        self.marks = membership.mark_names
        rows = counted_rows(membership, len(tree))
        found = membership.totals or rows
        if not found.covers(rows):
            raise ValueError("A membership has more people in its rows than it says there are.")
        self.own, self.levels, self._marked = found.own, found.levels, found.marked
        self.units = tree.subtree_sums(self.own)
        self._known: dict[str | None, CellCounts] = {}

    def of(self, statistic: str | None) -> CellCounts:
        """One statistic's cells; None for all respondents. KeyError if unknown."""
        if statistic not in self._known:
            self._known[statistic] = self._of(self._column(statistic))
        return self._known[statistic]

    def marked(self, statistic: str | None, mark: str) -> int:
        """People with a statistic whose mark is not 0. KeyError if either is unknown."""
        if mark not in self.marks:
            raise KeyError(mark)
        return int(self._marked[self.marks.index(mark), self._column(statistic)])

    def _column(self, statistic: str | None) -> int:
        if statistic not in self.statistics:
            raise KeyError(statistic)
        return self.statistics.index(statistic)

    def _of(self, at: int) -> CellCounts:
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


def counted_rows(membership: Membership, units: int) -> Totals:
    """The people of a membership's rows."""
    width = 1 + len(membership.statistics)
    most = int(membership.levels.max(initial=0)) + 1
    own = np.zeros((units, width), np.int64)
    levels = np.zeros((membership.questions, most, width), np.int64)
    marked = np.zeros((len(membership.mark_names), width), np.int64)
    for start in range(0, len(membership.units), BLOCK):
        rows = slice(start, start + BLOCK)
        people = np.column_stack([membership.respondents[rows], membership.answered[rows]]).astype(np.float64)
        order = np.argsort(membership.units[rows], kind="stable")
        units_in_order = membership.units[rows][order]
        starts = np.flatnonzero(np.diff(units_in_order, prepend=-1))
        own[units_in_order[starts]] += np.add.reduceat(people[order], starts, axis=0).astype(np.int64)
        for question, column in enumerate(membership.levels[rows].T):
            chosen = (np.arange(most)[:, None] == column).astype(np.float64)
            levels[question] += np.rint(chosen @ people).astype(np.int64)
        carrying = (membership.marks[rows].T != 0).astype(np.float64)
        marked += np.rint(carrying @ people).astype(np.int64)
    return Totals(own, levels, marked)
