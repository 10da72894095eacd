"""Telling all employees: consultants choose what is told, coordinators switch it on and hand out its link."""

from uuid import UUID

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from assessment import playbacks
from assessment.forms import PlaybackForm
from assessment.models import Playback
from assessment.renderers.heard import answered, heard, offered
from assessment.report import Report, compose
from surveys import access
from surveys.access import Entered
from surveys.tenancy import within
from surveys.views.account import SignedInRequest
from surveys.views.shell import wave_context


@require_http_methods(["GET", "POST"])
@login_required
def setup(request: SignedInRequest, campaign: UUID) -> HttpResponse:
    entered = access.enter_campaign(request.user, campaign)
    access.check_look_after(entered)
    with within(entered.organization):
        snapshot = playbacks.report_of(entered.campaign)
        if snapshot is None:
            raise Http404
        playback, report = playbacks.of(entered.campaign), compose(snapshot.document)
        form = chosen(request, entered, playback, report)
        if request.method == "POST" and _done(request, entered, form):
            return redirect("wave-playback", campaign)
    filled = {**wave_context(entered, "playback"), "playback": playback, "form": form}
    link = request.build_absolute_uri(reverse("heard", args=[playback.code])) if playback.pk else ""
    wrong = bool(form and form.errors)
    return render(
        request, "assessment/playback.html", {**filled, **linked(link)}, status=422 if wrong else 200
    )


def chosen(
    request: SignedInRequest, entered: Entered, playback: Playback, report: Report
) -> PlaybackForm | None:
    """Only who reads the report chooses from it."""
    if not access.can_manage(entered):
        return None
    data = request.POST if request.POST.get("do") == "write" else None
    initial = {"message": playback.message, "heard": playback.heard}
    return PlaybackForm(data, offered=offered(report), initial=initial)


def _done(request: SignedInRequest, entered: Entered, form: PlaybackForm | None) -> bool:
    match request.POST.get("do"):
        case "on" | "off" as way:
            playbacks.switch(entered.campaign, request.user, on=way == "on")
            return True
        case "write":
            access.check_manage(entered)
            if form is None or not form.is_valid():
                return False
            playbacks.write(
                entered.campaign, form.cleaned_data["message"], form.cleaned_data["heard"], request.user
            )
            messages.success(request, _("It is saved. This is what everybody reads once it is switched on."))
            return True
        case _:
            raise Http404


def linked(link: str) -> dict[str, str]:
    if not link:
        return {}
    code = segno.make(link, error="m").svg_inline(scale=5, border=2, dark="#000", light="#fff", omitsize=True)
    return {"link": link, "code": mark_safe(code)}  # noqa: S308  # drawn by the library from our own address


@require_GET
@cache_control(private=True, no_store=True)
def page(request: HttpRequest, told: str) -> HttpResponse:
    """For everybody who has the link. Off, or unknown, it is not there."""
    playback = playbacks.find(told)
    if playback is None:
        raise Http404
    campaign = playback.campaign
    with within(campaign.organization):
        snapshot, planned = playbacks.report_of(campaign), playbacks.told(campaign)
    if snapshot is None:
        raise Http404
    report = compose(snapshot.document)
    filled = {
        "organization": campaign.organization,
        "campaign": campaign,
        "simulated": campaign.organization.simulated,
        "message": playback.message,
        "heard": heard(report, playback.heard),
        "answered": answered(report),
        "actions": planned,
    }
    return render(request, "assessment/heard.html", filled)
