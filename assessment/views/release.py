"""From the draft to the client: the words before the report, what is left to do, the release and its end."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from assessment import notices, releases
from assessment.forms import PrefaceForm, TellForm
from assessment.jobs import Job
from surveys import access, campaigns, queries
from surveys.access import Entered
from surveys.jobs import soon
from surveys.tenancy import within
from surveys.views.account import SignedInRequest
from surveys.views.shell import wave_context


@require_http_methods(["GET", "POST"])
@login_required
@cache_control(private=True, no_store=True)
def release(request: SignedInRequest, campaign: UUID) -> HttpResponse:
    entered = access.enter_campaign(request.user, campaign)
    access.check_manage(entered)
    with within(entered.organization):
        now = releases.standing(entered.campaign)
        data = request.POST if request.POST.get("do") == "write" else None
        form = PrefaceForm(data, preface=now.preface)
        people = notices.people_of(entered.campaign)
        told = notices.told(entered.campaign)
        if request.method == "POST" and done(request, entered, form):
            return redirect("wave-release", campaign)
    asked = {"tell": TellForm(people=people) if people else None, "told": told}
    filled = {**wave_context(entered, "release"), "now": now, "form": form, **asked}
    filled["readers"] = queries.readers_of(entered.organization)
    response = render(request, "assessment/release.html", filled, status=422 if form.errors else 200)
    if now.preface.asked_at is not None and now.draft is not None:
        response["Refresh"] = "3"
    return response


def done(request: SignedInRequest, entered: Entered, form: PrefaceForm) -> bool:
    wave, user = entered.campaign, request.user
    try:
        match request.POST.get("do"):
            case "write":
                if not form.is_valid():
                    return False
                releases.write(wave, form.cleaned_data["summary"], form.notes(), user)
                messages.success(request, _("It is saved. The client reads it with the next release."))
            case "release":
                asked = TellForm(request.POST, people=notices.people_of(wave))
                releases.ask(wave, user, asked.roles())
                soon(Job.RELEASE_REPORT, wave.id, entered.organization.id)
            case "withdraw":
                releases.withdraw(wave, request.POST.get("reason", "")[:300], user)
                messages.success(request, _("The report is withdrawn: the client does not see it any more."))
            case _:
                raise Http404
    except campaigns.Refused as refusal:
        messages.error(request, str(refusal))
    return True
