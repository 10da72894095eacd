"""The page that says what could ever be shown, and that it asks as much for many units as for few."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from surveys.models import Campaign, Unit
from surveys.tenancy import within
from tests.world import World

QUERIES = 6  # session, user, wave, roles, its units for each panel


def page(world: World, campaign: Campaign, **asked: str) -> str:
    client = Client()
    client.force_login(world.consultant)
    found = client.get(reverse("wave-policy", args=[campaign.id]), asked).content.decode()
    return " ".join(found.split())


def test_a_small_unit_counts_in_the_level_above(world: World) -> None:
    with within(world.organization):
        Unit.objects.filter(path="North/Store 2").update(frontline_headcount=6)
    shown = page(world, world.campaign())
    assert "counts in North<" in shown
    assert '6<span class="quiet small"> / 6' in shown, "everybody answers: all six"
    assert '4<span class="quiet small"> / 6' in shown, (
        "three of Store 2 answer, so Store 1 and 2 lie in North"
    )


def test_other_numbers_can_be_tried_and_nonsense_is_told(world: World) -> None:
    campaign = world.campaign()
    assert "If 30 % answer" in page(world, campaign, group="8", response="30")
    told = page(world, campaign, group="1", response="x")
    assert "greater than or equal to 4" in told
    assert "If 60 % answer" in told


def test_an_open_wave_has_the_units_it_was_opened_with(world: World) -> None:
    campaign = world.open_campaign()
    with within(world.organization):
        Unit.objects.filter(path="South/Store 2").update(name="Moved", path="South/Moved")
    shown = page(world, campaign)
    assert "South/Store 2" in shown
    assert "Moved" not in shown


def test_unknown_head_counts_are_said(world: World) -> None:
    with within(world.organization):
        Unit.objects.filter(path="South").update(frontline_headcount=None)
    assert "The head count of 1 unit is not known" in page(world, world.campaign())


@pytest.mark.parametrize("number", [1, 150])
def test_as_many_queries_for_one_unit_as_for_many(
    world: World, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with within(world.organization):
        for at in range(number):
            Unit.objects.create(
                organization=world.organization, name=f"{at}", path=f"{at}", frontline_headcount=9
            )
    campaign = world.campaign()
    client = Client()
    client.force_login(world.consultant)
    with django_assert_num_queries(QUERIES):
        client.get(reverse("wave-policy", args=[campaign.id]))
