"""The firm's team."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from surveys import access, invites, queries
from surveys import team as teams
from surveys.access import InFirm
from surveys.client_forms import FirmForm, TeamForm
from surveys.models import Membership, Organization, Role
from surveys.views.account import SignedInRequest
from surveys.views.sending import deliver


@require_http_methods(["GET", "POST"])
@login_required
def found(request: SignedInRequest) -> HttpResponse:
    """A new firm, with oneself as its owner."""
    access.check_found(request.user)
    form = FirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                firm = teams.found(form.cleaned_data["name"], founder=request.user)
        except IntegrityError:
            form.add_error("name", _("There is a firm of this name already. Ask its owners to invite you."))
        else:
            messages.success(request, _("%(firm)s is set up.") % {"firm": firm})
            return redirect("home")
    return render(request, "workspace/firm_new.html", {"form": form})


@require_GET
@login_required
def team(request: SignedInRequest, firm: UUID) -> HttpResponse:
    inside = access.enter_firm(request.user, firm)
    return render(request, "workspace/team.html", _context(request, inside, TeamForm(_clients(inside))))


@require_POST
@login_required
def invite(request: SignedInRequest, firm: UUID) -> HttpResponse:
    inside = access.enter_firm(request.user, firm)
    access.check_own(inside)
    form = TeamForm(_clients(inside), request.POST)
    if form.is_valid():
        role = Role(form.cleaned_data["role"])
        chosen = tuple(form.cleaned_data["clients"]) if role == Role.CONSULTANT else ()
        place = invites.Place(firm=inside.firm, clients=chosen)
        try:
            made = invites.invite(form.cleaned_data["email"], role, place, actor=request.user)
        except invites.Refused as refusal:
            form.add_error("email", str(refusal))
        else:
            deliver(request, made)
            return redirect("team", firm)
    return render(request, "workspace/team.html", _context(request, inside, form))


@require_http_methods(["GET", "POST"])
@login_required
def member(request: SignedInRequest, firm: UUID, membership: UUID) -> HttpResponse:
    """What one colleague may do."""
    inside = access.enter_firm(request.user, firm)
    access.check_own(inside)
    held = _member(inside, membership)
    initial = {"email": held.user.email, "role": held.role, "clients": held.clients.all()}
    form = TeamForm(_clients(inside), request.POST or None, initial=initial)
    form.fields["email"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            role = Role(form.cleaned_data["role"])
            teams.change(held, role, list(form.cleaned_data["clients"]), actor=request.user)
        except invites.Refused as refusal:
            form.add_error("role", str(refusal))
        else:
            messages.success(request, _("Changed what %(user)s may do.") % {"user": held.user})
            return redirect("team", firm)
    context = {"form": form, "firm": inside.firm, "member": held}
    return render(request, "workspace/member.html", context)


@require_POST
@login_required
def remove(request: SignedInRequest, firm: UUID, membership: UUID) -> HttpResponseRedirect:
    """A colleague, by an owner; oneself, by anybody."""
    inside = access.enter_firm(request.user, firm)
    held = _member(inside, membership)
    if held.user_id != request.user.id:
        access.check_own(inside)
    try:
        teams.remove(held, actor=request.user)
    except invites.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("team", firm)
    messages.success(request, _("%(user)s is no longer part of it.") % {"user": held.user})
    return redirect("home") if held.user_id == request.user.id else redirect("team", firm)


def _clients(inside: InFirm) -> QuerySet[Organization]:
    return Organization.objects.filter(firm=inside.firm, doomed_at=None).defer("logo").order_by("name")


def _member(inside: InFirm, membership: UUID) -> Membership:
    held = Membership.objects.filter(id=membership, firm=inside.firm).select_related("user", "firm").first()
    if held is None:
        raise Http404
    return held


def _context(request: SignedInRequest, inside: InFirm, form: TeamForm) -> dict[str, object]:
    members = queries.members_of(inside.firm)
    owners = [membership for membership in members if membership.role == Role.OWNER]
    return {
        "firm": inside.firm,
        "form": form,
        "members": members,
        "invites": invites.open_invites([inside.firm]),
        "can_own": access.can_own(inside),
        "why_not": access.why_not(access.check_own, inside),
        "last_owner": owners[0].id if len(owners) == 1 else None,
        "last_owner_sentence": teams.last_owner_sentence(),
        "me": request.user.id,
        "events": queries.firm_events(inside.firm),  # shown to owners: they name clients
    }
