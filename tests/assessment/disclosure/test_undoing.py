"""A bound is solved by linear algebra over everything that is stated, unless enough stays back beside it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.disclosure.undoing import Sum, kept_back, solved

pytestmark = pytest.mark.pure


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


@settings(max_examples=300, deadline=None)
@given(forests(), st.data())
def test_solving_one_sum_after_the_other_finds_all_that_algebra_does(
    sums: list[Sum[int]], data: st.DataObject
) -> None:
    unknown = frozenset(data.draw(st.lists(st.integers(0, 24))))
    inside = frozenset(number for one in sums for number in one.numbers)
    assert solved(sums, unknown & inside) == by_algebra(sums, unknown & inside)


@settings(max_examples=300, deadline=None)
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
    if not by_algebra(sums, bounds):
        assert not back


@settings(max_examples=300, deadline=None)
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
    assert not by_algebra(sums, bounds | back | unstated) & (bounds | back)
    if not by_algebra(sums, bounds | unstated) & bounds:
        assert not back


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


def test_parts_at_the_same_end_follow_together() -> None:
    sums = [Sum("all", ("a", "b", "c"))]
    people = {"all": 45, "a": 20, "b": 15, "c": 10}
    assert kept_back(sums, {"a", "b"}, (), people) == frozenset()
    assert kept_back(sums, {"a", "b"}, (), people, ends=({"a"}, {"b"})) == frozenset()
    assert kept_back(sums, {"a", "b"}, (), people, ends=({"a", "b"}, ())) == {"c"}


def test_a_number_stated_nowhere_that_follows_gives_nothing_away() -> None:
    """The panel's number is of more people than its units: these together are stated nowhere, and are their sum."""
    sums = [Sum("panel", ("together", "besides")), Sum("together", ("x", "y")), Sum("x", ("u", "v"))]
    people = {"panel": 60, "together": 50, "besides": 10, "x": 20, "y": 30, "u": 12, "v": 8}
    found = kept_back(sums, {"besides"}, {"together"}, people, spared={"panel"})
    assert found == {"y"}  # of the smaller x all that it is made of is stated
