"""What is written to people: its words in every language, a test to oneself, and the sending."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from smtplib import SMTPException
from typing import Any, assert_never
from urllib.parse import urlencode
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

from surveys import access, gateways, mailing, reaching, texting, wording
from surveys.access import Entered
from surveys.formats import language_name
from surveys.jobs import Job, soon
from surveys.languages import languages_of
from surveys.message_forms import ShortTextForm, TextForm
from surveys.models import Campaign, Channel, Mailing, Message, MessageKind, Way
from surveys.reaching import Reach
from surveys.tenancy import within
from surveys.views.asking import SignedIn, told
from surveys.views.shell import wave_context
from surveys.wording import Text, Words

log = logging.getLogger(__name__)
REFRESH = "5"  # seconds, while mail is being sent


@dataclass(frozen=True)
class Chosen:
    """What a page or a form is about."""

    kind: MessageKind
    way: Way
    language: str


def chosen(request: SignedIn, campaign: Campaign) -> Chosen:
    given = request.POST if request.method == "POST" else request.GET
    kind, way, language = (given.get(name, "") for name in ("kind", "way", "language"))
    languages = languages_of(campaign)
    if language not in languages:
        own = campaign.organization.language
        language = own if own in languages else languages[0]
    return Chosen(
        MessageKind(kind) if kind in set(MessageKind) else MessageKind.INVITATION,
        Way(way) if way in set(Way) else Way.EMAIL,
        language,
    )


@require_http_methods(["GET", "POST"])
@login_required
def messages_(request: SignedIn, campaign: UUID) -> HttpResponse:
    entered = access.enter_campaign(request.user, campaign)
    access.check_manage(entered)
    with within(entered.organization):
        about = chosen(request, entered.campaign)
        words = Words(entered.campaign, about.kind, about.way)
        text = words.text(about.language)
        shape = TextForm if about.way is Way.EMAIL else ShortTextForm
        form = shape(request.POST or None, initial={"subject": text.subject, "body": text.body})
        if request.method == "POST" and _saved(request, words, about.language, form):
            return redirect(_address(campaign, about))
        status = 422 if request.method == "POST" else 200
        context = _context(entered, words, about.language) | {"form": form}
        response = render(request, "workspace/messages.html", context, status=status)
        if context["live"] and request.method == "GET":
            response["Refresh"] = REFRESH
        return response


def _saved(request: SignedIn, words: Words, language: str, form: TextForm | ShortTextForm) -> bool:
    if "reset" in request.POST:
        kept = Message.objects.filter(campaign=words.campaign, kind=words.kind, way=words.way)
        kept.filter(language=language).delete()
        messages.success(request, _("The text is ours again."))
        return True
    if not form.is_valid():
        return False
    text = Text(form.cleaned_data["subject"], form.cleaned_data["body"])
    try:
        wording.save(words, language, text, actor=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("The text is saved."))
    return True


def _context(entered: Entered, words: Words, language: str) -> dict[str, Any]:
    wave = entered.campaign
    mailings = list(Mailing.objects.filter(campaign=wave).select_related("asked_by"))
    preview = words.example(language)
    return {
        **wave_context(entered, "messages"),
        "kind": words.kind.value,
        "kinds": [(kind.value, kind.label) for kind in MessageKind],
        "way": words.way.value,
        "ways": list(_ways(entered, words.way)),
        "gateway": gateways.of(entered.organization.id),
        "language": language,
        "languages": [(code, language_name(code), code in words.own) for code in languages_of(wave)],
        "own": language in words.own,
        "preview": preview,
        "parts": texting.parts(preview.body),
        "mailings": mailings,
        "live": next((one for one in mailings if one.is_live), None),
        "step": "messages",
        "mail_from": settings.DEFAULT_FROM_EMAIL,
    }


@dataclass(frozen=True)
class OfOneWay:
    """Who is reached in one way, and what can be sent there: (kind, why not)."""

    way: Way
    reach: Reach
    summary: str
    sending: list[tuple[str, str]]


def _ways(entered: Entered, shown: Way) -> Iterator[OfOneWay]:
    """Text messages stand there where the wave means to send some, or there is somebody to get one."""
    wave = entered.campaign
    for way in Way:
        reach = reaching.reach(wave, way)
        if way is Way.SMS and not (reach.reachable or Channel.SMS in wave.channels or shown is way):
            continue
        sending = [(kind.value, mailing.why_not(wave, kind, way)) for kind in MessageKind]
        yield OfOneWay(way, reach, _reached(way, reach.reachable), sending)


def _reached(way: Way, number: int) -> str:
    match way:
        case Way.EMAIL:
            words = ngettext(
                "%(count)d person has a working e-mail address.",
                "%(count)d people have a working e-mail address.",
                number,
            )
        case Way.SMS:
            words = ngettext(
                "%(count)d person is reached by phone number.",
                "%(count)d people are reached by phone number.",
                number,
            )
        case _:
            assert_never(way)
    return words % {"count": number}


@require_POST
@login_required
def send(request: SignedIn, campaign: UUID) -> HttpResponse:
    """Ask for it; the worker does it."""
    entered = access.enter_campaign(request.user, campaign)
    access.check_manage(entered)
    about = chosen(request, entered.campaign)
    with within(entered.organization), told(request):
        if "stop" in request.POST:
            if mailing.stop(entered.campaign, actor=request.user):
                messages.success(request, _("Nobody else is written to."))
        else:
            made = mailing.ask(entered.campaign, about.kind, about.way, actor=request.user)
            soon(Job.SEND_MAIL, made.id, entered.organization.id)
            messages.success(request, _("It is on its way; this page tells how far it is."))
    return redirect(_address(campaign, about))


@require_POST
@login_required
def test(request: SignedIn, campaign: UUID) -> HttpResponse:
    """To oneself, as a person would get it. Its code opens nothing."""
    entered = access.enter_campaign(request.user, campaign)
    access.check_manage(entered)
    about = chosen(request, entered.campaign)
    with within(entered.organization):
        text = Words(entered.campaign, about.kind).example(about.language)
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
    return redirect(_address(campaign, about))


def _address(campaign: UUID, about: Chosen) -> str:
    asked = urlencode({"kind": about.kind.value, "way": about.way.value, "language": about.language})
    return f"{reverse('wave-messages', args=[campaign])}?{asked}"
