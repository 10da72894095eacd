"""An import's way: the file comes, is read, is looked at, and after a yes is stored piece by piece.

Rows say what is due. Each piece is stored with its progress in one transaction; a worker that is killed is followed
by another that compares the file with what is stored by then, so that nothing is done twice.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import units
from surveys.events import record
from surveys.importing import finding_people, finding_units
from surveys.importing.columns import MANY, Column, guess, of
from surveys.importing.faults import Fault, Faults, Wrong
from surveys.importing.finding import Progress, Sheet
from surveys.importing.reading import LARGEST_FILE, Table, Unreadable, peeked, read
from surveys.models import Import, ImportKind, ImportState, Organization, Person, Unit, User
from surveys.models.event import Verb
from surveys.models.import_ import DUE
from surveys.refusing import Refused
from surveys.tenancy import across_all

PIECE, SAMPLE, LOOKED_AT, TELL_EVERY, MOST_TRIES = 2_000, 20, 100, 1_000, 5
log = logging.getLogger(__name__)


def due() -> list[tuple[UUID, UUID]]:
    with across_all("beat looks for files of every client"):
        return list(Import.objects.filter(state__in=DUE).values_list("id", "organization_id"))


def forget_old() -> int:
    """Files nobody said yes to, and the notes of those that were stored."""
    with across_all("what expires belongs to every client"):
        old = Import.objects.filter(expires_at__lt=timezone.now()).exclude(state=ImportState.STORING)
        return old.delete()[0]


def start(organization: Organization, kind: ImportKind, name: str, content: bytes, actor: User) -> Import:
    if len(content) > LARGEST_FILE:
        raise Refused(_("The file is larger than %d MB; split it.") % (LARGEST_FILE // 2**20))
    options = {"make_units": True, "count_people": True, "remove": False}
    return Import.objects.create(
        organization=organization,
        kind=kind,
        name=name[:200],
        content=content,
        actor=actor,
        options=options if kind == ImportKind.PEOPLE else {},
    )


@transaction.atomic
def change(identifier: UUID, words: Sequence[str], sheet: str, options: dict[str, bool]) -> None:
    """Other columns, or another sheet: the file is read again."""
    kept = _waiting(identifier)
    if sheet != kept.sheet and sheet in kept.found.get("sheets", []):
        kept.sheet, words = sheet, ()
    kept.mapping = list(of(ImportKind(kept.kind), words, len(words)))
    kept.options = {name: bool(options.get(name)) for name in kept.options}
    kept.state, kept.done = ImportState.READING, 0
    kept.save()


@transaction.atomic
def confirm(identifier: UUID) -> None:
    kept = _waiting(identifier)
    if kept.fault_count:
        raise Refused(_("The file has faults. Mend them and send it again."))
    if Import.objects.filter(state=ImportState.STORING).exists():
        raise Refused(_("Another file of this client is being stored. Try again when it is done."))
    kept.state, kept.done, kept.tries = ImportState.STORING, 0, 0
    kept.save()


def _waiting(identifier: UUID) -> Import:
    kept: Import = Import.objects.select_for_update().get(id=identifier)
    if kept.state != ImportState.READ:
        raise Refused(_("This file is not waiting for an answer any more."))
    return kept


def run(identifier: UUID) -> bool:
    """Do what the row says is due. False where another worker is at it, or nothing is due."""
    with _alone(identifier) as mine:
        kept = Import.objects.select_related("organization").filter(id=identifier, state__in=DUE).first()
        if not mine or kept is None:
            return False
        Import.objects.filter(id=kept.id).update(tries=kept.tries + 1)
        if kept.tries >= MOST_TRIES:
            Import.objects.filter(id=kept.id).update(state=ImportState.FAILED, content=None)
            log.error("import %s was given up after %d tries", kept.id, kept.tries)
            return False
        if kept.state == ImportState.READING:
            _look(kept)
        else:
            _store(kept)
    return True


@contextmanager
def _alone(identifier: UUID) -> Iterator[bool]:
    """A lock that goes with the connection, so also with a worker that is killed."""
    key = int.from_bytes(identifier.bytes[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine and not connection.needs_rollback:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


# --- Reading --------------------------------------------------------------------------------------


def _look(kept: Import) -> None:
    """What the file would change, and everything that is wrong with it."""
    faults = Faults()
    found: dict[str, object] = {}
    try:
        table = read(bytes(kept.content or b""), faults, kept.sheet)
        first, rows = peeked(table.rows, LOOKED_AT)
        mapping = _mapping(kept, table, [cells for _row, cells in first[:SAMPLE]])
        found = {
            "sheets": table.sheets,
            "headings": table.headings,
            "columns": examples([cells for _row, cells in first]),
            "guessed": table.guessed,
        }
        kept.sheet, kept.mapping = table.sheet, list(mapping)
        if not first:
            raise Unreadable(Wrong.NO_ROWS)  # noqa: TRY301  # one way out for a file that is no table
        if Column.UNIT not in mapping:
            raise Unreadable(Wrong.NO_UNIT_COLUMN)  # noqa: TRY301
        for column in {one for one in mapping if one not in MANY and mapping.count(one) > 1}:
            faults.add(Wrong.TWICE, 0, value=table.headings[mapping.index(column)])
        changes = _changes(kept, Sheet(table.headings, tuple(mapping), rows), faults, _told(kept))
        found |= asdict(changes.found)
    except Unreadable as error:
        faults.add(error.wrong, error.row, value=error.value)
    kept.found, kept.faults, kept.fault_count = found, [one.to_json() for one in faults.kept], faults.count
    kept.state, kept.tries = ImportState.READ, 0
    kept.save()


def examples(rows: list[list[str]], number: int = 3) -> list[list[str]]:
    """Of each column the first different things in it: a column that begins empty is not an empty one."""
    return [list(dict.fromkeys(filter(None, column)))[:number] for column in zip(*rows, strict=True)]


def _mapping(kept: Import, table: Table, sample: list[list[str]]) -> list[Column]:
    kind = ImportKind(kept.kind)
    if kept.mapping:
        return of(kind, kept.mapping, len(table.headings))
    return guess(kind, table.headings, sample)


def _told(kept: Import) -> Progress:
    def progress(row: int) -> None:
        if row % TELL_EVERY == 0:
            Import.objects.filter(id=kept.id).update(done=row)

    return progress


def _changes(
    kept: Import, sheet: Sheet, faults: Faults, progress: Progress
) -> finding_units.UnitChanges | finding_people.PeopleChanges:
    match ImportKind(kept.kind):
        case ImportKind.UNITS:
            return finding_units.units(kept.organization, sheet, faults, progress)
        case ImportKind.PEOPLE:
            make = bool(kept.options.get("make_units"))
            return finding_people.people(kept.organization, sheet, faults, progress, make_units=make)


# --- Storing --------------------------------------------------------------------------------------


def _store(kept: Import) -> None:
    faults = Faults()
    table = read(bytes(kept.content or b""), faults, kept.sheet)
    mapping = of(ImportKind(kept.kind), kept.mapping, len(table.headings))
    changes = _changes(kept, Sheet(table.headings, tuple(mapping), table.rows), faults, lambda _row: None)
    if faults.count:  # units or people changed since the yes: look again, and ask again
        Import.objects.filter(id=kept.id).update(state=ImportState.READING, tries=0)
        return
    match changes:
        case finding_units.UnitChanges():
            _store_units(kept, changes)
        case finding_people.PeopleChanges():
            _store_people(kept, changes)


def _store_units(kept: Import, changes: finding_units.UnitChanges) -> None:
    with transaction.atomic():
        units.lock(kept.organization)
        Unit.objects.bulk_create(
            changes.upsert,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["frontline_headcount", "executive_headcount"],
            batch_size=1000,
        )
        _end(kept)


def _store_people(kept: Import, changes: finding_people.PeopleChanges) -> None:
    with transaction.atomic():
        units.lock(kept.organization)
        units.make_paths(kept.organization, {path for _person, path in changes.upsert})
    paths = dict(Unit.objects.filter(organization=kept.organization).values_list("path", "id"))
    total = kept.total or len(changes.upsert)
    before = total - len(changes.upsert)  # what a killed worker had stored
    for at in range(0, len(changes.upsert), PIECE):
        with transaction.atomic():
            piece = changes.upsert[at : at + PIECE]
            for person, path in piece:
                person.unit_id = paths[path]
            Person.objects.bulk_create(
                [person for person, _path in piece],
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=["unit", "panel", "name", "email", "phone", "language"],
            )
            Import.objects.filter(id=kept.id).update(done=before + at + len(piece), total=total)
    with transaction.atomic():
        if kept.options.get("remove"):
            for at in range(0, len(changes.gone), PIECE):
                Person.objects.filter(id__in=changes.gone[at : at + PIECE]).delete()
        if kept.options.get("count_people"):
            units.take_counts_from_people(kept.organization)
        _end(kept)


def _end(kept: Import) -> None:
    """The file is gone with the last piece; the counts are those that were said yes to."""
    counts = {name: kept.found.get(name, 0) for name in ("added", "changed", "unchanged", "left_out")}
    record(kept.organization, Verb.IMPORTED, kept.name, kept.actor_id, kind=kept.kind, **counts)
    Import.objects.filter(id=kept.id).update(state=ImportState.DONE, content=None)


def faults_of(kept: Import) -> list[Fault]:
    return [Fault.from_json(one) for one in kept.faults]
