"""Where a client's text messages are handed over: set up, tried out, removed. And a list for those that take files."""

import secrets
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from surveys import access, gateways, text_lists
from surveys.access import Inside
from surveys.gateways import Outgoing
from surveys.message_forms import GatewayForm, OwnPhoneForm
from surveys.models import Gateway
from surveys.outbound import Failed
from surveys.tenancy import within
from surveys.views.asking import SignedIn, told
from surveys.views.shell import client_context


@require_http_methods(["GET", "POST"])
@login_required
@cache_control(private=True, no_store=True)
def gateway(request: SignedIn, organization: UUID) -> HttpResponse:
    """The answer to the form is the one page that ever shows the secret."""
    inside = access.enter_organization(request.user, organization)
    access.check_look_after(inside)
    with within(inside.organization):
        held = gateways.of(organization)
        initial = {"url": held.url, "apart": held.apart} if held else {}
        saved = request.method == "POST" and not {"remove", "renew"} & request.POST.keys()
        form = GatewayForm(request.POST if saved else None, initial=initial)
        secret = _changed(request, inside, held, form) if request.method == "POST" else ""
        context = {
            **client_context(inside, "people"),
            "form": form,
            "own": OwnPhoneForm(organization=inside.organization),
            "secret": secret,
            "gateway": gateways.of(organization),
        }
    return render(request, "workspace/gateway.html", context, status=422 if form.errors else 200)


def _changed(request: SignedIn, inside: Inside, held: Gateway | None, form: GatewayForm) -> str:
    """The new secret, where there is one."""
    if held is not None and "remove" in request.POST:
        gateways.remove(held, request.user)
        messages.success(request, _("No text messages are handed over any more."))
        return ""
    if held is not None and "renew" in request.POST:
        return gateways.renew(held, request.user)
    if not form.is_valid():
        return ""
    said = form.cleaned_data
    try:
        secret = gateways.set_up(inside.organization, said["url"], apart=said["apart"], actor=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return ""
    messages.success(request, _("Text messages are handed over there from now on."))
    return secret


@require_POST
@login_required
def test(request: SignedIn, organization: UUID) -> HttpResponse:
    """One text message to a number of one's own, now; what came of it is told in the gateway's terms."""
    inside = access.enter_organization(request.user, organization)
    access.check_look_after(inside)
    with within(inside.organization), told(request):
        held = gateways.of(organization)
        if held is None:
            raise Http404
        form = OwnPhoneForm(request.POST, organization=inside.organization)
        if not form.is_valid():
            messages.error(request, " ".join(map(str, form.errors["phone"])))
        else:
            _try(request, inside, held, form.cleaned_data["phone"])
    return redirect("client-gateway", organization)


def _try(request: SignedIn, inside: Inside, held: Gateway, phone: str) -> None:
    words = _("A test by %(client)s: text messages arrive.") % {"client": inside.organization.name}
    one = Outgoing(secrets.token_hex(16), phone, inside.organization.language, words)
    about: dict[str, str | bool] = {"client": inside.organization.name, "survey": "", "test": True}
    try:
        refused = gateways.hand_over(held, [one], about)
    except Failed as why:
        status = _("It answered %(status)d.") % {"status": why.status} if why.status else ""
        sentence = _("The gateway did not take the test: %(why)s.") % {"why": why.trouble.label}
        messages.error(request, f"{sentence} {status}".strip())
        return
    if refused:
        messages.error(request, _("The gateway says that %(phone)s cannot be reached.") % {"phone": phone})
    else:
        messages.success(request, _("The gateway took a test for %(phone)s.") % {"phone": phone})


@require_POST
@login_required
@cache_control(private=True, no_store=True)
def text_list(request: SignedIn, campaign: UUID) -> HttpResponse:
    """New links for everybody who is reached by text message; the answer is the only place that has them."""
    entered = access.enter_campaign(request.user, campaign)
    access.check_look_after(entered)
    with within(entered.organization), told(request):
        content = text_lists.as_csv(text_lists.make(entered.campaign, actor=request.user))
        answer = HttpResponse(content.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{_("text messages")}.csv"'
        return answer
    return redirect("wave-codes", campaign)
