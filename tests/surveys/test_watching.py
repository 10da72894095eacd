"""How a wave fills, from stored steps alone."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from surveys import watching
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, ParticipationCount
from surveys.tenancy import within
from tests.world import World

BEGIN = dt.date(2026, 3, 2)


def days(*answered: int) -> list[tuple[dt.date, int]]:
    return [(BEGIN + dt.timedelta(days=day), number) for day, number in enumerate(answered)]


def filled(world: World, campaign: Campaign) -> None:
    unit = world.unit(campaign)
    with within(world.organization):
        for day, (whole, part) in enumerate(((0, 0), (20, 0), (40, 5))):
            at = BEGIN + dt.timedelta(days=day)
            common = {"campaign": campaign, "panel": Panel.FRONTLINE.value, "day": at}
            ParticipationCount.objects.create(**common, answered=whole, headcount=80)
            ParticipationCount.objects.create(**common, unit=unit, answered=part, headcount=20)


def test_the_latest_day_counts_and_a_unit_behind_is_worth_a_nudge(world: World) -> None:
    campaign = world.open_campaign()
    filled(world, campaign)
    with within(world.organization):
        found = watching.watch(campaign, Panel.FRONTLINE)
        assert watching.watch(campaign, Panel.EXECUTIVE) == watching.Watched(
            Panel.EXECUTIVE, None, (), (), None
        )
    assert found.whole == watching.Turnout("", 40, 80)
    assert found.units == (watching.Turnout("North/Store 1", 5, 20, nudge=True),)
    assert [answered for _day, answered in found.days] == [0, 20, 40]


def test_a_forecast_needs_three_days_and_fades() -> None:
    last = BEGIN + dt.timedelta(days=30)
    assert watching.forecast(days(0, 10), last, 500) is None
    # 20, and 10 a day that halve every week: nine days of them in four weeks
    assert watching.forecast(days(0, 10, 20), last, 500) == 110
    assert watching.forecast(days(0, 10, 20), last, 90) == 90


@given(st.lists(st.integers(0, 90), min_size=3, max_size=40), st.integers(-3, 60))
def test_a_forecast_is_never_under_what_is_there_nor_over_the_head_count(steps: list[int], left: int) -> None:
    so_far = days(*sorted(steps))
    end = so_far[-1][0] + dt.timedelta(days=left)
    found = watching.forecast(so_far, end, 90)
    assert found is not None
    assert so_far[-1][1] <= found <= 90


@pytest.mark.parametrize("who", ["coordinator", "consultant"])
def test_the_page_tells_steps_and_costs_the_same_for_more_days(
    world: World, who: str, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    campaign = world.open_campaign()
    filled(world, campaign)
    client = Client()
    client.force_login(getattr(world, who))
    with django_assert_num_queries(6):  # type: ignore[operator]  # session, user, campaign, roles, a panel each
        page = client.get(reverse("wave-participation", args=[campaign.id])).content.decode()
    assert "<strong>40</strong> of 80" in page
    assert "remind the whole unit" in page
    assert "<polyline" in page
