"""Contrasts in which a mean's people all gave the same answer, so that their spread says nothing of how sure it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import hypot, sqrt

from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, stdtrit

SCALE = 100.0
FARTHEST_Z = 38.0  # a normal tail beyond it is 0 in floating point

Interval = tuple[float, float]


@dataclass(frozen=True)
class Alike:
    """A mean of n people who do not differ: its sign in the contrast, and the sampling factor."""

    sign: int
    mean: float
    n: int
    factor: float

    def ends(self, z: float) -> Interval:
        """How far down and up the contrast may be off, by the share of other answers that n equal ones do not
        exclude.
        """
        share = sqrt(self.factor) * z * z / (self.n + z * z)
        below, above = share * self.mean, share * (SCALE - self.mean)
        return (below, above) if self.sign > 0 else (above, below)


@dataclass(frozen=True)
class Differing:
    """The other means of the contrast together: standard error and degrees of freedom."""

    error: float
    df: float

    def half(self, z: float) -> float:
        """Half the width of their interval, at the level that has this z."""
        return -float(stdtrit(self.df, float(ndtr(-z)))) * self.error if self.error else 0.0


def bounded(
    value: float, alike: Sequence[Alike], differing: Differing, level: float
) -> tuple[Interval, float]:
    """Interval and p of a contrast: distances of its means combined as in Newcombe (1998)."""

    def ends(z: float) -> Interval:
        down, up = zip(*(one.ends(z) for one in alike), strict=True) if alike else ((), ())
        half = differing.half(z)
        return value - hypot(half, *down), value + hypot(half, *up)

    return ends(float(ndtri(0.5 + level / 2.0))), _p(value, ends)


def _p(value: float, ends: Callable[[float], Interval]) -> float:
    """The p at which the interval would just reach 0."""
    if value == 0.0:
        return 1.0
    near = 0 if value > 0.0 else 1
    if ends(FARTHEST_Z)[near] * value > 0.0:
        return 0.0
    z = float(brentq(lambda one: ends(one)[near], 0.0, FARTHEST_Z))
    return 2.0 * float(ndtr(-z))
