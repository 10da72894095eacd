import numpy as np
import pytest

from assessment.snapshot import figures
from assessment.snapshot.comparing import _spread_stated
from assessment.snapshot.figures import Scores
from assessment.stats import gaps
from assessment.stats.sample import Sample

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
