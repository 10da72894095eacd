"""The spread of few people, of which no more than a class may be told."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.stats.gaps import headline
from assessment.stats.layout import Panel
from assessment.stats.sample import SPREAD_CLASSES, Joint, spread_class
from assessment.stats.tally import Tally
from tests.assessment.stats.sheets import LAYOUT, sheets

pytestmark = pytest.mark.pure


def joint(people: int, seed: int = 1) -> Joint:
    rows = sheets(LAYOUT, people, seed, missing=0.1)
    return Tally.of(LAYOUT, [(Panel.EXECUTIVE, 0, rows.tobytes())], 1).joint(Panel.EXECUTIVE)


@pytest.mark.parametrize(
    ("own", "expected"),
    [(0, 0.25), (3.3, 0.25), (3.4, 0.5), (6.6, 0.5), (6.7, 1), (10, 1), (13.3, 1), (13.4, 2), (90, 2)],
)
def test_the_class_of_a_ratio(own: float, expected: float) -> None:
    assert spread_class(own, 10.0) == expected


def test_a_donor_who_does_not_differ_gives_the_widest_class() -> None:
    assert spread_class(0.0, 0.0) == SPREAD_CLASSES[-1]


@given(st.floats(0.2, 5.0), st.integers(0, 50))
@settings(max_examples=40, deadline=None)
def test_an_interval_tells_no_more_of_few_than_their_class(factor: float, seed: int) -> None:
    """Whatever they answered: everybody whose means, numbers and class are the same has the same document."""
    few, many = joint(6, seed), joint(200)
    other = replace(few, covariance=few.covariance * factor)
    told = [headline(one.with_spread_class_of(many), many, (9, 400)) for one in (few, other)]
    classes = [spread_class(one.composite_sd, many.composite_sd) for one in (few, other)]
    assert (told[0] == told[1]) is (classes[0] == classes[1])


def test_the_class_takes_the_place_of_the_spread_and_the_degrees_of_freedom_stay() -> None:
    few, many = joint(6), joint(200)
    lent = few.with_spread_class_of(many)
    times = spread_class(few.composite_sd, many.composite_sd)
    assert lent.composite_sd == pytest.approx(times * many.composite_sd)
    assert lent.skipped == pytest.approx(times**2 * many.skipped * many.n / few.n)
    assert (lent.mean.tolist(), lent.n.tolist()) == (few.mean.tolist(), few.n.tolist())
    alone = headline(lent, many)
    assert alone.df is not None
    assert alone.df < 2 * few.n.min()


def test_too_few_who_answered_both_lend_no_covariance() -> None:
    many = joint(200)
    seen = replace(many, both=np.array([[200, 9], [9, 200]]), covariance=np.array([[100.0, -30], [-30, 400]]))
    assert np.array_equal(seen.cautious(9).covariance, seen.covariance)
    careful = seen.cautious(10)
    assert careful.covariance.tolist() == [[100, 200], [200, 400]]
    assert seen.composite_sd < careful.composite_sd == (10 + 20) / 2
    assert sqrt(float(careful.covariance.sum())) / 2 == careful.composite_sd
