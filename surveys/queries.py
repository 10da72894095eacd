"""Every question the rest of the program asks the rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from surveys.instruments.instrument import Panel
from surveys.models import (
    AnswerBlock,
    Ballot,
    Campaign,
    CampaignUnit,
    Comment,
    Membership,
    Organization,
    Role,
    State,
    User,
)
from surveys.models.ballot import Moderation
from surveys.tenancy import across_all


@dataclass(frozen=True)
class Due:
    """A campaign something is to be done for, and the tenant to do it in."""

    campaign: UUID
    organization: UUID


def due_to_close() -> list[Due]:
    with across_all("beat looks for campaigns of every organization"):
        rows = Campaign.objects.filter(state=State.OPEN, closes_at__lte=timezone.now()).order_by("closes_at")
        return [Due(*row) for row in rows.values_list("id", "organization_id")]


def due_to_open() -> list[Due]:
    with across_all("beat looks for campaigns of every organization"):
        rows = Campaign.objects.filter(state=State.DRAFT, scheduled=True, opens_at__lte=timezone.now())
        return [Due(*row) for row in rows.order_by("opens_at").values_list("id", "organization_id")]


def due_to_report() -> list[Due]:
    with across_all("beat looks for campaigns of every organization"):
        rows = Campaign.objects.filter(state=State.CLOSED).order_by("closes_at")
        return [Due(*row) for row in rows.values_list("id", "organization_id")]


def organizations_of(user: User) -> QuerySet[Organization]:
    """The clients a user has any role for: those of the firm (or the chosen ones), or the one they belong to."""
    held = Membership.objects.filter(user=user)
    everything = held.filter(Q(role=Role.OWNER) | Q(role=Role.CONSULTANT, clients__isnull=True))
    return Organization.objects.filter(
        Q(firm__in=everything.values("firm"))
        | Q(id__in=held.filter(role=Role.CONSULTANT).values("clients"), firm__in=held.values("firm"))
        | Q(id__in=held.values("organization"))
    )


def campaigns_of(user: User) -> QuerySet[Campaign]:
    """Campaigns of the user's organizations with their organization, newest first. One query."""
    with across_all("the filter names the user's own organizations"):
        return (
            Campaign.objects.filter(organization__in=organizations_of(user))
            .select_related("organization__firm")
            .defer("wrapped_key")
            .order_by("organization__name", "-closes_at")
        )


def campaign_units(campaign: Campaign) -> list[CampaignUnit]:
    """The frozen tree, sorted by path, so that parents come before their children."""
    return list(CampaignUnit.objects.filter(campaign=campaign).order_by("path"))


def answer_blocks(campaign: Campaign) -> Iterator[tuple[Panel, UUID, bytes]]:
    """(panel, unit, sorted sheets), a block at a time; memory holds one chunk of blocks."""
    blocks = AnswerBlock.objects.filter(unit__campaign=campaign).order_by("unit__path", "panel")
    for panel, unit, sheets in blocks.values_list("panel", "unit_id", "sheets").iterator(chunk_size=50):
        yield Panel(panel), unit, bytes(sheets)


def shown_comments(campaign: Campaign) -> list[Comment]:
    """Approved ones, in the moderator's wording."""
    shown = list(Comment.objects.filter(campaign=campaign, moderation=Moderation.APPROVED))
    for comment in shown:
        comment.text = comment.moderated or comment.text
    return shown


def comment_counts(campaign: Campaign) -> dict[Panel, int]:
    rows = (
        Comment.objects.filter(campaign=campaign).values_list("panel").annotate(Count("id")).order_by("panel")
    )
    return {Panel(panel): count for panel, count in rows}


def ballots_waiting(campaign: Campaign) -> int:
    return Ballot.objects.filter(campaign=campaign).count()


def wave_before(campaign: Campaign) -> Campaign | None:
    """The last campaign of the same organization and instrument that closed before this one."""
    return (
        Campaign.objects.filter(
            organization=campaign.organization_id,
            instrument_version__identifier=campaign.instrument_version.identifier,
            state__in=[State.CLOSED, State.REPORTED, State.PURGED],
            closes_at__lt=campaign.closes_at,
        )
        .exclude(id=campaign.id)
        .order_by("-closes_at")
        .first()
    )
