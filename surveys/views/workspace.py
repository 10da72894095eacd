"""What a signed-in member of a firm or a client sees before any result: clients, waves, states."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from surveys import access, campaigns, tasks
from surveys.models import State
from surveys.tenancy import within
from surveys.views.account import SignedInRequest


@require_GET
@login_required
def campaign(request: SignedInRequest, identifier: UUID) -> HttpResponse:
    entered = access.enter_campaign(request.user, identifier)
    wave = entered.campaign
    running = wave.state == State.OPEN and timezone.now() < wave.closes_at
    context = {
        "campaign": wave,
        "organization": entered.organization,
        "simulated": entered.organization.simulated,
        "running": running,
        "can_close": running and access.can_close(entered),
        "can_read_report": not running and wave.state != State.DRAFT and access.can_read_report(entered),
    }
    return render(request, "surveys/campaign.html", context)


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
    tasks.soon(tasks.close_campaign, identifier, entered.organization.id)
    return redirect("report", identifier)
