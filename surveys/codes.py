"""Codes for paper: made for a unit, handed out once in one file, kept only as digests.

A unit gets no more codes than it has people, and a fifth more for cards that get lost. What e-mails and tablets hand
out counts too. The sum is taken over what was handed out, never over what was used: that would tell who answers.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from surveys import campaigns, collect, our_words, passes, printing
from surveys.formats import moment, unformulaic
from surveys.instruments.instrument import Panel
from surveys.languages import around, languages_of
from surveys.models import Campaign, CampaignUnit, CodeSheet, Kiosk, Mailing, MessageKind, Person, User, Way
from surveys.models.event import Verb
from surveys.printing import Card, Printed
from surveys.refusing import Refused

SPARE = 5  # one more for each so many people
WITHOUT_HEADCOUNT = 1_000
MOST_AT_ONCE = 5_000


@dataclass(frozen=True)
class Room:
    """How many codes a unit may still get, and how many seem to be wanted."""

    unit: CampaignUnit
    people: int | None
    made: int
    left: int
    wanted: int


@dataclass(frozen=True)
class Made:
    """New codes of one unit."""

    unit: CampaignUnit
    panel: Panel
    codes: tuple[str, ...]


def rooms(campaign: Campaign, panel: Panel) -> list[Room]:
    """Of every unit with people of this panel."""
    units = list(CampaignUnit.objects.filter(campaign=campaign).order_by("path"))
    sheets = CodeSheet.objects.filter(unit__campaign=campaign, panel=panel, texted=False).order_by()
    made = dict(sheets.values_list("unit").annotate(Sum("number")))
    tablets: Mapping[UUID, int] = {}
    if panel is Panel.FRONTLINE:
        kiosks = Kiosk.objects.filter(unit__campaign=campaign).order_by()
        tablets = dict(kiosks.values_list("unit").annotate(Sum("allowance")))
    known = Person.objects.filter(organization=campaign.organization_id, panel=panel).order_by()
    written = _written_to(campaign)
    listed = dict(known.values_list("unit").annotate(Count("id")))
    reached = dict(known.filter(written).values_list("unit").annotate(Count("id")))
    without = dict(known.exclude(written | ~Q(email="")).values_list("unit").annotate(Count("id")))
    return [
        _room(
            unit,
            unit.headcount(panel),
            made.get(unit.id, 0),
            given=tablets.get(unit.id, 0) + _of(reached, unit),
            wanted=_of(without, unit) if _of(listed, unit) else unit.headcount(panel) or 0,
        )
        for unit in units
        if unit.headcount(panel) != 0
    ]


def _written_to(campaign: Campaign) -> Q:
    """Which people got a pass by message, as far as anybody may look: by the ways in which invitations went out."""
    asked = Mailing.objects.filter(campaign=campaign, kind=MessageKind.INVITATION)
    ways = set(asked.values_list("way", flat=True))
    if CodeSheet.objects.filter(unit__campaign=campaign, texted=True).exists():
        ways.add(Way.SMS)
    written = Q(pk__in=[])
    if Way.EMAIL in ways:
        written |= ~Q(email="")
    if Way.SMS in ways:
        written |= ~Q(phone="")
    return written


def _of(counts: Mapping[UUID, int], unit: CampaignUnit) -> int:
    return counts.get(unit.unit_id, 0) if unit.unit_id else 0


def _room(unit: CampaignUnit, people: int | None, made: int, *, given: int, wanted: int) -> Room:
    most = WITHOUT_HEADCOUNT if people is None else people + -(-people // SPARE)
    left = max(0, most - made - given)
    return Room(unit, people, made, left, min(left, max(0, wanted - made)))


@transaction.atomic
def make(campaign: Campaign, panel: Panel, numbers: Mapping[UUID, int | None], *, actor: User) -> list[Made]:
    """Codes for the named units (None: as many as are wanted). They exist only in what is returned."""
    if not collect.takes_answers(campaign):
        raise Refused(_("Codes can be made while the survey is open."))
    units = CampaignUnit.objects.filter(id__in=numbers).order_by("id")
    list(
        units.select_for_update(no_key=True)
    )  # one at a time; invitations that are being written are not waited for
    done: list[Made] = []
    for room in rooms(campaign, panel):
        if room.unit.id not in numbers:
            continue
        asked = numbers[room.unit.id]
        number = room.wanted if asked is None else asked
        if number > room.left:
            raise Refused(
                _("%(unit)s can get %(left)d more codes: no more than its people and a few to spare.")
                % {"unit": room.unit.path, "left": room.left}
            )
        if number:
            CodeSheet.objects.create(unit=room.unit, panel=panel, number=number, made_by=actor)
            done.append(Made(room.unit, panel, tuple(passes.issue(room.unit, panel, number))))
    total = sum(len(one.codes) for one in done)
    if not total:
        raise Refused(_("No code is wanting there."))
    if total > MOST_AT_ONCE:
        raise Refused(
            _(
                "That would be %(number)d codes at once; take a part of the tree at a time, up to %(most)d codes."
            )
            % {"number": total, "most": MOST_AT_ONCE}
        )
    campaigns.record(campaign, Verb.CODES, actor, panel=panel.value, codes=total, units=len(done))
    return done


def as_csv(made: Sequence[Made]) -> str:
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["unit", "panel", "code", "link"])
    for one in made:
        for code in one.codes:
            table.writerow(
                [unformulaic(one.unit.path), one.panel.value, passes.spread(code), passes.link(code)]
            )
    return written.getvalue()


def as_cards(campaign: Campaign, made: Sequence[Made], language: str) -> bytes:
    return printing.cards(_printed(campaign, language, poster=False), list(_cards(made)))


def as_posters(campaign: Campaign, language: str, units: Sequence[CampaignUnit] = ()) -> bytes:
    """A page for each unit, in the order of the tree; one without a name where there is none.

    The QR code is the same on all of them: one that told its unit would tell it to whoever keeps a log on the way.
    """
    named = [unit.path.replace("/", " / ") for unit in units]
    return printing.posters(_printed(campaign, language, poster=True), entry(), named or [""])


def entry() -> str:
    """Where a code is typed."""
    return settings.SITE_URL + reverse("answer-enter")


def _cards(made: Sequence[Made]) -> Iterator[Card]:
    for one in made:
        for code in one.codes:
            yield Card(passes.spread(code), passes.link(code), one.unit.path)


def _printed(campaign: Campaign, language: str, *, poster: bool) -> Printed:
    organization = campaign.organization
    language = language if language in languages_of(campaign) else languages_of(campaign)[0]
    spoken = around(language, organization)
    words = our_words.printed(spoken, poster=poster)
    return Printed(
        language=spoken,
        rightward=words.rightward,
        organization=organization.name,
        heading=words.heading,
        lead=words.lead,
        address=entry().partition("://")[2],
        closes=words.closes % {"when": moment(campaign.closes_at, organization.zone, spoken)},
        promise=words.promise % {"organization": organization.name},
    )
