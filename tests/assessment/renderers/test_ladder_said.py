"""The ladder in one sentence: in the client's money, the same on the page and in every file, and no more than is known."""

import itertools

import pytest
from django.utils import translation

from assessment.renderers import page, telling
from assessment.report import Ladder, Report
from tests.assessment.renderers.documents import Json, document, report, withheld

pytestmark = pytest.mark.pure

MEETING = "The two ranges meet, so the answers do not tell whose amount is higher."
LOW: Json = {"amount": 52.4, "interval": [41.0, 66.0], "where": "between"}
MIDDLE: Json = {"amount": 64.0, "interval": [60.0, 90.0], "where": "between"}
HIGH: Json = {"amount": 501.0, "interval": [340.0, None], "where": "between"}
BELOW: Json = {"amount": None, "interval": [None, 19.0], "where": "below_first"}
BEYOND: Json = {"amount": None, "interval": [140.0, None], "where": "beyond_last"}
SIDES = (LOW, MIDDLE, HIGH, BELOW, BEYOND, withheld())


def told(frontline: Json, executive: Json, currency: str = "GBP") -> tuple[Report, Ladder]:
    ladder = document()["ladder"] | {"ceiling": {"frontline": frontline, "executive": executive}}
    found = report(ladder=ladder, organization=document()["organization"] | {"currency": currency})
    assert found.ladder is not None
    return found, found.ladder


def test_what_is_believed_and_what_is_lived_in_money() -> None:
    assert telling.ladder_sentence(*told(LOW, HIGH)) == (
        "Executives believe the front line may decide up to £500. Half of the front line decides up to £52."
    )
    with translation.override("es"):
        said = telling.ladder_sentence(*told(LOW, HIGH, "EUR"))
    assert "500\N{NO-BREAK SPACE}€" in said
    assert "CHF" in telling.ladder_sentence(*told(LOW, HIGH, "CHF"))


def test_ranges_that_meet_are_not_told_apart() -> None:
    assert MEETING in telling.ladder_sentence(*told(LOW, MIDDLE))
    assert MEETING in telling.ladder_sentence(*told(HIGH, BEYOND))
    for apart in ((LOW, HIGH), (HIGH, LOW), (LOW, BEYOND), (BELOW, LOW)):
        assert MEETING not in telling.ladder_sentence(*told(*apart))


@pytest.mark.parametrize(("frontline", "executive"), list(itertools.product(SIDES, SIDES)))
def test_every_pair_says_each_side_once(frontline: Json, executive: Json) -> None:
    found, ladder = told(frontline, executive)
    said = telling.ladder_sentence(found, ladder)
    assert ("Executives believe" in said) == ("status" not in executive)
    assert ("of the front line decide" in said) == ("status" not in frontline)
    assert "None" not in said
    assert page.page(found).authority == said
