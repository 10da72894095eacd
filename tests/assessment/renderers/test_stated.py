"""A bound in a cell or at a mark: its kind, and the end that is known."""

import pytest

from assessment.renderers.stated import Bound, Stated, stated
from assessment.report import Bounded, Number

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (43.9, Stated(43.9)),
        (0.0, Stated(0.0)),
        (Bounded(low=95.0), Stated(95.0, Bound.AT_LEAST)),
        (Bounded(high=5.0), Stated(5.0, Bound.AT_MOST)),
        (Bounded(high=0.0), Stated(0.0, Bound.AT_MOST)),
        (Bounded(low=-3.0, high=2.0), Stated(-3.0, Bound.BETWEEN, 2.0)),
    ],
)
def test_a_number_or_the_known_end_of_its_bound(number: Number, expected: Stated) -> None:
    assert stated(number) == expected
