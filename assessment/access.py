"""The doors to what was found. Who may is told by `surveys.access`; whether anything is released, here."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from assessment.models import ReportBuild, ReportSnapshot
from surveys import access
from surveys.access import Entered, Visitor
from surveys.tenancy import within


@dataclass(frozen=True)
class Reading:
    """A campaign behind its door with its released report, or how far the building has come.

    The snapshot's document is fetched by whoever reads it: a page that is kept needs the digest only.
    """

    entered: Entered
    snapshot: ReportSnapshot | None
    build: ReportBuild | None


def enter_report(user: Visitor, campaign: UUID) -> Reading:
    entered = access.enter_campaign(user, campaign)
    access.check_read_report(entered)
    with within(entered.organization):
        released = ReportSnapshot.objects.filter(campaign=campaign).order_by("-built_at")
        snapshot = released.defer("document").first()
        if snapshot is not None:
            snapshot.campaign = entered.campaign
        build = None if snapshot else ReportBuild.objects.filter(campaign=campaign).first()
    return Reading(entered, snapshot, build)


@dataclass(frozen=True)
class Released:
    """A campaign behind its door, with its released report."""

    entered: Entered
    snapshot: ReportSnapshot


def enter_released(user: Visitor, campaign: UUID) -> Released:
    """404 for whoever has no role here, and where nothing is released; 403 for whoever may not read it."""
    reading = enter_report(user, campaign)
    if reading.snapshot is None:
        raise Http404
    return Released(reading.entered, reading.snapshot)
