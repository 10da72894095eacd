"""Who may sign in to a client, and as what."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from surveys import access, invites, queries
from surveys import team as teams
from surveys.client_forms import InviteForm
from surveys.models import Membership, Role, Unit
from surveys.tenancy import within
from surveys.views.account import SignedInRequest
from surveys.views.sending import deliver
from surveys.views.shell import client_context


@require_http_methods(["GET", "POST"])
@login_required
def people_with_access(request: SignedInRequest, organization: UUID) -> HttpResponse:
    inside = access.enter_organization(request.user, organization)
    access.check_invite(inside)
    with within(inside.organization):
        units = Unit.objects.filter(organization=inside.organization)
        form = InviteForm(units, request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                role = Role(form.cleaned_data["role"])
                place = invites.place_of(role, inside.organization, form.cleaned_data["unit"])
                made = invites.invite(form.cleaned_data["email"], role, place, actor=request.user)
            except invites.Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                deliver(request, made)
                return redirect("client-access", organization)
        context = {
            **client_context(inside, "access"),
            "form": form,
            "members": queries.people_with_access(inside.organization),
            "consultants": queries.consultants_of(inside.organization),
            "invites": invites.open_invites(organization=inside.organization),
        }
        return render(request, "workspace/access.html", context)


@require_POST
@login_required
def take_away(request: SignedInRequest, organization: UUID, membership: UUID) -> HttpResponseRedirect:
    inside = access.enter_organization(request.user, organization)
    access.check_invite(inside)
    held = Membership.objects.filter(id=membership, organization=inside.organization)
    with within(inside.organization):
        found = held.select_related("user", "organization", "firm").first()
        if found is None:
            raise Http404
        teams.remove(found, actor=request.user)
    messages.success(request, _("%(user)s has no access any more.") % {"user": found.user})
    return redirect("client-access", organization)
