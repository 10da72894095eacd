import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gamma, nctdtr

from assessment.stats.effects import correction, hedges_g, noncentrality

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("df", [2, 3, 10, 100])
def test_correction_is_the_exact_factor(df: int) -> None:
    assert correction(df) == pytest.approx(gamma(df / 2) / ((df / 2) ** 0.5 * gamma((df - 1) / 2)), rel=1e-13)


@pytest.mark.parametrize("df", [1e5, 1e6, 1e8])
def test_correction_keeps_its_digits_at_large_df(df: float) -> None:
    assert correction(df) == pytest.approx(1 - 3 / (4 * df - 1), rel=1e-11)


@given(st.floats(-200, 200), st.integers(2, 10_000_000))
@settings(max_examples=60, deadline=None)
def test_the_noncentral_t_is_inverted(t: float, df: int) -> None:
    low, high = noncentrality(np.array([t]), np.array([float(df)]))[:, 0]
    assert low < high
    assert nctdtr(df, low, t) == pytest.approx(0.975, abs=1e-9)
    assert nctdtr(df, high, t) == pytest.approx(0.025, abs=1e-9)


@pytest.mark.parametrize(("t", "df"), [(5000.0, 1e7), (1e4, 3), (-1e4, 3), (500, 4), (0.0, 2)])
def test_extremes_are_inverted(t: float, df: float) -> None:
    low, high = noncentrality(np.array([t]), np.array([float(df)]))[:, 0]
    assert nctdtr(df, low, t) == pytest.approx(0.975, abs=1e-7)
    assert nctdtr(df, high, t) == pytest.approx(0.025, abs=1e-7)


@pytest.mark.parametrize(("t", "df"), [(float("nan"), 5), (float("inf"), 5), (1.0, 0)])
def test_what_cannot_be_inverted_is_refused(t: float, df: float) -> None:
    with pytest.raises(ValueError):
        noncentrality(np.array([2.0, t]), np.array([9.0, float(df)]))


def test_no_effect_without_spread_or_people() -> None:
    some = [(10.0, (0.0, 0.0), (5, 5)), (10.0, (5.0, 4.0), (5, 9)), (10.0, (5.0, 0.0), (5, 1))]
    nobody, there, alone = hedges_g(some)
    assert nobody is alone is None
    assert hedges_g(some[1:2]) == [there]
    assert hedges_g([]) == []
    with pytest.raises(ValueError):
        correction(1)


def test_effect_turns_with_the_sign() -> None:
    there, back = hedges_g([(sign * 10.0, (20.0, 25.0), (8, 90)) for sign in (1, -1)])
    assert there is not None
    assert back is not None
    assert there[0] == -back[0]
    assert there[1] == pytest.approx((-back[1][1], -back[1][0]), rel=1e-9)
