"""Actions: planned from a finding, listed for a client, changed by whoever reads its reports."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assessment import access, actions
from assessment.forms import ActionChangeForm, ActionForm
from assessment.models import ReportSnapshot
from assessment.renderers.moving import Json, measured, moved
from assessment.report import compose
from surveys.tenancy import within
from surveys.views.account import SignedInRequest
from surveys.views.shell import client_context


@require_GET
@login_required
def listed(request: SignedInRequest, organization: UUID) -> HttpResponse:
    inside = access.enter_reader(request.user, organization)
    with within(inside.organization):
        found = actions.of_client(inside.organization)
        newest = access.newest_released(inside.organization)
        now = measured(compose(newest.document)) if found and newest else {}
    later = newest.campaign_id if newest else None
    rows = [
        (one, moved(one.began, now.get(one.item)) if one.item and one.campaign_id != later else None)
        for one in found
    ]
    filled = {**client_context(inside, "actions"), "rows": rows, "newest": newest}
    return render(request, "assessment/actions.html", filled)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: SignedInRequest, campaign: UUID) -> HttpResponse:
    """An action from a finding of this wave's report."""
    released = access.enter_released(request.user, campaign)
    inside = released.entered
    with within(inside.organization):
        offered = measured(compose(released.snapshot.document))
        form = ActionForm(
            request.POST or None, measured=offered, initial={"item": request.GET.get("item", "")}
        )
        if request.method == "POST" and form.is_valid():
            actions.add(inside.campaign, planned(form, offered), request.user)
            messages.success(request, _("The action is planned."))
            return redirect("client-actions", inside.organization.id)
    filled = {**client_context(inside, "actions"), "form": form, "campaign": inside.campaign}
    return render(request, "assessment/action.html", filled, status=422 if form.errors else 200)


def planned(form: ActionForm, offered: dict[str, Json]) -> actions.Plan:
    said = form.cleaned_data
    found = offered.get(said["item"])
    return actions.Plan(
        what=said["what"],
        owner=said["owner"],
        due=said["due"],
        item=said["item"],
        finding=found["title"] if found else "",
        began=found,
        told=said["told"],
    )


@require_http_methods(["GET", "POST"])
@login_required
def change(request: SignedInRequest, organization: UUID, action: UUID) -> HttpResponse:
    inside = access.enter_reader(request.user, organization)
    with within(inside.organization):
        found = access.find_action(action)
        form = ActionChangeForm(request.POST or None, instance=found)
        if request.method == "POST" and form.is_valid():
            actions.change(form.save(commit=False), request.user)
            messages.success(request, _("The action is changed."))
            return redirect("client-actions", organization)
        filled = {**client_context(inside, "actions"), "form": form, "action": found}
        return render(request, "assessment/action.html", filled, status=422 if form.errors else 200)


def set_out(snapshot: ReportSnapshot, known: dict[str, Json]) -> list[tuple[object, object]]:
    """Earlier waves' actions with what moved, for the page of this report. Inside the tenant."""
    return [
        (one, moved(one.began, known.get(one.item)) if one.item else None)
        for one in actions.of_earlier_waves(snapshot.campaign)
    ]
