"""What is written to people: its words in every language, a test to oneself, and the sending."""

import logging
from smtplib import SMTPException
from typing import Any
from uuid import UUID

from anymail.exceptions import AnymailError
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from surveys import access, mailing, wording
from surveys.access import Entered
from surveys.formats import language_name
from surveys.jobs import Job, soon
from surveys.languages import languages_of
from surveys.message_forms import TextForm
from surveys.models import Campaign, Mailing, Message, MessageKind
from surveys.tenancy import within
from surveys.views.asking import SignedIn, told
from surveys.views.shell import wave_context
from surveys.wording import Text, Words

log = logging.getLogger(__name__)
REFRESH = "5"  # seconds, while mail is being sent


def chosen(request: SignedIn, campaign: Campaign) -> tuple[MessageKind, str]:
    """The kind and the language that a page or a form is about."""
    given = request.POST if request.method == "POST" else request.GET
    kinds, languages = set(MessageKind), languages_of(campaign)
    kind, language = given.get("kind", ""), given.get("language", "")
    if language not in languages:
        own = campaign.organization.language
        language = own if own in languages else languages[0]
    return MessageKind(kind) if kind in kinds else MessageKind.INVITATION, language


@require_http_methods(["GET", "POST"])
@login_required
def messages_(request: SignedIn, campaign: UUID) -> HttpResponse:
    entered = access.enter_campaign(request.user, campaign)
    access.check_manage(entered)
    with within(entered.organization):
        kind, language = chosen(request, entered.campaign)
        words = Words(entered.campaign, kind)
        text = words.text(language)
        form = TextForm(request.POST or None, initial={"subject": text.subject, "body": text.body})
        if request.method == "POST" and _saved(request, entered, form):
            return redirect(_address(campaign, kind, language))
        status = 422 if request.method == "POST" else 200
        context = _context(entered, words, language) | {"form": form}
        response = render(request, "workspace/messages.html", context, status=status)
        if context["live"] and request.method == "GET":
            response["Refresh"] = REFRESH
        return response


def _saved(request: SignedIn, entered: Entered, form: TextForm) -> bool:
    kind, language = chosen(request, entered.campaign)
    if "reset" in request.POST:
        Message.objects.filter(campaign=entered.campaign, kind=kind, language=language).delete()
        messages.success(request, _("The text is ours again."))
        return True
    if not form.is_valid():
        return False
    text = Text(form.cleaned_data["subject"], form.cleaned_data["body"])
    try:
        wording.save(entered.campaign, kind, language, text, actor=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("The text is saved."))
    return True


def _context(entered: Entered, words: Words, language: str) -> dict[str, Any]:
    wave = entered.campaign
    mailings = list(Mailing.objects.filter(campaign=wave).select_related("asked_by"))
    reach = mailing.reach(wave)
    return {
        **wave_context(entered, "messages"),
        "kind": words.kind.value,
        "kinds": [(kind.value, kind.label) for kind in MessageKind],
        "language": language,
        "languages": [(code, language_name(code), code in words.own) for code in languages_of(wave)],
        "own": language in words.own,
        "preview": words.example(language),
        "mailings": mailings,
        "live": next((one for one in mailings if one.is_live), None),
        "reach": reach,
        "sending": [(kind.value, kind.label, mailing.why_not(wave, kind)) for kind in MessageKind],
        "step": "messages",
        "mail_from": settings.DEFAULT_FROM_EMAIL,
        "summary": ngettext(
            "%(count)d person has a working e-mail address.",
            "%(count)d people have a working e-mail address.",
            reach.reachable,
        )
        % {"count": reach.reachable},
    }


@require_POST
@login_required
def send(request: SignedIn, campaign: UUID) -> HttpResponse:
    """Ask for it; the worker does it."""
    entered = access.enter_campaign(request.user, campaign)
    access.check_manage(entered)
    kind, language = chosen(request, entered.campaign)
    with within(entered.organization), told(request):
        if "stop" in request.POST:
            if mailing.stop(entered.campaign, actor=request.user):
                messages.success(request, _("Nobody else is written to."))
        else:
            made = mailing.ask(entered.campaign, kind, actor=request.user)
            soon(Job.SEND_MAIL, made.id, entered.organization.id)
            messages.success(request, _("It is on its way; this page tells how far it is."))
    return redirect(_address(campaign, kind, language))


@require_POST
@login_required
def test(request: SignedIn, campaign: UUID) -> HttpResponse:
    """To oneself, as a person would get it. Its code opens nothing."""
    entered = access.enter_campaign(request.user, campaign)
    access.check_manage(entered)
    kind, language = chosen(request, entered.campaign)
    with within(entered.organization):
        text = Words(entered.campaign, kind).example(language)
    subject = _("Test: %(subject)s") % {"subject": text.subject}
    try:
        EmailMessage(subject, text.body, to=[request.user.email]).send()
    except (SMTPException, AnymailError, OSError) as error:
        log.warning("a test message could not be sent: %s", type(error).__name__)
        messages.error(request, _("The mail server did not take the message. Try again in a few minutes."))
    else:
        messages.success(
            request,
            _("A test is on its way to %(email)s. Its link opens nothing.") % {"email": request.user.email},
        )
    return redirect(_address(campaign, kind, language))


def _address(campaign: UUID, kind: MessageKind, language: str) -> str:
    return f"{reverse('wave-messages', args=[campaign])}?kind={kind.value}&language={language}"
