"""What leaves: the report's page, the document behind it, and the page while there is neither."""

import itertools
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from assessment.models import ReportBuild, Step
from assessment.renderers.saying import score
from assessment.snapshot.document import VALIDATOR, digest
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, Unit, User
from surveys.tenancy import within
from tests.waves import finished, ordinary, reported, store_sheets
from tests.world import World, a_sheet

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

QUERIES_OF_A_REPORT = 8  # session, user, campaign, roles, snapshot, its actions, and the kept page and the document where none was drawn


def get(user: User, campaign: UUID, name: str = "report") -> "Response":
    client = Client()
    client.force_login(user)
    return client.get(reverse(name, args=[campaign]))


def text(user: User, campaign: UUID, name: str = "report") -> str:
    response = get(user, campaign, name)
    assert response.status_code == 200
    return response.content.decode()


# --- While there is no report ---------------------------------------------------------------------


def now_doing(page: str) -> str:
    (step,) = re.findall(r'aria-current="step">([^<]*)<', page)
    return str(step)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (None, "Opening the ballot box"),
        (Step.WAITING, "Opening the ballot box"),
        (Step.COUNTING, "Counting the answers"),
        (Step.PROTECTING, "Deciding what can be shown without exposing anybody"),
        (Step.COMPARING, "Comparing the two sides"),
        (Step.WRITING, "Checking and saving the report"),
    ],
)
def test_the_page_says_how_far_the_building_has_come(world: World, step: Step | None, says: str) -> None:
    campaign = finished(world, world.campaign(), {})
    if step is not None:
        with within(world.organization):
            ReportBuild.objects.create(campaign=campaign, step=step)
    response = get(world.executive, campaign.id)
    assert (response.status_code, response["Refresh"]) == (200, "3")
    assert now_doing(response.content.decode()) == says


def test_a_try_that_failed_is_told_without_its_error(world: World) -> None:
    campaign = finished(world, world.campaign(), {})
    with within(world.organization):
        ReportBuild.objects.create(campaign=campaign, step=Step.FAILED, error="PlantedError")
    page = text(world.consultant, campaign.id)
    assert "The last try stopped with an error." in page
    assert "PlantedError" not in page


def test_while_answers_are_taken_the_page_waits_for_nothing(world: World) -> None:
    response = get(world.executive, world.open_campaign().id)
    assert "There is no report yet" in response.content.decode()
    assert "Refresh" not in response


def test_there_is_no_document_before_the_report(world: World) -> None:
    assert get(world.executive, world.open_campaign().id, "report-document").status_code == 404


# --- The report -----------------------------------------------------------------------------------


def test_executives_and_consultants_read_the_same_report(world: World) -> None:
    campaign = world.campaign()
    snapshot = reported(world, campaign, ordinary(campaign))
    for reader in (world.executive, world.consultant):
        page = text(reader, campaign.id)
        assert "Empowerment-gap report" in page
        assert json.loads(text(reader, campaign.id, "report-document")) == snapshot.document
    assert (
        "Reports are read by executives and consultants"
        in get(world.coordinator, campaign.id).content.decode()
    )


def test_the_document_that_leaves_is_what_its_schema_and_its_digest_promise(world: World) -> None:
    campaign = world.campaign()
    snapshot = reported(world, campaign, ordinary(campaign))
    document = json.loads(text(world.consultant, campaign.id, "report-document"))
    VALIDATOR.validate(document)
    assert digest(document) == snapshot.digest


def test_the_report_is_read_from_its_snapshot_alone(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    small, large = world.campaign("One unit"), world.campaign("Forty units")
    answers = ordinary(small)
    reported(world, small, {key: answers[key] for key in list(answers)[:2]})
    with within(world.organization):
        for number in range(3, 39):
            Unit.objects.create(
                organization=world.organization,
                name=f"{number}",
                path=f"Store {number}",
                frontline_headcount=20,
            )
    more = {(f"Store {number}", Panel.FRONTLINE): store_sheets(large, number) for number in range(3, 39)}
    reported(world, large, answers | more)
    client = Client()
    client.force_login(world.executive)
    for campaign, units in ((small, 1), (large, 40)):
        with django_assert_num_queries(QUERIES_OF_A_REPORT):
            client.get(reverse("report", args=[campaign.id]))
        with django_assert_num_queries(QUERIES_OF_A_REPORT - 2):  # drawn a moment ago
            page = client.get(reverse("report", args=[campaign.id])).content.decode()
        assert len(re.findall(r">\s*(?:Store \d+|\d+)\s*</th>", page)) == units


# --- What does not leave --------------------------------------------------------------------------


def numbers(document: object) -> Iterator[float]:
    match document:
        case dict():
            yield from itertools.chain.from_iterable(map(numbers, document.values()))
        case list():
            yield from itertools.chain.from_iterable(map(numbers, document))
        case bool():
            return
        case int() | float():
            yield float(document)
        case _:
            return


# Four people and what they say to every question of a dimension. Nothing else on the page happens to print
# their averages; where a change of the page makes it so, take other answers.
PLANTED = {"purpose": (3, 4, 3, 4), "authority": (2, 4, 4, 5), "rules": (5, 4, 4, 5), "promise": (5, 3, 2, 1)}
PLANT = "South/Store 2"


def planted_sheets(campaign: Campaign) -> list[bytes]:
    """The four; odd questions of a dimension get the answer one step lower, so that averages are not round."""
    sheets = []
    for person in range(4):
        sheet = bytearray(a_sheet(campaign, 3))
        for place, field in enumerate(campaign.codec.fields):
            if field.dimension is not None:
                sheet[place] = max(1, PLANTED[field.dimension][person] - place % 2)
        sheets.append(bytes(sheet))
    return sheets


def averages(campaign: Campaign, sheets: list[bytes]) -> dict[str, float]:
    """By hand: 0 to 100 for the answer, turned where the question is, averaged over questions and people."""
    found: dict[str, list[float]] = {}
    for sheet in sheets:
        for byte, field in zip(sheet, campaign.codec.fields, strict=True):
            if field.dimension is not None:
                score_of_one = (byte - 1) / (field.options - 1) * 100
                found.setdefault(field.dimension, []).append(
                    100 - score_of_one if field.reverse else score_of_one
                )
    return {dimension: sum(scores) / len(scores) for dimension, scores in found.items()}


def printed(page: str, value: float) -> bool:
    return re.search(rf"(?<![\d.]){re.escape(score(value))}(?![\d])", page) is not None


def differences(document: dict[str, Any], dimension: str) -> Iterator[tuple[float, float]]:
    """(people, their average) of every sum and difference of the front line's published cells."""
    (whole,) = (found["frontline"] for found in document["dimensions"] if found["id"] == dimension)
    cells = [whole, *(unit["frontline"][dimension] for unit in document["units"])]
    shown = [(cell["n"], cell["n"] * cell["mean"]) for cell in cells if "mean" in cell]
    for signs in itertools.product((-1, 0, 1), repeat=len(shown)):
        people = sum(sign * n for sign, (n, _) in zip(signs, shown, strict=True))
        if people > 0:
            yield people, sum(sign * total for sign, (_, total) in zip(signs, shown, strict=True)) / people


@pytest.mark.parametrize("times", [3, 1])
def test_a_number_of_a_group_that_is_too_small_is_nowhere(world: World, times: int) -> None:
    """The same averages of twelve people are on the page, in the document, and there for whoever subtracts."""
    campaign = world.campaign()
    sheets = planted_sheets(campaign)
    reported(world, campaign, ordinary(campaign) | {(PLANT, Panel.FRONTLINE): sheets * times})
    page = text(world.executive, campaign.id)
    document = json.loads(text(world.executive, campaign.id, "report-document"))
    seen = list(numbers(document))
    large_enough = times == 3
    for dimension, average in averages(campaign, sheets).items():
        at_n = {round(mean, 6) for people, mean in differences(document, dimension) if people == 4 * times}
        assert printed(page, average) is large_enough, dimension
        assert any(abs(value - average) < 1e-6 for value in seen) is large_enough, dimension
        assert (round(average, 6) in at_n) is large_enough, dimension
