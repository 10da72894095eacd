"""Hedges' g and its interval."""

from collections.abc import Sequence
from math import sqrt

from scipy.optimize import brentq
from scipy.special import nctdtr, ndtri, poch

MOST_WIDENINGS = 60


def correction(df: float) -> float:
    """Exact small-sample factor of Hedges (1981).

    J(df) = Gamma(df / 2) / (sqrt(df / 2) Gamma((df - 1) / 2)); through the Pochhammer symbol, because the
    difference of two log-gammas loses its digits at large df. ValueError where df is below 2.
    """
    if df < 2:  # noqa: PLR2004
        raise ValueError("The small-sample factor needs at least two degrees of freedom.")
    return float(sqrt(2.0 / df) * poch((df - 1.0) / 2.0, 0.5))


def noncentrality(t: float, df: float, *, level: float = 0.95) -> tuple[float, float]:
    """Interval for the noncentrality of a t statistic.

    The ends are the noncentralities for which t is the upper and the lower tail's quantile (Steiger and
    Fouladi 1997). Root finding starts from the normal approximation t -+ z sqrt(1 + t^2 / (2 df)) and
    widens its bracket until it holds the root.

    Raises
    ------
    ValueError
        Where t or df is not finite or df is not positive, or no root is found.
    """
    if not (abs(t) < float("inf") and 0 < df < float("inf")):
        raise ValueError(f"No noncentrality for t = {t}, df = {df}.")
    tail = (1.0 - level) / 2.0
    reach = float(-ndtri(tail)) * sqrt(1.0 + t * t / (2.0 * df))
    return _root(t, df, 1.0 - tail, t - reach, reach), _root(t, df, tail, t + reach, reach)


def _root(t: float, df: float, target: float, start: float, reach: float) -> float:
    def miss(ncp: float) -> float:
        return float(nctdtr(df, ncp, t)) - target  # falls with ncp

    low = high = start
    step = reach / 8.0
    for _ in range(MOST_WIDENINGS):
        if miss(low) >= 0.0 >= miss(high):
            return float(brentq(miss, low, high, xtol=1e-12 * max(1.0, abs(start)), rtol=1e-14))
        low, high = (low, high + step) if miss(high) > 0.0 else (low - step, high)
        step *= 1.5
    raise ValueError(f"The noncentral t distribution could not be inverted at t = {t}, df = {df}.")


def hedges_g(
    difference: float, sd: Sequence[float], n: Sequence[int], *, level: float = 0.95
) -> tuple[float, tuple[float, float]] | None:
    """Standardized contrast of independent means whose signs are +-1, and its interval.

    Parameters
    ----------
    difference
        First mean minus second, in the unit of the scores; of more than two means their signed sum.
    sd
        Standard deviations (divisor n - 1).
    n
        Numbers of people.

    Returns
    -------
    (float, (float, float)) or None
        g = J(df) difference / pooled SD with df = sum of n - 1; the interval is the noncentral t's, times
        J sqrt(sum of 1/n) (Hedges 1981; Goulet-Pelletier and Cousineau 2018). None where any n is
        below 2 or nobody differs (pooled SD 0).
    """
    if min(n) < 2:  # noqa: PLR2004
        return None
    df = sum(n) - len(n)
    pooled = sqrt(sum((people - 1) * one**2 for one, people in zip(sd, n, strict=True)) / df)
    if pooled == 0.0:
        return None
    factor = correction(df)
    scale = sqrt(sum(1.0 / people for people in n))
    low, high = noncentrality(difference / pooled / scale, df, level=level)
    return factor * difference / pooled, (factor * scale * low, factor * scale * high)


def pooled_sd(difference: float, g: float, n: Sequence[int]) -> float | None:
    """The pooled SD behind a stated Hedges' g; None where both are 0."""
    return None if g == 0.0 else correction(sum(n) - len(n)) * difference / g
