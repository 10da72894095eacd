"""People of one wave with different answers, and what an attacker is told of them."""

import hashlib
import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from surveys import delivering, kiosks, mailing, passes, tokens
from surveys.blind import client, keys
from surveys.blind.client import Blinding
from surveys.blind.text import from_text, to_text
from surveys.blind.tokens import Token
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, Invitation, MessageKind
from surveys.sealing import BallotSeal
from surveys.tenancy import within
from tests.attacker import Case, Traces
from tests.surveys.test_mailing import CODE, a_day_later, asked, sent, with_people
from tests.world import World

PEOPLE = 200  # chance: half a percent
PLACE = "North/Store 1"


class Way(StrEnum):
    CARD = "card"
    MAIL = "mail"
    TABLET = "tablet"


@dataclass(frozen=True)
class Person:
    """`code` is that of the pass. On a tablet nobody has one: there a pass is known by the message that was signed."""

    way: Way
    ballot: str
    sheet: bytes
    comment: str
    form: dict[str, Any]
    code: str = ""
    begun: tuple[bytes, Blinding] | None = None
    address: str = ""
    known_as: tuple[UUID, ...] = field(default=())

    @property
    def mark(self) -> bytes:
        """What the row of the pass has of it."""
        return hashlib.sha256(self.begun[1].blinded).digest() if self.begun else passes.digest(self.code)


def crowd(world: World, campaign: Campaign, rng: random.Random, number: int = PEOPLE) -> list[Person]:
    """People of one unit in the order of the list they were given codes by, each with other answers."""
    unit = world.unit(campaign, PLACE)
    with within(world.organization):
        codes = passes.issue(unit, Panel.FRONTLINE, number)
    return [a_person(code, campaign, rng) for code in codes]


def a_person(code: str, campaign: Campaign, rng: random.Random, way: Way = Way.CARD, **how: Any) -> Person:
    background = set(campaign.background)
    form: dict[str, Any] = {}
    sheet = bytearray()
    for entry in campaign.codec.fields:
        option = rng.randint(1, entry.options)
        form[f"{'b' if entry.id in background else 'i'}-{entry.id}"] = str(option)
        sheet.append(1 << (option - 1) if entry.max_choices else option)
    mark = f"{rng.getrandbits(48):012x} "  # so that no comment is a part of another
    comment = mark + " ".join(rng.choice(WORDS) for _ in range(rng.choice([0, 3, 8, 20, 60])))
    form["i-open"] = comment
    return Person(way, str(uuid4()), bytes(sheet), comment, form, code, **how)


WORDS = [
    f"{a}{b}" for a in ("re", "tur", "man", "pri", "cus", "pol") for b in ("ce", "ner", "ager", "icy", "fund")
]


# --- Every way to be reached ----------------------------------------------------------------------


class Tablet:
    """One for everybody of the unit, without codes."""

    def __init__(self, world: World, campaign: Campaign, people: int) -> None:
        unit = world.unit(campaign, PLACE)
        with within(world.organization):
            _kiosk, self.secret = kiosks.bind(unit, "Break room", people, actor=world.coordinator)
        self.spki = from_text(tokens.public_key(kiosks.find(self.secret)), keys.SPKI_BYTES)
        self.key = keys.public_from_spki(self.spki)

    def person(self, campaign: Campaign, rng: random.Random) -> Person:
        prepared = client.prepare(b"\0" * 32)
        return a_person("", campaign, rng, Way.TABLET, begun=(prepared, client.blind(self.key, prepared)))

    def token(self, person: Person) -> str:
        assert person.begun
        prepared, blinding = person.begun
        asked = {"secret": self.secret, "blinded": to_text(blinding.blinded)}
        reply = Client().post(reverse("kiosk-token"), asked).json()["signature"]
        signature = client.finalize(
            self.key, prepared, from_text(reply, keys.SIGNATURE_BYTES), blinding.inverse
        )
        return Token(keys.key_id(self.spki), prepared, signature).to_wire()


def crowd_of_every_way(world: World, campaign: Campaign, rng: random.Random) -> tuple[list[Person], Tablet]:
    """A third each by mail, at a tablet and with cards."""
    third = PEOPLE // 3
    tablet = Tablet(world, campaign, third)
    at_tablet = [tablet.person(campaign, rng) for _ in range(third)]
    return [
        *invited(world, campaign, rng, third),
        *at_tablet,
        *crowd(world, campaign, rng, PEOPLE - 2 * third),
    ], tablet


def invited(world: World, campaign: Campaign, rng: random.Random, number: int) -> list[Person]:
    ids = {person.email: person.id for person in with_people(world, number)}
    sent(world, asked(world, campaign))
    with within(world.organization):
        seal = BallotSeal.of(Campaign.objects.get(id=campaign.id))
        invitations = {
            delivering.code_of(seal, one): one for one in Invitation.objects.values_list("id", flat=True)
        }
    people = []
    for one in mail.outbox:
        found = CODE.search(str(one.body))
        assert found
        known_as = (ids[one.to[0]], invitations[found[1]])
        people.append(a_person(found[1], campaign, rng, Way.MAIL, address=one.to[0], known_as=known_as))
    return people


def remind(world: World, campaign: Campaign) -> None:
    a_day_later(world)
    sent(world, asked(world, campaign, MessageKind.REMINDER))
    mailing.mix()


def spool() -> str:
    """What a mail server writes down: to whom, what."""
    return "\n".join(f"To: {one.to[0]}\nSubject: {one.subject}\n\n{one.body}" for one in mail.outbox)


# --- What the attacker is told --------------------------------------------------------------------


def case(people: list[Person], rng: random.Random) -> dict[str, Case]:
    """The attacker is given the answers and the passes, each in an order of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(code_digest, 'hex'), encode(blinded, 'hex'), id FROM surveys_pass")
        ids = {mark: one for digest, blinded, one in cursor.fetchall() for mark in (digest, blinded)}
    holders = rng.sample(people, len(people))
    known = rng.sample(people, len(people))
    truth = [known.index(holder) for holder in holders]
    held = [holder_of(holder, ids[holder.mark.hex()]) for holder in holders]
    sheets = [Traces(raw=(known.sheet,), inside=(known.sheet.hex(),)) for known in known]
    comments = [Traces(raw=(known.comment.encode(),), inside=(known.comment,)) for known in known]
    return {"sheets": Case(held, sheets, truth), "comments": Case(held, comments, truth)}


def holder_of(person: Person, identifier: UUID) -> Traces:
    """Everything by which somebody may be seen: pass, code, address, and what else is kept of a person."""
    names = (identifier, *person.known_as)
    text = tuple(one for one in (person.code, person.address) if one)
    return Traces(
        raw=(*(one.bytes for one in names), person.mark, *(one.encode() for one in text)),
        words=(*map(str, names), f"x{person.mark.hex()}", *text),
        inside=tuple(filter(None, [person.address])),
    )


def cases_of_every_way(people: list[Person], rng: random.Random) -> dict[str, Case]:
    """All together, and those of each way alone: an order of theirs would be lost among the others."""
    alone = {way: [person for person in people if person.way is way] for way in Way}
    return case(people, rng) | {f"sheets by {way}": case(some, rng)["sheets"] for way, some in alone.items()}


def ballots_of(people: list[Person], rng: random.Random) -> Case:
    passes_only = case(people, rng)["sheets"]
    order = rng.sample(range(len(people)), len(people))
    known = [people[i] for i in order]
    traces = [Traces(raw=(UUID(one.ballot).bytes,), words=(one.ballot,)) for one in known]
    sheets = {one.sheet: index for index, one in enumerate(known)}
    truth = [sheets[passes_only.answers[answer].raw[0]] for answer in passes_only.truth]
    return Case(passes_only.passes, traces, truth)
