"""All that is kept for a client as one ZIP, written by the worker a megabyte at a time. Never an answer, code or key.

Rows decide: what was asked for and is not done is due. A worker killed in the middle leaves rows that the next one
throws away before it begins anew.
"""

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from assessment.access import released
from surveys import certificates
from surveys.formats import unformulaic
from surveys.models import (
    Campaign,
    CampaignUnit,
    Event,
    Export,
    ExportPiece,
    ExportState,
    Organization,
    Person,
    Unit,
)
from surveys.tenancy import across_all

PIECE = 1024 * 1024
KEPT = dt.timedelta(days=7)
Write = Callable[["Archive", Organization], None]


def due() -> list[tuple[UUID, UUID]]:
    with across_all("beat looks for exports of every client"):
        waiting = Export.objects.exclude(state=ExportState.DONE).filter(organization__doomed_at=None)
        return list(waiting.order_by("asked_at").values_list("id", "organization_id"))


def forget_expired() -> int:
    with across_all("exports of every client expire"):
        gone, _ = Export.objects.filter(expires_at__lte=timezone.now()).delete()
    return gone


class Pieces(io.RawIOBase):
    """A file that goes to the database as it grows and is never read back here."""

    def __init__(self, export: Export) -> None:
        self.export, self.size, self.number, self.held = export, 0, 0, bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self.held += content
        self.size += len(content)
        while len(self.held) >= PIECE:
            self._keep(PIECE)
        return len(content)

    def end(self) -> None:
        if self.held:
            self._keep(len(self.held))

    def _keep(self, length: int) -> None:
        ExportPiece.objects.create(export=self.export, number=self.number, content=bytes(self.held[:length]))
        del self.held[:length]
        self.number += 1


class Archive:
    """Tables and documents, each as a file of the ZIP."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self.file = file

    def table(self, name: str, head: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
        with self.file.open(name, "w") as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
            writer = csv.writer(text)
            writer.writerow(head)
            writer.writerows([unformulaic("" if cell is None else str(cell)) for cell in row] for row in rows)

    def document(self, name: str, content: Any) -> None:
        self.file.writestr(name, json.dumps(content, indent=1, default=str, ensure_ascii=False))


def _client(archive: Archive, organization: Organization) -> None:
    names = (
        "id",
        "name",
        "timezone",
        "currency",
        "language",
        "languages",
        "target",
        "colour",
        "retention_days",
        "records_days",
        "simulated",
    )
    archive.document("client.json", {name: getattr(organization, name) for name in names})
    if organization.logo:
        archive.file.writestr("logo.png", bytes(organization.logo))


def _units(archive: Archive, organization: Organization) -> None:
    head = ("path", "frontline_headcount", "executive_headcount")
    rows = Unit.objects.filter(organization=organization).values_list(*head)
    archive.table("units.csv", head, rows.iterator(chunk_size=2000))


def _people(archive: Archive, organization: Organization) -> None:
    head = ("unit__path", "panel", "name", "email", "phone", "language")
    rows = Person.objects.filter(organization=organization).values_list(*head)
    archive.table(
        "people.csv", [name.replace("unit__path", "unit") for name in head], rows.iterator(chunk_size=2000)
    )


def _waves(archive: Archive, organization: Organization) -> None:
    head = (
        "id",
        "name",
        "state",
        "opens_at",
        "closes_at",
        "retention_days",
        "answers_until",
        "records_until",
        "min_group",
        "min_executives",
        "min_comments",
        "min_distribution",
        "background",
        "scenarios_left_out",
        "amounts",
        "languages",
        "questionnaire",
        "version",
    )
    rows = Campaign.objects.filter(organization=organization).annotate(
        questionnaire=F("instrument_version__identifier"), version=F("instrument_version__version")
    )
    archive.document("waves.json", list(rows.values(*head)))
    columns = ("campaign", "path", "frontline_headcount", "executive_headcount")
    units = CampaignUnit.objects.filter(campaign__organization=organization)
    archive.table("wave_units.csv", columns, units.values_list(*columns).iterator(chunk_size=2000))


def _events(archive: Archive, organization: Organization) -> None:
    """Who acted is told as an id: the worker may not read who signs in."""
    head = ("at", "actor_id", "verb", "target", "detail")
    rows = Event.objects.filter(organization=organization).order_by("at").values_list(*head)
    archive.table("history.csv", head, rows.iterator(chunk_size=2000))


def _certificates(archive: Archive, organization: Organization) -> None:  # noqa: ARG001  # the scope says whose
    names = ("id", "campaign", "name", "what", "counts", "destroyed_at", "program", "previous", "digest")
    chain = [{name: getattr(link, name) for name in names} for link in certificates.verify()]
    archive.document("certificates.json", chain)


def _reports(archive: Archive, organization: Organization) -> None:
    found = released().filter(campaign__organization=organization).order_by("built_at")
    for snapshot in found.select_related("campaign").iterator(chunk_size=1):
        archive.document(f"reports/{snapshot.campaign_id}/{snapshot.id}.json", snapshot.document)


PARTS: tuple[Write, ...] = (_client, _units, _people, _waves, _events, _certificates, _reports)


def write(identifier: UUID) -> bool:
    """Called within the client's scope. False where another worker has it in hand, or it is done."""
    with alone(identifier) as mine:
        export = Export.objects.filter(id=identifier).exclude(state=ExportState.DONE).first()
        if not mine or export is None:
            return False
        _begin(export)
        pieces = Pieces(export)
        organization = Organization.objects.get(id=export.organization_id)
        with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as file:
            archive = Archive(file)
            for number, part in enumerate(PARTS, start=1):
                part(archive, organization)
                Export.objects.filter(id=identifier).update(done=number)
        pieces.end()
        _finish(export, pieces.size)
    return True


@contextmanager
def alone(identifier: UUID) -> Iterator[bool]:
    """A lock that dies with the worker's connection, so that a killed one is in nobody's way."""
    key = identifier.int % 2**63
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@transaction.atomic
def _begin(export: Export) -> None:
    ExportPiece.objects.filter(export=export).delete()
    export.state, export.done, export.parts = ExportState.WRITING, 0, len(PARTS)
    export.save(update_fields=["state", "done", "parts"])


def _finish(export: Export, size: int) -> None:
    export.state, export.size, export.expires_at = ExportState.DONE, size, timezone.now() + KEPT
    export.save(update_fields=["state", "size", "expires_at"])
