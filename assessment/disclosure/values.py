"""How released numbers are stated, and the rule for benchmarks.

The guarantee never leans on these: they keep a safe group's unanimity from being read off a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

LOW, HIGH = 5.0, 95.0
BENCHMARK_ORGANIZATIONS = 5
BENCHMARK_LARGEST_WEIGHT = 0.25
TOLERANCE = 1e-12


@dataclass(frozen=True)
class Exactly:
    value: float


@dataclass(frozen=True)
class AtLeast:
    value: float


@dataclass(frozen=True)
class AtMost:
    value: float


@dataclass(frozen=True)
class Between:
    low: float
    high: float


Stated = Exactly | AtLeast | AtMost
StatedGap = Stated | Between


def bounded_mean(points: float) -> Stated:
    """State a mean of 0..100 points; outside 5..95 only as a bound.

    Where a bound comes back, the SD and the interval of the same estimate must not be stated either: the
    interval's middle is the mean. ValueError outside 0..100.
    """
    if not -TOLERANCE <= points <= 100 + TOLERANCE:
        raise ValueError(f"A mean is 0 to 100 points, not {points}.")
    if points > HIGH:
        return AtLeast(HIGH)
    if points < LOW:
        return AtMost(LOW)
    return Exactly(points)


def bounded_share(share: float) -> Stated:
    """State a share of 0..1; outside 0.05..0.95 only as a bound. ValueError outside 0..1."""
    if not -TOLERANCE <= share <= 1 + TOLERANCE:
        raise ValueError(f"A share is 0 to 1, not {share}.")
    if share > HIGH / 100:
        return AtLeast(HIGH / 100)
    if share < LOW / 100:
        return AtMost(LOW / 100)
    return Exactly(share)


def bounded_distribution(shares: Sequence[float]) -> tuple[Stated, ...]:
    """State shares that add up to 1.

    A single bound would follow from the others by subtraction, and so would several where nothing is left for
    them. So there the smallest other share is stated as "at most" all of them together, which is what the others
    tell anyway.
    ValueError where the shares do not add up to 1.
    """
    if not shares or abs(sum(shares) - 1) > 1e-9:  # noqa: PLR2004
        raise ValueError("The shares of a distribution add up to 1.")
    stated = [bounded_share(share) for share in shares]
    bounds = [index for index, one in enumerate(stated) if not isinstance(one, Exactly)]
    others = [index for index in range(len(shares)) if index not in bounds]
    left = sum(shares[index] for index in bounds)
    if others and (len(bounds) == 1 or (bounds and left < TOLERANCE)):
        partner = min(others, key=lambda index: (shares[index], index))
        stated[partner] = AtMost(shares[partner] + left)
    return tuple(stated)


def bounded_gap(executive: float, frontline: float) -> StatedGap:
    """State executive minus frontline mean (points), so that it gives no bounded mean away.

    Where either mean is only a bound, the gap is the range the stated means allow; then no interval,
    effect size or p of this gap may be stated.
    """
    exact = isinstance(bounded_mean(executive), Exactly) and isinstance(bounded_mean(frontline), Exactly)
    if exact:
        return Exactly(executive - frontline)
    executive_low, executive_high = _range(executive)
    frontline_low, frontline_high = _range(frontline)
    return Between(executive_low - frontline_high, executive_high - frontline_low)


def _range(points: float) -> tuple[float, float]:
    match bounded_mean(points):
        case AtLeast(value):
            return value, 100.0
        case AtMost(value):
            return 0.0, value
        case Exactly(value):
            return value, value


def benchmark_allowed(weights: Sequence[float]) -> bool:
    """Say whether organizations with these weights may be shown together.

    At least five, none above a quarter of the total. ValueError for a weight that is not positive.
    """
    if any(weight <= 0 or not isfinite(weight) for weight in weights):
        raise ValueError("A benchmark's weights are positive numbers.")
    if len(weights) < BENCHMARK_ORGANIZATIONS:
        return False
    return max(weights) <= BENCHMARK_LARGEST_WEIGHT * sum(weights) * (1 + TOLERANCE)
