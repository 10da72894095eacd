"""The same report as files with the same numbers: made by the worker, kept, streamed."""

from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from assessment import access, take_aways
from assessment.access import Released
from assessment.jobs import Job
from assessment.renderers.take_away import KINDS, Progress, offered
from surveys.jobs import soon
from surveys.tenancy import within


@require_http_methods(["GET", "POST"])
@login_required
@cache_control(private=True, no_store=True)
def files(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """Every file with how far it has come. While one is being made the page asks again by itself."""
    released = access.enter_released(request.user, campaign)
    if request.method == "POST":
        return _asked(released, request.POST.get("kind", ""))
    language = get_language() or ""
    with within(released.entered.organization):
        sizes = take_aways.sizes(released.snapshot, language)
    shown = [offered(kind, wanted=kind in sizes, size=sizes.get(kind, 0)) for kind in KINDS]
    inside = released.entered
    filled = {"campaign": inside.campaign, "organization": inside.organization, "files": shown}
    response = render(
        request, "assessment/files.html", {**filled, "simulated": inside.organization.simulated}
    )
    if any(one.state is Progress.BEING_MADE for one in shown):
        response["Refresh"] = "2"
    return response


def _asked(released: Released, kind: str) -> HttpResponseRedirect:
    if kind not in KINDS:
        raise Http404
    organization = released.entered.organization
    with within(organization):
        wanted = take_aways.want(released.snapshot, kind, get_language() or organization.language)
    soon(Job.MAKE_TAKE_AWAY, wanted.id, organization.id)
    response = HttpResponseRedirect(reverse("report-files", args=[released.entered.campaign.id]))
    response.status_code = HTTPStatus.SEE_OTHER
    return response


@require_GET
@login_required
@cache_control(private=True, no_store=True)
def take_away(request: HttpRequest, campaign: UUID, kind: str) -> HttpResponseBase:
    """The file as it was kept; where there is none yet, the way to the page that has it made."""
    released = access.enter_released(request.user, campaign)
    organization = released.entered.organization
    with within(organization):
        found = take_aways.find(released.snapshot, kind, get_language() or "")
    if found is None:
        return redirect("report-files", campaign)
    content = take_aways.pieces(found.id, organization.id)
    response = StreamingHttpResponse(content, content_type=KINDS[kind].content_type)
    name = f"{organization.name} {released.entered.campaign.name}.{kind}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Length"] = str(found.size)
    response["ETag"] = f'"{found.digest}"'
    return response
