"""The consultant's first page: every client, in as many queries for one as for thirty."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from assessment import portfolio
from assessment.models import Release, ReportSnapshot
from assessment.portfolio import Sort
from surveys import campaigns
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, Membership, Organization, ParticipationCount, Role, State
from surveys.tenancy import within
from tests.world import World, instrument

QUERIES = 7  # session, user, firms, clients, waves, how they fill, reports


def client_with(world: World, name: str, *gaps: Any, rate: float | None = 0.6) -> Organization:
    """A client with a reported wave for each gap, the oldest first."""
    organization = Organization.objects.create(firm=world.firm, name=name)
    now = timezone.now()
    with within(organization):
        for number, gap in enumerate(gaps):
            closed = now - dt.timedelta(days=30 * (len(gaps) - number))
            wave = Campaign.objects.create(
                organization=organization,
                instrument_version=campaigns.keep_instrument(instrument()),
                name=f"Wave {number + 1}",
                state=State.REPORTED,
                opens_at=closed - dt.timedelta(days=7),
                closes_at=closed,
                answers_until=now,
                records_until=now,
            )
            document = {
                "headline": {"gap": gap if isinstance(gap, dict) else {"value": gap}},
                "participation": {"frontline": {"answered": 6, "headcount": 10, "rate": rate}},
            }
            snapshot = ReportSnapshot.objects.create(campaign=wave, document=document, digest="")
            Release.objects.create(snapshot=snapshot, campaign=wave)
    return organization


def filling(world: World, answered: int) -> Campaign:
    """An open wave of 80 people, counted yesterday and today."""
    wave = world.open_campaign("Now")
    with within(world.organization):
        for ago, number in ((1, answered - 10), (0, answered)):
            ParticipationCount.objects.create(
                campaign=wave,
                panel=Panel.FRONTLINE,
                day=timezone.now().date() - dt.timedelta(days=ago),
                answered=number,
                headcount=80,
            )
    return wave


def page(world: World, **asked: str) -> str:
    client = Client()
    client.force_login(world.consultant)
    return client.get(reverse("home"), asked).content.decode()


def names(text: str) -> list[str]:
    return re.findall(r'<a href="/clients/[0-9a-f-]{36}">([^<]+)</a>', text)


@pytest.mark.parametrize("number", [1, 30])
def test_as_many_queries_for_one_client_as_for_thirty(
    world: World, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for one in range(number):
        client_with(world, f"Client {one:02}", 10.0, 20.0)
    filling(world, 30)
    client = Client()
    client.force_login(world.consultant)
    with django_assert_num_queries(QUERIES):
        shown = client.get(reverse("home")).content.decode()
    assert len(names(shown)) == number + 1


def test_a_row_tells_the_last_reported_gap_participation_and_trend(world: World) -> None:
    client_with(world, "Told", 31.25, 24.0)
    shown = page(world, search="told")
    assert names(shown) == ["Told"]
    assert '<b class="gap-number">+24.0</b>' in shown
    assert "60%" in shown
    assert 'class="small below"' in shown, "under the target of 70"
    assert 'aria-label="Gap over 2 waves"' in shown


def test_an_open_wave_tells_how_it_fills_in_steps_and_nothing_where_it_may_not(world: World) -> None:
    filling(world, 30)
    shown = page(world)
    told = " ".join(re.sub(r"<[^>]*>", " ", shown).split())
    assert "at least 38% of 70% so far, as the day began" in told
    assert 'class="small below"' not in shown, "it is not over yet"
    row = portfolio.rows_of(world.consultant)[0]
    assert row.turnout is not None
    assert row.turnout.answered == 30, "the last count, not the one before"
    with within(world.organization):
        ParticipationCount.objects.all().delete()
    told = page(world)
    assert "at least" not in told


def test_beside_a_prepared_wave_the_last_report_is_told(world: World) -> None:
    client_with(world, "Told", 31.25)
    assert "last report" in page(world, search="told")


def test_a_gap_that_is_withheld_or_a_bound_is_no_number(world: World) -> None:
    client_with(world, "Withheld", {"status": "small_group"}, rate=None)
    client_with(world, "Bounded", {"value": {"between": [80.0, 90.0]}})
    rows = {row.organization.name: row for row in portfolio.rows_of(world.consultant)}
    assert rows["Withheld"].gap is None
    shown = page(world)
    assert shown.count('class="gap-number"') == 1
    assert "80.0" in shown


def test_search_state_and_sort(world: World) -> None:
    client_with(world, "Beta", 5.0, rate=0.9)
    client_with(world, "Alpha", 40.0, rate=0.3)
    world.open_campaign("Now")
    assert names(page(world)) == ["Acme", "Alpha", "Beta"]
    assert names(page(world, search="  ALPH ")) == ["Alpha"]
    assert names(page(world, state="open")) == ["Acme"]
    assert names(page(world, state="reported")) == ["Alpha", "Beta"]
    assert names(page(world, sort="gap")) == ["Alpha", "Beta", "Acme"]
    assert names(page(world, sort="participation")) == ["Alpha", "Beta", "Acme"]
    assert names(page(world, sort="date")) == ["Acme", "Alpha", "Beta"]
    assert names(page(world, sort="x", state="x", page="x")) == ["Acme", "Alpha", "Beta"]
    assert "No client fits what you asked for." in page(world, search="nothing")


def test_the_open_wave_is_the_one_to_look_at(world: World) -> None:
    world.closed(world.open_campaign("Before"))
    world.open_campaign("Now")
    world.campaign("Prepared")
    row = portfolio.rows_of(world.consultant)[0]
    assert row.wave is not None
    assert (row.wave.name, row.waves) == ("Now", 3)
    assert row.next_date == row.wave.closes_at


def test_a_consultant_of_chosen_clients_sees_those(world: World) -> None:
    chosen = client_with(world, "Chosen", 1.0)
    Membership.objects.get(user=world.consultant).clients.add(chosen)
    assert names(page(world)) == ["Chosen"]


def test_a_consultant_who_also_belongs_to_another_firms_client_sees_both(world: World) -> None:
    outside = Organization.objects.get(name="Next door")
    Membership.objects.create(user=world.consultant, role=Role.EXECUTIVE, organization=outside)
    assert names(page(world)) == ["Acme", "Next door"]


def test_a_name_is_text(world: World) -> None:
    client_with(world, "<script>alert(1)</script>", 1.0)
    assert "<script>alert" not in page(world)


def test_a_small_change_looks_small_and_a_line_needs_two_points() -> None:
    assert portfolio.spark([3.0]) is None
    small, large = portfolio.spark([20.0, 21.0]), portfolio.spark([20.0, 60.0])
    assert small
    assert large
    rise = [float(p.split(",")[1]) for p in small.points.split()]
    steep = [float(p.split(",")[1]) for p in large.points.split()]
    assert 0 < rise[0] - rise[1] < 3
    assert steep[0] - steep[1] == 16


@pytest.mark.parametrize("sort", list(Sort))
def test_every_sort_takes_clients_without_anything(world: World, sort: Sort) -> None:
    assert len(portfolio.asked(portfolio.rows_of(world.consultant), "", "", sort)) == 1
