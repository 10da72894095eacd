"""Whatever is added, nothing unsafe leaves; and the auditor rejects what the planner held back for a reason."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.disclosure.attack import audit
from assessment.disclosure.incidence import Publication, incidence
from assessment.disclosure.policy import Policy
from assessment.disclosure.release import ReleasedTable, UnsafeReleaseError, release
from assessment.stats.layout import Panel
from tests.assessment.disclosure.oracle import rank_attack
from tests.assessment.disclosure.worlds import World

pytestmark = pytest.mark.pure
FRONT = Panel.FRONTLINE
POLICY = Policy(min_group=4)
modest = settings(max_examples=20, deadline=None)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    units = draw(st.integers(1, 5))
    parents = (None, *(draw(st.none() | st.integers(0, unit - 1)) for unit in range(1, units)))
    sizes = tuple(draw(st.lists(st.integers(2, 3), max_size=2)))
    person = st.tuples(st.integers(0, units - 1), *(st.integers(0, m) for m in sizes), st.booleans())
    table = np.array(draw(st.lists(person, max_size=26)), np.int32).reshape(-1, len(sizes) + 2)
    answered = np.column_stack([np.ones(len(table), bool), table[:, -1] > 0])
    return World(parents, table[:, 0], table[:, 1:-1].astype(np.int16), answered, sizes)


def is_safe(world: World, table_of: Policy = POLICY) -> bool:
    membership = world.membership
    table = release(table_of, world.tree, {FRONT: membership})
    return not any(
        rank_attack(world.matrix(table.parts[FRONT, name].shown, column), table_of.min_group)
        for column, name in enumerate(membership.statistics)
    )


@modest
@given(worlds(), st.data())
def test_one_more_answer(world: World, data: st.DataObject) -> None:
    unit = data.draw(st.integers(0, len(world.parents) - 1))
    levels = [data.draw(st.integers(0, m)) for m in world.sizes]
    more = replace(
        world,
        units=np.append(world.units, unit).astype(np.int32),
        levels=np.vstack([world.levels, np.array(levels, np.int16).reshape(1, -1)]),
        answered=np.vstack([world.answered, [[True, data.draw(st.booleans())]]]),
    )
    assert is_safe(more)


@modest
@given(worlds(), st.data())
def test_one_more_unit(world: World, data: st.DataObject) -> None:
    parent = data.draw(st.none() | st.integers(0, len(world.parents) - 1))
    movers = data.draw(st.lists(st.booleans(), min_size=len(world.units), max_size=len(world.units)))
    units = np.where(np.array(movers, bool), len(world.parents), world.units).astype(np.int32)
    assert is_safe(replace(world, parents=(*world.parents, parent), units=units))


@modest
@given(worlds(), st.data())
def test_one_more_cut(world: World, data: st.DataObject) -> None:
    n = len(world.units)
    column = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    levels = np.column_stack([world.levels, np.array(column, np.int16)])
    assert is_safe(replace(world, levels=levels, sizes=(*world.sizes, 3)))


@modest
@given(worlds())
def test_unhiding_a_protecting_cell_is_rejected(world: World) -> None:
    membership = world.membership
    table = release(POLICY, world.tree, {FRONT: membership})
    for column, name in enumerate(membership.statistics):
        shown = table.parts[FRONT, name].shown
        for kind, first, second in world.candidates()[1:]:
            mutated = (
                (
                    replace(shown, units=shown.units | {first})
                    if kind == "unit"
                    else replace(shown, levels=shown.levels | {(first, second)})
                )
                if shown.organization
                else shown
            )
            publication = Publication(membership, membership.counts(name), mutated)
            found = audit(incidence(world.tree, [publication]), POLICY.min_group)
            assert found.safe == (not rank_attack(world.matrix(mutated, column), POLICY.min_group))


@modest
@given(worlds(), st.lists(st.integers(0, 2), min_size=32, max_size=32))
def test_a_sequence_of_three_releases(world: World, arrival: list[int]) -> None:
    when = np.array(arrival[: len(world.units)], int)
    out: list[np.ndarray] = []
    tables: list[ReleasedTable] = []
    for now in range(3):
        here = when <= now
        so_far = replace(
            world, units=world.units[here], levels=world.levels[here], answered=world.answered[here]
        )
        earlier = [table.as_earlier() for table in tables]
        try:
            table = release(POLICY, world.tree, {FRONT: so_far.membership}, earlier=earlier)
        except UnsafeReleaseError:
            continue
        tables.append(table)
        out.append(world.matrix(table.parts[FRONT, "s0"].shown) * here)
    if out:
        assert not rank_attack(np.vstack(out), POLICY.min_group)
