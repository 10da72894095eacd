"""What a wave's first page says is to be done, for whoever looks at it."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessment import releases
from surveys import access, codes, mailing, planning
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, MessageKind, User
from surveys.tenancy import within
from surveys.views import whats_next
from tests.surveys.test_mailing import with_people
from tests.waves import drafted, ordinary
from tests.waves import released as release
from tests.world import World


def said(world: World, who: User, campaign: Campaign) -> tuple[str, list[str]]:
    """The title, and the buttons."""
    entered = access.enter_campaign(who, campaign.id)
    with within(world.organization):
        found = whats_next.of(entered)
    return found.title, [way.label for way in found.ways]


def test_an_open_wave_is_told_of_in_the_ways_that_were_chosen(world: World) -> None:
    campaign = world.open_campaign()
    with_people(world, 3)
    with within(world.organization):
        Campaign.objects.filter(id=campaign.id).update(channels=["email", "codes", "sms", "kiosk"])
    title, ways = said(world, world.consultant, campaign)
    assert title.startswith("It is open")
    assert ways == ["Send invitations", "Make codes", "Set up a tablet", "How many take part"]
    assert said(world, world.coordinator, campaign)[1] == ways[1:], (
        "who may not write to people is not led there"
    )
    with within(world.organization):
        mailing.ask(campaign, MessageKind.INVITATION, actor=world.consultant)
        codes.make(campaign, Panel.FRONTLINE, {world.unit(campaign).id: 2}, actor=world.consultant)
        Campaign.objects.filter(id=campaign.id).update(channels=["email", "codes", "sms"])
    assert said(world, world.consultant, campaign) == ("People are answering", ["How many take part"])


def test_while_the_worker_opens_a_wave_its_page_asks_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, client = world.campaign(), Client()
    client.force_login(world.consultant)
    monkeypatch.setattr(planning, "OPENED_AT_ONCE", 0)
    client.post(reverse("wave-open", args=[campaign.id]), {"when": "now"})
    page = client.get(reverse("campaign", args=[campaign.id]))
    assert "It is being opened" in page.content.decode()
    assert page["Refresh"] == "2"
    with within(world.organization):
        later = timezone.now() + dt.timedelta(hours=1)
        Campaign.objects.filter(id=campaign.id).update(opens_at=later)
    page = client.get(reverse("campaign", args=[campaign.id]))
    assert "It opens by itself" in page.content.decode()
    assert not page.has_header("Refresh")


def test_executives_are_told_of_a_report_when_it_is_released(world: World) -> None:
    campaign = world.campaign()
    drafted(world, campaign, ordinary(campaign))
    assert said(world, world.executive, campaign) == ("There is a report", [])
    assert said(world, world.consultant, campaign)[1] == ["Read the report", "From the draft to the client"]
    release(world, campaign)
    assert said(world, world.executive, campaign) == ("Your report is there", ["Read the report"])
    with within(world.organization):
        releases.withdraw(campaign, "A mistake.", world.consultant)
    assert said(world, world.executive, campaign) == ("There is a report", [])


def test_a_release_that_nobody_can_read_says_so(world: World) -> None:
    campaign, client = world.campaign(), Client()
    drafted(world, campaign, ordinary(campaign))
    release(world, campaign)
    client.force_login(world.consultant)
    address = reverse("wave-release", args=[campaign.id])
    assert "1 executive of the client may read it." in client.get(address).content.decode()
    world.executive.memberships.all().delete()
    assert "Invite executives" in client.get(address).content.decode()
