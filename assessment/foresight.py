"""What a wave could ever show, from its head counts alone: nobody has answered yet.

The same exact planner chooses the units that chooses them at the release; here on people who are only expected.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assessment.disclosure.membership import Tree
from assessment.disclosure.tree import choose_units


@dataclass(frozen=True)
class Asked:
    """A unit with the people who sit in it, not below it; None: nobody knows how many. Parents come first."""

    path: str
    parent: int | None
    people: int | None


@dataclass(frozen=True)
class Foreseen:
    """One panel at one share of answers: how many would answer, and by unit who could be shown."""

    answers: int
    below: tuple[int, ...]
    shown: frozenset[int]

    def least_share(self, minimum: int) -> float | None:
        """The smallest part of those who answer that an answer to a background question must have."""
        return minimum / self.answers if self.answers >= minimum else None


def foresee(units: Sequence[Asked], minimum: int, response: float, *, tops_only: bool = False) -> Foreseen:
    """Which units can be shown when everywhere the same share answers, rounded down.

    Parameters
    ----------
    units
        Parents before their children.
    minimum
        The smallest group of the panel.
    response
        The share of people who answer, 0 to 1.
    tops_only
        As for executives, of whom no unit under the top is ever shown.
    """
    tree = Tree(tuple(unit.parent for unit in units))
    people = np.array([unit.people or 0 for unit in units], np.int64)
    own = np.floor(people * response + 1e-9).astype(np.int64)
    allowed = tree.tops() if tops_only else frozenset(range(len(units)))
    below = tree.subtree_sums(own)
    total = int(own.sum())
    shown = choose_units(tree, own, minimum, allowed) if total >= minimum else frozenset()
    return Foreseen(total, tuple(below.tolist()), shown)


def shown_above(units: Sequence[Asked], shown: frozenset[int], unit: int) -> int | None:
    """The nearest unit above that is shown; None: the organization as a whole."""
    above = units[unit].parent
    while above is not None and above not in shown:
        above = units[above].parent
    return above
