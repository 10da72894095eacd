"""The presentation that a firm's slides are built on."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys import access, queries
from surveys import team as teams
from surveys.client_forms import DeckForm
from surveys.views.account import SignedInRequest


@require_http_methods(["GET", "POST"])
@login_required
def deck(request: SignedInRequest, firm: UUID) -> HttpResponse:
    inside = access.enter_firm(request.user, firm)
    access.check_own(inside)
    form = DeckForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        teams.change_deck(inside.firm, form.content, form.name, actor=request.user)
        messages.success(request, _("Slides are made anew in the next minutes."))
        return redirect("team-deck", firm)
    kept = queries.has_deck(inside.firm)
    filled = {"firm": inside.firm, "form": form, "kept": kept}
    return render(request, "workspace/deck.html", filled, status=422 if form.errors else 200)
