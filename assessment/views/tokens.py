"""Tokens of the API, for consultants: made, shown once, revoked."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from assessment import api_tokens
from assessment.forms import TokenForm
from assessment.models import ApiToken
from surveys import access
from surveys.tenancy import within
from surveys.views.account import SignedInRequest
from surveys.views.shell import client_context


@require_http_methods(["GET", "POST"])
@login_required
@cache_control(private=True, no_store=True)
def tokens(request: SignedInRequest, organization: UUID) -> HttpResponse:
    """The answer to the form is the one page that ever shows a token's secret."""
    inside = access.enter_organization(request.user, organization)
    access.check_manage(inside)
    form, secret = TokenForm(request.POST or None), ""
    with within(inside.organization):
        if request.method == "POST" and form.is_valid():
            secret = api_tokens.make(inside.organization, form.cleaned_data["name"], request.user)
            form = TokenForm()
        found = list(ApiToken.objects.select_related("created_by"))
    filled = {**client_context(inside, "api"), "form": form, "secret": secret, "found": found}
    return render(request, "assessment/tokens.html", filled, status=422 if form.errors else 200)


@require_POST
@login_required
def revoke(request: SignedInRequest, organization: UUID, api_token: UUID) -> HttpResponse:
    inside = access.enter_organization(request.user, organization)
    access.check_manage(inside)
    with within(inside.organization):
        found = ApiToken.objects.select_related("organization").filter(id=api_token).first()
        if found is None:
            raise Http404
        api_tokens.revoke(found, request.user)
    messages.success(request, _("The token opens nothing any more."))
    return redirect("client-tokens", organization)
