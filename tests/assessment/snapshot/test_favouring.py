"""A favourable share that is a bound stays open to whoever holds everything that is told: by linear programming over
small trees, from single people up, sharing nothing with what chose.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from assessment.disclosure.cells import Cell, CutCell, PanelCell, UnitCell
from assessment.disclosure.membership import Tree
from assessment.disclosure.values import Exactly, bounded_share
from assessment.snapshot import figures
from assessment.snapshot.favouring import EVERYBODY, keep_shares_back, shares_back, sums_among
from assessment.stats.layout import Panel

pytestmark = pytest.mark.pure
EDGE, SMALL = 0.05, 1e-7
LEVELS = 2


@dataclass(frozen=True)
class People:
    """Of a tree: everybody's unit, answer to the only background question, and whether favourable."""

    tree: Tree
    unit: NDArray[np.int64]
    level: NDArray[np.int64]
    favourable: NDArray[np.bool_]

    def of(self, cell: Cell) -> NDArray[np.bool_]:
        match cell:
            case PanelCell():
                return np.ones(len(self.unit), bool)
            case UnitCell(_, unit):
                below = {unit}
                for place, parent in enumerate(self.tree.parents):  # parents come first
                    below |= {place} if parent in below else set()
                return np.isin(self.unit, sorted(below))
            case CutCell(_, _, level):
                return np.equal(self.level, level)

    def estimate(self, cell: Cell) -> dict[str, Any]:
        mine = self.favourable[self.of(cell)]
        return {
            "n": len(mine),
            "favourable": figures.share(int(mine.sum()), len(mine)),
            "favourable_interval": None,
        }


@st.composite
def peoples(draw: st.DrawFn) -> tuple[People, list[Cell]]:
    """People stand in leaves, many of one mind; some cells are told, the panel always is."""
    units = draw(st.integers(1, 7))
    parents = [None, *(draw(st.integers(0, place - 1)) for place in range(1, units))]
    leaves = [place for place in range(units) if place not in parents]
    own = {leaf: draw(st.integers(10, 40)) for leaf in leaves}
    agree = {leaf: draw(st.sampled_from([0.0, 1.0]) | st.floats(0, 1)) for leaf in leaves}
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    unit = np.repeat(leaves, [own[leaf] for leaf in leaves])
    favourable = rng.random(len(unit)) < np.array([agree[leaf] for leaf in unit])
    level = rng.integers(draw(st.integers(0, 1)), LEVELS + 1, len(unit))  # 0: no answer
    told: list[Cell] = [UnitCell(Panel.FRONTLINE, place) for place in range(units)]
    told += [CutCell(Panel.FRONTLINE, 0, one) for one in range(1, LEVELS + 1)]
    people = People(Tree(tuple(parents)), unit, level, favourable)
    kept = [cell for cell in told if people.of(cell).sum() >= 10 and draw(st.integers(0, 5))]
    return people, [EVERYBODY, *kept]


def attack(people: People, estimates: dict[Cell, dict[str, Any]], aim: Cell) -> tuple[float, float]:
    """The least and most of a share, given the document: the tree and each question's levels are broken down for
    themselves (nothing in it says who of which unit gave which answer), and both are of the same people.
    """
    units = [cell for cell in estimates if isinstance(cell, UnitCell)]
    levels = [cell for cell in estimates if isinstance(cell, CutCell)]
    rows: dict[tuple[Cell, int], NDArray[np.float64]] = {}
    sizes = []
    for some, side in ((units, 0), (levels, 1)):
        kinds = np.stack([people.of(cell) for cell in (EVERYBODY, *some)])
        groups, of_each = np.unique(kinds, axis=1, return_counts=True)
        rows |= {
            (cell, side): row for cell, row in zip((EVERYBODY, *some), groups.astype(float), strict=True)
        }
        sizes.append(of_each)
    both = [np.zeros(len(one)) for one in sizes]

    def over(cell: Cell, side: int) -> NDArray[np.float64]:
        return np.concatenate([rows[cell, side] if at == side else both[at] for at in (0, 1)])

    equal, values, less, ends = [over(EVERYBODY, 0) - over(EVERYBODY, 1)], [0.0], [], []
    for cell, one in estimates.items():
        row, share = over(cell, int(isinstance(cell, CutCell))), one.get("favourable")
        if isinstance(share, float):
            equal.append(row)
            values.append(share * one["n"])
        elif share is not None:
            sign = -1 if "at_least" in share else 1
            less.append(sign * row)
            ends.append(sign * one["n"] * (share.get("at_least") or share.get("at_most")))
    goal, n = over(aim, int(isinstance(aim, CutCell))), estimates[aim]["n"]
    limits = [(0.0, float(size)) for size in np.concatenate(sizes)]

    def least(what: NDArray[np.float64]) -> float:
        found = linprog(
            what,
            A_eq=np.array(equal),
            b_eq=values,
            A_ub=np.array(less) if less else None,
            b_ub=ends if less else None,
            bounds=limits,
            method="highs",
        ).fun
        assert found is not None, "what is told contradicts itself"
        return float(found)

    return least(goal) / n, -least(-goal) / n


def bounds_among(estimates: dict[Cell, dict[str, Any]]) -> list[Cell]:
    return [cell for cell, one in estimates.items() if isinstance(one.get("favourable"), dict)]


@settings(max_examples=150, deadline=None)
@given(peoples())
def test_no_bounded_share_can_be_worked_out(world: tuple[People, list[Cell]]) -> None:
    """It stays as open as it is told, or at least by one person: what stays back is no bound, so that one more and one
    fewer are possible there.
    """
    people, cells = world
    estimates = {cell: people.estimate(cell) for cell in cells}
    back = shares_back(people.tree, estimates)
    keep_shares_back(people.tree, {cell: {"d": one} for cell, one in estimates.items()}, again=False)
    assert back == {cell for cell, one in estimates.items() if "favourable" not in one}
    if any_left_over_is_extreme(people, cells):
        return  # docs/privacy.md says so
    for cell in bounds_among(estimates):
        low, high = attack(people, estimates, cell)
        assert high - low >= min(EDGE, 1 / estimates[cell]["n"]) - SMALL, (cell, low, high)


def any_left_over_is_extreme(people: People, cells: list[Cell]) -> bool:
    """Whether people of a cell who are in no smaller one that is told are nearly all of one mind."""
    units: list[Cell] = [cell for cell in cells if not isinstance(cell, CutCell)]
    levels: list[Cell] = [EVERYBODY, *(cell for cell in cells if isinstance(cell, CutCell))]
    for some in (units, levels):
        for whole in some:
            inside = people.of(whole)
            rest = inside.copy()
            for cell in some:
                mine = people.of(cell)
                if (
                    cell != whole
                    and not (mine & ~inside).any()
                    and (
                        len(mine[mine]) < inside.sum() or (isinstance(cell, UnitCell) and whole is EVERYBODY)
                    )
                ):
                    rest &= ~mine
            left = people.favourable[rest]
            is_smallest = bool((rest == inside).all())
            if len(left) and not is_smallest and not isinstance(bounded_share(float(left.mean())), Exactly):
                return True
    return False


@settings(max_examples=100, deadline=None)
@given(peoples())
def test_every_sum_is_one(world: tuple[People, list[Cell]]) -> None:
    people, cells = world
    for one in sums_among(people.tree, {cell: int(people.of(cell).sum()) for cell in cells}):
        together = np.sum([people.of(cell) for cell in one.parts], axis=0)
        assert together.tolist() == people.of(one.whole).astype(int).tolist()


def test_without_keeping_any_back_the_attacker_has_the_share() -> None:
    """Two stores of twenty, all of one favourable; beside them a region and the panel."""
    unit = np.repeat([1, 2], 20)
    people = People(Tree((None, 0, 0)), unit, np.zeros(40, np.int64), (np.arange(40) < 28))
    cells: list[Cell] = [EVERYBODY, *(UnitCell(Panel.FRONTLINE, place) for place in range(3))]
    estimates = {cell: people.estimate(cell) for cell in cells}
    assert estimates[cells[2]]["favourable"] == {"at_least": 0.95}
    assert attack(people, estimates, cells[2]) == pytest.approx((1.0, 1.0))
    keep_shares_back(people.tree, {cell: {"d": one} for cell, one in estimates.items()}, again=False)
    assert "favourable" not in estimates[cells[3]]
    assert attack(people, estimates, cells[2]) == pytest.approx((0.95, 1.0))
