"""Which units to publish: an exact dynamic program over the tree."""

from collections.abc import Sequence
from typing import NamedTuple

from assessment.disclosure.membership import Tree

Link = tuple["Link", int, int] | None


class _Best(NamedTuple):
    weight: int
    published: bool
    link: Link


def choose_units(tree: Tree, own: Sequence[int], k: int, allowed: frozenset[int]) -> frozenset[int]:
    """Find the published units of largest total weight such that no residual has 1..k-1 people.

    A residual is a published unit (or the organization, which is always published) minus its nearest
    published descendants. The state of a subtree is min(k, people not yet in a published unit), and two
    subtrees join by adding their states, so the program is exact in O(U k^2).

    Parameters
    ----------
    tree : Tree
    own : sequence of int, one a unit
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
    """
    unit_weight = len(tree) * (max(tree.depth, default=0) + 1) + 1
    states: list[dict[int, _Best]] = [{min(k, people): _Best(0, False, None)} for people in own]
    root: dict[int, _Best] = {0: _Best(0, False, None)}
    for unit in reversed(tree.order):
        if unit in allowed:
            _publish(states[unit], k, unit_weight + tree.depth[unit])
        parent = tree.parents[unit]
        if parent is None:
            root = _join(root, states[unit], unit, k)
        else:
            states[parent] = _join(states[parent], states[unit], unit, k)
    finals = [root[state] for state in (k, 0) if state in root]
    if not finals:
        return frozenset()
    return _trace(max(finals, key=lambda best: best.weight).link, states)


def _publish(states: dict[int, _Best], k: int, weight: int) -> None:
    """Add the choice "this unit is published": what was uncovered becomes its residual.

    State 0 without a published unit below means that nobody is there: such a unit is never published.
    """
    choices = [states[state] for state in (k, 0) if state in states and (state or states[0].weight)]
    if not choices:
        return
    best = max(choices, key=lambda choice: choice.weight)
    if 0 not in states or best.weight + weight > states[0].weight:
        states[0] = _Best(best.weight + weight, True, best.link)


def _join(left: dict[int, _Best], right: dict[int, _Best], unit: int, k: int) -> dict[int, _Best]:
    joined: dict[int, _Best] = {}
    for uncovered, ours in left.items():
        for below, theirs in right.items():
            state = min(k, uncovered + below)
            weight = ours.weight + theirs.weight
            if state not in joined or weight > joined[state].weight:
                joined[state] = _Best(weight, False, (ours.link, unit, below))
    return joined


def _trace(link: Link, states: list[dict[int, _Best]]) -> frozenset[int]:
    published: set[int] = set()
    open_links = [link]
    while open_links:
        step = open_links.pop()
        while step is not None:
            step, unit, state = step
            best = states[unit][state]
            if best.published:
                published.add(unit)
            open_links.append(best.link)
    return frozenset(published)
