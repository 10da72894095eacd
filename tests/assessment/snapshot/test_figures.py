import numpy as np
import pytest

from assessment.snapshot import figures
from assessment.snapshot.comparing import _spread_stated, adjusted_as_told
from assessment.snapshot.figures import Chosen, Scores
from assessment.stats import gaps
from assessment.stats.sample import Options, Sample

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


def test_a_hidden_share_is_not_in_the_adjusted_p_of_the_others() -> None:
    """Two panels that differ in nothing but a count behind a bound say the same."""

    def told(named: int) -> list[figures.Json]:
        believed, lived = Options(20, (12, 8, 0, 9)), Options(100, (30, 61, named, 35))
        return figures.option_pairs(Chosen(believed), Chosen(lived), 4, several=True)

    assert told(0) == told(4)
    assert told(0) != told(5)
    assert told(0)[2]["difference"] == figures.NOTHING_TO_COMPARE
    differences = [told(0)[option]["difference"] for option in (0, 1, 3)]
    assert [one["p_adjusted"] for one in differences] == gaps.adjusted([one["p"] for one in differences])
