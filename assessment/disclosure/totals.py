"""How many people there are, where a membership holds only some of them row by row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Totals:
    """Exact numbers of people of one panel, each with a column for all respondents and one a statistic.

    Parameters
    ----------
    own : int array, shape (units, 1 + s)
        People who sit in the unit itself.
    levels : int array, shape (questions, most levels + 1, 1 + s)
        People by background answer, over the whole panel; what is at level 0 is not looked at.
    marked : int array, shape (marks, 1 + s)
        People whose mark is not 0.
    """

    own: Longs
    levels: Longs
    marked: Longs

    def covers(self, part: "Totals") -> bool:
        """Whether these can be the people of `part` and others."""
        levels = self.levels[:, 1:]
        inside = part.levels[:, 1:]
        return (
            self.own.shape == part.own.shape
            and self.marked.shape == part.marked.shape
            and inside.shape[1] <= levels.shape[1]
            and bool((self.own >= part.own).all() and (self.marked >= part.marked).all())
            and bool((levels[:, : inside.shape[1]] >= inside).all())
        )
