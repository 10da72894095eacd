"""A release is made by the worker, which alone reads the originals of comments."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from assessment.access import newest_draft, released
from assessment.models import Preface, Release, ReportSnapshot
from assessment.snapshot.document import digest, validate, with_comments_of_today
from surveys import comments, events
from surveys.models import Campaign
from surveys.models.event import Verb


@transaction.atomic
def release(campaign: UUID) -> Release | None:
    """Inside the tenant: attach comments, destroy originals, let the client in. All or nothing.

    None where nobody asks any more, or nothing can be released.
    """
    found = Campaign.objects.select_for_update(of=("self",)).select_related("organization").get(id=campaign)
    preface = Preface.objects.filter(campaign=campaign, asked_at__isnull=False).first()
    draft = newest_draft(campaign)
    if preface is None or draft is None:
        return None
    actor, preface.asked_at, preface.asked_by = preface.asked_by_id, None, None
    preface.save(update_fields=["asked_at", "asked_by"])
    if released().filter(campaign=campaign).exists():
        return None
    made = Release.objects.create(
        snapshot=_final(found, draft),
        campaign=found,
        released_by_id=actor,
        summary=preface.summary,
        notes=preface.notes,
    )
    comments.release(found)
    events.record(found.organization, Verb.RELEASED, found.name, actor)
    return made


def _final(campaign: Campaign, draft: ReportSnapshot) -> ReportSnapshot:
    """The draft itself where it was never released and no comment was decided since; else a row of its own."""
    document = with_comments_of_today(draft.document, campaign)
    as_before = _words(document) == _words(draft.document)
    if as_before and not Release.objects.filter(snapshot=draft).exists():
        return draft
    validate(document)
    return ReportSnapshot.objects.create(campaign=campaign, document=document, digest=digest(document))


def _words(document: Mapping[str, object]) -> list[str]:
    """Comments without the order they were shuffled into."""
    found = document["comments"]
    assert isinstance(found, list)
    return sorted(map(repr, found))
