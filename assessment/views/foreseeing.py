"""What a wave could show, before anybody has answered: from head counts, thresholds and a share of answers."""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessment.foresight import Asked, Foreseen, foresee, shown_above
from assessment.forms import ForesightForm
from surveys import access, checklist, queries
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, CampaignUnit, State, Unit
from surveys.tenancy import within
from surveys.views.account import SignedInRequest
from surveys.views.shell import wave_context

A_PAGE = 100


@dataclass(frozen=True)
class Row:
    """A unit with all below it; `instead`: where its answers count when it is not shown ("": the organization)."""

    path: str
    people: int
    answers: int
    shown: bool
    shown_to_all: bool
    detailed: bool
    instead: str


@require_GET
@login_required
def policy(request: SignedInRequest, campaign: UUID) -> HttpResponse:
    entered = access.enter_campaign(request.user, campaign)
    access.check_manage(entered)
    wave = entered.campaign
    form = ForesightForm(request.GET if "group" in request.GET else None, campaign=wave)
    minimum, response = form.asked()
    with within(entered.organization):
        asked = {panel: asked_of(wave, panel) for panel in Panel}
    front, upstairs = asked[Panel.FRONTLINE], asked[Panel.EXECUTIVE]
    everybody, some = foresee(front, minimum, 1.0), foresee(front, minimum, response)
    page = Paginator(range(len(front)), A_PAGE).get_page(request.GET.get("page"))
    share = some.least_share(minimum)
    filled = {
        **wave_context(entered, "policy"),
        "form": form,
        "minimum": minimum,
        "percent": round(100 * response),
        "everybody": everybody,
        "some": some,
        "executives": foresee(upstairs, wave.min_executives, response, tops_only=True),
        "least_percent": None if share is None else 100 * share,
        "unknown": sum(unit.people is None for unit in front),
        "units": sum(1 for people in everybody.below if people),
        "rows": [_row(front, at, everybody, some, wave.min_distribution) for at in page],
        "page": page,
    }
    return render(request, "assessment/policy.html", filled)


def asked_of(campaign: Campaign, panel: Panel) -> list[Asked]:
    """Inside the tenant: today's tree of a draft, the frozen one of an open wave."""
    draft = campaign.state == State.DRAFT
    known: list[Unit] | list[CampaignUnit]
    known = checklist.asked_units(campaign) if draft else queries.campaign_units(campaign)
    found: list[Unit | CampaignUnit] = sorted(known, key=lambda unit: unit.path.split("/"))
    index = {unit.id: at for at, unit in enumerate(found)}
    return [
        Asked(unit.path, index.get(unit.parent_id) if unit.parent_id else None, _headcount(unit, panel))
        for unit in found
    ]


def _headcount(unit: Unit | CampaignUnit, panel: Panel) -> int | None:
    match panel:
        case Panel.FRONTLINE:
            return unit.frontline_headcount
        case Panel.EXECUTIVE:
            return unit.executive_headcount
        case _:
            assert_never(panel)


def _row(units: list[Asked], at: int, everybody: Foreseen, some: Foreseen, detailed: int) -> Row:
    shown = at in some.shown
    above = None if shown else shown_above(units, some.shown, at)
    return Row(
        path=units[at].path,
        people=everybody.below[at],
        answers=some.below[at],
        shown=shown,
        shown_to_all=at in everybody.shown,
        detailed=shown and some.below[at] >= detailed,
        instead="" if above is None else units[above].path,
    )
