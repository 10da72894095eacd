"""People of one wave with different answers, and what an attacker is told of them."""

import random
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from surveys import passes
from surveys.instruments.instrument import Panel
from surveys.models import Campaign
from surveys.tenancy import within
from tests.attacker import Case, Traces
from tests.world import World

PEOPLE = 200  # chance: half a percent
PLACE = "North/Store 1"


@dataclass(frozen=True)
class Person:
    code: str
    ballot: str
    sheet: bytes
    comment: str
    form: dict[str, Any]


def crowd(world: World, campaign: Campaign, rng: random.Random) -> list[Person]:
    """200 people of one unit in the order of the list they were invited by, each with other answers."""
    unit = world.unit(campaign, PLACE)
    with within(world.organization):
        codes = passes.issue(unit, Panel.FRONTLINE, PEOPLE)
    return [a_person(code, campaign, rng) for code in codes]


def a_person(code: str, campaign: Campaign, rng: random.Random) -> Person:
    background = set(campaign.background)
    form: dict[str, Any] = {}
    sheet = bytearray()
    for field in campaign.codec.fields:
        option = rng.randint(1, field.options)
        form[f"{'b' if field.id in background else 'i'}-{field.id}"] = str(option)
        sheet.append(1 << (option - 1) if field.max_choices else option)
    mark = f"{rng.getrandbits(48):012x} "  # so that no comment is a part of another
    comment = mark + " ".join(rng.choice(WORDS) for _ in range(rng.choice([0, 3, 8, 20, 60])))
    form["i-open"] = comment
    return Person(code, str(uuid4()), bytes(sheet), comment, form)


WORDS = [
    f"{a}{b}" for a in ("re", "tur", "man", "pri", "cus", "pol") for b in ("ce", "ner", "ager", "icy", "fund")
]


def case(people: list[Person], rng: random.Random) -> dict[str, Case]:
    """The attacker is given the answers and the passes, each in an order of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(code_digest, 'hex'), id FROM surveys_pass")
        ids = dict(cursor.fetchall())
    holders = rng.sample(people, len(people))
    known = rng.sample(people, len(people))
    truth = [known.index(holder) for holder in holders]
    held = []
    for holder in holders:
        digest = passes.digest(holder.code)
        identifier = ids[digest.hex()]
        held.append(
            Traces(
                raw=(identifier.bytes, digest, holder.code.encode()),
                words=(str(identifier), f"x{digest.hex()}", holder.code),
            )
        )
    sheets = [Traces(raw=(known.sheet,), inside=(known.sheet.hex(),)) for known in known]
    comments = [Traces(raw=(known.comment.encode(),), inside=(known.comment,)) for known in known]
    return {"sheets": Case(held, sheets, truth), "comments": Case(held, comments, truth)}


def ballots_of(people: list[Person], rng: random.Random) -> Case:
    passes_only = case(people, rng)["sheets"]
    order = rng.sample(range(len(people)), len(people))
    known = [people[i] for i in order]
    traces = [Traces(raw=(UUID(one.ballot).bytes,), words=(one.ballot,)) for one in known]
    sheets = {one.sheet: index for index, one in enumerate(known)}
    truth = [sheets[passes_only.answers[answer].raw[0]] for answer in passes_only.truth]
    return Case(passes_only.passes, traces, truth)
