"""Making a file or drawing a page of a report, by the worker. What fails is tried again, later each time."""

import datetime as dt
import hashlib
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation

from assessment import take_aways
from assessment.models import ReportSnapshot, TakeAway
from assessment.renderers import page
from assessment.renderers.brand import Brand
from assessment.renderers.foreword import foreword
from assessment.renderers.making import made
from assessment.report import compose
from surveys import queries

LONGEST_WAIT = dt.timedelta(minutes=10)


def make(identifier: UUID) -> bool:
    """False where somebody else is at it, or it is made already."""
    try:
        with transaction.atomic():
            rows = TakeAway.objects.select_for_update(skip_locked=True, of=("self",))
            found = rows.select_related("snapshot").filter(take_aways.stale(), id=identifier).first()
            if found is None:
                return False
            found.content = drawn(found.snapshot, found.kind, found.language)
            found.digest = hashlib.sha256(found.content).hexdigest()
            found.edition, found.made_at = take_aways.edition(), timezone.now()
            found.save(update_fields=["content", "digest", "edition", "made_at"])
    except Exception:
        _failed(identifier)
        raise
    return True


def drawn(snapshot: ReportSnapshot, kind: str, language: str) -> bytes:
    report = compose(snapshot.document)
    with translation.override(language):
        if kind == take_aways.PAGE:
            return page.packed(report, snapshot.campaign_id).encode()
        return made(report, kind, language=language, brand=brand(snapshot))


def brand(snapshot: ReportSnapshot) -> Brand:
    """Of a released report: its words were written for its release and stay with it."""
    organization = snapshot.campaign.organization
    logo = organization.logo
    written = foreword(snapshot.release)
    deck = queries.deck_of(organization.firm_id)
    return Brand(bytes(logo) if logo else None, organization.colour, deck, written)


def _failed(identifier: UUID) -> None:
    found = TakeAway.objects.filter(id=identifier).first()
    if found is not None:
        found.attempts += 1
        pause = min(LONGEST_WAIT, dt.timedelta(seconds=10 * 2 ** min(found.attempts, 10)))
        found.not_before = timezone.now() + pause
        found.save(update_fields=["attempts", "not_before"])
