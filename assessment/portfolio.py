"""Every client of somebody who works for many: where each stands, in as many queries for one as for three hundred."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.access import released
from assessment.report import Bounded, Number
from assessment.report.reading import number
from surveys import queries
from surveys.models import Membership, Organization, Role, State, User
from surveys.queries import Wave
from surveys.tenancy import across_all
from surveys.watching import Turnout, so_far

TREND = 6  # waves at most: more would not be told apart in so small a drawing
SOONEST = dt.datetime.max.replace(tzinfo=dt.UTC)


class Sort(StrEnum):
    NAME = "name"
    DATE = "date"
    PARTICIPATION = "participation"
    GAP = "gap"


SORTS = {
    Sort.NAME: _("Name"),
    Sort.DATE: _("Next date"),
    Sort.PARTICIPATION: _("Participation"),
    Sort.GAP: _("Widest gap"),
}
NEW = "new"  # a client without a wave
STATES = {NEW: _("no wave yet"), **{str(state): state.label for state in State}}


@dataclass(frozen=True)
class Found:
    """The head of one released report."""

    gap: Number | None
    rate: float | None


@dataclass(frozen=True)
class Row:
    organization: Organization
    wave: Wave | None
    waves: int
    found: tuple[Found, ...]  # oldest first
    turnout: Turnout | None = None  # of the wave, while it is open

    @property
    def state(self) -> str:
        return self.wave.state if self.wave else NEW

    @property
    def gap(self) -> Number | None:
        return next((one.gap for one in reversed(self.found) if one.gap is not None), None)

    @property
    def rate(self) -> float | None:
        """Who took part: so far where a wave is open and it may be told, else in the last report."""
        if self.turnout is not None:
            return self.turnout.rate
        return next((one.rate for one in reversed(self.found) if one.rate is not None), None)

    @property
    def next_date(self) -> dt.datetime | None:
        """What happens next: the wave opens, or it closes."""
        if self.wave is None or self.state not in {State.DRAFT, State.OPEN}:
            return None
        coming = (when for when in (self.wave.opens_at, self.wave.closes_at) if when > timezone.now())
        return next(coming, None)

    @property
    def trend(self) -> list[float]:
        values = [middle(one.gap) for one in self.found if one.gap is not None]
        return values[-TREND:]


def middle(gap: Number) -> float:
    """A place to draw a gap at that is known as a bound only."""
    if not isinstance(gap, Bounded):
        return gap
    known = [end for end in (gap.low, gap.high) if end is not None]
    return sum(known) / len(known)


def rows_of(user: User) -> list[Row]:
    """Four queries: clients, waves, how open ones fill, heads of reports."""
    organizations = list(queries.organizations_of(user).select_related("firm").defer("logo").distinct())
    waves = queries.waves_of(organizations)
    looked_at = {one: current(held) for one, held in waves.items()}
    open_now = [wave.id for wave in looked_at.values() if wave is not None and wave.state == State.OPEN]
    turnouts, found = so_far(open_now), heads_of(organizations)

    def row(one: Organization) -> Row:
        held, wave = waves.get(one.id, ()), looked_at.get(one.id)
        return Row(
            one, wave, len(held), tuple(found.get(one.id, ())), turnouts.get(wave.id) if wave else None
        )

    return [row(one) for one in organizations]


def current(waves: Sequence[Wave]) -> Wave | None:
    """The one to look at: what takes answers, else what is prepared, else what closed last."""
    order = {State.OPEN: 0, State.DRAFT: 1}
    return min(waves, key=lambda wave: order.get(State(wave.state), 2), default=None)  # newest first already


def heads_of(organizations: Iterable[Organization]) -> dict[UUID, list[Found]]:
    """Of each client's latest report of each wave, oldest wave first. Of the document only its head is fetched."""
    with across_all("the filter names the user's own organizations"):
        latest = (
            released()
            .filter(campaign__organization__in=list(organizations))
            .order_by("campaign__closes_at", "campaign_id", "-built_at")
            .distinct("campaign__closes_at", "campaign_id")
            .values_list("campaign__organization_id", "headline", "participation")
        )
        heads: dict[UUID, list[Found]] = {}
        for organization, gap, participation in latest:
            heads.setdefault(organization, []).append(head(gap, participation))
    return heads


def head(gap: Mapping[str, Any] | None, participation: Mapping[str, Any] | None) -> Found:
    """Withheld numbers are unknown here: the report itself says why."""
    frontline = (participation or {}).get("frontline", {})
    value = (gap or {}).get("value")
    return Found(None if value is None else number(value), frontline.get("rate"))


def asked(rows: Sequence[Row], search: str, state: str, sort: Sort) -> list[Row]:
    words = search.casefold().split()
    kept = [
        row
        for row in rows
        if all(word in row.organization.name.casefold() for word in words)
        and (not state or row.state == state)
    ]
    return sorted(kept, key=_order(sort))


def _order(sort: Sort) -> Callable[[Row], tuple[Any, ...]]:
    def name(row: Row) -> str:
        return row.organization.name.casefold()

    match sort:
        case Sort.NAME:
            return lambda row: (name(row),)
        case Sort.DATE:
            return lambda row: (row.next_date or SOONEST, name(row))
        case Sort.PARTICIPATION:
            return lambda row: (row.rate is None, row.rate or 0.0, name(row))
        case Sort.GAP:
            return lambda row: (row.gap is None, 0.0 if row.gap is None else -middle(row.gap), name(row))
        case _:
            assert_never(sort)


@dataclass(frozen=True)
class Spark:
    """A trend as a drawing of 80 by 24: the points of its line, and where it ends."""

    points: str
    x: float
    y: float


def spark(values: Sequence[float]) -> Spark | None:
    if len(values) < 2:  # noqa: PLR2004  # one point has no trend
        return None
    low, high = min(values), max(values)
    reach = max(high - low, 10.0)  # a tenth of the scale fills the drawing: a small change looks small
    bottom = (low + high - reach) / 2
    step = 72 / (len(values) - 1)
    places = [(4 + step * at, 20 - (value - bottom) / reach * 16) for at, value in enumerate(values)]
    return Spark(" ".join(f"{x:.1f},{y:.1f}" for x, y in places), *(round(part, 1) for part in places[-1]))


def led_of(user: User) -> frozenset[UUID]:
    """Waves with a released report in which somebody leads a unit. One query."""
    led = Membership.objects.filter(user=user, role=Role.LEAD).values("organization")
    with across_all("the filter names the user's own memberships"):
        found = released().order_by().filter(campaign__organization__in=led)
        return frozenset(found.values_list("campaign_id", flat=True))
