"""A comment between close and release. What its author wrote lasts until what the moderator lets through is out."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q

from surveys import campaigns, certificates
from surveys.models import Campaign, Certificate, Comment, Destroyed
from surveys.models.ballot import Moderation
from surveys.models.event import Verb

LONGEST_THEME = 80


def propose(comment: UUID, wording: str) -> None:
    """What the moderator is given to read (names and numbers marked, say). Only before anything was decided."""
    Comment.objects.filter(id=comment, moderation=Moderation.PENDING).update(moderated=wording)


def decide(comment: UUID, *, wording: str | None, theme: str = "") -> None:
    """The moderator's word: this wording may be shown; None, nothing of it may be."""
    if wording is None:
        decided = {"moderation": Moderation.WITHHELD, "theme": ""}  # its wording stays until the release
    elif wording.strip():
        decided = {"moderation": Moderation.APPROVED, "moderated": wording, "theme": theme}
    else:
        raise ValueError("An approved comment says something; withhold it otherwise.")
    Comment.objects.filter(id=comment).update(**decided)


def decide_in(campaign: UUID, comment: str, *, wording: str | None, theme: str) -> int:
    """The same, of one that a form names: how many were decided, none where it is not of this campaign."""
    try:
        found = Comment.objects.filter(campaign=campaign, id=comment).exclude(moderated="").first()
    except ValidationError:
        return 0
    if found is None:
        return 0
    decide(found.id, wording=wording, theme=theme.strip()[:LONGEST_THEME])
    return 1


def withhold_rest(campaign: UUID) -> int:
    rest = Comment.objects.filter(campaign=campaign, moderation=Moderation.PENDING)
    return rest.update(moderation=Moderation.WITHHELD)


def reopen(campaign: UUID) -> int:
    """A withdrawn report's comments can be worded anew, or withheld: from what was released."""
    released = Comment.objects.filter(campaign=campaign, moderation=Moderation.APPROVED, moderated="")
    return released.update(moderated=F("text"))


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
