"""Released numbers beside each other: the waves of one client, and the clients of one firm for its consultants.

Whatever is compared here was released to the reader before, number for number: nothing is computed from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models.fields.json import KeyTransform

from assessment.access import released
from assessment.models import ReportSnapshot
from assessment.report import Gap, Withheld
from assessment.report.reading import gap, or_withheld
from surveys.models import Organization
from surveys.tenancy import across_all

Found = Gap | Withheld


@dataclass(frozen=True)
class Gaps:
    """One wave's headline, and its dimensions by their ids."""

    organization: Organization
    campaign: UUID
    wave: str
    instrument: str
    headline: Found
    dimensions: dict[str, Found]
    titles: dict[str, str]


def of_waves(organization: Organization) -> list[Gaps]:
    """Of each wave with a report, the oldest first. Inside the tenant."""
    return _read([organization])


def of_clients(organizations: Iterable[Organization]) -> list[Gaps]:
    """Of each client its newest report. One query, whatever the number of clients."""
    with across_all("the caller names clients whose reports the reader may read"):
        newest = {one.organization.id: one for one in _read(list(organizations))}
    return sorted(newest.values(), key=lambda one: one.organization.name.casefold())


def _read(organizations: list[Organization]) -> list[Gaps]:
    by_id = {one.id: one for one in organizations}
    rows = (
        released()
        .filter(campaign__organization__in=organizations)
        .order_by("campaign__closes_at", "campaign_id", "-built_at")
        .distinct("campaign__closes_at", "campaign_id")
        .annotate(
            parts=KeyTransform("dimensions", "document"),
            instrument=KeyTransform("instrument", KeyTransform("campaign", "document")),
        )
        .defer("document")
        .select_related("campaign")
    )
    return [_gaps(row, by_id[row.campaign.organization_id]) for row in rows]


def _gaps(row: ReportSnapshot, organization: Organization) -> Gaps:
    parts = row.parts  # type: ignore[attr-defined]  # annotated above
    return Gaps(
        organization,
        row.campaign_id,
        row.campaign.name,
        row.instrument,  # type: ignore[attr-defined]  # annotated above
        or_withheld(row.headline, gap),
        {part["id"]: or_withheld(part["gap"], gap) for part in parts},
        {part["id"]: part["title"] for part in parts},
    )
