import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.stats.careless import (
    Moments,
    Rule,
    Screen,
    answers,
    careless,
    compare,
    individual_variability,
    longstring,
    moments,
    overall_moments,
    squared_distance,
)
from assessment.stats.layout import Column, Dimension, Kind, Layout, Panel
from assessment.stats.tally import Tally
from tests.assessment.stats.sheets import LAYOUT, sheets

pytestmark = pytest.mark.pure

NAN = float("nan")
ITEMS = Layout(
    tuple(Column(f"i{i}", Kind.AGREE, 5, dont_know=True) for i in range(8)),
    (Dimension("d", tuple(f"i{i}" for i in range(8))),),
)


def test_runs_end_at_a_missing_answer() -> None:
    rows = np.array([[1, 1, 1, 2, 2], [1, NAN, 1, 1, 3], [NAN] * 5, [1, 2, 3, 4, 5]], dtype=float)
    assert longstring(rows).tolist() == [3, 2, 1, 1]


def test_spread_needs_two_answers() -> None:
    rows = np.array([[3, 3, 3], [1, NAN, 5], [NAN, NAN, 2]], dtype=float)
    found = individual_variability(rows)
    assert found[:2].tolist() == [0.0, pytest.approx(np.std([1, 5], ddof=1))]
    assert np.isnan(found[2])


@given(st.integers(0, 10**6), st.integers(1, 7))
@settings(max_examples=20, deadline=None)
def test_moments_do_not_depend_on_the_parts(seed: int, parts: int) -> None:
    rows = answers(ITEMS, sheets(ITEMS, 60, seed).tobytes())
    whole, pieces = moments([rows]), moments(np.array_split(rows, parts))
    np.testing.assert_allclose(whole.covariance, pieces.covariance, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(whole.mean, np.nanmean(rows, axis=0))


def test_answers_are_as_given() -> None:
    found = answers(LAYOUT, sheets(LAYOUT, 5, 1).tobytes())
    assert found.shape == (5, 8)
    assert np.nanmax(found) <= 7
    assert np.nanmin(found) >= 1


def test_each_sign_is_enough_and_can_be_switched_off() -> None:
    rows = np.array([[3.0] * 8, [1, 5, 1, 5, 2, 4, 3, 3], [NAN] * 8], dtype=float)
    off = Rule(run=None, distance=None)
    assert not careless(rows, off, None).any()
    assert careless(rows, Rule(distance=None), None).tolist() == [True, False, False]
    assert careless(rows, Rule(run=None, spread=0.1, distance=None), None).tolist() == [True, False, False]
    overall = Moments(np.full(8, 3.0), np.eye(8))
    assert careless(rows, Rule(run=None, distance=0.1), overall).tolist() == [False, True, False]


def test_with_and_without() -> None:
    rows = sheets(ITEMS, 300, 2, missing=0)
    rows[:40] = 4
    blocks = [(Panel.FRONTLINE, 0, rows[:150].tobytes()), (Panel.EXECUTIVE, 1, rows[150:].tobytes())]
    found = compare(ITEMS, lambda: blocks, 2, Rule(run=1.0, distance=None))
    assert found.set_aside == {Panel.FRONTLINE: 40, Panel.EXECUTIVE: 0}
    assert found.everyone == Tally.of(ITEMS, blocks, 2)
    assert found.careful == Tally.of(ITEMS, [(Panel.FRONTLINE, 0, rows[40:150].tobytes()), blocks[1]], 2)


@pytest.mark.parametrize("n", [0, 3])
def test_too_few_people_have_no_distance(n: int) -> None:
    blocks = [(Panel.FRONTLINE, 0, sheets(ITEMS, n, 5, missing=0).tobytes())]
    assert compare(ITEMS, lambda: blocks, 1).everyone.respondents(Panel.FRONTLINE).sum() == n
    assert compare(ITEMS, list, 1).set_aside[Panel.FRONTLINE] == 0


def test_what_cannot_be_inverted_is_refused() -> None:
    with pytest.raises(ValueError):
        squared_distance(np.ones((2, 2)), Moments(np.zeros(2), np.ones((2, 2))))
    with pytest.raises(ValueError):
        moments([])


@given(st.integers(0, 10**6), st.sampled_from([ITEMS, LAYOUT]), st.sampled_from([0.1, 0.5, None]))
@settings(max_examples=25, deadline=None)
def test_the_screen_of_bytes_finds_whom_the_definition_finds(
    seed: int, layout: Layout, spread: float | None
) -> None:
    block = sheets(layout, 200, seed).tobytes()
    overall = overall_moments(layout, lambda: [(Panel.FRONTLINE, 0, block)])
    whole = moments([answers(layout, block)])
    if overall is not None:
        np.testing.assert_allclose(overall.mean, whole.mean)
        np.testing.assert_allclose(overall.covariance, whole.covariance)
    rule = Rule(run=0.4, spread=spread, distance=0.2)
    assert (
        Screen(layout, rule, overall)(block).tolist()
        == careless(answers(layout, block), rule, overall).tolist()
    )


def test_a_run_of_more_items_than_a_byte_counts() -> None:
    long = Layout(tuple(Column(f"i{i}", Kind.AGREE, 5) for i in range(300)), ())
    rows = np.full((2, 300), 3, np.uint8)
    rows[1, ::2] = 2
    assert Screen(long, Rule(distance=None), None)(rows.tobytes()).tolist() == [True, False]
