"""Our own words to those who are asked, in every language of theirs: mails, text messages, cards and posters.

A file by itself, since what stands here is translated into all languages of respondents: config/messages.py.
"""

from dataclasses import dataclass
from typing import assert_never

from django.utils import translation
from django.utils.translation import gettext as _

from surveys.models import MessageKind, Way


@dataclass(frozen=True)
class Text:
    """A message before anything is filled in."""

    subject: str
    body: str


def default(kind: MessageKind, language: str, way: Way = Way.EMAIL) -> Text:
    with translation.override(language):
        match way:
            case Way.EMAIL:
                return _mail(kind)
            case Way.SMS:
                return Text("", _short(kind))
            case _:
                assert_never(way)


def _mail(kind: MessageKind) -> Text:
    match kind:
        case MessageKind.INVITATION:
            return _invitation()
        case MessageKind.REMINDER:
            return _reminder()
        case MessageKind.THANKS:
            return _thanks()
        case _:
            assert_never(kind)


def _short(kind: MessageKind) -> str:
    """A reminder may come to somebody who has answered: see `recipients.remind`."""
    match kind:
        case MessageKind.INVITATION:
            return _("{organization} asks how much room you have to help a customer: {link}")
        case MessageKind.REMINDER:
            return _("Until {closes}, unless you have answered: how much room do you have? {link}")
        case MessageKind.THANKS:
            return _("The survey of {organization} has closed. To all who took part: thank you.")
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


@dataclass(frozen=True)
class Card:
    """What stands on a card or a poster; `closes` and `promise` with their placeholders."""

    rightward: bool
    heading: str
    lead: str
    closes: str
    promise: str


def printed(language: str, *, poster: bool) -> Card:
    with translation.override(language):
        on_a_poster, on_a_card = (
            _("Scan this and type the code of your card, or open"),
            _("Scan this, or type the code at"),
        )
        return Card(
            rightward=translation.get_language_bidi(),
            heading=_("How much room do you have to help a customer?"),
            lead=on_a_poster if poster else on_a_card,
            closes=_("Open until %(when)s."),
            promise=_("Nobody at %(organization)s sees who answered what. Each code works once."),
        )
