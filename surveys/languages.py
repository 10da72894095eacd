"""Which language a respondent reads: of the questions, and of the pages around them."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from surveys import tokens
from surveys.models import Campaign, Organization

# What browsers ask for, where we write it by another name.
ALIASES = {
    "zh": "zh-hans",
    "zh-cn": "zh-hans",
    "zh-sg": "zh-hans",
    "zh-hans-cn": "zh-hans",
    "fil": "tl",
    "fil-ph": "tl",
}


def languages_of(campaign: Campaign) -> list[str]:
    written = campaign.instrument.languages
    return [language for language in campaign.languages if language in written] or list(written)


def choose_language(request: HttpRequest, found: tokens.Asked | None) -> str:
    """What was asked for on the page, what the pass says, what the browser says, what the organization speaks."""
    offered = languages_of(found.campaign) if found else settings.RESPONDENT_LANGUAGES
    wanted = [request.POST.get("language"), request.POST.get("kept_language"), request.GET.get("language")]
    if found:
        wanted.append(found.language)
    for accepted, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        wanted += [accepted, accepted.partition("-")[0]]
    if found:
        wanted.append(found.organization.language)
    return first_of(wanted, offered) or offered[0]


def around(language: str, organization: Organization | None) -> str:
    """The language of what stands around the questions: a client may bring questions in one that we do not speak."""
    wanted = [language, language.partition("-")[0], organization.language if organization else None]
    return first_of(wanted, settings.RESPONDENT_LANGUAGES) or settings.LANGUAGE_CODE


def first_of(wanted: Iterable[str | None], offered: Iterable[str]) -> str | None:
    known = {language.lower(): language for language in offered}
    asked = (language.lower() for language in wanted if language)
    return next((known[found] for it in asked for found in (it, ALIASES.get(it)) if found in known), None)
