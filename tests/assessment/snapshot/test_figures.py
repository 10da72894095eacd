import numpy as np
import pytest

from assessment.snapshot import figures
from assessment.snapshot.comparing import _spread_stated
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
