"""Of a large organization some people are kept in rows: what is proven of them is true of everybody."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.disclosure import proof
from assessment.disclosure.attack import audit
from assessment.disclosure.cells import Chosen
from assessment.disclosure.counts import Counted, counted_rows
from assessment.disclosure.incidence import Publication, incidence, most_rank
from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.policy import Policy
from assessment.disclosure.release import Link, release
from assessment.disclosure.thinning import Thinning
from assessment.stats.layout import Panel
from tests.assessment.disclosure.oracle import rank_attack
from tests.assessment.disclosure.worlds import World, random_world

pytestmark = pytest.mark.pure
FRONT = Panel.FRONTLINE


def thinned(membership: Membership, units: int, *, few: int, rows: int, each: int) -> Membership:
    """Some of the rows of a membership, each row a person, with the numbers of everybody."""
    order = np.argsort(membership.units, kind="stable")
    everybody = replace(
        membership,
        units=membership.units[order],
        levels=membership.levels[order],
        respondents=membership.respondents[order],
        answered=membership.answered[order],
        marks=membership.marks[order],
    )
    columns = [*everybody.levels.T, *(everybody.marks.T != 0)]
    sizes = [int(column.max(initial=0)) + 1 for column in columns]
    thinning = Thinning(np.bincount(everybody.units, minlength=units), sizes, few=few, rows=rows, each=each)
    partial = np.logical_not(np.logical_and.reduce(everybody.answered > 0, axis=1))
    kept = np.zeros(len(order), bool)
    for part in np.array_split(np.arange(len(order)), 3):
        kept[part] = thinning.kept(everybody.units[part], [column[part] for column in columns], partial[part])
    return replace(
        everybody,
        units=everybody.units[kept],
        levels=everybody.levels[kept],
        respondents=everybody.respondents[kept],
        answered=everybody.answered[kept],
        marks=everybody.marks[kept],
        totals=counted_rows(membership, units),
    )


def one_row_a_person(membership: Membership) -> Membership:
    """Marks that tell everybody apart keep `of_people` from merging; then they are taken away."""
    return replace(membership, marks=np.zeros((len(membership.units), 0), np.int16), mark_names=())


def small(seed: int, people: int = 60) -> tuple[World, Membership]:
    world = random_world(np.random.default_rng(seed), people=people)
    apart = np.arange(len(world.units), dtype=np.int32).reshape(-1, 1)
    whole = Membership.of_people(
        world.units, world.levels, world.answered, ("s0", "s1"), marks=apart, mark_names=("apart",)
    )
    return world, one_row_a_person(whole)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 12), st.data())
def test_what_is_proven_of_some_is_true_of_everybody(
    seed: int, few: int, each: int, data: st.DataObject
) -> None:
    """Any part, any cells: where the auditor says safe, brute force over all people agrees."""
    world, whole = small(seed)
    part = thinned(whole, len(world.parents), few=few, rows=1, each=each)
    cells = data.draw(st.lists(st.sampled_from(world.candidates()), unique=True))
    chosen = world.chosen(cells)
    for column, name in enumerate(("s0", "s1")):
        rank = most_rank(world.tree, Counted(world.tree, part).of(name), chosen)
        found = audit(incidence(world.tree, [Publication(part, part.counts(name), chosen)]), 4, rank=rank)
        if found.safe:
            assert not rank_attack(world.matrix(chosen, column), 4)


@pytest.mark.parametrize("seed", range(12))
def test_a_release_from_some_people_is_safe_for_everybody(seed: int) -> None:
    world, whole = small(seed, people=80)
    part = thinned(whole, len(world.parents), few=3, rows=1, each=4)
    table = release(Policy(), world.tree, {FRONT: part})
    for column, name in enumerate(("s0", "s1")):
        assert not rank_attack(world.matrix(table.parts[FRONT, name].shown, column), 5)


@pytest.mark.parametrize("seed", range(2))
def test_a_large_release_is_the_same_from_some_people(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, units = 30_000, 60
    tree = Tree((None, None, *(int(above) for above in rng.integers(0, 2, units - 2))))
    where = np.sort(rng.integers(2, units, n)).astype(np.int32)
    levels = np.column_stack(
        [rng.choice(m + 1, size=n, p=np.r_[0.02, 0.98 * rng.dirichlet(np.full(m, 1.0))]) for m in (3, 5, 4)]
    ).astype(np.int16)
    near = np.where(where == 7, 1, 2)  # a question that tells what the tree tells, but for a few people
    near[rng.choice(np.flatnonzero(where != 7), 3 if seed % 2 else 9, replace=False)] = 1
    levels = np.column_stack([levels, near.astype(np.int16)])
    answered = rng.random((n, 4)) < 0.95
    given_ = answered[:, :3].sum(axis=1)
    table = np.column_stack([answered[:, :3], given_ >= 2, given_ >= 1])
    marks = np.column_stack([np.where(given_ > 0, 3 - given_, 0), rng.random(n) < 0.02, np.arange(n)])
    names = ("a", "b", "c", "whole", "any")
    full = Membership.of_people(
        where, levels, table, names, marks=marks.astype(np.int32), mark_names=("missing", "careless", "apart")
    )
    full = replace(full, marks=full.marks[:, :2], mark_names=("missing", "careless"))
    link = Link("whole", ("a", "b", "c"), "any", "missing")
    part = thinned(full, units, few=10, rows=2_000, each=32)
    assert len(part.units) < n / 3
    found = [
        release(Policy(), tree, {FRONT: people}, links=[link], comparisons={"careless": ["whole"]})
        for people in (full, part)
    ]
    assert found[0].parts.keys() == found[1].parts.keys()
    for key, expected in found[0].parts.items():
        got = found[1].parts[key]
        assert (got.shown, got.full, got.compared) == (expected.shown, expected.full, expected.compared)
        assert got.counted.units.tolist() == expected.counted.units.tolist()
        assert dict(got.counted.levels) == dict(expected.counted.levels)
    described = proof.describe(found[1], tree, b"0123456789abcdef")
    checked = proof.check_against(described, tree, {FRONT: part}, b"0123456789abcdef")
    assert {one.outcome for one in checked} <= {proof.Outcome.PROVEN}


def test_rows_without_the_rank_of_everybody_prove_nothing() -> None:
    """Unit 1 is in no kept row: what it and the organization tell together was not looked at."""
    whole = Membership.of_people(
        np.repeat([0, 1], [20, 2]).astype(np.int32),
        np.zeros((22, 0), np.int16),
        np.ones((22, 1), bool),
        ("s",),
    )
    part = replace(
        whole,
        units=whole.units[:1],
        levels=whole.levels[:1],
        respondents=whole.respondents[:1],
        answered=whole.answered[:1],
        marks=whole.marks[:1],
        totals=counted_rows(whole, 2),
    )
    tree = Tree((None, None))
    chosen = Chosen(organization=True, units=frozenset({0}))
    design = incidence(tree, [Publication(part, part.counts("s"), chosen)])
    rank = most_rank(tree, Counted(tree, part).of("s"), chosen)
    assert audit(design, 5).safe
    assert not audit(design, 5, rank=rank).safe


def test_the_rows_are_some_of_the_people() -> None:
    _, whole = small(3)
    fewer = counted_rows(replace(whole, respondents=whole.respondents * 0, answered=whole.answered * 0), 6)
    with pytest.raises(ValueError, match="more people in its rows"):
        Counted(Tree((None,) * 6), replace(whole, totals=fewer))


def test_who_was_added_is_not_told_without_everybody() -> None:
    world, whole = small(5)
    part = replace(whole, totals=counted_rows(whole, len(world.parents)))
    with pytest.raises(ValueError, match="without a row for everybody"):
        part.without(whole)
