"""A comment between close and release. What its author wrote lasts until what the moderator lets through is out."""

from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from surveys import campaigns, certificates
from surveys.models import Campaign, Certificate, Comment, Destroyed
from surveys.models.ballot import Moderation
from surveys.models.event import Verb


def propose(comment: UUID, wording: str) -> None:
    """What the moderator is given to read (names and numbers marked, say). Only before anything was decided."""
    Comment.objects.filter(id=comment, moderation=Moderation.PENDING).update(moderated=wording)


def decide(comment: UUID, *, wording: str | None) -> None:
    """The moderator's word: this wording may be shown; None, nothing of it may be."""
    if wording is None:
        decided = {"moderation": Moderation.WITHHELD, "moderated": ""}
    elif wording.strip():
        decided = {"moderation": Moderation.APPROVED, "moderated": wording}
    else:
        raise ValueError("An approved comment says something; withhold it otherwise.")
    Comment.objects.filter(id=comment).update(**decided)


@transaction.atomic
def release(campaign: Campaign) -> Certificate | None:
    """Called with the release of a report: the originals of all decided comments are gone afterwards.

    Approved ones keep the moderator's wording, withheld ones go altogether, undecided ones wait for a later
    release or their term.
    """
    rows = Comment.objects.select_for_update().filter(campaign=campaign)
    decided = list(
        rows.filter(Q(moderation=Moderation.WITHHELD) | Q(moderation=Moderation.APPROVED) & ~Q(moderated=""))
    )
    if not decided:
        return None
    rows.filter(moderation=Moderation.WITHHELD).delete()
    rows.filter(moderation=Moderation.APPROVED).exclude(moderated="").update(
        text=F("moderated"), moderated=""
    )
    counts: dict[str, int] = {}
    for comment in decided:
        counts[comment.panel] = counts.get(comment.panel, 0) + 1
    certificate = certificates.issue(campaign, Destroyed.ORIGINALS, counts)
    campaigns.record(campaign, Verb.COMMENTS, None, destroyed=counts)
    return certificate
