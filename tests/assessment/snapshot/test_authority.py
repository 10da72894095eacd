"""The ceiling is a function of what the document says of its steps: nothing else can follow from it."""

from typing import Any

import numpy as np
import pytest

from assessment.snapshot import figures
from assessment.snapshot.authority import ceiling
from assessment.snapshot.figures import PROTECTS_ANOTHER, TOO_FEW, Chosen
from assessment.stats.sample import Options

pytestmark = pytest.mark.pure
AMOUNTS = (10, 50, 100, 500)


def told(*decided: int, of: int = 100) -> list[dict[str, Any]]:
    """Steps as the document writes them: those who do not decide on the spot are divided among two other options."""
    steps = []
    for count in decided:
        rest = of - count
        side = Chosen(Options(of, (count, rest // 2, rest - rest // 2)))
        steps.append(figures.option_pairs(side, side, 3, several=False)[0]["executive"])
    return steps


def test_a_ceiling_between_two_numbers() -> None:
    found = ceiling(told(80, 60, 40, 20), AMOUNTS)
    assert found["where"] == "between"
    assert found["amount"] == pytest.approx(np.sqrt(50 * 100))
    assert found["interval"][0] < found["amount"] < found["interval"][1]


def test_a_ceiling_beside_a_bound_would_tell_the_share() -> None:
    assert ceiling(told(97, 30, 20, 10), AMOUNTS) == PROTECTS_ANOTHER
    assert ceiling(told(90, 60, 3, 2), AMOUNTS) == PROTECTS_ANOTHER


def test_so_it_would_beside_a_share_that_is_stated_together_with_a_bound() -> None:
    """With options at 46, 51 and 3 %, the 46 are stated as 49 or less, or the 3 would be the rest of them."""
    steps = told(80, 60, 40, 20)
    side = Chosen(Options(100, (46, 51, 3)))
    steps[2] = figures.option_pairs(side, side, 3, several=False)[0]["executive"]
    assert steps[2]["share"] == {"at_most": pytest.approx(0.49)}
    assert ceiling(steps, AMOUNTS) == PROTECTS_ANOTHER


def test_it_stands_where_a_bound_is_elsewhere_and_does_not_depend_on_what_is_behind_it() -> None:
    first, second = told(96, 60, 40, 4), told(100, 60, 40, 0)
    assert first == second
    assert ceiling(first, AMOUNTS) == ceiling(second, AMOUNTS)
    assert ceiling(first, AMOUNTS)["where"] == "between"


def test_a_bound_that_is_pooled_with_a_step_beside_it_counts_as_beside() -> None:
    # .3, at most .05 and .2: the last two rise and are pooled
    steps = told(60, 3, 20, 10)
    assert ceiling(steps, AMOUNTS) == PROTECTS_ANOTHER


def test_outside_of_the_steps_no_amount_leans_on_a_bound() -> None:
    assert ceiling(told(97, 96, 96, 96), AMOUNTS)["where"] == "beyond_last"
    assert ceiling(told(3, 2, 1, 0), AMOUNTS)["where"] == "below_first"


def test_a_step_that_is_not_shown_has_no_ceiling() -> None:
    assert ceiling([*told(80, 60, 40), TOO_FEW], AMOUNTS) == TOO_FEW
