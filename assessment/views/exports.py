"""All of a client's data, asked for and taken away."""

from collections.abc import Iterator
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST

from assessment.jobs import Job
from surveys import access, clients
from surveys.jobs import soon
from surveys.models import Export, ExportPiece, ExportState, Organization
from surveys.models.event import Verb
from surveys.tenancy import within
from surveys.views.account import SignedInRequest
from surveys.views.shell import client_context


@require_http_methods(["GET", "POST"])
@login_required
def exports(request: SignedInRequest, organization: UUID) -> HttpResponse:
    inside = access.enter_organization(request.user, organization)
    access.check_manage(inside)
    with within(inside.organization):
        if request.method == "POST":
            _ask(inside.organization, request)
            return redirect("client-export", organization)
        found = list(Export.objects.filter(organization=inside.organization).select_related("asked_by"))
    working = any(export.state != ExportState.DONE for export in found)
    context = {**client_context(inside, "settings"), "exports": found, "working": working}
    response = render(request, "workspace/export.html", context)
    if working:
        response["Refresh"] = "3"
    return response


def _ask(organization: Organization, request: SignedInRequest) -> None:
    """One at a time: asked again before it is there, it is the same."""
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).get(id=organization.id)
        if Export.objects.filter(organization=organization).exclude(state=ExportState.DONE).exists():
            return
        export = Export.objects.create(organization=organization, asked_by=request.user)
        clients.record(organization, Verb.EXPORTED, request.user)
    soon(Job.WRITE_EXPORT, export.id, organization.id)


@require_POST
@login_required
def fetch(
    request: SignedInRequest, organization: UUID, export: UUID
) -> StreamingHttpResponse | HttpResponseRedirect:
    """By POST, so that nobody takes it away by following a link, and each time is an event."""
    inside = access.enter_organization(request.user, organization)
    access.check_manage(inside)
    with within(inside.organization), transaction.atomic():
        ready = Export.objects.filter(id=export, state=ExportState.DONE).first()
        if ready is None:
            raise Http404
        clients.record(inside.organization, Verb.FETCHED, request.user)
    response = StreamingHttpResponse(_pieces(inside.organization, export), content_type="application/zip")
    response["Content-Length"] = str(ready.size)
    name = f"{inside.organization.name} {ready.asked_at:%Y-%m-%d}.zip"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _pieces(organization: Organization, export: UUID) -> Iterator[bytes]:
    """One piece in memory at a time."""
    with within(organization):
        numbers = list(ExportPiece.objects.filter(export=export).values_list("number", flat=True))
        for number in numbers:
            yield bytes(ExportPiece.objects.get(export=export, number=number).content)
