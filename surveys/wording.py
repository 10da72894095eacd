"""The words of invitations, reminders and thanks, as mail and as text message: ours in every language, a client's own.

Plain text with four placeholders. Whoever writes a text is told what is wrong with it before anybody gets it.
"""

import re
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from surveys import campaigns, passes
from surveys.formats import day, moment
from surveys.instruments.instrument import Panel
from surveys.languages import around, first_of, languages_of
from surveys.models import Campaign, Message, MessageKind, Person, User, Way
from surveys.models.event import Verb
from surveys.our_words import Text as Text  # noqa: PLC0414  # wording.Text is how others know it
from surveys.our_words import default as default  # noqa: PLC0414  # the same

PLACEHOLDER = re.compile(r"\{([^{}\s]*)\}")
KNOWN = ("link", "organization", "closes", "minutes")
MINUTES = {Panel.FRONTLINE: 6, Panel.EXECUTIVE: 5}
EXAMPLE_CODE = "0" * passes.LENGTH
LONGEST_SMS = 300
ANY_BRACE = re.compile(r"[{}]")


def problems(kind: MessageKind, text: Text, way: Way = Way.EMAIL) -> Iterator[str]:
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
    if way is Way.SMS and len(text.body) > LONGEST_SMS:
        sentence = _("A text message can have %(most)d characters; this one has %(number)d.")
        yield sentence % {"most": LONGEST_SMS, "number": len(text.body)}


class Words:
    """All texts of one kind and way for one wave, read once."""

    def __init__(self, campaign: Campaign, kind: MessageKind, way: Way = Way.EMAIL) -> None:
        self.campaign, self.kind, self.way = campaign, kind, way
        own = Message.objects.filter(campaign=campaign, kind=kind, way=way)
        self.own = {one.language: Text(one.subject, one.body) for one in own}
        self.ready: dict[str, tuple[Text, str]] = {}

    def text(self, language: str) -> Text:
        ours = around(language, self.campaign.organization)
        return self.own.get(language) or default(self.kind, ours, self.way)

    def filled(self, language: str, panel: Panel, link: str) -> Text:
        if language not in self.ready:  # the same for everybody who reads it
            self.ready[language] = self.text(language), self._closes(language)
        text, closes = self.ready[language]
        values = {
            "link": link,
            "organization": " ".join(self.campaign.organization.name.split()),
            "closes": closes,
            "minutes": str(MINUTES[panel]),
        }

        def value(found: re.Match[str]) -> str:
            return values.get(found[1], found[0])

        return Text(PLACEHOLDER.sub(value, text.subject), PLACEHOLDER.sub(value, text.body))

    def _closes(self, language: str) -> str:
        """In a text message the day is enough: each character counts."""
        tell = moment if self.way is Way.EMAIL else day
        return tell(self.campaign.closes_at, self.campaign.organization.zone, language)

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
def save(words: Words, language: str, text: Text, *, actor: User) -> None:
    """The client's own words; ours again where they are the same. ValidationError with everything that is wrong."""
    campaign, kind, way = words.campaign, words.kind, words.way
    if found := list(problems(kind, text, way)):
        raise ValidationError(found)
    mine = Message.objects.filter(campaign=campaign, kind=kind, way=way, language=language)
    if text == default(kind, around(language, campaign.organization), way):
        mine.delete()
    elif not mine.update(subject=text.subject, body=text.body):
        Message.objects.create(
            campaign=campaign, kind=kind, way=way, language=language, subject=text.subject, body=text.body
        )
    campaigns.record(campaign, Verb.TEXT, actor, kind=kind.value, way=way.value, language=language)
