"""Numbers near the ends of a scale are bounds, and nothing beside them tells more."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.renderers import stated
from assessment.renderers.stated import Bound, Stated
from assessment.report import Both, Difference, Share, Withheld
from tests.assessment.renderers.documents import report

pytestmark = pytest.mark.pure

COUNTS = st.lists(st.integers(0, 60), min_size=2, max_size=6).filter(any)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, Stated(5.0, Bound.AT_MOST)),
        (5.0, Stated(5.0, Bound.AT_MOST)),
        (5.1, Stated(5.1)),
        (94.9, Stated(94.9)),
        (95.0, Stated(95.0, Bound.AT_LEAST)),
        (100.0, Stated(95.0, Bound.AT_LEAST)),
    ],
)
def test_a_score_is_a_bound_at_the_ends(value: float, expected: Stated) -> None:
    assert stated.stated(value, 100) == expected


@settings(max_examples=200)
@given(COUNTS)
def test_no_single_bound_follows_from_the_others(counts: list[int]) -> None:
    found = stated.stated_distribution(counts)
    assert sum(bool(one.bound) for one in found) != 1


@settings(max_examples=200)
@given(COUNTS)
def test_every_bound_is_true(counts: list[int]) -> None:
    for number, one in zip(counts, stated.stated_distribution(counts), strict=True):
        share = number / sum(counts)
        match one.bound:
            case Bound.EXACT:
                assert one.value == share
            case Bound.AT_MOST:
                assert share <= one.value + 1e-12
            case Bound.AT_LEAST:
                assert share >= one.value - 1e-12


def test_a_bounded_mean_takes_its_interval_and_the_gap_with_it() -> None:
    bounded = stated.only(report()).items[1].pair
    assert not isinstance(bounded.executive, Withheld)
    assert bounded.executive.interval is None
    assert bounded.executive.sd is None
    assert bounded.gap == Withheld(stated.ONLY_A_BOUND)


def test_a_bounded_share_takes_the_difference_with_it() -> None:
    sides = (Share(50, 0.5, (0.4, 0.6)), Share(20, 0.99, (0.8, 1.0)))
    assert stated.difference(Both(*sides, Difference(0.49, (0.3, 0.6), 0.01))) == Withheld(
        stated.ONLY_A_BOUND
    )
    assert stated.share_interval(sides[1]) is None
    assert stated.share_interval(sides[0]) == (0.4, 0.6)
