"""From draft to the client: where a report stands, and what a consultant asks. The worker's part is in `releasing`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment import notices
from assessment.access import newest_draft
from assessment.models import Preface, Release, ReportSnapshot
from surveys import campaigns, comments, queries
from surveys.models import Campaign, Role, User
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
def ask(campaign: Campaign, actor: User, tell: Collection[Role] = ()) -> None:
    """`tell`: who gets a mail once it is released. Raises campaigns.Refused. Asking twice asks once."""
    Campaign.objects.select_for_update(of=("self",)).defer("wrapped_key").get(id=campaign.id)
    now = standing(campaign)
    if now.refusal:
        raise campaigns.Refused(now.refusal)
    if now.preface.asked_at is None:
        when_built(campaign, actor)
        people = notices.prepare(campaign, tell)
        campaigns.record(campaign, Verb.ASKED, actor, told=people)


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
