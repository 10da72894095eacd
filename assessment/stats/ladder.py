"""Where the authority of the front line ends, in money."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import exp, inf, isfinite, log

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from assessment.stats.sample import Patterns
from assessment.stats.shares import Share, share

HALF = 0.5
DRAWS = 2000

Shares = NDArray[np.float64]


class Outside(StrEnum):
    """A ceiling that no step brackets is an answer too."""

    BELOW = "below_first_step"
    BEYOND = "beyond_last_step"


Stake = float | Outside


@dataclass(frozen=True)
class Ceiling:
    """The stake at which half a panel would decide on the spot, in the currency of the amounts."""

    amount: Stake
    interval: tuple[Stake, Stake]
    steps: tuple[Share, ...]


def ceiling(
    patterns: Patterns, amounts: Sequence[float], *, seed: int = 0, draws: int = DRAWS, level: float = 0.95
) -> Ceiling | None:
    """Estimate the ceiling of one panel.

    Parameters
    ----------
    patterns
        Everybody's answers over the K steps.
    amounts
        Stake of each step, rising, in one currency.
    seed, draws
        Of the bootstrap; the same seed gives the same interval.
    level
        Confidence level.

    Returns
    -------
    Ceiling or None
        A step's share is of those who answered it. Shares that rise with the stake are pooled with their
        neighbours (isotonic regression weighted by answers), because more money cannot mean more room.
        Between the last step at half or more and the next, the share falls linearly in log money; the
        ceiling is where it meets half. Interval: percentiles of a Bayesian bootstrap over people (Rubin
        1981) with half a person more who always decides and half a one who never does, so that each
        step's share has its Jeffreys posterior and five equal answers do not look certain. None where a
        step has no answer.

    Raises
    ------
    ValueError
        For amounts that do not rise, are not positive, or do not fit the steps.
    """
    if len(amounts) != patterns.answered.shape[1] or not amounts or amounts[0] <= 0:
        raise ValueError("A ladder needs one positive amount a step.")
    if any(later <= earlier for earlier, later in pairwise(amounts)):
        raise ValueError("The amounts of a ladder must rise.")
    n = patterns.counts @ patterns.answered
    if not (n > 0).all():
        return None
    decided = patterns.counts @ patterns.on_the_spot
    stakes = [log(amount) for amount in amounts]
    found = _crossing(decided / n, n, stakes)
    drawn = np.sort([_crossing(s, n, stakes) for s in _resampled(patterns, seed, draws)])
    tail = (1.0 - level) / 2.0
    ends = drawn[int(tail * draws)], drawn[min(draws - 1, int((1.0 - tail) * draws))]
    return Ceiling(
        _stake(found),
        (_stake(min(ends[0], found)), _stake(max(ends[1], found))),
        tuple(share(int(k), int(total)) for k, total in zip(decided, n, strict=True)),
    )


def _resampled(patterns: Patterns, seed: int, draws: int) -> Shares:
    """Shares of each step in each draw, shape (draws, K)."""
    rng = np.random.default_rng(seed)
    alphas = np.append(patterns.counts.astype(np.float64), (HALF, HALF))
    weights = rng.gamma(alphas, size=(draws, len(alphas)))
    steps = patterns.answered.shape[1]
    on = np.vstack([patterns.on_the_spot, np.ones(steps, bool), np.zeros(steps, bool)])
    answered = np.vstack([patterns.answered, np.ones((2, steps), bool)])
    drawn: Shares = (weights @ on) / (weights @ answered)
    return drawn


def _crossing(shares: Shares, n: NDArray[np.integer], stakes: Sequence[float]) -> float:
    """Log stake at which the falling shares meet half; -inf below the first step, inf beyond the last."""
    falling = shares
    if (np.diff(shares) > 0.0).any():
        falling = isotonic_regression(shares, weights=n.astype(np.float64), increasing=False).x
    at_least = np.flatnonzero(falling >= HALF)
    if not len(at_least):
        return -inf
    last = int(at_least[-1])
    if last == len(stakes) - 1:
        return inf
    part = (falling[last] - HALF) / (falling[last] - falling[last + 1])
    return float(stakes[last] + part * (stakes[last + 1] - stakes[last]))


def _stake(logarithm: float) -> Stake:
    if isfinite(logarithm):
        return exp(logarithm)
    return Outside.BELOW if logarithm < 0.0 else Outside.BEYOND
