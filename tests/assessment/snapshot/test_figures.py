import numpy as np
import pytest

from assessment.disclosure.values import AtLeast, bounded_share
from assessment.snapshot import figures
from assessment.snapshot.comparing import _between_bounds, _spread_stated, adjusted_as_told
from assessment.snapshot.figures import Scores
from assessment.stats import gaps, ladder
from assessment.stats.sample import Patterns, Sample

pytestmark = pytest.mark.pure
VALUES = np.array([0.0, 25.0, 50.0, 75.0, 100.0])


def scores(*counts: int) -> Scores:
    sample = Sample.of(VALUES, np.array(counts))
    return Scores(sample, None, sample)


def test_where_all_gave_one_answer_no_interval_tells_that_its_width_is_none() -> None:
    written = figures.estimate(scores(0, 0, 0, 12, 0), distribution=True)
    assert written["mean"] == 75
    assert written["interval"] is written["sd"] is written["error"] is None
    assert not any(isinstance(one, float) for one in written["distribution"])


def test_nor_does_the_interval_of_a_gap() -> None:
    believed, lived = scores(0, 0, 0, 12, 0), scores(5, 5, 5, 5, 5)
    assert not _spread_stated(believed, lived)
    found = figures.gap(believed, lived)
    assert isinstance(found, gaps.Gap)
    written = figures.gap_alone(found, found.p, (75.0, 50.0))
    assert {name for name, value in written.items() if value is not None} == {"value", "verdict"}


def test_p_values_are_adjusted_among_those_that_are_stated() -> None:
    """A hidden p among the others would show in what they were adjusted to."""
    believed = scores(1, 2, 3, 4, 5)
    lived = {"one": scores(5, 4, 3, 2, 1), "two": scores(3, 3, 3, 3, 4), "alike": scores(0, 0, 0, 12, 0)}
    compared = {name: (figures.gap(believed, one), believed, one) for name, one in lived.items()}
    ps = {name: one.p for name, (one, *_) in compared.items() if isinstance(one, gaps.Gap)}
    found = adjusted_as_told(compared)
    assert [found["one"], found["two"]] == gaps.adjusted([ps["one"], ps["two"]])
    together = gaps.adjusted(list(ps.values()))
    assert found["alike"] == together[2]
    assert found["one"] != together[0], "or this would show nothing"
    assert figures.gap_alone(compared["alike"][0], found["alike"], (60.0, 75.0))["p_adjusted"] is None


def test_a_ceiling_beside_a_bound_would_tell_the_share() -> None:
    def found(*decided: int) -> ladder.Ceiling:
        on = np.array([[person < count for count in decided] for person in range(100)])
        patterns = Patterns(on, np.ones_like(on), np.ones(100, np.int64))
        one = ladder.ceiling(patterns, (10, 50, 100), draws=20)
        assert one is not None
        return one

    assert bounded_share(0.97) == AtLeast(0.95)
    assert _between_bounds(found(97, 30, 20))
    assert not _between_bounds(found(97, 60, 20))
