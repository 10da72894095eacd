import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.disclosure.values import (
    AtLeast,
    AtMost,
    Between,
    Exactly,
    benchmark_allowed,
    bounded_distribution,
    bounded_gap,
    bounded_mean,
    bounded_share,
)

pytestmark = pytest.mark.pure


def test_means_and_shares_inside_5_to_95() -> None:
    assert [bounded_mean(x) for x in (0, 4.99, 5, 50, 95, 95.01, 100)] == [
        AtMost(5),
        AtMost(5),
        Exactly(5),
        Exactly(50),
        Exactly(95),
        AtLeast(95),
        AtLeast(95),
    ]
    assert [bounded_share(x) for x in (0.0, 0.05, 0.95, 1.0)] == [
        AtMost(0.05),
        Exactly(0.05),
        Exactly(0.95),
        AtLeast(0.95),
    ]
    for outside in (-1, 101, float("nan")):
        with pytest.raises(ValueError, match="A mean"):
            bounded_mean(outside)
    for outside in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="A share"):
            bounded_share(outside)


def test_a_single_bound_does_not_follow_from_the_other_shares() -> None:
    assert bounded_distribution([0.02, 0.5, 0.48]) == (AtMost(0.05), Exactly(0.5), AtMost(0.5))
    assert bounded_distribution([0.02, 0.03, 0.95]) == (AtMost(0.05), AtMost(0.05), Exactly(0.95))
    assert bounded_distribution([0.5, 0.5]) == (Exactly(0.5), Exactly(0.5))
    assert bounded_distribution([1.0, 0.0]) == (AtLeast(0.95), AtMost(0.05))
    with pytest.raises(ValueError, match="add up to 1"):
        bounded_distribution([0.5, 0.4])


def test_several_bounds_with_nothing_left_for_them_do_not_follow_either() -> None:
    assert bounded_distribution([0.0, 0.0, 0.3, 0.7]) == (
        AtMost(0.05),
        AtMost(0.05),
        AtMost(0.3),
        Exactly(0.7),
    )


@given(st.lists(st.integers(0, 40), min_size=2, max_size=7).filter(any))
def test_no_bounded_share_can_be_solved(counts: list[int]) -> None:
    shares = [count / sum(counts) for count in counts]
    stated = bounded_distribution(shares)
    assert sum(not isinstance(one, Exactly) for one in stated) != 1
    for share, one in zip(shares, stated, strict=True):
        match one:
            case Exactly(value):
                assert value == share
            case AtLeast(value):
                assert share >= value
            case AtMost(value):
                assert share <= value + 1e-12


def test_a_gap_gives_no_bounded_mean_away() -> None:
    assert bounded_gap(80, 50) == Exactly(30)
    assert bounded_gap(98, 50) == Between(45, 50)
    assert bounded_gap(80, 2) == Between(75, 80)
    assert bounded_gap(99, 97) == Between(-5, 5)


def test_benchmarks_need_five_and_none_above_a_quarter() -> None:
    assert benchmark_allowed([1, 1, 1, 1, 1])
    assert benchmark_allowed([1, 1, 1, 1, 4 / 3])
    assert not benchmark_allowed([1, 1, 1, 1, 2])
    assert not benchmark_allowed([1, 1, 1, 1])
    for wrong in ([], [0.0] * 5, [float("nan")] * 5):
        if wrong:
            with pytest.raises(ValueError, match="positive"):
                benchmark_allowed(wrong)
        else:
            assert not benchmark_allowed(wrong)
