from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.stats.ladder import Outside, ceiling
from assessment.stats.layout import Column, Kind, Layout, Panel
from assessment.stats.sample import Patterns
from assessment.stats.tally import Tally

pytestmark = pytest.mark.pure

AMOUNTS = (20, 50, 100, 250, 1000)


def patterns(*rows: tuple[int, str]) -> Patterns:
    """(people, one character a step: y on the spot, n otherwise, - no answer)"""
    on = np.array([[c == "y" for c in row] for _, row in rows])
    answered = np.array([[c != "-" for c in row] for _, row in rows])
    return Patterns(on, answered, np.array([n for n, _ in rows]))


def test_the_ceiling_is_where_half_decide() -> None:
    found = ceiling(patterns((10, "yynnn"), (30, "yyynn"), (20, "nnnnn")), AMOUNTS)
    assert found is not None
    # shares 40/60, 40/60, 30/60, 0, 0
    assert found.amount == pytest.approx(100)
    assert [one.count for one in found.steps] == [40, 40, 30, 0, 0]
    half_way = ceiling(patterns((30, "yynnn"), (20, "ynnnn")), AMOUNTS)
    assert half_way is not None
    # from 1 at 20 to .6 at 50 to 0 at 100
    assert half_way.amount == pytest.approx(exp(log(50) + (0.1 / 0.6) * (log(100) - log(50))))
    assert isinstance(half_way.interval[0], float)
    assert half_way.interval[0] < 50 < half_way.amount  # type: ignore[operator]


def test_below_and_beyond_are_answers() -> None:
    below, beyond = ceiling(patterns((50, "nnnnn")), AMOUNTS), ceiling(patterns((50, "yyyyy")), AMOUNTS)
    assert below is not None
    assert beyond is not None
    assert (below.amount, below.interval) == (Outside.BELOW, (Outside.BELOW, Outside.BELOW))
    assert (beyond.amount, beyond.interval) == (Outside.BEYOND, (Outside.BEYOND, Outside.BEYOND))


def test_shares_that_rise_are_pooled() -> None:
    """.6, .2, .5, 0, 0 become .6, .35, .35, 0, 0."""
    found = ceiling(patterns((2, "ynynn"), (4, "ynnnn"), (2, "nyynn"), (1, "nnynn"), (1, "nnnnn")), AMOUNTS)
    assert found is not None
    assert [one.count for one in found.steps] == [6, 2, 5, 0, 0]
    assert found.amount == pytest.approx(exp(log(20) + (0.1 / 0.25) * (log(50) - log(20))))


def test_a_few_equal_answers_are_not_certain() -> None:
    found = ceiling(patterns((5, "yynnn")), AMOUNTS)
    assert found is not None
    low, high = found.interval
    assert isinstance(low, float)
    assert isinstance(high, float)
    assert low < found.amount < high  # type: ignore[operator]
    assert high / low > 1.3


def test_the_same_seed_gives_the_same_interval() -> None:
    one = patterns((5, "yynnn"), (6, "yyyyn"), (3, "-y-nn"))
    assert ceiling(one, AMOUNTS, seed=4) == ceiling(one, AMOUNTS, seed=4)
    assert ceiling(one, AMOUNTS, seed=4) != ceiling(one, AMOUNTS, seed=5)


def test_a_step_without_answers_has_no_ceiling() -> None:
    assert ceiling(patterns((5, "yyn-n")), AMOUNTS) is None


@pytest.mark.parametrize("amounts", [(20, 50), (20, 50, 50, 100, 200), (0, 1, 2, 3, 4), (5, 4, 3, 2, 1)])
def test_amounts_that_make_no_ladder_are_refused(amounts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError):
        ceiling(patterns((5, "yynnn")), amounts)


@given(
    st.lists(st.tuples(st.integers(1, 20), st.text("yn-", min_size=5, max_size=5)), min_size=1, max_size=6)
)
@settings(max_examples=25, deadline=None)
def test_the_interval_holds_the_ceiling(rows: list[tuple[int, str]]) -> None:
    found = ceiling(patterns(*rows), AMOUNTS, draws=100)
    if found is None:
        return

    def place(stake: float | Outside) -> float:
        match stake:
            case Outside.BELOW:
                return 0.0
            case Outside.BEYOND:
                return float("inf")
            case _:
                return float(stake)

    assert place(found.interval[0]) <= place(found.amount) * (1 + 1e-9)
    assert place(found.amount) <= place(found.interval[1]) * (1 + 1e-9)


def test_patterns_come_from_the_tally() -> None:
    layout = Layout(tuple(Column(f"s{i}", Kind.LADDER, 6, dont_know=True) for i in range(3)), ())
    sheets = bytes([1, 1, 2, 1, 1, 2, 1, 0, 255, 6, 1, 3])
    tally = Tally.of(layout, [(Panel.FRONTLINE, 0, sheets)], 1)
    found = tally.ladder(Panel.FRONTLINE)
    seen = {
        (tuple(on), tuple(there)): n
        for on, there, n in zip(
            found.on_the_spot.tolist(), found.answered.tolist(), found.counts.tolist(), strict=True
        )
    }
    assert seen == {
        ((True, True, False), (True, True, True)): 2,
        ((True, False, False), (True, False, False)): 1,
        ((False, True, False), (True, True, True)): 1,
    }
    assert (tally + tally).ladder(Panel.FRONTLINE).counts.sum() == 8
