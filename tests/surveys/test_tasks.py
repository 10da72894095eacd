import datetime as dt
import logging
from dataclasses import replace

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.utils import timezone

from surveys import collect, tasks
from surveys.models import AnswerBlock, Campaign, Event, Organization, State
from surveys.models.event import Verb
from surveys.tenancy import within
from tests.world import World

Sent = list[tuple[str, ...]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What went to the queue."""
    messages: Sent = []
    monkeypatch.setattr(tasks.close_campaign, "delay", lambda *ids: messages.append(ids))
    return messages


def state(world: World, campaign: Campaign) -> str:
    with within(world.organization):
        return Campaign.objects.get(id=campaign.id).state


def test_beat_finds_what_is_due_in_every_organization_and_nothing_else(world: World, sent: Sent) -> None:
    sibling = Organization.objects.create(firm=world.firm, name="Sibling")
    other = replace(world, organization=sibling)
    due = world.over(world.open_campaign("Due"))
    world.open_campaign("Running")
    world.campaign("Draft")
    world.closed(world.open_campaign("Closed"))
    with within(sibling):
        theirs = other.campaign("Due")
        Campaign.objects.filter(id=theirs.id).update(
            state=State.OPEN, wrapped_key=b"key", closes_at=timezone.now() - dt.timedelta(days=1)
        )
    tasks.close_due_campaigns()
    assert sent == [(str(theirs.id), str(sibling.id)), (str(due.id), str(world.organization.id))]


def test_nothing_due_sends_nothing(world: World, sent: Sent) -> None:
    world.open_campaign()
    tasks.close_due_campaigns()
    assert sent == []


@pytest.mark.django_db(transaction=True)
def test_closing_leaves_nothing_of_the_ballots(transactional_world: World) -> None:
    """A ballot is no row any more, and after vacuum no dead row either."""
    world = transactional_world
    campaign = world.open_campaign()
    for value in (1, 2, 3):
        world.answer(campaign, value)
    world.over(campaign)
    tasks.close_campaign(str(campaign.id), str(world.organization.id))
    assert state(world, campaign) == State.CLOSED
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('surveys_ballot')")
        assert cursor.fetchone() == (0,)


def test_a_task_that_is_delivered_again_does_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    vacuumed: list[bool] = []
    monkeypatch.setattr(collect, "vacuum", lambda: vacuumed.append(True))
    campaign = world.open_campaign()
    world.answer(campaign)
    world.over(campaign)
    for _ in range(3):
        tasks.close_campaign(str(campaign.id), str(world.organization.id))
    with within(world.organization):
        assert AnswerBlock.objects.count() == 1
        assert Event.objects.filter(verb=Verb.CLOSED).count() == 1
    assert vacuumed == [True]


def test_a_campaign_is_not_closed_before_its_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collect, "vacuum", lambda: pytest.fail("nothing was closed"))
    campaign = world.open_campaign()
    tasks.close_campaign(str(campaign.id), str(world.organization.id))
    assert state(world, campaign) == State.OPEN


def test_a_task_sees_its_own_tenant_only(world: World) -> None:
    campaign = world.over(world.open_campaign())
    outside = Organization.objects.get(name="Next door")
    with pytest.raises(ObjectDoesNotExist):
        tasks.close_campaign(str(campaign.id), str(outside.id))
    assert state(world, campaign) == State.OPEN


def test_the_log_names_a_campaign_and_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(collect, "vacuum", lambda: None)
    campaign = world.over(world.open_campaign())
    with caplog.at_level(logging.INFO, "surveys.tasks"):
        tasks.close_campaign(str(campaign.id), str(world.organization.id))
    assert caplog.messages == [f"campaign {campaign.id} is closed"]
