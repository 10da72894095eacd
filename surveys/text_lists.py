"""Phone numbers with a link each, as one file for a gateway that takes files: made once, and kept nowhere.

Whoever is in a list is invited: nobody mails or texts them another pass, and a reminder leads to the same link. The
web makes the list, since it is the answer to whoever asks; it cannot find out later which link was whose.
"""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import campaigns, collect, passes, wording
from surveys import people as people_
from surveys.delivering import LIVE, code_of
from surveys.formats import unformulaic
from surveys.instruments.instrument import Panel
from surveys.models import (
    Campaign,
    CampaignUnit,
    CodeSheet,
    Invitation,
    InvitationState,
    Mailing,
    MessageKind,
    Pass,
    Person,
    User,
    Way,
)
from surveys.models.event import Verb
from surveys.reaching import CHUNK, by_text, reachable
from surveys.refusing import Refused
from surveys.sealing import BallotSeal

MOST = 10_000  # in one file; the next file has the next


@dataclass(frozen=True)
class Line:
    phone: str
    text: str
    link: str
    language: str


def left(campaign: Campaign) -> int:
    """How many a list would have, at most. One query."""
    asked = by_text(campaign, people_.of_campaign(campaign))
    invited = Invitation.objects.filter(campaign=campaign).values("person_id")
    places = CampaignUnit.objects.filter(campaign=campaign).values("unit_id")
    return asked.filter(unit__in=places).exclude(id__in=invited).count()


def wanting(campaign: Campaign) -> list[Person]:
    """Who would be in a list: written to by text message, in a unit that is asked, and not invited yet."""
    places = set(CampaignUnit.objects.filter(campaign=campaign).values_list("unit_id", flat=True))
    invited = set(Invitation.objects.filter(campaign=campaign).values_list("person_id", flat=True))
    found = reachable(campaign, Way.SMS)
    return [one for one in found if one.unit_id in places and one.id not in invited]


@transaction.atomic
def make(campaign: Campaign, *, actor: User) -> list[Line]:
    """The links exist only in what is returned."""
    if not collect.takes_answers(campaign):
        raise Refused(_("Codes can be made while the survey is open."))
    Campaign.objects.select_for_update(of=("self",)).only("id").get(id=campaign.id)  # one list at a time
    if Mailing.objects.filter(campaign=campaign, state__in=LIVE).exists():
        raise Refused(_("People are being written to at the moment."))
    people = list(islice(wanting(campaign), MOST))
    if not people:
        raise Refused(_("Everybody who can be reached by text message has been invited."))
    lines = _invited(campaign, people)
    campaigns.record(campaign, Verb.LISTED, actor, people=len(lines))
    _count(campaign, people, actor)
    return lines


def _invited(campaign: Campaign, people: Sequence[Person]) -> list[Line]:
    """Rows of invitations and of passes are each written in an order that is none."""
    places = dict(CampaignUnit.objects.filter(campaign=campaign).values_list("unit_id", "id"))
    words = wording.Words(campaign, MessageKind.INVITATION, Way.SMS)
    seal, now = BallotSeal.of(campaign), timezone.now()
    made, rights, lines = [], [], []
    for person in people:
        invitation = Invitation(campaign=campaign, person=person, due_at=now, state=InvitationState.SENT)
        code, language = code_of(seal, invitation.id), wording.language_for(campaign, person)
        link = wording.link_for(campaign, code, language)
        made.append(invitation)
        rights.append(
            Pass(unit_id=places[person.unit_id], panel=person.panel, code_digest=passes.digest(code))
        )
        text = words.filled(language, Panel(person.panel), link).body
        lines.append(Line(person.phone, text, link, language))
    Invitation.objects.bulk_create(sorted(made, key=lambda one: one.id), batch_size=CHUNK)
    Pass.objects.bulk_create(sorted(rights, key=lambda one: bytes(one.code_digest)), batch_size=CHUNK)
    return lines


def _count(campaign: Campaign, people: Sequence[Person], actor: User) -> None:
    """How many a unit got, so that it gets no more codes than it has people."""
    places = dict(CampaignUnit.objects.filter(campaign=campaign).values_list("unit_id", "id"))
    CodeSheet.objects.bulk_create(
        CodeSheet(unit_id=places[unit], panel=panel, number=number, texted=True, made_by=actor)
        for (unit, panel), number in Counter((one.unit_id, one.panel) for one in people).items()
    )


def as_csv(lines: Sequence[Line]) -> str:
    """What a gateway needs and no more: no name and no unit."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["phone", "text", "link", "language"])
    for line in sorted(lines, key=lambda one: one.phone):
        table.writerow([line.phone, unformulaic(line.text), line.link, line.language])
    return written.getvalue()
