"""A client: made, looked at, set up."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from surveys import access, clients, queries
from surveys.client_forms import ClientForm, SettingsForm
from surveys.models import Organization
from surveys.tenancy import within
from surveys.views.account import SignedInRequest
from surveys.views.shell import client_context


@require_http_methods(["GET", "POST"])
@login_required
def new(request: SignedInRequest, firm: UUID) -> HttpResponse:
    inside = access.enter_firm(request.user, firm)
    form = ClientForm(
        request.POST or None, instance=Organization(firm=inside.firm), initial={"languages": ["en"]}
    )
    if request.method == "POST" and form.is_valid():
        made = clients.create(form.save(), actor=request.user)
        messages.success(request, _("%(client)s is set up. Next: its units and people.") % {"client": made})
        return redirect("client", made.id)
    return render(request, "workspace/client_new.html", {"form": form, "firm": inside.firm})


@require_GET
@login_required
def client(request: SignedInRequest, organization: UUID) -> HttpResponse:
    """The overview: how far along everything is, and where to go on."""
    inside = access.enter_organization(request.user, organization)
    with within(inside.organization):
        context = {
            **client_context(inside, "overview"),
            "figures": queries.figures_of(inside.organization),
            "events": queries.latest_events(inside.organization) if access.can_manage(inside) else [],
        }
    context["waves"] = queries.waves_of([inside.organization]).get(inside.organization.id, [])
    return render(request, "workspace/overview.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def settings(request: SignedInRequest, organization: UUID) -> HttpResponse:
    inside = access.enter_organization(request.user, organization)
    access.check_manage(inside)
    form = SettingsForm(request.POST or None, request.FILES or None, instance=inside.organization)
    if request.method == "POST" and form.is_valid():
        clients.change(form.save(), form.told(), actor=request.user)
        messages.success(request, _("The settings are saved."))
        return redirect("client-settings", organization)
    context = {**client_context(inside, "settings"), "form": form}
    context["organization"] = Organization.objects.select_related("firm").get(
        id=organization
    )  # as it is kept
    return render(request, "workspace/settings.html", context)


@require_GET
@login_required
def logo(request: SignedInRequest, organization: UUID) -> HttpResponse:
    inside = access.enter_organization(request.user, organization)
    if inside.organization.logo is None:
        raise Http404
    response = HttpResponse(bytes(inside.organization.logo), content_type="image/png")
    response["Cache-Control"] = "private, max-age=300"
    return response
