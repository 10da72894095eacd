from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from assessment.stats.reliability import alpha, alpha_interval, omega, one_factor

pytestmark = pytest.mark.pure


def test_parallel_items_have_one_reliability() -> None:
    """Loadings 1, uniquenesses 1: alpha and omega are k / (k + 1)."""
    covariance = np.ones((4, 4)) + np.eye(4)
    assert alpha(covariance) == pytest.approx(4 / 5)
    assert omega(covariance) == pytest.approx(4 / 5)


def test_a_factor_is_found_in_its_own_covariance() -> None:
    loadings, uniquenesses = (
        np.array([10.0, 20.0, 15.0, -5.0, 12.0]),
        np.array([90.0, 50.0, 200.0, 40.0, 70.0]),
    )
    fitted = one_factor(np.outer(loadings, loadings) + np.diag(uniquenesses))
    assert fitted is not None
    assert fitted[0] == pytest.approx(loadings, rel=1e-4)
    assert fitted[1] == pytest.approx(uniquenesses, rel=1e-4)


def test_a_heywood_case_stays_inside() -> None:
    correlation = np.array([[1.0, 0.9, 0.9], [0.9, 1.0, 0.5], [0.9, 0.5, 1.0]])
    correlation = 0.9 * correlation + 0.1 * np.eye(3)
    fitted = one_factor(correlation)
    assert fitted is not None
    assert (fitted[1] > 0).all()
    found = omega(correlation)
    assert found is not None
    assert 0 < found < 1


@pytest.mark.parametrize(
    "covariance",
    [np.ones((3, 3)), np.eye(2), np.zeros((4, 4)), np.diag([1.0, 0.0, 1.0])],
    ids=["singular", "two items", "constant", "one constant"],
)
def test_omega_is_not_made_up(covariance: np.ndarray) -> None:
    assert omega(covariance) is None


def test_a_fit_that_did_not_converge_is_no_omega(monkeypatch: pytest.MonkeyPatch) -> None:
    covariance = np.ones((4, 4)) + np.eye(4)
    assert omega(covariance) is not None

    def stopped(*given: Any, **options: Any) -> Any:
        found = minimize(*given, **options)
        found.success = False
        return found

    monkeypatch.setattr("assessment.stats.reliability.minimize", stopped)
    assert omega(covariance) is None


def test_alpha_needs_items_that_vary() -> None:
    assert alpha(np.eye(1)) is None
    assert alpha(np.zeros((3, 3))) is None
    assert alpha(np.eye(3) - 0.3 * (1 - np.eye(3))) == pytest.approx(-2.25)  # items against each other
    assert alpha_interval(0.8, 1, 4) is None
    assert alpha_interval(0.8, 30, 1) is None
    found = alpha_interval(0.8, 30, 4)
    assert found is not None
    assert found[0] < 0.8 < found[1] < 1
