from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pytest

from assessment.disclosure import panel as module
from assessment.disclosure import plan
from assessment.disclosure.attack import Auditor, Finding, Proof
from assessment.disclosure.cells import (
    Chosen,
    CutCell,
    Detail,
    PanelCell,
    Reason,
    Released,
    UnitCell,
    Withheld,
)
from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.policy import Policy
from assessment.disclosure.release import ReleasedTable, UnsafeReleaseError, release
from assessment.stats.layout import Panel
from tests.assessment.disclosure.oracle import rank_attack
from tests.assessment.disclosure.worlds import World, random_world

pytestmark = pytest.mark.pure
FRONT, EXEC = Panel.FRONTLINE, Panel.EXECUTIVE
POLICY = Policy()


@dataclass(frozen=True)
class Number:
    n: int
    mean: float
    sd: float | None = None

    def mean_only(self) -> Self:
        return replace(self, sd=None)


def people(units: list[int], levels: list[list[int]] | None = None) -> Membership:
    columns = np.array(levels or [[] for _ in units], np.int16).reshape(len(units), -1)
    return Membership.of_people(np.array(units, np.int32), columns, np.ones((len(units), 1), bool), ("a",))


@pytest.mark.parametrize("seed", range(60))
def test_nothing_released_isolates_a_group(seed: int) -> None:
    world = random_world(np.random.default_rng(seed), people=45)
    membership = world.membership
    table = release(POLICY, world.tree, {FRONT: membership})
    for column, statistic in enumerate(membership.statistics):
        part = table.parts[FRONT, statistic]
        assert not rank_attack(world.matrix(part.shown, column), POLICY.min_group)
        assert part.full <= part.shown
        if seed < 20:
            assert not rank_attack(world.matrix(part.full, column), 7)


def test_a_bare_threshold_is_broken_by_the_same_attacker() -> None:
    broken = 0
    for seed in range(40):
        world = random_world(np.random.default_rng(seed), people=45)
        cells = [cell for cell in world.candidates() if world.row(cell).sum() >= POLICY.min_group]
        naive = world.chosen(cells, organization=len(world.units) >= POLICY.min_group)
        broken += rank_attack(world.matrix(naive), POLICY.min_group)
    assert broken >= 10


def test_reasons() -> None:
    table = release(POLICY, Tree((None, None, None)), {FRONT: people([0] * 12 + [1] * 6 + [2] * 3)})
    assert table.verdict(PanelCell(FRONT), "a") == Released(Detail.FULL, 21)
    assert table.verdict(UnitCell(FRONT, 0), "a") == Released(Detail.MEAN_ONLY, 12)
    assert table.verdict(UnitCell(FRONT, 1), "a") == Withheld(Reason.PROTECTS_ANOTHER)
    assert table.verdict(UnitCell(FRONT, 2), "a") == Withheld(Reason.SMALL_GROUP)


def test_unknown_is_closed() -> None:
    table = release(POLICY, Tree((None,)), {FRONT: people([0] * 12)})
    closed = Withheld(Reason.SMALL_GROUP)
    assert table.verdict(PanelCell(FRONT), "b") == closed
    assert table.verdict(PanelCell(EXEC), "a") == closed
    for cell in (UnitCell(FRONT, 1), UnitCell(FRONT, -1), CutCell(FRONT, 0, 1), CutCell(FRONT, -1, 0)):
        assert table.verdict(cell, "a") == closed
        assert table.take(cell, "a", Number(12, 50.0)) == closed
    assert table.comments(UnitCell(FRONT, 5)) is Reason.TOO_FEW_COMMENTERS


def test_the_gate_gives_numbers_as_far_as_they_may_leave() -> None:
    table = release(POLICY, Tree((None, None)), {FRONT: people([0] * 12 + [1] * 8)})
    assert table.take(PanelCell(FRONT), "a", Number(20, 50.0, 9.0)) == Number(20, 50.0, 9.0)
    assert table.take(UnitCell(FRONT, 1), "a", Number(8, 50.0, 9.0)) == Number(8, 50.0)
    with pytest.raises(ValueError, match="12 people was offered for a cell of 20"):
        table.take(PanelCell(FRONT), "a", Number(12, 50.0, 9.0))


def test_executives_have_the_organization_only() -> None:
    levels = [[1]] * 20
    table = release(POLICY, Tree((None, 0, None)), {EXEC: people([0] * 5 + [1] * 5 + [2] * 10, levels)})
    assert isinstance(table.verdict(PanelCell(EXEC), "a"), Released)
    for unit in range(3):
        assert table.verdict(UnitCell(EXEC, unit), "a") == Withheld(Reason.PROTECTS_ANOTHER)
    assert table.verdict(CutCell(EXEC, 0, 1), "a") == Withheld(Reason.PROTECTS_ANOTHER)


def test_a_derived_number_needs_every_cell() -> None:
    table = release(POLICY, Tree((None,)), {FRONT: people([0] * 20), EXEC: people([0] * 3)})
    values = [(PanelCell(EXEC), Number(3, 80.0, 1.0)), (PanelCell(FRONT), Number(20, 50.0, 1.0))]
    assert table.derive("a", values, lambda e, f: e.mean - f.mean) == Withheld(Reason.SMALL_GROUP)
    table = release(POLICY, Tree((None,)), {FRONT: people([0] * 20), EXEC: people([0] * 4)})
    values[0] = (PanelCell(EXEC), Number(4, 80.0, 1.0))
    assert table.derive("a", values, lambda e, f: e.mean - f.mean) == 30.0


def test_items_of_whole_panels_only() -> None:
    table = release(POLICY, Tree((None, None)), {FRONT: people([0] * 20 + [1] * 20)}, panel_only={"a"})
    assert isinstance(table.verdict(PanelCell(FRONT), "a"), Released)
    assert table.verdict(UnitCell(FRONT, 0), "a") == Withheld(Reason.PROTECTS_ANOTHER)


def test_only_release_makes_a_table() -> None:
    with pytest.raises(TypeError, match="made by"):
        ReleasedTable(POLICY, {}, {}, {})


def test_what_the_auditor_refuses_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    undecided = Finding(Proof.UNDECIDED, 1.0)
    monkeypatch.setattr(Auditor, "audit", lambda *_, **__: undecided)
    monkeypatch.setattr(plan, "audit_alone", lambda *_: undecided)
    with pytest.raises(UnsafeReleaseError):
        release(POLICY, Tree((None,)), {FRONT: people([0] * 20)})


def test_a_planner_that_shows_too_much_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "choose", lambda task: Chosen(organization=True, units=frozenset({0, 1})))
    with pytest.raises(UnsafeReleaseError):
        release(POLICY, Tree((None, None)), {FRONT: people([0] * 20 + [1] * 2)})


def test_comments_need_their_own_minimum_and_so_does_the_rest() -> None:
    table = release(POLICY, Tree((None, None, 0)), {FRONT: people([0] * 20 + [1] * 12 + [2] * 20)})
    assert table.comments(PanelCell(FRONT)) is None
    assert table.comments(UnitCell(FRONT, 0)) is None
    assert table.comments(UnitCell(FRONT, 2)) is Reason.TOO_FEW_COMMENTERS
    table = release(POLICY, Tree((None, None)), {FRONT: people([0] * 20 + [1] * 6)})
    assert table.comments(UnitCell(FRONT, 0)) is Reason.TOO_FEW_COMMENTERS


def test_strata_are_nearest_published_units() -> None:
    table = release(POLICY, Tree((None, 0, 0, None)), {FRONT: people([1] * 20 + [2] * 3 + [0] * 4 + [3] * 2)})
    part = table.parts[FRONT, "a"]
    assert part.shown.units == {1}
    assert table.strata(FRONT, "a").tolist() == [-1, 1, -1, -1]


def test_units_outside_the_tree_are_refused() -> None:
    with pytest.raises(ValueError, match="not in the tree"):
        release(POLICY, Tree((None,)), {FRONT: people([1] * 20)})


def world_of(units: list[int], parents: tuple[int | None, ...]) -> World:
    n = len(units)
    return World(parents, np.array(units), np.zeros((n, 0), int), np.ones((n, 1), bool), ())
