"""The doors to what was found. Who may is told by `surveys.access`; whether anything is released, here."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from assessment.models import Action, Release, ReportBuild, ReportSnapshot
from surveys import access
from surveys.access import Entered, Inside, Visitor
from surveys.models import CampaignUnit, Organization
from surveys.tenancy import within


def released() -> QuerySet[ReportSnapshot]:
    """Of the tenant whose scope is open, the newest first. Whoever reads no draft asks here."""
    standing = Q(release__released_at__isnull=False, release__withdrawn_at=None)
    return ReportSnapshot.objects.filter(standing).select_related("release").order_by("-built_at")


def ever_released() -> QuerySet[ReportSnapshot]:
    """Those that were withdrawn as well: whoever was told a number keeps it. For rules over time, not for readers."""
    return ReportSnapshot.objects.filter(release__isnull=False).select_related("release")


def newest_draft(campaign: UUID) -> ReportSnapshot | None:
    """The newest report whether released or not: for consultants only. Inside the tenant."""
    return ReportSnapshot.objects.filter(campaign=campaign).defer("document").order_by("-built_at").first()


@dataclass(frozen=True)
class Reading:
    """A campaign behind its door with its released report, or how far the building has come.

    A consultant gets the draft where nothing is released: `release` is None then. The snapshot's document is fetched
    by whoever reads it: a page that is kept needs the digest only.
    """

    entered: Entered
    snapshot: ReportSnapshot | None
    build: ReportBuild | None
    release: Release | None = None


def enter_report(user: Visitor, campaign: UUID) -> Reading:
    entered = access.enter_campaign(user, campaign)
    access.check_read_report(entered)
    with within(entered.organization):
        snapshot = released().filter(campaign=campaign).defer("document").first()
        release = snapshot.release if snapshot else None
        if snapshot is None and access.can_manage(entered):
            snapshot = newest_draft(campaign)
        if snapshot is not None:
            snapshot.campaign = entered.campaign
        build = None if snapshot else ReportBuild.objects.filter(campaign=campaign).first()
    return Reading(entered, snapshot, build, release)


@dataclass(frozen=True)
class Released:
    """A campaign behind its door, with its released report."""

    entered: Entered
    snapshot: ReportSnapshot


def enter_released(user: Visitor, campaign: UUID) -> Released:
    """404 for whoever has no role here, and where nothing is released; 403 for whoever may not read it."""
    reading = enter_report(user, campaign)
    if reading.snapshot is None or reading.release is None:
        raise Http404
    return Released(reading.entered, reading.snapshot)


@dataclass(frozen=True)
class UnitReading:
    """A campaign behind its door, with its released report, if any, and the paths in it that the visitor leads."""

    entered: Entered
    snapshot: ReportSnapshot | None
    paths: tuple[str, ...]


def enter_unit_report(user: Visitor, campaign: UUID) -> UnitReading:
    """Units as they were called when the campaign opened. One that was not asked then is not among them."""
    entered = access.enter_campaign(user, campaign)
    access.check_read_unit(entered)
    led = access.led_units(user, entered.organization)
    with within(entered.organization):
        snapshot = released().filter(campaign=campaign).first()
        asked = CampaignUnit.objects.filter(campaign=campaign, unit__in=led)
        paths = tuple(asked.order_by("path").values_list("path", flat=True))
    topmost = tuple(path for path in paths if not any(path.startswith(f"{one}/") for one in paths))
    return UnitReading(entered, snapshot, topmost)


def enter_reader(user: Visitor, organization: UUID) -> Inside:
    """The door to a client for whoever may read its released reports."""
    inside = access.enter_organization(user, organization)
    access.check_read(inside)
    return inside


def newest_released(organization: Organization) -> ReportSnapshot | None:
    """The newest report of the newest wave. Inside the tenant."""
    found = released().filter(campaign__organization=organization).select_related("campaign")
    return found.order_by("-campaign__closes_at", "-built_at").first()


def released_waves(organization: Organization) -> list[ReportSnapshot]:
    """The newest report of each wave, the oldest wave first. Inside the tenant."""
    found = released().filter(campaign__organization=organization).select_related("campaign")
    order = ("campaign__closes_at", "campaign_id")
    return list(found.order_by(*order, "-built_at").distinct(*order))


def find_action(identifier: UUID) -> Action:
    """Of the tenant whose scope is open; 404 where it has none such."""
    found = Action.objects.select_related("organization", "campaign").filter(id=identifier).first()
    if found is None:
        raise Http404
    return found
