"""Tablets of a wave: a coordinator binds one to a unit, sees its link once, takes its right away and gives it again."""

from uuid import UUID

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from surveys import access, kiosks
from surveys.models import Campaign, CampaignUnit, Kiosk, State
from surveys.tenancy import within
from surveys.views.account import SignedInRequest
from surveys.views.shell import wave_context


class TabletForm(forms.Form):
    """Inside the tenant: the units of one campaign that have a front line."""

    unit = forms.ModelChoiceField(queryset=CampaignUnit.objects.none(), label=gettext_lazy("Unit"))
    name = forms.CharField(max_length=80, label=gettext_lazy("Name of the tablet"))
    allowance = forms.IntegerField(
        min_value=0, max_value=100_000, initial=0, label=gettext_lazy("People who may answer without a code")
    )

    def __init__(self, campaign: Campaign, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict or nothing
        units = CampaignUnit.objects.filter(campaign=campaign).exclude(frontline_headcount=0)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]  # it is a model choice


@require_http_methods(["GET", "POST"])
@login_required
def tablets(request: SignedInRequest, campaign: UUID) -> HttpResponse:
    entered = access.enter_campaign(request.user, campaign)
    access.check_look_after(entered)
    with within(entered.organization):
        again = "again" in request.POST
        form = TabletForm(entered.campaign, None if again else request.POST or None)
        bound: dict[str, object] = {}
        if request.method == "POST" and entered.campaign.state == State.OPEN:
            bound = bind_again(request, entered.campaign) if again else bind(request, form)
        found = list(Kiosk.objects.filter(unit__campaign=entered.campaign).select_related("unit"))
        context = {
            **wave_context(entered, "tablets"),
            "form": form,
            "tablets": found,
            "open": entered.campaign.state == State.OPEN,
            **bound,
        }
        status = 422 if request.method == "POST" and not bound else 200
        return render(request, "surveys/tablets.html", context, status=status)


def bind(request: SignedInRequest, form: TabletForm) -> dict[str, object]:
    """The link of the new tablet, which is in this answer and nowhere else; nothing where it was refused."""
    if not form.is_valid():
        return {}
    values = form.cleaned_data
    try:
        kiosk, secret = kiosks.bind(values["unit"], values["name"], values["allowance"], actor=request.user)
    except kiosks.Refused as refusal:
        form.add_error(None, str(refusal))
        return {}
    return shown_once(kiosk, secret)


def bind_again(request: SignedInRequest, campaign: Campaign) -> dict[str, object]:
    tablet = tablet_of(campaign, request.POST["again"])
    try:
        return shown_once(tablet, kiosks.bind_again(tablet, actor=request.user))
    except kiosks.Refused as refusal:
        messages.error(request, str(refusal))
        return {}


def shown_once(kiosk: Kiosk, secret: str) -> dict[str, object]:
    link = f"{settings.SITE_URL}{reverse('kiosk')}#{secret}"
    return {"made": kiosk, "link": link, "code": segno.make(link, error="m").svg_data_uri(scale=5, border=2)}


def tablet_of(campaign: Campaign, identifier: UUID | str) -> Kiosk:
    try:
        return Kiosk.objects.select_related("unit__campaign").get(unit__campaign=campaign, id=identifier)
    except (Kiosk.DoesNotExist, ValidationError):
        raise Http404 from None


@require_POST
@login_required
def revoke(request: SignedInRequest, campaign: UUID, kiosk: UUID) -> HttpResponseRedirect:
    entered = access.enter_campaign(request.user, campaign)
    access.check_look_after(entered)
    with within(entered.organization):
        tablet = tablet_of(entered.campaign, kiosk)
        kiosks.revoke(tablet, actor=request.user)
    messages.success(request, _("%(tablet)s collects no answers any more.") % {"tablet": tablet.name})
    return redirect("tablets", campaign)
