"""Every question the rest of the program asks the rows."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from surveys.instruments.instrument import Panel
from surveys.models import (
    AnswerBlock,
    Ballot,
    Campaign,
    CampaignUnit,
    Certificate,
    Channel,
    CodeSheet,
    Comment,
    Event,
    Firm,
    FirmDeck,
    FirmEvent,
    Kiosk,
    Mailing,
    Membership,
    Organization,
    Person,
    Role,
    State,
    Unit,
    User,
)
from surveys.models.ballot import Moderation
from surveys.tenancy import across_all

FETCHED = 1 << 22  # bytes of sheets that come from the server at a time
MOST_ROWS = 2000


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
    return Organization.objects.filter(doomed_at=None).filter(
        Q(firm__in=everything.values("firm"))
        | Q(id__in=held.filter(role=Role.CONSULTANT).values("clients"), firm__in=held.values("firm"))
        | Q(id__in=held.values("organization"))
    )


@dataclass(frozen=True)
class Wave:
    """A campaign as a list of many shows it."""

    id: UUID
    name: str
    state: str
    opens_at: dt.datetime
    closes_at: dt.datetime

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)


def waves_of(organizations: Iterable[Organization]) -> dict[UUID, list[Wave]]:
    """Each client's waves, newest first. One query."""
    with across_all("the filter names the user's own organizations"):
        rows = Campaign.objects.filter(organization__in=list(organizations)).order_by("-closes_at", "name")
        found: dict[UUID, list[Wave]] = {}
        columns = ("organization_id", "id", "name", "state", "opens_at", "closes_at")
        for organization, identifier, name, state, opens_at, closes_at in rows.values_list(*columns):
            wave = Wave(identifier, name, state, opens_at, closes_at)
            found.setdefault(organization, []).append(wave)
    return found


@dataclass(frozen=True)
class Figures:
    """A client in numbers. Nobody is counted who was asked to answer, only who could be."""

    units: int
    people: int
    without_address: int
    waves: int


def figures_of(organization: Organization) -> Figures:
    people = Person.objects.filter(organization=organization)
    counts = people.aggregate(all=Count("id"), without=Count("id", filter=Q(email="", phone="")))
    return Figures(
        units=Unit.objects.filter(organization=organization).count(),
        people=counts["all"],
        without_address=counts["without"],
        waves=Campaign.objects.filter(organization=organization).count(),
    )


def ways_used(campaign: Campaign) -> set[Channel]:
    """How people were told of it so far. A code goes on a card or into a text message alike."""
    codes = {Channel.CODES, Channel.SMS}
    return (
        ({Channel.EMAIL} if Mailing.objects.filter(campaign=campaign).exists() else set())
        | (codes if CodeSheet.objects.filter(unit__campaign=campaign).exists() else set())
        | ({Channel.KIOSK} if Kiosk.objects.filter(unit__campaign=campaign).exists() else set())
    )


@dataclass
class WithBelow:
    """A unit with everything below it. None: somewhere in it the head count is not known."""

    frontline: int | None = 0
    executives: int | None = 0
    people: int = 0

    def add(self, frontline: int | None, executives: int | None, people: int) -> None:
        self.frontline = (
            None if None in {self.frontline, frontline} else (self.frontline or 0) + (frontline or 0)
        )
        self.executives = (
            None if None in {self.executives, executives} else (self.executives or 0) + (executives or 0)
        )
        self.people += people


def units_with_below(organization: Organization) -> dict[str, WithBelow]:
    """By path. One query, however many units are looked at."""
    rows = Unit.objects.filter(organization=organization).annotate(members=Count("people"))
    found: dict[str, WithBelow] = {}
    for path, frontline, executives, members in rows.values_list(
        "path", "frontline_headcount", "executive_headcount", "members"
    ):
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            found.setdefault("/".join(parts[:depth]), WithBelow()).add(frontline, executives, members)
    return found


def latest_events(organization: Organization, number: int = 8) -> list[Event]:
    return list(Event.objects.filter(organization=organization).select_related("actor")[:number])


def actors_of(organization: Organization) -> list[User]:
    """Whoever did something to a client, by name."""
    acted = Event.objects.filter(organization=organization, actor__isnull=False).order_by().values("actor")
    return list(User.objects.filter(id__in=acted.distinct()).order_by("first_name", "last_name", "email"))


def certificates_of(organization: Organization) -> list[Certificate]:
    return list(Certificate.objects.filter(organization=organization).order_by("-destroyed_at"))


def members_of(firm: Firm) -> list[Membership]:
    """A firm's team, each with the clients they are limited to."""
    held = Membership.objects.filter(firm=firm).select_related("user").prefetch_related("clients")
    return list(held.order_by("user__first_name", "user__last_name", "user__email", "role"))


def firm_events(firm: Firm, number: int = 30) -> list[FirmEvent]:
    return list(FirmEvent.objects.filter(firm=firm).select_related("actor")[:number])


def people_with_access(organization: Organization) -> list[Membership]:
    held = Membership.objects.filter(organization=organization).select_related("user", "unit")
    return list(held.order_by("role", "user__first_name", "user__last_name", "user__email"))


def readers_of(organization: Organization) -> int:
    """How many of a client's own people may read its released reports."""
    return Membership.objects.filter(organization=organization, role=Role.EXECUTIVE).count()


def consultants_of(organization: Organization) -> list[Membership]:
    """The firm's members who work for a client: owners, and consultants of all or of this one."""
    works = Q(role=Role.OWNER) | Q(clients__isnull=True) | Q(clients=organization)
    held = Membership.objects.filter(works, firm=organization.firm_id).select_related("user").distinct()
    return list(held.order_by("user__first_name", "user__last_name", "user__email"))


def memberships_of(user: User) -> list[Membership]:
    held = Membership.objects.filter(user=user).select_related("firm", "organization", "unit")
    with across_all("the filter names the user's own memberships"):
        return list(held.order_by("firm__name", "organization__name", "role"))


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


def answer_batches(campaign: Campaign) -> int:
    """How often answers came: once, and once more for each batch of late ones."""
    found = AnswerBlock.objects.filter(unit__campaign=campaign).aggregate(last=Max("batch"))
    return found["last"] or 0


def answer_blocks(campaign: Campaign, batches: int | None = None) -> Iterator[tuple[Panel, UUID, bytes]]:
    """(panel, unit, sorted sheets) of the first `batches`, a block at a time; memory holds one chunk of blocks."""
    blocks = AnswerBlock.objects.filter(unit__campaign=campaign)
    if batches is not None:
        blocks = blocks.filter(batch__lte=batches)
    largest = blocks.aggregate(bytes=Max(Length("sheets")))["bytes"] or 1
    rows = max(1, min(MOST_ROWS, FETCHED // largest))
    found = blocks.order_by("unit__path", "panel", "batch").values_list("panel", "unit_id", "sheets")
    for panel, unit, sheets in found.iterator(chunk_size=rows):
        yield Panel(panel), unit, bytes(sheets)


def shown_comments(campaign: Campaign) -> list[Comment]:
    """Approved ones, in the moderator's wording."""
    shown = list(Comment.objects.filter(campaign=campaign, moderation=Moderation.APPROVED))
    for comment in shown:
        comment.text = comment.moderated or comment.text
    return shown


def comments_to_moderate(campaign: UUID, moderation: Moderation) -> QuerySet[Comment]:
    """What the web may read of them: the wording, never the original. Their ids are random, and so is their order."""
    found = Comment.objects.filter(campaign=campaign, moderation=moderation).exclude(moderated="")
    return found.defer("text").order_by("panel", "item", "id")


def panels_too_few_for_comments(campaign: UUID) -> list[Panel]:
    """Panels whose comments were withheld when the answers were opened: nobody may read them."""
    rows = Comment.objects.filter(campaign=campaign, moderation=Moderation.WITHHELD, moderated="")
    return [Panel(panel) for panel in rows.order_by("panel").values_list("panel", flat=True).distinct()]


def moderation_counts(campaign: UUID) -> list[tuple[Moderation, int]]:
    rows = Comment.objects.filter(campaign=campaign).exclude(moderated="").values_list("moderation")
    found = dict(rows.annotate(Count("id")).order_by("moderation"))
    return [(moderation, found.get(moderation.value, 0)) for moderation in Moderation]


def themes(campaign: UUID) -> list[str]:
    rows = Comment.objects.filter(campaign=campaign).exclude(theme="").order_by("theme")
    return list(rows.values_list("theme", flat=True).distinct())


def undecided_comments(campaign: Campaign) -> int:
    return Comment.objects.filter(campaign=campaign, moderation=Moderation.PENDING).count()


def comment_counts(campaign: Campaign) -> dict[Panel, int]:
    rows = (
        Comment.objects.filter(campaign=campaign).values_list("panel").annotate(Count("id")).order_by("panel")
    )
    return {Panel(panel): count for panel, count in rows}


def ballots_waiting(campaign: Campaign) -> int:
    return Ballot.objects.filter(campaign=campaign).count()


def wave_before(campaign: Campaign) -> Campaign | None:
    """The last campaign of the same organization and instrument that closed before this one."""
    return waves_before(campaign).first()


def waves_before(campaign: Campaign) -> QuerySet[Campaign]:
    """The newest first."""
    return (
        Campaign.objects.filter(
            organization=campaign.organization_id,
            instrument_version__identifier=campaign.instrument_version.identifier,
            state__in=[State.CLOSED, State.REPORTED, State.PURGED],
            closes_at__lt=campaign.closes_at,
        )
        .exclude(id=campaign.id)
        .order_by("-closes_at")
    )


def is_released(campaign: Campaign) -> bool:
    """Whether its client may read its report now. Releases are of the app above, known here by the relation's name."""
    return Campaign.objects.filter(
        id=campaign.id, releases__isnull=False, releases__withdrawn_at=None
    ).exists()


def has_deck(firm: Firm) -> bool:
    return FirmDeck.objects.filter(firm=firm, content__isnull=False).exists()


def deck_of(firm: UUID) -> bytes | None:
    """The presentation that the firm's slides are built on, where it brought one."""
    content = FirmDeck.objects.filter(firm=firm).values_list("content", flat=True).first()
    return bytes(content) if content else None
