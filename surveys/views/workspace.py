"""What a signed-in member of a firm or a client sees before any result: clients, waves, states."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from surveys import access, campaigns, queries
from surveys.instruments.instrument import Panel
from surveys.jobs import Job, soon
from surveys.tenancy import within
from surveys.views import whats_next
from surveys.views.account import SignedInRequest
from surveys.views.shell import client_context, is_opening, is_running, may_bind, wave_context
from surveys.watching import Watched, watch


@require_GET
@login_required
def waves(request: SignedInRequest, organization: UUID) -> HttpResponse:
    inside = access.enter_organization(request.user, organization)
    context = client_context(inside, "waves")
    context["waves"] = queries.waves_of([inside.organization]).get(inside.organization.id, [])
    return render(request, "workspace/client_waves.html", context)


@require_GET
@login_required
def campaign(request: SignedInRequest, identifier: UUID) -> HttpResponse:
    """The wave's overview: what is next for this visitor, and where everything else is."""
    entered = access.enter_campaign(request.user, identifier)
    with within(entered.organization):
        context = {
            **wave_context(entered, "wave"),
            "next": whats_next.of(entered),
            "ways": whats_next.ways_on(entered),
            "watched": watched(entered),
            "running": is_running(entered),
            "can_close": is_running(entered) and access.can_close(entered),
        }
    response = render(request, "workspace/wave_overview.html", context)
    if is_opening(entered):
        response["Refresh"] = "2"
    return response


def watched(entered: access.Entered) -> list[Watched]:
    """The panels of which something can be told already, for whom it may be told."""
    if not may_bind(entered):
        return []
    return [one for panel in Panel if (one := watch(entered.campaign, panel)).whole is not None]


@require_POST
@login_required
def close(request: SignedInRequest, identifier: UUID) -> HttpResponseRedirect:
    entered = access.enter_campaign(request.user, identifier)
    access.check_close(entered)
    with within(entered.organization):
        try:
            campaigns.ask_to_close(entered.campaign, actor=request.user)
        except campaigns.Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("campaign", identifier)
    soon(Job.CLOSE_CAMPAIGN, identifier, entered.organization.id)
    return redirect("report", identifier)
