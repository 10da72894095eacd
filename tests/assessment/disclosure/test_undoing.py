"""A bound is solved by linear algebra over everything that is stated, unless enough stays back beside it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from assessment.disclosure.undoing import Sum, kept_back, solved
from assessment.disclosure.values import AtLeast, AtMost, Exactly, bounded_share

pytestmark = pytest.mark.pure
Floats = np.ndarray[Any, np.dtype[np.float64]]


def by_algebra(sums: list[Sum[int]], unknown: frozenset[int]) -> set[int]:
    """The unknown numbers that the sums and the known numbers determine: an oracle that shares nothing."""
    columns = sorted(unknown)
    if not columns:
        return set()
    rows = np.array(
        [[(-1 if number == one.whole else 1) * (number in one.numbers) for number in columns] for one in sums]
    ).reshape(-1, len(columns))
    rank = np.linalg.matrix_rank(rows) if len(rows) else 0
    return {
        number
        for place, number in enumerate(columns)
        if len(rows) and np.linalg.matrix_rank(np.vstack([rows, np.eye(len(columns))[place]])) == rank
    }


@st.composite
def forests(draw: st.DrawFn) -> list[Sum[int]]:
    """Sums as a report has them: a number is part of one, and whole of any number of them."""
    sums: list[Sum[int]] = []
    free, last = [0], 0
    for _ in range(draw(st.integers(0, 6))):
        whole = draw(st.sampled_from(free))
        parts = tuple(range(last + 1, last + 1 + draw(st.integers(1, 4))))
        last = parts[-1]
        free.extend(parts)
        sums.append(Sum(whole, parts))
    return sums


@settings(max_examples=100, deadline=None)
@given(forests(), st.data())
def test_solving_one_sum_after_the_other_finds_all_that_algebra_does(
    sums: list[Sum[int]], data: st.DataObject
) -> None:
    unknown = frozenset(data.draw(st.lists(st.integers(0, 24))))
    inside = frozenset(number for one in sums for number in one.numbers)
    assert solved(sums, unknown & inside) == by_algebra(sums, unknown & inside)


@settings(max_examples=100, deadline=None)
@given(forests(), st.data())
def test_no_bound_is_solved(sums: list[Sum[int]], data: st.DataObject) -> None:
    numbers = sorted({number for one in sums for number in one.numbers})
    bounds = frozenset(data.draw(st.lists(st.sampled_from(numbers)))) if numbers else frozenset()
    # a sum of one part is that part: both are bounds or neither is
    for one in sums:
        if len(one.parts) == 1 and set(one.numbers) & bounds:
            bounds |= set(one.numbers)
    people = {number: 10 + number for number in numbers}
    back = kept_back(sums, bounds, (), people, spared=(0,))
    assert not by_algebra(sums, bounds | back) & bounds
    assert not back & bounds
    if not any(set(one.numbers) & bounds and set(one.numbers) - bounds for one in sums):
        assert not back


@settings(max_examples=100, deadline=None)
@given(forests(), st.data())
def test_no_bound_is_solved_where_some_numbers_are_stated_nowhere(
    sums: list[Sum[int]], data: st.DataObject
) -> None:
    numbers = sorted({number for one in sums for number in one.numbers})
    some = st.lists(st.sampled_from(numbers)) if numbers else st.just([])
    bounds, unstated = frozenset(data.draw(some)), frozenset(data.draw(some))
    for one in sums:
        if len(one.parts) == 1 and set(one.numbers) & bounds:
            bounds |= set(one.numbers)
    unstated -= bounds
    back = kept_back(sums, bounds, unstated, {number: 10 + number for number in numbers}, spared=(0,))
    assert not back & unstated
    assert not by_algebra(sums, bounds | back | unstated) & bounds


def least(aim: Floats, rows: Floats, limits: list[tuple[float, float]]) -> float:
    found = linprog(aim, A_eq=rows, b_eq=np.zeros(len(rows)), bounds=limits, method="highs").fun
    assert found is not None, "what is told contradicts itself"
    return float(found)


def by_programming(
    sums: list[Sum[int]], told: dict[int, tuple[float, float]], people: dict[int, int]
) -> dict[int, tuple[float, float]]:
    """The least and the most that every number can be, given what is told of all: an attacker who knows the sums."""
    columns = sorted(told)
    rows = np.zeros((len(sums), len(columns)))
    for row, one in zip(rows, sums, strict=True):
        for number in one.numbers:
            row[columns.index(number)] = people[number] * (-1 if number == one.whole else 1)
    limits = [told[number] for number in columns]
    found = {}
    for place, number in enumerate(columns):
        aim = np.eye(len(columns))[place]
        found[number] = (least(aim, rows, limits), -least(-aim, rows, limits))
    return found


@st.composite
def measured(draw: st.DrawFn) -> tuple[list[Sum[int]], dict[int, int], dict[int, float]]:
    """A forest with people and shares that add up, most of them extreme."""
    sums = draw(forests())
    wholes = {one.whole for one in sums}
    numbers = sorted({number for one in sums for number in one.numbers})
    people: dict[int, int] = {}
    agreed: dict[int, int] = {}
    for number in numbers:
        if number not in wholes:
            people[number] = draw(st.integers(10, 60))
            agreed[number] = draw(
                st.sampled_from([0, people[number], people[number] - 1]) | st.integers(0, people[number])
            )
    seen: set[int] = set()
    kept = []
    for one in reversed(sums):  # the parts of a number come after it
        if one.whole in seen:
            continue  # a second breakdown would have to be of the same people
        seen.add(one.whole)
        kept.append(one)
        people[one.whole] = sum(people[part] for part in one.parts)
        agreed[one.whole] = sum(agreed[part] for part in one.parts)
    return kept, people, {number: agreed[number] / people[number] for one in kept for number in one.numbers}


EDGE, LEAST = 0.05, 1e-6


def told_of(share: float) -> tuple[float, float]:
    match bounded_share(share):
        case Exactly(value):
            return value, value
        case AtLeast(value):
            return value, 1.0
        case AtMost(value):
            return 0.0, value


@settings(max_examples=100, deadline=None)
@given(measured())
def test_no_bound_is_pressed_against_its_end(
    world: tuple[list[Sum[int]], dict[int, int], dict[int, float]],
) -> None:
    """Whoever knows all sums, bounds and exact numbers finds every bound as wide as it is told, or at least as wide as
    the smallest number that stays back can sway it: a twentieth of its people.
    """
    sums, people, shares = world
    told = {number: told_of(share) for number, share in shares.items()}
    bounds = {number for number, (low, high) in told.items() if low < high}
    back = kept_back(sums, bounds, (), people, spared=(0,))
    found = by_programming(sums, told | dict.fromkeys(back, (0.0, 1.0)), people)
    for number in bounds:
        others = [one for one in sums if number in one.numbers and set(one.numbers) - bounds]
        if others:
            low, high = found[number]
            sway = EDGE * min(people[one] for one in back) / people[number]
            assert high - low >= min(EDGE, sway) - LEAST, (number, told[number], found[number])


def test_two_bounds_beside_exact_numbers_do_not_protect_each_other() -> None:
    """Where all of both agreed, their sum says so."""
    sums = [Sum(0, (1, 2, 3))]
    people = {0: 60, 1: 20, 2: 20, 3: 20}
    told = {0: (0.8, 0.8), 1: (0.95, 1.0), 2: (0.95, 1.0), 3: (0.4, 0.4)}
    assert solved(sums, {1, 2}) == frozenset()
    pressed = by_programming(sums, told, people)
    assert pressed[1] == pytest.approx((1.0, 1.0))
    assert kept_back(sums, {1, 2}, (), people, spared=(0,)) == {3}
    assert by_programming(sums, told | {3: (0.0, 1.0)}, people)[1] == pytest.approx((0.95, 1.0))


def test_the_smallest_number_stays_back_and_only_one() -> None:
    sums = [Sum("all", ("a", "b", "c")), Sum("b", ("x", "y"))]
    people = {"all": 60, "a": 20, "b": 10, "c": 30, "x": 5, "y": 5}
    assert solved(sums, {"c"}) == {"c"}
    # b is smaller than a, but x and y would give it away
    assert kept_back(sums, {"c"}, (), people, spared={"all"}) == {"a"}


def test_what_is_withheld_for_its_size_needs_no_other() -> None:
    assert kept_back([Sum("d", ("i", "j"))], (), {"i"}, {"d": 9, "i": 8, "j": 9}) == frozenset()


def test_people_left_over_are_a_part_that_nobody_states() -> None:
    sums = [Sum("all", ("a", "b", "others"))]
    people = {"all": 40, "a": 20, "b": 15, "others": 5}
    assert kept_back(sums, {"others"}, (), people, spared={"all"}) == {"b"}
    # where they are at no end of the scale, a bound beside them does not follow
    assert kept_back(sums, {"a"}, {"others"}, people, spared={"all"}) == frozenset()


def test_a_number_stated_nowhere_that_follows_gives_nothing_away() -> None:
    """The panel's number is of more people than its units: these together are stated nowhere, and are their sum."""
    sums = [Sum("panel", ("together", "besides")), Sum("together", ("x", "y")), Sum("x", ("u", "v"))]
    people = {"panel": 60, "together": 50, "besides": 10, "x": 20, "y": 30, "u": 12, "v": 8}
    found = kept_back(sums, {"besides"}, {"together"}, people, spared={"panel"})
    assert found == {"y"}  # of the smaller x all that it is made of is stated
