"""How many have taken part while a campaign is open: in steps, a day at a time, and only where it tells of nobody.

A nudge to one person followed by one more answer must not show. So a number stands for a unit (with all below it) of at
least 2k people, in steps of k, as it was when the client's day began; it is rounded before it is stored. A unit and
the units shown below it never leave fewer than 2k people between them, so that a difference tells no more either.
What is counted are passes that were used: those that answered, and those exchanged for a token, which nobody can
tell from one that has not answered yet.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from surveys.instruments.instrument import Panel
from surveys.models import Campaign, CampaignUnit, ParticipationCount, Pass, State
from surveys.tenancy import across_all

USED = Q(spent=True) | Q(blinded__isnull=False)


def shown(parents: Sequence[int], own: Sequence[int | None], k: int) -> dict[int, int]:
    """The units whose participation may be told, with the people in them and below; -1 is the organization.

    Parameters
    ----------
    parents
        For each unit the index of the unit above, -1 for a top unit; parents come before their children.
    own
        Head count of the unit itself, without what is below; None: unknown, and so is everything above.
    k
        The minimum group.

    Returns
    -------
    Head counts by unit. Whatever a shown unit has beside the shown units next below is nobody or at least 2k: where
    it would be fewer, the smallest of those below is not shown by itself (from the top down).
    """
    people = _with_all_below(parents, own)
    below = defaultdict(list)
    for unit, parent in enumerate(parents):
        below[parent].append(unit)
    found: dict[int, int] = {}
    waiting = [-1]
    while waiting:
        unit = waiting.pop()
        size = people[unit]
        if size is None or size < 2 * k:
            if unit == -1 or size is None:
                waiting += below[unit]
            continue
        found[unit] = size
        waiting += _told_apart(size, below[unit], people, k)
    return found


def _with_all_below(parents: Sequence[int], own: Sequence[int | None]) -> dict[int, int | None]:
    people: dict[int, int | None] = {-1: 0, **dict(enumerate(own))}
    for unit in range(len(parents) - 1, -1, -1):
        mine, above = people[unit], people[parents[unit]]
        people[parents[unit]] = None if mine is None or above is None else mine + above
    return people


def _told_apart(size: int, below: list[int], people: Mapping[int, int | None], k: int) -> list[int]:
    """Of the units next below those that may be shown beside the one above."""
    sizes = {unit: people[unit] or 0 for unit in below}
    kept = sorted((unit for unit in below if sizes[unit] >= 2 * k), key=lambda unit: (sizes[unit], unit))
    while kept and 0 < size - sum(sizes[unit] for unit in kept) < 2 * k:
        kept.pop(0)
    return kept


def due() -> list[tuple[UUID, UUID]]:
    """Open campaigns (with their organization) whose day has begun and was not counted yet."""
    with across_all("beat looks for campaigns of every organization"):
        running = (
            Campaign.objects.filter(state=State.OPEN).select_related("organization").defer("wrapped_key")
        )
        counted = dict.fromkeys(
            ParticipationCount.objects.filter(campaign__in=running).values_list("campaign_id", "day")
        )
        return [
            (campaign.id, campaign.organization_id)
            for campaign in running
            if (campaign.id, today(campaign)) not in counted
        ]


def today(campaign: Campaign) -> dt.date:
    return timezone.now().astimezone(campaign.organization.zone).date()


@transaction.atomic
def count(campaign: Campaign) -> int:
    """Store the day's numbers, once a day. How many were stored."""
    day = today(campaign)
    if ParticipationCount.objects.filter(campaign=campaign, day=day).exists():
        return 0
    units = list(CampaignUnit.objects.filter(campaign=campaign).order_by("path"))
    rows = [
        ParticipationCount(
            campaign=campaign,
            unit=None if at == -1 else units[at],
            panel=panel,
            day=day,
            answered=min(used, size) // minimum * minimum,
            headcount=size,
        )
        for panel, minimum in (
            (Panel.FRONTLINE, campaign.min_group),
            (Panel.EXECUTIVE, campaign.min_executives),
        )
        for at, used, size in _used(units, panel, minimum)
    ]
    ParticipationCount.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _used(units: list[CampaignUnit], panel: Panel, k: int) -> list[tuple[int, int, int]]:
    """(unit, used passes in it and below, head count) of what may be shown; executives as a whole only."""
    place = {unit.id: at for at, unit in enumerate(units)}
    parents = [place[unit.parent_id] if unit.parent_id else -1 for unit in units]
    told = shown(parents, [unit.headcount(panel) for unit in units], k)
    used = dict.fromkeys([-1, *range(len(units))], 0)
    rows = Pass.objects.filter(USED, unit__in=units, panel=panel).values_list("unit").annotate(Count("id"))
    for unit, number in rows:
        used[place[unit]] = number
    for at in range(len(units) - 1, -1, -1):
        used[parents[at]] += used[at]
    return [(at, used[at], size) for at, size in told.items() if panel is Panel.FRONTLINE or at == -1]
