"""Every address against every visitor. An address without a row fails, and so does a row that is not so."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from assessment.models import Action, ApiToken, Playback, Release, ReportSnapshot
from assessment.snapshot.build import compose_document
from surveys import campaigns, invites
from surveys.models import (
    AccessInvite,
    Campaign,
    Export,
    ExportState,
    Import,
    ImportKind,
    Membership,
    Organization,
    Person,
    Role,
    Unit,
    User,
)
from surveys.tenancy import within
from tests.asked import Asked
from tests.world import World, instrument

VISITORS = (
    "anonymous",
    "stranger",
    "lead",
    "coordinator",
    "executive",
    "consultant",
    "owner",
    "superuser",
)
# `own`: the client of the lead, the coordinator, the executive and the consultant, and its wave with a report.
# `open`: the same client's wave that takes answers; the code of one of its passes.
# `sibling`: another client of the same firm, with a report. `outside`: one of the stranger's firm.
# `unknown`: nothing has this id.
WAVES = {"own", "open", "sibling", "outside", "unknown"}
OTHERS = WAVES - {"open"}

# A file for each area, a row for each address, method that it knows, and object. Any other method is answered
# with 405 for everybody. `in`: sent to the sign-in page. The superuser is a member of nothing.
FILES = sorted((Path(__file__).parent / "access").glob("*.txt"))
TABLES = {file.stem: [line.split() for line in file.read_text("utf-8").splitlines()] for file in FILES}
ROWS = [row for table in TABLES.values() for row in table[1:]]
KNOWN = {(name, method) for name, method, *_ in ROWS}
METHODS = ("GET", "POST")
BY_BODY = {
    "answer-enter",
    "answer-token",
    "answer-questions",
    "answer-check",
    "answer-send",
}  # a POST brings the code
NOBODY = UUID("00000000-0000-4000-8000-000000000000")
TOKEN = re.compile(r'value="\w{64}"')  # of the form that signs out: another one on every page
DOCUMENT: dict[str, Any] = {}  # of an empty report, built once: what it says is not what is asked here
CHANGES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")


@dataclass(frozen=True)
class Address:
    name: str
    arguments: tuple[str, ...]  # what the address names: campaign, organization, code, ...


def addresses(resolver: URLResolver | None = None, before: tuple[str, ...] = ()) -> Iterator[Address]:
    for entry in (resolver or get_resolver()).url_patterns:
        arguments = (*before, *entry.pattern.converters)
        match entry:
            case URLResolver():
                yield from addresses(entry, arguments)
            case URLPattern():
                yield Address(entry.name or f"the address {entry.pattern}", arguments)
            case _:
                raise TypeError(entry)


def needed(address: Address, method: str) -> set[str]:
    """The objects an address must be tried with."""
    match address.arguments:
        case ():
            return {"open", "unknown"} if address.name in BY_BODY and method == "POST" else {"-"}
        case ("code", *_):
            return {"open", "unknown"}
        case (("campaign" | "identifier"), *_):
            return WAVES
        case _:
            return OTHERS


def test_every_address_has_its_rows() -> None:
    wanted = {
        (address.name, method, thing)
        for address in addresses()
        for method in METHODS
        if (address.name, method) in KNOWN
        for thing in needed(address, method)
    }
    written = {(name, method, thing) for name, method, thing, *_ in ROWS}
    assert written == wanted
    assert len(ROWS) == len(written)
    assert {address.name for address in addresses()} == {name for name, _ in KNOWN}
    for table in TABLES.values():
        assert tuple(table[0][3:]) == VISITORS


@dataclass(frozen=True)
class Objects:
    """What the rows' third column stands for: for each of its words, what the addresses' arguments are then."""

    things: dict[str, dict[str, object]]

    def path(self, address: Address, thing: str) -> str:
        named = self.things.get(thing, {})
        membership = named.get("member" if "firm" in address.arguments else "reader")
        given = {**named, "membership": membership}
        return reverse(address.name, kwargs={name: given[name] for name in address.arguments})

    def campaign(self, thing: str) -> UUID:
        return cast("UUID", self.things[thing]["campaign"])

    def body(self, thing: str) -> dict[str, str]:
        return {
            "code": str(self.things.get(thing, {}).get("code", "")),
            "ballot": str(NOBODY),
            "kind": "pdf",
        }


def named(world: World, campaign: UUID) -> dict[str, object]:
    """Everything an address can name, of one client. A new kind of argument gets its line here."""
    organization = world.organization
    members = Membership.objects.filter(firm=organization.firm_id).order_by("role", "id")
    readers = Membership.objects.filter(organization=organization).order_by("role", "id")
    with within(organization):
        export = Export.objects.create(organization=organization, state=ExportState.DONE)
        action = Action.objects.create(
            organization=organization, campaign_id=campaign, what="Do it", due=dt.date(2027, 1, 1)
        )
        token = ApiToken.objects.create(organization=organization, digest=str(campaign))
        playback = Playback.objects.create(campaign_id=campaign, is_on=True)
    invite, _ = AccessInvite.objects.get_or_create(
        email=f"asked@{organization.id}.example", role=Role.EXECUTIVE, organization=organization
    )
    with within(organization):
        unit = Unit.objects.first() or Unit.objects.create(
            organization=world.organization, name="Only", path="Only"
        )
        person = Person.objects.create(organization=world.organization, unit=unit)
        sent = Import.objects.create(organization=world.organization, kind=ImportKind.UNITS, name="file")
    return {
        "unit": unit.id,
        "person": person.id,
        "sent": sent.id,
        "campaign": campaign,
        "identifier": campaign,
        "organization": organization.id,
        "firm": organization.firm_id,
        "member": members[0].id,
        "reader": readers[0].id if readers else NOBODY,
        "export": export.id,
        "action": action.id,
        "api_token": token.id,
        "told": playback.code,
        "invite": invite.id,
        "token": invites.token(invite),
        "pk": 0,
        "kiosk": NOBODY,
        "provider": "postmark",
        "name": "blind.js",
    }


@pytest.fixture
def objects(world: World, asked: Asked) -> Objects:
    sibling = replace(world, organization=Organization.objects.create(firm=world.firm, name="Sibling"))
    outside = replace(world, organization=Organization.objects.get(name="Next door"))
    taking = world.open_campaign("Taking answers")
    own = named(world, reported(world))
    return Objects(
        {
            "own": own,
            "open": {**named(world, taking.id), "code": world.code(taking)},
            "sibling": named(sibling, reported(sibling)),
            "outside": named(outside, reported(outside)),
            "unknown": {**dict.fromkeys(own, NOBODY), "code": "nobody-has-this", "pk": 0},
        }
    )


def reported(world: World) -> UUID:
    """A wave that nobody answered, with its report."""
    now = timezone.now()
    with within(world.organization):
        campaign = campaigns.create(
            organization=world.organization,
            name="Reported",
            instrument=instrument(),
            opens_at=now - dt.timedelta(days=2),
            closes_at=now - dt.timedelta(days=1),
            options=campaigns.Options(amounts=(10, 50, 200, 1000, 5000)),
            actor=None,
        )
        campaigns.store_finished(campaign, {}, [], actor=None)
        if not DOCUMENT:
            DOCUMENT.update(compose_document(campaign))
        snapshot = ReportSnapshot.objects.create(campaign=campaign, document=DOCUMENT, digest="")
        Release.objects.create(snapshot=snapshot, campaign=campaign)
        campaigns.mark_reported(campaign)
    return campaign.id


@contextmanager
def undone() -> Iterator[None]:
    """Whatever the request did is not there for the next one."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def signed_in(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def again(client: Client) -> Client:
    """The same visitor before anything was done: one that signed out is signed in again."""
    fresh = Client(raise_request_exception=False)
    fresh.cookies.load(client.cookies.output(header="", sep=";"))
    return fresh


def said(response: HttpResponseBase) -> str:
    if response.status_code == 302 and response["Location"].startswith(reverse(settings.LOGIN_URL)):
        return "in"
    return str(response.status_code)


def written_out(rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(" ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


@pytest.mark.parametrize("area", TABLES)
def test_every_visitor_gets_what_the_table_says(world: World, objects: Objects, area: str) -> None:
    by_name = {address.name: address for address in addresses()}
    visitors = {visitor: signed_in(getattr(world, visitor, None)) for visitor in VISITORS}
    head, *rows = TABLES[area]
    found = [head]
    for name, method, thing, *_ in rows:
        path = objects.path(by_name[name], thing)
        codes = []
        for visitor in VISITORS:
            with undone():
                client = again(visitors[visitor])
                with CaptureQueriesContext(connection) as queries:
                    response = client.get(path) if method == "GET" else client.post(path, objects.body(thing))
                codes.append(said(cast("HttpResponseBase", response)))
            if method == "GET":
                changing = [q["sql"] for q in queries.captured_queries if q["sql"].startswith(CHANGES)]
                assert changing == [], f"{name} {thing} changes something when {visitor} looks"
        found.append([name, method, thing, *codes])
    assert written_out(found) == written_out(TABLES[area])


def test_a_method_without_a_row_is_refused_whoever_asks(world: World, objects: Objects) -> None:
    visitors = {visitor: signed_in(getattr(world, visitor, None)) for visitor in VISITORS}
    for address in addresses():
        for method in METHODS:
            if (address.name, method) in KNOWN:
                continue
            for thing in needed(address, method):
                path = objects.path(address, thing)
                for visitor, client in visitors.items():
                    status = getattr(client, method.lower())(path).status_code
                    assert status == 405, f"{method} {address.name} {thing} by {visitor}: {status}"


def test_an_insider_without_the_right_is_told_why(world: World, objects: Objects) -> None:
    def page(who: User, name: str, method: str) -> str:
        response = getattr(signed_in(who), method)(reverse(name, args=[objects.campaign("open")]))
        assert response.status_code == 403
        return str(response.content.decode())

    for who in (world.coordinator, world.executive):
        assert "Only the consultants of this client can close a campaign." in page(
            who, "campaign-close", "post"
        )
    for name in ("report", "report-document"):
        assert "Reports are read by executives and consultants" in page(world.coordinator, name, "get")


def test_an_outsider_cannot_tell_a_campaign_from_nothing(world: World, objects: Objects) -> None:
    """The same page for another tenant's campaign and for an id nobody has."""
    for who in (world.stranger, world.superuser):
        client = signed_in(who)
        for name in ("campaign", "report", "report-document"):
            there, nowhere = (
                client.get(reverse(name, args=[objects.campaign(thing)])) for thing in ("own", "unknown")
            )
            assert there.status_code == 404
            assert TOKEN.sub("", there.content.decode()) == TOKEN.sub("", nowhere.content.decode())


def test_a_form_of_another_site_closes_nothing(world: World, objects: Objects) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.consultant)
    response = client.post(reverse("campaign-close", args=[objects.campaign("open")]))
    assert response.status_code == 403
    with within(world.organization):
        assert Campaign.objects.get(id=objects.campaign("open")).closes_at > timezone.now()
