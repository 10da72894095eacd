"""The doors to what was found. Who may is told by `surveys.access`; whether anything is released, here."""

from dataclasses import dataclass
from uuid import UUID

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
        build = None if snapshot else ReportBuild.objects.filter(campaign=campaign).first()
    return Reading(entered, snapshot, build)
