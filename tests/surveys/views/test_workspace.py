"""Signed in, before any result: clients, waves, states, closing."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError
from pytest_django import DjangoAssertNumQueries

from config.celery import app
from surveys import campaigns
from surveys.models import Campaign, Event, Organization, User
from surveys.models.event import Verb
from surveys.tenancy import within
from tests.asked import Asked
from tests.world import PASSWORD, World

QUERIES_OF_HOME = 5  # session, user, firms, campaigns, reports of units that one leads


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def home(user: User) -> str:
    return signed_in(user).get(reverse("home")).content.decode()


def campaign_page(user: User, campaign: Campaign) -> str:
    return signed_in(user).get(reverse("campaign", args=[campaign.id])).content.decode()


def stored(world: World, campaign: Campaign) -> Campaign:
    with within(world.organization):
        return Campaign.objects.get(id=campaign.id)


# --- The list of waves ----------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_home_asks_as_much_for_three_waves_as_for_one(
    world: World, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for wave in range(number):
        world.campaign(f"Wave {wave + 1}")
    client = signed_in(world.executive)
    with django_assert_num_queries(QUERIES_OF_HOME):
        page = client.get(reverse("home")).content.decode()
    assert re.findall(r'class="wave-name">([^<]+)<', page) == [
        f"Wave {wave}" for wave in range(number, 0, -1)
    ]


def test_home_shows_everybody_their_own(world: World) -> None:
    sibling = Organization.objects.create(firm=world.firm, name="Sibling")
    outside = Organization.objects.get(name="Next door")
    waves = {
        name: replace(world, organization=organization).campaign(name)
        for name, organization in (("Ours", world.organization), ("Theirs", sibling), ("Far", outside))
    }
    seen = {
        who: {name for name, wave in waves.items() if str(wave.id) in home(getattr(world, who))}
        for who in ("consultant", "coordinator", "executive", "stranger", "superuser")
    }
    assert seen == {
        "consultant": {"Ours", "Theirs"},
        "coordinator": {"Ours"},
        "executive": {"Ours"},
        "stranger": {"Far"},
        "superuser": set(),
    }
    assert "No survey is shared with you yet." in home(world.superuser)


def test_home_tells_a_visitor_what_latitude_is(world: World) -> None:
    world.campaign("Ours")
    page = Client().get(reverse("home")).content.decode()
    assert "How much room to act" in page
    assert "Ours" not in page


# --- A wave ---------------------------------------------------------------------------------------


def test_dates_are_the_organizations(world: World) -> None:
    """23:30 in London is the next day in Madrid."""
    campaign = world.campaign()
    with within(world.organization):
        Campaign.objects.update(
            opens_at=dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC),
            closes_at=dt.datetime(2026, 3, 9, 23, 30, tzinfo=dt.UTC),
        )
    assert "March 10, 2026, 12:30 a.m." in campaign_page(world.consultant, campaign)
    assert "March 1, 2026 to March 10, 2026" in " ".join(home(world.executive).split())


def test_each_role_is_offered_what_it_may_do(world: World) -> None:
    taking = world.open_campaign("Taking")
    done = world.closed(world.open_campaign("Done"))
    offers = {
        (who, campaign.name): {
            name
            for name in ("campaign-close", "report")
            if f'"{reverse(name, args=[campaign.id])}"' in campaign_page(getattr(world, who), campaign)
        }
        for who in ("consultant", "executive", "coordinator")
        for campaign in (taking, done)
    }
    assert offers == {
        ("consultant", "Taking"): {"campaign-close"},
        ("consultant", "Done"): {"report"},
        ("executive", "Taking"): set(),
        ("executive", "Done"): {"report"},
        ("coordinator", "Taking"): set(),
        ("coordinator", "Done"): set(),
    }


def test_a_wave_being_closed_is_not_offered_again(world: World) -> None:
    campaign = world.open_campaign()
    with within(world.organization):
        campaigns.ask_to_close(campaign, actor=world.consultant)
    page = campaign_page(world.consultant, campaign)
    assert reverse("campaign-close", args=[campaign.id]) not in page
    assert f'"{reverse("report", args=[campaign.id])}"' in page


def test_a_simulated_client_is_marked(world: World) -> None:
    campaign = world.campaign()
    assert "imulated" not in campaign_page(world.consultant, campaign) + home(world.consultant)
    Organization.objects.filter(id=world.organization.id).update(simulated=True)
    assert "Simulated answers: the organization and its people are made up." in campaign_page(
        world.consultant, campaign
    )
    assert "Simulated answers" in home(world.consultant)


# --- Closing --------------------------------------------------------------------------------------


def test_closing_ends_the_answering_and_asks_the_worker(world: World, asked: Asked) -> None:
    campaign = world.open_campaign()
    response = signed_in(world.consultant).post(reverse("campaign-close", args=[campaign.id]))
    assert (response.status_code, response["Location"]) == (302, reverse("report", args=[campaign.id]))
    assert stored(world, campaign).closes_at <= timezone.now()
    assert asked == [("surveys.tasks.close_campaign", str(campaign.id), str(world.organization.id))]
    with within(world.organization):
        event = Event.objects.get(verb=Verb.CLOSING)
    assert (event.actor, event.target) == (world.consultant, campaign.name)


def test_closing_twice_is_one_event(world: World, asked: Asked) -> None:
    campaign = world.open_campaign()
    client = signed_in(world.consultant)
    for _ in range(2):
        assert client.post(reverse("campaign-close", args=[campaign.id])).status_code == 302
    with within(world.organization):
        assert Event.objects.filter(verb=Verb.CLOSING).count() == 1


def test_what_cannot_be_closed_is_refused_with_a_sentence(world: World, asked: Asked) -> None:
    draft = world.campaign()
    page = signed_in(world.consultant).post(reverse("campaign-close", args=[draft.id]), follow=True)
    assert page.redirect_chain == [(reverse("campaign", args=[draft.id]), 302)]
    assert "Only an open campaign can be closed." in page.content.decode()
    assert asked == []
    assert stored(world, draft).closes_at > timezone.now()


def test_without_a_queue_closing_is_as_good_as_done(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object, **_options: object) -> None:
        raise OperationalError("host=secret")

    monkeypatch.setattr(app, "send_task", away)
    campaign = world.open_campaign()
    response = signed_in(world.consultant).post(reverse("campaign-close", args=[campaign.id]))
    assert (response.status_code, response["Location"]) == (302, reverse("report", args=[campaign.id]))
    assert stored(world, campaign).closes_at <= timezone.now()
    assert "the queue is away" in caplog.text
    assert "secret" not in caplog.text


# --- Signing in -----------------------------------------------------------------------------------


def test_signing_in_leads_to_the_page_that_was_asked_for_and_nowhere_else(world: World) -> None:
    wanted = reverse("campaign", args=[world.campaign().id])
    sign = {"login": world.executive.email, "password": PASSWORD}
    client = Client()
    asked = client.get(wanted)
    assert asked["Location"] == f"{reverse('sign-in')}?next={wanted}"
    assert client.post(asked["Location"], sign)["Location"] == wanted
    elsewhere = Client().post(f"{reverse('sign-in')}?next=https://elsewhere.example/", sign)
    assert elsewhere["Location"] == reverse("home")


def test_a_browser_is_told_to_name_its_origin_where_forms_have_a_token(world: World) -> None:
    """Under no-referrer it sends `Origin: null` and the CSRF check refuses every form."""
    allowed = '<meta name="referrer" content="same-origin">'
    assert allowed in Client().get(reverse("sign-in")).content.decode()
    assert allowed in home(world.consultant)
    assert allowed not in Client().get(reverse("home")).content.decode()
    code = world.code(world.open_campaign())
    assert (
        allowed
        not in signed_in(world.consultant).post(reverse("answer-enter"), {"code": code}).content.decode()
    )
