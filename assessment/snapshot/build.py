"""Building a report: claimed once, watched while it runs, stored whole or not at all."""

import datetime as dt
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from assessment.disclosure import proof
from assessment.disclosure.release import ReleasedTable
from assessment.models import Preface, ReportBuild, ReportSnapshot, Step
from assessment.snapshot.again import Before, released_before
from assessment.snapshot.comparing import Comparer
from assessment.snapshot.document import Composer, digest, validate
from assessment.snapshot.figures import Json
from assessment.snapshot.gather import Gathered, gather
from assessment.snapshot.protecting import protect
from surveys import campaigns, queries
from surveys.instruments.instrument import Panel
from surveys.loading import late
from surveys.models import Campaign, ProofKey, State

log = logging.getLogger(__name__)

LONGEST_WAIT = dt.timedelta(minutes=10)


@contextmanager
def claimed(campaign: UUID) -> Iterator[bool]:
    """An advisory lock on this connection: whoever is killed lets go of it, and the next beat takes over."""
    key = campaign.int & (2**63 - 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (mine,) = cursor.fetchone() or (False,)
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def build_once(campaign: UUID) -> ReportSnapshot | None:
    """Build the report of a closed campaign, unless somebody else does, it exists, or it failed just now."""
    with claimed(campaign) as mine:
        found = Campaign.objects.select_related("organization", "instrument_version").get(id=campaign)
        if not mine or found.state != State.CLOSED or _waits(campaign) or _wave_before_is_due(found):
            return None
        ReportBuild.objects.get_or_create(campaign=found)
        ReportBuild.objects.filter(campaign=campaign).update(attempts=F("attempts") + 1, error="")
        try:
            return build(found)
        except Exception as error:
            _failed(campaign, error)
            raise


def build(campaign: Campaign) -> ReportSnapshot:
    """Count, protect, compare, write. The snapshot and the campaign's new state are one transaction."""
    document = compose_document(campaign)
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(id=campaign.id)
        if locked.state == State.PURGED:
            raise campaigns.Refused("The answers of this campaign were destroyed while its report was built.")
        snapshot = ReportSnapshot.objects.create(campaign=locked, document=document, digest=digest(document))
        if locked.state == State.CLOSED:
            campaigns.mark_reported(locked)
        _step(campaign, Step.DONE)
    return snapshot


@transaction.atomic
def build_again(campaign: Campaign, folder: Path) -> tuple[ReportSnapshot, dict[Panel, int]]:
    """Late answers and the report that counts them, or neither.

    `UnsafeReleaseError` where the two reports together could isolate somebody, `BadInput` where a row is wrong.
    """
    counts = late.add_answers(campaign, folder)
    return build(campaign), counts


def compose_document(campaign: Campaign) -> Json:
    _step(campaign, Step.COUNTING)
    batches = queries.answer_batches(campaign)
    before = released_before(campaign, batches, _proof_key(campaign)) if batches > 1 else Before()
    gathered = gather(campaign, row_by_row=batches > 1)
    _step(campaign, Step.PROTECTING)
    table = protect(gathered, before.releases)
    _step(campaign, Step.COMPARING)
    document = Composer(gathered, table, Comparer(gathered, table, before.bounded)).document()
    document["proof"] = _proof(campaign, gathered, table)
    _step(campaign, Step.WRITING)
    validate(document)
    return document


def _proof(campaign: Campaign, gathered: Gathered, table: ReleasedTable) -> Json:
    """What lets an outsider repeat the proof, with names for the units and questions it numbers."""
    described = proof.describe(table, gathered.tree, _proof_key(campaign))
    shown = {unit for part in described["parts"] for unit, _, _ in part["units"]}
    return described | {
        "unit_paths": {str(unit): gathered.units[unit].path for unit in sorted(shown)},
        "questions": list(campaign.background),
        "batches": max(1, queries.answer_batches(campaign)),
    }


def _proof_key(campaign: Campaign) -> bytes:
    kept, _ = ProofKey.objects.get_or_create(campaign=campaign, defaults={"key": secrets.token_bytes(32)})
    return bytes(kept.key)


def _step(campaign: Campaign, step: Step) -> None:
    ReportBuild.objects.update_or_create(campaign=campaign, defaults={"step": step, "error": ""})


def _waits(campaign: UUID) -> bool:
    return ReportBuild.objects.filter(campaign=campaign, not_before__gt=timezone.now()).exists()


def _wave_before_is_due(campaign: Campaign) -> bool:
    """The change since the wave before is read from its released report.

    So that one is built first, unless it cannot be, and released first where somebody asked for that.
    """
    before = queries.wave_before(campaign)
    if before is None:
        return False
    if before.state != State.CLOSED:
        return Preface.objects.filter(campaign=before, asked_at__isnull=False).exists()
    return not ReportBuild.objects.filter(campaign=before, step=Step.FAILED).exists()


def _failed(campaign: UUID, error: Exception) -> None:
    """What went wrong, by its kind only (a message could quote an answer), and a pause that doubles."""
    found = ReportBuild.objects.get(campaign=campaign)
    pause = min(LONGEST_WAIT, dt.timedelta(seconds=10 * 2 ** min(found.attempts, 10)))
    found.step, found.error = Step.FAILED, type(error).__name__
    found.not_before = timezone.now() + pause
    found.save()
    log.error("the report of campaign %s was not built: %s", campaign, type(error).__name__)
