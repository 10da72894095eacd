"""Dimensions and items, comparisons and earlier releases: attacked person by person, answer by answer."""

from dataclasses import replace
from itertools import combinations
from unittest.mock import patch

import numpy as np
import pytest

from assessment.disclosure.cells import PanelCell, Reason, Released, UnitCell, Withheld
from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.panel import PanelPlan
from assessment.disclosure.policy import Policy
from assessment.disclosure.release import Link, ReleasedTable, UnsafeReleaseError, release
from assessment.stats.layout import Panel
from tests.assessment.disclosure.oracle import rank_attack
from tests.assessment.disclosure.worlds import World, random_world

pytestmark = pytest.mark.pure
FRONT, EXEC = Panel.FRONTLINE, Panel.EXECUTIVE
LINK = Link(whole="whole", parts=("i0", "i1", "i2"), anyone="anyone", missing="missing")
NAMES = ("i0", "i1", "i2", "whole", "anyone")


def with_items(world: World, items: np.ndarray) -> Membership:
    """`items`: bool (n, 3), who answered what; the whole is there from two answers on."""
    count = items.sum(axis=1)
    answered = np.column_stack([items, count >= 2, count >= 1])
    missing = np.where(count > 0, 3 - count, 0)[:, None]
    return Membership.of_people(
        world.units, world.levels, answered, NAMES, marks=missing, mark_names=("missing",)
    )


def released_sums(world: World, items: np.ndarray, table: ReleasedTable, panel: Panel = FRONT) -> np.ndarray:
    """Everything released as sums over single answers: one column a (person, item)."""
    n = len(items)
    count = items.sum(axis=1)
    rows = []
    for number, name in enumerate(NAMES[:4]):
        for cell in world.matrix(table.parts[panel, name].shown):
            row = np.zeros((n, 3))
            if name == "whole":
                here = (cell > 0) & (count >= 2)
                row[here] = items[here] / count[here][:, None]
            else:
                row[:, number] = cell * items[:, number]
            rows.append(row.ravel())
    return np.array(rows).reshape(len(rows), 3 * n)


def people_isolated(matrix: np.ndarray, people: int, k: int) -> bool:
    """Whether deleting all answers of k - 1 people lowers the rank (few people, so try all sets)."""
    rank = np.linalg.matrix_rank(matrix) if matrix.size else 0
    for gone in combinations(range(people), k - 1):
        columns = [3 * person + item for person in range(people) if person not in gone for item in range(3)]
        kept = matrix[:, columns]
        if (np.linalg.matrix_rank(kept) if kept.size else 0) < rank:
            return True
    return False


def small_world(rng: np.random.Generator) -> tuple[World, np.ndarray]:
    while True:
        world = random_world(rng, people=14, units=3, questions=1)
        if len(world.units) >= 8:
            return world, rng.random((len(world.units), 3)) < rng.choice([0.8, 0.95])


@pytest.mark.parametrize("seed", range(25))
def test_items_and_their_dimension_isolate_nobody_together(seed: int) -> None:
    world, items = small_world(np.random.default_rng(seed))
    policy = Policy(min_group=4)
    table = release(policy, world.tree, {FRONT: with_items(world, items)}, links=[LINK])
    assert not people_isolated(released_sums(world, items, table), len(items), policy.min_group)


@pytest.mark.parametrize("seed", range(40))
def test_a_handful_of_executives_who_skip_items(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 9))
    items = rng.random((n, 3)) < 0.8
    world = World((None,), np.zeros(n, np.int32), np.zeros((n, 0), np.int16), items, ())
    table = release(Policy(), world.tree, {EXEC: with_items(world, items)}, links=[LINK])
    assert not people_isolated(released_sums(world, items, table, EXEC), n, Policy().min_executives)


OWN = replace(LINK, own="own")
BESIDE = Policy(min_group=4, min_distribution=4)


def with_an_own(world: World, items: np.ndarray, all_wholes: np.ndarray) -> Membership:
    """The whole in cells is of those who have `all_wholes`; the panel's own number of everybody who has this one."""
    count = items.sum(axis=1)
    has = count >= 2
    answered = np.column_stack([items, has & all_wholes, count >= 1, has])
    marks = np.column_stack([np.where(count > 0, 3 - count, 0), ~all_wholes]).astype(np.int16)
    return Membership.of_people(
        world.units, world.levels, answered, (*NAMES, "own"), marks=marks, mark_names=("missing", "others")
    )


def sums_with_an_own(
    world: World, items: np.ndarray, all_wholes: np.ndarray, table: ReleasedTable
) -> np.ndarray:
    count = items.sum(axis=1)
    rows = []
    for number, name in enumerate((*NAMES[:4], "own")):
        for cell in world.matrix(table.parts[FRONT, name].shown):
            row = np.zeros((len(items), 3))
            if name in NAMES[:3]:
                row[:, number] = cell * items[:, number]
            else:
                here = (cell > 0) & (count >= 2) & (all_wholes if name == "whole" else True)
                row[here] = items[here] / count[here][:, None]
            rows.append(row.ravel())
    return np.array(rows).reshape(len(rows), 3 * len(items))


def world_with_an_own(seed: int) -> tuple[World, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    while True:
        world = random_world(rng, people=16, units=3, questions=1)
        if len(world.units) >= 12:
            items = rng.random((len(world.units), 3)) < rng.choice([0.85, 0.97])
            return world, items, rng.random(len(items)) < rng.choice([0.6, 0.75])


def test_a_number_of_its_own_isolates_nobody_beside_cells_of_fewer() -> None:
    alone = kept = 0
    for seed in range(60):
        world, items, all_wholes = world_with_an_own(seed)
        table = release(BESIDE, world.tree, {FRONT: with_an_own(world, items, all_wholes)}, links=[OWN])
        alone += table.parts[FRONT, "own"].shown.organization
        kept += any(table.parts[FRONT, item].shown.organization for item in NAMES[:3])
        sums = sums_with_an_own(world, items, all_wholes, table)
        assert not people_isolated(sums, len(items), BESIDE.min_group), seed
    assert alone >= 10, "or this would show nothing"
    assert kept >= 10


def test_where_it_always_stood_the_same_attacker_would_find_somebody() -> None:
    found = 0
    with patch.object(PanelPlan, "stands_alone", lambda _self, _link, _parts: True):
        for seed in range(60):
            world, items, all_wholes = world_with_an_own(seed)
            table = release(BESIDE, world.tree, {FRONT: with_an_own(world, items, all_wholes)}, links=[OWN])
            found += people_isolated(
                sums_with_an_own(world, items, all_wholes, table), len(items), BESIDE.min_group
            )
    assert found >= 3


def test_without_the_link_the_same_attacker_finds_somebody() -> None:
    found = 0
    for seed in range(25):
        world, items = small_world(np.random.default_rng(seed))
        table = release(
            Policy(min_group=4), world.tree, {FRONT: with_items(world, items)}, panel_only=NAMES[:3]
        )
        found += people_isolated(released_sums(world, items, table), len(items), 4)
    assert found >= 5


def test_one_executive_who_skipped_an_item_costs_one_item() -> None:
    items = np.ones((8, 3), bool)
    items[0, 0] = False
    world = World((None,), np.zeros(8, np.int32), np.zeros((8, 0), np.int16), items, ())
    table = release(Policy(), world.tree, {EXEC: with_items(world, items)}, links=[LINK])
    shown = [isinstance(table.verdict(PanelCell(EXEC), name), Released) for name in NAMES[:4]]
    assert sum(shown) == 3
    assert shown[3]


def test_a_comparison_needs_enough_marked_people() -> None:
    def table(marked: int) -> ReleasedTable:
        marks = np.zeros((40, 1), np.int16)
        marks[:marked] = 1
        membership = Membership.of_people(
            np.zeros(40, np.int32),
            np.zeros((40, 0), np.int16),
            np.ones((40, 1), bool),
            ("a",),
            marks=marks,
            mark_names=("careless",),
        )
        return release(Policy(), Tree((None,)), {FRONT: membership}, comparisons={"careless": ["a"]})

    assert table(4).without(FRONT, "a", "careless") == Withheld(Reason.PROTECTS_ANOTHER)
    verdict = table(12).without(FRONT, "a", "careless")
    assert isinstance(verdict, Released)
    assert verdict.n == 28


def late(first: World, chosen: np.ndarray) -> tuple[Membership, Membership]:
    names = tuple(f"s{column}" for column in range(first.answered.shape[1]))
    earlier = Membership.of_people(first.units[chosen], first.levels[chosen], first.answered[chosen], names)
    return earlier, first.membership


@pytest.mark.parametrize("seed", range(30))
def test_a_second_release_isolates_nobody_together_with_the_first(seed: int) -> None:
    rng = np.random.default_rng(seed)
    world = random_world(rng, people=45)
    early = rng.random(len(world.units)) < rng.choice([0.5, 0.9])
    before, after = late(world, early)
    policy = Policy()
    first = release(policy, world.tree, {FRONT: before})
    try:
        second = release(policy, world.tree, {FRONT: after}, earlier=[first.as_earlier()])
    except UnsafeReleaseError:
        return
    for column, name in enumerate(after.statistics):
        who = world.answered[:, column]
        old = world.matrix(first.parts[FRONT, name].shown) * early
        new = world.matrix(second.parts[FRONT, name].shown)
        assert not rank_attack(np.vstack([old, new])[:, who], policy.min_group)


def test_one_late_sheet_cannot_be_released() -> None:
    def people(count: int) -> Membership:
        return Membership.of_people(
            np.zeros(count, np.int32), np.zeros((count, 0), np.int16), np.ones((count, 1), bool), ("a",)
        )

    first = release(Policy(), Tree((None,)), {FRONT: people(20)}).as_earlier()
    with pytest.raises(UnsafeReleaseError):
        release(Policy(), Tree((None,)), {FRONT: people(21)}, earlier=[first])
    again = release(Policy(), Tree((None,)), {FRONT: people(20)}, earlier=[first])
    assert isinstance(again.verdict(PanelCell(FRONT), "a"), Released)
    more = release(Policy(), Tree((None,)), {FRONT: people(25)}, earlier=[first])
    assert isinstance(more.verdict(UnitCell(FRONT, 0), "a"), Released)
    with pytest.raises(ValueError, match="gone or answered differently"):
        release(Policy(), Tree((None,)), {FRONT: people(19)}, earlier=[first])


@pytest.mark.parametrize("seed", range(40))
def test_what_an_earlier_release_compared_still_counts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    world = random_world(rng, people=45, questions=1)
    n = len(world.units)
    early = rng.random(n) < 0.6
    marked = (world.units == rng.integers(0, 3)) ^ (rng.random(n) < 0.05)

    def people(chosen: np.ndarray) -> Membership:
        return Membership.of_people(
            world.units[chosen],
            world.levels[chosen],
            np.ones((int(chosen.sum()), 1), bool),
            ("a",),
            marks=marked[chosen].astype(np.int16)[:, None],
            mark_names=("careless",),
        )

    compare = {"careless": ["a"]}
    first = release(Policy(), world.tree, {FRONT: people(early)}, comparisons=compare)
    later = people(np.ones(n, bool))
    try:
        second = release(Policy(), world.tree, {FRONT: later}, earlier=[first.as_earlier()])
    except UnsafeReleaseError:
        return
    parts = first.parts[FRONT, "a"], second.parts[FRONT, "a"]
    rows = [world.matrix(parts[0].shown) * early, world.matrix(parts[1].shown)]
    if parts[0].compared:
        rows.append((early & marked)[None].astype(float))
    assert not rank_attack(np.vstack(rows), Policy().min_group)


def test_an_item_does_not_come_out_after_a_release_that_showed_its_dimension() -> None:
    """Found by review: the second release shows no dimension, so nobody asked whether the first one did."""
    world = random_world(np.random.default_rng(100379), people=22, units=4, questions=2)
    rows = ["111", "011", "110", "111", "111", "111", "110", "111", "111", "100", "100", "111"]
    items = np.array([[answer == "1" for answer in row] for row in rows])
    early = np.array([person == "1" for person in "110101011001"])
    policy = Policy(min_group=4, min_distribution=5)
    everybody = with_items(world, items)
    then = replace(
        world, units=world.units[early], levels=world.levels[early], answered=world.answered[early]
    )
    first = release(policy, world.tree, {FRONT: with_items(then, items[early])}, links=[LINK])
    second = release(policy, world.tree, {FRONT: everybody}, links=[LINK], earlier=[first.as_earlier()])
    assert first.parts[FRONT, "whole"].shown.organization
    assert not first.parts[FRONT, "i2"].shown.organization
    assert not second.parts[FRONT, "whole"].shown.organization
    assert not second.parts[FRONT, "i2"].shown.organization
