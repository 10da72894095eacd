from itertools import chain, combinations

import numpy as np
import pytest

from assessment.disclosure.membership import Tree
from assessment.disclosure.tree import choose_units

pytestmark = pytest.mark.pure


def residuals(parents: list[int | None], own: np.ndarray, published: set[int]) -> list[int]:
    """People by their innermost published unit (None for the organization), by walking up."""
    count = dict.fromkeys([None, *published], 0)
    for unit, people in enumerate(own):
        at: int | None = unit
        while at is not None and at not in published:
            at = parents[at]
        count[at] += int(people)
    return list(count.values())


def by_hand(parents: list[int | None], own: np.ndarray, k: int, allowed: frozenset[int]) -> tuple[int, int]:
    """Best (number of units, sum of their depths) over all subsets; nobody's unit is not published."""
    best = (0, 0)
    tree = Tree(tuple(parents))
    sums = tree.subtree_sums(own)
    for published in chain.from_iterable(combinations(sorted(allowed), n) for n in range(len(allowed) + 1)):
        if all(sums[unit] >= k for unit in published) and not any(
            0 < people < k for people in residuals(parents, own, set(published))
        ):
            best = max(best, (len(published), int(sum(tree.level[list(published)]))))
    return best


@pytest.mark.parametrize("seed", range(150))
def test_the_best_of_all_subsets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 9))
    parents = [None if u == 0 or rng.random() < 0.25 else int(rng.integers(0, u)) for u in range(count)]
    shuffle = rng.permutation(count)
    moved: list[int | None] = [None] * count
    for unit, parent in enumerate(parents):
        moved[shuffle[unit]] = None if parent is None else int(shuffle[parent])
    own = rng.integers(0, 9, count) * (rng.random(count) < 0.8)
    k = int(rng.integers(2, 8))
    allowed = frozenset(int(unit) for unit in range(count) if rng.random() < 0.9)
    tree = Tree(tuple(moved))
    published = choose_units(tree, own, k, allowed)
    assert published <= allowed
    if own.sum() < k:
        assert not published
        return
    assert not any(0 < people < k for people in residuals(moved, own, set(published)))
    found = (len(published), int(tree.level[list(published)].sum()))
    assert found == by_hand(moved, own, k, allowed)


def test_a_wide_tree() -> None:
    tree = Tree((None, *[0] * 2000))
    own = np.full(2001, 5)
    own[1] = 3
    own[0] = 0
    published = choose_units(tree, own, 5, frozenset(range(2001)))
    assert len(published) == 1999


@pytest.mark.parametrize("parents", [(0,), (1, 0), (None, 2, 1), (5,), (-1,)])
def test_what_is_not_a_tree_is_refused(parents: tuple[int | None, ...]) -> None:
    with pytest.raises(ValueError, match=r"circle|does not exist"):
        Tree(parents)
