"""Hedges' g and its interval."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import elementwise
from scipy.special import nctdtr, ndtri, poch

Standing = tuple[float, Sequence[float], Sequence[int]]
Effect = tuple[float, tuple[float, float]]


def correction(df: float) -> float:
    """Exact small-sample factor of Hedges (1981).

    J(df) = Gamma(df / 2) / (sqrt(df / 2) Gamma((df - 1) / 2)); through the Pochhammer symbol, because the
    difference of two log-gammas loses its digits at large df. ValueError where df is below 2.
    """
    if df < 2:  # noqa: PLR2004
        raise ValueError("The small-sample factor needs at least two degrees of freedom.")
    return float(sqrt(2.0 / df) * poch((df - 1.0) / 2.0, 0.5))


def noncentrality(
    t: NDArray[np.float64], df: NDArray[np.float64], *, level: float = 0.95
) -> NDArray[np.float64]:
    """Intervals for the noncentrality of t statistics.

    Parameters
    ----------
    t, df
        Statistics and their degrees of freedom, shape (tests,).

    Returns
    -------
    Shape (2, tests): the noncentralities for which t is the upper and the lower tail's quantile (Steiger and
    Fouladi 1997). Root finding starts from the normal approximation t -+ z sqrt(1 + t^2 / (2 df)) and widens
    its brackets until they hold the roots.

    Raises
    ------
    ValueError
        Where a t or df is not finite or a df is not positive, or a root is not found.
    """
    if not (np.isfinite(t) & np.isfinite(df) & (df > 0)).all():
        raise ValueError("No noncentrality where t or its degrees of freedom are not finite and positive.")
    tail = (1.0 - level) / 2.0
    reach = -ndtri(tail) * np.sqrt(1.0 + t * t / (2.0 * df))
    start, step = np.stack([t - reach, t + reach]), reach / 8.0
    tails = np.broadcast_to([[1.0 - tail], [tail]], start.shape)
    both = elementwise.bracket_root(_miss, start - step, start + step, args=(t, df, tails))
    found = elementwise.find_root(
        _miss, both.bracket, args=(t, df, tails), tolerances={"xatol": 1e-12, "xrtol": 1e-14}
    )
    if not (both.success.all() and found.success.all()):
        raise ValueError("The noncentral t distribution could not be inverted.")
    ends: NDArray[np.float64] = found.x
    return ends


def _miss(ncp: NDArray[np.float64], *args: NDArray[np.float64]) -> NDArray[np.float64]:
    t, df, target = args
    beyond: NDArray[np.float64] = nctdtr(df, ncp, t) - target  # falls with ncp
    return beyond


def hedges_g(contrasts: Sequence[Standing], *, level: float = 0.95) -> list[Effect | None]:
    """Standardized contrasts of independent means whose signs are +-1, and their intervals.

    Parameters
    ----------
    contrasts
        Of each: first mean minus second, in the unit of the scores (of more than two means their signed sum);
        standard deviations (divisor n - 1); numbers of people.

    Returns
    -------
    For each (g, (low, high)) or None
        g = J(df) difference / pooled SD with df = sum of n - 1; the interval is the noncentral t's, times
        J sqrt(sum of 1/n) (Hedges 1981; Goulet-Pelletier and Cousineau 2018). None where any n is
        below 2 or nobody differs (pooled SD 0).
    """
    pooled = [_pooled(sd, n) for _, sd, n in contrasts]
    there = [(one, sd) for one, sd in zip(contrasts, pooled, strict=True) if sd]
    scale = np.array([sqrt(sum(1.0 / people for people in n)) for (_, _, n), _ in there])
    d = np.array([difference / sd for (difference, _, _), sd in there])
    df = np.array([float(sum(n) - len(n)) for (_, _, n), _ in there])
    factor = np.array([correction(one) for one in df.tolist()])
    g = factor * d
    low, high = factor * scale * noncentrality(d / scale, df, level=level) if there else (d, d)
    found = iter(zip(g.tolist(), zip(low.tolist(), high.tolist(), strict=True), strict=True))
    return [next(found) if sd else None for sd in pooled]


def _pooled(sd: Sequence[float], n: Sequence[int]) -> float:
    """0 where there is none."""
    if min(n) < 2:  # noqa: PLR2004
        return 0.0
    return sqrt(sum((people - 1) * one**2 for one, people in zip(sd, n, strict=True)) / (sum(n) - len(n)))


def pooled_sd(difference: float, g: float, n: Sequence[int]) -> float | None:
    """The pooled SD behind a stated Hedges' g; None where both are 0."""
    return None if g == 0.0 else correction(sum(n) - len(n)) * difference / g
