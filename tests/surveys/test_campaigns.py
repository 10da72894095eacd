import base64
import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from surveys import campaigns, sealing
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, CampaignUnit, Event, State, Unit
from surveys.models.event import Verb
from surveys.tenancy import within
from tests.world import World


def test_opening_freezes_the_units(world: World) -> None:
    campaign = world.open_campaign()
    with within(world.organization):
        Unit.objects.filter(path="North/Store 1").update(frontline_headcount=99)
        frozen = CampaignUnit.objects.get(campaign=campaign, path="North/Store 1")
        assert (frozen.frontline_headcount, frozen.parent.path) == (20, "North")  # type: ignore[union-attr]
        assert CampaignUnit.objects.filter(campaign=campaign).count() == 6


def test_a_wrong_master_key_is_noticed_when_a_campaign_opens(world: World, settings: object) -> None:
    world.open_campaign("Wave 1")
    settings.MASTER_KEY = base64.urlsafe_b64encode(b"x" * 32).decode()  # type: ignore[attr-defined]
    draft = world.campaign("Wave 2")
    with (
        within(world.organization),
        pytest.raises(sealing.SealingError, match="LATITUDE_MASTER_KEY is not the key"),
    ):
        campaigns.open_(draft, actor=None)
    with within(world.organization):
        assert Campaign.objects.get(id=draft.id).state == State.DRAFT


def test_impossible_campaigns_are_refused_with_a_sentence(world: World) -> None:
    campaign = world.campaign()
    with within(world.organization):
        Campaign.objects.filter(id=campaign.id).update(amounts=[10])
        with pytest.raises(campaigns.Refused, match="5 steps, but 1 amounts"):
            campaigns.open_(campaign, actor=None)
        Campaign.objects.filter(id=campaign.id).update(
            amounts=[1, 2, 3, 4, 5], closes_at=timezone.now() - dt.timedelta(hours=1)
        )
        with pytest.raises(campaigns.Refused, match="closing date has passed"):
            campaigns.open_(campaign, actor=None)
        Campaign.objects.filter(id=campaign.id).update(closes_at=timezone.now() + dt.timedelta(days=1))
        Unit.objects.all().delete()
        with pytest.raises(campaigns.Refused, match="no units"):
            campaigns.open_(campaign, actor=None)


@pytest.mark.parametrize(
    "threshold",
    [{"min_group": 3}, {"min_executives": 2}, {"min_comments": 4}, {"min_group": 12, "min_distribution": 11}],
)
def test_a_policy_under_the_floor_is_refused(world: World, threshold: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        world.campaign("Wave 1", **threshold)


def test_the_database_refuses_a_key_that_outlives_its_campaign(world: World) -> None:
    campaign = world.open_campaign()
    with within(world.organization), pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(id=campaign.id).update(
            state=State.CLOSED, answers_until=campaign.destroyed_by, records_until=campaign.destroyed_by
        )


def test_every_step_leaves_an_event(world: World) -> None:
    campaign = world.open_campaign()
    world.closed(campaign)
    with within(world.organization):
        verbs = set(Event.objects.values_list("verb", flat=True))
    assert verbs == {Verb.CREATED, Verb.OPENED, Verb.CLOSED}


def test_no_event_counts_a_panel_under_its_minimum(world: World) -> None:
    campaign = world.open_campaign()
    for _ in range(5):
        world.answer(campaign)
    for _ in range(3):
        world.answer(campaign, panel=Panel.EXECUTIVE, path="North")
    world.closed(campaign)
    with within(world.organization):
        assert Event.objects.get(verb=Verb.CLOSED).detail == {"answers": {"frontline": 5}}


def test_only_the_steps_of_the_table_are_taken(world: World) -> None:
    campaign = world.campaign()
    with within(world.organization):
        with pytest.raises(campaigns.Refused):
            campaigns.ask_to_close(campaign, actor=None)
        campaigns.open_(campaign, actor=None)
        with pytest.raises(campaigns.Refused):
            campaigns.open_(campaign, actor=None)
    assert set(campaigns.TRANSITIONS) == set(State)


def test_closing_by_hand_ends_the_answering_at_once(world: World) -> None:
    campaign = world.open_campaign()
    with within(world.organization):
        campaigns.ask_to_close(campaign, actor=world.consultant)
        assert campaign.closes_at <= timezone.now()
        assert campaigns.close(campaign) is True
