"""A firm's clients beside the average of the others: what stands there, and no more than the intervals bear."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from django.utils.translation import gettext as _

from assessment import wording
from assessment.renderers.saying import GapSaid, interval_said, said_gap
from assessment.report import Bounded, Gap, Withheld


@dataclass(frozen=True)
class Beside:
    """A client's headline, and the average of the others with half the width of its interval."""

    title: str
    headline: Gap | Withheld
    organizations: int
    average: float
    half: float | None


@dataclass(frozen=True)
class Row:
    title: str
    said: GapSaid
    organizations: int
    average: str
    between: str
    sentence: str


@dataclass(frozen=True)
class Benchmarked:
    """Rows and the day of the edition, or the sentence that says why there is none."""

    rows: tuple[Row, ...] = ()
    made: dt.datetime | None = None
    why_not: str = ""


def benchmarked(found: Sequence[Beside], made: dt.datetime) -> Benchmarked:
    return Benchmarked(tuple(map(_row, found)), made)


def _row(found: Beside) -> Row:
    between = ""
    if found.half is not None:
        low, high = found.average - found.half, found.average + found.half
        between = interval_said(wording.signed(low), wording.signed(high))
    average = wording.signed(found.average)
    return Row(found.title, said_gap(found.headline), found.organizations, average, between, stands(found))


def stands(found: Beside) -> str:
    """Told only where the interval of the difference leaves zero out. The clients are independent of each other."""
    untold = _("Higher or lower than the others: the answers do not tell.")
    gap = found.headline
    if isinstance(gap, Withheld) or isinstance(gap.value, Bounded) or not gap.interval or found.half is None:
        return untold
    difference = gap.value - found.average
    if abs(difference) <= hypot((gap.interval[1] - gap.interval[0]) / 2, found.half):
        return untold
    return _("Higher than the others' average.") if difference > 0 else _("Lower than the others' average.")
