"""Where one is signed in, and ending it there."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys.views.account import SignedInRequest


@require_http_methods(["GET", "POST"])
@login_required
def sessions(request: SignedInRequest) -> HttpResponse:
    held = UserSession.objects.filter(user=request.user).order_by("-created_at")
    here = request.session.session_key
    if request.method == "POST":
        chosen = held.exclude(session_key=here)
        if request.POST.get("session", "all") != "all":
            chosen = chosen.filter(id=_number(request.POST["session"]))
        ended = [session.end() for session in chosen]
        messages.success(request, _("Signed out there.") if ended else _("That session had ended already."))
        return redirect("usersessions_list")
    shown = [(session, session.session_key == here) for session in held if session.exists()]
    return render(request, "account/sessions.html", {"sessions": shown})


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004  # an id that nothing has
