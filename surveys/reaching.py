"""Who of a wave is written to in which way.

Who has a working e-mail address gets mail. Who has none gets a text message, where there is a phone number; so does
whose address came back. Where the wave does without e-mail, everybody with a phone number gets a text message.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from django.db.models import QuerySet

from surveys import people
from surveys.delivering import digest
from surveys.models import Campaign, Channel, Person, Unreachable, Way

CHUNK = 2_000


@dataclass(frozen=True)
class Reach:
    """How many of a wave's people can be written to in one way."""

    reachable: int
    without_address: int
    unreachable: int


def mails(campaign: Campaign) -> bool:
    """Whether the wave sends e-mail. One that was made without saying how does."""
    return not campaign.channels or Channel.EMAIL in campaign.channels


def reach(campaign: Campaign, way: Way) -> Reach:
    asked = people.of_campaign(campaign)
    match way:
        case Way.EMAIL:
            without, with_one = asked.filter(email="").count(), asked.exclude(email="")
        case Way.SMS:
            nobody = asked.filter(phone="", email="") if mails(campaign) else asked.filter(phone="")
            without, with_one = nobody.count(), by_text(campaign, asked)
        case _:
            assert_never(way)
    gone = _gone(campaign)
    if not gone:
        return Reach(with_one.count(), without, 0)
    able = sum(1 for _one in reachable(campaign, way))
    return Reach(able, without, max(0, with_one.count() - able))


def reachable(campaign: Campaign, way: Way) -> Iterator[Person]:
    """Everybody of the wave who is written to in this way, without those who were out of reach or complained."""
    organization, gone = campaign.organization_id, _gone(campaign)
    asked = people.of_campaign(campaign).order_by("id")
    match way:
        case Way.EMAIL:
            for person in asked.exclude(email="").iterator(chunk_size=CHUNK):
                if digest(organization, person.email) not in gone:
                    yield person
        case Way.SMS:
            for person in asked.exclude(phone="").iterator(chunk_size=CHUNK):
                mailed = mails(campaign) and person.email and digest(organization, person.email) not in gone
                if not mailed and digest(organization, person.phone) not in gone:
                    yield person
        case _:
            assert_never(way)


def by_text(campaign: Campaign, asked: QuerySet[Person]) -> QuerySet[Person]:
    """By what the list of people says alone: without a look at who was out of reach."""
    able = asked.exclude(phone="")
    return able.filter(email="") if mails(campaign) else able


def _gone(campaign: Campaign) -> set[bytes]:
    known = Unreachable.objects.filter(organization=campaign.organization_id)
    return {bytes(one) for one in known.values_list("digest", flat=True)}
