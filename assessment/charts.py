"""Where marks stand. Pure geometry: numbers in, percentages of a chart's width out; templates only print them.

Positions are strings like "41.20%", so that a chart stretches with its column and its text keeps its size.
A withheld number has no mark; nothing is drawn in its place.
"""

import math
from dataclasses import dataclass

from assessment.report import Both, Bounded, Estimate, Gap, Interval, Number, Pair, Share, Withheld

SCORES: Interval = (0.0, 100.0)
SHARES: Interval = (0.0, 1.0)
HELD: Interval = (0.05, 0.95)  # of a scale: a mark beyond would say what nearly everybody answered
NARROWEST = 0.6  # percent of the width: a bar for 0 % is still to be seen


@dataclass(frozen=True)
class Mark:
    """A value, and the ends of its interval where it has one."""

    at: str
    low: str | None = None
    high: str | None = None


@dataclass(frozen=True)
class Dumbbell:
    """Two marks on one scale. `start` and `width` of the line between them, where there are two."""

    frontline: Mark | None
    executive: Mark | None
    start: str | None = None
    width: str | None = None


@dataclass(frozen=True)
class Bar:
    width: str


@dataclass(frozen=True)
class GapBar:
    """A gap with its interval on an axis around zero that both fit into. `reach`: the axis's end in points.

    A gap that is only a bound has no place of its own: the line goes over all that it can be.
    """

    at: str | None
    low: str | None
    high: str | None
    zero: str
    reach: int


def position(value: float, scale: Interval) -> float:
    """Percent of the way from one end of the scale to the other, held inside it. ValueError on an empty scale."""
    low, high = scale
    if not low < high:
        raise ValueError(f"The scale {scale} has no length.")
    return 100 * (min(max(value, low), high) - low) / (high - low)


def percent(value: float) -> str:
    return f"{value:.2f}%"


def held(value: Number, scale: Interval) -> float:
    """The value where it may be shown; where it is a bound, the end that is known."""
    if isinstance(value, Bounded):
        ends = _ends(value)
        return sum(ends) / len(ends)
    low, high = (scale[0] + part * (scale[1] - scale[0]) for part in HELD)
    return min(max(value, low), high)


def mark(value: float, interval: Interval | None, scale: Interval) -> Mark:
    """`value` with the ends of its interval, each in percent of the scale."""
    at = percent(position(value, scale))
    if interval is None:
        return Mark(at)
    low, high = interval
    return Mark(at, percent(position(low, scale)), percent(position(high, scale)))


def score_dumbbell(pair: Pair) -> Dumbbell:
    """Both panels' means on the scale from 0 to 100."""
    means = [_mean(estimate) for estimate in (pair.frontline, pair.executive)]
    marks = [
        None if mean is None else mark(mean, _interval(estimate), SCORES)
        for mean, estimate in zip(means, (pair.frontline, pair.executive), strict=True)
    ]
    return _joined(marks[0], marks[1], means[0], means[1], SCORES)


def share_dumbbell(both: Both) -> Dumbbell:
    """Both panels' shares on the scale from 0 to 1."""
    shares = [_share(found) for found in (both.frontline, both.executive)]
    marks = [
        mark(share, found.interval, SHARES) if share is not None and isinstance(found, Share) else None
        for share, found in zip(shares, (both.frontline, both.executive), strict=True)
    ]
    return _joined(marks[0], marks[1], shares[0], shares[1], SHARES)


def bar(share: Number) -> Bar:
    """A bound's bar ends at the bound."""
    value = held(share, SHARES) if isinstance(share, Bounded) else share
    return Bar(percent(max(position(value, SHARES), NARROWEST)))


def gap_bar(gap: Gap) -> GapBar:
    """The gap around zero; the axis ends at the next full ten points beyond everything drawn, at least at 20."""
    ends = [*_ends(gap.value), *(gap.interval or ())]
    reach = max(20, 10 * math.ceil(max(abs(end) for end in ends) / 10))
    scale = (-reach, reach)
    if not isinstance(gap.value, Bounded):
        drawn = mark(gap.value, gap.interval, scale)
        return GapBar(drawn.at, drawn.low, drawn.high, percent(50), reach)
    low = -reach if gap.value.low is None else gap.value.low
    high = reach if gap.value.high is None else gap.value.high
    return GapBar(None, percent(position(low, scale)), percent(position(high, scale)), percent(50), reach)


def _ends(value: Number) -> list[float]:
    if not isinstance(value, Bounded):
        return [value]
    return [end for end in (value.low, value.high) if end is not None]


def _joined(
    frontline: Mark | None, executive: Mark | None, first: float | None, second: float | None, scale: Interval
) -> Dumbbell:
    if first is None or second is None:
        return Dumbbell(frontline, executive)
    start, end = sorted((position(first, scale), position(second, scale)))
    return Dumbbell(frontline, executive, percent(start), percent(end - start))


def _mean(estimate: Estimate | Withheld) -> float | None:
    return held(estimate.mean, SCORES) if isinstance(estimate, Estimate) else None


def _share(found: Share | Withheld) -> float | None:
    return held(found.share, SHARES) if isinstance(found, Share) else None


def _interval(estimate: Estimate | Withheld) -> Interval | None:
    return estimate.interval if isinstance(estimate, Estimate) else None
