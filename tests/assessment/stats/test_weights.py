import numpy as np
import pytest

from assessment.stats.sample import UnitSums
from assessment.stats.weights import poststratified

pytestmark = pytest.mark.pure


def units(n: list[int], mean: list[float], sd: float = 10.0) -> UnitSums:
    count = np.array(n)
    return UnitSums(count, count * np.array(mean), np.maximum(count - 1, 0) * sd**2)


def test_even_response_changes_nothing() -> None:
    found = poststratified(units([10, 20], [40, 70]), np.array([30, 60]))
    assert found is not None
    assert found.mean == pytest.approx(60)
    assert found.design_effect == pytest.approx(1)
    assert found.effective_n == pytest.approx(30)


def test_a_unit_that_answered_little_gets_its_weight() -> None:
    found = poststratified(units([10, 40], [40, 70]), np.array([100, 100]))
    assert found is not None
    assert found.mean == pytest.approx(55)
    assert found.design_effect == pytest.approx(50 * (10 * 100 + 40 * 6.25) / 200**2)
    assert found.interval[0] < 55 < found.interval[1]


def test_small_units_are_joined_and_empty_ones_covered_by_them() -> None:
    found = poststratified(units([10, 1, 1, 0], [40, 60, 80, 0]), np.array([20, 10, 5, 5]))
    assert found is not None
    assert found.mean == pytest.approx((20 * 40 + 20 * 70) / 40)
    assert (found.n, found.covered) == (12, 1.0)


def test_empty_units_alone_are_left_out_and_told() -> None:
    found = poststratified(units([10, 10, 0], [40, 60, 0]), np.array([20, 20, 10]))
    assert found is not None
    assert found.mean == pytest.approx(50)
    assert found.covered == pytest.approx(0.8)


def test_a_complete_panel_is_certain() -> None:
    found = poststratified(units([10, 10], [40, 60]), np.array([10, 10]))
    assert found is not None
    assert found.error == 0.0
    sampled = poststratified(units([10, 10], [40, 60]), np.array([10, 10]), finite=False)
    assert sampled is not None
    assert sampled.error > 0.0


def test_nothing_is_estimated_from_nothing() -> None:
    assert poststratified(units([0, 0], [0, 0]), np.array([5, 5])) is None
    assert poststratified(units([1, 0], [50, 0]), np.array([5, 5])) is None
    assert poststratified(units([3, 3], [50, 60]), np.array([0, 0])) is None


@pytest.mark.parametrize("headcounts", [[5], [5, -1]])
def test_head_counts_that_do_not_fit_are_refused(headcounts: list[int]) -> None:
    with pytest.raises(ValueError):
        poststratified(units([3, 3], [50, 60]), np.array(headcounts))
