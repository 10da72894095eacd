"""Comments before the release: each is shown, in a wording that points at nobody, or withheld."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from surveys import access, campaigns, comments, queries
from surveys.instruments.instrument import Panel
from surveys.marking import CLOSE, OPEN
from surveys.models import Campaign, Comment
from surveys.models.ballot import Moderation
from surveys.models.event import Verb
from surveys.tenancy import within
from surveys.views.account import SignedInRequest
from surveys.views.shell import wave_context

PAGE = 20


@require_http_methods(["GET", "POST"])
@login_required
@cache_control(private=True, no_store=True)
def moderate(request: SignedInRequest, identifier: UUID) -> HttpResponse:
    entered = access.enter_campaign(request.user, identifier)
    access.check_manage(entered)
    show = request.GET.get("show", Moderation.PENDING)
    if show not in Moderation.values:
        raise Http404
    with within(entered.organization):
        if request.method == "POST":
            decide(request, entered.campaign)
            return redirect(f"{reverse('wave-comments', args=[identifier])}?show={show}")
        page = Paginator(queries.comments_to_moderate(identifier, Moderation(show)), PAGE).get_page(
            request.GET.get("page")
        )
        filled = {
            **wave_context(entered, "comments"),
            "page": page,
            "show": show,
            "kinds": queries.moderation_counts(identifier),
            "rows": [(one, asked(entered.campaign, one)) for one in page],
            "themes": queries.themes(identifier),
            "too_few": queries.panels_too_few_for_comments(identifier),
        }
        return render(request, "workspace/comments.html", filled)


def asked(campaign: Campaign, comment: Comment) -> str:
    """The question it answers, in the reader's language where the questionnaire has it."""
    languages = campaign.instrument.languages
    language = get_language() or ""
    written = language if language in languages else campaign.organization.language
    written = written if written in languages else languages[0]
    return campaign.instrument.wording(comment.item, Panel(comment.panel), written)


def wrong(wording: str | None) -> str:
    """Why a wording cannot be shown; empty where it can."""
    if wording == "":
        return _("An empty comment cannot be shown. Withhold it instead.")
    if wording is not None and (OPEN in wording or CLOSE in wording):
        return _("Reword what stands between ⟦ and ⟧ or take it out, and the brackets with it.")
    return ""


@transaction.atomic
def decide(request: SignedInRequest, wave: Campaign) -> None:
    """A body decides one comment (`approve`, `withhold`), or withholds all that nobody decided (`rest`)."""
    match request.POST.get("do"), request.POST.get("comment", ""):
        case "rest", _all:
            done = comments.withhold_rest(wave.id)
        case "approve" | "withhold" as way, comment:
            wording = request.POST.get("wording", "").strip() if way == "approve" else None
            if problem := wrong(wording):
                messages.error(request, problem)
                return
            done = comments.decide_in(wave.id, comment, wording=wording, theme=request.POST.get("theme", ""))
        case _unknown:
            raise Http404
    if done:
        campaigns.record(wave, Verb.MODERATED, request.user, comments=done)
        messages.success(
            request,
            ngettext("%(done)s comment is decided.", "%(done)s comments are decided.", done) % {"done": done},
        )
