"""How a wave fills: in steps, as of the day's beginning, and never a word of what was answered."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from surveys import access
from surveys.instruments.instrument import Panel
from surveys.models import Campaign
from surveys.tenancy import within
from surveys.views.account import SignedInRequest
from surveys.views.shell import wave_context
from surveys.watching import TARGET, Watched, watch

WIDTH, HEIGHT = 600, 160


@dataclass(frozen=True)
class Curve:
    """The days as a line from the opening to the closing day, and where it is expected to end."""

    points: str
    now: tuple[float, float]
    end: tuple[float, float] | None
    target: float


@require_GET
@login_required
@cache_control(private=True, no_store=True)
def participation(request: SignedInRequest, identifier: UUID) -> HttpResponse:
    entered = access.enter_campaign(request.user, identifier)
    access.check_look_after(entered)
    wave = entered.campaign
    with within(entered.organization):
        watched = [watch(wave, panel) for panel in Panel]
    filled = {
        **wave_context(entered, "participation"),
        "panels": [(one, curve(wave, one)) for one in watched],
        "target": round(100 * TARGET),
        "counted": max((one.days[-1][0] for one in watched if one.days), default=None),
    }
    return render(request, "workspace/participation.html", filled)


def curve(campaign: Campaign, watched: Watched) -> Curve | None:
    """None with fewer than two days: a dot is no curve."""
    if watched.whole is None or len(watched.days) == 1 or not watched.whole.headcount:
        return None
    zone = campaign.organization.zone
    first = min(campaign.opens_at.astimezone(zone).date(), watched.days[0][0])
    length = max(1, (campaign.closes_at.astimezone(zone).date() - first).days)

    def place(days: int, answered: float) -> tuple[float, float]:
        high = HEIGHT * (1 - answered / (watched.whole.headcount if watched.whole else 1))
        return round(WIDTH * min(1.0, days / length), 1), round(high, 1)

    points = [place((day - first).days, answered) for day, answered in watched.days]
    return Curve(
        points=" ".join(f"{x},{y}" for x, y in points),
        now=points[-1],
        end=None if watched.forecast is None else place(length, watched.forecast),
        target=round(HEIGHT * (1 - TARGET), 1),
    )
