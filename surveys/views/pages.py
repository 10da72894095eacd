"""What every respondent page has: who visits, and headers that keep it to that visit."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.html import escape

from surveys import tokens
from surveys.formats import language_name
from surveys.forms import Questionnaire
from surveys.instruments.instrument import Panel
from surveys.languages import languages_of
from surveys.models import Campaign, Organization
from surveys.views.splicing import Spliced

ZIPPED = re.compile(r"\bgzip\b")  # as Django's own middleware asks


@dataclass(frozen=True)
class Sitting:
    """What is asked, whoever answers."""

    panel: Panel
    language: str
    campaign: Campaign

    @property
    def asked(self) -> Questionnaire:
        return Questionnaire(
            instrument=self.campaign.instrument,
            panel=self.panel,
            language=self.language,
            background=tuple(self.campaign.background) if self.panel is Panel.FRONTLINE else (),
            amounts=tuple(self.campaign.amounts),
            currency=self.campaign.organization.currency,
        )


@dataclass(frozen=True)
class Visit:
    """One request with a pass that exists."""

    code: str
    found: tokens.Asked
    sitting: Sitting


def message(request: HttpRequest, visit: Visit | None, status: HTTPStatus, **context: Any) -> HttpResponse:
    return page(request, "message", visit, status=status, **context)


def page(
    request: HttpRequest, name: str, visit: Visit | None, status: int = HTTPStatus.OK, **context: Any
) -> HttpResponse:
    """Every respondent page: never stored by a browser or a proxy, in the language it is written in."""
    if visit:
        context |= {"code": visit.code, **shown(visit.sitting, visit.found.organization)}
    return headed(render(request, f"respondent/{name}.html", context, status=status), visit)


def shown(sitting: Sitting, organization: Organization) -> dict[str, Any]:
    """What every page of a visit shows of its survey."""
    return {
        "organization": organization,
        "campaign": sitting.campaign,
        "language": sitting.language,
        "languages": [(code, language_name(code)) for code in languages_of(sitting.campaign)],
    }


def spliced(request: HttpRequest, drawn: Spliced, visit: Visit) -> HttpResponse:
    """A page that was drawn and compressed before, with this visit's code in it."""
    code = escape(visit.code).encode()
    if not ZIPPED.search(request.headers.get("Accept-Encoding", "")):
        return headed(HttpResponse(drawn.plain(code)), visit)
    response = HttpResponse(drawn.gzipped(code))
    response["Content-Encoding"] = "gzip"
    return headed(response, visit)


def headed(response: HttpResponse, visit: Visit | None) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"  # the pass stands in the first page's address
    spoken = translation.get_language() or settings.LANGUAGE_CODE
    response["Vary"] = "Accept-Language, Accept-Encoding"
    response["Content-Language"] = visit.sitting.language if visit else spoken
    return response
