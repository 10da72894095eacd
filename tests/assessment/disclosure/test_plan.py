import numpy as np
import pytest

from assessment.disclosure import panel
from assessment.disclosure.cuts import choose_levels, information
from assessment.disclosure.policy import Policy
from assessment.disclosure.release import release
from assessment.stats.layout import Panel
from tests.assessment.disclosure.optimum import cells_kept
from tests.assessment.disclosure.oracle import rank_attack
from tests.assessment.disclosure.worlds import random_world

pytestmark = pytest.mark.pure


def test_at_least_95_percent_of_the_optimum_is_kept() -> None:
    kept = [cells_kept(random_world(np.random.default_rng(seed), people=40), 5) for seed in range(40)]
    shares = [(ours - 1) / (best - 1) for ours, best in kept if best > 1]
    assert all(ours <= best for ours, best in kept)
    assert np.mean(shares) >= 0.95


@pytest.mark.parametrize("seed", range(25))
def test_a_part_of_the_people_proves_it_for_everybody(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panel, "SAMPLE", 12)
    world = random_world(np.random.default_rng(seed), people=60)
    membership = world.membership
    table = release(Policy(), world.tree, {Panel.FRONTLINE: membership})
    for column, name in enumerate(membership.statistics):
        assert not rank_attack(world.matrix(table.parts[Panel.FRONTLINE, name].shown, column), 5)


def test_levels_and_the_rest() -> None:
    assert choose_levels({1: 20, 2: 8, 3: 6}, 34, 5) == {1, 2, 3}
    assert choose_levels({1: 20, 2: 8, 3: 3}, 31, 5) == {1}
    assert choose_levels({1: 20, 2: 8, 3: 3}, 33, 5) == {1, 2}
    assert choose_levels({1: 20, 2: 8}, 30, 5) == {1}
    assert choose_levels({1: 20}, 22, 5) == set()
    assert choose_levels({}, 0, 5) == set()


def test_an_even_split_tells_more() -> None:
    even = information({1: 10, 2: 10}, frozenset({1, 2}), 20)
    assert even == pytest.approx(np.log(2))
    assert information({1: 18, 2: 2}, frozenset({1, 2}), 20) < even
    assert information({1: 20}, frozenset({1}), 20) == 0
