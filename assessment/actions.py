"""What is done about findings. An action notes the released gap it should move, for the next wave to compare."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from assessment.models import Action, ActionState
from surveys import events
from surveys.models import Campaign, Organization, User
from surveys.models.event import Verb


@dataclass(frozen=True)
class Plan:
    what: str
    owner: str
    due: dt.date
    item: str = ""
    finding: str = ""
    began: dict[str, Any] | None = None
    told: bool = False


@transaction.atomic
def add(campaign: Campaign, plan: Plan, actor: User) -> Action:
    action = Action.objects.create(
        organization=campaign.organization,
        campaign=campaign,
        what=plan.what,
        owner=plan.owner,
        due=plan.due,
        item=plan.item,
        finding=plan.finding,
        began=plan.began,
        told=plan.told,
    )
    events.record(campaign.organization, Verb.ACTION, plan.what, actor)
    return action


@transaction.atomic
def change(action: Action, actor: User) -> None:
    """Called with the new values set: they are saved, and their names told."""
    before = Action.objects.select_for_update().get(id=action.id)
    names = ("what", "owner", "due", "state", "told")
    changed = [name for name in names if getattr(before, name) != getattr(action, name)]
    if changed:
        action.save(update_fields=changed)
        events.record(action.organization, Verb.ACTION_CHANGED, action.what, actor, changed=changed)


def of_client(organization: Organization) -> list[Action]:
    """What is open first, the earliest first; then what is done or was dropped."""
    found = list(Action.objects.filter(organization=organization).select_related("campaign"))
    return sorted(found, key=lambda one: one.state in {ActionState.DONE, ActionState.DROPPED})


def of_earlier_waves(campaign: Campaign) -> list[Action]:
    """Actions that were to move something by this wave."""
    earlier = Action.objects.filter(
        organization=campaign.organization_id, campaign__closes_at__lt=campaign.closes_at
    )
    return list(earlier.exclude(state=ActionState.DROPPED).select_related("campaign"))
