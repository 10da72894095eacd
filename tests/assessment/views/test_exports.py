"""All of a client's data: written by the worker in pieces, taken away by POST, and never an answer in it."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessment import exporting
from assessment.models import Release, ReportSnapshot
from config import roles
from surveys.models import Event, Export, ExportPiece, ExportState, Person, Unit
from surveys.models.event import Verb
from surveys.tenancy import within
from tests.asked import Asked
from tests.surveys.test_retention import report
from tests.world import World

PLANTED = "PLANTED-COMMENT"


@pytest.fixture(autouse=True)
def quiet(asked: Asked) -> None:
    """Nothing goes to the queue."""


def signed_in(world: World) -> Client:
    client = Client()
    client.force_login(world.consultant)
    return client


def ask(world: World, client: Client) -> Export:
    client.post(reverse("client-export", args=[world.organization.id]))
    with within(world.organization):
        return Export.objects.get()


def write(export: Export) -> bool:
    with within(export.organization_id):
        return exporting.write(export.id)


def fetched(world: World, client: Client, export: Export) -> zipfile.ZipFile:
    response: Any = client.post(reverse("client-export-fetch", args=[world.organization.id, export.id]))
    content = b"".join(response.streaming_content)
    assert int(response["Content-Length"]) == len(content)
    return zipfile.ZipFile(io.BytesIO(content))


@pytest.fixture
def full(world: World) -> World:
    with within(world.organization):
        unit = Unit.objects.get(path="North/Store 1")
        Person.objects.create(
            organization=world.organization, unit=unit, name="=Petra", email="petra@acme.example"
        )
    campaign = report(world, "Wave 1")
    with within(world.organization):
        snapshot = ReportSnapshot.objects.get(campaign=campaign)
        Release.objects.create(snapshot=snapshot, campaign=campaign)
    return world


def test_everything_is_in_it_and_no_answer(full: World) -> None:
    client = signed_in(full)
    taking = full.open_campaign("Taking")
    full.answer(taking, open=PLANTED)
    export = ask(full, client)
    assert write(export)
    archive = fetched(full, client, export)
    inside = {name.rpartition("/")[2] if name.startswith("reports/") else name for name in archive.namelist()}
    assert {"client.json", "units.csv", "people.csv", "waves.json", "wave_units.csv"} <= inside
    assert {"history.csv", "certificates.json"} <= inside
    reports = [name for name in archive.namelist() if name.startswith("reports/")]
    assert len(reports) == 1
    assert json.loads(archive.read(reports[0]))["schema"].startswith("latitude.report/")
    assert b"'=Petra,petra@acme.example" in archive.read("people.csv")
    everything = b"".join(archive.read(name) for name in archive.namelist())
    for word in (PLANTED, "Original", "wrapped_key", "proof_key", "code_digest", "sealed"):
        assert word.encode() not in everything
    with within(full.organization):
        told = list(
            Event.objects.filter(verb__startswith="client.").order_by("at").values_list("verb", flat=True)
        )
    assert told == [Verb.EXPORTED, Verb.FETCHED]


def test_the_worker_writes_it_with_its_own_rights(full: World) -> None:
    call_command("database_roles", verbosity=0)
    export = ask(full, signed_in(full))
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {roles.WORKER}")
    try:
        assert exporting.due() == [(export.id, full.organization.id)]
        assert write(export)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def test_one_that_was_broken_off_is_begun_anew(full: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(full)
    export = ask(full, client)
    monkeypatch.setattr(exporting, "PIECE", 64)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(exporting, "PARTS", (*exporting.PARTS[:4], killed))
        with pytest.raises(KeyboardInterrupt):
            write(export)
    with within(full.organization):
        assert ExportPiece.objects.exists()
    assert 'max="5"' in client.get(reverse("client-export", args=[full.organization.id])).content.decode()
    assert exporting.due() == [(export.id, full.organization.id)]
    assert write(export)
    assert fetched(full, client, export).testzip() is None
    assert not write(export), "what is done is done"


def test_asked_twice_it_is_written_once(full: World) -> None:
    client = signed_in(full)
    ask(full, client)
    ask(full, client)
    page = client.get(reverse("client-export", args=[full.organization.id]))
    assert page["Refresh"] == "3"
    assert "disabled" in page.content.decode()


def test_it_is_forgotten_after_its_days(full: World) -> None:
    export = ask(full, signed_in(full))
    write(export)
    assert exporting.forget_expired() == 0
    with within(full.organization):
        Export.objects.update(expires_at=timezone.now())
    exporting.forget_expired()
    with within(full.organization):
        assert not Export.objects.filter(state=ExportState.DONE).exists()
        assert not ExportPiece.objects.exists()
