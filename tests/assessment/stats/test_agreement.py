import numpy as np
import pytest
from scipy import stats

from assessment.stats.agreement import agreement_by_unit, average_deviation, icc, rwg, rwg_j
from assessment.stats.sample import UnitSums

pytestmark = pytest.mark.pure


def test_agreement_at_its_ends() -> None:
    assert rwg([0, 0, 7, 0, 0]) == 1.0
    assert average_deviation([[0, 0, 7, 0, 0]]) == 0.0
    assert rwg([5, 0, 0, 0, 5]) == 0.0  # more spread than by chance counts as none
    assert average_deviation([[5, 0, 0, 0, 5]]) == 2.0
    assert rwg_j([[0, 3, 4, 0, 0]] * 5) > (rwg([0, 3, 4, 0, 0]) or 1)  # type: ignore[operator]


def test_too_few_answers_make_no_agreement() -> None:
    assert rwg([0, 1, 0]) is None
    assert rwg_j([[0, 3, 0], [0, 1, 0]]) is None
    assert average_deviation([[0, 0, 0]]) is None


@pytest.mark.parametrize("items", [[], [[3]]])
def test_agreement_needs_items_with_options(items: list[list[int]]) -> None:
    with pytest.raises(ValueError):
        rwg_j(items)


def test_average_deviation_needs_items() -> None:
    with pytest.raises(ValueError):
        average_deviation([])


def sums(*groups: list[float]) -> UnitSums:
    return UnitSums(
        np.array([len(one) for one in groups]),
        np.array([sum(one) for one in groups], dtype=float),
        np.array([np.var(one) * len(one) if one else 0.0 for one in groups]),
    )


def test_icc_is_the_analysis_of_variance() -> None:
    groups = [[10.0, 20.0, 30.0], [50.0, 60.0], [20.0, 90.0, 40.0, 50.0], []]
    found = icc(sums(*groups))
    expected = stats.f_oneway(*groups[:3])
    assert found is not None
    assert (found.f, found.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert (found.groups, found.n) == (3, 9)
    assert found.icc2 == pytest.approx(1 - 1 / found.f)


@pytest.mark.parametrize("groups", [([1.0, 2.0],), ([1.0], [2.0]), ([5.0, 5.0], [5.0, 5.0]), ()])
def test_too_little_makes_no_icc(groups: tuple[list[float], ...]) -> None:
    assert icc(sums(*groups)) is None


def test_units_that_do_not_differ_or_differ_only() -> None:
    same, apart = icc(sums([0.0, 10.0], [0.0, 10.0])), icc(sums([0.0, 0.0], [10.0, 10.0]))
    assert same is not None
    assert apart is not None
    assert same.icc1 < 0
    assert apart.icc1 == apart.icc2 == 1.0
    assert apart.p == 0.0


@pytest.mark.parametrize("seed", range(10))
def test_many_units_at_once_are_the_same_as_each_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    items = [rng.integers(0, 4, (20, options)) for options in (5, 5, 7)]
    items[0][3] = items[1][4] = 0
    items[2][5] = [0, 0, 1, 0, 0, 0, 0]
    found = agreement_by_unit(items)
    for unit in range(20):
        alone = [counts[unit] for counts in items]
        expected = rwg_j(alone)
        if expected is None:
            assert np.isnan(found.rwg[unit])
        else:
            assert found.rwg[unit] == pytest.approx(expected, rel=1e-12)
            assert found.ad[unit] == pytest.approx(average_deviation(alone), rel=1e-12)


def test_no_units_have_no_agreement() -> None:
    assert agreement_by_unit([np.zeros((0, 5), np.int64)]).rwg.size == 0
    with pytest.raises(ValueError):
        agreement_by_unit([])
