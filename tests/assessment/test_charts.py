import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment import charts
from assessment.report import (
    Both,
    Bounded,
    Difference,
    Gap,
    Pair,
    Quadrant,
    Share,
    Verdict,
    Withheld,
    compose,
)
from assessment.report.reading import estimate
from tests.assessment.documents import document, without_executives

pytestmark = pytest.mark.pure
finite = st.floats(-1e6, 1e6, allow_nan=False)


def of(text: str | None) -> float:
    assert text
    assert re.fullmatch(r"\d+\.\d\d%", text)
    return float(text[:-1])


def a_pair(frontline: float, executive: float) -> Pair:
    gap = Gap(executive - frontline, None, None, None, None, None, Verdict.CLEAR)
    means = [
        estimate({"n": 20, "mean": mean, "interval": [mean - 2, mean + 2]}) for mean in (frontline, executive)
    ]
    return Pair(means[0], means[1], gap, Quadrant.BLIND_SPOT)


@given(value=finite)
def test_a_position_never_leaves_the_chart(value: float) -> None:
    assert 0 <= charts.position(value, charts.SCORES) <= 100


def test_a_scale_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="no length"):
        charts.position(1, (2, 2))


@given(frontline=st.floats(0, 100), executive=st.floats(0, 100))
def test_the_line_between_two_marks_joins_them_whichever_is_greater(
    frontline: float, executive: float
) -> None:
    drawn = charts.score_dumbbell(a_pair(frontline, executive))
    assert drawn.frontline
    assert drawn.executive
    ends = sorted((of(drawn.frontline.at), of(drawn.executive.at)))
    assert of(drawn.start) == pytest.approx(ends[0], abs=0.02)
    assert of(drawn.start) + of(drawn.width) == pytest.approx(ends[1], abs=0.02)


@pytest.mark.parametrize(("mean", "drawn"), [(100.0, 95.0), (97.0, 95.0), (0.0, 5.0), (50.0, 50.0)])
def test_a_mark_does_not_tell_what_the_number_beside_it_holds_back(mean: float, drawn: float) -> None:
    found = charts.score_dumbbell(a_pair(mean, 50)).frontline
    assert found
    assert of(found.at) == drawn
    both = Both(Share(20, mean / 100, (0.0, 1.0)), Withheld("small_group"), Withheld("nothing_to_compare"))
    share = charts.share_dumbbell(both).frontline
    assert share
    assert of(share.at) == drawn


def test_nothing_is_drawn_for_a_withheld_number() -> None:
    for found in compose(without_executives()).dimensions:
        drawn = charts.score_dumbbell(found.pair)
        assert drawn.frontline
        assert (drawn.executive, drawn.start, drawn.width) == (None, None, None)


@given(value=st.floats(-100, 100), half=st.floats(0, 60))
def test_the_gaps_axis_holds_everything_and_is_even_around_zero(value: float, half: float) -> None:
    gap = Gap(value, (value - half, value + half), None, None, None, None, Verdict.CLEAR)
    drawn = charts.gap_bar(gap)
    assert drawn.reach >= 20
    assert drawn.reach % 10 == 0
    assert drawn.reach >= abs(value) + half
    assert of(drawn.zero) == 50
    assert of(drawn.low) <= of(drawn.at) <= of(drawn.high)


def test_a_share_of_nothing_is_still_to_be_seen() -> None:
    assert of(charts.bar(0.0).width) > 0
    assert of(charts.bar(1.0).width) == 100


def test_both_shares_of_a_step_are_drawn() -> None:
    ladder = compose(document()).ladder
    assert ladder
    drawn = charts.share_dumbbell(ladder.steps[0].both)
    assert isinstance(ladder.steps[0].both.difference, Difference)
    assert drawn.frontline
    assert drawn.executive
    assert (of(drawn.frontline.at), of(drawn.executive.at)) == (70, 90)


def test_a_bar_ends_at_its_bound() -> None:
    assert of(charts.bar(Bounded(low=0.95)).width) == 95
    assert of(charts.bar(Bounded(high=0.05)).width) == 5


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [(Bounded(10, 15), 75, 87.5), (Bounded(low=10), 75, 100), (Bounded(high=-30), 0, 0)],
)
def test_a_gap_that_is_a_bound_has_no_mark_but_a_reach(value: Bounded, low: float, high: float) -> None:
    drawn = charts.gap_bar(Gap(value, None, None, None, None, None, Verdict.CLEAR))
    assert drawn.at is None
    assert (of(drawn.low), of(drawn.high)) == (low, high)
