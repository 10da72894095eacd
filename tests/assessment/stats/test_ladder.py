from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from assessment.stats.ladder import Ceiling, Outside, ceiling

pytestmark = pytest.mark.pure

AMOUNTS = (20, 50, 100, 250, 1000)


def found(*decided: int, of: int = 100, seed: int = 0, draws: int = 2000) -> Ceiling:
    return ceiling([one / of for one in decided], [of] * len(decided), AMOUNTS, seed=seed, draws=draws)


def test_the_ceiling_is_where_half_decide() -> None:
    assert found(40, 40, 30, 0, 0, of=60).amount == pytest.approx(100)
    half_way = found(50, 30, 0, 0, 0, of=50)
    # from 1 at 20 to .6 at 50 to 0 at 100
    assert half_way.amount == pytest.approx(exp(log(50) + (0.1 / 0.6) * (log(100) - log(50))))
    assert half_way.beside == (1, 2, 3, 4)
    assert found(90, 60, 40, 20, 10).beside == (1, 2)
    assert isinstance(half_way.interval[0], float)
    assert half_way.interval[0] < 50 < half_way.amount  # type: ignore[operator]


def test_below_and_beyond_are_answers() -> None:
    below, beyond = found(0, 0, 0, 0, 0), found(100, 100, 100, 100, 100)
    assert (below.amount, below.interval) == (Outside.BELOW, (Outside.BELOW, Outside.BELOW))
    assert (beyond.amount, beyond.interval) == (Outside.BEYOND, (Outside.BEYOND, Outside.BEYOND))
    assert below.beside == beyond.beside == ()


def test_shares_that_rise_are_pooled() -> None:
    """.6, .2, .5, 0, 0 become .6, .35, .35, 0, 0."""
    pooled = found(6, 2, 5, 0, 0, of=10)
    assert pooled.amount == pytest.approx(exp(log(20) + (0.1 / 0.25) * (log(50) - log(20))))
    assert pooled.beside == (0, 1, 2)


def test_a_step_counts_by_its_answers() -> None:
    """.2 of 30 and .5 of 10 are .275 of 40."""
    pooled = ceiling([0.6, 0.2, 0.5, 0.0, 0.0], [10, 30, 10, 10, 10], AMOUNTS)
    assert pooled.amount == pytest.approx(exp(log(20) + (0.1 / 0.325) * (log(50) - log(20))))


def test_a_few_equal_answers_are_not_certain() -> None:
    alike = found(5, 5, 0, 0, 0, of=5)
    low, high = alike.interval
    assert isinstance(low, float)
    assert isinstance(high, float)
    assert low < alike.amount < high  # type: ignore[operator]
    assert high / low > 1.3


def test_more_people_know_it_better() -> None:
    few, many = found(9, 7, 4, 2, 1, of=10), found(900, 700, 400, 200, 100, of=1000)
    assert few.amount == pytest.approx(many.amount)
    widths = [one.interval[1] / one.interval[0] for one in (few, many)]  # type: ignore[operator]
    assert widths[0] > 2 * widths[1]


def test_the_interval_holds_a_step_where_the_steps_jeffreys_posterior_holds_half() -> None:
    assert ceiling([0.5, 0.5], [40, 40], (10, 1000)).interval == (Outside.BELOW, Outside.BEYOND)
    for decided in range(1, 40):
        low, high = ceiling([1.0, decided / 40, 0.0], [40] * 3, (10, 100, 1000)).interval
        below_half = float(beta.cdf(0.5, decided + 0.5, 40 - decided + 0.5))
        tail = min(below_half, 1 - below_half)
        if abs(tail - 0.025) > 0.01:
            assert (low <= 100 <= high) == (tail > 0.025)  # type: ignore[operator]


def test_the_same_seed_gives_the_same_interval() -> None:
    assert found(90, 70, 30, 20, 5, seed=4) == found(90, 70, 30, 20, 5, seed=4)
    assert found(90, 70, 30, 20, 5, seed=4) != found(90, 70, 30, 20, 5, seed=5)


@pytest.mark.parametrize("n", [(5, 5, 0, 5, 5), (5, 5, 5, 5)])
def test_every_step_needs_answers(n: tuple[int, ...]) -> None:
    with pytest.raises(ValueError):
        ceiling([1.0, 0.8, 0.4, 0.2, 0.0], n, AMOUNTS)


@pytest.mark.parametrize("amounts", [(20, 50), (20, 50, 50, 100, 200), (0, 1, 2, 3, 4), (5, 4, 3, 2, 1)])
def test_amounts_that_make_no_ladder_are_refused(amounts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError):
        ceiling([1.0, 0.8, 0.4, 0.2, 0.0], [5] * 5, amounts)


@given(st.lists(st.tuples(st.integers(1, 40), st.floats(0, 1)), min_size=5, max_size=5))
@settings(max_examples=50, deadline=None)
def test_the_interval_holds_the_ceiling(steps: list[tuple[int, float]]) -> None:
    one = ceiling([share for _, share in steps], [n for n, _ in steps], AMOUNTS, draws=100)

    def place(stake: float | Outside) -> float:
        match stake:
            case Outside.BELOW:
                return 0.0
            case Outside.BEYOND:
                return float("inf")
            case _:
                return float(stake)

    assert place(one.interval[0]) <= place(one.amount) * (1 + 1e-9)
    assert place(one.amount) <= place(one.interval[1]) * (1 + 1e-9)
