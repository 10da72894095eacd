"""Languages of a wave: which it has, and one more by uploading one file."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys import access, campaigns
from surveys.formats import language_name
from surveys.instruments.problems import InstrumentError, Problem
from surveys.languages import languages_of
from surveys.models import State
from surveys.tenancy import within
from surveys.views.account import SignedInRequest
from surveys.views.shell import wave_context

LARGEST = 200_000  # bytes; the longest of ours has 20,000


@require_http_methods(["GET", "POST"])
@login_required
def languages(request: SignedInRequest, campaign: UUID) -> HttpResponse:
    entered = access.enter_campaign(request.user, campaign)
    access.check_manage(entered)
    problems: tuple[Problem, ...] = ()
    refusal = ""
    with within(entered.organization):
        if request.method == "POST":
            problems, refusal = added(request, entered)
            if not problems and not refusal:
                messages.success(request, _("The language was added."))
                return redirect("languages", campaign)
        context = {
            **wave_context(entered, "languages"),
            "languages": [(code, language_name(code)) for code in languages_of(entered.campaign)],
            "draft": entered.campaign.state == State.DRAFT,
            "problems": problems,
            "refusal": refusal,
        }
    status = 422 if problems or refusal else 200
    return render(request, "surveys/languages.html", context, status=status)


def added(request: SignedInRequest, entered: access.Entered) -> tuple[tuple[Problem, ...], str]:
    """Every problem of the file, or one sentence why nothing was done; both empty where it was."""
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > LARGEST:
        return (), _("Choose a file in the format of docs/instruments.md, of at most 200 kilobytes.")
    language = request.POST.get("language", "").strip()
    try:
        campaigns.add_language(entered.campaign, language, file.read(), actor=request.user)
    except campaigns.Refused as refusal:
        return (), str(refusal)
    except InstrumentError as error:
        return error.problems, ""
    return (), ""
