"""What was released of one unit and of what is under it, for the one who leads it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from assessment import access
from assessment.renderers.unit_page import unit_page
from assessment.report import compose
from surveys.views.account import SignedInRequest
from surveys.views.shell import wave_context


@require_GET
@login_required
@cache_control(private=True, no_store=True)
def unit_report(request: SignedInRequest, campaign: UUID) -> HttpResponse:
    reading = access.enter_unit_report(request.user, campaign)
    report = compose(reading.snapshot.document) if reading.snapshot else None
    filled = {
        **wave_context(reading.entered, "unit-report"),
        "report": report,
        "pages": [unit_page(report, path) for path in reading.paths] if report else [],
    }
    return render(request, "assessment/unit_report.html", filled)
