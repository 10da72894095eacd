from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from assessment.stats.effects import correction
from assessment.stats.gaps import (
    UNKNOWN,
    Gap,
    Quadrant,
    Verdict,
    adjusted,
    change,
    change_of_gap,
    gap,
    headline,
    mean_interval,
    quadrant,
    sampling_factor,
    verdict,
)
from assessment.stats.layout import Column, Dimension, Kind, Layout, Panel
from assessment.stats.sample import Joint, Sample
from assessment.stats.tally import Tally
from tests.assessment.stats.sheets import LAYOUT, sheets

pytestmark = pytest.mark.pure

VALUES = np.array([0.0, 25.0, 50.0, 75.0, 100.0])
histograms = st.lists(st.integers(0, 12), min_size=5, max_size=5).filter(any)


def sample(*counts: int) -> Sample:
    return Sample.of(VALUES, np.array(counts, dtype=np.int64))


def scores(counts: list[int]) -> np.ndarray:
    return np.repeat(VALUES, counts)


@given(histograms, histograms)
@settings(max_examples=30, deadline=None)
def test_a_gap_without_head_counts_is_welchs(a: list[int], b: list[int]) -> None:
    found = gap(sample(*a), sample(*b))
    x, y = scores(a), scores(b)
    assert found.value == pytest.approx(x.mean() - y.mean(), abs=1e-12)
    if min(len(x), len(y)) < 2:
        assert (found.interval, found.p, found.df) == (None, None, None)
    elif min(x.std(), y.std()) > 0:
        expected = stats.ttest_ind(x, y, equal_var=False)
        interval = expected.confidence_interval()
        assert found.interval == pytest.approx((interval.low, interval.high), rel=1e-9, abs=1e-9)
        assert found.p == pytest.approx(expected.pvalue, rel=1e-9)


@given(histograms, histograms, st.integers(0, 90), st.integers(0, 90))
@settings(max_examples=60, deadline=None)
def test_a_gap_is_always_an_honest_answer(a: list[int], b: list[int], more: int, others: int) -> None:
    """Never infinite, never without width unless both panels are complete; p and interval agree."""
    x, y = sample(*a), sample(*b)
    headcounts = (x.n + more, y.n + others)
    found = gap(x, y, headcounts)
    assert gap(y, x, headcounts[::-1]).value == pytest.approx(-found.value)
    if found.interval is None or found.p is None:
        assert min(x.n, y.n) < 2
        return
    low, high = found.interval
    assert np.isfinite([low, high]).all()
    assert low <= found.value <= high
    assert 0 <= found.p <= 1
    if more or others:
        assert low < high
    if abs(found.p - 0.05) > 1e-6:
        assert (found.p < 0.05) == (low > 0 or high < 0)


def test_head_counts_narrow_the_interval_by_the_root_of_the_factor() -> None:
    x, y = sample(1, 2, 3, 4, 5), sample(1, 2, 3, 4, 5)
    wide, narrow = gap(x, y).interval, gap(x, y, (20, 20)).interval
    assert wide is not None
    assert narrow is not None
    assert (narrow[1] - narrow[0]) / (wide[1] - wide[0]) == pytest.approx(sqrt(1 - 15 / 20))


@pytest.mark.parametrize(
    ("n", "headcount", "factor"), [(5, None, 1), (5, 10, 0.5), (5, 5, 0), (6, 5, 0), (0, 0, 0)]
)
def test_sampling_factor(n: int, headcount: int | None, factor: float) -> None:
    assert sampling_factor(n, headcount) == factor


def test_a_negative_head_count_is_refused() -> None:
    with pytest.raises(ValueError):
        gap(sample(1, 1, 1, 1, 1), sample(1, 1, 1, 1, 1), (-1, None))


def test_complete_panels_leave_nothing_to_estimate() -> None:
    found = gap(sample(0, 0, 1, 2, 2), sample(3, 3, 0, 0, 0), (5, 6))
    assert found.interval == (found.value, found.value)
    assert found.p == 0.0
    same = gap(sample(0, 0, 1, 2, 2), sample(0, 0, 1, 2, 2), (5, 5))
    assert (same.value, same.p) == (0.0, 1.0)


def test_equal_answers_are_bounded_and_not_certain() -> None:
    """Four executives at 75 and twenty employees at 25, nobody differing."""
    found = gap(sample(0, 0, 0, 4, 0), sample(0, 20, 0, 0, 0))
    assert found.value == 50.0
    assert found.interval is not None
    z = 1.959963984540054
    few, many = z * z / (4 + z * z), z * z / (20 + z * z)
    assert found.interval[0] == pytest.approx(50 - sqrt((few * 75) ** 2 + (many * 75) ** 2))
    assert found.interval[1] == pytest.approx(50 + sqrt((few * 25) ** 2 + (many * 25) ** 2))
    assert found.p is not None
    assert 0.01 < found.p < 0.2
    assert found.hedges_g is None
    assert verdict(found, found.p) in {Verdict.CLEAR, Verdict.CANNOT_TELL, Verdict.LEANING}


def test_executives_who_all_agree_are_not_certain_beside_a_front_line_that_differs() -> None:
    """Ten of a thousand executives at 75. As both sides alike, with the front line's own interval in its place."""
    lived = sample(10, 40, 60, 190, 100)
    found = gap(sample(0, 0, 0, 10, 0), lived, (1000, 2000))
    assert found.interval is not None
    z = 1.959963984540054
    share = sqrt(1 - 10 / 1000) * z * z / (10 + z * z)
    mean = mean_interval(lived, 2000)
    assert mean is not None
    half = (mean[1] - mean[0]) / 2
    assert found.interval[0] == pytest.approx(found.value - sqrt((share * 75) ** 2 + half**2))
    assert found.interval[1] == pytest.approx(found.value + sqrt((share * 25) ** 2 + half**2))
    assert found.df is None
    assert verdict(found, found.p) is Verdict.CANNOT_TELL
    far = gap(sample(0, 0, 0, 10, 0), sample(190, 100, 60, 10, 10), (1000, 2000))
    assert verdict(far, far.p) is Verdict.CLEAR


@pytest.mark.parametrize("people", [5, 12, 30])
def test_an_interval_holds_the_truth_also_when_a_panel_happens_to_agree(people: int) -> None:
    """Of everybody 95 % say 75 and 5 % say 25: over all samples, those with the one answer among them."""
    lived = sample(10, 40, 60, 190, 100)
    truth = 75 - 0.05 * 50 - float(lived.mean or 0.0)
    held = 0.0
    for other in range(people + 1):
        interval = gap(sample(0, other, 0, people - other, 0), lived).interval
        assert interval is not None
        held += float(stats.binom.pmf(other, people, 0.05)) * (interval[0] <= truth <= interval[1])
    assert held > 0.94


@given(st.integers(2, 12), st.integers(0, 4), histograms, st.integers(0, 40))
@settings(max_examples=40, deadline=None)
def test_equal_answers_on_one_side_are_never_more_certain_than_welch(
    n: int, place: int, counts: list[int], more: int
) -> None:
    same = [0] * 5
    same[place] = n
    x, y = sample(*same), sample(*counts)
    found = gap(x, y, (n + more, None))
    if found.interval is None or not y.sd:
        return
    alone = mean_interval(y)
    assert alone is not None
    half = float(stats.t.ppf(0.975, y.n - 1)) * y.sd / sqrt(y.n)
    wider = found.interval[1] - found.interval[0] > 2 * half + 1e-9
    assert wider == (more > 0)
    assert (found.df is None) == (more > 0)


def test_rounding_does_not_hide_that_nobody_differs() -> None:
    thirds = Sample.of(np.array([0.0, 100 / 3, 200 / 3, 100.0]), np.array([0, 7, 0, 0]))
    assert (thirds.mean, thirds.sd) == (100 / 3, 0.0)


def test_no_answer_has_no_gap() -> None:
    with pytest.raises(ValueError):
        gap(sample(0, 0, 0, 0, 0), sample(1, 1, 1, 1, 1))


def test_changes() -> None:
    executive, frontline = sample(0, 1, 2, 5, 4), sample(9, 7, 5, 2, 1)
    later = sample(1, 3, 2, 5, 4)
    assert change(later, executive) == gap(later, executive)
    found = change_of_gap((later, frontline), (executive, frontline))
    assert found.value == pytest.approx(gap(later, frontline).value - gap(executive, frontline).value)
    parts = [(one.sd or 0) ** 2 / one.n for one in (later, frontline, executive, frontline)]
    df = sum(parts) ** 2 / sum(
        v**2 / (one.n - 1) for v, one in zip(parts, (later, frontline, executive, frontline), strict=True)
    )
    assert found.df == pytest.approx(df)
    assert found.interval is not None
    assert found.interval[1] - found.value == pytest.approx(stats.t.ppf(0.975, df) * sqrt(sum(parts)))
    four = (later, frontline, executive, frontline)
    pooled = sqrt(sum((one.n - 1) * (one.sd or 0) ** 2 for one in four) / sum(one.n - 1 for one in four))
    assert found.hedges_g == pytest.approx(correction(sum(one.n - 1 for one in four)) * found.value / pooled)
    same = change_of_gap((executive, frontline), (executive, frontline), ((12, None), UNKNOWN))
    assert same.value == 0.0


def test_headline_equals_the_gap_of_the_mean_of_the_dimensions_when_nobody_skips() -> None:
    columns = tuple(Column(f"i{i}", Kind.AGREE, 5) for i in range(6))
    layout = Layout(columns, (Dimension("a", ("i0", "i1", "i2")), Dimension("b", ("i3", "i4", "i5"))))
    whole = Layout(columns, (Dimension("all", tuple(c.id for c in columns)),))
    blocks = [
        (panel, 0, sheets(layout, n, n, missing=0).tobytes())
        for panel, n in ((Panel.EXECUTIVE, 9), (Panel.FRONTLINE, 70))
    ]
    tally = Tally.of(layout, blocks, 1)
    found = headline(tally.joint(Panel.EXECUTIVE), tally.joint(Panel.FRONTLINE), (12, 400))
    one = Tally.of(whole, blocks, 1)
    expected = gap(one.sample(Panel.EXECUTIVE, "all"), one.sample(Panel.FRONTLINE, "all"), (12, 400))
    assert (found.value, found.p, found.df) == pytest.approx((expected.value, expected.p, expected.df))
    assert found.interval == pytest.approx(expected.interval)
    assert found.hedges_g == pytest.approx(expected.hedges_g)
    assert found.g_interval == pytest.approx(expected.g_interval)


def joint(mean: float = 50.0, n: int = 8) -> Joint:
    covariance = np.array([[100.0, 60.0], [60.0, 100.0]])
    return Joint(
        ("a", "b"), np.array([n, n]), np.array([mean, mean]), np.full((2, 2), n), covariance, np.zeros(2)
    )


def test_headline_counts_the_covariance_in() -> None:
    apart = replace(joint(), covariance=np.diag([100.0, 100.0]))
    together, alone = headline(joint(), joint(40)), headline(apart, replace(apart, mean=np.full(2, 40.0)))
    assert together.interval is not None
    assert alone.interval is not None
    assert together.interval[1] - together.value == pytest.approx(
        (alone.interval[1] - alone.value) * sqrt(1.6)
    )


def test_headline_refuses_what_does_not_fit() -> None:
    with pytest.raises(ValueError):
        headline(joint(), replace(joint(), dimensions=("a", "c")))
    with pytest.raises(ValueError):
        headline(joint(), joint(n=0))
    none = Joint(
        (), np.zeros(0, np.int64), np.zeros(0), np.zeros((0, 0), np.int64), np.zeros((0, 0)), np.zeros(0)
    )
    with pytest.raises(ValueError):
        headline(none, none)


def test_skipped_items_leave_a_complete_panel_uncertain() -> None:
    rows = sheets(LAYOUT, 40, 3, missing=0)
    rows[5:15, LAYOUT.offset("a1")] = 0
    blocks = [(panel, 0, rows.tobytes()) for panel in Panel]
    tally = Tally.of(LAYOUT, blocks, 1)
    one = tally.sample(Panel.FRONTLINE, "authority")
    complete = rows[rows[:, LAYOUT.offset("a1")] > 0]
    keyed = np.array([25.0 * (complete[:, LAYOUT.offset(f"a{i}")] - 1.0) for i in (1, 2, 3, 4)])
    keyed[1] = 100 - keyed[1]
    within = keyed.var(axis=0, ddof=1).mean()
    assert one.skipped == pytest.approx(10 * within * (1 / 3 - 1 / 4) / 40**2)
    found = gap(one, one, (40, 40))
    assert found.interval is not None
    assert found.interval[1] == pytest.approx(stats.norm.ppf(0.975) * sqrt(2 * one.skipped), rel=1e-6)
    assert tally.sample(Panel.FRONTLINE, "a2").skipped == 0.0


def one_gap(value: float, half: float, g: float | None, n: int = 30) -> Gap:
    return Gap(value, (n, n), (value - half, value + half), 0.01, 20.0, g, None)


@pytest.mark.parametrize(
    ("found", "p", "expected"),
    [
        (one_gap(12, 5, 0.5), 0.01, Verdict.CLEAR),
        (one_gap(-12, 5, -0.5), 0.01, Verdict.CLEAR),
        (one_gap(12, 5, 0.2), 0.049, Verdict.CLEAR),
        (one_gap(12, 5, 0.19), 0.01, Verdict.LEANING),
        (one_gap(12, 5, 0.5), 0.05, Verdict.LEANING),
        (one_gap(-12, 5, -0.5), None, Verdict.LEANING),
        (one_gap(4, 3, 0.1), 0.2, Verdict.LEANING),
        (one_gap(4, 5, 0.1), 0.2, Verdict.NO_CLEAR_GAP),
        (one_gap(4, 6, 0.1), 0.2, Verdict.CANNOT_TELL),
        (one_gap(-4, 6, 0.1), 0.2, Verdict.CANNOT_TELL),
        (one_gap(12, 5, None), 0.01, Verdict.CLEAR),
        (one_gap(0, 0, None), 1.0, Verdict.NO_CLEAR_GAP),
        (one_gap(12, 5, 0.5, n=3), 0.01, Verdict.CLEAR),
        (one_gap(12, 5, 0.5, n=2), 0.01, None),
    ],
)
def test_verdicts(found: Gap, p: float | None, expected: Verdict | None) -> None:
    assert verdict(found, p) is expected


@pytest.mark.parametrize(
    ("executive", "frontline", "expected"),
    [
        (51, 51, Quadrant.AGREED_STRENGTH),
        (51, 50, Quadrant.BLIND_SPOT),
        (50, 51, Quadrant.UNDERVALUED_STRENGTH),
        (50, 50, Quadrant.AGREED_WEAKNESS),
    ],
)
def test_quadrants(executive: float, frontline: float, expected: Quadrant) -> None:
    assert quadrant(executive, frontline) is expected


def test_adjustment_leaves_out_what_was_not_tested() -> None:
    assert adjusted([0.01, None, 0.04]) == [pytest.approx(0.02), None, pytest.approx(0.04)]
    assert adjusted([None]) == [None]
    with pytest.raises(ValueError):
        adjusted([1.5])


def test_the_interval_of_a_mean_stays_on_the_scale() -> None:
    assert mean_interval(sample(0, 0, 0, 1, 3)) == pytest.approx((93.75 - 19.89, 100), abs=0.01)
    assert mean_interval(sample(0, 0, 0, 0, 5)) == pytest.approx((100 * 5 / (5 + 1.959963984540054**2), 100))
    assert mean_interval(sample(0, 0, 0, 0, 1)) is None
