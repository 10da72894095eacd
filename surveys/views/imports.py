"""A file of units or people: sent, looked at with its columns and faults, and stored after a yes."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from surveys import access
from surveys.importing import storing
from surveys.importing.columns import LABELS, OF_KIND
from surveys.importing.reading import LARGEST_FILE
from surveys.jobs import Job, soon
from surveys.models import Import, ImportKind, ImportState
from surveys.models.import_ import DUE
from surveys.setup_forms import FileForm
from surveys.tenancy import within
from surveys.views.asking import SignedIn, told
from surveys.views.shell import client_context


@require_POST
@login_required
def send(request: SignedIn, organization: UUID) -> HttpResponse:
    inside = access.enter_organization(request.user, organization)
    access.check_look_after(inside)
    form = FileForm(request.POST, request.FILES)
    kind = request.POST.get("kind", "")
    back = "client-people" if kind == ImportKind.PEOPLE else "client-units"
    if not form.is_valid():
        messages.error(request, _("Choose a CSV or XLSX file that is not empty."))
        return redirect(back, organization)
    file = form.cleaned_data["file"]
    with within(inside.organization), told(request):
        content = file.read(LARGEST_FILE + 1)
        made = storing.start(inside.organization, ImportKind(kind), file.name, content, request.user)
        soon(Job.RUN_IMPORT, made.id, organization)
        return redirect("client-import", organization, made.id)
    return redirect(back, organization)


@require_http_methods(["GET", "POST"])
@login_required
def sent(request: SignedIn, organization: UUID, sent: UUID) -> HttpResponse:
    inside = access.enter_organization(request.user, organization)
    access.check_look_after(inside)
    with within(inside.organization):
        kept = Import.objects.defer("content").filter(id=sent).first()
        if kept is None:
            raise Http404
        if request.method == "POST":
            return _answer(request, kept)
        kind = ImportKind(kept.kind)
        context = {
            **client_context(inside, "units" if kind is ImportKind.UNITS else "people"),
            "sent": kept,
            "faults": storing.faults_of(kept),
            "columns": list(
                zip(
                    kept.found.get("headings", []),
                    kept.mapping,
                    kept.found.get("columns", []),
                    strict=False,
                )
            ),
            "meanings": [(column.value, LABELS[column]) for column in OF_KIND[kind]],
            "running": kept.state in DUE,
        }
        response = render(request, "workspace/import.html", context)
        if kept.state in DUE:
            response["Refresh"] = "2"
        return response


def _answer(request: SignedIn, kept: Import) -> HttpResponse:
    """Yes, no, or other columns."""
    organization = kept.organization_id
    if "discard" in request.POST and kept.state != ImportState.STORING:
        kept.delete()
        return redirect("client-people" if kept.kind == ImportKind.PEOPLE else "client-units", organization)
    with told(request):
        if "confirm" in request.POST:
            storing.confirm(kept.id)
        elif "columns" in request.POST:
            options = {name: name in request.POST for name in kept.options}
            words = request.POST.getlist("column")
            storing.change(kept.id, words, request.POST.get("sheet", kept.sheet), options)
        soon(Job.RUN_IMPORT, kept.id, organization)
    return redirect("client-import", organization, kept.id)
