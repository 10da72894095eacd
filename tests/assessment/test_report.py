"""A document read: numbers, bounds of numbers, and what did not leave."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.report import Bounded, Estimate, Gap, Share, Withheld, compose, least
from assessment.report.reading import estimate, gap, inside, number, share
from tests.assessment import documents

pytestmark = pytest.mark.pure
ENDS = st.floats(-100, 100)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (0.4, 0.4),
        ({"at_least": 0.95}, Bounded(low=0.95)),
        ({"at_most": 0.05}, Bounded(high=0.05)),
        ({"between": [20, 30.5]}, Bounded(20.0, 30.5)),
    ],
)
def test_a_bound_stands_in_the_place_of_a_number(found: Any, expected: Any) -> None:
    assert number(found) == expected


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"at_least": 1, "at_most": 2},
        {"between": [3, 1]},
        {"about": 3},
        {"at_least": 1, "n": 3},
        {"between": [1]},
    ],
)
def test_what_is_no_bound_is_refused(found: Any) -> None:
    with pytest.raises(ValueError):
        number(found)


@given(st.floats(0, 1), st.sampled_from([1.0, 100.0]))
def test_outside_the_middle_nine_tenths_only_a_bound_is_left(part: float, top: float) -> None:
    found = inside(part * top, top)
    if isinstance(found, Bounded):
        assert (found.low, found.high) in ((0.95 * top, None), (None, 0.05 * top))
        assert part * top >= 0.95 * top or part * top <= 0.05 * top
    else:
        assert 0.05 * top < found < 0.95 * top


def test_a_bound_leaves_neither_interval_nor_spread() -> None:
    found = estimate(documents.estimate(97.0, 20))
    assert found.mean == Bounded(low=95.0)
    assert (found.sd, found.interval) == (None, None)
    assert found.favourable_interval is None
    stated = estimate({"n": 20, "mean": {"at_most": 5.0}, "sd": None, "interval": None})
    assert stated.mean == Bounded(high=5.0)
    assert share({"n": 20, "share": 0.99, "interval": [0.9, 1.0]}).interval is None
    assert share({"n": 20, "share": {"at_least": 0.95}, "interval": None}) == Share(
        20, Bounded(low=0.95), None
    )


def test_a_gap_may_be_a_range() -> None:
    found = gap(
        documents.gap(1.0)
        | {
            "value": {"between": [20.0, 25.0]},
            "interval": None,
            "hedges_g": None,
            "g_interval": None,
            "p": None,
        }
    )
    assert found.value == Bounded(20.0, 25.0)
    assert found.interval is None


def test_counts_become_shares_and_stated_shares_stay() -> None:
    counted = estimate(documents.estimate(50.0, 20) | {"distribution": [6, 10, 4, 0, 0]})
    assert counted.distribution == (6, 10, 4, 0, 0)
    assert counted.spread == (0.3, 0.5, 0.2, Bounded(high=0.05), Bounded(high=0.05))
    stated = estimate(
        documents.estimate(50.0, 20) | {"distribution": [0.3, 0.5, {"at_most": 0.2}, {"at_most": 0.05}]}
    )
    assert stated.distribution is None
    assert stated.spread == (0.3, 0.5, Bounded(high=0.2), Bounded(high=0.05))
    assert estimate(documents.estimate(50.0, 20) | {"distribution": []}).spread is None


@given(ENDS, ENDS, st.floats(0, 1))
def test_the_least_size_of_a_bound_is_never_more_than_the_number(
    one: float, other: float, part: float
) -> None:
    low, high = sorted((one, other))
    inner = min(max(low + part * (high - low), low), high)
    for bound in (Bounded(low, high), Bounded(low=low), Bounded(high=high)):
        assert least(bound) <= abs(inner) + 1e-9


def test_a_bound_has_an_end() -> None:
    with pytest.raises(ValueError, match="needs"):
        Bounded()


def test_what_stands_beside_the_numbers_is_read() -> None:
    found = compose(documents.beside())
    assert found.change is not None
    assert found.change.since == "Wave 0"
    assert isinstance(found.change.headline, Gap)
    assert found.change.dimensions[0].executive == Withheld("nothing_to_compare")
    assert found.weighted["purpose"].shown
    assert found.weighted["rules"] == Withheld("nothing_to_compare")
    careful = found.careful["frontline"]["purpose"]
    assert careful.shown
    assert found.executive_agreement["purpose"].shown
    assert found.unit_differences["rules"] == Withheld("nothing_to_compare")


def test_an_unknown_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="expected latitude"):
        compose({"schema": "latitude.report/2"})


def test_items_whose_gap_is_a_bound_take_their_place_by_what_is_sure() -> None:
    made = documents.document()
    made["items"][0]["gap"]["value"] = {"between": [-3.0, 70.0]}
    found = compose(made)
    assert next(item.id for item in found.items_by_gap) == "backed"
    assert all(isinstance(item.pair.frontline, Estimate) for item in found.items)
