"""What was found, for those who may read it: the page, and the document behind it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from assessment import access, releases, take_aways
from assessment.models import ReportSnapshot
from assessment.renderers import page, where
from assessment.renderers.foreword import foreword
from assessment.report import compose
from assessment.views.actions import set_out
from surveys.models import Organization
from surveys.tenancy import within


@require_GET
@login_required
@cache_control(private=True, no_store=True)
def report(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """The released report; while there is none, how far it has come (the page asks again by itself)."""
    reading = access.enter_report(request.user, campaign)
    if reading.snapshot is None:
        said = page.progress(reading.entered.campaign, reading.build)
        response = render(request, "assessment/progress.html", said)
        if not said["is_open"] and not said["is_read"]:
            response["Refresh"] = "3"
        return response
    if reading.release is None:
        return draft(request, reading)
    words = foreword(reading.release)
    filled = page.kept_context(source(reading.snapshot), campaign, where.asked(request.GET), words)
    with within(reading.entered.organization):
        filled["set_out"] = set_out(reading.snapshot, filled["measured"])
    filled["projector"] = request.GET.get("view") == "projector"
    return render(request, "assessment/report.html", filled | {"logo": logo(reading.entered.organization)})


def draft(request: HttpRequest, reading: access.Reading) -> HttpResponse:
    """For consultants: the same page with their words as they are now, marked, and nothing to take away."""
    assert reading.snapshot is not None
    wave = reading.entered.campaign
    with within(reading.entered.organization):
        words = foreword(releases.preface(wave))
    filled = page.kept_context(source(reading.snapshot), wave.id, where.asked(request.GET), words)
    return render(request, "assessment/draft.html", filled | {"draft_of": wave.id})


def logo(organization: Organization) -> str:
    """The address of the client's logo, where it has one."""
    return reverse("client-logo", args=[organization.id]) if organization.logo else ""


def source(snapshot: ReportSnapshot) -> page.Source:
    """The report for whoever draws it. The document is not read where its page was kept."""

    def packed() -> str | None:
        with within(snapshot.campaign.organization):
            return take_aways.kept_page(snapshot.id, get_language() or "")

    return page.Source(snapshot.digest, lambda: compose(snapshot.document), packed)


@require_GET
@login_required
@cache_control(private=True, no_store=True)
def document(request: HttpRequest, campaign: UUID) -> JsonResponse:
    snapshot = access.enter_released(request.user, campaign).snapshot
    return JsonResponse(snapshot.document, json_dumps_params={"indent": 1})
