"""Where the authority of the front line ends, in money."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import exp, inf, isfinite, log
from statistics import harmonic_mean

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

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
    """The stake at which half a panel would decide on the spot, in the currency of the amounts.

    `beside` are the places of the steps whose shares the amount is made of; empty outside of the steps.
    """

    amount: Stake
    interval: tuple[Stake, Stake]
    beside: tuple[int, ...]


def ceiling(
    shares: Sequence[float],
    n: Sequence[int],
    amounts: Sequence[float],
    *,
    seed: int = 0,
    draws: int = DRAWS,
    level: float = 0.95,
) -> Ceiling:
    """Estimate the ceiling of one panel, from the shares of its steps and nothing else.

    Who answered several steps how is not asked for: an interval of everybody's answers together is a function
    of each person's, and whoever knows all but one could try them out.

    Parameters
    ----------
    shares, n
        Of each of the K steps, the share 0..1 who decide on the spot and how many answered.
    amounts
        Stake of each step, rising, in one currency.
    seed, draws
        Of the bootstrap; the same seed gives the same interval.
    level
        Confidence level.

    Returns
    -------
    Ceiling
        Shares that rise with the stake are pooled with their neighbours (isotonic regression weighted by
        answers), because more money cannot mean more room. Between the last step at half or more and the
        next, the share falls linearly in log money; the ceiling is where it meets half. Interval: percentiles
        of a Bayesian bootstrap (Rubin 1981) over people who decide up to a stake of their own and never
        beyond, as many as answered a step (harmonic mean), divided among the stakes as the shares say; with half
        a person more who always decides and half a one who never does, so that each step's share has its
        Jeffreys posterior and five equal answers do not look certain.

    Raises
    ------
    ValueError
        For amounts that do not rise, are not positive, or do not fit the steps; for a step without answers.
    """
    if not len(amounts) == len(shares) == len(n) or not amounts or amounts[0] <= 0:
        raise ValueError("A ladder needs one positive amount a step.")
    if any(later <= earlier for earlier, later in pairwise(amounts)):
        raise ValueError("The amounts of a ladder must rise.")
    if min(n) < 1:
        raise ValueError("A step that nobody answered has no share.")
    falling: Shares = isotonic_regression(shares, weights=[float(one) for one in n], increasing=False).x
    stakes = [log(amount) for amount in amounts]
    found = _crossing(falling, stakes)
    drawn = np.sort([_crossing(some, stakes) for some in _resampled(falling, harmonic_mean(n), seed, draws)])
    tail = (1.0 - level) / 2.0
    ends = drawn[int(tail * draws)], drawn[min(draws - 1, int((1.0 - tail) * draws))]
    return Ceiling(
        _stake(found),
        (_stake(min(ends[0], found)), _stake(max(ends[1], found))),
        _beside(falling) if isfinite(found) else (),
    )


def _resampled(falling: Shares, people: float, seed: int, draws: int) -> Shares:
    """Shares of each step in each draw, shape (draws, K), falling like those they are drawn around."""
    upto_each = -np.diff(np.concatenate([[1.0], falling, [0.0]]))
    alphas = np.abs(people * upto_each)
    alphas[[0, -1]] += HALF
    weights = np.random.default_rng(seed).gamma(alphas, size=(draws, len(alphas)))
    drawn: Shares = 1.0 - np.cumsum(weights, axis=1)[:, :-1] / weights.sum(axis=1, keepdims=True)
    return drawn


def _crossing(falling: Shares, stakes: Sequence[float]) -> float:
    """Log stake at which the falling shares meet half; -inf below the first step, inf beyond the last."""
    last = _last(falling)
    if last < 0:
        return -inf
    if last == len(stakes) - 1:
        return inf
    part = (falling[last] - HALF) / (falling[last] - falling[last + 1])
    return float(stakes[last] + part * (stakes[last + 1] - stakes[last]))


def _last(falling: Shares) -> int:
    """Place of the last step at half or more; -1 where there is none."""
    return int((falling >= HALF).sum()) - 1


def _beside(falling: Shares) -> tuple[int, ...]:
    """The steps on both sides of the ceiling, with all of the same share: they may be pooled with them."""
    last = _last(falling)
    return tuple(np.flatnonzero(np.isin(falling, falling[last : last + 2])).tolist())


def _stake(logarithm: float) -> Stake:
    if isfinite(logarithm):
        return exp(logarithm)
    return Outside.BELOW if logarithm < 0.0 else Outside.BEYOND
