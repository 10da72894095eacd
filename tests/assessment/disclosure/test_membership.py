from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from assessment.disclosure.counts import Counted
from assessment.disclosure.membership import Membership, Tree
from tests.assessment.disclosure.worlds import random_world

pytestmark = pytest.mark.pure


def same(left: Membership, right: Membership) -> bool:
    return all(
        np.array_equal(getattr(left, name), getattr(right, name))
        for name in ("units", "levels", "respondents", "answered", "marks")
    )


@pytest.mark.parametrize("seed", range(10))
def test_any_order_and_any_split_counts_the_same_people(seed: int) -> None:
    rng = np.random.default_rng(seed)
    world = random_world(rng, people=60)
    n = len(world.units)
    order = rng.permutation(n)
    moved = replace(
        world, units=world.units[order], levels=world.levels[order], answered=world.answered[order]
    )
    assert same(world.membership, moved.membership)
    half = rng.random(n) < 0.5
    one, two = (
        replace(world, units=world.units[part], levels=world.levels[part], answered=world.answered[part])
        for part in (half, ~half)
    )
    both = one.membership + two.membership
    assert same(both, world.membership)
    assert same(both.without(one.membership), two.membership)
    assert both.respondents.sum() == n
    assert (both.answered.sum(axis=0) == world.answered.sum(axis=0)).all()


def test_cells_count_their_subtrees() -> None:
    world = random_world(np.random.default_rng(3), people=60)
    membership = world.membership
    counted = Counted(world.tree, membership).of("s1")
    who = world.answered[:, 1]
    assert counted.organization == who.sum()
    assert counted.units.tolist() == [
        int(world.within(unit)[who].sum()) for unit in range(len(world.parents))
    ]
    for (question, level), people in counted.levels.items():
        assert people == (world.levels[who, question] == level).sum()


def test_what_does_not_fit_is_refused() -> None:
    good = Membership.of_people(
        np.zeros(3, np.int32), np.ones((3, 1), np.int16), np.ones((3, 1), bool), ("a",)
    )
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"units": np.zeros(2, np.int32)}, "shape"),
        ({"levels": np.zeros(1, np.int16)}, "one column a question"),
        ({"answered": np.array([[4]])}, "More people answered"),
        ({"respondents": np.array([-1])}, "negative"),
        ({"respondents": np.array([3.0])}, "whole numbers"),
        ({"statistics": ("a", "a"), "answered": np.ones((1, 2), np.int32)}, "named twice"),
        ({"mark_names": ("m",)}, "marks has the shape"),
    ]
    for change, message in wrong:
        with pytest.raises(ValueError, match=message):
            replace(good, **change)
    with pytest.raises(ValueError, match="same questions"):
        good + Membership.of_people(
            np.zeros(3, np.int32), np.ones((3, 2), np.int16), np.ones((3, 1), bool), ("a",)
        )
    with pytest.raises(ValueError, match="not in the tree"):
        replace(good, units=np.array([1])).check_against(Tree((None,)))
    with pytest.raises(KeyError):
        good.counts("b")
    with pytest.raises(KeyError):
        good.mark("b")
