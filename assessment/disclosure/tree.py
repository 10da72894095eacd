"""Which units to publish: an exact dynamic program over the tree."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assessment.disclosure.membership import Tree

Longs = NDArray[np.int64]

IMPOSSIBLE = -(1 << 60)


def choose_units(tree: Tree, own: Longs, k: int, allowed: frozenset[int]) -> frozenset[int]:
    """Find the published units of largest total weight such that no residual has 1..k-1 people.

    A residual is a published unit (or the organization, which is always published) minus its nearest
    published descendants. The state of a subtree is min(k, people not yet in a published unit), and two
    subtrees join by adding their states, so the program is exact in O(U k^2).

    Parameters
    ----------
    tree : Tree
    own : int array, shape (units,)
        People who sit in the unit itself, not in its descendants.
    k : int
        Smallest size of a non-empty residual.
    allowed : set of int
        Units that may be published.

    Returns
    -------
    The published units; empty where the organization has fewer than k people. The weight puts the
    number of units first and their depth second: the more units the better, and of two equal choices
    the finer one.

    Notes
    -----
    Source: knapsack on a tree; compared with brute force in `tests/assessment/disclosure/test_tree.py`.
    Units that can never be published are merged into their nearest ancestor that can.
    """
    may = np.zeros(len(tree), bool)
    may[list(allowed)] = True
    may &= tree.subtree_sums(own) >= k
    candidates = np.flatnonzero(may)
    nearest = tree.nearest(may)
    position = np.full(len(tree) + 1, len(candidates))
    position[candidates] = np.arange(len(candidates))
    parents = np.full(len(candidates), -1)
    inner = tree.parent[candidates] >= 0
    parents[inner] = nearest[tree.parent[candidates[inner]]]
    residual = np.bincount(position[nearest], weights=own, minlength=len(candidates) + 1).astype(np.int64)
    if not ((residual > 0) & (residual < k)).any():
        return frozenset(candidates.tolist())
    weight = len(tree) * len(tree.by_depth) + 1 + tree.level[candidates]
    small = _Condensed(position[parents], residual, weight, k)
    return frozenset(candidates[small.solve()].tolist())


@dataclass(frozen=True, eq=False)
class _Merge:
    """Items were joined in pairs: `left[i]` with `right[i]` (-1: alone), states before."""

    states: Longs
    left: Longs
    right: Longs


class _Condensed:
    """The program over candidate units 0..m-1 below the organization, number m.

    All nodes of one depth are treated at once; the children of a node are joined in pairs, then in pairs
    of pairs, so that a node with many children costs no more steps than its logarithm.
    """

    def __init__(self, parents: Longs, own: Longs, weight: Longs, k: int) -> None:
        self.parents, self.weight, self.k = parents, weight, k
        self.size = len(parents)
        self.start = np.full((self.size + 1, k + 1), IMPOSSIBLE)
        self.start[np.arange(self.size + 1), np.minimum(own, k)] = 0
        targets = np.minimum(k, np.add.outer(np.arange(k + 1), np.arange(k + 1))).ravel()
        self.order = np.argsort(targets, kind="stable")
        self.first = np.searchsorted(targets[self.order], np.arange(k + 1))
        self.target = targets
        self.by_depth = self._depths()

    def _depths(self) -> list[Longs]:
        depth = np.zeros(self.size + 1, np.int64)
        at = self.parents.copy()
        while (at < self.size).any():
            depth[: self.size] += at < self.size
            at = np.append(self.parents, self.size)[at]
        return [np.flatnonzero(depth[: self.size] == level) for level in range(depth.max() + 1)]

    def solve(self) -> Longs:
        """Indices of the published candidates."""
        states = self.start.copy()
        inside = states.copy()
        merges: list[tuple[Longs, list[_Merge], Longs]] = []
        for nodes in reversed(self.by_depth):
            inside[nodes] = states[nodes]
            best = np.maximum(states[nodes, 0], states[nodes, self.k])
            states[nodes, 0] = np.maximum(best + self.weight[nodes], IMPOSSIBLE)
            parents, steps, joined = self._join_children(nodes, states)
            merges.append((parents, steps, joined))
            states[parents] = self._sum(self.start[parents], joined)
        finals = states[self.size, [0, self.k]]
        if finals.max() < 0:
            return np.zeros(0, np.int64)
        goal = np.zeros(self.size + 1, np.int64)
        goal[self.size] = 0 if finals[0] >= finals[1] else self.k
        published = np.zeros(self.size, bool)
        for nodes, (parents, steps, joined) in zip(self.by_depth, reversed(merges), strict=True):
            below = self._split(self.start[parents], joined, goal[parents])[1]
            for step in reversed(steps):
                below = self._undo(step, below)
            ordered = nodes[np.argsort(self.parents[nodes], kind="stable")]
            published[ordered] = below == 0
            covered = inside[ordered, 0] >= inside[ordered, self.k]
            goal[ordered] = np.where(below == 0, np.where(covered, 0, self.k), below)
        return np.flatnonzero(published)

    def _join_children(self, nodes: Longs, states: Longs) -> tuple[Longs, list[_Merge], Longs]:
        nodes = nodes[np.argsort(self.parents[nodes], kind="stable")]
        group, items = self.parents[nodes], states[nodes]
        steps: list[_Merge] = []
        while len(group) and (group[1:] == group[:-1]).any():
            starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
            place = np.arange(len(group)) - np.repeat(starts, np.diff(np.append(starts, len(group))))
            left = np.flatnonzero(place % 2 == 0)
            partner = left + 1
            has = (partner < len(group)) & (group[np.minimum(partner, len(group) - 1)] == group[left])
            step = _Merge(items, left, np.where(has, partner, -1))
            steps.append(step)
            joined = items[left]
            joined[has] = self._sum(items[left[has]], items[partner[has]])
            group, items = group[left], joined
        return group, steps, items

    def _sum(self, left: Longs, right: Longs) -> Longs:
        """Best weight of every joint state, shape (n, k + 1)."""
        both = (left[:, :, None] + right[:, None, :]).reshape(len(left), (self.k + 1) ** 2)[:, self.order]
        return np.maximum(np.maximum.reduceat(both, self.first, axis=1), IMPOSSIBLE)

    def _split(self, left: Longs, right: Longs, goal: Longs) -> tuple[Longs, Longs]:
        """The two states whose sum made each goal."""
        both = (left[:, :, None] + right[:, None, :]).reshape(len(left), (self.k + 1) ** 2)
        both = np.where(self.target == goal[:, None], both, 4 * IMPOSSIBLE)
        return np.divmod(both.argmax(axis=1), self.k + 1)

    def _undo(self, step: _Merge, goal: Longs) -> Longs:
        goals = np.zeros(len(step.states), np.int64)
        goals[step.left] = goal
        has = step.right >= 0
        left, right = step.left[has], step.right[has]
        goals[left], goals[right] = self._split(step.states[left], step.states[right], goal[has])
        return goals
