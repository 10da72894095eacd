"""Invitations to sign in: sent, sent again, withdrawn, accepted."""

import logging
from smtplib import SMTPException
from uuid import UUID

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from surveys import access, invites
from surveys.client_forms import JoinForm
from surveys.models import AccessInvite, User
from surveys.names import split
from surveys.views.account import SignedInRequest

log = logging.getLogger(__name__)


def deliver(request: HttpRequest, invite: AccessInvite) -> None:
    """Send it, and say how that went: what is stored stays, so it can be sent again."""
    try:
        invites.send(invite)
    except (SMTPException, OSError) as error:
        log.warning("an invitation could not be sent: %s", type(error).__name__)
        messages.error(
            request, _("The mail server did not take the invitation. Send it again in a few minutes.")
        )
    else:
        messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": invite.email})


@require_POST
@login_required
def resend(request: SignedInRequest, invite: UUID) -> HttpResponseRedirect:
    found = _enter(request, invite)
    deliver(request, invites.resend(found, actor=request.user))
    return _back(found)


@require_POST
@login_required
def revoke(request: SignedInRequest, invite: UUID) -> HttpResponseRedirect:
    found = _enter(request, invite)
    invites.revoke(found, actor=request.user)
    messages.success(request, _("The invitation of %(email)s is withdrawn.") % {"email": found.email})
    return _back(found)


def _enter(request: SignedInRequest, identifier: UUID) -> AccessInvite:
    """An invitation is behind the door of the place it leads to."""
    invite = AccessInvite.objects.select_related("firm", "organization").filter(id=identifier).first()
    if invite is None:
        raise Http404
    if invite.firm_id is not None:
        access.check_own(access.enter_firm(request.user, invite.firm_id))
    elif invite.organization_id is not None:
        access.check_invite(access.enter_organization(request.user, invite.organization_id))
    return invite


def _back(invite: AccessInvite) -> HttpResponseRedirect:
    return (
        redirect("team", invite.firm_id)
        if invite.firm_id
        else redirect("client-access", invite.organization_id)
    )


@require_http_methods(["GET", "POST"])
@never_cache
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link of the mail leads: accept as who one is signed in, or as somebody new."""
    invite = invites.find(token)
    if invite is None:
        return render(request, "account/invited_no_more.html", status=404)
    known = get_user_model().objects.filter(email__iexact=invite.email).exists()
    form = JoinForm(request.POST if request.method == "POST" and not known else None)
    if request.method == "POST":
        if isinstance(request.user, User):
            return _accept(request, invite, request.user)
        if not known and form.is_valid() and (user := _joined(invite, form)):
            perform_login(request, user)
            return _accept(request, invite, user)
    context = {
        "invite": invite,
        "place": invite.organization or invite.firm,
        "form": form,
        "known": known,
        "mine": isinstance(request.user, User) and request.user.email.lower() == invite.email.lower(),
    }
    return render(request, "account/invited.html", context)


def _joined(invite: AccessInvite, form: JoinForm) -> User | None:
    name, password = split(form.cleaned_data["name"]), form.cleaned_data["password"]
    try:
        validate_password(password, User(email=invite.email, first_name=name[0], last_name=name[1]))
    except ValidationError as problem:
        form.add_error("password", problem)
        return None
    return invites.account_for(invite, name, password)


def _accept(request: HttpRequest, invite: AccessInvite, user: User) -> HttpResponse:
    try:
        membership = invites.accept(invite, user)
    except invites.Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    messages.success(
        request,
        _("Welcome to %(place)s.") % {"place": membership.organization or membership.firm},
    )
    return redirect("home")
