"""Every address against every visitor. An address without a row fails, and so does a row that is not so."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
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

from assessment.models import ReportSnapshot
from assessment.snapshot.build import compose_document
from surveys import campaigns, tasks
from surveys.models import Campaign, Organization, User
from surveys.tenancy import within
from tests.world import World, instrument

VISITORS = ("anonymous", "stranger", "coordinator", "executive", "consultant", "superuser")
OBJECTS = {
    "own",  # the coordinator's, the executive's and the consultant's client; its report is there
    "open",  # the same client's wave that takes answers; the code of one of its passes
    "sibling",  # another client of the same firm, with a report
    "outside",  # a client of the stranger's firm, with a report
    "unknown",  # nothing has this id
}

# `in`: sent to the sign-in page. The superuser is a member of nothing.
TABLE = """
address           method object   anonymous stranger coordinator executive consultant superuser
home              GET    -        200       200      200         200       200        200
home              POST   -        405       405      405         405       405        405
health            GET    -        200       200      200         200       200        200
health            POST   -        405       405      405         405       405        405
sign-in           GET    -        200       200      200         200       200        200
sign-in           POST   -        200       200      200         200       200        200
sign-out          GET    -        405       405      405         405       405        405
sign-out          POST   -        302       302      302         302       302        302
campaign          GET    own      in        404      200         200       200        404
campaign          GET    open     in        404      200         200       200        404
campaign          GET    sibling  in        404      404         404       200        404
campaign          GET    outside  in        200      404         404       404        404
campaign          GET    unknown  in        404      404         404       404        404
campaign          POST   own      405       405      405         405       405        405
campaign          POST   open     405       405      405         405       405        405
campaign          POST   sibling  405       405      405         405       405        405
campaign          POST   outside  405       405      405         405       405        405
campaign          POST   unknown  405       405      405         405       405        405
campaign-close    GET    own      405       405      405         405       405        405
campaign-close    GET    open     405       405      405         405       405        405
campaign-close    GET    sibling  405       405      405         405       405        405
campaign-close    GET    outside  405       405      405         405       405        405
campaign-close    GET    unknown  405       405      405         405       405        405
campaign-close    POST   own      in        404      403         403       302        404
campaign-close    POST   open     in        404      403         403       302        404
campaign-close    POST   sibling  in        404      404         404       302        404
campaign-close    POST   outside  in        302      404         404       404        404
campaign-close    POST   unknown  in        404      404         404       404        404
report            GET    own      in        404      403         200       200        404
report            GET    open     in        404      403         200       200        404
report            GET    sibling  in        404      404         404       200        404
report            GET    outside  in        200      404         404       404        404
report            GET    unknown  in        404      404         404       404        404
report            POST   own      405       405      405         405       405        405
report            POST   open     405       405      405         405       405        405
report            POST   sibling  405       405      405         405       405        405
report            POST   outside  405       405      405         405       405        405
report            POST   unknown  405       405      405         405       405        405
report-document   GET    own      in        404      403         200       200        404
report-document   GET    open     in        404      403         404       404        404
report-document   GET    sibling  in        404      404         404       200        404
report-document   GET    outside  in        200      404         404       404        404
report-document   GET    unknown  in        404      404         404       404        404
report-document   POST   own      405       405      405         405       405        405
report-document   POST   open     405       405      405         405       405        405
report-document   POST   sibling  405       405      405         405       405        405
report-document   POST   outside  405       405      405         405       405        405
report-document   POST   unknown  405       405      405         405       405        405
report-pdf        GET    own      in        404      403         200       200        404
report-pdf        GET    open     in        404      403         404       404        404
report-pdf        GET    sibling  in        404      404         404       200        404
report-pdf        GET    outside  in        200      404         404       404        404
report-pdf        GET    unknown  in        404      404         404       404        404
report-pdf        POST   own      405       405      405         405       405        405
report-pdf        POST   open     405       405      405         405       405        405
report-pdf        POST   sibling  405       405      405         405       405        405
report-pdf        POST   outside  405       405      405         405       405        405
report-pdf        POST   unknown  405       405      405         405       405        405
report-pptx       GET    own      in        404      403         200       200        404
report-pptx       GET    open     in        404      403         404       404        404
report-pptx       GET    sibling  in        404      404         404       200        404
report-pptx       GET    outside  in        200      404         404       404        404
report-pptx       GET    unknown  in        404      404         404       404        404
report-pptx       POST   own      405       405      405         405       405        405
report-pptx       POST   open     405       405      405         405       405        405
report-pptx       POST   sibling  405       405      405         405       405        405
report-pptx       POST   outside  405       405      405         405       405        405
report-pptx       POST   unknown  405       405      405         405       405        405
report-xlsx       GET    own      in        404      403         200       200        404
report-xlsx       GET    open     in        404      403         404       404        404
report-xlsx       GET    sibling  in        404      404         404       200        404
report-xlsx       GET    outside  in        200      404         404       404        404
report-xlsx       GET    unknown  in        404      404         404       404        404
report-xlsx       POST   own      405       405      405         405       405        405
report-xlsx       POST   open     405       405      405         405       405        405
report-xlsx       POST   sibling  405       405      405         405       405        405
report-xlsx       POST   outside  405       405      405         405       405        405
report-xlsx       POST   unknown  405       405      405         405       405        405
report-csv        GET    own      in        404      403         200       200        404
report-csv        GET    open     in        404      403         404       404        404
report-csv        GET    sibling  in        404      404         404       200        404
report-csv        GET    outside  in        200      404         404       404        404
report-csv        GET    unknown  in        404      404         404       404        404
report-csv        POST   own      405       405      405         405       405        405
report-csv        POST   open     405       405      405         405       405        405
report-csv        POST   sibling  405       405      405         405       405        405
report-csv        POST   outside  405       405      405         405       405        405
report-csv        POST   unknown  405       405      405         405       405        405
report-sav        GET    own      in        404      403         200       200        404
report-sav        GET    open     in        404      403         404       404        404
report-sav        GET    sibling  in        404      404         404       200        404
report-sav        GET    outside  in        200      404         404       404        404
report-sav        GET    unknown  in        404      404         404       404        404
report-sav        POST   own      405       405      405         405       405        405
report-sav        POST   open     405       405      405         405       405        405
report-sav        POST   sibling  405       405      405         405       405        405
report-sav        POST   outside  405       405      405         405       405        405
report-sav        POST   unknown  405       405      405         405       405        405
answer            GET    open     200       200      200         200       200        200
answer            GET    unknown  404       404      404         404       404        404
answer            POST   open     405       405      405         405       405        405
answer            POST   unknown  405       405      405         405       405        405
answer-enter      GET    -        200       200      200         200       200        200
answer-enter      POST   open     200       200      200         200       200        200
answer-enter      POST   unknown  404       404      404         404       404        404
answer-questions  GET    -        302       302      302         302       302        302
answer-questions  POST   open     200       200      200         200       200        200
answer-questions  POST   unknown  404       404      404         404       404        404
answer-check      GET    -        302       302      302         302       302        302
answer-check      POST   open     200       200      200         200       200        200
answer-check      POST   unknown  404       404      404         404       404        404
answer-send       GET    -        302       302      302         302       302        302
answer-send       POST   open     303       303      303         303       303        303
answer-send       POST   unknown  404       404      404         404       404        404
answer-token      GET    -        405       405      405         405       405        405
answer-token      POST   open     409       409      409         409       409        409
answer-token      POST   unknown  409       409      409         409       409        409
key-list          GET    own      404       404      404         404       404        404
key-list          GET    open     200       200      200         200       200        200
key-list          GET    sibling  404       404      404         404       404        404
key-list          GET    outside  404       404      404         404       404        404
key-list          GET    unknown  404       404      404         404       404        404
key-list          POST   own      405       405      405         405       405        405
key-list          POST   open     405       405      405         405       405        405
key-list          POST   sibling  405       405      405         405       405        405
key-list          POST   outside  405       405      405         405       405        405
key-list          POST   unknown  405       405      405         405       405        405
answer-thanks     GET    -        200       200      200         200       200        200
answer-thanks     POST   -        405       405      405         405       405        405
"""
HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
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
    argument: str  # "", or what the address names: identifier, campaign, code


def addresses(resolver: URLResolver | None = None) -> Iterator[Address]:
    for entry in (resolver or get_resolver()).url_patterns:
        match entry:
            case URLResolver():
                yield from addresses(entry)
            case URLPattern():
                yield Address(entry.name or f"the address {entry.pattern}", "".join(entry.pattern.converters))
            case _:
                raise TypeError(entry)


def needed(address: Address, method: str) -> set[str]:
    """The objects an address must be tried with."""
    if address.argument == "":
        return {"open", "unknown"} if address.name in BY_BODY and method == "POST" else {"-"}
    return {"open", "unknown"} if address.argument == "code" else OBJECTS


def test_every_address_has_its_rows() -> None:
    wanted = {
        (address.name, method, thing)
        for address in addresses()
        for method in ("GET", "POST")
        for thing in needed(address, method)
    }
    written = {(name, method, thing) for name, method, thing, *_ in ROWS}
    assert written == wanted
    assert len(ROWS) == len(written)
    assert tuple(HEAD[3:]) == VISITORS


@dataclass(frozen=True)
class Objects:
    """What the rows' third column stands for."""

    campaigns: dict[str, UUID]
    code: str

    def path(self, address: Address, thing: str) -> str:
        match address.argument:
            case "":
                return reverse(address.name)
            case "code":
                return reverse(address.name, args=[self.code if thing == "open" else "nobody-has-this"])
            case _:
                return reverse(address.name, args=[self.campaigns[thing]])

    def body(self, thing: str) -> dict[str, str]:
        return {"code": self.code if thing == "open" else "nobody-has-this", "ballot": str(NOBODY)}


@pytest.fixture
def objects(world: World, monkeypatch: pytest.MonkeyPatch) -> Objects:
    monkeypatch.setattr(tasks.close_campaign, "delay", lambda *_: None)
    sibling = Organization.objects.create(firm=world.firm, name="Sibling")
    outside = Organization.objects.get(name="Next door")
    taking = world.open_campaign("Taking answers")
    return Objects(
        {
            "own": reported(world),
            "open": taking.id,
            "sibling": reported(replace(world, organization=sibling)),
            "outside": reported(replace(world, organization=outside)),
            "unknown": NOBODY,
        },
        world.code(taking),
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
        ReportSnapshot.objects.create(campaign=campaign, document=DOCUMENT, digest="")
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
    widths = [max(map(len, column)) for column in zip(HEAD, *ROWS, strict=True)]
    return "\n".join(" ".join(map(str.ljust, row, widths)).rstrip() for row in [HEAD, *rows])


def test_every_visitor_gets_what_the_table_says(world: World, objects: Objects) -> None:
    by_name = {address.name: address for address in addresses()}
    visitors = {visitor: signed_in(getattr(world, visitor, None)) for visitor in VISITORS}
    found = []
    for name, method, thing, *_ in ROWS:
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
    assert written_out(found) == written_out(ROWS)


def test_an_insider_without_the_right_is_told_why(world: World, objects: Objects) -> None:
    def page(who: User, name: str, method: str) -> str:
        response = getattr(signed_in(who), method)(reverse(name, args=[objects.campaigns["open"]]))
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
                client.get(reverse(name, args=[objects.campaigns[thing]])) for thing in ("own", "unknown")
            )
            assert there.status_code == 404
            assert TOKEN.sub("", there.content.decode()) == TOKEN.sub("", nowhere.content.decode())


def test_a_form_of_another_site_closes_nothing(world: World, objects: Objects) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.consultant)
    response = client.post(reverse("campaign-close", args=[objects.campaigns["open"]]))
    assert response.status_code == 403
    with within(world.organization):
        assert Campaign.objects.get(id=objects.campaigns["open"]).closes_at > timezone.now()
