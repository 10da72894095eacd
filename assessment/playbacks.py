"""The page that tells all employees what was heard and what will be done: a few released numbers, no more."""

from collections.abc import Sequence

from django.db import transaction

from assessment.access import released
from assessment.models import Action, ActionState, Playback, ReportSnapshot
from surveys import campaigns
from surveys.models import Campaign, User
from surveys.models.event import Verb
from surveys.tenancy import across_all


def of(campaign: Campaign) -> Playback:
    """As it is kept, or as it would begin: unsaved, so that looking changes nothing."""
    return Playback.objects.filter(campaign=campaign).first() or Playback(campaign=campaign)


@transaction.atomic
def write(campaign: Campaign, message: str, heard: Sequence[str], actor: User) -> None:
    values = {"message": message, "heard": list(heard)}
    Playback.objects.update_or_create(campaign=campaign, defaults=values)
    campaigns.record(campaign, Verb.PLAYBACK, actor)


@transaction.atomic
def switch(campaign: Campaign, actor: User, *, on: bool) -> None:
    Playback.objects.update_or_create(campaign=campaign, defaults={"is_on": on})
    campaigns.record(campaign, Verb.PLAYBACK_ON if on else Verb.PLAYBACK_OFF, actor)


def find(code: str) -> Playback | None:
    """By its unguessable code; whoever has it is let in, unless it is off."""
    with across_all("the reader has a code and no tenant"):
        found = Playback.objects.filter(code=code, is_on=True)
        return found.select_related("campaign__organization").first()


def report_of(campaign: Campaign) -> ReportSnapshot | None:
    """Inside the tenant."""
    return released().filter(campaign=campaign).first()


def told(campaign: Campaign) -> list[Action]:
    """Of this wave's actions those that everybody is told. Inside the tenant."""
    return list(Action.objects.filter(campaign=campaign, told=True).exclude(state=ActionState.DROPPED))
