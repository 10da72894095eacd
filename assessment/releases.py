"""From draft to the client: asked for by a consultant, made by the worker, which alone reads originals of comments."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.access import newest_draft, released
from assessment.models import Preface, Release, ReportSnapshot
from assessment.snapshot.document import digest, validate, with_comments_of_today
from surveys import campaigns, comments, events, queries
from surveys.models import Campaign, User
from surveys.models.event import Verb
from surveys.tenancy import across_all


@dataclass(frozen=True)
class Standing:
    """Where a report is between its draft and its client. Inside the tenant."""

    preface: Preface
    draft: ReportSnapshot | None
    release: Release | None
    undecided: int
    past: tuple[Release, ...]

    @property
    def refusal(self) -> str:
        """Why it cannot be released now; empty where it can."""
        if self.draft is None:
            return _("There is no draft of the report yet.")
        if self.release is not None:
            return _("It is released already.")
        if self.undecided:
            return _("Some comments are not decided yet: show or withhold each of them first.")
        return ""


def standing(campaign: Campaign) -> Standing:
    every = tuple(Release.objects.filter(campaign=campaign))
    return Standing(
        preface=preface(campaign),
        draft=newest_draft(campaign.id),
        release=next((one for one in every if one.withdrawn_at is None), None),
        undecided=queries.undecided_comments(campaign),
        past=tuple(one for one in every if one.withdrawn_at is not None),
    )


def preface(campaign: Campaign) -> Preface:
    return Preface.objects.filter(campaign=campaign).first() or Preface(campaign=campaign)


@transaction.atomic
def write(campaign: Campaign, summary: str, notes: Mapping[str, str], actor: User | None) -> None:
    """The words before the report and in its sections. What was released already keeps its own."""
    values = {"summary": summary, "notes": {section: note for section, note in notes.items() if note}}
    Preface.objects.update_or_create(campaign=campaign, defaults=values)
    campaigns.record(campaign, Verb.PREFACE, actor)


@transaction.atomic
def ask(campaign: Campaign, actor: User) -> None:
    """Raises campaigns.Refused. Asking twice asks once."""
    Campaign.objects.select_for_update(of=("self",)).defer("wrapped_key").get(id=campaign.id)
    now = standing(campaign)
    if now.refusal:
        raise campaigns.Refused(now.refusal)
    if now.preface.asked_at is None:
        when_built(campaign, actor)
        campaigns.record(campaign, Verb.ASKED, actor)


def when_built(campaign: Campaign, actor: User | None) -> None:
    """Release it as soon as there is a draft, with whatever is decided by then."""
    values = {"asked_at": timezone.now(), "asked_by": actor}
    Preface.objects.update_or_create(campaign=campaign, defaults=values)


@transaction.atomic
def withdraw(campaign: Campaign, reason: str, actor: User) -> None:
    """The client reads it no more; what was taken away before is out of reach. Raises campaigns.Refused."""
    if not reason.strip():
        raise campaigns.Refused(_("Say why: the reason is kept in the client's history."))
    changed = Release.objects.filter(campaign=campaign, withdrawn_at=None).update(
        withdrawn_at=timezone.now(), withdrawn_by=actor, reason=reason.strip()
    )
    if not changed:
        raise campaigns.Refused(_("There is no released report to withdraw."))
    campaigns.record(campaign, Verb.WITHDRAWN, actor, reason=reason.strip())


def reopen_withdrawn() -> None:
    """The wordings of withdrawn reports go back to their moderator, who cannot read the originals' column."""
    with across_all("beat looks for reports of every organization"):
        gone = Release.objects.filter(withdrawn_at__isnull=False)
        stands = Release.objects.filter(withdrawn_at=None)
        waves = list(gone.exclude(campaign__in=stands.values("campaign")).values_list("campaign", flat=True))
        for campaign in waves:
            comments.reopen(campaign)


def due() -> list[tuple[UUID, UUID]]:
    """Campaigns whose release was asked for and whose draft is there, each with its organization."""
    with across_all("beat looks for releases of every organization"):
        asked = Preface.objects.filter(asked_at__isnull=False, campaign__snapshots__isnull=False)
        return list(asked.values_list("campaign_id", "campaign__organization_id").distinct())


@transaction.atomic
def release(campaign: UUID) -> Release | None:
    """The worker's part, inside the tenant: attach comments, destroy originals, let the client in. All or nothing.

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
