"""What was found, for those who may read it: the page, and the document behind it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from assessment import access
from assessment.renderers import page, where
from assessment.renderers import take_away as take_aways
from assessment.report import compose


@require_GET
@login_required
@cache_control(private=True, no_store=True)
def report(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """The released report; while there is none, how far it has come (the page asks again by itself)."""
    reading = access.enter_report(request.user, campaign)
    if reading.snapshot is None:
        said = page.progress(reading.entered.campaign, reading.build)
        response = render(request, "assessment/progress.html", said)
        if not said["is_open"]:
            response["Refresh"] = "3"
        return response
    snapshot = reading.snapshot
    filled = page.kept_context(
        snapshot.digest, lambda: compose(snapshot.document), campaign, where.asked(request.GET)
    )
    return render(request, "assessment/report.html", filled)


@require_GET
@login_required
@cache_control(private=True, no_store=True)
def document(request: HttpRequest, campaign: UUID) -> JsonResponse:
    reading = access.enter_report(request.user, campaign)
    if reading.snapshot is None:
        raise Http404
    return JsonResponse(reading.snapshot.document, json_dumps_params={"indent": 1})


@require_GET
@login_required
@cache_control(private=True, no_store=True)
def take_away(request: HttpRequest, campaign: UUID, kind: str) -> HttpResponse:
    """The same report as a file, with the same numbers."""
    reading = access.enter_report(request.user, campaign)
    if reading.snapshot is None:
        raise Http404
    report = compose(reading.snapshot.document)
    content = take_aways.made(report, kind, language=get_language() or report.organization.language)
    response = HttpResponse(content, content_type=take_aways.KINDS[kind].content_type)
    name = f"{report.organization.name} {report.campaign.name}.{kind}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
