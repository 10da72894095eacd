"""The words of invitations, reminders and thanks: ours in every language, a client's own, and what is filled in.

Plain text with four placeholders. Whoever writes a text is told what is wrong with it before anybody gets it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from surveys import campaigns, passes
from surveys.formats import moment
from surveys.instruments.instrument import Panel
from surveys.languages import around, first_of, languages_of
from surveys.models import Campaign, Message, MessageKind, Person, User
from surveys.models.event import Verb

PLACEHOLDER = re.compile(r"\{([^{}\s]*)\}")
KNOWN = ("link", "organization", "closes", "minutes")
MINUTES = {Panel.FRONTLINE: 6, Panel.EXECUTIVE: 5}
EXAMPLE_CODE = "0" * passes.LENGTH
ANY_BRACE = re.compile(r"[{}]")


@dataclass(frozen=True)
class Text:
    """A message before anything is filled in."""

    subject: str
    body: str


def default(kind: MessageKind, language: str) -> Text:
    with translation.override(language):
        match kind:
            case MessageKind.INVITATION:
                return _invitation()
            case MessageKind.REMINDER:
                return _reminder()
            case MessageKind.THANKS:
                return _thanks()
            case _:
                assert_never(kind)


def _invitation() -> Text:
    body = [
        _("Hello,"),
        _("how much room do you have to help a customer? {organization} asks everybody."),
        _("It takes about {minutes} minutes, on a phone too. This link is yours alone and works once:"),
        "{link}",
        _("Nobody at {organization} sees who answered what. The first page tells how that is kept."),
        _("The survey closes on {closes}."),
        _("If you are not the one this was meant for, do nothing: the link ends by itself."),
    ]
    return Text(_("{organization} would like to hear from you"), "\n\n".join(body))


def _reminder() -> Text:
    body = [
        _("Hello,"),
        _("there is still time to say how much room you have to help a customer: until {closes}."),
        _("Your link, about {minutes} minutes:"),
        "{link}",
        _("Nobody is told who has answered and who has not: this mail was sent by a program."),
        _("If you would rather not take part, do nothing."),
    ]
    return Text(_("There is still time: the survey of {organization}"), "\n\n".join(body))


def _thanks() -> Text:
    body = [
        _("Hello,"),
        _("the survey of {organization} has closed. To everybody who took part: thank you."),
        _("You will hear what was said and what is to follow."),
        _("This mail goes to all who were asked. Nobody knows who answered."),
    ]
    return Text(_("Thank you from {organization}"), "\n\n".join(body))


def problems(kind: MessageKind, text: Text) -> Iterator[str]:
    """What is wrong with a text, a sentence each."""
    whole = f"{text.subject}\n{text.body}"
    for name in dict.fromkeys(PLACEHOLDER.findall(whole)):
        if name not in KNOWN:
            known = ", ".join(f"{{{one}}}" for one in KNOWN)
            yield _("{%(name)s} is not known; expected one of %(known)s.") % {"name": name, "known": known}
    if ANY_BRACE.search(PLACEHOLDER.sub("", whole)):
        yield _("There is a single { or }; a placeholder looks like {link}.")
    if "{link}" in text.subject:
        yield _("The link cannot stand in the subject.")
    links = text.body.count("{link}")
    if kind is MessageKind.THANKS and links:
        yield _("The survey is closed when thanks are sent: a {link} would lead nowhere.")
    elif kind is not MessageKind.THANKS and links != 1:
        yield _("The text needs {link} exactly once.")
    if len(text.subject.splitlines()) > 1:
        yield _("A subject is one line.")


class Words:
    """All texts of one kind for one wave, read once."""

    def __init__(self, campaign: Campaign, kind: MessageKind) -> None:
        self.campaign, self.kind = campaign, kind
        own = Message.objects.filter(campaign=campaign, kind=kind)
        self.own = {one.language: Text(one.subject, one.body) for one in own}

    def text(self, language: str) -> Text:
        return self.own.get(language) or default(self.kind, around(language, self.campaign.organization))

    def filled(self, language: str, panel: Panel, link: str) -> Text:
        organization, text = self.campaign.organization, self.text(language)
        values = {
            "link": link,
            "organization": " ".join(organization.name.split()),
            "closes": moment(self.campaign.closes_at, organization.zone, language),
            "minutes": str(MINUTES[panel]),
        }

        def value(found: re.Match[str]) -> str:
            return values.get(found[1], found[0])

        return Text(PLACEHOLDER.sub(value, text.subject), PLACEHOLDER.sub(value, text.body))

    def example(self, language: str) -> Text:
        return self.filled(language, Panel.FRONTLINE, link_for(self.campaign, EXAMPLE_CODE, language))


def language_for(campaign: Campaign, person: Person) -> str:
    offered = languages_of(campaign)
    return first_of([person.language, campaign.organization.language], offered) or offered[0]


def link_for(campaign: Campaign, code: str, language: str) -> str:
    """The language travels in the link, not with the pass: in a small unit it would tell whose pass it is."""
    known = language if len(languages_of(campaign)) > 1 else ""
    return passes.link(code, settings.SITE_URL, language=known)


@transaction.atomic
def save(campaign: Campaign, kind: MessageKind, language: str, text: Text, *, actor: User) -> None:
    """The client's own words; ours again where they are the same. ValidationError with everything that is wrong."""
    if found := list(problems(kind, text)):
        raise ValidationError(found)
    mine = Message.objects.filter(campaign=campaign, kind=kind, language=language)
    if text == default(kind, around(language, campaign.organization)):
        mine.delete()
    elif not mine.update(subject=text.subject, body=text.body):
        Message.objects.create(
            campaign=campaign, kind=kind, language=language, subject=text.subject, body=text.body
        )
    campaigns.record(campaign, Verb.TEXT, actor, kind=kind.value, language=language)
