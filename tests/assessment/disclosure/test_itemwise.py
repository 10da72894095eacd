"""Where something of every question may be told: attacked person by person, as if all of it were told."""

from unittest.mock import patch

import numpy as np
import pytest

from assessment.disclosure import itemwise
from assessment.disclosure.cells import Chosen
from assessment.disclosure.itemwise import itemwise_units
from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.policy import Policy
from assessment.disclosure.release import Link, ReleasedTable, release
from assessment.stats.layout import Panel
from tests.assessment.disclosure.oracle import rank_attack
from tests.assessment.disclosure.worlds import World, random_world

pytestmark = pytest.mark.pure
FRONT = Panel.FRONTLINE
ITEMS = ("i0", "i1", "i2")
LINK = Link(whole="whole", parts=ITEMS, anyone="anyone", missing="missing")
POLICY = Policy(min_group=4, min_distribution=4)


def table_of(units: np.ndarray, items: np.ndarray, tree: Tree, policy: Policy) -> ReleasedTable:
    count = items.sum(axis=1)
    answered = np.column_stack([items, count >= 2, count >= 1])
    people = Membership.of_people(
        units,
        np.zeros((len(units), 0), np.int16),
        answered,
        (*ITEMS, "whole", "anyone"),
        marks=np.where(count > 0, 3 - count, 0)[:, None],
        mark_names=("missing",),
    )
    return release(policy, tree, {FRONT: people}, links=[LINK])


def people_of(units: np.ndarray, items: np.ndarray, tree: Tree) -> np.ndarray:
    """By unit: people with each item, and those with the whole who left one out."""
    count = items.sum(axis=1)
    columns = np.column_stack([items & (count >= 2)[:, None], count == 2]).astype(np.int64)
    own = np.zeros((len(tree), columns.shape[1]), np.int64)
    np.add.at(own, units, columns)
    return own


def isolates(world: World, items: np.ndarray, units: frozenset[int]) -> bool:
    if not units:
        return False
    chosen = Chosen(organization=True, units=units)
    cells = world.matrix(chosen)
    return any(rank_attack(cells[:, items[:, item]], POLICY.min_distribution) for item in range(3))


@pytest.mark.parametrize("seed", range(60))
def test_no_question_of_no_unit_isolates_anybody(seed: int) -> None:
    rng = np.random.default_rng(seed)
    world = random_world(rng, people=45, units=6, questions=0)
    items = rng.random((len(world.units), 3)) < rng.choice([0.8, 0.9, 0.97])
    table = table_of(world.units, items, world.tree, POLICY)
    units = itemwise_units(table, world.tree, "whole", ITEMS, people_of(world.units, items, world.tree))
    assert units <= table.parts[FRONT, "whole"].full.units
    assert not isolates(world, items, units)


def test_the_dimensions_own_detail_is_not_enough() -> None:
    """The attack of the test above finds somebody where the units are those of the dimension."""
    found = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        world = random_world(rng, people=45, units=6, questions=0)
        items = rng.random((len(world.units), 3)) < rng.choice([0.8, 0.9, 0.97])
        table = table_of(world.units, items, world.tree, POLICY)
        with patch.object(
            itemwise, "_tightened", lambda _tree, _own, shown, _least: frozenset(np.flatnonzero(shown))
        ):
            units = itemwise_units(
                table, world.tree, "whole", ITEMS, people_of(world.units, items, world.tree)
            )
        found += isolates(world, items, frozenset(map(int, units)))
    assert found > 0


def two_stores(skipped: int) -> frozenset[int]:
    """A region with people of its own, and two stores; so many people of the first leave one item out."""
    tree = Tree((None, 0, 0))
    units = np.repeat([0, 1, 2], [20, 15, 15]).astype(np.int32)
    items = np.ones((50, 3), bool)
    items[20 : 20 + skipped, 1] = False
    people = people_of(units, items, tree)
    return itemwise_units(table_of(units, items, tree, Policy()), tree, "whole", ITEMS, people)


def test_a_unit_with_too_few_behind_one_question_is_left_out() -> None:
    assert two_stores(0) == frozenset({0, 1, 2})
    assert two_stores(6) == two_stores(5) == frozenset(), (
        "with the dimension they would tell of those who left it out"
    )
    assert two_stores(10) == frozenset({0, 2})
    assert two_stores(15) == frozenset({0, 1, 2}), "nobody is no one to protect"


def test_what_lies_outside_of_all_units_is_protected_too() -> None:
    tree = Tree((None, None, None))
    units = np.repeat([0, 1, 2], [12, 30, 20]).astype(np.int32)
    whole = np.ones((62, 3), bool)
    table = table_of(units, whole, tree, Policy(min_distribution=9))
    assert itemwise_units(table, tree, "whole", ITEMS, people_of(units, whole, tree)) == frozenset({0, 1, 2})
    items = np.ones((62, 3), bool)
    items[:5, 1] = items[42:52, 1] = False
    table = table_of(units, items, tree, Policy(min_distribution=9))
    assert itemwise_units(table, tree, "whole", ITEMS, people_of(units, items, tree)) == frozenset({1}), (
        "the five of one alone are too few"
    )


def test_unknown_is_closed() -> None:
    tree, units, items = Tree((None,)), np.zeros(30, np.int32), np.ones((30, 3), bool)
    table, people = table_of(units, items, tree, Policy()), people_of(units, items, tree)
    assert itemwise_units(table, tree, "whole", ITEMS, people) == frozenset({0})
    assert itemwise_units(table, tree, "whole", ("i0", "nothing"), people) == frozenset()
    assert itemwise_units(table, tree, "nothing", ITEMS, people) == frozenset()
