"""Released numbers beside each other: the waves of one client, and the clients of one firm for its consultants.

Whatever stands here was released to the reader before, number for number. Only the benchmark is computed: an average
of released headlines, by the rules of `assessment.disclosure.editions`.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTransform

from assessment.access import ever_released, released
from assessment.disclosure import editions
from assessment.disclosure.editions import Average, Edition, Said, Spoken
from assessment.models import ReportSnapshot
from assessment.report import Bounded, Gap, Withheld
from assessment.report.reading import gap, or_withheld
from surveys.models import Firm, Organization
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


# --- The benchmark of a firm ----------------------------------------------------------------------


class Missing(StrEnum):
    """Why there is no benchmark."""

    TOO_FEW = "too_few"
    NOT_ALL = "not_all"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Benchmark:
    """Of a firm's clients that were asked the same: for each the average of the others."""

    made: dt.datetime
    others: Mapping[UUID, Average]


Group = tuple[UUID, str, bool]
"""A firm, an instrument, and whether the answers were made up: those never stand among real ones."""


def group_of(found: Gaps) -> Group:
    return found.organization.firm_id, found.instrument, found.organization.simulated


def benchmarks(firms: Collection[Firm], readable: Collection[UUID]) -> dict[Group, Benchmark | Missing]:
    """One query. `readable`: the clients whose reports the reader may read; without all of them there is none.

    Otherwise the average less the numbers that the reader knows would be those of the rest.
    """
    with across_all("a benchmark is of all clients of the reader's firm"):
        rows = list(_ever_released(firms))
    grouped: dict[Group, list[ReportSnapshot]] = {}
    for row in rows:
        client = row.campaign.organization
        group = (client.firm_id, row.instrument, client.simulated)  # type: ignore[attr-defined]  # annotated
        grouped.setdefault(group, []).append(row)
    return {group: _benchmark(found, readable) for group, found in grouped.items()}


def _ever_released(firms: Collection[Firm]) -> QuerySet[ReportSnapshot]:
    found = ever_released().filter(
        campaign__organization__firm__in=firms, campaign__organization__doomed_at=None
    )
    return (
        found.annotate(instrument=KeyTransform("instrument", KeyTransform("campaign", "document")))
        .select_related("campaign__organization")
        .defer("document", "campaign__organization__logo")
    )


def _benchmark(rows: Collection[ReportSnapshot], readable: Collection[UUID]) -> Benchmark | Missing:
    if not {row.campaign.organization_id for row in rows} <= set(readable):
        return Missing.NOT_ALL
    edition = editions.newest(_history(rows))
    if edition is None:
        return Missing.TOO_FEW
    if _recalled(edition, rows):
        return Missing.WITHDRAWN
    clients = {row.campaign.organization_id for row in rows}
    found = {client: editions.others(edition, client) for client in clients}
    return Benchmark(edition.made, {client: one for client, one in found.items() if one is not None})


def _history(rows: Iterable[ReportSnapshot]) -> Iterator[Said]:
    """What each client's newest released report said, release by release, as if one had looked on."""
    moments = [(row.release.released_at, row, True) for row in rows]
    moments += [
        (row.release.withdrawn_at, row, False) for row in rows if row.release.withdrawn_at is not None
    ]
    standing: dict[UUID, dict[UUID, ReportSnapshot]] = {}
    for at, row, came in sorted(moments, key=lambda one: one[0]):
        client = row.campaign.organization_id
        held = standing.setdefault(client, {})
        if came:
            held[row.campaign_id] = row
        else:
            held.pop(row.campaign_id, None)
        newest = max(held.values(), key=lambda one: one.campaign.closes_at, default=None)
        yield Said(at, client, _spoken(newest) if newest else None)


def _recalled(edition: Edition, rows: Iterable[ReportSnapshot]) -> bool:
    """Whether a number in it was withdrawn, and is said by no report that stands."""
    stand = {(row.campaign.organization_id, _spoken(row)) for row in rows if row.release.withdrawn_at is None}
    return not set(edition.spoken.items()) <= stand


def _spoken(row: ReportSnapshot) -> Spoken | None:
    """A range has no average, and what is withheld none either: such a client stands beside the benchmark only."""
    found = or_withheld(row.headline, gap)
    if isinstance(found, Withheld) or isinstance(found.value, Bounded):
        return None
    low, high = found.interval or (0.0, 0.0)
    return Spoken(found.value, (high - low) / 2 if found.interval else None)
