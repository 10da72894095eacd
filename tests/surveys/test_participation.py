"""Participation while a campaign is open tells of nobody: who is counted, where, in which steps and how often."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from surveys import participation, passes, tasks
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, CampaignUnit, ParticipationCount, Pass
from surveys.tenancy import within
from tests.world import World

K = 5


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[int], list[int | None]]:
    size = draw(st.integers(0, 12))
    parents = [draw(st.integers(-1, unit - 1)) for unit in range(size)]
    people = st.one_of(st.none(), st.integers(0, 4), st.integers(0, 40))
    return parents, [draw(people) for _ in range(size)]


def everybody(parents: list[int], own: list[int | None], unit: int) -> int | None:
    below = [everybody(parents, own, child) for child, parent in enumerate(parents) if parent == unit]
    known = [*below, 0 if unit == -1 else own[unit]]
    return None if None in known else sum(one or 0 for one in known)


@given(trees())
def test_a_number_and_every_difference_stand_for_twice_the_minimum(
    tree: tuple[list[int], list[int | None]],
) -> None:
    parents, own = tree
    told = participation.shown(parents, own, K)
    assert all(told[unit] == everybody(parents, own, unit) >= 2 * K for unit in told)  # type: ignore[operator]
    for unit, size in told.items():
        below = {child for child in told if nearest(parents, told, child) == unit}
        left = size - sum(told[child] for child in below)
        assert left == 0 or left >= 2 * K


def nearest(parents: list[int], told: dict[int, int], unit: int) -> int | None:
    while unit != -1:
        unit = parents[unit]
        if unit in told:
            return unit
    return None


def test_the_smallest_goes_where_too_few_would_be_left() -> None:
    assert participation.shown([-1, -1, -1], [10, 12, 4], K) == {-1: 26, 1: 12}  # 14 beside the unit shown
    assert participation.shown([-1, -1], [10, 12], K) == {-1: 22, 0: 10, 1: 12}
    assert participation.shown([-1, -1], [10, None], K) == {0: 10}
    assert participation.shown([-1], [9], K) == {}


@pytest.fixture
def used(world: World) -> Callable[[Campaign, str, int], None]:
    def use(campaign: Campaign, path: str, number: int) -> None:
        with within(world.organization):
            unit = CampaignUnit.objects.get(campaign=campaign, path=path)
            for count in range(number):
                passes.issue(unit, Panel.FRONTLINE)
                free = Pass.objects.filter(unit=unit, spent=False, blinded=None).values("id")[:1]
                change = {"blinded": b"x" * 32} if count % 2 else {"spent": True}
                Pass.objects.filter(id__in=free).update(**change)

    return use


def told(world: World, campaign: Campaign) -> dict[tuple[str, str], int]:
    with within(world.organization):
        rows = ParticipationCount.objects.filter(campaign=campaign)
        return {
            (row.unit.path if row.unit else "", row.panel): row.answered
            for row in rows.select_related("unit")
        }


def test_what_is_stored_is_in_steps_and_for_a_day(
    world: World, used: Callable[[Campaign, str, int], None]
) -> None:
    campaign = world.open_campaign()
    used(campaign, "North/Store 1", 7)
    used(campaign, "South/Store 2", 4)
    tasks.count_participation()
    first = told(world, campaign)
    assert first == {
        ("", "frontline"): 10,
        ("North", "frontline"): 5,
        ("North/Store 1", "frontline"): 5,
        ("North/Store 2", "frontline"): 0,
        ("South", "frontline"): 0,
        ("South/Store 1", "frontline"): 0,
        ("South/Store 2", "frontline"): 0,
        ("", "executive"): 0,
    }
    used(campaign, "South/Store 2", 6)
    tasks.count_participation()
    assert told(world, campaign) == first, "a number of today is not counted again today"


def test_a_day_begins_where_the_client_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = world.open_campaign()
    tasks.count_participation()
    evening = timezone.now().astimezone(world.organization.zone).replace(hour=23, minute=59)
    monkeypatch.setattr(timezone, "now", lambda: evening)
    assert participation.due() == []
    monkeypatch.setattr(timezone, "now", lambda: evening + dt.timedelta(minutes=2))
    assert participation.due() == [(campaign.id, world.organization.id)]


def test_nobody_under_the_minimum_is_counted(world: World) -> None:
    with within(world.organization):
        campaign = world.campaign()
        world.organization.units.update(frontline_headcount=3, executive_headcount=1)
    campaign = world.open_campaign("Small")
    tasks.count_participation()
    assert told(world, campaign) == {("", "frontline"): 0}
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT headcount FROM surveys_participationcount")
        assert cursor.fetchall() == [(18,)]
