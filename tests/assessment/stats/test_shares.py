import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from assessment.stats.shares import difference, share

pytestmark = pytest.mark.pure

counts = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
@settings(max_examples=30, deadline=None)
def test_a_share_lies_inside_an_interval_of_some_width(one: tuple[int, int]) -> None:
    found = share(*one)
    assert found.value is not None
    assert found.interval is not None
    low, high = found.interval
    assert 0 <= low <= found.value <= high <= 1
    assert low < high
    expected = stats.binomtest(*one).proportion_ci(method="wilson")
    assert found.interval == pytest.approx((expected.low, expected.high), abs=1e-12)


@given(counts, counts)
@settings(max_examples=30, deadline=None)
def test_a_difference_turns_with_its_order(a: tuple[int, int], b: tuple[int, int]) -> None:
    there, back = difference(a, b), difference(b, a)
    assert there.value is not None
    assert there.interval is not None
    assert back.interval is not None
    assert -1 <= there.interval[0] <= there.value <= there.interval[1] <= 1
    assert there.interval[0] < there.interval[1]
    assert there.interval == pytest.approx((-back.interval[1], -back.interval[0]), abs=1e-12)
    assert there.p == pytest.approx(back.p)


def test_nobody_has_no_share() -> None:
    assert share(0, 0).interval is None
    assert difference((0, 0), (1, 2)).interval is None
    assert difference((3, 3), (5, 5)).p == 1.0


@pytest.mark.parametrize(("count", "n"), [(2, 1), (-1, 1)])
def test_an_impossible_share_is_refused(count: int, n: int) -> None:
    with pytest.raises(ValueError):
        share(count, n)
