"""In which units something of every question of a dimension may be told, and not only of the dimension."""

import numpy as np
from numpy.typing import NDArray

from assessment.disclosure.membership import Tree
from assessment.disclosure.policy import Policy
from assessment.disclosure.release import ReleasedTable
from assessment.stats.layout import Panel


def itemwise_units(
    table: ReleasedTable, tree: Tree, dimension: str, items: tuple[str, ...], people: NDArray[np.int64]
) -> frozenset[int]:
    """Units of the front line in which the answers to each item could be told option by option.

    `people`, shape (units, columns), by the unit they sit in: of those who have every dimension the people with each
    item, and those who left an item of the dimension out, because items minus the dimension's multiple leave these.

    How alike a unit answers is a function of its counts of options, item by item, and counts add. So it is k-safe
    wherever they would be. The people behind each item are others, hence more than the dimension's own full detail is
    asked: for every column, each shown unit minus its nearest shown descendants, and the organization minus all of
    them, are empty or at least `min_distribution`. The span of nested cells is that of these differences, so that is
    all there is to prove. Empty where an item of the dimension does not leave in full detail for the whole panel.
    """
    part = table.parts.get((Panel.FRONTLINE, dimension))
    each = [table.parts.get((Panel.FRONTLINE, item)) for item in items]
    if part is None or not all(one is not None and one.full.organization for one in each):
        return frozenset()
    shown = np.zeros(len(tree), bool)
    shown[list(part.full.units)] = True
    return _tightened(tree, people, shown, _least(table.policy))


def _least(policy: Policy) -> int:
    return max(policy.min_group, policy.min_distribution)


def _tightened(tree: Tree, own: NDArray[np.int64], shown: NDArray[np.bool_], least: int) -> frozenset[int]:
    """Take units away until every difference passes; what one of them held then belongs to the cell above it."""
    while shown.any():
        region = tree.nearest(shown)
        sizes = np.zeros((len(tree) + 1, own.shape[1]), np.int64)
        np.add.at(sizes, region, own)  # -1, outside of all of them, is the last
        bad: NDArray[np.bool_] = np.any((sizes > 0) & (sizes < least), axis=1)
        if bad[:-1].any():
            shown = shown & ~bad[:-1]
        elif bad[-1]:
            shown = shown & ~_smallest_top(tree, own, shown)
        else:
            break
    return frozenset(np.flatnonzero(shown).tolist())


def _smallest_top(tree: Tree, own: NDArray[np.int64], shown: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The shown unit with the fewest people of those that no shown unit holds."""
    region = tree.nearest(shown)
    above = np.where(tree.parent >= 0, region[tree.parent], -1)
    tops = np.flatnonzero(shown & (above < 0))
    people = tree.subtree_sums(own).sum(axis=1)
    found = np.zeros(len(tree), bool)
    found[tops[np.argmin(people[tops])]] = True
    return found
