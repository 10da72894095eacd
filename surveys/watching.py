"""What a wave's people may know of its participation while it is open: yesterday's steps, and where they lead.

Everything here is made of `ParticipationCount` rows, which are rounded and a day old: docs/privacy.md.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from surveys.instruments.instrument import Panel
from surveys.models import Campaign, ParticipationCount
from surveys.tenancy import across_all

TARGET = 0.7  # of the head count: with fewer, those who did not answer can turn a finding round
BEHIND = 0.1  # so far under the organization's rate a unit is worth a nudge
LONGEST_LOOK = 7
FEWEST_DAYS = 3  # before a pace says anything


@dataclass(frozen=True)
class Turnout:
    """At least `answered` of `headcount`; the true number is less than a step above."""

    name: str
    answered: int
    headcount: int
    nudge: bool = False

    @property
    def rate(self) -> float:
        return self.answered / self.headcount if self.headcount else 0.0


@dataclass(frozen=True)
class Watched:
    panel: Panel
    whole: Turnout | None
    units: tuple[Turnout, ...]
    days: tuple[tuple[dt.date, int], ...]
    forecast: int | None


def so_far(campaigns: Iterable[UUID]) -> dict[UUID, Turnout]:
    """Of many waves the front line as a whole, as the last day began. One query; who may not be told of is missing."""
    with across_all("the caller names campaigns of the user's own organizations"):
        rows = (
            ParticipationCount.objects.filter(campaign__in=list(campaigns), unit=None, panel=Panel.FRONTLINE)
            .order_by("campaign_id", "-day")
            .distinct("campaign_id")
        )
        told = rows.values_list("campaign_id", "answered", "headcount")
        return {campaign: Turnout("", answered, headcount) for campaign, answered, headcount in told}


def watch(campaign: Campaign, panel: Panel) -> Watched:
    """Inside the tenant."""
    found = ParticipationCount.objects.filter(campaign=campaign, panel=panel)
    rows = list(found.select_related("unit").order_by("day", "unit__path"))
    days = tuple((row.day, row.answered) for row in rows if row.unit is None)
    latest = [row for row in rows if row.day == rows[-1].day]
    whole = next((Turnout("", row.answered, row.headcount) for row in latest if row.unit is None), None)
    units = tuple(
        Turnout(row.unit.path, row.answered, row.headcount, _behind(row, whole)) for row in latest if row.unit
    )
    last = campaign.closes_at.astimezone(campaign.organization.zone).date()
    return Watched(panel, whole, units, days, forecast(days, last, whole.headcount) if whole else None)


def _behind(row: ParticipationCount, whole: Turnout | None) -> bool:
    """Beside the organization's rate; without one beside the target."""
    wanted = min(TARGET, whole.rate) if whole else TARGET
    return row.headcount > 0 and row.answered / row.headcount < wanted - BEHIND


def forecast(days: Sequence[tuple[dt.date, int]], last: dt.date, headcount: int) -> int | None:
    """How many at the end, if the pace of the last week fades by half every week: answers come early or not at all.

    None where there are fewer than three days to go by.
    """
    if len(days) < FEWEST_DAYS:
        return None
    (begin, before), (now, answered) = days[max(0, len(days) - 1 - LONGEST_LOOK)], days[-1]
    pace = (answered - before) / max(1, (now - begin).days)
    left = max(0, (last - now).days)
    fading = sum(float(0.5 ** (day / 7)) for day in range(1, left + 1))
    return min(headcount, round(answered + max(0.0, pace) * fading))
