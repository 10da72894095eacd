"""What happened to a client: events to filter and take away, and certificates of what was destroyed."""

import csv
import datetime as dt
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from surveys import access, certificates, queries
from surveys.formats import unformulaic
from surveys.models import Event, Organization
from surveys.models.event import Verb
from surveys.tenancy import within
from surveys.views.account import SignedInRequest
from surveys.views.shell import client_context

ON_A_PAGE = 50


class Echo:
    """csv writes to it and gets back what it wrote."""

    def write(self, text: str) -> str:
        return text


@require_GET
@login_required
def history(request: SignedInRequest, organization: UUID) -> HttpResponse:
    inside = access.enter_organization(request.user, organization)
    access.check_manage(inside)
    with within(inside.organization):
        page = Paginator(asked(inside.organization, request.GET), ON_A_PAGE).get_page(request.GET.get("page"))
        context = {
            **client_context(inside, "history"),
            "page": page,
            "events": list(page.object_list),
            "verbs": Verb.choices,
            "actors": queries.actors_of(inside.organization),
            "certificates": queries.certificates_of(inside.organization),
            "asked": {name: request.GET.get(name, "") for name in ("verb", "actor", "since", "until")},
            "query": request.GET.urlencode(),
        }
        return render(request, "workspace/history.html", context)


@require_GET
@login_required
def history_csv(request: SignedInRequest, organization: UUID) -> StreamingHttpResponse:
    inside = access.enter_organization(request.user, organization)
    access.check_manage(inside)
    rows = _csv(inside.organization, request.GET)
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{inside.organization.name} history.csv"
    )
    return response


@require_GET
@login_required
def certificates_json(request: SignedInRequest, organization: UUID) -> JsonResponse:
    """The chain as it is kept, each link with the digest of the one before: checked before it leaves."""
    inside = access.enter_organization(request.user, organization)
    access.check_manage(inside)
    with within(inside.organization):
        chain = [told(certificate) for certificate in certificates.verify()]
    response = JsonResponse(
        {"organization": str(inside.organization.id), "certificates": chain}, json_dumps_params={"indent": 1}
    )
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{inside.organization.name} certificates.json"
    )
    return response


def told(certificate: Any) -> dict[str, Any]:
    names = ("id", "campaign", "name", "what", "counts", "destroyed_at", "program", "previous", "digest")
    return {name: getattr(certificate, name) for name in names}


def asked(organization: Organization, wanted: QueryDict) -> QuerySet[Event]:
    """A word that says nothing filters nothing. Dates are days of the client's."""
    events = Event.objects.filter(organization=organization).select_related("actor")
    if wanted.get("verb") in set(Verb):
        events = events.filter(verb=wanted["verb"])
    if actor := _identifier(wanted.get("actor", "")):
        events = events.filter(actor=actor)
    if since := _day(wanted.get("since", ""), organization):
        events = events.filter(at__gte=since)
    if until := _day(wanted.get("until", ""), organization):
        events = events.filter(at__lt=until + dt.timedelta(days=1))
    return events


def _identifier(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str, organization: Organization) -> dt.datetime | None:
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), organization.zone)
    except ValueError:
        return None


def _csv(organization: Organization, wanted: QueryDict) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow([_("When"), _("Who"), _("What"), _("On what"), _("Details")])
    with within(organization):
        for event in asked(organization, wanted).iterator(chunk_size=500):
            who = str(event.actor) if event.actor else "Latitude"
            detail = json.dumps(event.detail, ensure_ascii=False) if event.detail else ""
            when = event.at.astimezone(organization.zone).isoformat(timespec="seconds")
            said = (when, who, event.get_verb_display(), event.target, detail)
            yield writer.writerow([unformulaic(str(cell)) for cell in said])
