import pytest

from assessment.stats.comparisons import compare
from assessment.stats.sample import Options
from assessment.stats.shares import difference

pytestmark = pytest.mark.pure


def test_options_are_compared_between_the_panels() -> None:
    executive, frontline = Options(10, (1, 5, 0, 0), unanswered=2), Options(100, (60, 20, 30, 0), dont_know=4)
    found = compare(executive, frontline)
    assert [one.option for one in found] == [1, 2, 3, 4]
    assert [one.unseen for one in found] == [False, False, True, False]
    assert found[0].difference == difference((1, 10), (60, 100))
    assert found[0].executive.value == 0.1
    assert all(one.difference.p is not None for one in found)


def test_nothing_is_unseen_by_executives_who_did_not_answer() -> None:
    found = compare(Options(0, (0, 0)), Options(9, (9, 0)))
    assert not any(one.unseen for one in found)
    assert found[0].difference.value is None
    assert found[0].difference.p is None


def test_different_questions_are_not_compared() -> None:
    with pytest.raises(ValueError):
        compare(Options(1, (1,)), Options(1, (1, 0)))
