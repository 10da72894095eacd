import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr

from assessment.stats.association import association, ranked
from assessment.stats.layout import Panel
from assessment.stats.sample import Joint
from assessment.stats.tally import Tally
from tests.assessment.stats.sheets import LAYOUT, dimension_scores, sheets

pytestmark = pytest.mark.pure
PAIR = ("authority", "promise")


def of(rows: np.ndarray) -> Joint:
    return Tally.of(LAYOUT, [(Panel.FRONTLINE, 0, rows.tobytes())], 1).joint(Panel.FRONTLINE, PAIR)


@pytest.mark.parametrize("seed", range(5))
def test_it_is_pearsons_with_fishers_interval(seed: int) -> None:
    rows = sheets(LAYOUT, 80, seed, missing=0)
    expected = pearsonr(*(dimension_scores(rows, name) for name in PAIR))
    found = association(of(rows))
    assert found is not None
    assert found.n == 80
    assert found.r == pytest.approx(expected.statistic, rel=1e-9)
    assert found.interval == pytest.approx(tuple(expected.confidence_interval()), rel=1e-9)


def test_skipped_dimensions_leave_only_those_who_have_both() -> None:
    rows = sheets(LAYOUT, 200, 1, missing=0.4)
    a, b = (dimension_scores(rows, name) for name in PAIR)
    found = association(of(rows))
    assert found is not None
    assert found.n == (~np.isnan(a) & ~np.isnan(b)).sum() < 200


def test_a_complete_panel_leaves_nothing_to_estimate() -> None:
    joint = of(sheets(LAYOUT, 50, 2, missing=0))
    whole, part = association(joint, 50), association(joint, 100)
    unknown = association(joint)
    assert whole is not None
    assert part is not None
    assert unknown is not None
    assert whole.interval == pytest.approx((whole.r, whole.r))
    assert unknown.interval[0] < part.interval[0] < whole.r < part.interval[1] < unknown.interval[1]


def test_nobody_or_nothing_that_varies_has_none() -> None:
    assert association(of(sheets(LAYOUT, 3, 1, missing=0))) is None
    assert association(of(np.repeat(sheets(LAYOUT, 1, 1, missing=0), 30, axis=0))) is None


def test_one_that_is_its_own_copy_is_one() -> None:
    joint = of(sheets(LAYOUT, 50, 2, missing=0))
    same = np.full((2, 2), joint.covariance[0, 0])
    found = association(Joint(joint.dimensions, joint.n, joint.mean, joint.both, same, joint.skipped))
    assert found is not None
    assert (found.r, found.interval) == (1.0, (1.0, 1.0))


def test_two_dimensions_are_needed() -> None:
    tally = Tally.of(LAYOUT, [], 1)
    with pytest.raises(ValueError):
        association(tally.joint(Panel.FRONTLINE, ("authority",)))


def test_the_widest_weighted_gap_comes_first() -> None:
    assert ranked([10.0, 30.0, 20.0], [0.9, 0.1, 0.4]) == [0, 2, 1]
    assert ranked([10.0, 30.0, 20.0], [0.9, None, 0.4]) == [1, 2, 0]
    assert ranked([5.0, 9.0], [-0.1, 0.0]) == [1, 0]
    assert ranked([], []) == []


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(-1, 1)), max_size=8))
@settings(max_examples=50, deadline=None)
def test_every_gap_has_one_rank(pairs: list[tuple[float, float]]) -> None:
    order = ranked([gap for gap, _ in pairs], [weight for _, weight in pairs])
    assert sorted(order) == list(range(len(pairs)))
    products = [pairs[place][0] * pairs[place][1] for place in order]
    assert products == sorted(products, reverse=True)
