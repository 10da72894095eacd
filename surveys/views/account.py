"""One's own account: who one is here, and what one signs in with."""

from typing import Any

from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from surveys import queries, signing_in
from surveys.models import User
from surveys.names import NameForm, split


class SignedInRequest(HttpRequest):
    """A request that passed `login_required`."""

    user: User


class SignIn(LoginView):  # type: ignore[misc]  # allauth has no types
    template_name = "account/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_open = self.request.method in {"GET", "POST"} and signing_in.AccountAdapter().is_open_for_signup(
            self.request
        )
        return {**super().get_context_data(**kwargs), "sign_up_is_open": is_open}


class SecondFactor(AuthenticateView):  # type: ignore[misc]  # allauth has no types
    """The code of an authenticator app. On a local site the demo's people are told theirs."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.stage.login.user
        return {**super().get_context_data(**kwargs), "demo_code": signing_in.demo_code(user.email)}


@require_GET
@login_required
def account(request: SignedInRequest) -> HttpResponse:
    context = {
        "memberships": queries.memberships_of(request.user),
        "form": NameForm(initial={"name": request.user.get_full_name()}),
        "factors": Authenticator.objects.filter(user=request.user).exclude(
            type=Authenticator.Type.RECOVERY_CODES
        ),
    }
    return render(request, "account/account.html", context)


@require_POST
@login_required
def rename(request: SignedInRequest) -> HttpResponseRedirect:
    form = NameForm(request.POST)
    if form.is_valid():
        request.user.first_name, request.user.last_name = split(form.cleaned_data["name"])
        request.user.save(update_fields=["first_name", "last_name"])
        messages.success(request, _("Your name is changed."))
    else:
        messages.error(request, _("Your name has to have 1 to 150 characters."))
    return redirect("account")
