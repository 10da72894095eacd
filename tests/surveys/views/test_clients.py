"""A client's pages: made, set up, its history, its end."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from assessment.models import ReportSnapshot
from config import roles
from surveys import access, certificates, clients, people_term, pictures, tasks
from surveys.instruments.instrument import Panel
from surveys.models import (
    Campaign,
    Certificate,
    Destroyed,
    Event,
    FirmEvent,
    FirmVerb,
    Membership,
    Organization,
    Person,
    Role,
    State,
    Unit,
    User,
)
from surveys.models.event import Verb
from surveys.tenancy import across_all, within
from tests.asked import Asked
from tests.surveys.test_retention import report
from tests.world import World

QUERIES_OF_HISTORY = 8  # session, user, client, roles, number of events, events, actors, certificates
NEW = {"name": "Fresh", "timezone": "Europe/Lisbon", "currency": "EUR", "languages": ["en", "es"]}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def events(organization: Organization) -> list[str]:
    with within(organization):
        return list(Event.objects.order_by("at").values_list("verb", flat=True))


def png(width: int = 900, height: int = 300, kind: str = "PNG") -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "#2b6ca3").save(written, kind)
    return SimpleUploadedFile("logo.png", written.getvalue(), "image/png")


# --- Made and set up ------------------------------------------------------------------------------


def test_a_client_is_set_up_in_one_form(world: World) -> None:
    made = signed_in(world.consultant).post(reverse("client-new", args=[world.firm.id]), NEW)
    fresh = Organization.objects.get(name="Fresh")
    assert made["Location"] == reverse("client", args=[fresh.id])
    assert (fresh.firm, fresh.timezone, fresh.languages) == (world.firm, "Europe/Lisbon", ["en", "es"])
    assert events(fresh) == [Verb.CLIENT]
    assert FirmEvent.objects.get().verb == FirmVerb.CREATED


def test_a_consultant_of_chosen_clients_works_for_the_one_they_made(world: World) -> None:
    mine = Membership.objects.get(user=world.consultant)
    mine.clients.add(world.organization)
    signed_in(world.consultant).post(reverse("client-new", args=[world.firm.id]), NEW)
    fresh = Organization.objects.get(name="Fresh")
    assert access.roles_in(world.consultant, fresh) == {Role.CONSULTANT}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "ACME"}, "The firm has a client of this name already."),
        ({"timezone": "Mars/Olympus"}, "Select a valid choice. Mars/Olympus"),
        ({"currency": "XYZ1"}, "Select a valid choice. XYZ1"),
        ({"languages": []}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(world: World, wrong: dict[str, Any], said: str) -> None:
    before = Organization.objects.count()
    page = signed_in(world.consultant).post(reverse("client-new", args=[world.firm.id]), {**NEW, **wrong})
    assert said in page.content.decode()
    assert Organization.objects.count() == before


def settings_of(world: World, **changed: Any) -> dict[str, Any]:
    kept = {"name": "Acme", "timezone": "Europe/Madrid", "currency": "EUR", "languages": ["en"]}
    return {**kept, "target": 70, "colour": "", "retention_days": 90, "records_days": 365, **changed}


def change(world: World, **changed: Any) -> str:
    address = reverse("client-settings", args=[world.organization.id])
    return (
        signed_in(world.consultant).post(address, settings_of(world, **changed), follow=True).content.decode()
    )


def test_settings_are_changed_with_an_event_that_names_them(world: World) -> None:
    assert "The settings are saved." in change(world, target=80, colour="#2B6CA3", records_days=400)
    world.organization.refresh_from_db()
    assert (world.organization.target, world.organization.colour) == (80, "#2b6ca3")
    with within(world.organization):
        told = Event.objects.get(verb=Verb.SETTINGS).detail["changed"]
    assert (told["target"], told["colour"], told["records_days"]) == (80, "#2b6ca3", 400)


@pytest.mark.parametrize(
    ("colour", "said"),
    [
        ("#f0e68c", "#f0e68c is too pale for light paper: its contrast is 1.2, at least 3 is needed."),
        ("#0d1b2a", "#0d1b2a is too dark for dark paper"),
        ("blue", "blue is not a colour; expected six hexadecimal digits like #2b6ca3."),
    ],
)
def test_a_colour_is_to_be_seen_on_light_and_on_dark_paper(world: World, colour: str, said: str) -> None:
    assert said in change(world, colour=colour)
    world.organization.refresh_from_db()
    assert world.organization.colour == ""


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_drawn_anew(world: World, kind: str) -> None:
    change(world, picture=png(kind=kind))
    address = reverse("client-logo", args=[world.organization.id])
    shown = signed_in(world.executive).get(address)
    assert shown["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (640, 213))
    assert signed_in(world.stranger).get(address).status_code == 404
    change(world, no_logo="on")
    assert signed_in(world.executive).get(address).status_code == 404


def test_nothing_rides_along_with_a_logo(world: World) -> None:
    written = io.BytesIO()
    picture = Image.new("RGB", (40, 40))
    picture.save(written, "JPEG", comment=b"PLANTED", exif=b"Exif\x00\x00PLANTED")
    assert b"PLANTED" in written.getvalue()
    assert b"PLANTED" not in pictures.as_png(io.BytesIO(written.getvalue()), 100)


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (
            SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            "expected a PNG or a JPEG",
        ),
        (SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\nbroken"), "expected a PNG or a JPEG"),
        (SimpleUploadedFile("x.png", b"0" * (pictures.BYTES + 1)), "The picture is larger than 2 MB."),
        (png(4000, 3001), "The picture has more than 12 million pixels."),
        (png(kind="GIF"), "expected a PNG or a JPEG"),
    ],
)
def test_what_is_no_picture_is_refused(world: World, upload: SimpleUploadedFile, said: str) -> None:
    upload.seek(0)
    assert said in change(world, picture=upload)
    world.organization.refresh_from_db()
    assert world.organization.logo is None


def test_the_overview_shows_each_role_its_own(world: World) -> None:
    address = reverse("client", args=[world.organization.id])
    pages = {
        who: signed_in(getattr(world, who)).get(address).content.decode()
        for who in ("consultant", "coordinator", "executive")
    }
    assert "target participation" in pages["consultant"]
    assert "target participation" in pages["coordinator"]
    assert "target participation" not in pages["executive"]
    assert reverse("client-settings", args=[world.organization.id]) not in pages["coordinator"]


# --- History --------------------------------------------------------------------------------------


def history(world: World, **wanted: str) -> str:
    address = reverse("client-history", args=[world.organization.id])
    return signed_in(world.consultant).get(address, wanted).content.decode()


def test_history_is_filtered_by_verb_actor_and_day_of_the_client(world: World) -> None:
    world.open_campaign("Spring")
    with within(world.organization):
        event = Event.objects.get(verb=Verb.OPENED)
        Event.objects.filter(id=event.id).update(at=dt.datetime(2026, 3, 9, 23, 30, tzinfo=dt.UTC))
    opened = "<span>opened the campaign</span>"
    assert opened in history(world)
    assert opened in history(world, verb=Verb.OPENED)
    assert opened not in history(world, verb=Verb.CREATED)
    assert opened in history(world, actor=str(world.consultant.id))
    assert opened not in history(world, actor=str(world.owner.id))
    assert opened in history(world, since="2026-03-10", until="2026-03-10"), "a day later in Madrid"
    assert opened not in history(world, until="2026-03-09")
    assert opened in history(world, verb="x", actor="x", since="x", until="2026-99-99"), (
        "nonsense filters nothing"
    )


def test_history_is_taken_away_as_a_table_without_formulas(world: World) -> None:
    world.campaign("=cmd|' /C calc'!A0")
    address = reverse("client-history-csv", args=[world.organization.id])
    response: Any = signed_in(world.consultant).get(address)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["When", "Who", "What", "On what", "Details"]
    assert [row[3] for row in rows[1:]] == ["'=cmd|' /C calc'!A0"]
    assert rows[1][1] == world.consultant.email


@pytest.mark.parametrize("number", [1, 30])
def test_history_asks_as_much_for_many_events_as_for_one(
    world: World, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with within(world.organization):
        for one in range(number):
            clients.record(world.organization, Verb.SETTINGS, world.consultant, str(one))
    client = signed_in(world.consultant)
    with django_assert_num_queries(QUERIES_OF_HISTORY):
        client.get(reverse("client-history", args=[world.organization.id]))


# --- The end of people's term ---------------------------------------------------------------------


@pytest.fixture
def person(world: World) -> Person:
    with within(world.organization):
        unit = Unit.objects.get(path="North/Store 1")
        return Person.objects.create(
            organization=world.organization, unit=unit, name="Petra", email="petra@acme.example"
        )


def people(world: World) -> int:
    with within(world.organization):
        return Person.objects.count()


def last_closed(world: World, days: int) -> Campaign:
    wave = world.closed(world.open_campaign("Long ago"))
    with within(world.organization):
        moment = timezone.now() - dt.timedelta(days=days)
        Campaign.objects.filter(id=wave.id).update(opens_at=moment - dt.timedelta(days=1), closes_at=moment)
    return wave


def purge(world: World) -> None:
    for organization in people_term.due():
        tasks.purge_people(str(organization))


def test_people_go_when_the_last_wave_is_over_for_the_clients_term(world: World, person: Person) -> None:
    wave = last_closed(world, 364)
    purge(world)
    assert people(world) == 1
    last_closed_at = timezone.now() - dt.timedelta(days=366)
    with within(world.organization):
        opened = last_closed_at - dt.timedelta(days=1)
        Campaign.objects.filter(id=wave.id).update(opens_at=opened, closes_at=last_closed_at)
    purge(world)
    assert people(world) == 0
    with within(world.organization):
        certificate = Certificate.objects.get()
        assert certificates.verify() == [certificate]
    assert (certificate.what, certificate.counts) == (Destroyed.PEOPLE, {Panel.FRONTLINE.value: 1})
    purge(world)
    assert events(world.organization).count(Verb.PURGED) == 1
    told = signed_in(world.consultant).get(reverse("client-certificates", args=[world.organization.id]))
    assert [one["digest"] for one in told.json()["certificates"]] == [certificate.digest]
    assert certificate.digest[:16] in history(world)


@pytest.mark.parametrize("state", [State.DRAFT, State.OPEN])
def test_people_stay_while_a_wave_is_under_way(world: World, person: Person, state: State) -> None:
    last_closed(world, 800)
    if state == State.DRAFT:
        world.campaign("Next")
    else:
        world.open_campaign("Next")
    purge(world)
    assert people(world) == 1


def test_people_of_a_client_without_a_wave_stay(world: World, person: Person) -> None:
    purge(world)
    assert people(world) == 1


# --- The end of a client --------------------------------------------------------------------------


def delete(world: World, who: User, **body: str) -> str:
    address = reverse("client-delete", args=[world.organization.id])
    return signed_in(who).post(address, body, follow=True).content.decode()


def test_a_client_is_deleted_in_two_steps_by_its_typed_name(world: World, asked: Asked) -> None:
    assert "The name does not match" in delete(world, world.owner, name="acme", sure="yes")
    assert "Second and last step" in delete(world, world.owner, name="Acme")
    world.organization.refresh_from_db()
    assert world.organization.doomed_at is None
    assert "Acme is being deleted." in delete(world, world.owner, name="Acme", sure="yes")
    assert asked == [("surveys.tasks.delete_client", str(world.organization.id))]
    for who in (world.owner, world.consultant, world.executive):
        assert signed_in(who).get(reverse("client", args=[world.organization.id])).status_code == 404
        assert "Acme</a>" not in signed_in(who).get(reverse("home")).content.decode()


def test_all_that_was_kept_goes_and_nothing_of_others(world: World, person: Person, asked: Asked) -> None:
    """Every table that leads to the client is emptied of it, under the worker's own rights."""
    call_command("database_roles", verbosity=0)
    report(world, "Wave 1")
    neighbour = Organization.objects.create(firm=world.firm, name="Neighbour")
    with within(neighbour):
        Unit.objects.create(organization=neighbour, name="Here", path="Here")
        clients.record(neighbour, Verb.SETTINGS, world.owner)
    clients.doom(world.organization, actor=world.owner)
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {roles.WORKER}")
    try:
        for doomed in clients.doomed():
            clients.delete(doomed)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert set(Organization.objects.values_list("name", flat=True)) == {"Neighbour", "Next door"}
    with across_all("a test counts"):
        left = {
            model.__name__: model.objects.count() for model in (Unit, Campaign, Person, ReportSnapshot, Event)
        }
    assert left == {"Unit": 1, "Campaign": 0, "Person": 0, "ReportSnapshot": 0, "Event": 1}
    assert not Membership.objects.filter(role__in=["executive", "coordinator", "lead"]).exists()
    assert Membership.objects.filter(firm=world.firm).count() == 2
    told = FirmEvent.objects.get(verb=FirmVerb.DELETED)
    assert told.target == "Acme"
    assert told.detail["rows"] > 20


def test_the_database_deletes_no_client_that_nobody_asked_to_delete(world: World) -> None:
    with pytest.raises(Exception, match="Nobody asked to delete this client"), transaction.atomic():
        clients.delete(world.organization)
    assert Organization.objects.filter(id=world.organization.id).exists()


def test_the_web_may_not_delete_a_client_itself(world: World) -> None:
    call_command("database_roles", verbosity=0)
    clients.doom(world.organization, actor=world.owner)
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {roles.WEB}")
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT surveys_delete_client(%s)", [world.organization.id])
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def test_a_consultant_of_a_deleted_client_alone_is_not_left_with_every_client(world: World) -> None:
    sibling = Organization.objects.create(firm=world.firm, name="Sibling")
    mine = Membership.objects.get(user=world.consultant)
    mine.clients.add(world.organization)
    clients.doom(world.organization, actor=world.owner)
    clients.delete(world.organization)
    assert access.roles_in(world.consultant, sibling) == frozenset()


def test_a_client_whose_people_are_answering_is_not_deleted(world: World, asked: Asked) -> None:
    world.open_campaign("Now")
    assert "Now takes answers now. Close it first" in delete(world, world.owner, name="Acme", sure="yes")
    world.organization.refresh_from_db()
    assert world.organization.doomed_at is None
