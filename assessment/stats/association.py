"""How strongly one dimension goes with another in a panel, and what that makes of a list of gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh

from scipy.special import ndtri

from assessment.stats.alike import Interval
from assessment.stats.gaps import sampling_factor
from assessment.stats.sample import Joint

FEWEST = 4  # Fisher's variance is 1 / (n - 3)


@dataclass(frozen=True)
class Association:
    """Pearson's correlation of two dimensions over the `n` people who have both."""

    n: int
    r: float
    interval: Interval


def association(joint: Joint, headcount: int | None = None, *, level: float = 0.95) -> Association | None:
    """Correlation of the two dimensions of `joint`, and Fisher's (1921) interval.

    Parameters
    ----------
    joint
        Of two dimensions.
    headcount
        People in the panel; None where unknown.
    level
        Confidence level.

    Returns
    -------
    Association or None
        r = S_ab / sqrt(S_a S_b), the covariance over those who have both, each variance over all who have that
        dimension, kept inside -1..1; tanh(atanh r -+ z sqrt((1 - n/N) / (n - 3))). None where fewer than four
        people have both or one of the dimensions does not vary.

    Raises
    ------
    ValueError
        Where there are not two dimensions.
    """
    if len(joint.dimensions) != 2:  # noqa: PLR2004
        raise ValueError("An association is one of two dimensions.")
    n = int(joint.both[0, 1])
    spread = sqrt(float(joint.covariance[0, 0]) * float(joint.covariance[1, 1]))
    if n < FEWEST or spread <= 0.0:
        return None
    r = max(-1.0, min(1.0, float(joint.covariance[0, 1]) / spread))
    half = float(ndtri(0.5 + level / 2.0)) * sqrt(sampling_factor(n, headcount) / (n - 3))
    if half == 0.0 or abs(r) == 1.0:
        return Association(n, r, (r, r))
    return Association(n, r, (tanh(atanh(r) - half), tanh(atanh(r) + half)))


def ranked(gaps: Sequence[float], weights: Sequence[float | None]) -> list[int]:
    """Places of gaps in the order of gap times weight, the largest first; equal ones stay as they came.

    Where a weight is missing nobody is weighted, because a weighted gap and an unweighted one do not compare.
    ValueError where the lengths differ.
    """
    known = [1.0 if any(one is None for one in weights) else one or 0.0 for one in weights]
    products = [gap * weight for gap, weight in zip(gaps, known, strict=True)]
    return sorted(range(len(products)), key=lambda place: -products[place])
