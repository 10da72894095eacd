"""The end of a client, in two steps."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys import access, clients, queries
from surveys.jobs import Job, soon
from surveys.tenancy import within
from surveys.views.account import SignedInRequest
from surveys.views.shell import client_context


@require_http_methods(["GET", "POST"])
@login_required
def delete(request: SignedInRequest, organization: UUID) -> HttpResponse:
    """First the name is typed, then it is asked once more."""
    inside = access.enter_organization(request.user, organization)
    access.check_delete(inside)
    typed = request.POST.get("name", "").strip()
    named = typed == inside.organization.name
    if request.method == "POST" and not named:
        messages.error(request, _("The name does not match, so nothing was deleted."))
    if named and request.POST.get("sure") == "yes":
        try:
            clients.doom(inside.organization, actor=request.user)
        except clients.Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("client-delete", organization)
        soon(Job.DELETE_CLIENT, organization)
        messages.success(request, _("%(client)s is being deleted.") % {"client": inside.organization})
        return redirect("home")
    with within(inside.organization):
        figures = queries.figures_of(inside.organization)
    context = {**client_context(inside, "settings"), "named": named, "figures": figures}
    return render(request, "workspace/delete.html", context)
