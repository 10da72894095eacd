"""Which people of a large organization to keep row by row: enough for every proof, however many there are.

The auditor needs a part of the people that shows every combination of published numbers that is not zero, with
at least as many people as the minimum (`attack`, step 4). Kept are, from each unit, people evenly spaced, and beside
them the first few of everything that the even ones have too few of: a background answer or mark within a unit,
two answers or marks together anywhere. So a group that differs from another by some few people is kept with them.
Whether the part is enough is not taken from here: the auditor requires its rank.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Ints = NDArray[np.integer]

ROWS = 24_000  # kept evenly, over all units
FROM_EACH = 32  # kept of a unit however many units there are; all of a smaller unit
FEW = 10  # people with an answer or mark in a unit, and with two of them anywhere


class Thinning:
    """Chooses people as they come, a part at a time; memory depends on units and answers, never on people.

    Parameters
    ----------
    people : int array, shape (units,)
        How many will come of each unit.
    sizes : sequence of int
        For each column (background question or mark), how many different values it has, 0 included.
    few : int
        How many people of a kind are enough; not less than the largest minimum of the policy.
    """

    def __init__(
        self, people: Ints, sizes: Sequence[int], *, few: int = FEW, rows: int = ROWS, each: int = FROM_EACH
    ) -> None:
        quota = max(each, rows // max(1, int(np.count_nonzero(people))))
        self._step = np.maximum(1, people // quota)
        self._seen = np.zeros(len(people), np.int64)
        # those who have not every statistic are other people for some of them, and counted by themselves
        self._groups = [_Quotas(len(people), sizes, few) for _ in range(2)]

    def kept(self, units: Ints, columns: Sequence[Ints], partial: Flags) -> Flags:
        """Which of n people to keep.

        Parameters
        ----------
        units : int array, shape (n,)
            The people of one unit stand together.
        columns : sequence of int arrays, each of shape (n,)
            Background answers and marks.
        partial : bool array, shape (n,)
            Who lacks a statistic that is published by unit or cut.
        """
        starts = np.flatnonzero(np.diff(units, prepend=-1))
        sizes = np.diff(np.append(starts, len(units)))
        own = units[starts]
        place = np.arange(len(units)) - np.repeat(starts - self._seen[own], sizes)
        self._seen[own] += sizes
        kept: Flags = place % np.repeat(self._step[own], sizes) == 0
        for quotas, who in zip(self._groups, (~partial, partial), strict=True):
            quotas.fill(kept, np.flatnonzero(who), units, columns)
        return kept


class _Quotas:
    """How many are kept of each kind so far."""

    def __init__(self, units: int, sizes: Sequence[int], few: int) -> None:
        self.few = few
        self.sizes = sizes
        self.by_unit = [np.zeros((units, size), np.int32) for size in sizes]
        for found in self.by_unit:
            found[:, 0] = few  # no answer, no mark: not a cell
        self.together = {
            (one, two): np.zeros((sizes[one], sizes[two]), np.int32)
            for one, two in combinations(range(len(sizes)), 2)
        }

    def fill(self, kept: Flags, who: Ints, units: Ints, columns: Sequence[Ints]) -> None:
        """Add to `kept` the first of each kind of which there are too few."""
        mine = [column[who].astype(np.intp) for column in columns]
        where = units[who].astype(np.intp)
        for found, column, size in zip(self.by_unit, mine, self.sizes, strict=True):
            self._keep(kept, who, where * size + column, found.reshape(-1))
        for (one, two), found in self.together.items():
            if found.min(initial=self.few) < self.few:
                self._keep(kept, who, mine[one] * self.sizes[two] + mine[two], found.reshape(-1))

    def _keep(self, kept: Flags, who: Ints, kind: Ints, found: NDArray[np.int32]) -> None:
        lacking = np.flatnonzero(found[kind] < self.few)
        if not len(lacking):
            return
        already = kept[who[lacking]]
        np.add.at(found, kind[lacking[already]], 1)
        lacking = lacking[~already]
        lacking = lacking[found[kind[lacking]] < self.few]
        kinds = kind[lacking]
        order = np.argsort(_narrow(kinds), kind="stable")
        lacking, kinds = lacking[order], kinds[order]
        starts = np.flatnonzero(np.diff(kinds, prepend=-1))
        sizes = np.diff(np.append(starts, len(kinds)))
        place = np.arange(len(kinds)) - np.repeat(starts, sizes)
        kept[who[lacking[place < self.few - found[kinds]]]] = True
        found[kinds[starts]] += sizes.astype(np.int32)


def _narrow(kinds: Ints) -> Ints:
    """The same order in two bytes where they fit: those are sorted by their digits."""
    if not len(kinds):
        return kinds
    above = kinds - kinds.min()
    return above.astype(np.uint16) if int(above.max()) < 1 << 16 else above
