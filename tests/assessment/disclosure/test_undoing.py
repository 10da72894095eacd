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


def test_the_smallest_number_stays_back_and_only_one() -> None:
    sums = [Sum("all", ("a", "b", "c")), Sum("b", ("x", "y"))]
    people = {"all": 60, "a": 20, "b": 10, "c": 30, "x": 5, "y": 5}
    assert solved(sums, {"c"}) == {"c"}
    # b is smaller than a, but x and y would give it away
    assert kept_back(sums, {"c"}, (), people, spared={"all"}) == {"a"}


def test_what_is_withheld_for_its_size_needs_no_other() -> None:
    assert kept_back([Sum("d", ("i", "j"))], (), {"i"}, {"d": 9, "i": 8, "j": 9}, ()) == frozenset()
